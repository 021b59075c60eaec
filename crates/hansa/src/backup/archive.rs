//! The archive as a file: writing its lines, and reading them back with every check.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use sea_orm::Value;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::tables::{TABLES, Table, hex, to_json};
use crate::app::AppError;

/// What the first line says it is.
const FORMAT: &str = "hansa-backup";
/// The version of the format that this code writes, and the newest that it reads.
const FORMAT_VERSION: u32 = 1;
/// The longest line that is read, in bytes: a member's state of that size does not exist, a damaged length does.
const LINE_MAX: u64 = 1 << 30;
/// Zstandard's own default: three times faster than what gains another tenth.
const LEVEL: i32 = 3;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always `hansa-backup`.
    pub format: String,
    /// The version of the format.
    pub format_version: u32,
    /// The version of the database's schema.
    pub schema_version: i64,
    /// When it was taken: RFC 3339.
    pub taken_at: String,
}

/// What the last line says about a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 of its lines, each with its line feed, in lower-case hexadecimal.
    pub sha256: String,
}

/// Why an archive was not read, or not taken.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is something else.
    #[error("{} is not a backup of Hansa", .0.display())]
    NotOurs(PathBuf),
    /// A newer Hansa wrote it.
    #[error("the archive is of {what} {found}; this version of Hansa reads up to {known}")]
    Newer {
        /// Format or schema.
        what: &'static str,
        /// Of the archive.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// The end is missing.
    #[error("the archive is cut short: {0}")]
    CutShort(String),
    /// It was changed after it was written.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
}

#[derive(Serialize, Deserialize)]
struct TableLine {
    table: String,
    columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct End {
    end: Vec<Tally>,
}

/// Hashes and counts the lines of one table.
#[derive(Default)]
struct Count {
    rows: u64,
    hash: Sha256,
}

impl Count {
    fn row(&mut self, line: &[u8]) {
        self.rows += 1;
        self.hash.update(line);
    }

    fn tally(self, table: &str) -> Tally {
        Tally { table: table.to_owned(), rows: self.rows, sha256: hex(&self.hash.finalize()) }
    }
}

impl Header {
    /// The header of an archive that is taken now.
    pub fn new(schema_version: i64, taken_at: String) -> Header {
        Header { format: FORMAT.to_owned(), format_version: FORMAT_VERSION, schema_version, taken_at }
    }
}

/// Writes an archive line by line.
pub struct Writer<W: Write> {
    sink: zstd::Encoder<'static, W>,
    open: Option<(&'static Table, Count)>,
    tallies: Vec<Tally>,
}

impl Writer<BufWriter<File>> {
    /// Begins an archive with its header.
    pub fn begin(file: File, header: &Header) -> io::Result<Self> {
        let mut sink = zstd::Encoder::new(BufWriter::new(file), LEVEL)?;
        sink.include_checksum(true)?;
        let mut writer = Writer { sink, open: None, tallies: Vec::new() };
        writer.line(header)?;
        Ok(writer)
    }

    /// Ends the archive and hands the file over, written to the disk.
    pub fn end(mut self) -> io::Result<Vec<Tally>> {
        self.close();
        let end = End { end: std::mem::take(&mut self.tallies) };
        self.line(&end)?;
        let file = self.sink.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(end.end)
    }
}

impl<W: Write> Writer<W> {
    /// Begins a table; the one before has ended.
    pub fn table(&mut self, table: &'static Table) -> io::Result<()> {
        self.close();
        let columns = table.names().into_iter().map(str::to_owned).collect();
        self.line(&TableLine { table: table.name.to_owned(), columns })?;
        self.open = Some((table, Count::default()));
        Ok(())
    }

    /// Writes a row of the table.
    pub fn row(&mut self, values: &[Value]) -> io::Result<()> {
        let cells: Vec<Json> = values.iter().map(to_json).collect();
        let line = self.line(&cells)?;
        if let Some((_, count)) = &mut self.open {
            count.row(&line);
        }
        Ok(())
    }

    fn close(&mut self) {
        if let Some((table, count)) = self.open.take() {
            self.tallies.push(count.tally(table.name));
        }
    }

    fn line<T: Serialize>(&mut self, value: &T) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.sink.write_all(&line)?;
        Ok(line)
    }
}

/// Reads an archive from its beginning to its end, checks all of it, and hands each row over as it comes.
pub struct Reader {
    path: PathBuf,
    lines: BufReader<zstd::Decoder<'static, BufReader<File>>>,
    header: Header,
}

impl Reader {
    /// Opens an archive that this program can read into a schema of version `schema`.
    pub fn open(path: &Path, schema: i64) -> Result<Reader, ArchiveError> {
        let fail = |source| ArchiveError::File { path: path.to_owned(), source };
        let file = File::open(path).map_err(fail)?;
        let mut lines = BufReader::new(zstd::Decoder::new(file).map_err(fail)?);
        let mut first = Vec::new();
        // What is not even compressed, or says something else, was never an archive of ours.
        let read = io::Read::take(&mut lines, 4_096).read_until(b'\n', &mut first);
        let header = read.ok().and_then(|_| serde_json::from_slice::<Header>(&first).ok()).filter(|header| header.format == FORMAT);
        let header = header.ok_or_else(|| ArchiveError::NotOurs(path.to_owned()))?;
        let newer = |what, found, known| ArchiveError::Newer { what, found, known };
        if header.format_version > FORMAT_VERSION {
            return Err(newer("format", header.format_version.into(), FORMAT_VERSION.into()));
        }
        if header.schema_version > schema {
            return Err(newer("schema version", header.schema_version, schema));
        }
        Ok(Reader { path: path.to_owned(), lines, header })
    }

