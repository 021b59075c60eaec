//! Evaluation: total, without errors, and without allocation where only comparisons are made.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::like::Pattern;
use super::node::{Arithmetic, Node, Op, Target};
use super::{DIVISION_SCALE_MAX, RESULT_TEXT_MAX, Row, Value, functions, time};

const NULL: Cow<'static, Value> = Cow::Owned(Value::Null);

/// Whether a condition is true. Where nothing negates it, what is unknown is as good as false, and ends an `AND` as soon.
pub(super) fn holds<R: Row + ?Sized>(node: &Node, row: &R) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().all(|node| holds(node, row)),
        Node::Any(nodes) => nodes.iter().any(|node| holds(node, row)),
        other => truth(other, row) == Some(true),
    }
}

/// The truth of a condition in SQL's three-valued logic; `None` is unknown.
pub(super) fn truth<R: Row + ?Sized>(node: &Node, row: &R) -> Option<bool> {
    match node {
        Node::All(nodes) => chain(nodes, row, true),
        Node::Any(nodes) => chain(nodes, row, false),
        Node::Not(arg) => truth(arg, row).map(|truth| !truth),
        Node::Compare { op, left, right } => {
            // Most conditions are of this form.
            if let (Node::Column(column), Node::Const(constant)) = (&**left, &**right) {
                if let (Op::Eq | Op::Ne, Value::Text(wanted)) = (op, constant)
                    && let Some(held) = row.text(*column)
                {
                    return Some((held == &**wanted) == (*op == Op::Eq));
                }
                return row.against(*column, constant).map(|order| op.holds(order));
            }
            compare(*op, &value(left, row), &value(right, row))
        }
        Node::InConstants { arg, constants, negated } => constants.contain(&value(arg, row)).map(|found| found != *negated),
        Node::Is { arg, truth: None, negated } => Some(value(arg, row).is_null() != *negated),
        Node::Is { arg, truth: wanted, negated } => Some((truth(arg, row) == *wanted) != *negated),
        Node::Between { arg, low, high, negated } => {
            let arg = value(arg, row);
            let above = compare(Op::Ge, &arg, &value(low, row));
            let below = compare(Op::Le, &arg, &value(high, row));
            let inside = match (above, below) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            inside.map(|inside| inside != *negated)
        }
        Node::Like { arg, pattern, negated } => value(arg, row).as_text().map(|text| pattern.matches(text) != *negated),
        Node::Distinct { left, right, negated } => Some(distinct(&value(left, row), &value(right, row)) != *negated),
        Node::InList { arg, list, negated } => in_list(&value(arg, row), list, row).map(|found| found != *negated),
        Node::LikeComputed { arg, pattern, escape, insensitive, negated } => {
            let (arg, pattern) = (value(arg, row), value(pattern, row));
            let pattern = Pattern::new(pattern.as_text()?, *escape, *insensitive)?;
            Some(pattern.matches(arg.as_text()?) != *negated)
        }
        other => value(other, row).as_bool(),
    }
}

/// `AND` (`all`) or `OR`: the first part that decides ends it; without one, an unknown part makes the whole unknown.
#[inline]
fn chain<R: Row + ?Sized>(nodes: &[Node], row: &R, all: bool) -> Option<bool> {
    let mut known = true;
    for node in nodes {
        match truth(node, row) {
            Some(truth) if truth != all => return Some(!all),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(all)
}

/// The value of any node, borrowed from the tree or the row where it stands there.
pub(super) fn value<'a, R: Row + ?Sized>(node: &'a Node, row: &'a R) -> Cow<'a, Value> {
    let computed = match node {
        Node::Const(value) => return Cow::Borrowed(value),
        Node::Column(index) => {
            return row.peek(*index).map_or_else(|| Cow::Owned(row.get(*index)), Cow::Borrowed);
        }
        Node::Case { operand, arms, otherwise } => return case(operand.as_deref(), arms, otherwise, row),
        Node::Call { function, args } => return functions::call(*function, args, row),
        Node::Arithmetic { op, decimal, left, right } => arithmetic(*op, *decimal, &value(left, row), &value(right, row)),
        Node::Negate(arg) => negate(&value(arg, row)),
        Node::Cast { arg, to } => return cast(value(arg, row), *to),
        Node::TimePart { arg, part, zone } => {
            value(arg, row).as_time().and_then(|at| time::part(at, *part, *zone)).map_or(Value::Null, Value::Int)
        }
        Node::TimeTruncate { arg, unit, zone } => {
            value(arg, row).as_time().and_then(|at| time::truncate(at, *unit, *zone)).map_or(Value::Null, Value::Time)
        }
        Node::TimeStep { arg, step, zone } => {
            value(arg, row).as_time().and_then(|at| step.from(at, *zone)).map_or(Value::Null, Value::Time)
        }
        condition => truth(condition, row).into(),
    };
    Cow::Owned(computed)
}

#[inline]
pub(super) fn compare(op: Op, left: &Value, right: &Value) -> Option<bool> {
    // Equality of text needs no order, and lengths that differ settle it.
    if let (Op::Eq | Op::Ne, Value::Text(a), Value::Text(b)) = (op, left, right) {
        return Some((a == b) == (op == Op::Eq));
    }
    left.compare(right).map(|order| op.holds(order))
}

fn distinct(left: &Value, right: &Value) -> bool {
    match (left.is_null(), right.is_null()) {
        (true, true) => false,
        (false, false) => left.compare(right) != Some(Ordering::Equal),
        _ => true,
    }
}

fn in_list<R: Row + ?Sized>(arg: &Value, list: &[Node], row: &R) -> Option<bool> {
    let mut known = true;
    for node in list {
        match compare(Op::Eq, arg, &value(node, row)) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => known = false,
        }
    }
    known.then_some(false)
}

fn case<'a, R: Row + ?Sized>(operand: Option<&'a Node>, arms: &'a [(Node, Node)], otherwise: &'a Node, row: &'a R) -> Cow<'a, Value> {
    if let Some(Node::Column(column)) = operand
        && let Some(held) = row.text(*column)
    {
        let chosen = arms.iter().find(|(when, _)| value(when, row).as_text() == Some(held));
        return value(chosen.map_or(otherwise, |(_, then)| then), row);
    }
    let operand = operand.map(|operand| value(operand, row));
    for (when, then) in arms {
        let chosen = match &operand {
            Some(operand) => compare(Op::Eq, operand, &value(when, row)),
            None => truth(when, row),
        };
        if chosen == Some(true) {
            return value(then, row);
        }
    }
    value(otherwise, row)
}

fn arithmetic(op: Arithmetic, decimal: bool, left: &Value, right: &Value) -> Value {
    if decimal {
        let (Some(a), Some(b)) = (left.as_decimal(), right.as_decimal()) else {
            return Value::Null;
        };
        decimals(op, a, b).map_or(Value::Null, Value::Dec)
    } else {
        let (Some(a), Some(b)) = (left.as_int(), right.as_int()) else {
            return Value::Null;
        };
        let result = match op {
            Arithmetic::Add => a.checked_add(b),
            Arithmetic::Subtract => a.checked_sub(b),
            Arithmetic::Multiply => a.checked_mul(b),
            Arithmetic::Divide => a.checked_div(b),
            // The remainder by -1 is 0 even where the quotient overflows.
            Arithmetic::Remainder if b == -1 => Some(0),
            Arithmetic::Remainder => a.checked_rem(b),
        };
        result.map_or(Value::Null, Value::Int)
    }
}

fn decimals(op: Arithmetic, a: Decimal, b: Decimal) -> Option<Decimal> {
    match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => quotient(a, b),
        Arithmetic::Remainder => a.checked_rem(b),
    }
}

