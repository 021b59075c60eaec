//! Imports and their undoing as jobs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::mapping::{ImportKind, Mapping};
use super::read::ReadOptions;
use super::{Plan, Watch, run_watched, undo, upload};
use crate::app::{App, AppError};
use crate::audit::By;
use crate::jobs::{self, Progress};
use crate::language::Language;
use crate::settings;

/// Things written in one transaction.
const BATCH: usize = 2_000;
/// Rejected rows that the result tells; all of them are in the file.
const TOLD: usize = 100;

/// What is to be imported.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// The file that was sent.
    pub upload: String,
    /// `members`, `contacts`, `orders`, `order-lines` or `facts`.
    pub kind: String,
    /// A mapping file; guessed from the header when absent.
    pub mapping: Option<String>,
    /// Do everything, keep nothing.
    pub dry_run: bool,
    /// Judge facts as if they came now.
    pub live: bool,
    /// Refuse facts of unknown members.
    pub known_members_only: bool,
    /// The encoding of delimited text.
    pub encoding: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

/// The mapping of a text, which is told as `mapping`.
///
/// # Errors
/// Every mistake with its line and column.
pub fn mapping(text: &str) -> Result<Mapping, String> {
    Mapping::parse(std::path::Path::new("mapping"), text)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// Imports what was asked for; `input` is a [`Wanted`].
///
/// # Errors
/// When the file is gone or unusable as a whole, or the database fails. What was committed before stays and is found again.
pub async fn import(app: &App, job: &str, input: &str, progress: &Progress) -> Result<Value, AppError> {
    let wanted: Wanted = serde_json::from_str(input).map_err(|error| AppError::Refused(error.to_string()))?;
    let upload = upload::find(app.db.read(), &wanted.upload).await?;
    let upload = upload.ok_or_else(|| AppError::Refused("the file is not kept any more: send it again".to_owned()))?;
    let kind = ImportKind::parse(&wanted.kind).ok_or_else(|| AppError::Refused(format!("`{}` cannot be imported", wanted.kind)))?;
    let rejects = upload::rejects(app, job)?;
    let plan = Plan {
        kind,
        files: vec![upload::path(app, &upload)?],
        mapping: wanted.mapping.as_deref().map(mapping).transpose().map_err(AppError::Refused)?,
        rejects: Some(rejects.clone()),
        batch: BATCH,
        dry_run: wanted.dry_run,
        known_members_only: wanted.known_members_only,
        parents_come: false,
        live: wanted.live,
        by: by(app, job).await?,
        two: settings::current(app.db.read()).await?.approvals,
        read: ReadOptions { encoding: wanted.encoding, delimiter: None, sheet: wanted.sheet },
    };
    let told = |read: u64, whole: Option<u64>| progress.reached(read, whole);
    let imported = run_watched(app, &plan, &Watch { begun: &|_| {}, progress: &told, stop: std::sync::Arc::default() }).await?;
    Ok(json!({ "imported": imported, "rejects": first(&rejects) }))
}

/// The first rows of a file of rejects.
fn first(rejects: &std::path::Path) -> Vec<Value> {
    let Ok(mut reader) = csv::Reader::from_path(rejects) else { return Vec::new() };
    let row = |row: csv::StringRecord| json!({ "line": row.get(0).and_then(|line| line.parse::<u64>().ok()), "column": row.get(1), "reason": row.get(2), "original": row.get(3) });
    reader.records().flatten().take(TOLD).map(row).collect()
}

/// What a job of an import came to, with the reasons of refused rows in a language where we have them.
pub fn told(result: String, language: Language) -> String {
    if language == Language::English {
        return result;
    }
    let Ok(mut value) = serde_json::from_str::<Value>(&result) else { return result };
    if let Some(reasons) = value.pointer_mut("/imported/reasons")
        && let Ok(counts) = BTreeMap::deserialize(&*reasons)
    {
        *reasons = json!(in_language(counts, language));
    }
    for reject in value.get_mut("rejects").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(Value::String(reason)) = reject.get_mut("reason") {
            *reason = language.tell(std::mem::take(reason));
        }
    }
    value.to_string()
}

/// Refused rows by reason, in a language; reasons that become one are counted together.
pub(super) fn in_language(reasons: BTreeMap<String, u64>, language: Language) -> BTreeMap<String, u64> {
    reasons.into_iter().fold(BTreeMap::new(), |mut told, (reason, count)| {
        *told.entry(language.tell(reason)).or_default() += count;
        told
    })
}

/// Whoever asked for a job.
async fn by(app: &App, job: &str) -> Result<By, AppError> {
    let asked = jobs::find(app.db.read(), job).await?;
    Ok(By::machine(asked.as_ref().map(|job| job.actor.as_str())))
}

/// Takes an import back; `input` is its id as JSON.
///
/// # Errors
/// As [`undo`].
pub async fn take_back(app: &App, job: &str, input: &str, progress: &Progress) -> Result<Value, AppError> {
    let id: String = serde_json::from_str(input).map_err(|error| AppError::Refused(error.to_string()))?;
    let undone = undo(app, &id, &by(app, job).await?, |done| progress.add(done)).await?;
    Ok(json!({ "import": id, "undone": undone }))
}
