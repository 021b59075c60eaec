//! Registration numbers on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Number, Registration, Wrong};
use crate::standing::view::instant;

/// A registration number of a member.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Registration, example = json!({
    "id": "reg_0198c1f2a7f07d6e8f1f2a3b4c5d6e7f", "kind": "credit-code", "number": "91350100M000100Y43", "country": "CN", "created_at": "2026-07-01T04:00:00.000000Z"
}))]
pub struct RegistrationView {
    /// Made by Hansa (`reg_…`).
    pub id: String,
    /// What kind of number.
    #[schema(pattern = "^(credit-code|licence|lei|eu-vat|duns|national)$")]
    pub kind: &'static str,
    /// The number, in capitals without separators.
    pub number: String,
    /// The country that gave it (ISO 3166-1 alpha-2); none for an LEI and a D-U-N-S number.
    pub country: Option<String>,
    /// When it was put down.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

impl From<&Registration> for RegistrationView {
    fn from(one: &Registration) -> RegistrationView {
        let Number { kind, number, country } = &one.number;
        RegistrationView {
            id: one.id.clone(),
            kind: kind.name(),
            number: number.clone(),
            country: country.clone(),
            created_at: one.created_at,
        }
    }
}

/// The registration numbers of a member.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Registrations)]
pub struct RegistrationsView {
    /// In the order of their kinds.
    pub items: Vec<RegistrationView>,
}

/// A registration number to be put down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "eu-vat", "number": "DE 136 695 976" }))]
pub struct NewRegistration {
    /// `credit-code` (GB 32100-2015), `licence` (15 digits, GS 15-2006), `lei` (ISO 17442), `eu-vat`, `duns`, or `national` for any other register.
    #[schema(pattern = "^(credit-code|licence|lei|eu-vat|duns|national)$")]
    pub kind: String,
    /// The number; separators, small letters and full-width characters are forgiven.
    #[schema(min_length = 1, max_length = 100)]
    pub number: String,
    /// The country of the register (ISO 3166-1 alpha-2): needed for `national`, and for a VAT number without its two letters.
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
}

impl NewRegistration {
    /// The number, checked.
    ///
    /// # Errors
    /// The field that is not right, and why.
    pub fn number(&self) -> Result<Number, Wrong> {
        let kind = self.kind.parse().map_err(|why| ("kind", why))?;
        Number::parse(kind, &self.number, self.country.as_deref())
    }
}
