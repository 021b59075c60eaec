//! Two members that are one company become one.
//!
//! The survivor goes on; the other keeps its row and its facts and is found by nobody any more. Facts are never changed: those of the merged
//! member are the history of the survivor from then on ([`facts::histories`](crate::facts::histories)), and so are those that other systems still send
//! under the old id. Both histories are judged anew as one, so that points, tiers and receipts are those of one company from its first order; what was
//! decided for the merged member alone is taken back. People, documents and the rest move over. A merge can be undone: then everything
//! goes back to where it was, and each member is judged by its own facts ([decision 22](../../../../docs/adr/0022-merged-members.md)).

mod combine;
pub mod serve;
mod store;
mod view;

use std::collections::BTreeMap;

use ledger::Instant;
use serde::{Deserialize, Serialize};

use crate::members::Member;

/// The most facts that two members may have together: both are judged anew in one transaction.
pub const FACTS_MAX: i64 = 50_000;
/// The most characters of a reason.
pub const WHY_MAX: usize = 500;

/// One merge.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// Its id.
    pub id: String,
    /// Who was merged.
    pub source: String,
    /// Who goes on.
    pub survivor: String,
    /// When.
    pub at: Instant,
    /// By whom.
    pub actor: String,
    /// Why.
    pub why: String,
    /// What went over.
    pub moved: Moved,
    /// When it was undone.
    pub undone_at: Option<Instant>,
}

/// What went over to the survivor, so that it can go back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Ids of rows by their table.
    pub rows: BTreeMap<String, Vec<String>>,
    /// Subsidiaries.
    pub subsidiaries: Vec<String>,
    /// Members that had been merged into the source before.
    pub merged: Vec<String>,
    /// Tags that the survivor did not have.
    pub tags: Vec<String>,
    /// Custom fields that the survivor had no value of, and the value.
    pub values: BTreeMap<String, String>,
    /// Facts of the source.
    pub facts: i64,
    /// The survivor before and after.
    pub profile: Option<(Member, Member)>,
}

/// The fields of the profile that can be taken from the source.
pub const FIELDS: [&str; 9] =
    ["name", "registration_number", "country", "region", "industry", "employees", "account_manager", "credit_limit", "registered_at"];

/// The survivor's profile: fields to be `taken` are the source's, empty ones are filled from it, and it has been a member since whoever was first.
#[must_use]
pub fn profile(survivor: &Member, source: &Member, taken: &[String]) -> Member {
    let take = |field: &str| taken.iter().any(|one| one == field);
    let text = |field: &str, own: &Option<String>, other: &Option<String>| {
        if take(field) { other.clone() } else { own.clone().or_else(|| other.clone()) }
    };
    let limit = if take("credit_limit") || survivor.credit_limit_minor.is_none() { source } else { survivor };
    let since = survivor.registered_at.into_iter().chain(source.registered_at).min();
    Member {
        id: survivor.id.clone(),
        name: if take("name") { source.name.clone() } else { survivor.name.clone() },
        registration_number: text("registration_number", &survivor.registration_number, &source.registration_number),
        country: text("country", &survivor.country, &source.country),
        region: text("region", &survivor.region, &source.region),
        industry: text("industry", &survivor.industry, &source.industry),
        employees: if take("employees") { source.employees } else { survivor.employees.or(source.employees) },
        parent: survivor.parent.clone().or_else(|| source.parent.clone()).filter(|parent| *parent != survivor.id),
        account_manager: text("account_manager", &survivor.account_manager, &source.account_manager),
        credit_limit_minor: limit.credit_limit_minor,
        currency: limit.currency.clone().or_else(|| survivor.currency.clone()),
        registered_at: if take("registered_at") { source.registered_at } else { since },
    }
}

/// The survivor's profile after a merge was undone: what the merge changed and nobody has changed since is as it was before.
#[must_use]
pub fn restored(now: &Member, before: &Member, after: &Member) -> Member {
    fn back<T: PartialEq + Clone>(now: &T, before: &T, after: &T) -> T {
        if now == after { before.clone() } else { now.clone() }
    }
    Member {
        id: now.id.clone(),
        name: back(&now.name, &before.name, &after.name),
        registration_number: back(&now.registration_number, &before.registration_number, &after.registration_number),
        country: back(&now.country, &before.country, &after.country),
        region: back(&now.region, &before.region, &after.region),
        industry: back(&now.industry, &before.industry, &after.industry),
        employees: back(&now.employees, &before.employees, &after.employees),
        parent: back(&now.parent, &before.parent, &after.parent),
        account_manager: back(&now.account_manager, &before.account_manager, &after.account_manager),
        credit_limit_minor: back(&now.credit_limit_minor, &before.credit_limit_minor, &after.credit_limit_minor),
        currency: back(&now.currency, &before.currency, &after.currency),
        registered_at: back(&now.registered_at, &before.registered_at, &after.registered_at),
    }
}
