//! Rows on their way from a source to an import: a CSV file in the folder for what is on its way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::Path;

use tempfile::TempPath;

/// A row: text by column; what is empty is left out.
pub(super) type Row = BTreeMap<String, String>;

/// What a source gave at once.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Rows that belong together: those of one item.
    pub(super) items: Vec<Vec<Row>>,
    /// How far the source is read with them.
    pub(super) position: super::Position,
    /// Nothing comes after it.
    pub(super) last: bool,
}

/// Rows that are gathered for one import.
#[derive(Debug, Default)]
pub(super) struct Spool {
    items: Vec<Vec<Row>>,
    /// Where the item of a key is: of several the last counts.
    keys: HashMap<String, usize>,
}

impl Spool {
    pub(super) fn add(&mut self, items: Vec<Vec<Row>>, key: Option<&str>) {
        for item in items {
            let named = key.and_then(|key| item.first()?.get(key).cloned());
            match named.and_then(|named| self.keys.insert(named, self.items.len())) {
                Some(earlier) => {
                    self.items[earlier].clear();
                    self.items.push(item);
                }
                None => self.items.push(item),
            }
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.items.iter().map(Vec::len).sum()
    }

    /// Writes the rows as a file, under `columns` or else every column that one of them has.
    pub(super) fn write(&self, path: &Path, columns: Option<&[String]>) -> io::Result<()> {
        let rows = || self.items.iter().flatten();
        let found: BTreeSet<&String> = match columns {
            Some(columns) => columns.iter().collect(),
            None => rows().flat_map(BTreeMap::keys).collect(),
        };
        let mut file = csv::Writer::from_path(path)?;
        file.write_record(&found)?;
        for row in rows() {
            file.write_record(found.iter().map(|column| row.get(*column).map_or("", String::as_str)))?;
        }
        file.flush()
    }
}

/// Adds the refused rows of an import to a file of refused rows, numbered on from `offset`; returns how many.
pub(super) fn append_rejects(from: &Path, to: &Path, offset: u64) -> io::Result<()> {
    let fresh = std::fs::metadata(to).map_or(true, |about| about.len() == 0);
    let mut rows = csv::Reader::from_path(from)?;
    let file = std::fs::OpenOptions::new().create(true).append(true).open(to)?;
    let mut out = csv::Writer::from_writer(file);
    if fresh {
        out.write_record(rows.headers()?)?;
    }
    for row in rows.records() {
        let row = row?;
        // The header of the file on its way is line 1.
        let line = row.get(0).and_then(|line| line.parse::<u64>().ok()).map_or(0, |line| line.saturating_sub(1) + offset);
        out.write_record(std::iter::once(line.to_string().as_str()).chain(row.iter().skip(1)))?;
    }
    out.flush()
}

/// A file of a source's rows, or of its refused ones, in the folder for what is on its way: for nobody else to read, and gone when it is dropped.
pub(super) fn file(folder: &Path, name: &str) -> io::Result<TempPath> {
    std::fs::create_dir_all(folder)?;
    let file = tempfile::Builder::new().prefix(&format!("sync-{name}-")).suffix(".csv").tempfile_in(folder)?;
    Ok(file.into_temp_path())
}
