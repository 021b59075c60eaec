//! Points and everything else countable, as the member's account shows it.
//!
//! [`statement`] reads the book of record: the stored transfers. What a resettlement took back and posted anew nets out, so a
//! statement says what is true today about the stretch of time it covers, and how many movements were corrected.

mod give;
mod say;
pub mod serve;
mod spend;
mod statement;
mod store;
mod view;

pub use give::{Give, give};
pub(crate) use say::entry;
pub use say::{Left, MAX_SAID_ID, Say, SpendError, left, may_say, say, say_by, say_now, unit_of};
pub use spend::{Draw, MAX_ANCESTORS, Spend, Spent, spend, spend_by};
pub use statement::{Period, statement};
pub use view::{LineView, LotView, StatementView, UnitStatement};
