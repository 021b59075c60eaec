//! Keys, audit and requests; people, sessions and mail; identities and passkeys.

/// Who may call, what was changed by whom, and which requests were answered. `audit_head` is the end of the chain: whoever writes into the
/// audit locks it first.
pub const ACCESS: &str = "
CREATE TABLE api_key (
    id {text} PRIMARY KEY,
    name {text} NOT NULL,
    role {text} NOT NULL,
    member_id {text} REFERENCES member (id),
    scopes {text} NOT NULL,
    hash {text} NOT NULL,
    old_hash {text},
    old_until {bigint},
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    revoked_at {bigint},
    used_at {bigint}
) {strict};

CREATE TABLE audit (
    seq {bigint} PRIMARY KEY,
    at {bigint} NOT NULL,
    actor {text} NOT NULL,
    address {text},
    request {text},
    action {text} NOT NULL,
    member_id {text},
    subject {text} NOT NULL,
    before {text},
    after {text},
    why {text},
    hash {text} NOT NULL
) {strict};
CREATE INDEX audit_member ON audit (member_id, seq) WHERE member_id IS NOT NULL;
CREATE INDEX audit_subject ON audit (subject, seq);
{append_only audit};

CREATE TABLE audit_head (
    id {bigint} PRIMARY KEY,
    seq {bigint} NOT NULL,
    hash {text} NOT NULL
) {strict};

CREATE TABLE request (
    caller {text} NOT NULL,
    key {text} NOT NULL,
    digest {text} NOT NULL,
    begun_at {bigint} NOT NULL,
    status {bigint},
    headers {text},
    body {bytes},
    PRIMARY KEY (caller, key)
) {keyed};
CREATE INDEX request_begun ON request (begun_at);

CREATE INDEX member_name ON member (name, id);
CREATE INDEX member_manager ON member (account_manager) WHERE account_manager IS NOT NULL;
";

/// People who sign in, their sessions, tickets and recovery codes, and the mail to them. A request that is done once has a seed, from which the ids of
/// what it makes are drawn.
pub const PEOPLE: &str = "
CREATE TABLE person (
    id {text} PRIMARY KEY,
    name {text} NOT NULL,
    email {text} NOT NULL UNIQUE,
    role {text} NOT NULL,
    member_id {text} REFERENCES member (id),
    contact_id {text},
    language {text},
    password {text},
    totp {text},
    totp_step {bigint},
    second_factor_at {bigint},
    created_at {bigint} NOT NULL,
    disabled_at {bigint},
    signed_in_at {bigint}
) {strict};
CREATE INDEX person_member ON person (member_id) WHERE member_id IS NOT NULL;

CREATE TABLE recovery_code (
    person_id {text} NOT NULL REFERENCES person (id),
    hash {text} NOT NULL,
    used_at {bigint},
    PRIMARY KEY (person_id, hash)
) {keyed};

CREATE TABLE session (
    id {text} PRIMARY KEY,
    person_id {text} NOT NULL REFERENCES person (id),
    hash {text} NOT NULL UNIQUE,
    created_at {bigint} NOT NULL,
    seen_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    ended_at {bigint},
    address {text},
    agent {text}
) {strict};
CREATE INDEX session_person ON session (person_id);

CREATE TABLE ticket (
    hash {text} PRIMARY KEY,
    person_id {text} REFERENCES person (id),
    purpose {text} NOT NULL,
    code {text},
    tries {bigint} NOT NULL,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    used_at {bigint}
) {keyed};
CREATE INDEX ticket_person ON ticket (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX ticket_expires ON ticket (expires_at);

CREATE TABLE mail (
    id {text} PRIMARY KEY,
    person_id {text} NOT NULL REFERENCES person (id),
    kind {text} NOT NULL,
    sealed {text},
    created_at {bigint} NOT NULL,
    due_at {bigint} NOT NULL,
    attempts {bigint} NOT NULL,
    sent_at {bigint},
    failed_at {bigint},
    error {text}
) {strict};
CREATE INDEX mail_due ON mail (due_at) WHERE sealed IS NOT NULL;

CREATE TABLE setting (
    name {text} PRIMARY KEY,
    value {text} NOT NULL
) {keyed};

ALTER TABLE request ADD COLUMN seed {text} NOT NULL DEFAULT '';
";

/// Forms that wait for their address to be confirmed, and letters to people who are not known yet.
pub const SIGN_UP_SQLITE: &str = "
CREATE TABLE sign_up (
    id TEXT PRIMARY KEY,
    sealed TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_up_expires ON sign_up (expires_at);
ALTER TABLE mail RENAME TO mail_before;
DROP INDEX mail_due;
CREATE TABLE mail (
    id TEXT PRIMARY KEY,
    person_id TEXT REFERENCES person (id),
    kind TEXT NOT NULL,
    sealed TEXT,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    sent_at INTEGER,
    failed_at INTEGER,
    error TEXT
) STRICT;
INSERT INTO mail SELECT * FROM mail_before;
DROP TABLE mail_before;
CREATE INDEX mail_due ON mail (due_at) WHERE sealed IS NOT NULL;
";
pub const SIGN_UP_POSTGRES: &str = "
CREATE TABLE sign_up (
    id TEXT COLLATE \"C\" PRIMARY KEY,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_up_expires ON sign_up (expires_at);
ALTER TABLE mail ALTER COLUMN person_id DROP NOT NULL;
";

/// Letters that go as short messages, and codes in place of links for those who sign up by phone: how many were tried.
pub const TEXTS: &str = "
ALTER TABLE mail ADD COLUMN channel {text} NOT NULL DEFAULT 'mail';
ALTER TABLE sign_up ADD COLUMN tries {bigint} NOT NULL DEFAULT 0;
";

/// By whom identity providers know people, found by a mark over issuer and subject; and what a browser has begun and not yet ended.
pub const IDENTITIES: &str = "
CREATE TABLE identity (
    id {text} PRIMARY KEY,
    person_id {text} NOT NULL REFERENCES person (id),
    provider {text} NOT NULL,
    mark {text} NOT NULL UNIQUE,
    personal {text} NOT NULL,
    linked_at {bigint} NOT NULL,
    used_at {bigint}
) {strict};
CREATE INDEX identity_person ON identity (person_id);

CREATE TABLE ceremony (
    hash {text} PRIMARY KEY,
    kind {text} NOT NULL,
    person_id {text} REFERENCES person (id),
    sealed {text} NOT NULL,
    expires_at {bigint} NOT NULL
) {keyed};
CREATE INDEX ceremony_expires ON ceremony (expires_at);
CREATE INDEX ceremony_person ON ceremony (person_id) WHERE person_id IS NOT NULL;
";

/// Passkeys, found by a mark over the id of their credential. The signature counter and whether there is a backup change with every use; what names
/// the credential, its public key and its name are sealed.
pub const PASSKEYS: &str = "
CREATE TABLE passkey (
    id {text} PRIMARY KEY,
    person_id {text} NOT NULL REFERENCES person (id),
    mark {text} NOT NULL UNIQUE,
    personal {text} NOT NULL,
    counter {bigint} NOT NULL,
    backed_up {bool} NOT NULL,
    added_at {bigint} NOT NULL,
    used_at {bigint}
) {strict};
CREATE INDEX passkey_person ON passkey (person_id);
";
