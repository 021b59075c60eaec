//! Why an expression was refused, and where.

use std::fmt;

use sqlparser::tokenizer::Location;

/// An expression that cannot be used. The position is inside the expression's own text; who read the text from a file adds its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What to write instead, where that can be told.
    pub help: Option<String>,
}

impl ExprError {
    pub(super) fn new(at: Location, message: impl Into<String>) -> Self {
        let place = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).max(1);
        Self { message: message.into(), line: place(at.line), column: place(at.column), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ExprError {}

/// The candidate that was most likely meant: few typing errors away for its length, compared without case.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let allowed = (name.chars().count() / 3).clamp(1, 4);
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}
