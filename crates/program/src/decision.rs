//! Receipts: what was decided about a member, when, by which rule, from what.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Draw, Instant, Key, Reason};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::memory::Reading;
use crate::way::Way;

/// The most lots that a receipt names; the transfers name all.
pub const MAX_LOTS_NAMED: usize = 8;

/// One decision about one member, with everything needed to understand and to repeat it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The same for the same decision in every replay; unique for the member.
    pub key: String,
    /// From when it takes effect.
    pub at: Instant,
    /// The number of the program version that decided.
    pub version: u32,
    /// The rule, e.g. `track:buyer`, `earn:order-points`.
    pub rule: Arc<str>,
    /// The fact that led to it; `None` when time did.
    pub cause: Option<Arc<str>>,
    /// What was decided.
    pub outcome: Outcome,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "decided", rename_all = "snake_case")]
pub enum Outcome {
    /// Standing on a track began, rose, was kept, fell, or was set by hand.
    Tier(Box<TierChange>),
    /// Units were earned.
    Accrual(Accrual),
    /// Units were taken back because the order that earned them was undone.
    TakeBack(TakeBack),
    /// Spent units came back because what they paid for was undone.
    Restoration {
        /// The unit.
        unit: Arc<str>,
        /// In its smallest step.
        amount: i64,
        /// The redemption.
        redemption: Key,
    },
    /// Units were spent, set aside, adjusted or passed on, as a fact asked.
    Moved {
        /// What was done.
        what: Movement,
        /// The unit.
        unit: Arc<str>,
        /// In its smallest step.
        amount: i64,
        /// The first of the lots drawn, at most [`MAX_LOTS_NAMED`], each with its part.
        lots: Vec<Draw>,
        /// How many were drawn in all.
        lots_in_all: usize,
    },
    /// A right began or ended.
    Entitled {
        /// The benefit.
        benefit: Arc<str>,
        /// Whether it is there now.
        now: bool,
        /// Why: a tier, or the fact that gave it.
        by: Arc<str>,
    },
    /// A metered benefit was granted for a period.
    Granted {
        /// The benefit.
        benefit: Arc<str>,
        /// The unit.
        unit: Arc<str>,
        /// In its smallest step.
        amount: i64,
        /// The period, e.g. `2026-03`.
        period: Arc<str>,
        /// When it lapses.
        expires_at: Option<Instant>,
    },
    /// A mission was done, or was undone again.
    Mission {
        /// Whether it is done now.
        done: bool,
        /// The window by name, e.g. `2026-Q1`; `None` for a mission that happens once.
        window: Option<Arc<str>>,
        /// Facts counted for each step.
        steps: BTreeMap<Arc<str>, u32>,
        /// Rewards given: unit and amount in its smallest step.
        rewards: Vec<(Arc<str>, i64)>,
        /// Windows done in a row.
        streak: u32,
    },
    /// A person received a benefit (or, below zero, gave it back): the record that the law of several countries asks for.
    Disclosed {
        /// The benefit.
        benefit: Arc<str>,
        /// The person.
        contact: Arc<str>,
        /// Units times their cost, in minor units of the program's currency, exact.
        value: Decimal,
        /// The calendar year.
        year: i32,
        /// What the person received by this benefit in that year so far, this included.
        total: Decimal,
        /// The most it may be, by the program.
        cap: i64,
    },
    /// Something that happened could not be followed in full, and why.
    Noted {
        /// What and why.
        reason: String,
    },
}

/// A change of standing on a track, or the confirmation of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierChange {
    /// The track.
    pub track: Arc<str>,
    /// What happened.
    pub change: Change,
    /// The tier before.
    pub from: Arc<str>,
    /// The tier after.
    pub to: Arc<str>,
    /// The condition that was judged, as the program says it.
    pub condition: Option<Arc<str>>,
    /// Whether it held.
    pub held: bool,
    /// The metrics it reads, as they stood.
    pub inputs: BTreeMap<Arc<str>, Reading>,
    /// The profile fields it reads, as they stood.
    pub profile: BTreeMap<Arc<str>, crate::expr::Value>,
    /// When it is next reviewed.
    pub review_at: Option<Instant>,
    /// Until when the tier is kept although the condition failed.
    pub grace_until: Option<Instant>,
    /// The tier set by hand that is in force instead.
    pub by_hand: Option<ByHand>,
    /// The nearest ways to the next tier, as seen on the receipt's own day; empty at the top.
    pub next: Vec<Way>,
    /// After a failed review: the nearest ways to keep the tier at the end of the grace.
    pub keep: Vec<Way>,
}

/// A tier that staff set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByHand {
    /// The tier.
    pub tier: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// When it ends by itself.
    pub until: Option<Instant>,
}

/// What happened to a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The member came onto the track.
    Joined,
    /// It rose.
    Rose,
    /// It was reviewed and kept.
    Kept,
    /// It failed a review and is kept until the grace ends.
    Grace,
    /// It fell.
    Fell,
    /// Staff set it.
    SetByHand,
    /// What staff set has ended.
    HandEnded,
    /// The program changed under it.
    ProgramChanged,
}

/// Units earned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accrual {
    /// The unit.
    pub unit: Arc<str>,
    /// Granted, in the unit's smallest step.
    pub amount: i64,
    /// What the rule gave before the cap.
    pub uncapped: i64,
    /// The cap: how much in the period, and what was used before.
    pub cap: Option<(i64, i64)>,
    /// The amount as the program says it.
    pub formula: Arc<str>,
    /// The condition as the program says it.
    pub condition: Option<Arc<str>>,
    /// What the rule read, by name.
    pub inputs: BTreeMap<Arc<str>, crate::expr::Value>,
    /// When it can be spent: now, then, or when a fact of this kind comes.
    pub available: Availability,
    /// When it lapses.
    pub expires_at: Option<Instant>,
}

/// When earned units can be spent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// At once.
    Now,
    /// From then on.
    At(Instant),
    /// When a fact of this kind about the same order comes.
    On(Arc<str>),
}

/// What a fact moved in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are the field's own; see the glossary")]
pub enum Movement {
    Spent,
    Reserved,
    Committed,
    Cancelled,
    Adjusted,
    SharedOut,
    SharedIn,
}

impl Movement {
    /// The reason under which it stands in the ledger.
    pub fn reason(self) -> Reason {
        match self {
            Movement::Spent => Reason::Spend,
            Movement::Reserved => Reason::Reserve,
            Movement::Committed => Reason::Commit,
            Movement::Cancelled => Reason::Cancel,
            Movement::Adjusted => Reason::Adjustment,
            Movement::SharedOut => Reason::ShareOut,
            Movement::SharedIn => Reason::ShareIn,
        }
    }
}

/// Units taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakeBack {
    /// The unit.
    pub unit: Arc<str>,
    /// The lot; `None` when the refund names no order.
    pub lot: Option<Key>,
    /// Asked back, in the unit's smallest step.
    pub amount: i64,
    /// Out of what was held.
    pub held: i64,
    /// Out of what was available.
    pub available: i64,
    /// Out of what had lapsed.
    pub expired: i64,
    /// Now owed.
    pub owed: i64,
    /// Let go by the unit's policy.
    pub waived: i64,
}
