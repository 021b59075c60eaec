//! The business calendar of China: when orders come, and at what hour.
//!
//! The weight of a day says how much faster than on average the clock of all purchases runs; weights average one over the
//! history. Days moved to make up for holidays count as the weekend days they are, and the short holidays that follow the lunar
//! calendar (Dragon Boat, Mid-Autumn) as ordinary days.

use chrono::{DateTime, Datelike, Months, NaiveDate, Weekday};
use ledger::Instant;

use super::chance::Chance;

/// The first day of the lunar year, by the calendar standard GB/T 33661-2017.
pub const SPRING_FESTIVALS: &[(i32, u32, u32)] = &[
    (2018, 2, 16),
    (2019, 2, 5),
    (2020, 1, 25),
    (2021, 2, 12),
    (2022, 2, 1),
    (2023, 1, 22),
    (2024, 2, 10),
    (2025, 1, 29),
    (2026, 2, 17),
    (2027, 2, 6),
    (2028, 1, 26),
    (2029, 2, 13),
    (2030, 2, 3),
];

/// Shanghai is eight hours ahead of UTC, without summer time since 1991.
const SHANGHAI_AHEAD_SECONDS: i64 = 8 * 3_600;
const MICROS_A_SECOND: i64 = 1_000_000;
/// Microseconds in a day.
pub const MICROS_A_DAY: i64 = 86_400 * MICROS_A_SECOND;
/// Days in a year, for rates.
pub const DAYS_A_YEAR: f64 = 365.25;
/// The last days of the history in which nobody registers any more, so that every member has had a while to act.
const QUIET_END_DAYS: i64 = 10;
/// The share of members that come in the first months, when the platform opens to the customers of its founders.
const FOUNDING_SHARE: f64 = 0.3;
const FOUNDING_DAYS: f64 = 90.0;

/// A day in Shanghai, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

/// The days of a history with their weights.
#[derive(Debug)]
pub struct Calendar {
    as_of: Instant,
    first: Day,
    weights: Vec<f64>,
}

impl Day {
    /// The day in Shanghai on which an instant falls.
    pub fn of(at: Instant) -> Day {
        Day((at.0.div_euclid(MICROS_A_SECOND) + SHANGHAI_AHEAD_SECONDS).div_euclid(86_400))
    }

    /// Its date.
    pub fn date(self) -> NaiveDate {
        DateTime::from_timestamp(self.0 * 86_400, 0).unwrap_or_default().date_naive()
    }

    /// So many seconds after its midnight in Shanghai.
    pub fn at(self, second: i64) -> Instant {
        Instant((self.0 * 86_400 + second - SHANGHAI_AHEAD_SECONDS) * MICROS_A_SECOND)
    }

    /// A moment of this day when people order or answer: mostly office hours, with the pause at noon, some in the evening.
    pub(super) fn moment(self, chance: &mut Chance) -> Instant {
        let (from, to) = match chance.weighted(&[48.0, 42.0, 3.0, 7.0]) {
            0 => (8 * 3_600 + 1_800, 11 * 3_600 + 2_700),
            1 => (13 * 3_600 + 1_800, 17 * 3_600 + 2_700),
            2 => (11 * 3_600 + 2_700, 13 * 3_600 + 1_800),
            _ => (17 * 3_600 + 2_700, 22 * 3_600),
        };
        self.at(chance.whole(from, to))
    }

    /// The day itself when offices are open on it, else the next such day.
    pub fn or_next_working(self) -> Day {
        (0..30).map(|ahead| Day(self.0 + ahead)).find(|day| day.is_working()).unwrap_or(self)
    }

    fn is_working(self) -> bool {
        let date = self.date();
        let holiday = match (date.month(), date.day()) {
            (1, 1) | (5, 1..=5) | (10, 1..=7) => true,
            _ => since_spring_festival(date).is_some_and(|days| (-1..=6).contains(&days)),
        };
        !holiday && !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
    }
}

