//! Custom fields, tags and values on the wire.

use std::collections::BTreeMap;

use ledger::Instant;
use program::definition::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Choice, Custom, Field, Kind};
use crate::language::Language;
use crate::standing::view::instant;

/// A custom field of members.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CustomField, example = json!({
    "id": "grade", "name": "客户分级", "names": { "zh-CN": "客户分级", "en": "Grade" }, "kind": "choice",
    "choices": [{ "id": "a", "names": { "en": "A" } }, { "id": "b", "names": { "en": "B" } }], "created_at": "2026-07-01T04:00:00Z"
}))]
pub struct FieldView {
    /// By which values are sent.
    pub id: String,
    /// Its name, in the language asked for.
    pub name: String,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
    /// What its values are.
    pub kind: Kind,
    /// What there is to choose from; empty for other kinds.
    pub choices: Vec<Choice>,
    /// When it was made.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

impl FieldView {
    /// A field, told in a language.
    pub fn of(field: &Field, language: Language) -> FieldView {
        let name = Text(field.names.clone()).get(language.tag()).unwrap_or(&field.id).to_owned();
        let Field { id, names, kind, choices, created_at } = field.clone();
        FieldView { id, name, names, kind, choices, created_at }
    }
}

/// All fields.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CustomFields)]
pub struct FieldsView {
    /// Them, by id: at most 100.
    pub items: Vec<FieldView>,
}

/// A field to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCustomField, example = json!({ "id": "grade", "names": { "en": "Grade" }, "kind": "choice", "choices": [{ "id": "a" }, { "id": "b" }] }))]
pub struct NewField {
    /// By which values are sent.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,49}$")]
    pub id: String,
    /// Its name by language (`zh-CN`, `zh-TW`, `en`), in one at least.
    pub names: BTreeMap<String, String>,
    /// What its values are; it stays as it is made.
    pub kind: Kind,
    /// What there is to choose from, for the kind `choice` alone.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub choices: Vec<Choice>,
}

/// A change of a field: what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = CustomFieldChange, example = json!({ "names": { "en": "Customer grade" } }))]
pub struct FieldChange {
    /// Its names, all of them.
    pub names: Option<BTreeMap<String, String>>,
    /// The choices, all of them. One that a member has cannot be taken away.
    #[schema(max_items = 100)]
    pub choices: Option<Vec<Choice>>,
}

/// What is noted of a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Custom, example = json!({ "tags": ["重点客户", "vip"], "values": { "grade": "a", "contract_value": "1250000.5" } }))]
pub struct CustomView {
    /// Its tags, in lower case, by their code points.
    pub tags: Vec<String>,
    /// Its values by field, each as its kind says; a field without a value is left out.
    pub values: BTreeMap<String, Value>,
}

impl CustomView {
    /// What is noted, by the fields there are.
    pub fn of(custom: &Custom, fields: &[Field]) -> CustomView {
        let shown = |field: &Field| Some((field.id.clone(), field.shown(custom.values.get(&field.id)?)));
        CustomView { tags: custom.tags.iter().cloned().collect(), values: fields.iter().filter_map(shown).collect() }
    }
}

/// A change of what is noted: what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "tags": ["vip"], "values": { "grade": "b", "contract_value": null } }))]
pub struct CustomChange {
    /// The tags, all of them.
    #[schema(max_items = 50)]
    pub tags: Option<Vec<String>>,
    /// Values by field; `null` takes one away.
    pub values: BTreeMap<String, Value>,
}

/// A change of what is noted of many members.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "members": ["acme", "globex"], "add_tags": ["fair 2026"], "remove_tags": ["prospect"], "values": { "grade": "b" } }))]
pub struct CustomChanges {
    /// Which members.
    #[schema(min_items = 1, max_items = 1000)]
    pub members: Vec<String>,
    /// Tags that each of them gets.
    #[schema(max_items = 50)]
    pub add_tags: Vec<String>,
    /// Tags that are taken off each of them.
    #[schema(max_items = 50)]
    pub remove_tags: Vec<String>,
    /// Values by field that each of them gets; `null` takes one away.
    pub values: BTreeMap<String, Value>,
}

/// What a change of many came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CustomChanged)]
pub struct ChangedView {
    /// Members that are not as they were.
    pub changed: u64,
    /// Members that were so before.
    pub same: u64,
    /// Ids that no member has whom you may change.
    pub unknown: Vec<String>,
}

/// A tag in use.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagView {
    /// It.
    pub tag: String,
    /// How many members have it.
    pub members: u64,
}
