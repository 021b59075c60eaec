//! Who a company is: its registration numbers, its names as they are compared, its documents, how it was verified, and what is noted of it.

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

/// Verifications. A member has one that runs at a time; their steps only ever grow. What people are called and said stands in `value`, `reason` and `note`.
pub(super) const VERIFICATION: &str = "
CREATE TABLE verification_case (
    id {text} PRIMARY KEY,
    member_id {text} NOT NULL REFERENCES member (id),
    level {text} NOT NULL,
    status {text} NOT NULL,
    reviewer {text},
    opened_at {bigint} NOT NULL,
    opened_by {text} NOT NULL,
    deadline {bigint} NOT NULL,
    waiting_since {bigint},
    decided_at {bigint},
    decided_by {text},
    reason {text},
    expires_at {bigint},
    appealed_at {bigint},
    renews {text},
    steps {bigint} NOT NULL
) {strict};
CREATE INDEX verification_member ON verification_case (member_id, opened_at);
CREATE UNIQUE INDEX verification_running ON verification_case (member_id) WHERE status IN ('open', 'waiting', 'appealed');
CREATE INDEX verification_queue ON verification_case (status, deadline, id);
CREATE INDEX verification_due ON verification_case (expires_at) WHERE status = 'approved';

CREATE TABLE verification_evidence (
    id {text} PRIMARY KEY,
    case_id {text} NOT NULL REFERENCES verification_case (id),
    member_id {text} NOT NULL,
    field {text} NOT NULL,
    value {text} NOT NULL,
    source {text} NOT NULL,
    observed_at {bigint} NOT NULL,
    expires_at {bigint},
    file_id {text} REFERENCES file (id),
    added_by {text} NOT NULL,
    added_at {bigint} NOT NULL
) {strict};
CREATE INDEX verification_evidence_case ON verification_evidence (case_id);
CREATE INDEX verification_evidence_file ON verification_evidence (file_id) WHERE file_id IS NOT NULL;

CREATE TABLE verification_step (
    case_id {text} NOT NULL REFERENCES verification_case (id),
    seq {bigint} NOT NULL,
    member_id {text} NOT NULL,
    at {bigint} NOT NULL,
    actor {text} NOT NULL,
    act {text} NOT NULL,
    status {text} NOT NULL,
    note {text},
    PRIMARY KEY (case_id, seq)
) {keyed};
";

/// What a platform notes of members: fields that it defined, with values as texts of their kind, and tags. Names and choices are JSON.
pub(super) const CUSTOM: &str = "
CREATE TABLE custom_field (
    id {text} PRIMARY KEY,
    names {text} NOT NULL,
    kind {text} NOT NULL,
    choices {text} NOT NULL,
    created_at {bigint} NOT NULL
) {strict};

CREATE TABLE custom_value (
    member_id {text} NOT NULL REFERENCES member (id),
    field_id {text} NOT NULL REFERENCES custom_field (id),
    value {text} NOT NULL,
    PRIMARY KEY (member_id, field_id)
) {keyed};
CREATE INDEX custom_value_value ON custom_value (field_id, value, member_id);

CREATE TABLE member_tag (
    member_id {text} NOT NULL REFERENCES member (id),
    tag {text} NOT NULL,
    PRIMARY KEY (member_id, tag)
) {keyed};
CREATE INDEX member_tag_member ON member_tag (tag, member_id);
";

/// Members by region and by industry, each with the other, in the order of their names: lists are found, counted and sorted in the index alone. Names
/// often begin with their region, and so who walks the names to find a region walks far.
pub(super) const LISTED: &str = "
CREATE INDEX member_region ON member (region, name, id, industry) WHERE merged_into IS NULL AND region IS NOT NULL;
CREATE INDEX member_industry ON member (industry, name, id, region) WHERE merged_into IS NULL AND industry IS NOT NULL;
";

/// Members that were found to be one company: which of them goes on, and what was moved to it. Who was merged keeps its row and its facts.
pub(super) const MERGES: &str = "
ALTER TABLE member ADD COLUMN merged_into {text};
CREATE INDEX member_merged ON member (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE member_merge (
    id {text} PRIMARY KEY,
    source_id {text} NOT NULL REFERENCES member (id),
    survivor_id {text} NOT NULL REFERENCES member (id),
    at {bigint} NOT NULL,
    actor {text} NOT NULL,
    why {text} NOT NULL,
    moved {text} NOT NULL,
    undone_at {bigint}
) {strict};
CREATE INDEX member_merge_survivor ON member_merge (survivor_id, at);
CREATE INDEX member_merge_source ON member_merge (source_id, at);
";
