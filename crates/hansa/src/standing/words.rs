//! Numbers, times and ways as sentences say them.

use chrono::{DateTime, SecondsFormat, TimeZone};
use ledger::Instant;
use program::calendar::{Day, Zone};
use program::expr::{Op, Value};
use program::way::{Need, Way};
use rust_decimal::Decimal;

use crate::language::Language;

/// Ways in one sentence: `38 000 more Purchases, or 2 more Orders, by 2026-06-30`; empty when there are none. `name` says how what they are
/// about is called.
pub fn ways(language: Language, ways: &[Way], name: &dyn Fn(&str) -> String) -> String {
    let (and, or) = (language.put("say-and", &[]), language.put("say-or", &[]));
    let days: Vec<Option<Day>> = ways.iter().map(deadline).collect();
    let told = |way: &Way| way.needs.iter().map(|one| need(language, one, name)).collect::<Vec<_>>().join(&and);
    let parts: Vec<String> = ways.iter().map(told).collect();
    // One deadline that holds for all is said once, at the end.
    if let [Some(first), rest @ ..] = days.as_slice()
        && rest.iter().all(|day| *day == Some(*first))
    {
        return language.put("ways-by", &[("ways", &parts.join(&or)), ("day", &first.to_string())]);
    }
    let each = parts.into_iter().zip(days);
    let by = |(part, day): (String, Option<Day>)| match day {
        Some(day) => language.put("way-by", &[("way", &part), ("day", &day.to_string())]),
        None => part,
    };
    each.map(by).collect::<Vec<_>>().join(&or)
}

/// The last day for which everything that a way builds on still counts.
fn deadline(way: &Way) -> Option<Day> {
    way.needs.iter().filter(|need| wants_more(need)).filter_map(|need| need.by).min()
}

fn wants_more(need: &Need) -> bool {
    need.gap.is_some_and(|gap| gap > Decimal::ZERO)
}

fn need(language: Language, need: &Need, name: &dyn Fn(&str) -> String) -> String {
    let (what, now) = (name(&need.what), value(language, &need.now));
    match (need.gap, need.op) {
        (Some(gap), Op::Gt | Op::Ge) if gap > Decimal::ZERO => language.put("way-more", &[("gap", &number(gap)), ("what", &what)]),
        (Some(gap), Op::Lt | Op::Le) if gap < Decimal::ZERO => {
            language.put("way-less", &[("gap", &number(-gap)), ("what", &what), ("now", &now)])
        }
        // A whole condition that is no comparison stands there as it is written.
        _ if need.needed == Value::Bool(true) => what,
        _ => {
            let (op, needed) = (need.op.to_string(), value(language, &need.needed));
            language.put("way-other", &[("what", &what), ("op", &op), ("needed", &needed), ("now", &now)])
        }
    }
}

/// A value: numbers grouped, nothing as `none`, instants in UTC.
pub fn value(language: Language, value: &Value) -> String {
    match value {
        Value::Null => language.put("say-none", &[]),
        Value::Int(number) => grouped(&number.to_string()),
        Value::Dec(number) => self::number(*number),
        other => other.to_string(),
    }
}

/// A decimal without trailing zeros, grouped.
pub fn number(number: Decimal) -> String {
    grouped(&number.normalize().to_string())
}

/// Thousands set apart by spaces (ISO 80000-1), as far as there are five digits or more.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, part) = rest.split_once('.').map_or((rest, None), |(whole, part)| (whole, Some(part)));
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut said = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len() > 3 && (whole.len() - at).is_multiple_of(3) {
            said.push(' ');
        }
        said.push(digit);
    }
    if let Some(part) = part {
        said.push('.');
        said.push_str(part);
    }
    said
}

/// An amount given in smallest steps, exact and ungrouped: `steps(3_800_050, 2)` is `38000.50`.
pub fn steps(amount: i64, scale: u32) -> String {
    if scale == 0 {
        return amount.to_string();
    }
    let width = scale as usize + 1;
    let digits = format!("{:0width$}", amount.unsigned_abs());
    let (whole, part) = digits.split_at(digits.len() - scale as usize);
    format!("{}{whole}.{part}", if amount < 0 { "-" } else { "" })
}

/// An amount given in smallest steps, grouped, without trailing zeros: what sentences say.
pub fn amount(amount: i64, scale: u32) -> String {
    let exact = steps(amount, scale);
    let short = if scale > 0 { exact.trim_end_matches('0').trim_end_matches('.') } else { &exact };
    grouped(short)
}

/// The local time to the minute: `2026-03-01 14:05`.
pub fn time(zone: &Zone, at: Instant) -> String {
    match zone.tz().timestamp_micros(at.0).single() {
        Some(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        None => format!("{} µs", at.0),
    }
}

/// The local day.
pub fn day(zone: &Zone, at: Instant) -> String {
    zone.day(at).to_string()
}

/// RFC 3339 in UTC, as exact as needed.
pub fn rfc3339(at: Instant) -> String {
    match DateTime::from_timestamp_micros(at.0) {
        Some(utc) => utc.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        None => format!("{} µs", at.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(what: &str, op: Op, now: i64, needed: i64, by: Option<i32>) -> Need {
        let gap = Some(Decimal::from(needed - now));
        Need { what: what.into(), now: Value::Int(now), needed: Value::Int(needed), op, gap, by: by.map(Day) }
    }

    #[test]
    fn a_common_deadline_is_said_once() {
        let way = |what, gap| Way { needs: vec![missing(what, Op::Ge, 0, gap, Some(20_634))] };
        let both = [way("spend_12m", 38_000), way("orders_12m", 2)];
        for (language, said) in [
            (Language::English, "38 000 more spend_12m, or 2 more orders_12m, by 2026-06-30"),
            (Language::Simplified, "spend_12m 还差 38 000，或 orders_12m 还差 2，截至 2026-06-30"),
            (Language::Traditional, "spend_12m 還差 38 000，或 orders_12m 還差 2，截至 2026-06-30"),
        ] {
            assert_eq!(ways(language, &both, &str::to_owned), said);
        }
        let named = |what: &str| if what == "spend_12m" { "采购额".to_owned() } else { what.to_owned() };
        assert_eq!(ways(Language::Simplified, &both[..1], &named), "采购额 还差 38 000，截至 2026-06-30");
    }

    /// What must fall does so by itself as time passes: the day on which it rolls off is no deadline for buying.
    #[test]
    fn what_must_fall_has_no_deadline() {
        let needs = vec![missing("spend_12m", Op::Ge, 100, 600, None), missing("overdue_12m", Op::Le, 4, 2, Some(20_634))];
        let ways = |all: &[Way]| ways(Language::English, all, &str::to_owned);
        assert_eq!(ways(&[Way { needs }]), "500 more spend_12m and 2 less overdue_12m (now 4)");
        assert_eq!(ways(&[]), "");
    }

    #[test]
    fn amounts_are_exact_at_every_scale() {
        for (given, scale, exact, said) in
            [(3_800_050, 2, "38000.50", "38 000.5"), (-5, 2, "-0.05", "-0.05"), (80, 1, "8.0", "8"), (1_000, 0, "1000", "1 000")]
        {
            assert_eq!((steps(given, scale).as_str(), amount(given, scale).as_str()), (exact, said));
        }
        assert_eq!(grouped("none"), "none");
    }
}
