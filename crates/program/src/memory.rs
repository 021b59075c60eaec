//! What a metric remembers of one member: totals, and buckets by local day as long as they may leave the window.

mod values;

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::{Day, Starts, Window};
use crate::definition::{Aggregate, FactMeasure, Refunds};
use crate::expr::Value;

pub use values::MAX_DISTINCT;
use values::Values;

/// The most values of one day among which a latest, largest or smallest one is picked again when others are undone.
const MAX_PICKS: usize = 1_000;
/// On how many days the first (or last) facts are remembered, so that age and recency know the next when one is undone.
const MAX_ANCHORS: usize = 64;

/// The memory of one metric.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    #[serde(with = "exact")]
    total: Decimal,
    count: i64,
    days: i64,
    first: Option<Day>,
    latest: Option<Day>,
    buckets: VecDeque<Bucket>,
    /// How many buckets are below zero: credit notes whose leaving the window helps the member.
    low: u32,
    values: Values,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Bucket {
    day: Day,
    #[serde(with = "exact")]
    sum: Decimal,
    count: i64,
    /// The day's values of which one is picked, in their order; only the picked one where none can be undone.
    picks: Vec<Value>,
}

/// What one fact (or its undoing) adds to one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// The metric's slot in the timeline.
    pub slot: usize,
    /// The local day on which it counts.
    pub day: Day,
    /// Added to a sum.
    #[serde(with = "exact")]
    pub sum: Decimal,
    /// How many facts or lines.
    pub count: i64,
    /// Values told apart.
    pub values: Vec<Arc<str>>,
    /// Value to pick from, or no longer.
    pub pick: Option<Value>,
}

/// What a metric says, with the stretch it covers and how many facts are behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The value.
    pub value: Value,
    /// First day of the window; `None` for lifetime.
    pub from: Option<Day>,
    /// Last day looked at.
    pub to: Day,
    /// Facts (or lines) behind it, undone ones left out.
    pub facts: i64,
}

impl Bucket {
    fn of(day: Day) -> Bucket {
        Bucket { day, sum: Decimal::ZERO, count: 0, picks: Vec::new() }
    }

    fn is_low(&self) -> bool {
        self.sum.is_sign_negative() && !self.sum.is_zero() || self.count < 0
    }
}

impl Memory {
    /// Forgets everything, keeps the room it took.
    pub(crate) fn clear(&mut self) {
        let (mut buckets, mut values) = (std::mem::take(&mut self.buckets), std::mem::take(&mut self.values));
        buckets.clear();
        values.clear();
        *self = Memory { buckets, values, ..Memory::default() };
    }

    /// Whether it keeps anything by days.
    pub(crate) fn rolls(&self) -> bool {
        !self.buckets.is_empty()
    }

    /// Whether what it sums or counts may rise as time goes by.
    pub(crate) fn may_rise(&self) -> bool {
        self.low > 0
    }

    /// Whether nothing has left the window by `day`, as far as can be told without working out a date.
    #[inline(always)]
    pub(crate) fn surely_holds(&self, measure: &FactMeasure, day: Day) -> bool {
        self.buckets.front().is_none_or(|bucket| measure.window.surely_holds(bucket.day, day))
    }

    /// Drops what has left the window by `day`.
    pub fn roll(&mut self, measure: &FactMeasure, starts: &Starts) {
        let Some(start) = starts.window(measure.window) else { return };
        while let Some(bucket) = self.buckets.front().filter(|bucket| bucket.day < start) {
            if measure.aggregate == Aggregate::Sum {
                self.total = minus(self.total, bucket.sum);
            }
            self.count -= bucket.count;
            self.days -= i64::from(bucket.count > 0);
            self.low -= u32::from(bucket.is_low());
            self.buckets.pop_front();
        }
        self.values.roll(start);
    }

    /// Adds a contribution, or takes one back when its numbers are negative. What happened before `start`, the first day of today's
    /// window, has left it, and so has its undoing.
    pub fn add(&mut self, measure: &FactMeasure, given: &Contribution, start: Option<Day>) {
        if start.is_some_and(|start| given.day < start) {
            return;
        }
        if given.count > 0 {
            self.first = Some(self.first.map_or(given.day, |first| first.min(given.day)));
            self.latest = Some(self.latest.map_or(given.day, |latest| latest.max(given.day)));
        }
        let lifetime = measure.window == Window::Lifetime;
        match measure.aggregate {
            Aggregate::Age | Aggregate::Recency if undoable(measure) => return self.anchor_day(measure, given),
            Aggregate::Sum | Aggregate::Count | Aggregate::Age | Aggregate::Recency if lifetime => {}
            Aggregate::Distinct if lifetime => self.tell(given, given.count >= 0),
            _ => self.add_to_day(measure, given),
        }
        if measure.aggregate == Aggregate::Sum {
            self.total = plus(self.total, given.sum);
        }
        self.count += given.count;
    }

