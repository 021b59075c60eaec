//! The mapping file.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use program::fact::minor_digits;
use toml::Spanned;

use super::target::{ImportKind, body_fields};

/// The largest mapping file, in bytes.
pub const MAX_MAPPING: u64 = 1 << 20;

/// How the columns of a file become members, contacts or facts.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// What the rows are about.
    pub kind: ImportKind,
    /// The time zone of dates and times that name none.
    pub zone: Tz,
    /// The currency of amounts whose row names none.
    pub currency: Option<String>,
    /// The system that the facts come from; part of their ids.
    pub source: String,
    /// Formats of dates and times besides ISO 8601, as `strftime` writes them.
    pub date_formats: Vec<String>,
    /// Rows that are left out on purpose.
    pub skip: Option<Text>,
    /// Rows that are refused, and why.
    pub rejects: Vec<(Text, String)>,
    /// An expression over the columns for each field.
    pub fields: Vec<(String, Text)>,
    /// Where all this was read; nowhere when it was proposed from a header.
    pub file: Option<PathBuf>,
}

/// An expression with its place in the mapping file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The expression.
    pub text: String,
    /// Line of its first character, from 1; 0 when it stands in no file.
    pub line: u32,
    /// Column of its first character, from 1.
    pub column: u32,
}

/// A mistake in a mapping, or between a mapping and a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingError {
    /// The mapping file, if there is one.
    pub file: Option<PathBuf>,
    /// Line in it, from 1; 0 where there is none.
    pub line: u32,
    /// Column in it, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}:", file.display())?;
            if self.line > 0 {
                write!(f, "{}:{}:", self.line, self.column)?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

impl std::error::Error for MappingError {}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kind: Spanned<String>,
    time_zone: Option<Spanned<String>>,
    currency: Option<Spanned<String>>,
    source: Option<Spanned<String>>,
    #[serde(default)]
    date_formats: Vec<Spanned<String>>,
    skip: Option<Skip>,
    #[serde(default)]
    reject: Vec<Refusal>,
    fields: Spanned<BTreeMap<Spanned<String>, Spanned<String>>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Skip {
    r#where: Spanned<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    r#where: Spanned<String>,
    reason: Spanned<String>,
}

impl Mapping {
    /// A mapping of nothing yet: UTC, no currency, source `import`.
    pub fn new(kind: ImportKind) -> Self {
        Self {
            kind,
            zone: Tz::UTC,
            currency: None,
            source: "import".into(),
            date_formats: Vec::new(),
            skip: None,
            rejects: Vec::new(),
            fields: Vec::new(),
            file: None,
        }
    }

    /// The mapping as the text of a file.
    pub fn to_toml(&self) -> String {
        let mut file = toml::Table::new();
        let text = |text: &str| toml::Value::String(text.to_owned());
        file.insert("kind".into(), text(self.kind.name()));
        file.insert("time_zone".into(), text(self.zone.name()));
        if let Some(currency) = &self.currency {
            file.insert("currency".into(), text(currency));
        }
        file.insert("source".into(), text(&self.source));
        if !self.date_formats.is_empty() {
            file.insert("date_formats".into(), self.date_formats.clone().into());
        }
        let on = |condition: &Text| ("where".to_owned(), text(&condition.text));
        if let Some(skip) = &self.skip {
            file.insert("skip".into(), toml::Table::from_iter([on(skip)]).into());
        }
        if !self.rejects.is_empty() {
            let one = |(condition, reason): &(Text, String)| toml::Table::from_iter([on(condition), ("reason".to_owned(), text(reason))]);
            file.insert("reject".into(), self.rejects.iter().map(one).collect::<Vec<_>>().into());
        }
        let fields = self.fields.iter().map(|(field, expression)| (field.clone(), text(&expression.text)));
        file.insert("fields".into(), fields.collect::<toml::Table>().into());
        // Values of these types are always written.
        toml::to_string(&file).unwrap_or_default()
    }

    /// Reads a mapping file from disk.
    pub fn load(path: &Path) -> Result<Self, Vec<MappingError>> {
        let refuse = |message: String| vec![MappingError { file: Some(path.to_owned()), line: 0, column: 0, message, help: None }];
        let size = std::fs::metadata(path).map_err(|error| refuse(format!("cannot be opened: {error}")))?.len();
        if size > MAX_MAPPING {
            return Err(refuse(format!("a mapping of {size} bytes; at most {MAX_MAPPING} are read")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
        Self::parse(path, &text)
    }

    /// Reads the text of a mapping file. All that can be said without the file it is for is checked here; the rest when the two meet.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Vec<MappingError>> {
        let check = &mut Check { path, text, errors: Vec::new() };
        let file: File = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                check.refuse(error.span().unwrap_or(0..0), error.message().trim().to_owned(), None);
                return Err(std::mem::take(&mut check.errors));
            }
        };
        let kinds = || ImportKind::ALL.map(|(_, name)| name);
        let Some(kind) = ImportKind::parse(file.kind.get_ref()) else {
            check.unknown("kind of import", &file.kind, kinds().into_iter());
            return Err(std::mem::take(&mut check.errors));
        };
        let mut mapping = Mapping::new(kind);
        mapping.file = Some(path.to_owned());
        if let Some(zone) = &file.time_zone {
            match zone.get_ref().parse() {
                Ok(known) => mapping.zone = known,
                Err(_) => check.unknown("time zone", zone, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())),
            }
        }
        if let Some(currency) = &file.currency {
            if minor_digits(currency.get_ref()).is_none() {
                check.refuse(currency.span(), format!("`{}` is not an ISO 4217 code such as CNY", currency.get_ref()), None);
            }
            mapping.currency = Some(currency.get_ref().clone());
        }
        if let Some(source) = &file.source {
            if source.get_ref().is_empty() || source.get_ref().len() > 64 {
                check.refuse(source.span(), "a source has from 1 to 64 bytes".into(), None);
            }
            mapping.source.clone_from(source.get_ref());
        }
        for format in &file.date_formats {
            if chrono::format::StrftimeItems::new(format.get_ref()).any(|item| item == chrono::format::Item::Error) {
                check.refuse(
                    format.span(),
                    format!("`{}` is not a date format", format.get_ref()),
                    Some("write e.g. %d/%m/%Y %H:%M".into()),
                );
            }
            mapping.date_formats.push(format.get_ref().clone());
        }
        mapping.skip = file.skip.map(|skip| check.text(&skip.r#where));
        mapping.rejects = file.reject.iter().map(|one| (check.text(&one.r#where), one.reason.get_ref().clone())).collect();
        check.fields(kind, &file.fields, &mut mapping);
        if check.errors.is_empty() { Ok(mapping) } else { Err(std::mem::take(&mut check.errors)) }
    }

    /// The expression of a field.
    pub fn field(&self, name: &str) -> Option<&Text> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, text)| text)
    }

    /// An error at an expression of this mapping.
    pub(super) fn error(&self, at: &Text, message: String, help: Option<String>) -> MappingError {
        MappingError { file: self.file.clone(), line: at.line, column: at.column, message, help }
    }
}

/// Gathers what is wrong with a mapping file.
struct Check<'a> {
    path: &'a Path,
    text: &'a str,
    errors: Vec<MappingError>,
}

impl Check<'_> {
    fn fields(&mut self, kind: ImportKind, fields: &Spanned<BTreeMap<Spanned<String>, Spanned<String>>>, mapping: &mut Mapping) {
        for (name, text) in fields.get_ref() {
            let known =
                kind.target(name.get_ref()).is_some() || (kind == ImportKind::Facts && body_fields().any(|field| field == name.get_ref()));
            if !known {
                let body: Vec<_> = if kind == ImportKind::Facts { body_fields().collect() } else { Vec::new() };
                self.unknown(&format!("field of {}", kind.name()), name, kind.targets().iter().map(|target| target.name).chain(body));
            }
            let text = self.text(text);
            mapping.fields.push((name.get_ref().clone(), text));
        }
        for target in kind.targets().iter().filter(|target| target.required) {
            if mapping.field(target.name).is_none() {
                self.refuse(fields.span(), format!("{} need the field `{}`: {}", kind.name(), target.name, target.about), None);
            }
        }
    }

    fn text(&self, text: &Spanned<String>) -> Text {
        let span = text.span();
        // The span has the quotes too: one, or three and perhaps a line break.
        let raw = &self.text[span.clone()];
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        let start = match raw[quotes.min(raw.len())..].strip_prefix("\r\n") {
            Some(_) if quotes == 3 => span.start + quotes + 2,
            None if quotes == 3 && raw[quotes.min(raw.len())..].starts_with('\n') => span.start + quotes + 1,
            _ => span.start + quotes,
        };
        let (line, column) = self.place(start);
        Text { text: text.get_ref().clone(), line, column }
    }

    fn unknown<'k>(&mut self, what: &str, name: &Spanned<String>, known: impl Iterator<Item = &'k str> + Clone) {
        let help = match nearest(name.get_ref(), known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", known.take(24).collect::<Vec<_>>().join(", ")),
        };
        self.refuse(name.span(), format!("unknown {what} `{}`", name.get_ref()), Some(help));
    }

    fn refuse(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        let (line, column) = self.place(span.start);
        self.errors.push(MappingError { file: Some(self.path.to_owned()), line, column, message, help });
    }

    /// Line and column of a byte, from 1.
    fn place(&self, byte: usize) -> (u32, u32) {
        let before = &self.text[..self.text.floor_char_boundary(byte)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }
}

/// The candidate that was most likely meant, if any is near.
pub(super) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let allowed = (name.chars().count() / 3).clamp(1, 4);
    let name = name.to_lowercase();
    known
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}
