//! From the written program to the checked one.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;

use super::problem::{Problem, Problems, nearest, place};
use super::raw::{Raw, RawText, Words};
use super::{MAX_ENTRIES, languages, parts};
use crate::calendar::Zone;
use crate::definition::{Compiled, Condition, Program, Text};
use crate::expr::{Scope, Type, Want, compile};
use crate::fact::{FieldType, Kind};
use crate::scope::{Naming, Source, is_field_name};

/// Collects mistakes while a program is put together.
pub(super) struct Checker<'a> {
    pub source: &'a str,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
    pub zone: Zone,
}

pub(super) fn check(source: &str, raw: Raw) -> Result<Program, Problems> {
    let zone = raw.time_zone.get_ref().parse::<chrono_tz::Tz>();
    let mut checker = Checker { source, problems: Vec::new(), warnings: Vec::new(), zone: Zone::new(zone.unwrap_or(chrono_tz::UTC)) };
    if zone.is_err() {
        let help = nearest(raw.time_zone.get_ref(), chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name()));
        checker.problem(
            raw.time_zone.span(),
            format!("`{}` is not an IANA time zone such as Asia/Shanghai", raw.time_zone.get_ref()),
            help,
        );
    }
    if crate::fact::minor_digits(raw.currency.get_ref()).is_none() {
        checker.problem(raw.currency.span(), format!("`{}` is not an ISO 4217 code such as CNY", raw.currency.get_ref()), None);
    }
    languages::warn(&mut checker, &raw);
    let mut program = parts::assemble(&mut checker, raw);
    program.warnings = std::mem::take(&mut checker.warnings);
    if checker.problems.is_empty() {
        return Ok(program);
    }
    checker.problems.sort_by_key(|problem| (problem.line, problem.column));
    checker.problems.dedup();
    Err(Problems(checker.problems))
}

