//! Personal data and consent.

/// What names people is sealed under keys of their own; until [`crate::privacy::bring_up`] has done so it stands there as it was. An address is found by
/// its mark.
pub const SEALED_SQLITE: &str = "
CREATE TABLE personal_key (
    subject TEXT PRIMARY KEY,
    sealed TEXT,
    created_at INTEGER NOT NULL,
    destroyed_at INTEGER
) STRICT, WITHOUT ROWID;
ALTER TABLE contact ADD COLUMN personal TEXT NOT NULL DEFAULT '';
UPDATE contact SET personal = 'plain:' || json_object('name', name, 'title', title, 'email', email, 'phone', phone);
ALTER TABLE contact DROP COLUMN name;
ALTER TABLE contact DROP COLUMN title;
ALTER TABLE contact DROP COLUMN email;
ALTER TABLE contact DROP COLUMN phone;
ALTER TABLE person ADD COLUMN personal TEXT NOT NULL DEFAULT '';
UPDATE person SET personal = 'plain:' || json_object('name', name, 'email', email);
ALTER TABLE person DROP COLUMN name;
ALTER TABLE person RENAME COLUMN email TO email_mark;
";

/// [`SEALED_SQLITE`] for PostgreSQL.
pub const SEALED_POSTGRES: &str = "
CREATE TABLE personal_key (
    subject TEXT COLLATE \"C\" PRIMARY KEY,
    sealed TEXT COLLATE \"C\",
    created_at BIGINT NOT NULL,
    destroyed_at BIGINT
);
ALTER TABLE contact ADD COLUMN personal TEXT COLLATE \"C\" NOT NULL DEFAULT '';
UPDATE contact SET personal = 'plain:' || json_build_object('name', name, 'title', title, 'email', email, 'phone', phone)::TEXT;
ALTER TABLE contact DROP COLUMN name;
ALTER TABLE contact DROP COLUMN title;
ALTER TABLE contact DROP COLUMN email;
ALTER TABLE contact DROP COLUMN phone;
ALTER TABLE person ADD COLUMN personal TEXT COLLATE \"C\" NOT NULL DEFAULT '';
UPDATE person SET personal = 'plain:' || json_build_object('name', name, 'email', email)::TEXT;
ALTER TABLE person DROP COLUMN name;
ALTER TABLE person RENAME COLUMN email TO email_mark;
";

/// What people consented to: for each purpose and channel the latest word counts.
pub const CONSENT: &str = "
CREATE TABLE consent (
    id {text} PRIMARY KEY,
    subject {text} NOT NULL,
    purpose {text} NOT NULL,
    channel {text} NOT NULL,
    given {bool} NOT NULL,
    text_version {text} NOT NULL,
    said_at {bigint} NOT NULL,
    actor {text} NOT NULL
) {strict};
CREATE INDEX consent_subject ON consent (subject, said_at);
{append_only consent};
";
