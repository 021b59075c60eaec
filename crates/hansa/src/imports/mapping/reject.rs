//! Refused rows, and the file they are written to.

use std::io::{self, Write};

use crate::cli::output::harmless;

/// One row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The line on which it starts in the file.
    pub line: u64,
    /// The column at fault, where one can be named; several are set apart by commas.
    pub column: Option<String>,
    /// Why.
    pub reason: String,
    /// The row as it stands in the file.
    pub original: String,
}

/// A CSV file of refused rows: `line,column,reason,original`.
///
/// Column and reason repeat text of the file and are read by people in spreadsheets: what a spreadsheet would take for a formula is
/// disarmed by an apostrophe in front (OWASP, "CSV injection"). The original is kept exactly, so that rows can be mended and sent again.
pub struct RejectFile<W: Write> {
    rows: csv::Writer<W>,
}

impl<W: Write> RejectFile<W> {
    /// Begins the file with its header.
    pub fn new(file: W) -> io::Result<Self> {
        let mut rows = csv::WriterBuilder::new().from_writer(file);
        rows.write_record(["line", "column", "reason", "original"])?;
        Ok(Self { rows })
    }

    /// Adds a row.
    pub fn write(&mut self, reject: &Reject) -> io::Result<()> {
        let column = harmless(reject.column.as_deref().unwrap_or_default());
        let reason = harmless(&reject.reason);
        Ok(self.rows.write_record([&reject.line.to_string(), &column, &reason, &reject.original])?)
    }

    /// Writes out what is buffered and gives the file back.
    pub fn finish(self) -> io::Result<W> {
        self.rows.into_inner().map_err(|error| io::Error::new(error.error().kind(), error.to_string()))
    }
}
