//! A mapping met with the header of a file: compiled expressions, and what they give for a row as the values of the field.

use std::borrow::Cow;
use std::sync::Arc;

use ledger::Instant;
use program::expr::{self, Expr, ExprError, Row, Scope, Type, Value, Want};
use program::fact::{Kind, minor_digits};
use rust_decimal::Decimal;

use super::amount;
use super::file::{Mapping, MappingError, Text};
use super::instant::Instants;
use super::propose::quoted;
use super::target::{Expects, ImportKind};
use crate::imports::read::Record;

/// A mapping that is ready for the rows of one file.
pub(super) struct Bound {
    header: Vec<String>,
    skip: Option<Expr>,
    rejects: Vec<(Expr, String)>,
    /// One for each target of the kind, in their order.
    targets: Vec<Option<Source>>,
    /// Body fields of facts by name.
    pub(super) body: Vec<(String, Source)>,
    pub(super) instants: Instants,
}

/// Where the value of a field comes from.
pub(super) enum Source {
    /// A column as it is.
    Column(usize),
    /// An expression over columns.
    Computed(Expr),
}

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

/// What a field has in one row; empty text and NULL are [`Cell::Empty`].
enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    Value(Value),
}

/// The columns of one row as an expression sees them: trimmed text, NULL where nothing is left.
struct Columns<'a>(&'a [String]);

impl Row for Columns<'_> {
    fn get(&self, column: usize) -> Value {
        match self.0.get(column).map(|field| field.trim()) {
            None | Some("") => Value::Null,
            Some(text) => Value::Text(Arc::from(text)),
        }
    }
}

