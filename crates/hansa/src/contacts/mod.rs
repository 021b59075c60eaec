//! Contacts: the people of a member, and their roles in its buying decisions.

pub mod serve;
mod store;
mod view;

use program::fact::MAX_ID;

pub use store::{Written, belongs, bring_up, find, of_member, put, remove, reset};
pub use view::ContactView;

/// One person at one member.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Contact {
    /// Chosen by the sender or made by Hansa; unique in the installation.
    pub id: String,
    /// The member this person belongs to.
    pub member: String,
    /// The person's name.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// Role in the buying decision: initiator, user, technical, procurement, decider, gatekeeper, finance, other.
    pub role: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone in the form it was given.
    pub phone: Option<String>,
    /// Whether the person was erased: then nothing but ids and the role is left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

/// The roles of the decision chain that Hansa knows.
pub const ROLES: &[&str] = &["initiator", "user", "technical", "procurement", "decider", "gatekeeper", "finance", "other"];

/// The longest name, in characters.
const NAME_MAX: usize = 100;
const TEXT_MAX: usize = 200;

/// The first field of a contact that is not right, and what would be.
pub fn check(contact: &Contact) -> Option<(&'static str, String)> {
    let bad = |text: &str, max: usize| text.trim().is_empty() || text.chars().count() > max || text.chars().any(char::is_control);
    if bad(&contact.id, MAX_ID) || contact.id.len() > MAX_ID || contact.id.contains('/') {
        return Some(("id", format!("1 to {MAX_ID} bytes without control characters and `/`")));
    }
    if bad(&contact.name, NAME_MAX) {
        return Some(("name", format!("1 to {NAME_MAX} characters")));
    }
    if contact.role.as_deref().is_some_and(|role| !ROLES.contains(&role)) {
        return Some(("role", format!("one of {}, or null", ROLES.join(", "))));
    }
    let texts = [("title", &contact.title), ("email", &contact.email), ("phone", &contact.phone)];
    let wrong = texts.into_iter().find(|(_, text)| text.as_deref().is_some_and(|text| bad(text, TEXT_MAX)));
    wrong.map(|(field, _)| (field, format!("1 to {TEXT_MAX} characters, or null")))
}
