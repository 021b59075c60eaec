//! Why a row, or a whole file, could not be read.

use std::path::{Path, PathBuf};

/// The most of a row's text that is repeated in a refusal, in bytes; what is longer ends in an ellipsis.
pub const MAX_ORIGINAL: usize = 64 * 1024;

/// A file that cannot be read, or not any further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}{reason}", path.display(), if place.is_empty() { String::new() } else { format!("{place}: ") })]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// Where in it, in words: "line 7", "byte 1024", "row group 2"; empty for all of it.
    pub place: String,
    /// What is wrong, and what would help where that is known.
    pub reason: String,
}

impl ReadError {
    pub(in crate::imports) fn new(path: &Path, place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.to_owned(), place: place.into(), reason: reason.into() }
    }
}

/// One row that is refused; the rows after it can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct RowError {
    /// The line on which the row starts, from 1; the row's number in files without lines.
    pub line: u64,
    /// The column at fault, where one can be named.
    pub column: Option<String>,
    /// What is wrong with it.
    pub reason: String,
    /// The row as it stands in the file, at most [`MAX_ORIGINAL`] bytes.
    pub original: String,
}

/// What reading a row may come to instead of a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// This row is refused and reading goes on.
    #[error(transparent)]
    Row(#[from] RowError),
    /// Reading is over.
    #[error(transparent)]
    End(#[from] ReadError),
}

/// Text of the row for people, whatever bytes it has and however long it is.
pub(super) fn original(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(MAX_ORIGINAL)];
    let mut text = String::from_utf8_lossy(shown).into_owned();
    if shown.len() < bytes.len() {
        text.push('…');
    }
    text
}
