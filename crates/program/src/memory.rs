//! What a metric remembers of one member: totals, and buckets by local day as long as they may leave the window.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::{Day, Window};
use crate::definition::{Aggregate, FactMeasure};
use crate::expr::Value;

/// The most different values a metric tells apart; further ones are not counted.
pub const MAX_DISTINCT: usize = 10_000;

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
    tally: BTreeMap<Arc<str>, i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Bucket {
    day: Day,
    #[serde(with = "exact")]
    sum: Decimal,
    count: i64,
    values: Vec<(Arc<str>, i64)>,
    /// Latest, largest or smallest value of the day.
    pick: Option<Value>,
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
    /// Value to pick from.
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

impl Memory {
    /// Drops what has left the window by `day`.
    pub fn roll(&mut self, measure: &FactMeasure, day: Day, joined: Day) {
        if self.buckets.is_empty() {
            return;
        }
        let Some(start) = measure.window.start(day, joined) else { return };
        while let Some(bucket) = self.buckets.front().filter(|bucket| bucket.day < start) {
            self.total -= bucket.sum;
            self.count -= bucket.count;
            self.days -= i64::from(bucket.count > 0);
            for (value, count) in &bucket.values {
                take(&mut self.tally, value, *count);
            }
            self.buckets.pop_front();
        }
    }

    /// Adds a contribution, or takes one back when its numbers are negative.
    pub fn add(&mut self, measure: &FactMeasure, given: &Contribution) {
        if given.count > 0 {
            self.first = Some(self.first.map_or(given.day, |first| first.min(given.day)));
            self.latest = Some(self.latest.map_or(given.day, |latest| latest.max(given.day)));
        }
        let lifetime = measure.window == Window::Lifetime;
        if lifetime && matches!(measure.aggregate, Aggregate::Sum | Aggregate::Count | Aggregate::Age | Aggregate::Recency) {
            self.total += given.sum;
            self.count += given.count;
            return;
        }
        let whole = lifetime && measure.aggregate != Aggregate::DistinctDays;
        let day = if whole { Day(i32::MIN) } else { given.day };
        let past_window = !self.buckets.is_empty() && day < self.buckets[0].day && given.count <= 0;
        let Some(at) = self.bucket(day, past_window) else { return };
        let bucket = &mut self.buckets[at];
        let lived = bucket.count > 0;
        bucket.sum += given.sum;
        bucket.count += given.count;
        let lives = bucket.count > 0;
        self.total += given.sum;
        self.count += given.count;
        self.days += i64::from(lives) - i64::from(lived);
        let sign = given.count.signum();
        for value in &given.values {
            if sign > 0 && self.tally.len() >= MAX_DISTINCT && !self.tally.contains_key(value) {
                continue;
            }
            match bucket.values.iter_mut().find(|(known, _)| known == value) {
                Some((_, count)) => *count += sign,
                None => bucket.values.push((value.clone(), sign)),
            }
            *self.tally.entry(value.clone()).or_default() += sign;
        }
        self.tally.retain(|_, count| *count != 0);
        if let Some(pick) = given.pick.as_ref().filter(|_| sign > 0) {
            bucket.pick = Some(choose(measure.aggregate, bucket.pick.take(), pick.clone()));
        }
    }

    /// The place of the bucket of a day, made when it is missing; `None` when the day has left the window already.
    fn bucket(&mut self, day: Day, gone: bool) -> Option<usize> {
        match self.buckets.binary_search_by_key(&day, |bucket| bucket.day) {
            Ok(at) => Some(at),
            Err(_) if gone => None,
            Err(at) => {
                self.buckets.insert(at, Bucket { day, sum: Decimal::ZERO, count: 0, values: Vec::new(), pick: None });
                Some(at)
            }
        }
    }

    /// What the metric says on `day`; [`Memory::roll`] must have been called for that day.
    pub fn value(&self, measure: &FactMeasure, day: Day) -> Value {
        match measure.aggregate {
            Aggregate::Sum => Value::Dec(self.total),
            Aggregate::Count => Value::Int(self.count),
            Aggregate::DistinctDays => Value::Int(self.days),
            Aggregate::Distinct => Value::Int(i64::try_from(self.tally.len()).unwrap_or(i64::MAX)),
            Aggregate::Age => self.first.map_or(Value::Null, |first| Value::Int(i64::from(day.0) - i64::from(first.0))),
            Aggregate::Recency => self.latest.map_or(Value::Null, |latest| Value::Int(i64::from(day.0) - i64::from(latest.0))),
            Aggregate::Latest => self.buckets.iter().rev().find_map(|bucket| bucket.pick.clone()).unwrap_or(Value::Null),
            Aggregate::Max | Aggregate::Min => {
                let picks = self.buckets.iter().filter_map(|bucket| bucket.pick.clone());
                picks.reduce(|a, b| choose(measure.aggregate, Some(a), b)).unwrap_or(Value::Null)
            }
        }
    }

    /// The value with its evidence.
    pub fn reading(&self, measure: &FactMeasure, day: Day, joined: Day) -> Reading {
        Reading { value: self.value(measure, day), from: measure.window.start(day, joined), to: day, facts: self.count }
    }

    /// The next day on which this metric changes by itself in a way that may lift a member.
    pub fn next_change(&self, measure: &FactMeasure, rising: bool, thresholds: Option<&[i64]>, day: Day, joined: Day) -> Option<Day> {
        let anchor = match measure.aggregate {
            Aggregate::Age => Some(self.first),
            Aggregate::Recency => Some(self.latest),
            _ => None,
        };
        if let Some(anchor) = anchor {
            let age = i64::from(day.0) - i64::from(anchor?.0);
            let next = match thresholds {
                None => age + 1,
                Some(thresholds) => *thresholds.iter().find(|threshold| **threshold > age)?,
            };
            return Some(anchor?.plus(i32::try_from(next).ok()?));
        }
        let counts = matches!(measure.aggregate, Aggregate::Sum | Aggregate::Count | Aggregate::Distinct | Aggregate::DistinctDays);
        let helps = |bucket: &&Bucket| !(rising && counts) || bucket.sum.is_sign_negative() && !bucket.sum.is_zero() || bucket.count < 0;
        let bucket = self.buckets.iter().find(helps)?;
        measure.window.last_day(bucket.day, joined).map(|last| last.plus(1))
    }

    /// The last day on which everything counted now still counts; `None` when nothing will leave.
    pub fn holds_until(&self, measure: &FactMeasure, joined: Day) -> Option<Day> {
        measure.window.last_day(self.buckets.front()?.day, joined)
    }
}

fn take(tally: &mut BTreeMap<Arc<str>, i64>, value: &Arc<str>, count: i64) {
    if let Some(left) = tally.get_mut(value) {
        *left -= count;
        if *left == 0 {
            tally.remove(value);
        }
    }
}

fn choose(aggregate: Aggregate, before: Option<Value>, new: Value) -> Value {
    match (aggregate, before) {
        (Aggregate::Max, Some(before)) if before.as_decimal() >= new.as_decimal() => before,
        (Aggregate::Min, Some(before)) if before.as_decimal() <= new.as_decimal() => before,
        _ => new,
    }
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
