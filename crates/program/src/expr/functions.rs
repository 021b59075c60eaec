//! The functions of the language: the list, their types, their values.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono_tz::Tz;
use rust_decimal::Decimal;
use sqlparser::ast::Expr as Ast;
use sqlparser::tokenizer::Location;

use super::error::{ExprError, nearest};
use super::eval::{quotient, round, text, value};
use super::node::Node;
use super::typing::{NUMBERS, Typed, unify};
use super::{EXPONENT_MAX, RESULT_TEXT_MAX, Row, Type, Value};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Function {
    Abs,
    Ceil,
    CharLength,
    Coalesce,
    Concat,
    /// `||`: unlike `concat`, NULL if any part is.
    Append,
    Contains,
    EndsWith,
    Floor,
    Greatest,
    Least,
    Lower,
    Nullif,
    Power,
    Replace,
    Round,
    Sign,
    StartsWith,
    Substr,
    Trim,
    Upper,
}

/// What a function takes and gives.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Signature {
    /// One number, the same type back.
    Number,
    /// A number and whole numbers; the first one's type back.
    NumberBy,
    /// A number and a whole number; a decimal back.
    Power,
    /// Texts only.
    Texts(Type),
    /// A text and whole numbers; text back.
    TextBy,
    /// Texts and numbers; text back.
    Printed,
    /// Anything, but all of one type.
    Same,
}

struct Entry {
    name: &'static str,
    function: Function,
    signature: Signature,
    arguments: (usize, usize),
}

const fn entry(name: &'static str, function: Function, signature: Signature, least: usize, most: usize) -> Entry {
    Entry { name, function, signature, arguments: (least, most) }
}

const MANY: usize = 100;

const FUNCTIONS: &[Entry] = &[
    entry("abs", Function::Abs, Signature::Number, 1, 1),
    entry("ceil", Function::Ceil, Signature::Number, 1, 1),
    entry("char_length", Function::CharLength, Signature::Texts(Type::Int), 1, 1),
    entry("coalesce", Function::Coalesce, Signature::Same, 1, MANY),
    entry("concat", Function::Concat, Signature::Printed, 1, MANY),
    entry("contains", Function::Contains, Signature::Texts(Type::Bool), 2, 2),
    entry("ends_with", Function::EndsWith, Signature::Texts(Type::Bool), 2, 2),
    entry("floor", Function::Floor, Signature::Number, 1, 1),
    entry("greatest", Function::Greatest, Signature::Same, 1, MANY),
    entry("least", Function::Least, Signature::Same, 1, MANY),
    entry("length", Function::CharLength, Signature::Texts(Type::Int), 1, 1),
    entry("lower", Function::Lower, Signature::Texts(Type::Text), 1, 1),
    entry("nullif", Function::Nullif, Signature::Same, 2, 2),
    entry("power", Function::Power, Signature::Power, 2, 2),
    entry("replace", Function::Replace, Signature::Texts(Type::Text), 3, 3),
    entry("round", Function::Round, Signature::NumberBy, 1, 2),
    entry("sign", Function::Sign, Signature::Number, 1, 1),
    entry("starts_with", Function::StartsWith, Signature::Texts(Type::Bool), 2, 2),
    entry("substr", Function::Substr, Signature::TextBy, 2, 3),
    entry("trim", Function::Trim, Signature::Texts(Type::Text), 1, 1),
    entry("upper", Function::Upper, Signature::Texts(Type::Text), 1, 1),
    entry("||", Function::Append, Signature::Printed, 2, 2),
];

/// Functions with a form of their own, which the compiler knows.
const SPECIAL: &[&str] = &["date_part", "date_trunc", "extract", "mod", "substring"];

const AGGREGATES: &[&str] = &["avg", "count", "max", "min", "sum"];

/// Checks a call by the function's (lower-case) name and builds it.
pub(super) fn build<'a>(name: &str, mut args: Vec<Typed<'a>>, ast: &'a Ast, zone: Tz, at: Location) -> Result<Typed<'a>, ExprError> {
    let Some(entry) = FUNCTIONS.iter().find(|entry| entry.name == name) else {
        return Err(unknown(name, at));
    };
    arity(name, args.len(), entry.arguments, at)?;
    let what = |n: usize| format!("argument {} of `{name}`", n + 1);
    let wants = |args: &[Typed<'_>], first: &[Type], rest: &[Type]| -> Result<(), ExprError> {
        args.iter().enumerate().try_for_each(|(n, arg)| arg.expect(if n == 0 { first } else { rest }, &what(n), at))
    };
    let whole: &[Type] = &[Type::Int];
    let ty = match entry.signature {
        Signature::Number | Signature::NumberBy => wants(&args, NUMBERS, whole).map(|()| args[0].ty)?,
        Signature::Power => wants(&args, NUMBERS, whole).map(|()| Some(Type::Decimal))?,
        Signature::Texts(result) => wants(&args, &[Type::Text], &[Type::Text]).map(|()| Some(result))?,
        Signature::TextBy => wants(&args, &[Type::Text], whole).map(|()| Some(Type::Text))?,
        Signature::Printed => {
            let printed = &[Type::Text, Type::Int, Type::Decimal];
            if name == "||" && args.iter().all(|arg| arg.ty.is_some_and(Type::is_number)) {
                args[0].expect(&[Type::Text], "one side of `||`", at)?;
            }
            wants(&args, printed, printed).map(|()| Some(Type::Text))?
        }
        Signature::Same => {
            let mut parts: Vec<&mut Typed<'a>> = args.iter_mut().collect();
            unify(&mut parts, &format!("the arguments of `{name}`"), zone, at)?
        }
    };
    let args = args.into_iter().map(|arg| arg.node).collect();
    Ok(Typed { node: Node::Call { function: entry.function, args }.folded(), ty, ast })
}

