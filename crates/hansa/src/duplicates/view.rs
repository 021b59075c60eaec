//! Likely duplicates on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Likely;
use crate::registrations::view::NewRegistration;

/// A member that may be the same company.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Likely, example = json!({ "member": "acme", "name": "华东轴承有限公司", "country": "CN", "score": 98, "reasons": ["name-equal", "legal-form-differs"] }))]
pub struct LikelyView {
    /// Its id.
    pub member: String,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: Option<String>,
    /// How likely it is the same, 60 to 100: from 85 likely, 100 by a registration number that both have.
    #[schema(minimum = 60, maximum = 100)]
    pub score: u8,
    /// What speaks for it and against it, e.g. `same-number`, `name-equal`, `brand-equal`, `brand-similar`, `trade-similar`, `region-differs`,
    /// `country-differs`, `numbers-differ`, `branch`, `group`, `legal-form-differs`.
    pub reasons: Vec<&'static str>,
}

impl From<Likely> for LikelyView {
    fn from(likely: Likely) -> LikelyView {
        let Likely { member, score } = likely;
        let reasons = score.reasons.iter().map(|reason| reason.name()).collect();
        LikelyView { member: member.id, name: member.name, country: member.country, score: score.points, reasons }
    }
}

/// Members that may be the same company.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Duplicates)]
pub struct DuplicatesView {
    /// The likeliest first; at most 20.
    pub items: Vec<LikelyView>,
}

/// A company that may be a member already.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Company, example = json!({ "name": "華東軸承股份有限公司", "country": "CN", "registrations": [{ "kind": "credit-code", "number": "91350100M000100Y43" }] }))]
pub struct CompanyView {
    /// Its name.
    #[schema(min_length = 1, max_length = 300)]
    pub name: String,
    /// Its country (ISO 3166-1 alpha-2).
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    /// Its registration numbers.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub registrations: Vec<NewRegistration>,
}
