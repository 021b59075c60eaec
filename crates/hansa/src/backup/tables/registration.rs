//! The tables that say who a company is.

use super::Holds::{Int, Text};
use super::Table;

/// Registration numbers.
pub(super) const NUMBERS: Table = Table {
    name: "registration",
    key: &["id"],
    columns: &[("id", Text), ("member_id", Text), ("kind", Text), ("number", Text), ("country", Text), ("created_at", Int)],
};

/// Members that were merged.
pub(super) const MERGES: Table = Table {
    name: "member_merge",
    key: &["id"],
    columns: &[
        ("id", Text),
        ("source_id", Text),
        ("survivor_id", Text),
        ("at", Int),
        ("actor", Text),
        ("why", Text),
        ("moved", Text),
        ("undone_at", Int),
    ],
};

/// Keys of names.
pub(super) const NAMES: Table =
    Table { name: "member_name_key", key: &["key", "member_id"], columns: &[("key", Int), ("member_id", Text)] };

/// Documents of members; their contents are in the folder of files.
pub(super) const FILES: Table = Table {
    name: "file",
    key: &["id"],
    columns: &[
        ("id", Text),
        ("member_id", Text),
        ("name", Text),
        ("type", Text),
        ("bytes", Int),
        ("sha256", Text),
        ("uploaded_by", Text),
        ("uploaded_at", Int),
        ("removed_at", Int),
    ],
};

/// Verifications.
pub(super) const CASES: Table = Table {
    name: "verification_case",
    key: &["id"],
    columns: &[
        ("id", Text),
        ("member_id", Text),
        ("level", Text),
        ("status", Text),
        ("reviewer", Text),
        ("opened_at", Int),
        ("opened_by", Text),
        ("deadline", Int),
        ("waiting_since", Int),
        ("decided_at", Int),
        ("decided_by", Text),
        ("reason", Text),
        ("expires_at", Int),
        ("appealed_at", Int),
        ("renews", Text),
        ("steps", Int),
    ],
};

/// Their evidence.
pub(super) const EVIDENCE: Table = Table {
    name: "verification_evidence",
    key: &["id"],
    columns: &[
        ("id", Text),
        ("case_id", Text),
        ("member_id", Text),
        ("field", Text),
        ("value", Text),
        ("source", Text),
        ("observed_at", Int),
        ("expires_at", Int),
        ("file_id", Text),
        ("added_by", Text),
        ("added_at", Int),
    ],
};

/// Their steps.
pub(super) const STEPS: Table = Table {
    name: "verification_step",
    key: &["case_id", "seq"],
    columns: &[
        ("case_id", Text),
        ("seq", Int),
        ("member_id", Text),
        ("at", Int),
        ("actor", Text),
        ("act", Text),
        ("status", Text),
        ("note", Text),
    ],
};

/// Custom fields of members.
pub(super) const CUSTOM_FIELDS: Table = Table {
    name: "custom_field",
    key: &["id"],
    columns: &[("id", Text), ("names", Text), ("kind", Text), ("choices", Text), ("created_at", Int)],
};

/// Values of custom fields.
pub(super) const CUSTOM_VALUES: Table =
    Table { name: "custom_value", key: &["member_id", "field_id"], columns: &[("member_id", Text), ("field_id", Text), ("value", Text)] };

/// Tags of members.
pub(super) const TAGS: Table = Table { name: "member_tag", key: &["member_id", "tag"], columns: &[("member_id", Text), ("tag", Text)] };