impl Checker<'_> {
    pub fn problem(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        let (line, column) = place(self.source, span.start);
        self.problems.push(Problem { line, column, message, help });
    }

    /// What is no mistake, but less than it should be.
    pub fn warning(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        let (line, column) = place(self.source, span.start);
        self.warnings.push(Problem { line, column, message, help });
    }

    /// Lines are counted only of facts that have lines.
    pub fn lines(&mut self, each: Option<&Words>, kinds: &[Kind]) {
        let has_lines = |kind: &Kind| kind.spec().fields.iter().any(|field| field.ty == FieldType::Lines);
        if let (Some(each), Some(kind)) = (each, kinds.iter().find(|kind| !has_lines(kind))) {
            let with: Vec<&str> = Kind::all().filter(has_lines).map(Kind::name).collect();
            let message = format!("`{}` has no lines, so `each = \"line\"` counts nothing of it", kind.name());
            self.problem(each.span(), message, Some(format!("leave `each` out, or look at {}", with.join(", "))));
        }
    }

    /// An id: small letters, digits, `_` and `-`, unique in its section.
    pub fn id(&mut self, id: &Words, taken: &[Arc<str>], section: &str) -> Arc<str> {
        let text = id.get_ref();
        let fits = !text.is_empty()
            && text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if !fits {
            let message =
                format!("`{text}` cannot be an id: begin with a small letter, then small letters, digits, `_` or `-`, at most 64");
            self.problem(id.span(), message, None);
        }
        if taken.iter().any(|other| **other == **text) {
            self.problem(id.span(), format!("{section} `{text}` is defined twice"), None);
        }
        Arc::from(text.as_str())
    }

    /// An id that expressions can name: no dashes, and not the name of a fact's field.
    pub fn name(&mut self, id: &Words, taken: &[Arc<str>], section: &str) -> Arc<str> {
        if id.get_ref().contains('-') {
            self.problem(id.span(), format!("{section} `{}` is named in expressions: use `_` for `-`", id.get_ref()), None);
        }
        if is_field_name(id.get_ref()) {
            self.problem(id.span(), format!("{section} `{}` has the name of a field of facts; choose another", id.get_ref()), None);
        }
        self.id(id, taken, section)
    }

    pub fn many<T>(&mut self, entries: &[T], span: Range<usize>, what: &str) {
        if entries.len() > MAX_ENTRIES {
            self.problem(span, format!("{} {what}; a program has at most {MAX_ENTRIES}", entries.len()), None);
        }
    }

    /// Reads a value from its text by its own parser.
    pub fn read<T>(&mut self, text: Option<&Words>, parse: impl Fn(&str) -> Result<T, String>, default: T) -> T {
        match text {
            None => default,
            Some(words) => parse(words.get_ref()).unwrap_or_else(|message| {
                self.problem(words.span(), message, None);
                default
            }),
        }
    }

    /// One of some words.
    pub fn word<T: Copy>(&mut self, words: Option<&Words>, choices: &[(&str, T)], default: T) -> T {
        self.read(
            words,
            |text| {
                choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
                    let all: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                    format!("`{text}` is not one of: {}", all.join(", "))
                })
            },
            default,
        )
    }

    pub fn at_least(&mut self, number: Option<&Spanned<i64>>, least: i64, default: i64) -> i64 {
        let Some(number) = number else { return default };
        if !(least..=ledger::MAX_AMOUNT).contains(number.get_ref()) {
            self.problem(number.span(), format!("`{}` must lie between {least} and {}", number.get_ref(), ledger::MAX_AMOUNT), None);
        }
        *number.get_ref()
    }

    /// The place of a named entry.
    pub fn find(&mut self, words: &Words, names: &[Arc<str>], what: &str) -> usize {
        if let Some(at) = names.iter().position(|name| **name == **words.get_ref()) {
            return at;
        }
        let help = nearest(words.get_ref(), names.iter().map(|name| &**name));
        self.problem(words.span(), format!("unknown {what} `{}`", words.get_ref()), help);
        0
    }

    pub fn kinds(&mut self, on: &Spanned<Vec<Words>>) -> Vec<Kind> {
        if on.get_ref().is_empty() {
            self.problem(on.span(), "name at least one kind of fact, e.g. on = [\"order.completed\"]".to_owned(), None);
        }
        let mut kinds = Vec::new();
        for name in on.get_ref() {
            match Kind::parse(name.get_ref()) {
                Some(kind) if kinds.contains(&kind) => self.problem(name.span(), format!("`{}` stands here twice", name.get_ref()), None),
                Some(kind) => kinds.push(kind),
                None => {
                    let help = nearest(name.get_ref(), crate::fact::catalogue::KINDS.iter().map(|spec| spec.name));
                    self.problem(name.span(), format!("unknown kind of fact `{}`", name.get_ref()), help);
                }
            }
        }
        kinds
    }

    /// Compiles an expression where `naming` says what can be named; mistakes are placed in the file.
    pub fn compile(&mut self, words: &Words, naming: &Naming, want: Want) -> Option<Compiled> {
        let (scope, sources) = naming.clone().done();
        self.compile_in(words, &scope, &sources, want)
    }

    pub fn compile_in(&mut self, words: &Words, scope: &Scope, sources: &Arc<[Source]>, want: Want) -> Option<Compiled> {
        match compile(words.get_ref(), scope, want) {
            Ok(expr) => Some(Compiled { expr, sources: sources.clone() }),
            Err(error) => {
                let (line, column) = self.inside(words, error.line, error.column);
                self.problems.push(Problem { line, column, message: error.message, help: error.help });
                None
            }
        }
    }

    pub fn condition(&mut self, words: &Words, naming: &Naming) -> Option<Condition> {
        let compiled = self.compile(words, naming, Want::Condition)?;
        let metrics = compiled.expr.columns().iter().filter_map(|column| match compiled.sources[*column] {
            Source::Metric(at) => Some(at),
            _ => None,
        });
        let metrics = metrics.collect();
        Some(Condition { logic: compiled.expr.logic(), compiled, metrics })
    }

    /// The place in the file of a place inside an expression.
    fn inside(&self, words: &Words, line: u32, column: u32) -> (u32, u32) {
        let span = words.span();
        let raw = &self.source[span.clone()];
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        let newline = usize::from(quotes == 3 && raw[quotes..].starts_with('\n'));
        let (first_line, first_column) = place(self.source, span.start + quotes + newline);
        if line <= 1 { (first_line, first_column + column.max(1) - 1) } else { (first_line + line - 1, column) }
    }
}

pub(super) fn text(raw: Option<&RawText>, id: &str) -> Text {
    match raw {
        None => Text([(String::new(), id.to_owned())].into()),
        Some(RawText::One(one)) => Text([(String::new(), one.clone())].into()),
        Some(RawText::Each(each)) => Text(each.clone()),
    }
}

/// The type of what an expression gives, for metrics.
pub(super) fn type_of(compiled: Option<&Compiled>) -> Type {
    compiled.map_or(Type::Decimal, |compiled| compiled.expr.ty())
}
