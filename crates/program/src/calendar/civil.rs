//! Days and dates of the proleptic Gregorian calendar.
//!
//! Windows and periods are asked for with every fact, so the dates of three centuries are worked out once and looked up; the others
//! follow Hinnant's arithmetic (“chrono-Compatible Low-Level Date Algorithms”: `civil_from_days`, `days_from_civil`).

#![allow(clippy::cast_sign_loss, reason = "a place before the tables becomes one beyond them, and neither is there")]

use std::sync::LazyLock;

use super::Day;

const FIRST_YEAR: i32 = 1900;
const YEARS: usize = 301;

struct Tables {
    /// The first day of the table.
    first: i32,
    /// Year, month and day of each day.
    dates: Vec<(i16, u8, u8)>,
    /// The first day of each month from January of the first year on.
    months: Vec<i32>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let first = reckon_day(FIRST_YEAR, 1, 1);
    let last = reckon_day(FIRST_YEAR + 301, 1, 1);
    let narrow = |(year, month, day): (i32, u8, u8)| (i16::try_from(year).unwrap_or(i16::MAX), month, day);
    let dates = (first..last).map(|day| narrow(reckon_date(day))).collect();
    let months = (0..YEARS * 12).filter_map(|at| i32::try_from(at).ok());
    let months = months.map(|at| reckon_day(FIRST_YEAR + at / 12, u8::try_from(at % 12 + 1).unwrap_or(1), 1)).collect();
    Tables { first, dates, months }
});

/// Year, month (1 to 12) and day (1 to 31).
#[inline(always)]
pub fn date_of(day: Day) -> (i32, u8, u8) {
    let tables = &*TABLES;
    // What lies before the tables wraps round to what lies far beyond them.
    match tables.dates.get(day.0.wrapping_sub(tables.first) as u32 as usize) {
        Some((year, month, day)) => (i32::from(*year), *month, *day),
        None => reckon_date(day.0),
    }
}

/// The day of a year, month (1 to 12) and day of the month.
pub fn day_of(year: i32, month: u8, day: u8) -> Day {
    let first = month_start(year.saturating_mul(12).saturating_add(i32::from(month) - 1));
    first.plus(i32::from(day) - 1)
}

/// The first day of a month: year times twelve plus the month from zero.
#[inline(always)]
pub fn month_start(month: i32) -> Day {
    match TABLES.months.get(month.wrapping_sub(FIRST_YEAR * 12) as u32 as usize) {
        Some(first) => Day(*first),
        None => Day(reckon_day(month.div_euclid(12), u8::try_from(month.rem_euclid(12) + 1).unwrap_or(1), 1)),
    }
}

/// The month of a day: year times twelve plus the month from zero.
#[inline(always)]
pub fn month_of(day: Day) -> i32 {
    let (year, month, _) = date_of(day);
    year * 12 + i32::from(month) - 1
}

/// How many days a month has.
pub fn month_length(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn reckon_date(day: i32) -> (i32, u8, u8) {
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // All three are small: a day of 32 bits lies within six million years.
    (i32::try_from(year).unwrap_or(0), u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}

fn reckon_day(year: i32, month: u8, day: u8) -> i32 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from(month);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    i32::try_from(era * 146_097 + of_era - 719_468).unwrap_or(if era < 0 { i32::MIN } else { i32::MAX })
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_day_of_the_tables_is_that_of_another_calendar() {
        for number in -25_600..=84_100 {
            let date = NaiveDate::from_num_days_from_ce_opt(number + 719_163).unwrap();
            let (year, month, day) = date_of(Day(number));
            assert_eq!((year, u32::from(month), u32::from(day)), (date.year(), date.month(), date.day()), "{number}");
            assert_eq!(day_of(year, month, day), Day(number));
        }
    }

    proptest! {
        #[test]
        fn dates_far_away_are_those_of_another_calendar(number in -90_000_000..90_000_000_i32) {
            let date = NaiveDate::from_num_days_from_ce_opt(number + 719_163).unwrap();
            let (year, month, day) = date_of(Day(number));
            prop_assert_eq!((year, u32::from(month), u32::from(day)), (date.year(), date.month(), date.day()));
            prop_assert_eq!(day_of(year, month, day), Day(number));
        }
    }
}
