//! Tests of the language as it is used: text in, value or refusal out.
#![allow(clippy::unwrap_used)]

mod logic;
mod random;
mod refusals;
mod values;

use ledger::Instant;
use rust_decimal::Decimal;

use super::{Expr, ExprError, Scope, Type, Value, Want, compile};

/// An order as a rule sees it; times are read in Shanghai (UTC+8, no summer time since 1991).
fn scope() -> Scope {
    let mut scope = Scope::new().in_zone(chrono_tz::Asia::Shanghai);
    for (name, ty, what) in [
        ("spend", Type::Decimal, "metric"),
        ("orders", Type::Int, "metric"),
        ("region", Type::Text, "field of order.completed"),
        ("paid", Type::Bool, "field of order.completed"),
        ("at", Type::Time, "field of order.completed"),
        ("buyer.rank", Type::Text, "attribute"),
        ("nothing", Type::Int, "metric"),
    ] {
        scope.column(name, ty, what);
    }
    scope
}

fn row() -> Vec<Value> {
    vec![
        Value::Dec(decimal("5000.50")),
        Value::Int(7),
        "华东".into(),
        Value::Bool(true),
        // 2026-03-31 23:30 in Shanghai.
        time("2026-03-31T15:30:00Z"),
        "gold".into(),
        Value::Null,
    ]
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn time(text: &str) -> Value {
    Value::Time(Instant(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros()))
}

fn any(text: &str) -> Result<Expr, ExprError> {
    compile(text, &scope(), Want::Any)
}

/// Checks the value as it prints, so that `1` is a whole number or a decimal without places alike.
#[track_caller]
fn check(text: &str, expect: &str) {
    let expr = any(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(expr.eval(&row()).to_string(), expect, "{text}");
}

#[track_caller]
fn refused(text: &str, expect: &str) {
    match any(text) {
        Ok(expr) => panic!("{text} compiled to {expr:?}"),
        Err(error) => assert_eq!(error.to_string().replace("line 1, column ", ""), expect, "{text}"),
    }
}
