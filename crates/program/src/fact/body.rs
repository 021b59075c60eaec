//! The typed body of a fact, and its form as JSON in storage and on the wire.

use std::{fmt, str::FromStr, sync::Arc};

use ledger::Instant;
use rust_decimal::Decimal;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Field, FieldType, Kind, minor_digits};
use crate::expr::Value;

/// The most lines one order may have.
pub const MAX_LINES: usize = 10_000;
/// The largest amount of money in minor units, either way.
pub const MAX_MINOR: i64 = 1_000_000_000_000_000;

/// The values of a body in the order of the kind's fields, `Null` where a field was left out.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Body {
    values: Box<[Value]>,
    lines: Box<[Line]>,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The seller's article.
    pub sku: Option<Arc<str>>,
    /// Its category.
    pub category: Option<Arc<str>>,
    /// How many.
    pub quantity: Option<Decimal>,
    /// Money in major units, exact.
    pub amount: Decimal,
}

/// A body that does not fit its kind.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct BodyError {
    /// The field at fault, where one can be named.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Body {
    /// Reads a JSON object and checks it against the kind: unknown, missing and ill-typed fields are refused by name.
    pub fn from_json(kind: Kind, json: &str) -> Result<Body, BodyError> {
        let mut source = serde_json::Deserializer::from_str(json);
        let body = BodySeed(kind).deserialize(&mut source).map_err(refusal)?;
        source.end().map_err(refusal)?;
        Ok(body)
    }

    /// The JSON object that [`Body::from_json`] reads back as an equal body.
    pub fn to_json(&self, kind: Kind) -> String {
        serde_json::to_string(&Written { kind, body: self }).unwrap_or_default()
    }

    /// Builds a body from values by field name; the same checks as [`Body::from_json`]. Money is a decimal in major units.
    pub fn build(kind: Kind, fields: &[(&str, Value)], lines: Vec<Line>) -> Result<Body, BodyError> {
        let spec = kind.spec();
        let mut values = vec![Value::Null; spec.fields.len()];
        for (name, value) in fields {
            let at = kind.field(name).ok_or_else(|| unknown(kind, name))?;
            values[at] = value.clone();
        }
        finish(kind, values, lines, false)
    }

    /// The value at a field's place.
    pub fn at(&self, place: usize) -> &Value {
        self.values.get(place).unwrap_or(&Value::Null)
    }

    /// The value of a named field; `None` when the kind has no such field or it was left out.
    pub fn get(&self, kind: Kind, name: &str) -> Option<&Value> {
        let value = self.at(kind.field(name)?);
        (!matches!(value, Value::Null)).then_some(value)
    }

    /// The lines of an order; empty when there are none.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

fn refusal(error: serde_json::Error) -> BodyError {
    let text = error.to_string();
    let message = match text.rfind(" at line ") {
        Some(at) if !error.is_syntax() => text[..at].to_owned(),
        _ => text,
    };
    let field = message.strip_prefix("field `").and_then(|rest| rest.split('`').next()).map(str::to_owned);
    BodyError { field, message }
}

fn unknown(kind: Kind, name: &str) -> BodyError {
    let known = kind.spec().fields.iter().map(|field| field.name);
    let near = known.clone().max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
    let hint = match near {
        Some(near) if strsim::jaro(near, name) > 0.7 => format!("; did you mean `{near}`?"),
        Some(_) => format!("; it has {}", known.collect::<Vec<_>>().join(", ")),
        None => String::new(),
    };
    BodyError { field: Some(name.to_owned()), message: format!("field `{name}`: {} has no such field{hint}", kind.name()) }
}

/// Scales money by the currency, checks bounds and required fields. `minor`: money came as whole minor units.
fn finish(kind: Kind, mut values: Vec<Value>, mut lines: Vec<Line>, minor: bool) -> Result<Body, BodyError> {
    let spec = kind.spec();
    let bad = |name: &str, message: String| BodyError { field: Some(name.to_owned()), message: format!("field `{name}`: {message}") };
    let mut digits = 2;
    if let Some(Value::Text(code)) = kind.field("currency").map(|at| &values[at]) {
        digits = minor_digits(code).ok_or_else(|| bad("currency", format!("`{code}` is not an ISO 4217 code such as CNY")))?;
    }
    for (field, value) in spec.fields.iter().zip(&mut values) {
        if matches!(value, Value::Null) {
            if field.required {
                return Err(bad(field.name, format!("is missing; {} needs it", spec.name)));
            }
            continue;
        }
        check(field, value, digits, minor).map_err(|message| bad(field.name, message))?;
    }
    if lines.len() > MAX_LINES {
        return Err(bad("lines", format!("{} lines; at most {MAX_LINES} are allowed", lines.len())));
    }
    for line in &mut lines {
        line.amount = money(line.amount, digits, minor).map_err(|message| bad("lines", message))?;
    }
    Ok(Body { values: values.into(), lines: lines.into() })
}

