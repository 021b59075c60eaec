//! Reading: rows of text out of the files people have.
//!
//! [`open`] tells CSV and its relatives (delimiter and encoding found by looking, gzip seen through), XLSX and Parquet apart by
//! their first bytes and gives the same thing for all of them: a header and one [`Record`] after the other, every field as text.
//! Numbers, dates and decimals come out as the exact text of what the file holds; instants and dates are ISO 8601.
//!
//! A bad row is refused by itself ([`RowError`]) and reading goes on; a damaged file ends with a [`ReadError`] that names the
//! file and the place. Memory is bounded by the limits below, not by the file: a line of two gigabytes is passed over, not held.
//! No bytes make this code panic.

mod archive;
mod delimited;
mod encoding;
mod error;
mod framing;
mod parquet;
mod sheet;
mod source;
mod worker;

use std::path::Path;

pub use archive::{MAX_BESIDE_SHEETS, MAX_FREE, MAX_PARTS, MAX_RATIO, MAX_UNPACKED};
pub use error::{Fault, MAX_ORIGINAL, ReadError, RowError};

/// The longest field, in bytes.
pub const MAX_FIELD: usize = 1 << 20;
/// The longest row, in bytes.
pub const MAX_ROW: usize = 16 << 20;
/// The most columns a file may have. XLSX itself allows 16 384.
pub const MAX_COLUMNS: usize = 16_384;

/// What the file cannot tell about itself, or tells wrongly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The encoding by its WHATWG label (`utf-8`, `gb18030`, `big5`, `windows-1252`, …); found by looking when absent.
    pub encoding: Option<String>,
    /// The delimiter, an ASCII character; found by looking when absent.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook; the first when absent.
    pub sheet: Option<String>,
}

/// One row of a file. Its buffers are used again for the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The line on which it starts, from 1 with the header; the row's number in files without lines.
    pub line: u64,
    /// One text for each column of the header.
    pub fields: Vec<String>,
    raw: String,
}

impl Record {
    /// The row as it stands in the file, or as CSV when the file has no text of its own.
    pub fn original(&self) -> String {
        let mut text = String::new();
        self.original_into(&mut text);
        text
    }

    /// Appends what [`Record::original`] gives.
    pub fn original_into(&self, text: &mut String) {
        if !self.raw.is_empty() {
            text.push_str(&self.raw);
            return;
        }
        for (at, field) in self.fields.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            if field.contains([',', '"', '\n', '\r']) {
                text.push('"');
                text.push_str(&field.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(field);
            }
        }
    }
}

/// A file being read, row by row.
pub trait Records {
    /// The names of the columns: trimmed, never empty, each once.
    fn header(&self) -> &[String];

    /// Reads the next row into `record`; `false` at the end.
    fn next(&mut self, record: &mut Record) -> Result<bool, Fault>;

    /// How far reading has come: bytes of the file (or rows, for Parquet and XLSX) read, and how many there are when known.
    fn position(&self) -> (u64, Option<u64>);
}

/// Opens a file of rows and reads its header.
///
/// What it is follows from its first bytes: gzip, a ZIP that must be a workbook, Parquet, else delimited text.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Box<dyn Records + Send>, ReadError> {
    let magic = source::magic(path)?;
    let extension = path.extension().map(|text| text.to_string_lossy().to_lowercase()).unwrap_or_default();
    match magic.as_slice() {
        [b'P', b'K', 3, 4, ..] => sheet::open(path, options.sheet.as_deref()),
        [b'P', b'A', b'R', b'1', ..] => parquet::open(path),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(ReadError::new(
            path,
            "byte 0",
            "this is an Excel 97 or an encrypted workbook; save it as .xlsx without a password, or as CSV",
        )),
        _ if matches!(extension.as_str(), "xlsx" | "xlsm") => {
            Err(ReadError::new(path, "byte 0", "this is not a workbook: it does not begin as a ZIP archive does"))
        }
        _ if extension == "parquet" => Err(ReadError::new(path, "byte 0", "this is not Parquet: it does not begin with PAR1")),
        _ => delimited::open(path, options).map(|reader| Box::new(reader) as Box<dyn Records + Send>),
    }
}

/// Trims the names of a header, names the nameless by their place and numbers repeated ones.
fn tidy_header(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashMap::<String, usize>::new();
    let mut header: Vec<String> = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        let name = name.trim().trim_start_matches('\u{feff}').trim();
        let name = if name.is_empty() { format!("column {}", at + 1) } else { name.to_owned() };
        let times = seen.entry(name.to_lowercase()).or_insert(0);
        *times += 1;
        header.push(if *times > 1 { format!("{name} ({times})") } else { name });
    }
    header
}
