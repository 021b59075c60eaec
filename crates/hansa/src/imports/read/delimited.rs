//! CSV, TSV and their relatives.

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use encoding_rs::UTF_8;
use memchr::{memchr, memchr_iter};

use super::framing::{Framed, Framing};
use super::source::{self, Taken};
use super::{Fault, MAX_COLUMNS, MAX_FIELD, ReadError, ReadOptions, Record, Records, RowError, encoding, error::original, tidy_header};

/// The delimiters that are looked for, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file of delimited text.
pub(super) struct Delimited {
    path: PathBuf,
    rows: Framing<Box<dyn Read + Send>>,
    header: Vec<String>,
    delimiter: u8,
    encoding: &'static str,
    taken: Taken,
    size: u64,
    over: bool,
}

/// Opens the file, settles encoding and delimiter and reads the header.
pub(super) fn open(path: &Path, options: &ReadOptions) -> Result<Delimited, ReadError> {
    let encoding = encoding::of(path, options.encoding.as_deref())?;
    let source = source::open(path)?;
    let bytes = if encoding == UTF_8 { source.bytes } else { Box::new(encoding::Utf8::new(source.bytes, encoding)) };
    let mut rows = Framing::new(bytes);
    let taken = source.taken;
    let first = rows.peek_line().map_err(|error| source::damaged(path, &taken, &error))?;
    let mark = if first.starts_with(UTF8_MARK) { UTF8_MARK.len() } else { 0 };
    let delimiter = options.delimiter.unwrap_or_else(|| sniff(&first[mark..], path));
    rows.skip(mark);
    rows.set_delimiter(delimiter);
    let mut file = Delimited {
        path: path.to_owned(),
        rows,
        header: Vec::new(),
        delimiter,
        encoding: encoding.name(),
        taken,
        size: source.size,
        over: false,
    };
    file.read_header()?;
    Ok(file)
}

/// The delimiter that the first line holds most often outside quotes.
fn sniff(line: &[u8], path: &Path) -> u8 {
    let mut counts = [0usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if let (false, Some(at)) = (quoted, DELIMITERS.iter().position(|one| one == byte)) {
            counts[at] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let found = DELIMITERS.iter().zip(counts).find(|(_, count)| *count == most && most > 0);
    let tabs = path.to_string_lossy().to_lowercase().contains(".tsv");
    found.map_or(if tabs { b'\t' } else { b',' }, |(delimiter, _)| *delimiter)
}

impl Delimited {
    fn read_header(&mut self) -> Result<(), ReadError> {
        let path = self.path.clone();
        let refuse = |line: u64, reason: String| ReadError::new(&path, format!("line {line}"), reason);
        let (line, bytes) = match self.framed()? {
            Framed::Row { line, bytes } => (line, bytes),
            Framed::Bad { line, reason, .. } | Framed::Lost { line, reason } => {
                return Err(refuse(line, format!("the header cannot be read: {reason}")));
            }
            Framed::End => {
                return Err(refuse(1, "the file is empty; its first line must name the columns".into()));
            }
        };
        let text = std::str::from_utf8(self.rows.bytes(bytes))
            .map_err(|_| refuse(line, format!("the header has bytes that are not {}", self.encoding)))?;
        let mut names = Vec::new();
        let count = split(text, self.delimiter, &mut names);
        if count > MAX_COLUMNS {
            return Err(refuse(line, format!("{count} columns; at most {MAX_COLUMNS} are read")));
        }
        self.header = tidy_header(names);
        Ok(())
    }

    fn framed(&mut self) -> Result<Framed, ReadError> {
        self.rows.next().map_err(|error| {
            self.over = true;
            let mut damage = source::damaged(&self.path, &self.taken, &error);
            if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof) {
                damage.reason = format!("the compressed file is damaged or cut off here: {error}");
            }
            damage
        })
    }

    fn row(&self, line: u64, range: Range<usize>, record: &mut Record) -> Result<(), RowError> {
        let bytes = self.rows.bytes(range);
        let refuse = |column: Option<String>, reason: String| RowError { line, column, reason, original: original(bytes) };
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let column = self.header.get(memchr_iter(self.delimiter, &bytes[..error.valid_up_to()]).count()).cloned();
                let byte = bytes[error.valid_up_to()];
                return Err(refuse(column, format!("byte {byte:#04X} at {} of the row is not {}", error.valid_up_to() + 1, self.encoding)));
            }
        };
        if self.encoding != UTF_8.name() && text.contains('\u{fffd}') {
            return Err(refuse(None, format!("the row has bytes that are not {}", self.encoding)));
        }
        let count = split(text, self.delimiter, &mut record.fields);
        if count != self.header.len() {
            return Err(refuse(None, format!("the row has {count} fields, the header {}", self.header.len())));
        }
        if text.len() > MAX_FIELD
            && let Some(at) = record.fields.iter().position(|field| field.len() > MAX_FIELD)
        {
            return Err(refuse(self.header.get(at).cloned(), format!("the field is longer than {MAX_FIELD} bytes")));
        }
        record.line = line;
        record.raw.clear();
        record.raw.push_str(text);
        Ok(())
    }
}

impl Records for Delimited {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Fault> {
        if self.over {
            return Ok(false);
        }
        match self.framed()? {
            Framed::Row { line, bytes } => self.row(line, bytes, record).map(|()| true).map_err(Fault::Row),
            Framed::Bad { line, reason, bytes } => {
                Err(Fault::Row(RowError { line, column: None, reason, original: original(self.rows.bytes(bytes)) }))
            }
            Framed::Lost { line, reason } => {
                self.over = true;
                Err(Fault::End(ReadError::new(&self.path, format!("line {line}"), reason)))
            }
            Framed::End => {
                self.over = true;
                Ok(false)
            }
        }
    }

    fn position(&self) -> (u64, Option<u64>) {
        (self.taken.load(Ordering::Relaxed).min(self.size), Some(self.size))
    }
}

/// Splits a row into its fields, using their buffers again; gives how many there are. Fields past [`MAX_COLUMNS`] are only counted.
fn split(row: &str, delimiter: u8, fields: &mut Vec<String>) -> usize {
    let mut count = 0;
    let mut put = |text: &str| {
        if count >= fields.len() && count < MAX_COLUMNS {
            fields.push(text.to_owned());
        } else if let Some(field) = fields.get_mut(count) {
            field.clear();
            field.push_str(text);
        }
        count += 1;
    };
    let bytes = row.as_bytes();
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') {
            let (text, end) = unquote(row, at + 1, delimiter);
            put(&text);
            at = end;
        } else {
            let end = memchr(delimiter, &bytes[at..]).map_or(bytes.len(), |ahead| at + ahead);
            put(&row[at..end]);
            at = end;
        }
        if at >= bytes.len() {
            break;
        }
        at += 1;
    }
    fields.truncate(count);
    count
}

/// The text of a field whose opening quote stands before `from`, and where its delimiter stands.
fn unquote(row: &str, from: usize, delimiter: u8) -> (Cow<'_, str>, usize) {
    let bytes = row.as_bytes();
    let mut text = Cow::Borrowed("");
    let mut at = from;
    loop {
        let quote = memchr(b'"', &bytes[at..]).map_or(bytes.len(), |ahead| at + ahead);
        text += &row[at..quote];
        at = (quote + 1).min(bytes.len());
        if bytes.get(at) != Some(&b'"') {
            break;
        }
        text += "\"";
        at += 1;
    }
    // What follows the closing quote belongs to the field.
    let end = memchr(delimiter, &bytes[at..]).map_or(bytes.len(), |ahead| at + ahead);
    text += &row[at..end];
    (text, end)
}
