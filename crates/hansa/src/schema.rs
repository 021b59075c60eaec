//! The history of the database's schema, one text for both databases.
//!
//! `fact`, `transfer` and `decision` only ever grow: the database itself refuses to change or delete their rows. The tables of a
//! member's state (`member_state`, `member_order`, `lot`, `redemption`, `reservation`) follow from the facts and may be rebuilt.

mod registration;

use db::{Migration, Up};

/// Every step, oldest first.
pub const HISTORY: &[Migration] = &[
    Migration { version: 1, name: "the spine", up: Up::Portable(SPINE) },
    Migration { version: 2, name: "lots by when they fall due", up: Up::Portable(DUE_LOTS) },
    Migration { version: 3, name: "keys, audit, requests", up: Up::Portable(ACCESS) },
    Migration { version: 4, name: "people, sessions, mail", up: Up::Portable(PEOPLE) },
    Migration { version: 5, name: "registration numbers", up: Up::Portable(registration::NUMBERS) },
    Migration { version: 6, name: "names as they are compared", up: Up::Portable(registration::NAMES) },
    Migration { version: 7, name: "files", up: Up::Portable(registration::FILES) },
    Migration { version: 8, name: "verification", up: Up::Portable(registration::VERIFICATION) },
];

/// A live fact loads those lots of its member that fall due by then, not all that are open; one index serves both questions. Lots are rebuilt from the facts when their
/// member is next judged, because the engine's version has changed with them; until then the new columns say what the old ones do.
const DUE_LOTS: &str = "
DROP INDEX lot_reference;
DROP INDEX lot_open;
ALTER TABLE lot ADD COLUMN let_go {bigint} NOT NULL DEFAULT 0;
ALTER TABLE lot ADD COLUMN due_at {bigint};
UPDATE lot SET due_at = CASE WHEN held > 0 AND release_at IS NOT NULL THEN release_at WHEN available > 0 THEN expires_at END;
CREATE INDEX lot_open ON lot (member_id, due_at) WHERE open;
";

/// Who may call, what was changed by whom, and which requests were answered. `audit_head` is the end of the chain: whoever writes into the
/// audit locks it first.
const ACCESS: &str = "
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
const PEOPLE: &str = "
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

const SPINE: &str = "
CREATE TABLE member (
    id {text} PRIMARY KEY,
    name {text} NOT NULL,
    registration_number {text},
    country {text},
    region {text},
    industry {text},
    employees {bigint},
    parent_id {text},
    account_manager {text},
    credit_limit_minor {bigint},
    currency {text},
    registered_at {bigint},
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL
) {strict};
CREATE INDEX member_parent ON member (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX member_registration ON member (registration_number) WHERE registration_number IS NOT NULL;

CREATE TABLE contact (
    id {text} PRIMARY KEY,
    member_id {text} NOT NULL REFERENCES member (id),
    name {text} NOT NULL,
    title {text},
    role {text},
    email {text},
    phone {text},
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL
) {strict};
CREATE INDEX contact_member ON contact (member_id);

CREATE TABLE program_version (
    number {bigint} PRIMARY KEY,
    effective_from {bigint} NOT NULL,
    applied_at {bigint} NOT NULL,
    applied_by {text},
    note {text},
    source {text} NOT NULL
) {strict};
{append_only program_version};

CREATE TABLE fact (
    seq {identity},
    id {text} NOT NULL UNIQUE,
    member_id {text} NOT NULL REFERENCES member (id),
    kind {text} NOT NULL,
    occurred_at {bigint} NOT NULL,
    recorded_at {bigint} NOT NULL,
    source {text} NOT NULL,
    actor {text},
    corrects {text},
    import_id {text},
    body {text} NOT NULL
) {strict};
CREATE INDEX fact_member ON fact (member_id, occurred_at);
CREATE INDEX fact_import ON fact (import_id) WHERE import_id IS NOT NULL;
{append_only fact};

CREATE TABLE member_state (
    member_id {text} PRIMARY KEY REFERENCES member (id),
    timeline {text} NOT NULL,
    due_at {bigint},
    facts {bigint} NOT NULL,
    state {bytes} NOT NULL
) {strict};
CREATE INDEX member_state_due ON member_state (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE member_order (
    member_id {text} NOT NULL,
    number {text} NOT NULL,
    state {bytes} NOT NULL,
    PRIMARY KEY (member_id, number)
) {keyed};

CREATE TABLE lot (
    member_id {text} NOT NULL,
    rule {text} NOT NULL,
    fact_id {text} NOT NULL,
    unit {text} NOT NULL,
    amount {bigint} NOT NULL,
    held {bigint} NOT NULL,
    available {bigint} NOT NULL,
    reserved {bigint} NOT NULL,
    spent {bigint} NOT NULL,
    expired {bigint} NOT NULL,
    taken_back {bigint} NOT NULL,
    open {bool} NOT NULL,
    reference {text},
    priority {bigint} NOT NULL,
    created_at {bigint} NOT NULL,
    release_at {bigint},
    held_for_event {bool} NOT NULL,
    expires_at {bigint},
    sequence {bigint} NOT NULL,
    PRIMARY KEY (member_id, rule, fact_id)
) {keyed};
CREATE INDEX lot_open ON lot (member_id) WHERE open;
CREATE INDEX lot_reference ON lot (member_id, reference) WHERE reference IS NOT NULL;

CREATE TABLE redemption (
    member_id {text} NOT NULL,
    rule {text} NOT NULL,
    fact_id {text} NOT NULL,
    reference {text},
    state {bytes} NOT NULL,
    PRIMARY KEY (member_id, rule, fact_id)
) {keyed};

CREATE TABLE reservation (
    member_id {text} NOT NULL,
    rule {text} NOT NULL,
    fact_id {text} NOT NULL,
    open {bool} NOT NULL,
    state {bytes} NOT NULL,
    PRIMARY KEY (member_id, rule, fact_id)
) {keyed};

CREATE TABLE transfer (
    member_id {text} NOT NULL,
    key {text} NOT NULL,
    revision {bigint} NOT NULL,
    unit {text} NOT NULL,
    debit {text} NOT NULL,
    credit {text} NOT NULL,
    amount {bigint} NOT NULL CHECK (amount > 0),
    effective_at {bigint} NOT NULL,
    recorded_at {bigint} NOT NULL,
    reason {text} NOT NULL,
    cause {text} NOT NULL,
    draws {text} NOT NULL,
    PRIMARY KEY (member_id, key, revision)
) {keyed};
{append_only transfer};

CREATE TABLE decision (
    member_id {text} NOT NULL,
    key {text} NOT NULL,
    revision {bigint} NOT NULL,
    effective_at {bigint} NOT NULL,
    recorded_at {bigint} NOT NULL,
    version {bigint} NOT NULL,
    rule {text} NOT NULL,
    cause {text},
    body {text} NOT NULL,
    PRIMARY KEY (member_id, key, revision)
) {keyed};
{append_only decision};

CREATE TABLE import (
    id {text} PRIMARY KEY,
    kind {text} NOT NULL,
    files {text} NOT NULL,
    mapping {text} NOT NULL,
    started_at {bigint} NOT NULL,
    finished_at {bigint},
    undone_at {bigint},
    counts {text} NOT NULL
) {strict};

CREATE TABLE import_change (
    import_id {text} NOT NULL REFERENCES import (id),
    entity {text} NOT NULL,
    entity_id {text} NOT NULL,
    before {text},
    PRIMARY KEY (import_id, entity, entity_id)
) {keyed};
";
