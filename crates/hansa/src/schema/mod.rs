//! The history of the database's schema, one text for both databases.
//!
//! `fact`, `transfer` and `decision` only ever grow: the database itself refuses to change or delete their rows. The tables of a
//! member's state (`member_state`, `member_tier`, `member_order`, `lot`, `redemption`, `reservation`) follow from the facts and may be rebuilt.

mod access;
mod personal;
mod registration;
mod work;

use db::{Migration, Up};

/// Every step, oldest first.
pub const HISTORY: &[Migration] = &[
    Migration { version: 1, name: "the spine", up: Up::Portable(SPINE) },
    Migration { version: 2, name: "lots by when they fall due", up: Up::Portable(DUE_LOTS) },
    Migration { version: 3, name: "keys, audit, requests", up: Up::Portable(access::ACCESS) },
    Migration { version: 4, name: "people, sessions, mail", up: Up::Portable(access::PEOPLE) },
    Migration { version: 5, name: "jobs", up: Up::Portable(work::JOBS) },
    Migration { version: 6, name: "personal data", up: Up::Each { sqlite: personal::SEALED_SQLITE, postgres: personal::SEALED_POSTGRES } },
    Migration { version: 7, name: "consent", up: Up::Portable(personal::CONSENT) },
    Migration { version: 8, name: "events and webhooks", up: Up::Each { sqlite: work::EVENTS_SQLITE, postgres: work::EVENTS_POSTGRES } },
    Migration { version: 9, name: "registration numbers", up: Up::Portable(registration::NUMBERS) },
    Migration { version: 10, name: "names as they are compared", up: Up::Portable(registration::NAMES) },
    Migration { version: 11, name: "files", up: Up::Portable(registration::FILES) },
    Migration { version: 12, name: "verification", up: Up::Portable(registration::VERIFICATION) },
    Migration { version: 13, name: "uploads", up: Up::Portable(work::UPLOADS) },
    Migration { version: TIERS_SINCE, name: "members by tier", up: Up::Portable(TIERS) },
    Migration { version: 15, name: "rewards", up: Up::Portable(REWARDS) },
    Migration { version: 16, name: "imports that are alive", up: Up::Portable(ALIVE) },
    Migration { version: 17, name: "sign-up", up: Up::Each { sqlite: access::SIGN_UP_SQLITE, postgres: access::SIGN_UP_POSTGRES } },
    Migration { version: 18, name: "identities", up: Up::Portable(access::IDENTITIES) },
    Migration { version: 19, name: "custom fields and tags", up: Up::Portable(registration::CUSTOM) },
    Migration { version: 20, name: "passkeys", up: Up::Portable(access::PASSKEYS) },
    Migration { version: 21, name: "synchronised sources", up: Up::Portable(work::SYNC) },
    Migration { version: 22, name: "merged members", up: Up::Portable(registration::MERGES) },
    Migration { version: 23, name: "approvals", up: Up::Portable(work::APPROVALS) },
    Migration { version: 24, name: "short messages", up: Up::Portable(access::TEXTS) },
    Migration { version: 25, name: "members by region and industry", up: Up::Portable(registration::LISTED) },
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

/// When an import last wrote something: one that was killed does not say so.
const ALIVE: &str = "ALTER TABLE import ADD COLUMN seen_at {bigint};";

/// Since which version it stands in rows who stands in which tier.
pub const TIERS_SINCE: i64 = 14;
/// Lets everybody be judged anew.
pub const JUDGED_ANEW: &str = "UPDATE member_state SET timeline = ''";

/// Which tiers members stand in, for lists; written when one changes. A state says so only to who opens it. Members are judged anew once, which
/// writes their rows.
const TIERS: &str = "
CREATE TABLE member_tier (
    member_id {text} NOT NULL REFERENCES member (id),
    track {text} NOT NULL,
    tier {text} NOT NULL,
    PRIMARY KEY (member_id, track)
) {strict};
CREATE INDEX member_tier_tier ON member_tier (track, tier, member_id);
UPDATE member_state SET timeline = '';
";

/// What can be had for units, and its orders. Texts by language and lists are JSON.
const REWARDS: &str = "
CREATE TABLE reward (
    id {text} PRIMARY KEY,
    names {text} NOT NULL,
    descriptions {text} NOT NULL,
    category {text},
    unit {text} NOT NULL,
    price {bigint} NOT NULL,
    stock {bigint},
    taken {bigint} NOT NULL CHECK (taken >= 0),
    per_member {bigint},
    tiers {text} NOT NULL,
    begins_at {bigint},
    ends_at {bigint},
    open {bool} NOT NULL,
    created_at {bigint} NOT NULL
) {strict};
CREATE TABLE redemption_order (
    id {text} PRIMARY KEY,
    member_id {text} NOT NULL REFERENCES member (id),
    reward_id {text} NOT NULL REFERENCES reward (id),
    quantity {bigint} NOT NULL,
    unit {text} NOT NULL,
    amount {bigint} NOT NULL,
    state {text} NOT NULL,
    contact_id {text},
    deliver_to {text},
    placed_by {text} NOT NULL,
    placed_at {bigint} NOT NULL,
    ended_by {text},
    ended_at {bigint},
    note {text}
) {strict};
CREATE INDEX redemption_order_member ON redemption_order (member_id, placed_at, id);
CREATE INDEX redemption_order_state ON redemption_order (state, placed_at, id);
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
