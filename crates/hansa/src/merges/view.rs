//! Merges on the wire.

use std::collections::BTreeMap;

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Merge;
use crate::members::view::MemberView;
use crate::standing::view::{instant, maybe_instant};

/// What is to be merged.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": "acme-shanghai", "why": "one company, entered twice", "take": ["name"] }))]
pub struct NewMerge {
    /// The member that is merged into the one of the path.
    #[schema(min_length = 1, max_length = 128)]
    pub from: String,
    /// Why they are one company.
    #[schema(min_length = 1, max_length = 500)]
    pub why: String,
    /// Fields of the profile that are those of the merged member from then on: `name`, `registration_number`, `country`, `region`, `industry`,
    /// `employees`, `account_manager`, `credit_limit`, `registered_at`. Of the others the empty ones are filled, and `registered_at` is the earlier.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub take: Vec<String>,
}

/// What a merge would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MergePreview)]
pub struct PreviewView {
    /// The member that goes on, as it is.
    pub survivor: MemberView,
    /// The member that is merged, as it is.
    pub source: MemberView,
    /// The survivor as it would be.
    pub after: MemberView,
    /// How much goes over.
    pub moves: MovesView,
    /// Numbers of orders that both have, up to 20: each of them is one order from then on.
    pub same_orders: Vec<String>,
}

/// How much goes over to the survivor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = MergeMoves)]
pub struct MovesView {
    /// Facts, which are judged as the survivor's.
    pub facts: i64,
    /// Contacts.
    pub contacts: i64,
    /// People who sign in.
    pub people: i64,
    /// API keys.
    pub keys: i64,
    /// Registration numbers.
    pub registrations: i64,
    /// Documents.
    pub files: i64,
    /// Verifications.
    pub verifications: i64,
    /// Orders of rewards.
    pub redemptions: i64,
    /// Subsidiaries.
    pub subsidiaries: i64,
}

impl MovesView {
    /// Of each table so many.
    pub fn of(facts: i64, subsidiaries: i64, rows: &BTreeMap<&str, i64>) -> MovesView {
        let of = |table: &str| rows.get(table).copied().unwrap_or(0);
        MovesView {
            facts,
            contacts: of("contact"),
            people: of("person"),
            keys: of("api_key"),
            registrations: of("registration"),
            files: of("file"),
            verifications: of("verification_case"),
            redemptions: of("redemption_order"),
            subsidiaries,
        }
    }
}

/// A merge.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Merge)]
pub struct MergeView {
    /// Its id.
    pub id: String,
    /// Who was merged.
    pub from: String,
    /// Who goes on.
    pub into: String,
    /// When.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
    /// What went over.
    pub moved: MovesView,
    /// When it was undone.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub undone_at: Option<Instant>,
}

impl From<Merge> for MergeView {
    fn from(merge: Merge) -> MergeView {
        let length = |len: usize| i64::try_from(len).unwrap_or(i64::MAX);
        let rows = merge.moved.rows.iter().map(|(table, ids)| (table.as_str(), length(ids.len()))).collect();
        MergeView {
            moved: MovesView::of(merge.moved.facts, length(merge.moved.subsidiaries.len()), &rows),
            id: merge.id,
            from: merge.source,
            into: merge.survivor,
            at: merge.at,
            by: merge.actor,
            why: merge.why,
            undone_at: merge.undone_at,
        }
    }
}

/// The merges of a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Merges)]
pub struct MergesView {
    /// The latest first, up to 200.
    pub items: Vec<MergeView>,
}
