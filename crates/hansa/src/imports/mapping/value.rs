//! What the fields of one row hold, typed, or the refusal that names column and value.

use std::borrow::Cow;

use ledger::Instant;
use program::expr::Value;
use program::fact::{Kind, MAX_ID, minor_digits};
use rust_decimal::Decimal;

use super::amount;
use super::bound::{Bound, Columns, Source};
use super::target::Expects;
use crate::imports::read::Record;
use crate::members::is_country;

/// Why a row is refused: the columns at fault and the reason.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) column: Option<String>,
    pub(super) reason: String,
}

impl Refusal {
    pub(super) fn of_row(reason: impl Into<String>) -> Self {
        Self { column: None, reason: reason.into() }
    }
}

/// A field by its place.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Among the targets of the kind.
    Target(usize),
    /// Among the body fields of the mapping.
    Body(usize),
}

/// What a field has in one row; empty text and NULL are [`Cell::Empty`].
enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    Value(Value),
}

impl Bound {
    fn cell<'a>(source: &Source, record: &'a Record) -> Cell<'a> {
        match source {
            Source::Column(at) => match record.fields.get(*at).map(|field| field.trim()) {
                None | Some("") => Cell::Empty,
                Some(text) => Cell::Text(Cow::Borrowed(text)),
            },
            Source::Computed(expr) => match expr.eval(&Columns(&record.fields)) {
                Value::Null => Cell::Empty,
                Value::Text(text) if text.trim().is_empty() => Cell::Empty,
                Value::Text(text) => Cell::Text(Cow::Owned(text.trim().to_owned())),
                value => Cell::Value(value),
            },
        }
    }

    /// The refusal of a field whose value is missing, with what its columns hold when it is computed.
    pub(super) fn missing(&self, name: &str, source: Option<&Source>, record: &Record) -> Refusal {
        let Some(source) = source else {
            return Refusal::of_row(format!("no {name}: the mapping gives none"));
        };
        match source {
            Source::Column(at) => {
                let column = self.header.get(*at).cloned().unwrap_or_default();
                Refusal { reason: format!("no {name}: {column} is empty"), column: Some(column) }
            }
            Source::Computed(expr) => {
                let held = expr.columns().iter().filter_map(|at| Some(format!("{} `{}`", self.header.get(*at)?, record.fields.get(*at)?)));
                let reason = format!("no {name}: {} gives nothing for {}", expr.text(), held.collect::<Vec<_>>().join(", "));
                Refusal { column: self.names(expr.columns()), reason }
            }
        }
    }

    /// The refusal of a value that a field does not take.
    pub(super) fn unfit(&self, source: &Source, name: &str, found: &str, expected: &str) -> Refusal {
        let column = match source {
            Source::Column(at) => self.header.get(*at).cloned(),
            Source::Computed(expr) => self.names(expr.columns()),
        };
        let shown: String = found.chars().take(100).collect();
        Refusal { column, reason: format!("{name}: `{shown}` is not {expected}") }
    }

    pub(super) fn names(&self, columns: &[usize]) -> Option<String> {
        let names: Vec<&str> = columns.iter().filter_map(|at| self.header.get(*at)).map(String::as_str).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Text of at most so many characters.
    pub(super) fn text<'a>(
        &self,
        source: Option<&Source>,
        name: &str,
        expects: Expects,
        record: &'a Record,
    ) -> Result<Option<Cow<'a, str>>, Refusal> {
        let Some(source) = source else { return Ok(None) };
        let text = match Self::cell(source, record) {
            Cell::Empty => return Ok(None),
            Cell::Text(text) => text,
            Cell::Value(value) => Cow::Owned(value.to_string()),
        };
        let unfit = |expected: String| Err(self.unfit(source, name, &text, &expected));
        match expects {
            Expects::Id if text.len() > MAX_ID => unfit("an id of at most 128 bytes".into()),
            Expects::Text(most) if text.len() > most && text.chars().count() > most => unfit(format!("text of at most {most} characters")),
            Expects::OneOf(words) if !words.contains(&&*text) => unfit(format!("one of {}", words.join(", "))),
            Expects::Currency if minor_digits(&text).is_none() => unfit("an ISO 4217 code such as CNY".into()),
            Expects::Country if !is_country(&text) => unfit("an ISO 3166-1 alpha-2 code such as CN".into()),
            _ => Ok(Some(text)),
        }
    }

    /// An exact number; `money` admits currency signs, groups of thousands and parentheses.
    pub(super) fn decimal(&self, source: Option<&Source>, name: &str, record: &Record, money: bool) -> Result<Option<Decimal>, Refusal> {
        let Some(source) = source else { return Ok(None) };
        let expected = if money { "an exact amount" } else { "an exact number" };
        match Self::cell(source, record) {
            Cell::Empty => Ok(None),
            Cell::Value(value) => value.as_decimal().map(Some).ok_or_else(|| self.unfit(source, name, &value.to_string(), expected)),
            Cell::Text(text) => amount::parse(&text).map(Some).ok_or_else(|| self.unfit(source, name, &text, expected)),
        }
    }

    /// A whole number within bounds.
    pub(super) fn whole(&self, source: Option<&Source>, name: &str, record: &Record, low: i64, high: i64) -> Result<Option<i64>, Refusal> {
        let Some(source) = source else { return Ok(None) };
        let Some(number) = self.decimal(Some(source), name, record, false)? else {
            return Ok(None);
        };
        match Value::Dec(number).as_int().filter(|number| (low..=high).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(self.unfit(source, name, &number.to_string(), &format!("a whole number from {low} to {high}"))),
        }
    }

    /// An instant.
    pub(super) fn instant(&mut self, target: Place, name: &str, record: &Record) -> Result<Option<Instant>, Refusal> {
        let source = match target {
            Place::Target(at) => self.targets.get(at).and_then(Option::as_ref),
            Place::Body(at) => self.body.get(at).map(|(_, source)| source),
        };
        let Some(source) = source else { return Ok(None) };
        let (read, shown) = match Self::cell(source, record) {
            Cell::Empty => return Ok(None),
            Cell::Value(value) => (value.as_time(), Cow::Owned(value.to_string())),
            Cell::Text(text) => (self.instants.parse(&text), text),
        };
        read.map(Some).ok_or_else(|| self.unfit(source, name, &shown, "a date or time in ISO 8601 or a format of the mapping"))
    }

    /// The kind of fact.
    pub(super) fn fact_kind(&self, source: Option<&Source>, name: &str, record: &Record) -> Result<Option<Kind>, Refusal> {
        let Some(source) = source else { return Ok(None) };
        let Some(text) = self.text(Some(source), name, Expects::FactKind, record)? else {
            return Ok(None);
        };
        match Kind::parse(&text) {
            Some(kind) => Ok(Some(kind)),
            None => Err(self.unfit(source, name, &text, "a kind of fact such as order.completed")),
        }
    }
}
