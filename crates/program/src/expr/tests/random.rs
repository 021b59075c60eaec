//! Random expressions over random rows, well-typed or not.

use ledger::Instant;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{any, scope};
use crate::expr::eval::{long_quotient, quotient};
use crate::expr::{Value, Want, compile};

fn leaf() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "spend",
        "orders",
        "nothing",
        "region",
        "paid",
        "at",
        "0",
        "1",
        "-3",
        "2.5",
        "9223372036854775807",
        "79228162514264337593543950335",
        "0.0000000000001",
        "'a'",
        "'华%'",
        "''",
        "true",
        "false",
        "null",
        "DATE '2026-03-31'",
    ])
    .prop_map(str::to_owned)
}

/// Small trees; most are refused for their types, which is tested too.
fn expression() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        let forms = prop::sample::select(vec![
            "A + B",
            "A - B",
            "A * B",
            "A / B",
            "A % B",
            "-A",
            "A || B",
            "power(A, B)",
            "round(A, B)",
            "abs(A)",
            "sign(A)",
            "floor(A)",
            "least(A, B)",
            "greatest(A, B, C)",
            "coalesce(A, B)",
            "nullif(A, B)",
            "substr(A, B, C)",
            "replace(A, B, C)",
            "A::bigint",
            "A::decimal(10, 2)",
            "A::text",
            "A::boolean",
            "CASE WHEN A THEN B ELSE C END",
            "CASE A WHEN B THEN C END",
            "length(A)",
            "extract(month FROM A)",
            "date_trunc('week', A)",
            "A + INTERVAL '1 month'",
            "A LIKE B",
            "A ILIKE 'x%_'",
        ]);
        fill(forms, inner)
    })
}

fn condition() -> impl Strategy<Value = String> {
    let comparisons = prop::sample::select(vec![
        "A = B",
        "A <> B",
        "A < B",
        "A >= B",
        "A BETWEEN B AND C",
        "A NOT BETWEEN B AND C",
        "A IN (B, C)",
        "A NOT IN (B, C)",
        "A IS NULL",
        "A IS DISTINCT FROM B",
        "A LIKE B",
        "paid",
    ]);
    let connectives = prop::sample::select(vec!["A AND B", "A OR B", "NOT A", "A IS TRUE", "A AND B OR C"]);
    fill(comparisons, leaf().boxed()).prop_recursive(3, 12, 3, move |inner| fill(connectives.clone(), inner))
}

fn fill(forms: impl Strategy<Value = &'static str> + 'static, part: BoxedStrategy<String>) -> BoxedStrategy<String> {
    (forms, part.clone(), part.clone(), part)
        .prop_map(|(form, a, b, c)| form.split(' ').map(|word| substitute(word, &a, &b, &c)).collect::<Vec<_>>().join(" "))
        .boxed()
}

/// Replaces the capital that stands alone in a word such as `abs(A)` or `C)`; keywords have two letters and more.
fn substitute(word: &str, a: &str, b: &str, c: &str) -> String {
    let bytes = word.as_bytes();
    let alone = |i: usize| {
        let letter = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        !letter(i.checked_sub(1)) && !letter(Some(i + 1))
    };
    word.char_indices()
        .map(|(i, ch)| match ch {
            'A' if alone(i) => format!("({a})"),
            'B' if alone(i) => format!("({b})"),
            'C' if alone(i) => format!("({c})"),
            other => other.to_string(),
        })
        .collect()
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any_int().prop_map(Value::Int),
        (any_int(), 0_u32..28).prop_map(|(n, scale)| Value::Dec(Decimal::new(n, scale))),
        Just(Value::Dec(Decimal::MAX)),
        prop::sample::select(vec!["", "a", "华东", "%"]).prop_map(Value::from),
        proptest::bool::ANY.prop_map(Value::Bool),
        proptest::num::i64::ANY.prop_map(|at| Value::Time(Instant(at))),
        (0..4_000_000_000_i64).prop_map(|s| Value::Time(Instant(s * 1_000_000))),
    ]
}

fn any_int() -> impl Strategy<Value = i64> {
    prop_oneof![-10..10_i64, proptest::num::i64::ANY, Just(i64::MIN), Just(i64::MAX)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// The values are of any type, not only the column's: a wrong row must not bring the engine down either.
    #[test]
    fn evaluation_never_panics_and_keeps_its_type(text in expression(), row in prop::collection::vec(value(), 0..8)) {
        if let Ok(expr) = any(&text) {
            let value = expr.eval(&row);
            prop_assert!(value.is_null() || value.ty() == Some(expr.ty()), "{text} gave {value:?}");
            prop_assert_eq!(expr.holds(&row), value == Value::Bool(true));
            prop_assert_eq!(expr.number(&row), value.as_decimal(), "{} of {:?}", text, row);
            // Whether a row lends its values or makes them when asked.
            let made = |column: usize| row.get(column).cloned().unwrap_or_default();
            prop_assert_eq!(expr.eval(&made), value);
        }
    }

    #[test]
    fn dividing_by_a_power_of_ten_is_dividing(number in any_int(), scale in 0_u32..28, zeros in 0_u32..6, places in 0_u32..6) {
        let (a, b) = (Decimal::new(number, scale), Decimal::new(10_i64.pow(zeros), places));
        let (quick, long) = (quotient(a, b), long_quotient(a, b));
        prop_assert_eq!(quick.map(|it| it.to_string()), long.map(|it| it.to_string()));
    }

    #[test]
    fn logic_holds_exactly_when_the_condition_does(text in condition(), row in prop::collection::vec(value(), 7)) {
        if let Ok(expr) = compile(&text, &scope(), Want::Condition) {
            let logic = expr.logic();
            prop_assert_eq!(logic.eval(&row), expr.holds(&row), "{} as {:?}", text, logic);
        }
    }

    #[test]
    fn compilation_never_panics(text in "[-a-z0-9 ()'.,+*/%<>=|:\"\\[{$?\u{4e1c}\n]{0,60}") {
        let _ = any(&text);
    }
}
