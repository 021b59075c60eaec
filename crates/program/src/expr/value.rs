//! The values an expression reads and gives.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use ledger::Instant;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize, Serializer};

/// What kind of value an expression or a column has. There is no type of its own for NULL: every type has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// An exact decimal of up to 28 significant digits; never a float.
    Decimal,
    /// Unicode text.
    Text,
    /// An instant; dates are the midnight that starts them in the scope's time zone.
    Time,
}

/// One value. `Clone` never copies text: it shares it.
///
/// `==` is structural (`Int(1)` differs from `Dec(1)`); [`Value::compare`] is the comparison of the language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// SQL's NULL: not known, or not applicable.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An exact decimal; written without zeros at its end, so that equal values are equal texts however they came about.
    Dec(#[serde(serialize_with = "shortest")] Decimal),
    /// Text.
    Text(Arc<str>),
    /// An instant.
    Time(Instant),
}

fn shortest<S: Serializer>(number: &Decimal, sink: S) -> Result<S::Ok, S::Error> {
    sink.collect_str(&number.normalize())
}

impl Value {
    /// Whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The type, or `None` for NULL, which belongs to all of them.
    pub fn ty(&self) -> Option<Type> {
        match self {
            Value::Null => None,
            Value::Bool(_) => Some(Type::Bool),
            Value::Int(_) => Some(Type::Int),
            Value::Dec(_) => Some(Type::Decimal),
            Value::Text(_) => Some(Type::Text),
            Value::Time(_) => Some(Type::Time),
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number as 64 bits, if it is a whole number that fits.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            Value::Dec(number) if number.fract().is_zero() => number.to_i64(),
            _ => None,
        }
    }

    /// The number as a decimal, if it is a number.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Value::Int(number) => Some(Decimal::from(*number)),
            Value::Dec(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The instant, if it is one.
    pub fn as_time(&self) -> Option<Instant> {
        match self {
            Value::Time(at) => Some(*at),
            _ => None,
        }
    }

    /// Orders two values as `<` and `=` do: numbers by amount whatever their type, text by its bytes (no collation), false before
    /// true. `None` if either is NULL or the two cannot be compared.
    #[inline]
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        Some(match (self, other) {
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.as_ref().cmp(b.as_ref()),
            (Value::Dec(a), Value::Dec(b)) if a.scale() == b.scale() => a.mantissa().cmp(&b.mantissa()),
            (Value::Dec(a), Value::Dec(b))
                if b.scale() == 0
                    && let Ok(b) = i64::try_from(b.mantissa()) =>
            {
                with_whole(a, b)
            }
            (Value::Dec(a), Value::Dec(b)) => a.cmp(b),
            (Value::Int(a), Value::Dec(b)) => with_whole(b, *a).reverse(),
            (Value::Dec(a), Value::Int(b)) => with_whole(a, *b),
            (Value::Time(a), Value::Time(b)) => a.0.cmp(&b.0),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            _ => return None,
        })
    }

    /// The same value under the promised type: whole numbers widen to decimals, whole decimals narrow, anything else that does not
    /// fit is NULL.
    pub(super) fn fit(self, ty: Type) -> Value {
        match (ty, self) {
            (Type::Decimal, Value::Int(number)) => Value::Dec(Decimal::from(number)),
            (Type::Int, value @ Value::Dec(_)) => value.as_int().map_or(Value::Null, Value::Int),
            (ty, value) if value.ty() == Some(ty) => value,
            _ => Value::Null,
        }
    }
}

/// Compares a decimal with a whole number.
#[inline(always)]
fn with_whole(number: &Decimal, whole: i64) -> Ordering {
    /// So many places leave room for any whole number of 64 bits.
    const PLACES_MAX: u32 = 18;
    const POWERS: [i64; PLACES_MAX as usize + 1] = {
        let mut powers = [1; PLACES_MAX as usize + 1];
        let mut at = 1;
        while at < powers.len() {
            powers[at] = powers[at - 1] * 10;
            at += 1;
        }
        powers
    };
    if number.scale() <= PLACES_MAX {
        number.mantissa().cmp(&(i128::from(whole) * i128::from(POWERS[number.scale() as usize])))
    } else {
        number.cmp(&Decimal::from(whole))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

impl From<Option<bool>> for Value {
    fn from(truth: Option<bool>) -> Self {
        truth.map_or(Value::Null, Value::Bool)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Value::Dec(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl From<Instant> for Value {
    fn from(at: Instant) -> Self {
        Value::Time(at)
    }
}

/// As people read it: text without quotes, instants as RFC 3339 in UTC.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(truth) => write!(f, "{truth}"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Dec(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
            Value::Time(at) => match chrono::DateTime::from_timestamp_micros(at.0) {
                Some(utc) => f.write_str(&utc.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
                None => write!(f, "{} µs", at.0),
            },
        }
    }
}

/// One row of values, by the indices the [`Scope`](super::Scope) gave out.
pub trait Row {
    /// The value of a column; NULL where there is none.
    fn get(&self, column: usize) -> Value;

    /// The same by reference, where the row holds it as a [`Value`]: it saves the evaluator a clone.
    fn peek(&self, column: usize) -> Option<&Value> {
        let _ = column;
        None
    }

    /// A column compared with a constant, as [`Value::compare`] does.
    fn against(&self, column: usize, constant: &Value) -> Option<Ordering> {
        self.peek(column).map_or_else(|| self.get(column).compare(constant), |held| held.compare(constant))
    }

    /// The text of a column, where the row holds one, in whatever form: comparing it with constants needs no more.
    fn text(&self, column: usize) -> Option<&str> {
        self.peek(column).and_then(Value::as_text)
    }
}

impl Row for [Value] {
    fn get(&self, column: usize) -> Value {
        <[Value]>::get(self, column).cloned().unwrap_or_default()
    }

    #[inline]
    fn peek(&self, column: usize) -> Option<&Value> {
        <[Value]>::get(self, column)
    }
}

impl Row for Vec<Value> {
    fn get(&self, column: usize) -> Value {
        Row::get(self.as_slice(), column)
    }

    #[inline]
    fn peek(&self, column: usize) -> Option<&Value> {
        self.as_slice().peek(column)
    }
}

impl<const N: usize> Row for [Value; N] {
    fn get(&self, column: usize) -> Value {
        Row::get(self.as_slice(), column)
    }

    #[inline]
    fn peek(&self, column: usize) -> Option<&Value> {
        self.as_slice().peek(column)
    }
}

impl<F: Fn(usize) -> Value> Row for F {
    fn get(&self, column: usize) -> Value {
        self(column)
    }
}
