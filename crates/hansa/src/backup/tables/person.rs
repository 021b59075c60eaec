//! The tables of people who sign in.

use super::Holds::{Bool, Int, Text};
use super::Table;

/// People who sign in.
pub(super) const PEOPLE: Table = Table {
    name: "person",
    key: &["id"],
    columns: &[
        ("id", Text),
        ("personal", Text),
        ("email_mark", Text),
        ("role", Text),
        ("member_id", Text),
        ("contact_id", Text),
        ("language", Text),
        ("password", Text),
        ("totp", Text),
        ("totp_step", Int),
        ("second_factor_at", Int),
        ("created_at", Int),
        ("disabled_at", Int),
        ("signed_in_at", Int),
    ],
};

/// By whom identity providers know them.
pub(super) const IDENTITIES: Table = Table {
    name: "identity",
    key: &["id"],
    columns: &[
        ("id", Text),
        ("person_id", Text),
        ("provider", Text),
        ("mark", Text),
        ("personal", Text),
        ("linked_at", Int),
        ("used_at", Int),
    ],
};

/// Their passkeys.
pub(super) const PASSKEYS: Table = Table {
    name: "passkey",
    key: &["id"],
    columns: &[
        ("id", Text),
        ("person_id", Text),
        ("mark", Text),
        ("personal", Text),
        ("counter", Int),
        ("backed_up", Bool),
        ("added_at", Int),
        ("used_at", Int),
    ],
};

/// Their recovery codes.
pub(super) const RECOVERY_CODES: Table =
    Table { name: "recovery_code", key: &["person_id", "hash"], columns: &[("person_id", Text), ("hash", Text), ("used_at", Int)] };
