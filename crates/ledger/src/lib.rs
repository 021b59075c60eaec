//! The ledger: double entry over everything countable, for one member at a time.
//!
//! A [`Book`] holds a member's balances and the [lots](Lot) they are made of. Every operation posts immutable [transfers](Transfer)
//! between the member's accounts; in each unit the accounts sum to zero, always. Amounts are integers in the unit's smallest step.
//! Pure: no I/O, no clock; instants and keys come in as arguments, so a replay of the same operations gives the same book.

mod accrual;
mod book;
mod check;
mod due;
mod index;
mod instant;
mod journal;
mod lot;
mod places;
mod redemption;
mod refusal;
mod reservation;
mod split;
mod statement;
mod take_back;
mod transfer;

pub use book::{Book, Changes, HotBook};
pub use instant::{Instant, Key};
pub use journal::{Grounds, Journal, Move};
pub use lot::{Ending, Lot, NewLot, Redemption, Release, Reservation, SpendRequest};
pub use redemption::SharedDraw;
pub use refusal::{MAX_AMOUNT, MAX_BALANCE, Refusal, Shortfall, UnitRules};
pub use split::split;
pub use statement::{Cohort, Statement, StatementLine, balances_as_of, liability, statement};
pub use take_back::TakenBack;
pub use transfer::{Balances, Draw, Purpose, Reason, Transfer, UnitIx};
