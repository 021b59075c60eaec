//! Where a member stands and why, as of any instant.
//!
//! [`explain`] replays the member's facts in force up to the instant that is asked for, under the programs of their time, so the answer
//! is the same whether it is asked on the day itself or years later. [`now`] tells the same of the present, without receipts, out of what is stored. Neither
//! changes anything. Every number comes with its window and with
//! the facts behind it; every tier with the nearest way to the next.

mod current;
mod explain;
mod page;
mod receipt;
pub mod serve;
pub(crate) mod timeline;
pub(crate) mod view;
mod withdrawn;
pub mod words;

pub use explain::{Ask, explain, member_name, now, zone};
pub use receipt::{Teller, receipt};
pub use view::{
    BalanceView, BenefitView, ConditionView, EvidenceView, Explanation, LotView, MetricView, MissionView, NamedView, NextTier, ReceiptView,
    StepView, TrackView, WithdrawnView,
};
