//! Reports over all members: who stands where, what is owed to members, who moved, and the journal for accounting.
//!
//! For the present they read what is stored, and say how far it has been judged. As of another instant they replay every member's
//! facts, page by page and on every core, so that the number of members is bounded by time and not by memory.

mod basis;
mod journal;
mod liability;
mod movers;
mod replays;
pub mod serve;
mod store;
mod tiers;

pub use basis::Basis;
pub use journal::{Dated, Entry, Journal, journal};
pub use liability::{LiabilityReport, LiabilityRow, liability};
pub use movers::{Moved, MoversReport, movers};
pub use tiers::{TierReport, TierRow, tiers};
