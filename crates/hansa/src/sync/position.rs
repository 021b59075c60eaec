//! How far a source was read.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How local times are written that name no zone.
const PLAIN: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];

/// How far a source was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Position {
    /// Behind which values the next run begins, or this one when it is interrupted; at the beginning when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<Value>,
    /// The furthest value that the run under way has come across, where it is not over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Value>,
    /// The page with which the run under way goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

impl Position {
    /// As text, for the database; nothing for the beginning.
    pub(super) fn written(&self) -> String {
        if *self == Position::default() { String::new() } else { serde_json::to_string(self).unwrap_or_default() }
    }

    pub(super) fn of(text: &str) -> Position {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// The further one of two values: instants by time, whole numbers by size, other text by its bytes.
pub(super) fn further(a: Option<Value>, b: Value) -> Value {
    let Some(a) = a else { return b };
    let (left, right) = (text(&a), text(&b));
    let instants = DateTime::parse_from_rfc3339(&left).ok().zip(DateTime::parse_from_rfc3339(&right).ok());
    let numbers = left.parse::<i128>().ok().zip(right.parse::<i128>().ok());
    let behind = match (instants, numbers) {
        (Some((left, right)), _) => left < right,
        (None, Some((left, right))) => left < right,
        (None, None) => left < right,
    };
    if behind { b } else { a }
}

/// A value as it is sent.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An instant so many seconds earlier, written as it was; `None` where it is none.
pub(super) fn earlier(value: &str, seconds: u32) -> Option<String> {
    let shift = TimeDelta::seconds(i64::from(seconds));
    if let Ok(at) = DateTime::parse_from_rfc3339(value) {
        return Some(at.checked_sub_signed(shift)?.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    }
    PLAIN.iter().find_map(|format| {
        let at = NaiveDateTime::parse_from_str(value, format).ok()?;
        Some(at.checked_sub_signed(shift)?.format(format).to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_further_value_is_the_later_the_larger_or_the_one_that_sorts_behind() {
        for (a, b, further_one) in [
            ("2026-07-01T10:00:00+08:00", "2026-07-01T03:00:00Z", "2026-07-01T03:00:00Z"),
            ("2026-07-01T10:00:00Z", "2026-07-01T10:00:00.5Z", "2026-07-01T10:00:00.5Z"),
            ("9", "10", "10"),
            ("2026-07-01 10:00:00", "2026-06-30 23:00:00", "2026-07-01 10:00:00"),
            ("b", "a", "b"),
        ] {
            assert_eq!(further(Some(a.into()), b.into()), Value::from(further_one));
            assert_eq!(further(Some(b.into()), a.into()), Value::from(further_one));
        }
        assert_eq!(further(None, 7.into()), Value::from(7));
        assert_eq!(further(Some(99.into()), 100.into()), Value::from(100));
    }

    #[test]
    fn an_instant_is_moved_back_as_it_is_written() {
        for (value, earlier_one) in [
            ("2026-07-01T10:00:00Z", Some("2026-07-01T09:55:00Z")),
            ("2026-07-01T00:01:00.25+08:00", Some("2026-06-30T23:56:00.250+08:00")),
            ("2026-07-01 10:00:00", Some("2026-07-01 09:55:00")),
            ("1751364000", None),
        ] {
            assert_eq!(earlier(value, 300).as_deref(), earlier_one, "{value}");
        }
    }

    #[test]
    fn a_position_is_read_as_it_was_written() {
        let position = Position { since: vec!["2026-07-01".into(), 7.into()], seen: Some("x".into()), page: Some("p=2".into()) };
        assert_eq!(Position::of(&position.written()), position);
        assert_eq!((Position::default().written(), Position::of("")), (String::new(), Position::default()));
    }
}
