//! The values that a metric tells apart.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::Day;

/// The most different values a metric tells apart; further ones are not counted.
pub const MAX_DISTINCT: usize = 10_000;

/// How often each value counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Values {
    /// In the whole window, in their order.
    whole: Vec<(Arc<str>, i64)>,
    /// On each day that may leave the window, in order of day, then in theirs.
    days: VecDeque<Told>,
}

/// How often a value counts on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Told {
    day: Day,
    value: Arc<str>,
    count: i64,
}

impl Values {
    /// Forgets everything, keeps the room it took.
    pub fn clear(&mut self) {
        self.whole.clear();
        self.days.clear();
    }

    /// How many there are.
    pub fn count(&self) -> i64 {
        i64::try_from(self.whole.len()).unwrap_or(i64::MAX)
    }

    /// What they are, without their days.
    pub fn kept(&self) -> Values {
        Values { whole: self.whole.clone(), days: VecDeque::new() }
    }

    /// Forgets what was told before a day.
    pub fn roll(&mut self, start: Day) {
        while let Some(told) = self.days.pop_front_if(|told| told.day < start) {
            self.take_so_often(&told.value, told.count);
        }
    }

    /// Counts a value once more, whatever the day; whether there was room for it.
    #[inline(always)]
    pub fn tell(&mut self, value: &Arc<str>) -> bool {
        match self.place(value) {
            Ok(at) => self.whole[at].1 += 1,
            Err(at) if self.whole.len() < MAX_DISTINCT => self.whole.insert(at, (value.clone(), 1)),
            Err(_) => return false,
        }
        true
    }

    /// Counts a value once less, whatever the day.
    #[inline(always)]
    pub fn take(&mut self, value: &Arc<str>) {
        self.take_so_often(value, 1);
    }

    /// Counts a value once more on a day.
    pub fn tell_on(&mut self, day: Day, value: &Arc<str>) {
        if !self.tell(value) {
            return;
        }
        match self.place_on(day, value) {
            Ok(at) => self.days[at].count += 1,
            Err(at) => self.days.insert(at, Told { day, value: value.clone(), count: 1 }),
        }
    }

    /// Counts a value once less on a day; one that was too many to be told apart, or stands on another day, stays as it is.
    pub fn take_on(&mut self, day: Day, value: &Arc<str>) {
        let Ok(at) = self.place_on(day, value) else { return };
        self.days[at].count -= 1;
        if self.days[at].count == 0 {
            self.days.remove(at);
        }
        self.take(value);
    }

    #[inline(always)]
    fn take_so_often(&mut self, value: &Arc<str>, count: i64) {
        let Ok(at) = self.place(value) else { return };
        self.whole[at].1 -= count;
        if self.whole[at].1 == 0 {
            self.whole.remove(at);
        }
    }

    fn place(&self, value: &Arc<str>) -> Result<usize, usize> {
        self.whole.binary_search_by(|(known, _)| in_order(known, value))
    }

    /// The place of a value on a day, or where it belongs.
    fn place_on(&self, day: Day, value: &Arc<str>) -> Result<usize, usize> {
        // Facts come in order, so it most often belongs to the last day or one after it.
        if self.days.back().is_none_or(|last| last.day < day) {
            return Err(self.days.len());
        }
        self.days.binary_search_by(|told| told.day.cmp(&day).then_with(|| in_order(&told.value, value)))
    }
}

/// The order of two values, which nobody sees: the shorter first. Most often they are one and the same text, or their lengths differ.
fn in_order(a: &Arc<str>, b: &Arc<str>) -> Ordering {
    if Arc::ptr_eq(a, b) { Ordering::Equal } else { a.len().cmp(&b.len()).then_with(|| a.cmp(b)) }
}
