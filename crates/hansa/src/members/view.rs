//! A member on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Member;
use crate::duplicates::view::LikelyView;
use crate::http::body::said;
use crate::registrations::view::NewRegistration;
use crate::standing::view::maybe_instant;

/// An enterprise.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Member, example = json!({
    "id": "acme", "name": "华东轴承有限公司", "registration_number": "91350100M000100Y43", "country": "CN", "region": "上海", "industry": "C3451",
    "employees": 240, "parent": null, "account_manager": "li.wei", "credit_limit_minor": 50_000_000, "currency": "CNY",
    "registered_at": "2024-03-01T00:00:00.000000Z"
}))]
pub struct MemberView {
    /// Chosen by the sender or made by Hansa (`mem_…`).
    pub id: String,
    /// Its registered name.
    pub name: String,
    /// The number in its national register.
    pub registration_number: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Province or state.
    pub region: Option<String>,
    /// GB/T 4754 or ISIC class.
    pub industry: Option<String>,
    /// How many people work there.
    pub employees: Option<i64>,
    /// The id of the parent company.
    pub parent: Option<String>,
    /// The staff member in charge.
    pub account_manager: Option<String>,
    /// Agreed credit limit in minor units of `currency`.
    pub credit_limit_minor: Option<i64>,
    /// ISO 4217 code of the credit limit.
    pub currency: Option<String>,
    /// When it became a member.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub registered_at: Option<Instant>,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> MemberView {
        MemberView {
            id: member.id,
            name: member.name,
            registration_number: member.registration_number,
            country: member.country,
            region: member.region,
            industry: member.industry,
            employees: member.employees,
            parent: member.parent,
            account_manager: member.account_manager,
            credit_limit_minor: member.credit_limit_minor,
            currency: member.currency,
            registered_at: member.registered_at,
        }
    }
}

/// An enterprise to be created.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "华东轴承有限公司", "registration_number": "91350100M000100Y43", "country": "CN" }))]
pub struct NewMember {
    /// The id by which your systems know it; made by Hansa when left out.
    #[schema(min_length = 1, max_length = 128)]
    pub id: Option<String>,
    /// Its registered name.
    #[schema(min_length = 1, max_length = 300)]
    pub name: String,
    /// The number in its national register.
    #[schema(min_length = 1, max_length = 200)]
    pub registration_number: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    /// Province or state.
    #[schema(min_length = 1, max_length = 200)]
    pub region: Option<String>,
    /// GB/T 4754 or ISIC class.
    #[schema(min_length = 1, max_length = 200)]
    pub industry: Option<String>,
    /// How many people work there.
    #[schema(minimum = 0)]
    pub employees: Option<i64>,
    /// The id of the parent company.
    pub parent: Option<String>,
    /// The staff member in charge.
    #[schema(min_length = 1, max_length = 200)]
    pub account_manager: Option<String>,
    /// Agreed credit limit in minor units of `currency`.
    #[schema(minimum = 0)]
    pub credit_limit_minor: Option<i64>,
    /// ISO 4217 code of the credit limit.
    #[schema(pattern = "^[A-Z]{3}$")]
    pub currency: Option<String>,
    /// Its registration numbers. One that another member has is refused.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub registrations: Vec<NewRegistration>,
}

/// A member that was just created.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CreatedMember)]
pub struct CreatedView {
    /// The member.
    #[serde(flatten)]
    pub member: MemberView,
    /// Members with a name so alike that they are likely the same company; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub likely_duplicates: Vec<LikelyView>,
}

/// A change: what is given replaces what was, `null` takes it away, what is left out stays (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "region": "上海", "account_manager": null }))]
pub struct MemberChange {
    /// Its registered name.
    #[schema(min_length = 1, max_length = 300)]
    pub name: Option<String>,
    /// The number in its national register.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub registration_number: Option<Option<String>>,
    /// ISO 3166-1 alpha-2.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub country: Option<Option<String>>,
    /// Province or state.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub region: Option<Option<String>>,
    /// GB/T 4754 or ISIC class.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub industry: Option<Option<String>>,
    /// How many people work there.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<i64>)]
    pub employees: Option<Option<i64>>,
    /// The id of the parent company.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<Option<String>>,
    /// The staff member in charge.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub account_manager: Option<Option<String>>,
    /// Agreed credit limit in minor units of `currency`.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<i64>)]
    pub credit_limit_minor: Option<Option<i64>>,
    /// ISO 4217 code of the credit limit.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub currency: Option<Option<String>>,
}

/// What an enterprise says of itself: the same rules. What the platform decides about it (its name, its register, its parent, who serves it, its
/// credit) is not among it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "region": "上海", "employees": 260 }))]
pub struct ProfileChange {
    /// Province or state.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub region: Option<Option<String>>,
    /// GB/T 4754 or ISIC class.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub industry: Option<Option<String>>,
    /// How many people work there.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<i64>)]
    pub employees: Option<Option<i64>>,
}

impl From<ProfileChange> for MemberChange {
    fn from(profile: ProfileChange) -> MemberChange {
        let ProfileChange { region, industry, employees } = profile;
        MemberChange { region, industry, employees, ..MemberChange::default() }
    }
}

impl NewMember {
    /// The member, registered now.
    pub fn member(self, id: String, now: Instant) -> Member {
        Member {
            id,
            name: self.name,
            registration_number: self.registration_number,
            country: self.country,
            region: self.region,
            industry: self.industry,
            employees: self.employees,
            parent: self.parent,
            account_manager: self.account_manager,
            credit_limit_minor: self.credit_limit_minor,
            currency: self.currency,
            registered_at: Some(now),
        }
    }
}

impl MemberChange {
    /// The member as it is to be.
    pub fn of(self, before: &Member) -> Member {
        fn changed<T: Clone>(said: Option<Option<T>>, before: &Option<T>) -> Option<T> {
            said.unwrap_or_else(|| before.clone())
        }
        Member {
            id: before.id.clone(),
            name: self.name.unwrap_or_else(|| before.name.clone()),
            registration_number: changed(self.registration_number, &before.registration_number),
            country: changed(self.country, &before.country),
            region: changed(self.region, &before.region),
            industry: changed(self.industry, &before.industry),
            employees: changed(self.employees, &before.employees),
            parent: changed(self.parent, &before.parent),
            account_manager: changed(self.account_manager, &before.account_manager),
            credit_limit_minor: changed(self.credit_limit_minor, &before.credit_limit_minor),
            currency: changed(self.currency, &before.currency),
            registered_at: before.registered_at,
        }
    }
}
