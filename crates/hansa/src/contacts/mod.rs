//! Contacts: the people of a member, and their roles in its buying decisions.

mod store;

pub use store::{Written, belongs, find, put, remove, reset};

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
}

/// The roles of the decision chain that Hansa knows.
pub const ROLES: &[&str] = &["initiator", "user", "technical", "procurement", "decider", "gatekeeper", "finance", "other"];
