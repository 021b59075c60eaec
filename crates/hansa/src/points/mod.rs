//! Points and everything else countable, as the member's account shows it.
//!
//! [`statement`] reads the book of record: the stored transfers. What a resettlement took back and posted anew nets out, so a
//! statement says what is true today about the stretch of time it covers, and how many movements were corrected.

mod spend;
mod statement;
mod store;
mod view;

pub use spend::{MAX_ANCESTORS, Spend, SpendError, Spent, spend};
pub use statement::{Period, statement};
pub use view::{LineView, LotView, StatementView, UnitStatement};
