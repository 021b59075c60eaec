use super::{decimal, row, scope};
use crate::expr::{Logic, Op, Value, Want, compile};

fn logic(text: &str) -> Logic {
    compile(text, &scope(), Want::Condition).unwrap().logic()
}

/// The shape in one line: `all(spend >= 5, any(…))`, with `?` before what could not be taken apart.
fn shape(logic: &Logic) -> String {
    let list = |parts: &[Logic]| parts.iter().map(shape).collect::<Vec<_>>().join(", ");
    match logic {
        Logic::All(parts) => format!("all({})", list(parts)),
        Logic::Any(parts) => format!("any({})", list(parts)),
        Logic::Compare { text, .. } => text.clone(),
        Logic::Other { text, .. } => format!("?{text}"),
    }
}

#[track_caller]
fn check(text: &str, expect: &str) {
    let logic = logic(text);
    assert_eq!(shape(&logic), expect, "{text}");
    assert_eq!(logic.eval(&row()), compile(text, &scope(), Want::Condition).unwrap().holds(&row()), "{text}");
}

#[test]
fn conditions_come_apart() {
    check("spend >= 5000 AND orders > 3 AND paid", "all(spend >= 5000, orders > 3, paid)");
    check("spend >= 5000 OR (orders > 3 AND (paid AND region = '华东'))", "any(spend >= 5000, all(orders > 3, paid, region = '华东'))");
    check("5000 <= spend", "spend >= 5000");
    check("spend >= 2 * 1000", "spend >= 2000");
    check("spend BETWEEN 1 AND 9", "all(spend >= 1, spend <= 9)");
    check("spend NOT BETWEEN 1 AND 9", "any(spend < 1, spend > 9)");
    check("region IN ('b', 'a')", "any(region = 'a', region = 'b')");
    check("region NOT IN ('it''s')", "all(region <> 'it''s')");
    check("at >= DATE '2026-03-01'", "at >= DATE '2026-03-01'");
    check("at < '2026-03-01 08:30'", "at < TIMESTAMP '2026-03-01 08:30:00'");
    check("paid = true AND NOT paid", "all(paid, NOT paid)");
}

/// De Morgan holds for NULL too: what is unknown stays unknown, and neither form holds.
#[test]
fn not_moves_inwards() {
    check("NOT (spend >= 5000 AND orders > 3)", "any(spend < 5000, orders <= 3)");
    check("NOT (NOT paid OR nothing = 1)", "all(paid, nothing <> 1)");
    check("NOT spend BETWEEN 1 AND 9", "any(spend < 1, spend > 9)");
    check("NOT (region IN ('a') OR region LIKE 'x%')", "all(region <> 'a', ?NOT (region LIKE 'x%'))");
}

#[test]
fn what_has_another_form_stays_whole() {
    check("spend > orders", "?spend > orders");
    check("spend * 2 > 5 AND paid", "all(?spend * 2 > 5, paid)");
    check("region IN ('a', null)", "?region IN ('a', NULL)");
    check("spend > null", "?spend > NULL");
    check("nothing IS NULL", "?nothing IS NULL");
    check("paid IS TRUE", "?paid IS TRUE");
    assert_eq!(logic("spend > orders AND region = ''").columns(), [0, 1, 2]);
}

#[test]
fn constants_take_the_type_of_the_column() {
    let value = |text| match logic(text) {
        Logic::Compare { op, value, .. } => (op, value),
        other => panic!("{other:?}"),
    };
    assert_eq!(value("spend >= 5"), (Op::Ge, Value::Dec(decimal("5"))));
    assert_eq!(value("5.0 > orders"), (Op::Lt, Value::Int(5)));
    assert_eq!(value("orders > 5.5"), (Op::Gt, Value::Dec(decimal("5.5"))));
}
