//! What happens by itself, soonest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::{Instant, Lot, Release};

/// What happens at one instant: releases first, then reservations that time out, then expiries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    Release,
    Timeout,
    Expiry,
}

/// What may happen by itself. A lot is held for days and lives for years: those few that are held do not queue behind all the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dues {
    /// Releases, and reservations that time out.
    soon: BinaryHeap<Reverse<Packed>>,
    expiries: BinaryHeap<Reverse<Packed>>,
}

/// Instant, kind and place in one number, ordered by them: a heap does little but compare.
type Packed = u128;

/// Bits of a place: fewer than memory has, and two are left for the kind.
const PLACE_BITS: u32 = 62;
/// Turns the order of signed numbers into that of unsigned ones.
const SIGN: u64 = 1 << 63;

impl Dues {
    pub fn clear(&mut self) {
        self.soon.clear();
        self.expiries.clear();
    }

    #[inline(always)]
    pub fn push(&mut self, at: Instant, what: Due, place: usize) {
        let low = (what as u64) << PLACE_BITS | place as u64;
        let packed = Reverse(u128::from(at.0.cast_unsigned() ^ SIGN) << 64 | u128::from(low));
        match what {
            Due::Release | Due::Timeout => self.soon.push(packed),
            Due::Expiry => self.expiries.push(packed),
        }
    }

    /// What comes next.
    #[inline(always)]
    pub fn peek(&self) -> Option<(Instant, Due, usize)> {
        // The greater of two that are reversed is the sooner one.
        let Reverse(packed) = *self.soon.peek().max(self.expiries.peek())?;
        let (high, low) = ((packed >> 64) as u64, packed as u64);
        let what = match low >> PLACE_BITS {
            0 => Due::Release,
            1 => Due::Timeout,
            _ => Due::Expiry,
        };
        Some((Instant((high ^ SIGN).cast_signed()), what, (low & (u64::MAX >> (64 - PLACE_BITS))) as usize))
    }

    /// Takes out what comes next.
    #[inline(always)]
    pub fn pop(&mut self) {
        let first = if self.soon.peek() > self.expiries.peek() { &mut self.soon } else { &mut self.expiries };
        first.pop();
    }
}

/// When a lot next changes by itself: a held lot at its release, an available one at its expiry.
pub(crate) fn due_of(lot: &Lot) -> Option<(Instant, Due)> {
    match lot.release_at {
        Release::At(at) if lot.held > 0 => Some((at, Due::Release)),
        _ if lot.available > 0 => lot.expires_at.map(|at| (at, Due::Expiry)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_comes_out_is_in_order_and_whole(all in prop::collection::vec((any::<i64>(), 0..3_u8, 0..1_usize << 40), 0..50)) {
            let kind = |kind: u8| [Due::Release, Due::Timeout, Due::Expiry][usize::from(kind)];
            let mut wanted: Vec<_> = all.iter().map(|(at, what, place)| (Instant(*at), kind(*what), *place)).collect();
            let mut dues = Dues::default();
            wanted.iter().for_each(|(at, what, place)| dues.push(*at, *what, *place));
            wanted.sort();
            for next in wanted {
                prop_assert_eq!(dues.peek(), Some(next));
                dues.pop();
            }
            prop_assert_eq!(dues.peek(), None);
        }
    }
}
