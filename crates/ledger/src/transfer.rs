//! Movements: double entry, immutable.

use serde::{Deserialize, Serialize};

use crate::{Instant, Key, Move};

/// A unit's place in the caller's list of units.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug, Serialize, Deserialize)]
pub struct UnitIx(pub u16);

/// The accounts a member has in each unit. `Issued`, `Spent`, `Expired`, `Adjusted` and `Shared` are contra accounts, so that the
/// accounts of one member and unit always sum to zero.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug, Serialize, Deserialize)]
pub enum Purpose {
    /// Where units come from, and go back to when their accrual is undone; above zero only for credit notes
    /// that name no order and take back more than was ever issued.
    Issued,
    /// What can be spent; below zero when the member owes.
    Available,
    /// What waits for its release.
    Held,
    /// What is set aside for a reservation.
    Reserved,
    /// What was spent.
    Spent,
    /// What lapsed.
    Expired,
    /// What staff added (negative) or took.
    Adjusted,
    /// What went to (positive) or came from other companies of the tree.
    Shared,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Purpose; 8] = [
        Purpose::Issued,
        Purpose::Available,
        Purpose::Held,
        Purpose::Reserved,
        Purpose::Spent,
        Purpose::Expired,
        Purpose::Adjusted,
        Purpose::Shared,
    ];

    /// The word in storage and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Issued => "issued",
            Purpose::Available => "available",
            Purpose::Held => "held",
            Purpose::Reserved => "reserved",
            Purpose::Spent => "spent",
            Purpose::Expired => "expired",
            Purpose::Adjusted => "adjusted",
            Purpose::Shared => "shared",
        }
    }

    /// The purpose of that word.
    pub fn parse(word: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == word)
    }
}

/// Why units moved.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the words are the field's own; see the glossary")]
pub enum Reason {
    Accrual,
    Release,
    Spend,
    Reserve,
    Commit,
    Cancel,
    Timeout,
    TakeBack,
    Restore,
    Expiry,
    Adjustment,
    ShareOut,
    ShareIn,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 13] = [
        Reason::Accrual,
        Reason::Release,
        Reason::Spend,
        Reason::Reserve,
        Reason::Commit,
        Reason::Cancel,
        Reason::Timeout,
        Reason::TakeBack,
        Reason::Restore,
        Reason::Expiry,
        Reason::Adjustment,
        Reason::ShareOut,
        Reason::ShareIn,
    ];

    /// The word in storage and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Accrual => "accrual",
            Reason::Release => "release",
            Reason::Spend => "spend",
            Reason::Reserve => "reserve",
            Reason::Commit => "commit",
            Reason::Cancel => "cancel",
            Reason::Timeout => "timeout",
            Reason::TakeBack => "take_back",
            Reason::Restore => "restore",
            Reason::Expiry => "expiry",
            Reason::Adjustment => "adjustment",
            Reason::ShareOut => "share_out",
            Reason::ShareIn => "share_in",
        }
    }

    /// The reason of that word.
    pub fn parse(word: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// What a movement took out of a lot (positive) or gave back to it (negative).
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct Draw {
    /// The lot.
    pub lot: Key,
    /// In the unit's smallest step.
    pub amount: i64,
}

/// One immutable movement of `amount` (> 0, in the unit's smallest step) between two accounts of one member and unit.
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct Transfer {
    /// What caused it; several transfers may share a key.
    pub key: Key,
    /// When it takes effect.
    pub at: Instant,
    /// The unit.
    pub unit: UnitIx,
    /// The account it leaves.
    pub from: Purpose,
    /// The account it reaches.
    pub to: Purpose,
    /// How much.
    pub amount: i64,
    /// Why.
    pub reason: Reason,
    /// The lots behind it.
    pub draws: Vec<Draw>,
}

impl Transfer {
    /// What moved.
    pub fn moved(&self) -> Move {
        Move { at: self.at, unit: self.unit, from: self.from, to: self.to, amount: self.amount }
    }
}

/// The balances of a member in one unit, by purpose, in the unit's smallest step. The first eight sum to zero.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the purposes")]
pub struct Balances {
    pub issued: i64,
    pub available: i64,
    pub held: i64,
    pub reserved: i64,
    pub spent: i64,
    pub expired: i64,
    pub adjusted: i64,
    pub shared: i64,
    /// What the next accruals pay first; part of why `available` may be below zero.
    pub owed: i64,
}

impl Balances {
    /// The account of a purpose.
    pub fn of(&self, purpose: Purpose) -> i64 {
        match purpose {
            Purpose::Issued => self.issued,
            Purpose::Available => self.available,
            Purpose::Held => self.held,
            Purpose::Reserved => self.reserved,
            Purpose::Spent => self.spent,
            Purpose::Expired => self.expired,
            Purpose::Adjusted => self.adjusted,
            Purpose::Shared => self.shared,
        }
    }

    fn account(&mut self, purpose: Purpose) -> &mut i64 {
        match purpose {
            Purpose::Issued => &mut self.issued,
            Purpose::Available => &mut self.available,
            Purpose::Held => &mut self.held,
            Purpose::Reserved => &mut self.reserved,
            Purpose::Spent => &mut self.spent,
            Purpose::Expired => &mut self.expired,
            Purpose::Adjusted => &mut self.adjusted,
            Purpose::Shared => &mut self.shared,
        }
    }

    /// Moves an amount between two accounts.
    pub fn move_amount(&mut self, from: Purpose, to: Purpose, amount: i64) {
        *self.account(from) -= amount;
        *self.account(to) += amount;
    }

    /// The account that is farthest from zero.
    pub(crate) fn widest(&self) -> i64 {
        let Balances { issued, available, held, reserved, spent, expired, adjusted, shared, owed: _ } = *self;
        [issued, available, held, reserved, spent, expired, adjusted, shared]
            .into_iter()
            .fold(0, |widest, account| widest.max(account.abs()))
    }

    /// The sum of all accounts: zero, always.
    pub fn sum(&self) -> i64 {
        Purpose::ALL.into_iter().map(|purpose| self.of(purpose)).sum()
    }
}