fn check(field: &Field, value: &mut Value, digits: u32, minor: bool) -> Result<(), String> {
    match (field.ty, &*value) {
        (FieldType::Int(low, high), Value::Int(number)) if (low..=high).contains(number) => Ok(()),
        (FieldType::Int(low, high), found) => Err(format!("`{found}` is not a whole number from {low} to {high}")),
        (FieldType::Money, Value::Dec(amount)) => {
            *value = Value::Dec(money(*amount, digits, minor)?);
            Ok(())
        }
        (FieldType::Money, Value::Int(amount)) => {
            *value = Value::Dec(money(Decimal::from(*amount), digits, minor)?);
            Ok(())
        }
        (FieldType::Decimal, Value::Int(number)) => {
            *value = Value::Dec(Decimal::from(*number));
            Ok(())
        }
        (FieldType::Decimal, Value::Dec(_)) | (FieldType::Time, Value::Time(_)) | (FieldType::Currency, Value::Text(_)) => Ok(()),
        (FieldType::Text(most), Value::Text(text)) if text.len() <= most || text.chars().count() <= most => Ok(()),
        (FieldType::Text(most), Value::Text(text)) => Err(format!("{} characters; at most {most}", text.chars().count())),
        (FieldType::OneOf(words), Value::Text(text)) if words.contains(&&**text) => Ok(()),
        (FieldType::OneOf(words), found) => Err(format!("`{found}` is not one of {}", words.join(", "))),
        (ty, found) => Err(format!("`{found}` does not fit; expected {}", expected(ty))),
    }
}

fn money(amount: Decimal, digits: u32, minor: bool) -> Result<Decimal, String> {
    let mut scaled = amount;
    if minor {
        if !scaled.fract().is_zero() {
            return Err(format!("`{amount}` is not a whole number of minor units"));
        }
        scaled.rescale(0);
        scaled.set_scale(digits).map_err(|error| error.to_string())?;
    } else {
        scaled.rescale(digits);
        if scaled != amount {
            return Err(format!("`{amount}` has more than {digits} decimal places"));
        }
    }
    if scaled.mantissa().abs() > i128::from(MAX_MINOR) {
        return Err(format!("`{amount}` is beyond {MAX_MINOR} minor units"));
    }
    Ok(scaled)
}

fn expected(ty: FieldType) -> &'static str {
    match ty {
        FieldType::Int(..) => "a whole number",
        FieldType::Money => "money in whole minor units",
        FieldType::Currency => "an ISO 4217 code",
        FieldType::Decimal => "a number, exact decimals as text",
        FieldType::Text(_) | FieldType::OneOf(_) => "text",
        FieldType::Time => "an instant as RFC 3339",
        FieldType::Lines => "a list of lines",
    }
}

struct BodySeed(Kind);

impl<'de> DeserializeSeed<'de> for BodySeed {
    type Value = Body;
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Body, D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for BodySeed {
    type Value = Body;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "an object with the fields of {}", self.0.name())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
        let spec = self.0.spec();
        let mut values = vec![Value::Null; spec.fields.len()];
        let mut lines = Vec::new();
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            let at = self.0.field(&name).ok_or_else(|| A::Error::custom(unknown(self.0, &name)))?;
            let field = &spec.fields[at];
            if field.ty == FieldType::Lines {
                lines = map.next_value_seed(LinesSeed).map_err(|e| named(field.name, &e))?;
            } else {
                values[at] = map.next_value_seed(ValueSeed(field.ty)).map_err(|e| named(field.name, &e))?;
            }
        }
        finish(self.0, values, lines, true).map_err(A::Error::custom)
    }
}

fn named<E: serde::de::Error>(field: &str, error: &E) -> E {
    let text = error.to_string();
    if text.starts_with("field `") { E::custom(text) } else { E::custom(format!("field `{field}`: {text}")) }
}

struct ValueSeed(FieldType);

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        source.deserialize_any(self)
    }
}

