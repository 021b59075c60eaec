//! A mapping met with the header of a file: its expressions compiled, its conditions asked.

use std::sync::Arc;

use program::expr::{self, Expr, ExprError, Row, Scope, Type, Value, Want};

use super::file::{Mapping, MappingError, Text};
use super::instant::Instants;
use super::propose::quoted;
use super::target::ImportKind;
use super::value::Refusal;
use crate::imports::read::Record;

/// A mapping that is ready for the rows of one file.
pub(super) struct Bound {
    pub(super) header: Vec<String>,
    skip: Option<Expr>,
    rejects: Vec<(Expr, String)>,
    /// One for each target of the kind, in their order.
    pub(super) targets: Vec<Option<Source>>,
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

/// The columns of one row as an expression sees them: trimmed text, NULL where nothing is left.
pub(super) struct Columns<'a>(pub(super) &'a [String]);

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

    /// The columns that fill a field, a body's too.
    pub(super) fn columns(&self, kind: ImportKind, field: &str) -> Option<String> {
        let body = || self.body.iter().find(|(name, _)| name == field).map(|(_, source)| source);
        match kind.target(field).and_then(|at| self.target(at)).or_else(body)? {
            Source::Column(at) => self.header.get(*at).cloned(),
            Source::Computed(expr) => self.names(expr.columns()),
        }
    }

    /// Where the value of a target comes from.
    pub(super) fn target(&self, at: usize) -> Option<&Source> {
        self.targets.get(at).and_then(Option::as_ref)
    }
}

/// The column that an expression is, bare or in quotes.
fn bare(header: &[String], text: &str) -> Option<usize> {
    let text = text.trim();
    header
        .iter()
        .position(|name| name == text || quoted(name) == text)
        .or_else(|| header.iter().position(|name| name.eq_ignore_ascii_case(text)))
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
            errors.push(mapping.error(
                text,
                format!("`{name}` beside `body`"),
                Some("give the body as JSON or field by field, not both".into()),
            ));
        }
    }
}