/// Refuses a wrong number of arguments.
pub(super) fn arity(name: &str, given: usize, (least, most): (usize, usize), at: Location) -> Result<(), ExprError> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let wanted = match (least, most) {
        (least, MANY) => format!("{least} to {MANY} arguments"),
        (1, 1) => "1 argument".to_owned(),
        (least, most) if least == most => format!("{least} arguments"),
        (least, most) => format!("{least} or {most} arguments"),
    };
    Err(ExprError::new(at, format!("`{name}` takes {wanted}, here it has {given}")))
}

/// The error for a name that is not on the list.
pub(super) fn unknown(name: &str, at: Location) -> ExprError {
    if AGGREGATES.contains(&name) {
        let error = ExprError::new(at, format!("`{name}` is an aggregate; an expression judges one row"));
        return match name {
            "max" => error.help("did you mean `greatest`?"),
            "min" => error.help("did you mean `least`?"),
            _ => error,
        };
    }
    let names = || FUNCTIONS.iter().map(|entry| entry.name).filter(|name| *name != "||").chain(SPECIAL.iter().copied());
    let error = ExprError::new(at, format!("unknown function `{name}`"));
    match nearest(name, names()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("allowed are {}", names().collect::<Vec<_>>().join(", "))),
    }
}

/// The value of a call.
pub(super) fn call<'a, R: Row + ?Sized>(function: Function, args: &'a [Node], row: &'a R) -> Cow<'a, Value> {
    let arg = |n: usize| args.get(n).map_or(Cow::Owned(Value::Null), |node| value(node, row));
    let computed = match function {
        Function::Coalesce => {
            return args.iter().map(|node| value(node, row)).find(|value| !value.is_null()).unwrap_or_default();
        }
        Function::Least => return extreme(args, row, Ordering::Less),
        Function::Greatest => return extreme(args, row, Ordering::Greater),
        Function::Nullif => {
            let first = arg(0);
            return if first.compare(&arg(1)) == Some(Ordering::Equal) { Cow::default() } else { first };
        }
        Function::Concat | Function::Append => concat(function, args, row),
        Function::Abs | Function::Ceil | Function::Floor | Function::Sign => number(function, &arg(0)),
        Function::Round => {
            let places = if args.len() > 1 { arg(1).as_int() } else { Some(0) };
            places.and_then(|places| round_to(&arg(0), places))
        }
        Function::Power => power(&arg(0), &arg(1)).map(Value::Dec),
        Function::CharLength => with_text(&arg(0), |text| i64::try_from(text.chars().count()).ok().map(Value::Int)),
        Function::Lower => with_text(&arg(0), |it| Some(text(it.to_lowercase()))),
        Function::Upper => with_text(&arg(0), |it| Some(text(it.to_uppercase()))),
        Function::Trim => with_text(&arg(0), |it| Some(it.trim_matches(' ').into())),
        Function::StartsWith => with_texts(&arg(0), &arg(1), |a, b| Value::Bool(a.starts_with(b))),
        Function::EndsWith => with_texts(&arg(0), &arg(1), |a, b| Value::Bool(a.ends_with(b))),
        Function::Contains => with_texts(&arg(0), &arg(1), |a, b| Value::Bool(a.contains(b))),
        Function::Replace => replace(&arg(0), &arg(1), &arg(2)),
        Function::Substr => {
            let length = if args.len() > 2 { arg(2).as_int() } else { Some(i64::MAX) };
            length.and_then(|length| substr(&arg(0), arg(1).as_int()?, length))
        }
    };
    Cow::Owned(computed.unwrap_or_default())
}

/// The least or greatest of the values that are not NULL.
fn extreme<'a, R: Row + ?Sized>(args: &'a [Node], row: &'a R, wanted: Ordering) -> Cow<'a, Value> {
    args.iter()
        .map(|node| value(node, row))
        .filter(|value| !value.is_null())
        .reduce(|best, next| if next.compare(&best) == Some(wanted) { next } else { best })
        .unwrap_or_default()
}

