//! Dates and times in the scope's zone: literals, parts, truncation, calendar steps.
//!
//! A wall-clock time that does not exist (the clock was put forward) is read with the offset from before the gap, as PostgreSQL
//! does, so a missing midnight is the first instant of the day; one that exists twice is the first of the
//! two. What lies outside the calendar is NULL.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use ledger::Instant;

/// A part of an instant that `extract` and `date_part` give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Year,
    Quarter,
    Month,
    Day,
    /// Day of the week, Sunday is 0.
    Dow,
    /// Day of the year, from 1.
    Doy,
    Hour,
}

/// What `date_trunc` cuts to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unit {
    Year,
    Quarter,
    Month,
    /// Weeks start on Monday (ISO 8601).
    Week,
    Day,
    Hour,
}

/// A step of the calendar: months and days on the wall clock, the rest in elapsed time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Step {
    months: i64,
    days: i64,
    micros: i64,
}

pub(super) const PARTS: &[(&str, Part)] = &[
    ("year", Part::Year),
    ("quarter", Part::Quarter),
    ("month", Part::Month),
    ("day", Part::Day),
    ("dow", Part::Dow),
    ("doy", Part::Doy),
    ("hour", Part::Hour),
];

pub(super) const UNITS: &[(&str, Unit)] = &[
    ("year", Unit::Year),
    ("quarter", Unit::Quarter),
    ("month", Unit::Month),
    ("week", Unit::Week),
    ("day", Unit::Day),
    ("hour", Unit::Hour),
];

const HOUR_US: i64 = 3_600_000_000;

/// Instants beyond about 100 000 years are outside the calendar; chrono's own limit is at 262 000.
const CALENDAR_US_MAX: i64 = 3_155_760_000_000_000_000;

/// `2026-01-31`, `2026-01-31 08:30`, with seconds and up to six decimals, `T` for the blank; RFC 3339 with an offset keeps it.
pub(super) fn parse(text: &str, zone: Tz) -> Option<Instant> {
    let text = text.trim();
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return to_instant(date.and_time(NaiveTime::MIN), zone);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(Instant(at.timestamp_micros()));
    }
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .and_then(|local| to_instant(local, zone))
}

/// The date alone of a text that is only a date.
pub(super) fn parse_date(text: &str, zone: Tz) -> Option<Instant> {
    let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    to_instant(date.and_time(NaiveTime::MIN), zone)
}

/// The literal that [`parse`] reads back to the same instant.
pub(super) fn literal(at: Instant, zone: Tz) -> Option<String> {
    let local = to_local(at, zone)?;
    Some(if local.time() == NaiveTime::MIN {
        format!("DATE '{}'", local.format("%Y-%m-%d"))
    } else {
        format!("TIMESTAMP '{}'", local.format("%Y-%m-%d %H:%M:%S%.f"))
    })
}

/// One part of the wall-clock time.
pub(super) fn part(at: Instant, part: Part, zone: Tz) -> Option<i64> {
    let local = to_local(at, zone)?;
    Some(match part {
        Part::Year => i64::from(local.year()),
        Part::Quarter => i64::from(local.month0() / 3 + 1),
        Part::Month => i64::from(local.month()),
        Part::Day => i64::from(local.day()),
        Part::Dow => i64::from(local.weekday().num_days_from_sunday()),
        Part::Doy => i64::from(local.ordinal()),
        Part::Hour => i64::from(local.hour()),
    })
}

/// The start of the period the instant is in.
pub(super) fn truncate(at: Instant, unit: Unit, zone: Tz) -> Option<Instant> {
    let local = to_local(at, zone)?;
    let date = local.date();
    let start = match unit {
        // Within the hour, so that the two hours of an autumn night stay two.
        Unit::Hour => {
            let into = i64::from(local.minute() * 60 + local.second()) * 1_000_000 + i64::from(local.nanosecond() / 1_000);
            return at.0.checked_sub(into).map(Instant);
        }
        Unit::Day => date,
        Unit::Week => date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday())))?,
        Unit::Month => date.with_day(1)?,
        Unit::Quarter => NaiveDate::from_ymd_opt(date.year(), date.month0() / 3 * 3 + 1, 1)?,
        Unit::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1)?,
    };
    to_instant(start.and_time(NaiveTime::MIN), zone)
}

impl Step {
    /// Reads `3 days`, `1 month -2 hours`, or a bare number with `unit`. `None` if it is not an interval or too large.
    pub(super) fn parse(text: &str, unit: Option<&str>) -> Option<Self> {
        let mut step = Self::default();
        let mut words = text.split_whitespace().chain(unit);
        let mut any = false;
        while let Some(count) = words.next() {
            let count: i64 = count.parse().ok()?;
            step = step.plus(count, &words.next()?.to_lowercase())?;
            any = true;
        }
        any.then_some(step)
    }

    fn plus(mut self, count: i64, unit: &str) -> Option<Self> {
        let (field, size) = match unit.strip_suffix('s').unwrap_or(unit) {
            "year" => (&mut self.months, 12),
            "month" => (&mut self.months, 1),
            "week" => (&mut self.days, 7),
            "day" => (&mut self.days, 1),
            "hour" => (&mut self.micros, HOUR_US),
            "minute" => (&mut self.micros, 60_000_000),
            "second" => (&mut self.micros, 1_000_000),
            _ => return None,
        };
        *field = field.checked_add(count.checked_mul(size)?)?;
        Some(self)
    }

    /// The step the other way.
    pub(super) fn back(self) -> Option<Self> {
        Some(Self { months: self.months.checked_neg()?, days: self.days.checked_neg()?, micros: self.micros.checked_neg()? })
    }

    /// The instant after the step. A day that the month does not have is its last day.
    pub(super) fn from(self, at: Instant, zone: Tz) -> Option<Instant> {
        let mut at = at;
        if self.months != 0 || self.days != 0 {
            let mut local = to_local(at, zone)?;
            let months = Months::new(u32::try_from(self.months.unsigned_abs()).ok()?);
            local = if self.months < 0 { local.checked_sub_months(months)? } else { local.checked_add_months(months)? };
            let days = Days::new(self.days.unsigned_abs());
            local = if self.days < 0 { local.checked_sub_days(days)? } else { local.checked_add_days(days)? };
            at = to_instant(local, zone)?;
        }
        at.0.checked_add(self.micros).map(Instant)
    }
}

fn to_local(at: Instant, zone: Tz) -> Option<NaiveDateTime> {
    if !(-CALENDAR_US_MAX..=CALENDAR_US_MAX).contains(&at.0) {
        return None;
    }
    Some(DateTime::from_timestamp_micros(at.0)?.with_timezone(&zone).naive_local())
}

fn to_instant(local: NaiveDateTime, zone: Tz) -> Option<Instant> {
    let years = -CALENDAR_YEARS..=CALENDAR_YEARS;
    if !years.contains(&local.year()) {
        return None;
    }
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return Some(Instant(at.timestamp_micros()));
    }
    // In a gap the offset from before it counts. The longest on record is one whole day (Samoa, 2011-12-30).
    let before = local.checked_sub_signed(TimeDelta::hours(BEFORE_GAP_HOURS))?;
    let offset = zone.offset_from_local_datetime(&before).latest()?.fix();
    let utc = local.checked_sub_offset(offset)?;
    Some(Instant(utc.and_utc().timestamp_micros()))
}

const CALENDAR_YEARS: i32 = 100_000;
const BEFORE_GAP_HOURS: i64 = 26;