/// 28 significant digits, half to even, and then at most [`DIVISION_SCALE_MAX`] places, none of them an idle zero.
pub(super) fn quotient(a: Decimal, b: Decimal) -> Option<Decimal> {
    moved_point(a, b).or_else(|| long_quotient(a, b))
}

/// Division by a power of ten only moves the point, as long as the places suffice.
fn moved_point(a: Decimal, b: Decimal) -> Option<Decimal> {
    let zeros = [1, 10, 100, 1_000, 10_000].iter().position(|power| *power == b.mantissa())?;
    let scale = (a.scale() + u32::try_from(zeros).ok()?).checked_sub(b.scale()).filter(|scale| *scale <= DIVISION_SCALE_MAX)?;
    let mut moved = a;
    moved.set_scale(scale).ok()?;
    Some(moved.normalize())
}

pub(super) fn long_quotient(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_div(b).map(|q| q.round_dp_with_strategy(DIVISION_SCALE_MAX, RoundingStrategy::MidpointNearestEven).normalize())
}

fn negate(value: &Value) -> Value {
    match value {
        Value::Int(number) => number.checked_neg().map_or(Value::Null, Value::Int),
        Value::Dec(number) => Value::Dec(-*number),
        _ => Value::Null,
    }
}

fn cast(value: Cow<'_, Value>, to: Target) -> Cow<'_, Value> {
    let cast = match (to, &*value) {
        (Target::Text, Value::Text(_)) | (Target::Int, Value::Int(_)) | (Target::Bool, Value::Bool(_)) => return value,
        (_, Value::Null) => return NULL,
        (Target::Bool, Value::Int(number)) => Some(Value::Bool(*number != 0)),
        (Target::Bool, Value::Text(text)) => bool_of(text).map(Value::Bool),
        (Target::Int, Value::Bool(truth)) => Some(Value::Int(i64::from(*truth))),
        (Target::Int, Value::Dec(number)) => round(*number, 0).to_i64().map(Value::Int),
        (Target::Int, Value::Text(text)) => text.trim().parse().ok().map(Value::Int),
        (Target::Decimal(limits), Value::Text(text)) => Decimal::from_str_exact(text.trim()).ok().and_then(|number| limit(number, limits)),
        (Target::Decimal(limits), number) => number.as_decimal().and_then(|number| limit(number, limits)),
        (Target::Text, Value::Bool(_) | Value::Int(_) | Value::Dec(_)) => Some(Value::Text(value.to_string().into())),
        _ => None,
    };
    cast.map_or(NULL, Cow::Owned)
}

fn bool_of(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn limit(number: Decimal, limits: Option<(u32, u32)>) -> Option<Value> {
    let Some((precision, scale)) = limits else {
        return Some(Value::Dec(number));
    };
    let mut rounded = round(number, scale);
    let bound = 10_i128.checked_pow(precision - scale)?;
    if rounded.trunc().abs().to_i128()? >= bound {
        return None;
    }
    rounded.rescale(scale);
    Some(Value::Dec(rounded))
}

/// SQL's rounding: half away from zero.
pub(super) fn round(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// Text as a value, or NULL if it grew beyond what one value may hold.
pub(super) fn text(text: String) -> Value {
    if text.len() > RESULT_TEXT_MAX { Value::Null } else { Value::Text(Arc::from(text)) }
}
