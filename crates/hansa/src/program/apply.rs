//! A program is put into force, or an older one is put into force again.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use program::Program;
use sea_orm::{ConnectionTrait, Value};

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
    put_into_force(app, NewVersion { source, from, name: by, note }, &By::machine(by)).await
}

/// [`apply`] for somebody who calls from outside.
///
/// # Errors
/// As [`apply`].
pub async fn apply_by(app: &App, source: &str, from: Option<Instant>, by: &By, note: Option<&str>) -> Result<Applied, AppError> {
    put_into_force(app, NewVersion { source, from, name: Some(&by.actor), note }, by).await
}

/// A program to be put into force.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    /// The file, TOML.
    pub source: &'a str,
    /// From when it judges.
    pub from: Option<Instant>,
    /// By whom.
    pub name: Option<&'a str>,
    /// Why.
    pub note: Option<&'a str>,
}

async fn put_into_force(app: &App, new: NewVersion<'_>, by: &By) -> Result<Applied, AppError> {
    let now = app.now();
    let applied = app.db.write(|tx| async move { apply_in(&tx, new, by, now).await }).await?;
    app.reload_timeline().await?;
    app.jobs_asked.notify_one();
    Ok(applied)
}

/// [`apply_by`] in the caller's transaction. Afterwards the caller has the timeline read anew and the jobs looked at.
///
/// # Errors
/// As [`apply`].
pub async fn apply_in<C: ConnectionTrait>(conn: &C, new: NewVersion<'_>, by: &By, now: Instant) -> Result<Applied, AppError> {
    let NewVersion { source, from, name, note } = new;
    let retroactive = Program::parse(source).map_err(|problems| AppError::Refused(problems.to_string()))?.retroactive;
    let before = versions(conn).await?;
    let start = start_of(&before, from, now);
    if let Some(same) = before.last().filter(|last| last.source == source && (from.is_none() || last.effective_from == start)) {
        return Ok(Applied { number: same.number, effective_from: same.effective_from, unchanged: true });
    }
    if !before.is_empty() && !retroactive && start.is_none_or(|start| start < now) {
        return Err(AppError::Refused(
            "this version would change the past: choose a date that is still to come, or say `retroactive = true` in the file".to_owned(),
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
    insert_rows(conn, "program_version", &columns, [row], OnConflict::Fail).await?;
    let subject = format!("program:{number}");
    let after = serde_json::json!({ "number": number, "effective_from": start.map(|start| start.0) }).to_string();
    let entry = Entry { action: "apply_program", member: None, subject, before: None, after: Some(after), why: note.map(str::to_owned) };
    jobs::hurry(conn, jobs::Kind::Evaluate, start.map_or(now, |start| start.max(now))).await?;
    audit::append(conn, vec![(by.clone(), entry)], now).await?;
    Ok(Applied { number, effective_from: start, unchanged: false })
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

/// Why an older version is put into force again.
pub(super) fn back_to(number: u32) -> String {
    format!("back to version {number}")
}

/// The file of an older version.
///
/// # Errors
/// When there is no such version.
pub(super) async fn source_of(app: &App, number: u32) -> Result<String, AppError> {
    let all = versions(app.db.read()).await?;
    let Some(old) = all.iter().find(|version| version.number == number) else {
        let newest = all.last().map_or_else(|| "none was ever applied".to_owned(), |last| format!("versions 1 to {} exist", last.number));
        return Err(AppError::Refused(format!("there is no program version {number}: {newest}")));
    };
    Ok(old.source.clone())
}
