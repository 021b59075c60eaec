//! Who a company is: its registration numbers, its names as they are compared, its documents, and how it was verified.

/// Registration numbers by kind. A number belongs to one member; an LEI and a D-U-N-S number to no country.
pub(super) const NUMBERS: &str = "
CREATE TABLE registration (
    id {text} PRIMARY KEY,
    member_id {text} NOT NULL REFERENCES member (id),
    kind {text} NOT NULL,
    number {text} NOT NULL,
    country {text},
    created_at {bigint} NOT NULL
) {strict};
CREATE UNIQUE INDEX registration_number ON registration (kind, number, COALESCE(country, ''));
CREATE INDEX registration_member ON registration (member_id, kind, number);
";

/// Keys under which a member is found by its name; they follow from the name.
pub(super) const NAMES: &str = "
CREATE TABLE member_name_key (
    key {bigint} NOT NULL,
    member_id {text} NOT NULL,
    PRIMARY KEY (key, member_id)
) {keyed};
CREATE INDEX member_name_key_member ON member_name_key (member_id);
";

/// Documents of members. The content is in the folder of files under its SHA-256; of a file that was removed the row stays.
pub(super) const FILES: &str = "
CREATE TABLE file (
    id {text} PRIMARY KEY,
    member_id {text} NOT NULL REFERENCES member (id),
    name {text} NOT NULL,
    type {text} NOT NULL,
    bytes {bigint} NOT NULL,
    sha256 {text} NOT NULL,
    uploaded_by {text} NOT NULL,
    uploaded_at {bigint} NOT NULL,
    removed_at {bigint}
) {strict};
CREATE INDEX file_member ON file (member_id, id);
CREATE INDEX file_content ON file (sha256) WHERE removed_at IS NULL;
";