impl Bound {
    pub(super) fn new(mapping: &Mapping, header: &[String]) -> Result<Self, Vec<MappingError>> {
        let mut scope = Scope::new().in_zone(mapping.zone);
        for name in header {
            scope.column(name.as_str(), Type::Text, "column");
        }
        let mut errors = Vec::new();
        let mut compile = |text: &Text, want| match expr::compile(&text.text, &scope, want) {
            Ok(compiled) => Some(compiled),
            Err(error) => {
                errors.push(at_place(mapping, text, error));
                None
            }
        };
        let skip = mapping.skip.as_ref().and_then(|text| compile(text, Want::Condition));
        let rejects = mapping.rejects.iter().filter_map(|(text, reason)| Some((compile(text, Want::Condition)?, reason.clone()))).collect();
        let mut source = |text: &Text| match bare(header, &text.text) {
            Some(column) => Some(Source::Column(column)),
            None => compile(text, Want::Any).map(Source::Computed),
        };
        let targets: Vec<_> = mapping.kind.targets().iter().map(|target| mapping.field(target.name).and_then(&mut source)).collect();
        let body = mapping
            .fields
            .iter()
            .filter(|(name, _)| mapping.kind == ImportKind::Facts && mapping.kind.target(name).is_none())
            .filter_map(|(name, text)| Some((name.clone(), source(text)?)))
            .collect();
        check_needs(mapping, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let instants = Instants::new(mapping.zone, mapping.date_formats.clone());
        Ok(Self { header: header.to_vec(), skip, rejects, targets, body, instants })
    }

    /// Whether the mapping leaves this row out on purpose.
    pub(super) fn skips(&self, record: &Record) -> bool {
        self.skip.as_ref().is_some_and(|skip| skip.holds(&Columns(&record.fields)))
    }

    /// The mapping's own refusals.
    pub(super) fn refuses(&self, record: &Record) -> Result<(), Refusal> {
        let refused = self.rejects.iter().find(|(condition, _)| condition.holds(&Columns(&record.fields)));
        match refused {
            None => Ok(()),
            Some((condition, reason)) => Err(Refusal { column: self.names(condition.columns()), reason: reason.clone() }),
        }
    }

    /// Where the value of a target comes from.
    pub(super) fn target(&self, at: usize) -> Option<&Source> {
        self.targets.get(at).and_then(Option::as_ref)
    }

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
        let Some(source) = source else { return Refusal::of_row(format!("no {name}: the mapping gives none")) };
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

    fn names(&self, columns: &[usize]) -> Option<String> {
        let names: Vec<&str> = columns.iter().filter_map(|at| self.header.get(*at)).map(String::as_str).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Text of at most so many characters.
    pub(super) fn text<'a>(&self, source: Option<&Source>, name: &str, expects: Expects, record: &'a Record) -> Result<Option<Cow<'a, str>>, Refusal> {
        let Some(source) = source else { return Ok(None) };
        let text = match Self::cell(source, record) {
            Cell::Empty => return Ok(None),
            Cell::Text(text) => text,
            Cell::Value(value) => Cow::Owned(value.to_string()),
        };
        let unfit = |expected: String| Err(self.unfit(source, name, &text, &expected));
        match expects {
            Expects::Id if text.len() > 128 => unfit("an id of at most 128 bytes".into()),
            Expects::Text(most) if text.len() > most && text.chars().count() > most => unfit(format!("text of at most {most} characters")),
            Expects::OneOf(words) if !words.contains(&&*text) => unfit(format!("one of {}", words.join(", "))),
            Expects::Currency if minor_digits(&text).is_none() => unfit("an ISO 4217 code such as CNY".into()),
            Expects::Country if text.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                unfit("an ISO 3166-1 alpha-2 code such as CN".into())
            }
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
        let Some(number) = self.decimal(Some(source), name, record, false)? else { return Ok(None) };
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
        let Some(text) = self.text(Some(source), name, Expects::FactKind, record)? else { return Ok(None) };
        match Kind::parse(&text) {
            Some(kind) => Ok(Some(kind)),
            None => Err(self.unfit(source, name, &text, "a kind of fact such as order.completed")),
        }
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

/// The column that an expression is, bare or in quotes.
fn bare(header: &[String], text: &str) -> Option<usize> {
    let text = text.trim();
    header.iter().position(|name| name == text || quoted(name) == text).or_else(|| header.iter().position(|name| name.eq_ignore_ascii_case(text)))
}

/// An expression's error at its place in the mapping file.
fn at_place(mapping: &Mapping, text: &Text, error: ExprError) -> MappingError {
    let mut at = text.clone();
    if at.line > 0 {
        at.column = if error.line == 1 { at.column + error.column - 1 } else { error.column };
        at.line += error.line - 1;
    }
    mapping.error(&at, error.message, error.help)
}

/// Required fields of a proposed mapping (a file's are checked when it is read), and the currency of money.
fn check_needs(mapping: &Mapping, errors: &mut Vec<MappingError>) {
    let nowhere = Text::default();
    for target in mapping.kind.targets().iter().filter(|target| target.required && mapping.field(target.name).is_none()) {
        let message = format!("no column for `{}`: {}", target.name, target.about);
        let words = target.synonyms.iter().take(6).copied().collect::<Vec<_>>().join(", ");
        errors.push(mapping.error(&nowhere, message, Some(format!("name a column {words}, or write a mapping file"))));
    }
    let money = matches!(mapping.kind, ImportKind::Orders | ImportKind::OrderLines) || mapping.field("credit_limit").is_some();
    if money && mapping.currency.is_none() && mapping.field("currency").is_none() {
        errors.push(mapping.error(&nowhere, "no currency".into(), Some("add `currency = \"CNY\"` or a column for it".into())));
    }
    if mapping.field("body").is_some() && mapping.kind == ImportKind::Facts {
        let other = mapping.fields.iter().find(|(name, _)| mapping.kind.target(name).is_none());
        if let Some((name, text)) = other {
            errors.push(mapping.error(text, format!("`{name}` beside `body`"), Some("give the body as JSON or field by field, not both".into())));
        }
    }
}
