//! Metrics over every window and aggregate.

use program::calendar::{Day, Expiry, Period, Span, Window, Zone, parse_day};
use proptest::prelude::*;
use serde_json::json;

use crate::diary::{Diary, history, program};

fn spend(window: &str) -> String {
    format!(
        "[[metric]]\nid = \"spend\"\non = [\"order.completed\"]\nvalue = \"amount\"\nwindow = \"{window}\"\n\
         [[metric]]\nid = \"orders\"\non = [\"order.completed\"]\nwindow = \"{window}\"\n"
    )
}

#[track_caller]
fn check(window: &str, diary: &Diary, expect: &[(&str, &str)]) {
    for (until, value) in expect {
        assert_eq!(diary.under(program(&spend(window)), until).metric("spend"), *value, "{window} on {until}");
    }
}

#[test]
fn rolling_days_count_today_and_the_days_before() {
    let diary = history().completed("2026-03-01", "A", 100).completed("2026-03-03", "B", 10);
    check("rolling 3 days", &diary, &[("2026-03-03", "110"), ("2026-03-04", "10"), ("2026-03-05", "10"), ("2026-03-06", "0")]);
    check("rolling 1 day", &diary, &[("2026-03-01", "100"), ("2026-03-02", "0"), ("2026-03-03", "10")]);
}

#[test]
fn rolling_months_run_from_the_day_after_the_same_day() {
    let diary = history().completed("2025-03-15", "A", 100);
    check("rolling 12 months", &diary, &[("2026-03-14", "100"), ("2026-03-15", "0")]);
    let end = history().completed("2026-01-31", "A", 100);
    check("rolling 1 month", &end, &[("2026-02-28", "100"), ("2026-03-01", "0")]);
    let leap = history().completed("2024-02-29", "A", 100);
    check("rolling 1 year", &leap, &[("2025-02-28", "100"), ("2025-03-01", "0")]);
}

#[test]
fn calendar_periods_begin_anew() {
    let diary = history().completed("2025-12-31", "A", 100).completed("2026-01-01", "B", 10).completed("2026-03-31", "C", 1);
    check(
        "calendar month",
        &diary,
        &[("2025-12-31", "100"), ("2026-01-01", "10"), ("2026-02-01", "0"), ("2026-03-31", "1"), ("2026-04-01", "0")],
    );
    check("calendar quarter", &diary, &[("2025-12-31", "100"), ("2026-03-31", "11"), ("2026-04-01", "0")]);
    check("calendar year", &diary, &[("2025-12-31", "100"), ("2026-12-31", "11"), ("2027-01-01", "0")]);
    check("lifetime", &diary, &[("2027-01-01", "111")]);
}

/// The year of a member who joined on 29 February begins on 28 February where there is no 29th, and on the 29th where there is.
#[test]
fn anniversary_years_begin_on_the_day_of_joining() {
    let diary = history().registered("2025-05-20").completed("2026-05-19", "A", 100).completed("2026-05-20", "B", 10);
    check("anniversary year", &diary, &[("2026-05-19", "100"), ("2026-05-20", "10"), ("2027-05-19", "10"), ("2027-05-20", "0")]);
    let leap = history().registered("2024-02-29").completed("2025-02-27", "A", 100).completed("2025-02-28", "B", 10);
    check("anniversary year", &leap, &[("2025-02-27", "100"), ("2025-02-28", "10"), ("2026-02-27", "10"), ("2026-02-28", "0")]);
    let back = history().registered("2024-02-29").completed("2028-02-28", "A", 100).completed("2028-02-29", "B", 10);
    check("anniversary year", &back, &[("2028-02-28", "100"), ("2028-02-29", "10")]);
}

/// Half past midnight in Shanghai is still the day before in UTC.
#[test]
fn days_begin_at_local_midnight() {
    let diary = history().completed("2026-03-31T23:59:59+08:00", "A", 100).completed("2026-03-31T16:00:00Z", "B", 10);
    check("calendar month", &diary, &[("2026-03-31", "100"), ("2026-04-01", "10")]);
}

