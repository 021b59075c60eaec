//! A program is put into force, or an older one is put into force again.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use program::Program;
use sea_orm::Value;

use super::versions::{AppliedVersion, versions};
use crate::app::{App, AppError};
use crate::audit::{self, By, Entry};
use crate::jobs;

/// What applying came to.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Applied {
    /// The new version's number.
    pub number: u32,
    /// From when it judges; `None` for the whole past.
    #[serde(serialize_with = "crate::standing::view::maybe_instant")]
    pub effective_from: Option<Instant>,
    /// Whether the same text was in force already, so that nothing was done.
    pub unchanged: bool,
}

/// Puts a checked program into force from an instant; `None` means from now on, or the whole past for the first program.
///
/// # Errors
/// When it would reach into the past without saying `retroactive = true`.
pub async fn apply(app: &App, source: &str, from: Option<Instant>, by: Option<&str>, note: Option<&str>) -> Result<Applied, AppError> {
    put_into_force(app, source, from, by, note, &By::machine(by)).await
}

/// [`apply`] for somebody who calls from outside.
///
/// # Errors
/// As [`apply`].
pub async fn apply_by(app: &App, source: &str, from: Option<Instant>, by: &By, note: Option<&str>) -> Result<Applied, AppError> {
    put_into_force(app, source, from, Some(&by.actor), note, by).await
}

async fn put_into_force(
    app: &App,
    source: &str,
    from: Option<Instant>,
    name: Option<&str>,
    note: Option<&str>,
    by: &By,
) -> Result<Applied, AppError> {
    let program = Program::parse(source).map_err(|problems| AppError::Refused(problems.to_string()))?;
    let now = app.now();
    let retroactive = program.retroactive;
    let applied = app
        .db
        .write(|tx| async move {
            let before = versions(&tx).await?;
            let start = start_of(&before, from, now);
            if let Some(same) = before.last().filter(|last| last.source == source && (from.is_none() || last.effective_from == start)) {
                return Ok(Applied { number: same.number, effective_from: same.effective_from, unchanged: true });
            }
            if !before.is_empty() && !retroactive && start.is_none_or(|start| start < now) {
                return Err(AppError::Refused(
                    "this version would change the past: choose a date that is still to come, or say `retroactive = true` in the file"
                        .to_owned(),
                ));
            }
            let number = before.last().map_or(1, |last| last.number + 1);
            let columns = ["number", "effective_from", "applied_at", "applied_by", "note", "source"];
            let row: Vec<Value> = vec![
                i64::from(number).into(),
                start.map_or(i64::MIN, |start| start.0).into(),
                now.0.into(),
                name.map(str::to_owned).into(),
                note.map(str::to_owned).into(),
                source.to_owned().into(),
            ];
            insert_rows(&tx, "program_version", &columns, [row], OnConflict::Fail).await?;
            let subject = format!("program:{number}");
            let after = serde_json::json!({ "number": number, "effective_from": start.map(|start| start.0) }).to_string();
            let entry =
                Entry { action: "apply_program", member: None, subject, before: None, after: Some(after), why: note.map(str::to_owned) };
            jobs::hurry(&tx, jobs::Kind::Evaluate, start.map_or(now, |start| start.max(now))).await?;
            audit::append(&tx, vec![(by.clone(), entry)], now).await?;
            Ok(Applied { number, effective_from: start, unchanged: false })
        })
        .await?;
    app.reload_timeline().await?;
    app.jobs_asked.notify_one();
    Ok(applied)
}

fn start_of(before: &[AppliedVersion], from: Option<Instant>, now: Instant) -> Option<Instant> {
    match (from, before.is_empty()) {
        (Some(from), _) => Some(from),
        (None, true) => None,
        (None, false) => Some(now),
    }
}

/// Puts an older version's text into force again, as a new version.
///
/// # Errors
/// When there is no such version.
pub async fn rollback(app: &App, number: u32, from: Option<Instant>, by: Option<&str>) -> Result<Applied, AppError> {
    let source = source_of(app, number).await?;
    apply(app, &source, from, by, Some(&back_to(number))).await
}

/// [`rollback`] for somebody who calls from outside.
///
/// # Errors
/// As [`rollback`].
pub async fn rollback_by(app: &App, number: u32, from: Option<Instant>, by: &By) -> Result<Applied, AppError> {
    let source = source_of(app, number).await?;
    apply_by(app, &source, from, by, Some(&back_to(number))).await
}

fn back_to(number: u32) -> String {
    format!("back to version {number}")
}

async fn source_of(app: &App, number: u32) -> Result<String, AppError> {
    let all = versions(app.db.read()).await?;
    let Some(old) = all.iter().find(|version| version.number == number) else {
        let newest = all.last().map_or_else(|| "none was ever applied".to_owned(), |last| format!("versions 1 to {} exist", last.number));
        return Err(AppError::Refused(format!("there is no program version {number}: {newest}")));
    };
    Ok(old.source.clone())
}
