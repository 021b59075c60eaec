//! Days, periods and windows in the program's time zone.
//!
//! Metrics are measured by local days: a rolling window of twelve months on 15 March runs from 16 March of the year before up to
//! and including 15 March. Periods (month, quarter, year) begin at local midnight.

mod civil;
mod expiry;
mod window;

use std::{fmt, str::FromStr, sync::Arc};

use chrono::{Datelike, Days, NaiveDate, TimeZone};
use chrono_tz::Tz;
use ledger::Instant;
use serde::{Deserialize, Serialize};

pub use expiry::Expiry;
pub use window::{Starts, Window};

/// Microseconds of one day of 24 hours.
pub const DAY_US: i64 = 86_400_000_000;

/// A local calendar day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// The date; days beyond what a calendar can say end at its ends.
    pub fn date(self) -> NaiveDate {
        let end = if self.0 < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(719_163)).unwrap_or(end)
    }

    /// The day of a date.
    pub fn of(date: NaiveDate) -> Day {
        Day(date.num_days_from_ce() - 719_163)
    }

    /// So many days later (or earlier).
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// So many months later; the last day of the month where the month is shorter.
    pub fn plus_months(self, months: i32) -> Day {
        let (year, month, day) = self.civil();
        let months = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
        let (Ok(year), Ok(month)) = (i32::try_from(months.div_euclid(12)), u8::try_from(months.rem_euclid(12) + 1)) else { return self };
        Day::of_civil(year, month, day.min(civil::month_length(year, month)))
    }

    /// Year, month (1 to 12) and day (1 to 31) of the proleptic Gregorian calendar.
    pub fn civil(self) -> (i32, u8, u8) {
        civil::date_of(self)
    }

    /// The day of a year, month and day.
    pub fn of_civil(year: i32, month: u8, day: u8) -> Day {
        civil::day_of(year, month, day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

/// A time zone with its local midnights worked out once, so that a fact's local day costs nanoseconds.
#[derive(Clone)]
pub struct Zone {
    tz: Tz,
    midnights: Arc<[i64]>,
}

const FIRST_DAY: i32 = 3_652; // 1980-01-01
const LAST_DAY: i32 = 43_829; // 2090-01-01

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Zone({})", self.tz)
    }
}

impl Zone {
    /// Works out the midnights of a time zone.
    pub fn new(tz: Tz) -> Zone {
        let midnights = (FIRST_DAY..=LAST_DAY).map(|day| midnight(tz, Day(day))).collect();
        Zone { tz, midnights }
    }

    /// The time zone itself.
    pub fn tz(&self) -> Tz {
        self.tz
    }

    /// The local day of an instant.
    #[inline(always)]
    pub fn day(&self, at: Instant) -> Day {
        let guess = i32::try_from(at.0.div_euclid(DAY_US)).unwrap_or(i32::MAX);
        if (FIRST_DAY + 2..LAST_DAY - 2).contains(&guess) {
            let mut day = guess + 1;
            while self.midnights[usize::try_from(day - FIRST_DAY).unwrap_or(0)] > at.0 {
                day -= 1;
            }
            return Day(day);
        }
        match self.tz.timestamp_micros(at.0).single() {
            Some(local) => Day::of(local.date_naive()),
            None => Day(guess),
        }
    }

    /// The instant at which a local day begins.
    pub fn start(&self, day: Day) -> Instant {
        match usize::try_from(day.0.saturating_sub(FIRST_DAY)).ok().and_then(|at| self.midnights.get(at)) {
            Some(at) => Instant(*at),
            None => Instant(midnight(self.tz, day)),
        }
    }
}

fn midnight(tz: Tz, day: Day) -> i64 {
    let date = day.date();
    // Where clocks jump over midnight the day begins at the first hour that exists.
    (0..4)
        .filter_map(|hour| date.and_hms_opt(hour, 0, 0))
        .find_map(|naive| tz.from_local_datetime(&naive).earliest())
        .map_or(i64::from(day.0).saturating_mul(DAY_US), |local| local.timestamp_micros())
}

/// A length of calendar time: days, months or years (as twelve months).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// Local days.
    Days(i32),
    /// Calendar months.
    Months(i32),
}

impl Span {
    /// The day so much later.
    #[inline(always)]
    pub fn after(self, day: Day) -> Day {
        match self {
            Span::Days(days) => day.plus(days),
            Span::Months(months) => day.plus_months(months),
        }
    }

    /// The first day of a window of this length that ends with `day`.
    #[inline(always)]
    pub fn window_start(self, day: Day) -> Day {
        match self {
            Span::Days(days) => day.plus(1 - days),
            Span::Months(months) => day.plus_months(-months).plus(1),
        }
    }

    /// The instant so much later: days and months move the local day and keep the distance from its midnight.
    pub fn after_instant(self, zone: &Zone, at: Instant) -> Instant {
        self.after_instant_of(zone, at, zone.day(at))
    }

    /// [`Span::after_instant`] of an instant whose local day is known.
    pub fn after_instant_of(self, zone: &Zone, at: Instant, day: Day) -> Instant {
        let into = at.0 - zone.start(day).0;
        Instant(zone.start(self.after(day)).0.saturating_add(into))
    }
}