    /// Reads everything; `row` gets every row as it stands, with its table and the columns the archive has.
    ///
    /// # Errors
    /// When the archive is damaged or cut short, which is certain only at the end: what was handed over must not be kept then.
    pub fn read<E: From<ArchiveError>>(
        mut self,
        mut row: impl FnMut(&'static Table, &[usize], Vec<Json>) -> Result<(), E>,
    ) -> Result<(Header, Vec<Tally>), E> {
        let mut open: Option<(&'static Table, Vec<usize>, Count)> = None;
        let mut tallies: Vec<Tally> = Vec::new();
        let mut line = Vec::new();
        loop {
            self.next_line(&mut line)?;
            if line.first() == Some(&b'[') {
                let Some((table, columns, count)) = &mut open else {
                    return Err(damaged("a row stands before the first table").into());
                };
                count.row(&line);
                let cells: Vec<Json> =
                    serde_json::from_slice(&line).map_err(|error| damaged(&format!("a row of {}: {error}", table.name)))?;
                if cells.len() != columns.len() {
                    return Err(damaged(&format!("a row of {} has {} cells for {} columns", table.name, cells.len(), columns.len())).into());
                }
                row(table, columns, cells)?;
                continue;
            }
            if let Some((table, _, count)) = open.take() {
                tallies.push(count.tally(table.name));
            }
            if let Ok(end) = serde_json::from_slice::<End>(&line) {
                self.nothing_more()?;
                compare(&tallies, &end.end)?;
                return Ok((self.header, tallies));
            }
            let begun: TableLine = serde_json::from_slice(&line).map_err(|error| damaged(&error.to_string()))?;
            let (table, columns) = known(&begun)?;
            if tallies.iter().any(|tally| tally.table == table.name) {
                return Err(damaged(&format!("the table {} stands there twice", table.name)).into());
            }
            open = Some((table, columns, Count::default()));
        }
    }

    /// The next line with its line feed.
    fn next_line(&mut self, line: &mut Vec<u8>) -> Result<(), ArchiveError> {
        match self.raw_line(line)? {
            0 => Err(ArchiveError::CutShort("its last line is missing".to_owned())),
            _ if line.last() != Some(&b'\n') => Err(ArchiveError::CutShort("it ends in the middle of a line".to_owned())),
            _ => Ok(()),
        }
    }

    /// The stream must end after the last line; reading its end also checks Zstandard's own checksum.
    fn nothing_more(&mut self) -> Result<(), ArchiveError> {
        match self.raw_line(&mut Vec::new())? {
            0 => Ok(()),
            _ => Err(damaged("something stands after its last line")),
        }
    }

    /// Up to the next line feed, or to the end of the stream; how many bytes it was.
    fn raw_line(&mut self, line: &mut Vec<u8>) -> Result<usize, ArchiveError> {
        line.clear();
        io::Read::take(&mut self.lines, LINE_MAX).read_until(b'\n', line).map_err(|error| match error {
            // Zstandard says so when its frame is not complete, even if all of its content is there.
            error if error.kind() == io::ErrorKind::UnexpectedEof => ArchiveError::CutShort(error.to_string()),
            // What it finds wrong has no number of the operating system; a disk that fails has.
            source if source.raw_os_error().is_some() => ArchiveError::File { path: self.path.clone(), source },
            error => damaged(&error.to_string()),
        })
    }
}

fn damaged(what: &str) -> ArchiveError {
    ArchiveError::Damaged(what.to_owned())
}

/// The table and the place of each of the archive's columns in it.
fn known(begun: &TableLine) -> Result<(&'static Table, Vec<usize>), ArchiveError> {
    let table = Table::named(&begun.table).ok_or_else(|| damaged(&format!("it has a table {} that nobody knows", begun.table)))?;
    let place = |name: &String| {
        let found = table.columns.iter().position(|(known, _)| known == name);
        found.ok_or_else(|| damaged(&format!("the table {} has a column {name} that nobody knows", table.name)))
    };
    Ok((table, begun.columns.iter().map(place).collect::<Result<_, _>>()?))
}

fn compare(found: &[Tally], said: &[Tally]) -> Result<(), ArchiveError> {
    if let Some(missing) = said.iter().find(|tally| !found.iter().any(|other| other.table == tally.table)) {
        return Err(damaged(&format!("the table {} is missing", missing.table)));
    }
    for tally in found {
        let table = &tally.table;
        match said.iter().find(|other| other.table == *table) {
            Some(other) if other == tally => {}
            Some(other) if other.rows != tally.rows => {
                return Err(damaged(&format!("the table {table} should have {} rows and has {}", other.rows, tally.rows)));
            }
            _ => return Err(damaged(&format!("the checksum of the table {table} does not hold"))),
        }
    }
    debug_assert!(found.len() <= TABLES.len(), "each table stands there once");
    Ok(())
}

impl From<ArchiveError> for AppError {
    fn from(error: ArchiveError) -> AppError {
        AppError::Refused(error.to_string())
    }
}
