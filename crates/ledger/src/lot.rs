//! Lots, redemptions and reservations: which units a balance is made of, and what became of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Draw, Instant, Key, UnitIx};

/// When a lot becomes available.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub enum Release {
    /// At once.
    Now,
    /// By itself, then.
    At(Instant),
    /// When the caller releases it.
    OnEvent,
}

/// One accrual and what became of it. `held + available + reserved + spent + expired + taken_back == amount`, always.
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct Lot {
    /// What made it.
    pub key: Key,
    /// The unit.
    pub unit: UnitIx,
    /// How much, in the unit's smallest step.
    pub amount: i64,
    /// What it belongs to, e.g. an order's number.
    pub reference: Option<Arc<str>>,
    /// Lower is drawn first.
    pub priority: i32,
    /// When it was made.
    pub created_at: Instant,
    /// When it becomes available.
    pub release_at: Release,
    /// When it lapses.
    pub expires_at: Option<Instant>,
    /// Waiting for the release.
    pub held: i64,
    /// Can be spent.
    pub available: i64,
    /// Set aside by reservations.
    pub reserved: i64,
    /// Spent, or passed to another company.
    pub spent: i64,
    /// Lapsed.
    pub expired: i64,
    /// Undone.
    pub taken_back: i64,
    /// Of what is reserved: let go by a take-back, so that it does not come back when its reservation ends.
    pub let_go: i64,
    /// The how-manieth lot of the book: of two lots made at one instant the smaller is drawn first.
    pub sequence: u64,
}

impl Lot {
    /// What is still in it: held, available or reserved.
    pub fn open(&self) -> i64 {
        self.held + self.available + self.reserved
    }

    /// When it next changes by itself: a held lot at its release, an available one at its expiry.
    pub fn due(&self) -> Option<Instant> {
        crate::due::due_of(self).map(|(at, _)| at)
    }
}

/// A lot to be made.
#[derive(Clone, Debug)]
pub struct NewLot {
    /// What makes it; unique in the book.
    pub key: Key,
    /// The unit.
    pub unit: UnitIx,
    /// How much, in the unit's smallest step.
    pub amount: i64,
    /// What it belongs to.
    pub reference: Option<Arc<str>>,
    /// Lower is drawn first.
    pub priority: i32,
    /// When it becomes available.
    pub release: Release,
    /// When it lapses.
    pub expires_at: Option<Instant>,
}

/// Units to be spent, reserved or passed on.
#[derive(Clone, Debug)]
pub struct SpendRequest {
    /// What asks for them; unique in the book.
    pub key: Key,
    /// The unit.
    pub unit: UnitIx,
    /// How much, in the unit's smallest step.
    pub amount: i64,
    /// What for, e.g. an order's number.
    pub reference: Option<Arc<str>>,
    /// It has happened already: what is missing is owed instead of refused.
    pub force: bool,
}

/// What was spent and out of which lots, so that it can be undone.
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct Redemption {
    /// What asked for it.
    pub key: Key,
    /// The unit.
    pub unit: UnitIx,
    /// What for.
    pub reference: Option<Arc<str>>,
    /// How much was spent.
    pub amount: i64,
    /// What is still drawn from each lot: restoring takes off here.
    pub draws: Vec<Draw>,
    /// What no lot covered and was not restored.
    pub short: i64,
    /// How much was restored.
    pub restored: i64,
}

/// How a reservation stands.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub enum Ending {
    /// It holds its lots.
    Open,
    /// It became a redemption.
    Committed,
    /// It was cancelled.
    Cancelled,
    /// Its time ran out.
    TimedOut,
}

impl Ending {
    /// How, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Ending::Open => "it still holds its units",
            Ending::Committed => "it was committed",
            Ending::Cancelled => "it was cancelled",
            Ending::TimedOut => "its time ran out",
        }
    }
}

/// Units set aside for a purchase that may still fail.
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reservation {
    /// What asked for it.
    pub key: Key,
    /// The unit.
    pub unit: UnitIx,
    /// What for.
    pub reference: Option<Arc<str>>,
    /// How much.
    pub amount: i64,
    /// The lots it holds.
    pub draws: Vec<Draw>,
    /// What no lot covered.
    pub short: i64,
    /// When it ends by itself.
    pub until: Option<Instant>,
    /// How it stands.
    pub ending: Ending,
}

impl Reservation {
    /// Whether it still holds its lots.
    pub fn is_open(&self) -> bool {
        self.ending == Ending::Open
    }
}