impl Visitor<'_> for ValueSeed {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(expected(self.0))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Value, E> {
        match self.0 {
            FieldType::Int(..) => Ok(Value::Int(number)),
            FieldType::Money | FieldType::Decimal => Ok(Value::Dec(Decimal::from(number))),
            _ => Err(E::invalid_type(serde::de::Unexpected::Signed(number), &self)),
        }
    }
    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map_err(|_| E::custom(format!("`{number}` is absurdly large"))).and_then(|n| self.visit_i64(n))
    }
    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        match (self.0, Decimal::from_str(&number.to_string())) {
            (FieldType::Decimal, Ok(exact)) => Ok(Value::Dec(exact)),
            _ => Err(E::custom(format!("`{number}` does not fit; expected {}", expected(self.0)))),
        }
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        match self.0 {
            FieldType::Decimal => Decimal::from_str_exact(text).map(Value::Dec).map_err(|_| E::custom(format!("`{text}` is not a number"))),
            FieldType::Time => chrono::DateTime::parse_from_rfc3339(text)
                .map(|at| Value::Time(Instant(at.timestamp_micros())))
                .map_err(|_| E::custom(format!("`{text}` is not an instant such as 2026-03-01T08:00:00Z"))),
            FieldType::Text(_) | FieldType::OneOf(_) | FieldType::Currency => Ok(Value::Text(Arc::from(text))),
            _ => Err(E::invalid_type(serde::de::Unexpected::Str(text), &self)),
        }
    }
}

struct LinesSeed;

impl<'de> DeserializeSeed<'de> for LinesSeed {
    type Value = Vec<Line>;
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Vec<Line>, D::Error> {
        source.deserialize_seq(self)
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    sku: Option<Arc<str>>,
    category: Option<Arc<str>>,
    quantity: Option<Number>,
    amount: i64,
}

struct Number(Decimal);
impl<'de> serde::Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        match (ValueSeed(FieldType::Decimal)).deserialize(source)? {
            Value::Dec(number) => Ok(Number(number)),
            other => Err(D::Error::custom(format!("`{other}` is not a number"))),
        }
    }
}

impl<'de> Visitor<'de> for LinesSeed {
    type Value = Vec<Line>;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of lines {sku, category, quantity, amount}")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Line>, A::Error> {
        let mut lines = Vec::new();
        while let Some(raw) = seq.next_element::<RawLine>()? {
            if lines.len() >= MAX_LINES {
                return Err(A::Error::custom(format!("more than {MAX_LINES} lines")));
            }
            lines.push(Line {
                sku: raw.sku,
                category: raw.category,
                quantity: raw.quantity.map(|n| n.0),
                amount: Decimal::from(raw.amount),
            });
        }
        Ok(lines)
    }
}

struct Written<'a> {
    kind: Kind,
    body: &'a Body,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let mut map = sink.serialize_map(None)?;
        for (field, value) in self.kind.spec().fields.iter().zip(&self.body.values) {
            match (field.ty, value) {
                (_, Value::Null) => {}
                (FieldType::Money, Value::Dec(amount)) => map.serialize_entry(field.name, &minor(amount))?,
                (_, Value::Dec(number)) => map.serialize_entry(field.name, &number.normalize().to_string())?,
                (_, Value::Int(number)) => map.serialize_entry(field.name, number)?,
                (_, Value::Bool(yes)) => map.serialize_entry(field.name, yes)?,
                (_, Value::Text(text)) => map.serialize_entry(field.name, &**text)?,
                (_, Value::Time(at)) => map.serialize_entry(field.name, &rfc3339(*at))?,
            }
        }
        if !self.body.lines.is_empty() {
            map.serialize_entry("lines", &WrittenLines(&self.body.lines))?;
        }
        map.end()
    }
}

struct WrittenLines<'a>(&'a [Line]);
impl Serialize for WrittenLines<'_> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let mut seq = sink.serialize_seq(Some(self.0.len()))?;
        for line in self.0 {
            seq.serialize_element(line)?;
        }
        seq.end()
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let mut map = sink.serialize_map(None)?;
        if let Some(sku) = &self.sku {
            map.serialize_entry("sku", &**sku)?;
        }
        if let Some(category) = &self.category {
            map.serialize_entry("category", &**category)?;
        }
        if let Some(quantity) = &self.quantity {
            map.serialize_entry("quantity", &quantity.normalize().to_string())?;
        }
        map.serialize_entry("amount", &minor(&self.amount))?;
        map.end()
    }
}

fn minor(amount: &Decimal) -> i64 {
    i64::try_from(amount.mantissa()).unwrap_or(i64::MAX)
}

fn rfc3339(at: Instant) -> String {
    chrono::DateTime::from_timestamp_micros(at.0).map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)).unwrap_or_default()
}
