//! What the ledger does not do, and what a unit allows.

use serde::{Deserialize, Serialize};

use crate::{Ending, Key};

/// The largest amount of one operation, in the unit's smallest step.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000_000;

/// The most any account may hold or lack, in the unit's smallest step: sums over accounts stay within 64 bits.
pub const MAX_BALANCE: i64 = 1_000_000_000_000_000_000;

/// How the part of a take-back that was spent already is treated.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub enum Shortfall {
    /// The member's other lots pay, then the member owes: the next accruals pay first.
    Owe,
    /// It is let go.
    Waive,
    /// The take-back is refused.
    Refuse,
}

/// What a unit allows.
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct UnitRules {
    /// How the part of a take-back that was spent already is treated.
    pub shortfall: Shortfall,
    /// How far spending may take the balance below zero, in the unit's smallest step.
    pub overdraft: i64,
    /// How long a lot lives that is restored after its expiry, in microseconds; 0: it lapses at once.
    pub reinstatement_us: i64,
}

/// Why an operation was refused; nothing has changed.
#[derive(Clone, Eq, PartialEq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Not an amount.
    #[error("the amount {0} must lie between 1 and {MAX_AMOUNT}")]
    AmountOutOfRange(i64),
    /// An account would hold or lack more than can be counted.
    #[error("no account may go beyond {MAX_BALANCE} units either way")]
    BalanceOutOfRange,
    /// The balance does not suffice.
    #[error("only {available} available, {needed} needed")]
    Insufficient {
        /// What could be spent.
        available: i64,
        /// What was asked for.
        needed: i64,
    },
    /// The key was used before.
    #[error("{0} exists already")]
    Exists(Key),
    /// No such lot.
    #[error("there is no lot {0}")]
    UnknownLot(Key),
    /// No such reservation.
    #[error("there is no reservation `{}`", .0.fact)]
    UnknownReservation(Key),
    /// No such redemption.
    #[error("there is no redemption `{}`", key.fact)]
    UnknownRedemption {
        /// What was asked for.
        key: Key,
    },
    /// The reservation does not hold anything any more.
    #[error("reservation `{}` has ended: {}", key.fact, how.words())]
    AlreadyEnded {
        /// Which.
        key: Key,
        /// How.
        how: Ending,
    },
    /// More than there is to commit or restore.
    #[error("{asked} is more than the {left} that are left")]
    Exceeds {
        /// Asked for.
        asked: i64,
        /// There.
        left: i64,
    },
    /// The book does not hold the lots that its balance speaks of: they were not loaded, or somebody else removed them.
    #[error("the lots of the unit hold {found} of the {said} that its balance says; `hansa verify` finds what is missing")]
    LotsMissing {
        /// What the balance says is there, up to what was asked for.
        said: i64,
        /// What the lots hold.
        found: i64,
    },
    /// Part of what should be taken back has been spent, and the unit does not allow that.
    #[error("{spent} of the units to be taken back have been spent already")]
    AlreadySpent {
        /// How much.
        spent: i64,
    },
}
