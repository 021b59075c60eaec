//! Contacts on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Contact;
use crate::http::body::said;

/// One person at one enterprise.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Contact, example = json!({
    "id": "c-17", "member": "acme", "name": "王芳", "title": "采购经理", "role": "procurement", "email": "wang.fang@acme.example", "phone": "+86 21 5555 0101",
    "erased": false
}))]
pub struct ContactView {
    /// Chosen by the sender or made by Hansa (`con_…`).
    pub id: String,
    /// The enterprise.
    pub member: String,
    /// The person's name.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// Its role in the buying decision.
    pub role: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone, as it was given.
    pub phone: Option<String>,
    /// Whether the person was erased: then nothing but ids and the role is left.
    pub erased: bool,
}

impl From<Contact> for ContactView {
    fn from(contact: Contact) -> ContactView {
        let Contact { id, member, name, title, role, email, phone, erased } = contact;
        ContactView { id, member, name, title, role, email, phone, erased }
    }
}

/// A contact to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "王芳", "title": "采购经理", "role": "procurement" }))]
pub struct NewContact {
    /// The id by which your systems know it; made by Hansa when left out.
    #[schema(min_length = 1, max_length = 128)]
    pub id: Option<String>,
    /// The person's name.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Job title.
    #[schema(min_length = 1, max_length = 200)]
    pub title: Option<String>,
    /// Its role in the buying decision.
    #[schema(pattern = "^(initiator|user|technical|procurement|decider|gatekeeper|finance|other)$")]
    pub role: Option<String>,
    /// E-mail address.
    #[schema(min_length = 1, max_length = 200)]
    pub email: Option<String>,
    /// Telephone.
    #[schema(min_length = 1, max_length = 200)]
    pub phone: Option<String>,
}

impl NewContact {
    /// The contact of an enterprise.
    pub fn contact(self, id: String, member: String) -> Contact {
        Contact { id, member, name: self.name, title: self.title, role: self.role, email: self.email, phone: self.phone, erased: false }
    }
}

/// A change: what is given replaces what was, `null` takes it away, what is left out stays (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "role": "decider", "phone": null }))]
pub struct ContactChange {
    /// The person's name.
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// Job title.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub title: Option<Option<String>>,
    /// Its role in the buying decision.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub role: Option<Option<String>>,
    /// E-mail address.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// Telephone.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
}

impl ContactChange {
    /// The contact as it is to be.
    pub fn of(self, before: &Contact) -> Contact {
        Contact {
            id: before.id.clone(),
            member: before.member.clone(),
            name: self.name.unwrap_or_else(|| before.name.clone()),
            title: self.title.unwrap_or_else(|| before.title.clone()),
            role: self.role.unwrap_or_else(|| before.role.clone()),
            email: self.email.unwrap_or_else(|| before.email.clone()),
            phone: self.phone.unwrap_or_else(|| before.phone.clone()),
            erased: before.erased,
        }
    }
}
