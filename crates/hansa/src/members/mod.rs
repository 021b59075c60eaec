//! Members: the enterprises themselves.
//!
//! A member is known by the id its sender chose (an ERP's customer number) or by one Hansa made (`mem_…`). Standing, balances and
//! receipts are never kept here: they follow from the member's facts.
//!
//! A member that was merged into another ([`merges`](crate::merges)) keeps its row, but nobody finds it any more.

pub mod credit_code;

mod check;
mod complete;
mod list;
mod listed;
pub mod serve;
mod store;
pub(crate) mod view;

use ledger::Instant;

pub use check::{NAME_MAX, check, is_country};
pub use list::{Lineage, lineage};
pub use listed::tier;
pub use store::{Written, absorbed, among, count, find, hold, ids_of, merged, page, put, remove_unused, reset};

/// One enterprise.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Member {
    /// Chosen by the sender or made by Hansa; at most 128 bytes.
    pub id: String,
    /// Its registered name.
    pub name: String,
    /// The number in its national register, e.g. a unified social credit code (GB 32100-2015).
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
    pub registered_at: Option<Instant>,
}
