//! Changes of settings on the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Settings;
use crate::http::body::said;

/// Settings to be changed (RFC 7396): what is left out stays as it is, `null` takes a setting away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "approvals": { "program": true }, "retention": { "contacts_days": 1_095 } }))]
pub struct SettingsChange {
    /// How the platform presents itself.
    pub platform: Option<PlatformChange>,
    /// What needs a second person.
    pub approvals: Option<ApprovalsChange>,
    /// How long what names people is kept.
    pub retention: Option<RetentionChange>,
}

/// See `Platform`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlatformChange {
    /// Its name.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>, max_length = 60)]
    pub name: Option<Option<String>>,
    /// Its colour.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>, pattern = "^#[0-9a-fA-F]{6}$")]
    pub color: Option<Option<String>>,
    /// How members reach it.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub contact: Option<Option<String>>,
}

/// See `Approvals`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ApprovalsChange {
    /// Putting a program into force.
    pub program: Option<bool>,
    /// Adjustments of more than this, by unit: all of them.
    pub adjustments_above: Option<BTreeMap<String, i64>>,
}

/// See `Retention`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionChange {
    /// Contacts.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<u32>, minimum = 30, maximum = 36500)]
    pub contacts_days: Option<Option<u32>>,
    /// People of enterprises.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<u32>, minimum = 30, maximum = 36500)]
    pub people_days: Option<Option<u32>>,
    /// Documents.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<u32>, minimum = 30, maximum = 36500)]
    pub documents_days: Option<Option<u32>>,
}

impl SettingsChange {
    /// The settings after the change.
    pub fn of(self, before: &Settings) -> Settings {
        let mut after = before.clone();
        let (platform, approvals) = (self.platform.unwrap_or_default(), self.approvals.unwrap_or_default());
        let retention = self.retention.unwrap_or_default();
        set(&mut after.platform.name, platform.name);
        set(&mut after.platform.color, platform.color.map(|color| color.map(|color| color.to_ascii_lowercase())));
        set(&mut after.platform.contact, platform.contact);
        set(&mut after.approvals.program, approvals.program);
        set(&mut after.approvals.adjustments_above, approvals.adjustments_above);
        set(&mut after.retention.contacts_days, retention.contacts_days);
        set(&mut after.retention.people_days, retention.people_days);
        set(&mut after.retention.documents_days, retention.documents_days);
        after
    }
}

fn set<T>(there: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *there = said;
    }
}

/// How the platform presents itself, for everybody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Branding)]
pub struct BrandingView {
    /// Its name.
    pub name: Option<String>,
    /// Its colour, `#rrggbb`.
    pub color: Option<String>,
    /// How members reach it.
    pub contact: Option<String>,
}

/// What the rules on keeping would erase now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionPreview)]
pub struct RetentionView {
    /// Contacts.
    pub contacts: i64,
    /// People of enterprises.
    pub people: i64,
    /// Documents.
    pub documents: i64,
}
