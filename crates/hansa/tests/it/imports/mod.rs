//! Imports: files of every shape become typed things, and every row that does not is named.
#![allow(clippy::unwrap_used)]

mod classicmodels;
mod delimited;
mod mapping;
mod online_retail;
mod orders;
mod parquet;
mod rejects;
mod robustness;
mod sheet;
mod zip_bombs;

use std::fs;
use std::path::{Path, PathBuf};

use hansa::imports::mapping::{Accepted, Context, Counts, ImportKind, MapError, Mapped, Mapping, Reject, map_file, propose};
use hansa::imports::read::{Fault, ReadError, ReadOptions, Record, Records, open};
use ledger::Instant;
use tempfile::TempDir;

/// A file of the test data, or `None` where they are not installed: then the test says so and passes.
#[allow(clippy::disallowed_methods, reason = "where the test data are is the machine's affair")]
fn test_data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("HANSA_DATA_DIR").map_or_else(|| workspace().join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there; set HANSA_DATA_DIR to the folder of test data", path.display());
        return None;
    }
    Some(path)
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// A folder with one file in it.
struct Given {
    _folder: TempDir,
    path: PathBuf,
}

fn file(name: &str, bytes: impl AsRef<[u8]>) -> Given {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    Given { _folder: folder, path }
}

impl Given {
    fn open(&self) -> Result<Box<dyn Records + Send>, ReadError> {
        open(&self.path, &ReadOptions::default())
    }

    /// Header, rows and refusals as text: `3: a|b` for a row, `! 4: reason` for a refused one, `!! place: reason` for the end.
    fn shown(&self) -> Vec<String> {
        self.shown_with(&ReadOptions::default())
    }

    fn shown_with(&self, options: &ReadOptions) -> Vec<String> {
        let mut records = match open(&self.path, options) {
            Ok(records) => records,
            Err(error) => return vec![format!("!! {}: {}", error.place, error.reason)],
        };
        let mut shown = vec![records.header().join("|")];
        let mut record = Record::default();
        loop {
            match records.next(&mut record) {
                Ok(true) => shown.push(format!("{}: {}", record.line, record.fields.join("|"))),
                Ok(false) => return shown,
                Err(Fault::Row(error)) => {
                    let column = error.column.map(|column| format!(" {column}")).unwrap_or_default();
                    shown.push(format!("! {}{column}: {}", error.line, error.reason));
                }
                Err(Fault::End(error)) => {
                    shown.push(format!("!! {}: {}", error.place, error.reason));
                    return shown;
                }
            }
        }
    }
}

/// What a mapping made of a file.
#[derive(Default)]
struct Outcome {
    accepted: Vec<Accepted>,
    rejected: Vec<Reject>,
    counts: Counts,
}

impl Outcome {
    fn facts(&self) -> impl Iterator<Item = &program::Fact> {
        self.accepted.iter().filter_map(|one| match &one.mapped {
            Mapped::Fact(fact) => Some(fact),
            _ => None,
        })
    }

    /// Facts as `id member amount`, money in minor units.
    fn orders(&self) -> Vec<String> {
        self.facts().map(|fact| format!("{} {} {}", fact.id, fact.member, fact.minor("amount").unwrap_or_default())).collect()
    }

    /// Refusals as `line column: reason`.
    fn refusals(&self) -> Vec<String> {
        self.rejected.iter().map(|one| format!("{} {}: {}", one.line, one.column.as_deref().unwrap_or("-"), one.reason)).collect()
    }
}

const RECORDED: Instant = Instant(1_700_000_000_000_000);

fn map(given: &Given, mapping: &Mapping) -> Result<Outcome, MapError> {
    map_path(&given.path, mapping)
}

fn map_path(path: &Path, mapping: &Mapping) -> Result<Outcome, MapError> {
    let mut records = open(path, &ReadOptions::default())?;
    let mut outcome = Outcome::default();
    let counts = map_file(&mut *records, mapping, Context { recorded_at: RECORDED }, &mut |one| match one {
        Ok(accepted) => outcome.accepted.push(accepted),
        Err(reject) => outcome.rejected.push(reject),
    })?;
    assert_eq!(counts.lines, counts.accepted + counts.skipped + counts.rejected, "every row comes to one thing");
    outcome.counts = counts;
    Ok(outcome)
}

fn mapping(text: &str) -> Mapping {
    Mapping::parse(Path::new("map.toml"), text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

/// Maps text by the names of its columns.
fn by_name(kind: ImportKind, text: &str) -> Outcome {
    let given = file("given.csv", text);
    let mut proposal = propose(given.open().unwrap().header(), kind).mapping;
    proposal.currency = Some("CNY".into());
    map(&given, &proposal).unwrap()
}
