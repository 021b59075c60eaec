//! The program file: one TOML document, read and checked as a whole.
//!
//! [`Program::parse`] reports every mistake it finds with line, column and a suggestion, and gives a compiled program only when
//! there is none.

mod check;
mod conditions;
mod languages;
pub(crate) mod parts;
mod problem;
mod raw;
mod rewards;
mod watch;

pub use conditions::MAX_TASK;
pub use languages::LANGUAGES;
pub use problem::{Problem, Problems};

use crate::definition::Program;

/// The longest program file, in bytes.
pub const MAX_SOURCE: usize = 2 << 20;
/// The most entries in any one section, and tiers, steps or kinds in any one entry.
pub const MAX_ENTRIES: usize = 500;

impl Program {
    /// Reads and checks a program file.
    ///
    /// # Errors
    /// All mistakes with their places; never a panic, whatever the text is.
    pub fn parse(source: &str) -> Result<Program, Problems> {
        if source.len() > MAX_SOURCE {
            let message = format!("the file has {} bytes; a program has at most {MAX_SOURCE}", source.len());
            return Err(Problems(vec![Problem { line: 1, column: 1, message, help: None }]));
        }
        let raw: raw::Raw = toml::from_str(source).map_err(|error| {
            let (line, column) = problem::place(source, error.span().map_or(0, |span| span.start));
            Problems(vec![Problem { line, column, message: error.message().trim_end().replace('\n', " "), help: None }])
        })?;
        check::check(source, raw)
    }
}