    fn add_to_day(&mut self, measure: &FactMeasure, given: &Contribution) {
        let whole = measure.window == Window::Lifetime && !undoable(measure) && measure.aggregate != Aggregate::DistinctDays;
        let at = self.bucket(if whole { Day(i32::MIN) } else { given.day });
        let sign = given.count.signum();
        let bucket = &mut self.buckets[at];
        let (lived, low) = (bucket.count > 0, bucket.is_low());
        if measure.aggregate == Aggregate::Sum {
            bucket.sum = plus(bucket.sum, given.sum);
        }
        bucket.count += given.count;
        self.low = self.low - u32::from(low) + u32::from(bucket.is_low());
        self.days += i64::from(bucket.count > 0) - i64::from(lived);
        match given.pick.clone() {
            Some(pick) if sign > 0 => put(measure, &mut bucket.picks, pick),
            Some(pick) => {
                if let Some(at) = bucket.picks.iter().rposition(|known| *known == pick) {
                    bucket.picks.remove(at);
                }
            }
            None => {}
        }
        for value in &given.values {
            if sign > 0 {
                self.values.tell_on(given.day, value);
            } else {
                self.values.take_on(given.day, value);
            }
        }
    }

    /// What has to be kept of it to take contributions back from what it says today, and nothing to let it roll on.
    pub(crate) fn kept(&self, measure: &FactMeasure) -> Memory {
        match measure.aggregate {
            Aggregate::Sum | Aggregate::Count | Aggregate::Distinct => {
                Memory { buckets: VecDeque::new(), low: 0, values: self.values.kept(), ..*self }
            }
            _ => self.clone(),
        }
    }

    /// Takes a contribution back from what was [kept](Memory::kept); `start` is the first day of the window it was kept with.
    pub(crate) fn give_up(&mut self, measure: &FactMeasure, taken: &Contribution, start: Option<Day>) {
        if !matches!(measure.aggregate, Aggregate::Sum | Aggregate::Count | Aggregate::Distinct) {
            return self.add(measure, taken, start);
        }
        if start.is_none_or(|start| taken.day >= start) {
            self.tell(taken, false);
            self.total = plus(self.total, taken.sum);
            self.count += taken.count;
        }
    }

    /// Counts values once more or once less, whatever the day.
    fn tell(&mut self, given: &Contribution, more: bool) {
        for value in &given.values {
            if more {
                self.values.tell(value);
            } else {
                self.values.take(value);
            }
        }
    }

    /// Keeps the days from which age and recency are counted.
    fn anchor_day(&mut self, measure: &FactMeasure, given: &Contribution) {
        self.count += given.count;
        if given.count > 0 {
            let at = self.bucket(given.day);
            self.buckets[at].count += given.count;
            while self.buckets.len() > MAX_ANCHORS {
                let over = if measure.aggregate == Aggregate::Age { self.buckets.pop_back() } else { self.buckets.pop_front() };
                drop(over);
            }
        } else if let Ok(at) = self.buckets.binary_search_by_key(&given.day, |bucket| bucket.day) {
            self.buckets[at].count += given.count;
            if self.buckets[at].count <= 0 {
                self.buckets.remove(at);
            }
        }
    }

    /// The day from which age or recency is counted.
    fn anchor(&self, measure: &FactMeasure) -> Option<Day> {
        match (undoable(measure), measure.aggregate) {
            (true, Aggregate::Age) => self.buckets.front().map(|bucket| bucket.day),
            (true, _) => self.buckets.back().map(|bucket| bucket.day),
            (false, Aggregate::Age) => self.first,
            (false, _) => self.latest,
        }
    }

    /// The place of the bucket of a day, made when it is missing.
    #[inline(always)]
    fn bucket(&mut self, day: Day) -> usize {
        // Facts come in order, so it most often is the last one or one after it.
        match self.buckets.back().map(|last| last.day.cmp(&day)) {
            Some(Ordering::Equal) => return self.buckets.len() - 1,
            Some(Ordering::Greater) => {}
            Some(Ordering::Less) | None => {
                self.buckets.push_back(Bucket::of(day));
                return self.buckets.len() - 1;
            }
        }
        self.buckets.binary_search_by_key(&day, |bucket| bucket.day).unwrap_or_else(|at| {
            self.buckets.insert(at, Bucket::of(day));
            at
        })
    }

