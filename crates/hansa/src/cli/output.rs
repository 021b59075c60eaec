//! What commands print: sheets as a table, CSV, JSON or Parquet, texts, and notes.
//!
//! Answers go to standard output and nothing else does; notes and progress go to standard error. A reader that has gone (`| head`)
//! ends the printing quietly.

mod columnar;
mod sheet;

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::app::AppError;

pub use sheet::{Cell, Column, Kind, Sheet, harmless};

/// How a sheet is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: aligned columns.
    #[default]
    Table,
    /// RFC 4180, with a header; safe to open in a spreadsheet.
    Csv,
    /// An array of objects; exact decimals as text beside whole minor units.
    Json,
    /// Apache Parquet, to a file.
    Parquet,
}

/// The options of commands that print one sheet.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct OutputArgs {
    /// How the answer is written; `--json` is short for `--format json`
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl OutputArgs {
    /// The format that was asked for; `json` says whether `--json` was given.
    pub fn format(&self, json: bool) -> Format {
        self.format.unwrap_or(if json { Format::Json } else { Format::Table })
    }

    /// Writes a sheet where it was asked for.
    ///
    /// # Errors
    /// When the file cannot be written, or Parquet should go to a terminal.
    pub fn write(&self, sheet: &Sheet, format: Format) -> Result<(), AppError> {
        let bytes = match format {
            Format::Table => sheet.table().into_bytes(),
            Format::Csv => sheet.csv().map_err(|error| refused("the answer", &error))?,
            Format::Json => sheet.json().into_bytes(),
            Format::Parquet => return self.parquet(sheet),
        };
        match &self.output {
            Some(path) => write_file(path, |file| file.write_all(&bytes)),
            None => put(&bytes),
        }
    }

    fn parquet(&self, sheet: &Sheet) -> Result<(), AppError> {
        match &self.output {
            Some(path) => write_file(path, |file| columnar::write(sheet, file)),
            None if io::stdout().is_terminal() => Err(AppError::Refused("Parquet is not for a terminal: give --output FILE".to_owned())),
            None => {
                let mut bytes = Vec::new();
                columnar::write(sheet, &mut bytes).map_err(|error| refused("the answer", &error))?;
                put(&bytes)
            }
        }
    }
}

/// Writes text to standard output.
///
/// # Errors
/// When it cannot be written and somebody still reads.
pub fn put_text(text: &str) -> Result<(), AppError> {
    put(text.as_bytes())
}

/// Writes a value as indented JSON to standard output.
///
/// # Errors
/// As [`put_text`].
pub fn put_json<T: serde::Serialize>(value: &T) -> Result<(), AppError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| refused("the answer", &error))?;
    text.push('\n');
    put_text(&text)
}

/// Says something beside the answer.
pub fn note(text: &str) {
    // Whoever closed standard error does not want to know.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn put(bytes: &[u8]) -> Result<(), AppError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| refused("standard output", &error)),
    }
}

fn write_file(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), AppError> {
    let written = File::create(path).map(BufWriter::new).and_then(|mut file| {
        write(&mut file)?;
        file.flush()
    });
    written.map_err(|error| refused(&path.display().to_string(), &error))
}

fn refused(what: &str, error: &dyn std::fmt::Display) -> AppError {
    AppError::Refused(format!("{what} cannot be written: {error}"))
}
