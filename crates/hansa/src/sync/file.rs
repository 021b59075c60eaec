//! The file that says where a source is and how it is read.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde::Deserialize;

use super::schedule::Schedule;
use super::{BATCH, BATCH_MAX, SyncError, rest, table};
use crate::imports::mapping::{ImportKind, Mapping};

/// The largest file, in bytes.
const FILE_MAX: u64 = 1 << 20;
/// The longest overlap, in seconds: a day.
const OVERLAP_MAX: u32 = 86_400;

/// A source, and what becomes of its rows.
#[derive(Clone, Debug)]
pub struct Sync {
    /// What it is called: its position stands under this name.
    pub name: String,
    /// How its columns become fields.
    pub mapping: Mapping,
    /// When it is read.
    pub schedule: Option<Schedule>,
    /// Where refused rows go.
    pub rejects: Option<PathBuf>,
    /// Judge facts as if they came now.
    pub live: bool,
    /// Refuse facts of unknown members.
    pub known_members_only: bool,
    /// The column that tells items apart: of several in one batch the last counts.
    pub(super) key: Option<String>,
    /// The columns that there are.
    pub(super) columns: Option<Vec<String>>,
    /// So many seconds before the position a run begins.
    pub(super) overlap: u32,
    /// Rows that are gathered for one import.
    pub(super) batch: usize,
    pub(super) from: From,
}

/// Where rows come from.
#[derive(Clone, Debug)]
pub(super) enum From {
    Rest(Box<rest::Configured>),
    Table(table::Configured),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    mapping: PathBuf,
    schedule: Option<String>,
    time_zone: Option<String>,
    rejects: Option<PathBuf>,
    #[serde(default)]
    live: bool,
    #[serde(default)]
    known_members_only: bool,
    key: Option<String>,
    columns: Option<Vec<String>>,
    #[serde(default)]
    overlap_seconds: u32,
    batch: Option<usize>,
    rest: Option<rest::Configured>,
    database: Option<table::Configured>,
}

/// Reads such a file. What it names is relative to it; `environment` gives the variables that hold secrets.
///
/// # Errors
/// Names the file, what is wrong in it, and what would be right.
pub fn read(path: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Sync, SyncError> {
    let wrong = |why: String| SyncError::File(format!("{}: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if size > FILE_MAX {
        return Err(wrong(format!("{size} bytes; at most {FILE_MAX} are read")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let file: File = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mapping = Mapping::load(&folder.join(&file.mapping))
        .map_err(|errors| SyncError::File(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    complete(file, mapping, folder, environment).map_err(wrong)
}

fn complete(file: File, mapping: Mapping, folder: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Sync, String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=40).contains(&file.name.len()) || !file.name.bytes().all(plain) {
        return Err(format!("name: 1 to 40 lower-case letters, digits and hyphens, not `{}`", file.name));
    }
    let zone = match &file.time_zone {
        None => Tz::UTC,
        Some(zone) => zone.parse().map_err(|_| format!("time_zone: `{zone}` is no time zone such as Asia/Shanghai"))?,
    };
    let schedule = file.schedule.as_deref().map(|text| Schedule::parse(text, zone)).transpose()?;
    if file.overlap_seconds > OVERLAP_MAX {
        return Err(format!("overlap_seconds: at most {OVERLAP_MAX}"));
    }
    let batch = file.batch.unwrap_or(BATCH);
    if !(1..=BATCH_MAX).contains(&batch) {
        return Err(format!("batch: 1 to {BATCH_MAX} rows"));
    }
    let from = match (file.rest, file.database) {
        (Some(rest), None) => From::Rest(Box::new(rest.checked(environment)?)),
        (None, Some(table)) => From::Table(table.checked(folder, environment)?),
        _ => return Err("one of [rest] and [database]".to_owned()),
    };
    if file.key.is_some() && mapping.kind == ImportKind::OrderLines && matches!(from, From::Table(_)) {
        return Err("key: the rows of a view are lines here, and none of them stands in for another".to_owned());
    }
    Ok(Sync {
        name: file.name,
        mapping,
        schedule,
        rejects: file.rejects.map(|file| folder.join(file)),
        live: file.live,
        known_members_only: file.known_members_only,
        key: file.key,
        columns: file.columns,
        overlap: file.overlap_seconds,
        batch,
        from,
    })
}

/// A secret that stands in a variable.
pub(super) fn secret(environment: &dyn Fn(&str) -> Option<String>, field: &str, variable: &str) -> Result<String, String> {
    let value = environment(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    value.ok_or_else(|| format!("{field}: no variable `{variable}`"))
}
