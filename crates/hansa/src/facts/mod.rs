//! Facts go in by one path, whatever their number and origin.
//!
//! [`record`] takes a batch in the caller's transaction: it finds what is known already, loads the members' states in a few
//! queries, runs the engine, and writes facts, transfers, lots, decisions and states in set-based statements. A bad fact is refused
//! alone. A fact that arrives late, or corrects another, has its member's history replayed; the difference is posted.

mod load;
mod lots;
mod moment;
mod prints;
mod record;
mod rows;
mod save;
pub mod serve;
mod view;

pub(crate) use load::blob;
pub use load::{History, Present, Stored, digest, histories, lots_of, member_history, present, states};
pub use moment::{CLOCKS_DIFFER, first_said, happen_now, moment};
pub(crate) use prints::{Pen, Prints};
pub use record::{Answer, FactError, Recorded, Settled, judge, record, settle_members};
pub use rows::{decision_from_row, fact_from_row, read_decisions, read_transfers};
pub use save::Save;
pub use view::FactView;
