//! People on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Person;
use crate::standing::view::{instant, maybe_instant};

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Person, example = json!({
    "id": "li.wei", "name": "李伟", "email": "li.wei@example.com", "phone": null, "role": "account-manager", "member": null, "contact": null, "language": "zh-CN",
    "state": "active", "second_factor": true, "created_at": "2026-03-01T00:00:00.000000Z", "signed_in_at": null
}))]
pub struct PersonView {
    /// Its id; for staff the name that members' `account_manager` says.
    pub id: String,
    /// How it is called.
    pub name: String,
    /// Its e-mail address; `null` where it is known by its phone number.
    pub email: Option<String>,
    /// Its phone number (E.164); `null` where it is known by its e-mail address.
    pub phone: Option<String>,
    /// Its role.
    pub role: &'static str,
    /// The enterprise it acts for; `null` for staff.
    pub member: Option<String>,
    /// The contact that it is.
    pub contact: Option<String>,
    /// The language of its mail.
    pub language: Option<String>,
    /// `invited`, `active` or `disabled`.
    #[schema(pattern = "^(invited|active|disabled)$")]
    pub state: &'static str,
    /// Whether a second factor is asked for.
    pub second_factor: bool,
    /// When it was made.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it last signed in.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub signed_in_at: Option<Instant>,
}

impl From<&Person> for PersonView {
    fn from(person: &Person) -> PersonView {
        let state = match person {
            Person { disabled_at: Some(_), .. } => "disabled",
            Person { password: None, signed_in_at: None, .. } => "invited",
            _ => "active",
        };
        PersonView {
            id: person.id.clone(),
            name: person.name.clone(),
            email: person.address.as_email().map(str::to_owned),
            phone: person.address.as_phone().map(str::to_owned),
            role: person.role.name(),
            member: person.member.clone(),
            contact: person.contact.clone(),
            language: person.language.clone(),
            state,
            second_factor: person.second_factor_at.is_some(),
            created_at: person.created_at,
            signed_in_at: person.signed_in_at,
        }
    }
}

/// People.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PeopleView {
    /// By id.
    pub items: Vec<PersonView>,
}

/// Somebody to be invited to the staff.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "id": "li.wei", "name": "李伟", "email": "li.wei@example.com", "role": "account-manager", "language": "zh-CN" }))]
pub struct NewStaff {
    /// The name by which members' `account_manager` knows it; made by Hansa when left out.
    #[schema(min_length = 1, max_length = 128)]
    pub id: Option<String>,
    /// How it is called.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Where the invitation goes.
    #[schema(format = Email)]
    pub email: String,
    /// A role of the platform's people, e.g. `membership-operator`.
    pub role: String,
    /// `zh-CN`, `zh-TW` or `en`.
    pub language: Option<String>,
}

/// Somebody of an enterprise to be invited.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "王芳", "email": "wang.fang@acme.example", "role": "buyer", "language": "zh-CN" }))]
pub struct NewColleague {
    /// How it is called.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// The e-mail address to which the invitation goes, or
    #[schema(format = Email)]
    pub email: Option<String>,
    /// the phone number (E.164).
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$")]
    pub phone: Option<String>,
    /// `owner`, `buyer`, `finance` or `viewer`.
    #[schema(pattern = "^(owner|buyer|finance|viewer)$")]
    pub role: String,
    /// The contact that it is.
    pub contact: Option<String>,
    /// `zh-CN`, `zh-TW` or `en`.
    pub language: Option<String>,
}

/// A change: what is given replaces what was.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "role": "risk-officer" }))]
pub struct PersonChange {
    /// How it is called.
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// Its role.
    pub role: Option<String>,
    /// The language of its mail.
    pub language: Option<String>,
    /// Whether it may not sign in any more; its sessions end at once.
    pub disabled: Option<bool>,
}

impl PersonChange {
    /// The person as it is to be.
    ///
    /// # Errors
    /// When the role is none; the text says which there are.
    pub fn of(self, before: &Person, now: Instant) -> Result<Person, String> {
        let mut after = before.clone();
        after.name = self.name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned());
        after.language = self.language.or_else(|| before.language.clone());
        if let Some(role) = self.role {
            after.role = role.parse()?;
        }
        if let Some(disabled) = self.disabled {
            after.disabled_at = disabled.then(|| before.disabled_at.unwrap_or(now));
        }
        Ok(after)
    }
}