fn concat<R: Row + ?Sized>(function: Function, args: &[Node], row: &R) -> Option<Value> {
    let mut joined = String::new();
    for node in args {
        match &*value(node, row) {
            Value::Null if function == Function::Append => return None,
            Value::Null => {}
            Value::Text(text) => joined.push_str(text),
            other => joined.push_str(&other.to_string()),
        }
        if joined.len() > RESULT_TEXT_MAX {
            return None;
        }
    }
    Some(text(joined))
}

fn number(function: Function, arg: &Value) -> Option<Value> {
    Some(match (function, arg) {
        (Function::Abs, Value::Int(n)) => Value::Int(n.checked_abs()?),
        (Function::Abs, Value::Dec(n)) => Value::Dec(n.abs()),
        (Function::Sign, Value::Int(n)) => Value::Int(n.signum()),
        (Function::Sign, Value::Dec(n)) if n.is_zero() => Value::Dec(Decimal::ZERO),
        (Function::Sign, Value::Dec(n)) => Value::Dec(if n.is_sign_negative() { Decimal::NEGATIVE_ONE } else { Decimal::ONE }),
        (Function::Ceil | Function::Floor, Value::Int(n)) => Value::Int(*n),
        (Function::Ceil, Value::Dec(n)) => Value::Dec(n.ceil()),
        (Function::Floor, Value::Dec(n)) => Value::Dec(n.floor()),
        _ => return None,
    })
}

/// Negative places round before the point: `round(1250, -2)` is 1300.
fn round_to(number: &Value, places: i64) -> Option<Value> {
    if let Ok(places) = u32::try_from(places) {
        return match number {
            Value::Dec(exact) => Some(Value::Dec(round(*exact, places.min(Decimal::MAX_SCALE)))),
            Value::Int(whole) => Some(Value::Int(*whole)),
            _ => None,
        };
    }
    let exact = number.as_decimal()?;
    let unit = u32::try_from(places.unsigned_abs()).ok().and_then(|places| 10_i128.checked_pow(places));
    let rounded = match unit.and_then(|unit| Decimal::try_from_i128_with_scale(unit, 0).ok()) {
        // Half of the unit away from zero, then down to the multiple: dividing first would lose digits.
        Some(unit) => {
            let half = unit.checked_div(Decimal::TWO)?;
            let raised = exact.abs().checked_add(half)?;
            let multiple = raised.checked_sub(raised.checked_rem(unit)?)?;
            if exact.is_sign_negative() { -multiple.normalize() } else { multiple.normalize() }
        }
        None => Decimal::ZERO,
    };
    let rounded = Value::Dec(rounded);
    if matches!(number, Value::Int(_)) { rounded.as_int().map(Value::Int) } else { Some(rounded) }
}

fn power(base: &Value, exponent: &Value) -> Option<Decimal> {
    let (base, exponent) = (base.as_decimal()?, exponent.as_int()?);
    if exponent.unsigned_abs() > EXPONENT_MAX {
        return None;
    }
    let mut power = Decimal::ONE;
    for _ in 0..exponent.unsigned_abs() {
        power = power.checked_mul(base)?;
    }
    if exponent < 0 { quotient(Decimal::ONE, power) } else { Some(power) }
}

/// Characters from `start` (the first is 1; what lies before it counts into the length, as SQL has it).
fn substr(value: &Value, start: i64, length: i64) -> Option<Value> {
    let end = start.saturating_add(length);
    if length < 0 {
        return None;
    }
    let skip = usize::try_from(start.max(1) - 1).ok()?;
    let take = usize::try_from(end.saturating_sub(start.max(1)).max(0)).ok()?;
    let part: String = value.as_text()?.chars().skip(skip).take(take).collect();
    Some(text(part))
}

/// An empty text to be replaced is not found anywhere (PostgreSQL).
fn replace(value: &Value, from: &Value, to: &Value) -> Option<Value> {
    let (whole, from, to) = (value.as_text()?, from.as_text()?, to.as_text()?);
    if from.is_empty() {
        return Some(value.clone());
    }
    // The size is known before anything is built, so nested calls cannot grow without bound.
    let found = whole.matches(from).count();
    let length = whole.len().checked_add(found.checked_mul(to.len())?)?.checked_sub(found * from.len())?;
    (length <= RESULT_TEXT_MAX).then(|| text(whole.replace(from, to)))
}

fn with_text(value: &Value, f: impl FnOnce(&str) -> Option<Value>) -> Option<Value> {
    value.as_text().and_then(f)
}

fn with_texts(a: &Value, b: &Value, f: impl FnOnce(&str, &str) -> Value) -> Option<Value> {
    Some(f(a.as_text()?, b.as_text()?))
}