/// Where clocks are put forward at midnight the day begins at the first instant there is, and no day is lost or doubled.
#[test]
fn days_follow_each_other_without_a_gap_where_clocks_change() {
    for tz in [chrono_tz::America::Santiago, chrono_tz::Europe::London, chrono_tz::Pacific::Apia, chrono_tz::Africa::Cairo] {
        let zone = Zone::new(tz);
        for number in parse_day("2009-01-01").unwrap().0..parse_day("2026-01-01").unwrap().0 {
            let (start, next) = (zone.start(Day(number)), zone.start(Day(number + 1)));
            assert!(start <= next, "{tz} {}", Day(number));
            if start < next {
                assert_eq!((zone.day(start), zone.day(ledger::Instant(next.0 - 1))), (Day(number), Day(number)), "{tz}");
            }
        }
    }
}

#[test]
fn days_beyond_any_calendar_do_not_panic() {
    let zone = crate::diary::zone();
    for number in [i32::MIN, i32::MIN + 1, -200_000_000, 0, 96_000_000, 200_000_000, i32::MAX] {
        let day = Day(number);
        let _ = (day.to_string(), zone.start(day), day.plus_months(1), day.plus_months(-1), day.plus(1));
        for period in [Period::Month, Period::Quarter, Period::Year, Period::Anniversary] {
            let _ = (period.start(day, Day(20_000)), period.next(day, Day(20_000)), period.label(day, day));
        }
    }
    for at in [i64::MIN, -1, 0, i64::MAX] {
        let _ = Expiry::After(Span::Months(12)).of(&zone, zone.day(ledger::Instant(at)));
    }
    assert!(Day(i32::MIN).date() < Day(0).date(), "what is long before is not long after");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The last day of a contribution is the last on which the window still holds it: month ends cannot be worked out backwards.
    #[test]
    fn the_last_day_in_a_window_is_the_last(day in 15_000..25_000_i32, length in 1..40_i32, months in any::<bool>(), joined in 14_000..15_000_i32) {
        let span = if months { Span::Months(length) } else { Span::Days(length) };
        for window in [Window::Rolling(span), Window::Current(Period::Month), Window::Current(Period::Quarter), Window::Current(Period::Anniversary)] {
            let (day, joined) = (Day(day), Day(joined));
            let last = window.last_day(day, joined).unwrap();
            prop_assert!(window.start(last, joined).unwrap() <= day, "{window} {day} {last}");
            prop_assert!(window.start(last.plus(1), joined).unwrap() > day, "{window} {day} {last}");
            prop_assert!(window.start(day, joined).unwrap() <= window.start(day.plus(1), joined).unwrap(), "windows never step back");
        }
    }

    #[test]
    fn what_is_written_is_read_back(days in 1..3_000_i32, months in 1..120_i32) {
        for window in [Window::Rolling(Span::Days(days)), Window::Rolling(Span::Months(months)), Window::Current(Period::Anniversary)] {
            prop_assert_eq!(window.to_string().parse::<Window>(), Ok(window));
        }
        for expiry in [Expiry::After(Span::Days(days)), Expiry::Idle(Span::Months(months)), Expiry::EndOf(Period::Year, months % 5)] {
            prop_assert_eq!(expiry.to_string().parse::<Expiry>(), Ok(expiry));
        }
    }
}

const KINDS: &str = r#"
[[metric]]
id = "active_days"
on = ["order.completed"]
aggregate = "distinct days"
window = "rolling 30 days"

[[metric]]
id = "categories"
on = ["order.completed"]
each = "line"
value = "line.category"
aggregate = "distinct"
window = "rolling 30 days"

[[metric]]
id = "categories_ever"
on = ["order.completed"]
each = "line"
value = "line.category"
aggregate = "distinct"