impl Calendar {
    /// The calendar of so many years (at least one) that end at `as_of`.
    pub fn new(as_of: Instant, years: i32) -> Self {
        let last = Day::of(as_of);
        let months = Months::new(12 * years.max(1).unsigned_abs());
        let start = last.date().checked_sub_months(months).unwrap_or(NaiveDate::MIN);
        let length = (last.date() - start).num_days();
        let first = Day(last.0 - length + 1);
        let mut weights: Vec<f64> = (first.0..=last.0).map(|day| activity(Day(day).date())).collect();
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        weights.iter_mut().for_each(|weight| *weight /= mean);
        Calendar { as_of, first, weights }
    }

    /// The end of history.
    pub fn as_of(&self) -> Instant {
        self.as_of
    }

    /// The first and the last day.
    pub fn days(&self) -> (Day, Day) {
        (self.first, Day(self.first.0 + self.weights.len() as i64 - 1))
    }

    /// How fast the clock runs on a day of the history; zero outside.
    pub fn weight(&self, day: Day) -> f64 {
        usize::try_from(day.0 - self.first.0).ok().and_then(|at| self.weights.get(at)).copied().unwrap_or(0.0)
    }

    /// A busy moment from one day to another, busier days more likely.
    pub(super) fn moment_between(&self, from: Day, to: Day, chance: &mut Chance) -> Instant {
        let mut day = from;
        for _ in 0..24 {
            day = Day(chance.whole(from.0, to.0.max(from.0)));
            if chance.happens(self.weight(day) / 2.0) {
                break;
            }
        }
        day.moment(chance)
    }

    /// When so many members register, in order: a founding wave, then steadily.
    pub(super) fn registrations(&self, members: usize, chance: &mut Chance) -> Vec<Instant> {
        let (first, last) = self.days();
        let span = (last.0 - first.0 - QUIET_END_DAYS).max(0) as f64;
        let mut at: Vec<Instant> = (0..members)
            .map(|_| {
                let reach = if chance.happens(FOUNDING_SHARE) { FOUNDING_DAYS.min(span) } else { span };
                let day = Day(first.0 + (chance.unit() * reach) as i64);
                day.or_next_working().min(last).moment(chance)
            })
            .collect();
        at.sort_unstable();
        at
    }
}

/// Days since the nearest first day of a lunar year, negative before it.
fn since_spring_festival(date: NaiveDate) -> Option<i64> {
    SPRING_FESTIVALS
        .iter()
        .filter_map(|&(year, month, day)| NaiveDate::from_ymd_opt(year, month, day))
        .map(|festival| (date - festival).num_days())
        .find(|days| days.abs() < 100)
}

/// How much is ordered on a day, before the weights are made to average one.
fn activity(date: NaiveDate) -> f64 {
    let weekday = match date.weekday() {
        Weekday::Sat => 0.2,
        Weekday::Sun => 0.1,
        Weekday::Mon => 1.1,
        _ => 1.0,
    };
    weekday * festival(date) * month(date)
}

/// The stocking up before Spring Festival, the standstill, the slow return until the Lantern Festival.
fn festival(date: NaiveDate) -> f64 {
    match since_spring_festival(date) {
        Some(-28..=-11) => 1.2,
        Some(-10..=-5) => 0.6,
        Some(-4..=-2) => 0.2,
        Some(-1..=6) => 0.03,
        Some(7..=10) => 0.35,
        Some(11..=15) => 0.7,
        _ => 1.0,
    }
}

/// Public holidays by fixed date, Double Eleven, the budgets of the fourth quarter, the slack of summer.
fn month(date: NaiveDate) -> f64 {
    match (date.month(), date.day()) {
        (1, 1) => 0.1,
        (5, 1..=5) => 0.15,
        (10, 1..=7) => 0.07,
        (11, 11) => 2.6,
        (11, 1..=12) => 1.5,
        (10 | 11, _) => 1.2,
        (12, 1..=20) => 1.3,
        (3 | 4 | 6, _) => 1.08,
        (7 | 8, _) => 0.88,
        _ => 1.0,
    }
}
