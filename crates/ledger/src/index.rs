//! The orders in which lots are drawn, kept from the first time that anybody draws.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::{Instant, Lot, UnitIx};

/// Unit, priority, expiry (none last), age, and the lot's place.
type Drawn = (UnitIx, i32, Instant, Instant, u64, usize);

/// Unit, the newest first, and the lot's place.
type Newest = (UnitIx, Reverse<(Instant, u64)>, usize);

/// Lots by the order in which they are drawn. Most books of a bulk run never spend, and then it is never built.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// With something available.
    available: BTreeSet<Drawn>,
    /// With something held.
    held: BTreeSet<Newest>,
}

impl Index {
    pub fn of(lots: &[Lot]) -> Index {
        let mut index = Index::default();
        lots.iter().enumerate().for_each(|(place, lot)| index.add(lot, place));
        index
    }

    /// Puts a lot in after it changed.
    pub fn add(&mut self, lot: &Lot, place: usize) {
        if lot.available > 0 {
            self.available.insert(drawn(lot, place));
        }
        if lot.held > 0 {
            self.held.insert(newest(lot, place));
        }
    }

    /// Takes a lot out before it changes.
    pub fn remove(&mut self, lot: &Lot, place: usize) {
        if lot.available > 0 {
            self.available.remove(&drawn(lot, place));
        }
        if lot.held > 0 {
            self.held.remove(&newest(lot, place));
        }
    }

    /// The lot of a unit to draw next.
    pub fn next(&self, unit: UnitIx) -> Option<usize> {
        self.available(unit).next()
    }

    /// The lots of a unit with something available, in the order in which they are drawn.
    pub fn available(&self, unit: UnitIx) -> impl Iterator<Item = usize> {
        let all = self.available.range((unit, i32::MIN, Instant::MIN, Instant::MIN, 0, 0)..);
        all.take_while(move |order| order.0 == unit).map(|order| order.5)
    }

    /// The newest lot of a unit with something held.
    pub fn newest_held(&self, unit: UnitIx) -> Option<usize> {
        let first = self.held.range((unit, Reverse((Instant::MAX, u64::MAX)), 0)..).next()?;
        (first.0 == unit).then_some(first.2)
    }
}

fn drawn(lot: &Lot, place: usize) -> Drawn {
    (lot.unit, lot.priority, lot.expires_at.unwrap_or(Instant::MAX), lot.created_at, lot.sequence, place)
}

fn newest(lot: &Lot, place: usize) -> Newest {
    (lot.unit, Reverse((lot.created_at, lot.sequence)), place)
}