    /// What the metric says on `day`; [`Memory::roll`] must have been called for that day.
    #[inline(always)]
    pub fn value(&self, measure: &FactMeasure, day: Day) -> Value {
        match measure.aggregate {
            Aggregate::Sum => Value::Dec(self.total),
            Aggregate::Count => Value::Int(self.count),
            Aggregate::DistinctDays => Value::Int(self.days),
            Aggregate::Distinct => Value::Int(self.values.count()),
            Aggregate::Age | Aggregate::Recency => {
                self.anchor(measure).map_or(Value::Null, |anchor| Value::Int(i64::from(day.0) - i64::from(anchor.0)))
            }
            Aggregate::Latest => self.buckets.iter().rev().find_map(|bucket| bucket.picks.last().cloned()).unwrap_or(Value::Null),
            Aggregate::Max | Aggregate::Min => {
                let picks = self.buckets.iter().flat_map(|bucket| bucket.picks.iter().cloned());
                picks.reduce(|a, b| choose(measure.aggregate, a, b)).unwrap_or(Value::Null)
            }
        }
    }

    /// The value with its evidence.
    pub fn reading(&self, measure: &FactMeasure, day: Day, joined: Day) -> Reading {
        Reading { value: self.value(measure, day), from: measure.window.start(day, joined), to: day, facts: self.count }
    }

    /// The next day on which this metric changes by itself in a way that may lift a member.
    pub fn next_change(&self, measure: &FactMeasure, rising: bool, thresholds: Option<&[i64]>, day: Day, joined: Day) -> Option<Day> {
        if matches!(measure.aggregate, Aggregate::Age | Aggregate::Recency) {
            let anchor = self.anchor(measure)?;
            let age = i64::from(day.0) - i64::from(anchor.0);
            let next = match thresholds {
                None => age + 1,
                Some(thresholds) => *thresholds.iter().find(|threshold| **threshold > age)?,
            };
            return Some(anchor.plus(i32::try_from(next).ok()?));
        }
        let counts = matches!(measure.aggregate, Aggregate::Sum | Aggregate::Count | Aggregate::Distinct | Aggregate::DistinctDays);
        if rising && counts && !self.may_rise() {
            return None;
        }
        let helps = |bucket: &&Bucket| !(rising && counts) || bucket.is_low();
        let bucket = self.buckets.iter().find(helps)?;
        measure.window.last_day(bucket.day, joined).map(|last| last.plus(1))
    }

    /// The last day on which everything counted now still counts; `None` when nothing will leave. What was undone and what counts
    /// against the member may leave: that takes nothing away.
    pub fn holds_until(&self, measure: &FactMeasure, joined: Day) -> Option<Day> {
        let adds = |bucket: &&Bucket| bucket.count > 0 && !bucket.is_low();
        measure.window.last_day(self.buckets.iter().find(adds)?.day, joined)
    }
}

/// Whether what was counted may be undone, so that what stood behind it has to be known.
fn undoable(measure: &FactMeasure) -> bool {
    measure.refunds == Refunds::OrderDate
}

/// Adds a value to those of a day.
fn put(measure: &FactMeasure, picks: &mut Vec<Value>, new: Value) {
    match picks.pop() {
        Some(last) if !undoable(measure) || picks.len() + 1 >= MAX_PICKS => picks.push(choose(measure.aggregate, last, new)),
        Some(last) => picks.extend([last, new]),
        None => picks.push(new),
    }
}

fn choose(aggregate: Aggregate, before: Value, new: Value) -> Value {
    match aggregate {
        Aggregate::Max if before.as_decimal() >= new.as_decimal() => before,
        Aggregate::Min if before.as_decimal() <= new.as_decimal() => before,
        _ => new,
    }
}

/// Sums beyond what an exact decimal can say stay where they are.
#[inline(always)]
fn plus(a: Decimal, b: Decimal) -> Decimal {
    a.checked_add(b).unwrap_or(a)
}

#[inline(always)]
fn minus(a: Decimal, b: Decimal) -> Decimal {
    a.checked_sub(b).unwrap_or(a)
}

/// Decimals as their sixteen bytes.
pub(crate) mod exact {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(number: &Decimal, sink: S) -> Result<S::Ok, S::Error> {
        (number.normalize().mantissa(), number.normalize().scale()).serialize(sink)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<Decimal, D::Error> {
        let (mantissa, scale) = <(i128, u32)>::deserialize(source)?;
        Decimal::try_from_i128_with_scale(mantissa, scale).map_err(serde::de::Error::custom)
    }
}
