//! Keys on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::Row;
use crate::standing::view::{instant, maybe_instant};

/// An API key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub struct KeyView {
    /// Its id, `key_…`.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Whose operations it may call.
    pub role: &'static str,
    /// The enterprise it acts for; `null` for the platform.
    pub member: Option<String>,
    /// The groups of operations it may call.
    pub scopes: Vec<String>,
    /// When it was made.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it ends.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
    /// When it was ended before its time.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Instant>,
    /// When it was last used, to the hour.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<Instant>,
    /// Until when the secret before the last rotation works.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_secret_until: Option<Instant>,
}

impl From<Row> for KeyView {
    fn from(key: Row) -> KeyView {
        KeyView {
            id: key.id,
            name: key.name,
            role: key.role.name(),
            member: key.member,
            scopes: key.scopes,
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            used_at: key.used_at,
            old_secret_until: key.old_until,
        }
    }
}

/// A key with its secret, which is shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeView {
    /// The key.
    pub key: KeyView,
    /// What goes after `Authorization: Bearer`.
    pub secret: String,
}

/// A key to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "ERP", "role": "membership-operator", "scopes": ["facts:write"], "expires_at": "2027-03-01T00:00:00Z" }))]
pub struct AskedKey {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Whose operations it may call.
    pub role: String,
    /// The enterprise it acts for; left out for the platform.
    pub member: Option<String>,
    /// The groups of operations it may call, e.g. `facts:write`.
    #[schema(min_items = 1)]
    pub scopes: Vec<String>,
    /// When it ends, within two years (RFC 3339).
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// How a key is rotated.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "overlap_hours": 24 }))]
pub struct Rotation {
    /// How long the old secret works on, in hours: 0 to 720.
    #[schema(minimum = 0, maximum = 720)]
    pub overlap_hours: u32,
}

/// All keys.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeysView {
    /// Newest first.
    pub items: Vec<KeyView>,
}