[[metric]]
id = "bearings"
on = ["order.completed"]
each = "line"
where = "line.category = 'bearings'"
value = "line.amount"

[[metric]]
id = "largest"
on = ["order.completed"]
value = "amount"
aggregate = "max"
window = "rolling 30 days"

[[metric]]
id = "smallest"
on = ["order.completed"]
value = "amount"
aggregate = "min"

[[metric]]
id = "latest"
on = ["order.completed"]
value = "amount"
aggregate = "latest"

[[metric]]
id = "age"
on = ["order.completed"]
aggregate = "age"

[[metric]]
id = "recency"
on = ["order.completed"]
aggregate = "recency"

[[metric]]
id = "count"
on = ["order.completed"]

[[metric]]
id = "average"
formula = "bearings / nullif(count, 0)"

[[metric]]
id = "nps"
on = ["survey.answered"]
where = "survey = 'nps'"
value = "score"
aggregate = "latest"
window = "rolling 30 days"
refunds = "ignored"
"#;

const NAMES: [&str; 11] =
    ["active_days", "categories", "categories_ever", "bearings", "largest", "smallest", "latest", "age", "recency", "count", "average"];

#[track_caller]
fn all(diary: &Diary, until: &str) -> String {
    let life = diary.under(program(KINDS), until);
    NAMES.iter().map(|name| format!("{name} {}", life.metric(name))).collect::<Vec<_>>().join(", ")
}

fn three_orders() -> Diary {
    history()
        .of_lines("2026-03-01", "A", &[("bearings", 50), ("bearings", 20), ("belts", 5)])
        .of_lines("2026-03-01", "B", &[("seals", 9)])
        .of_lines("2026-03-10", "C", &[("bearings", 30)])
}

#[test]
fn every_aggregate() {
    let expect = "active_days 2, categories 3, categories_ever 3, bearings 100, largest 75, smallest 9, latest 30, age 19, recency 10, count 3, \
                  average 33.333333333333";
    assert_eq!(all(&three_orders(), "2026-03-20"), expect);
    let expect = "active_days 1, categories 1, categories_ever 3, bearings 100, largest 30, smallest 9, latest 30, age 30, recency 21, count 3, \
                  average 33.333333333333";
    assert_eq!(all(&three_orders(), "2026-03-31"), expect);
}

/// An order that was undone never was, for every aggregate: what stood behind it shows again.
#[test]
fn a_cancelled_order_counts_nowhere() {
    let expect = "active_days 1, categories 3, categories_ever 3, bearings 70, largest 75, smallest 9, latest 9, age 19, recency 19, count 2, average 35";
    assert_eq!(all(&three_orders().cancelled("2026-03-15", "C"), "2026-03-20"), expect);
    let expect = "active_days 2, categories 2, categories_ever 2, bearings 30, largest 30, smallest 9, latest 30, age 19, recency 10, count 2, average 15";
    assert_eq!(all(&three_orders().refunded("2026-03-15", "A", 75), "2026-03-20"), expect);
    let none = three_orders().cancelled("2026-03-11", "A").cancelled("2026-03-11", "B").cancelled("2026-03-11", "C");
    let expect = "active_days 0, categories 0, categories_ever 0, bearings 0, largest null, smallest null, latest null, age null, recency null, count 0, \
                  average null";
    assert_eq!(all(&none, "2026-03-20"), expect);
}

#[test]
fn the_latest_answer_counts_as_long_as_its_window() {
    let answer = |diary: Diary, when: &str, survey: &str, score: i64| {
        diary.fact(when, "survey.answered", &json!({"survey": survey, "score": score}))
    };
    let diary = answer(answer(answer(history(), "2026-03-01", "nps", 9), "2026-03-05", "nps", 3), "2026-03-06", "csat", 5);
    assert_eq!(diary.under(program(KINDS), "2026-03-10").metric("nps"), "3");
    assert_eq!(diary.under(program(KINDS), "2026-04-04").metric("nps"), "null");
}
