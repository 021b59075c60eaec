//! Where a book's movements go.

use crate::{Draw, Instant, Key, Purpose, Reason, Transfer, UnitIx};

/// An amount (> 0, in the unit's smallest step) that goes from one account of a unit to another.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Move {
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
}

/// What a transfer says beside what moved: its key, why, and the lots behind it.
pub type Grounds = (Key, Reason, Vec<Draw>);

/// Takes down what a [`Book`](crate::Book) posts. Who only adds up what moved never asks for the grounds, and they cost nothing.
pub trait Journal {
    /// One movement.
    fn post(&mut self, moved: Move, grounds: impl FnOnce() -> Grounds);
}

/// Every transfer whole.
impl Journal for Vec<Transfer> {
    fn post(&mut self, moved: Move, grounds: impl FnOnce() -> Grounds) {
        let (key, reason, draws) = grounds();
        let Move { at, unit, from, to, amount } = moved;
        self.push(Transfer { key, at, unit, from, to, amount, reason, draws });
    }
}