impl FromStr for Span {
    type Err = String;
    fn from_str(text: &str) -> Result<Span, String> {
        let bad = || format!("`{text}` is not a length of time such as `14 days`, `12 months` or `2 years`");
        let (number, word) = text.trim().split_once(' ').ok_or_else(bad)?;
        let number: i32 = number.parse().map_err(|_| bad())?;
        if !(1..=36_500).contains(&number) {
            return Err(format!("`{text}`: the number must lie between 1 and 36 500"));
        }
        match word.trim() {
            "day" | "days" => Ok(Span::Days(number)),
            "week" | "weeks" if number <= 5_000 => Ok(Span::Days(number * 7)),
            "month" | "months" if number <= 1_200 => Ok(Span::Months(number)),
            "year" | "years" if number <= 100 => Ok(Span::Months(number * 12)),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Span::Days(1) => write!(f, "1 day"),
            Span::Days(n) => write!(f, "{n} days"),
            Span::Months(n) if n % 12 == 0 => write!(f, "{} year{}", n / 12, if *n == 12 { "" } else { "s" }),
            Span::Months(1) => write!(f, "1 month"),
            Span::Months(n) => write!(f, "{n} months"),
        }
    }
}

/// A period that begins anew by the calendar or by the member's own anniversary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Period {
    /// Calendar month.
    Month,
    /// Calendar quarter.
    Quarter,
    /// Calendar year.
    Year,
    /// Year from the day on which the member joined.
    Anniversary,
}

impl Period {
    /// The first day of the period that holds `day`; `joined` anchors anniversaries.
    #[inline(always)]
    pub fn start(self, day: Day, joined: Day) -> Day {
        match self.months() {
            Some(months) => civil::month_start(civil::month_of(day).div_euclid(months) * months),
            None => {
                let mut years = day.civil().0 - joined.civil().0;
                if joined.plus_months(years * 12) > day {
                    years -= 1;
                }
                joined.plus_months(years.max(0) * 12)
            }
        }
    }

    /// How many months a calendar period has.
    fn months(self) -> Option<i32> {
        match self {
            Period::Month => Some(1),
            Period::Quarter => Some(3),
            Period::Year => Some(12),
            Period::Anniversary => None,
        }
    }

    /// The first day of the next period.
    pub fn next(self, day: Day, joined: Day) -> Day {
        self.later(day, joined, 1)
    }

    /// The first day of the period so many later.
    #[inline(always)]
    pub fn later(self, day: Day, joined: Day, periods: i32) -> Day {
        match self.months() {
            Some(months) => civil::month_start((civil::month_of(day).div_euclid(months) + periods) * months),
            // From the joining day itself, so that 29 February comes back every fourth year.
            None => {
                let years = self.start(day, joined).civil().0 - joined.civil().0 + periods;
                joined.plus_months(years * 12)
            }
        }
    }

    /// A short name of the period that holds `day`: `2026-03`, `2026-Q1`, `2026`, or the anniversary's first day.
    pub fn label(self, day: Day, joined: Day) -> Arc<str> {
        let start = self.start(day, joined);
        let (year, month, _) = start.civil();
        match self {
            // Benefits are granted month by month: this one is written by hand.
            Period::Month if (0..10_000).contains(&year) => {
                let digit = |number: i32| b'0' + u8::try_from(number % 10).unwrap_or(0);
                let month = i32::from(month);
                let text = [digit(year / 1_000), digit(year / 100), digit(year / 10), digit(year), b'-', digit(month / 10), digit(month)];
                std::str::from_utf8(&text).unwrap_or_default().into()
            }
            Period::Month => format!("{year:04}-{month:02}").into(),
            Period::Quarter => format!("{year}-Q{}", (month - 1) / 3 + 1).into(),
            Period::Year => year.to_string().into(),
            Period::Anniversary => start.to_string().into(),
        }
    }
}

impl FromStr for Period {
    type Err = String;
    fn from_str(text: &str) -> Result<Period, String> {
        match text.trim() {
            "month" | "calendar month" => Ok(Period::Month),
            "quarter" | "calendar quarter" => Ok(Period::Quarter),
            "year" | "calendar year" => Ok(Period::Year),
            "anniversary year" => Ok(Period::Anniversary),
            _ => Err(format!("`{text}` is not a period: calendar month, calendar quarter, calendar year or anniversary year")),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Period::Month => "calendar month",
            Period::Quarter => "calendar quarter",
            Period::Year => "calendar year",
            Period::Anniversary => "anniversary year",
        })
    }
}

/// Reads `2026-03-01` as that local day.
pub fn parse_day(text: &str) -> Result<Day, String> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map(Day::of).map_err(|_| format!("`{text}` is not a date such as 2026-03-01"))
}

/// Reads a date (the end of that local day) or an RFC 3339 instant.
pub fn parse_as_of(text: &str, zone: &Zone) -> Result<Instant, String> {
    if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text.trim()) {
        return Ok(Instant(at.timestamp_micros()));
    }
    let day = parse_day(text)
        .map_err(|_| format!("`{text}` is neither a date such as 2026-03-01 nor an instant such as 2026-03-01T08:00:00Z"))?;
    let next = day.date().checked_add_days(Days::new(1)).map_or(day, Day::of);
    Ok(Instant(zone.start(next).0 - 1))
}
