//! The imports so far: what each brought, and which of them never came to their end.

use std::collections::{BTreeMap, HashMap};

use db::select_in;
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use crate::app::{App, AppError};

/// The most imports that are listed at a time.
pub const MAX_LISTED: u64 = 10_000;

/// One import that was begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Begun {
    /// Its id, for the undo.
    pub id: String,
    /// What the rows were about.
    pub kind: String,
    /// The files, as they were named.
    pub files: Vec<String>,
    /// The mapping file, where one was named.
    pub mapping: Option<String>,
    /// When it began.
    pub begun: Instant,
    /// When it ended by itself or was stopped; `None` when it was killed, failed, or is still running.
    pub ended: Option<Instant>,
    /// When it last wrote something; `None` before imports said so.
    pub seen: Option<Instant>,
    /// When it was undone.
    pub undone: Option<Instant>,
    /// What it wrote, counted in the database.
    pub wrote: Wrote,
    /// What it said at its end.
    pub said: Option<Said>,
}

/// What an import has on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Wrote {
    /// Facts by kind.
    pub facts: BTreeMap<String, u64>,
    /// Facts of an import that was undone, which count again through this one.
    pub brought_back: u64,
    /// Members created.
    pub members_created: u64,
    /// Members changed.
    pub members_changed: u64,
    /// Contacts created.
    pub contacts_created: u64,
    /// Contacts changed.
    pub contacts_changed: u64,
}

/// The part of an import's answer that the database does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Said {
    /// Rows read.
    pub lines: u64,
    /// Rows that were used.
    pub accepted: u64,
    /// Rows that the mapping leaves out.
    pub skipped: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Refused rows by reason.
    pub reasons: BTreeMap<String, u64>,
    /// It was stopped before the end of its files.
    pub interrupted: bool,
}

/// After how many microseconds without a word an import is taken for dead: two minutes. A batch takes seconds, opening a large workbook
/// longer.
const SILENT_US: i64 = 120_000_000;

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not ended, and wrote something lately.
    Running,
    /// Its files were not read to their end: it was stopped or killed, or it failed.
    Interrupted,
    /// It has read its files to the end.
    Done,
    /// It was taken back.
    Undone,
}

impl State {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Interrupted => "interrupted",
            State::Done => "done",
            State::Undone => "undone",
        }
    }
}

impl Begun {
    /// How far it has come, as of now.
    pub fn state(&self, now: Instant) -> State {
        let lately = self.seen.is_some_and(|seen| now.0.saturating_sub(seen.0) < SILENT_US);
        match (self.undone, self.ended) {
            (Some(_), _) => State::Undone,
            (None, None) if lately => State::Running,
            (None, Some(_)) if self.said.as_ref().is_none_or(|said| !said.interrupted) => State::Done,
            _ => State::Interrupted,
        }
    }
}

const COLUMNS: &str = "id, kind, files, mapping, started_at, finished_at, seen_at, undone_at, counts";

/// The newest imports, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, limit: u64) -> Result<Vec<Begun>, AppError> {
    let sql = format!("SELECT {COLUMNS} FROM import ORDER BY started_at DESC, id DESC LIMIT $1");
    let limit = i64::try_from(limit.min(MAX_LISTED)).unwrap_or(i64::MAX);
    Ok(app.db.read_snapshot(|tx| async move { read(&tx, &sql, limit.into()).await }).await?)
}

/// One import.
///
/// # Errors
/// When there is no such import.
pub async fn show(app: &App, id: &str) -> Result<Begun, AppError> {
    let sql = format!("SELECT {COLUMNS} FROM import WHERE id = $1");
    let found = app.db.read_snapshot(|tx| async move { read(&tx, &sql, id.into()).await }).await?;
    found.into_iter().next().ok_or_else(|| AppError::Refused(format!("there is no import `{id}`: `hansa import list` names them all")))
}

async fn read<C: ConnectionTrait>(conn: &C, sql: &str, value: Value) -> Result<Vec<Begun>, DbErr> {
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [value])).await?;
    let mut found = rows.iter().map(begun).collect::<Result<Vec<_>, _>>()?;
    let mut wrote = wrote(conn, found.iter().map(|import| import.id.clone()).collect()).await?;
    for import in &mut found {
        import.wrote = wrote.remove(&import.id).unwrap_or_default();
    }
    Ok(found)
}

fn begun(row: &QueryResult) -> Result<Begun, DbErr> {
    let id: String = row.try_get("", "id")?;
    let unreadable = |error: serde_json::Error| DbErr::Custom(format!("what import {id} came to cannot be read: {error}"));
    let instant = |name: &str| -> Result<Option<Instant>, DbErr> { Ok(row.try_get::<Option<i64>>("", name)?.map(Instant)) };
    let ended = instant("finished_at")?;
    let said = ended.map(|_| serde_json::from_str(&row.try_get::<String>("", "counts")?).map_err(unreadable)).transpose()?;
    Ok(Begun {
        kind: row.try_get("", "kind")?,
        files: serde_json::from_str(&row.try_get::<String>("", "files")?).map_err(unreadable)?,
        mapping: Some(row.try_get::<String>("", "mapping")?).filter(|file| !file.is_empty()),
        begun: Instant(row.try_get("", "started_at")?),
        ended,
        seen: instant("seen_at")?,
        undone: instant("undone_at")?,
        wrote: Wrote::default(),
        said,
        id,
    })
}

/// Counts what imports have on record: what was written before an import was killed was never said by it.
async fn wrote<C: ConnectionTrait>(conn: &C, imports: Vec<String>) -> Result<HashMap<String, Wrote>, DbErr> {
    let mut found: HashMap<String, Wrote> = HashMap::new();
    let ids = || imports.iter().map(|id| Value::from(id.clone()));
    let count = |row: &QueryResult| -> Result<u64, DbErr> { Ok(u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or(0)) };
    let sql = "SELECT import_id, kind, source, COUNT(*) AS n FROM fact WHERE import_id IN {keys} GROUP BY import_id, kind, source";
    for row in select_in(conn, sql, &[], ids()).await? {
        let wrote = found.entry(row.try_get("", "import_id")?).or_default();
        match row.try_get::<String>("", "kind")? {
            kind if kind == "fact.retracted" && row.try_get::<String>("", "source")? == super::redo::SOURCE => {
                wrote.brought_back += count(&row)?;
            }
            kind => *wrote.facts.entry(kind).or_default() += count(&row)?,
        }
    }
    let sql = "SELECT import_id, entity, CASE WHEN before IS NULL THEN 'created' ELSE 'changed' END AS how, COUNT(*) AS n FROM import_change \
               WHERE import_id IN {keys} GROUP BY import_id, entity, CASE WHEN before IS NULL THEN 'created' ELSE 'changed' END";
    for row in select_in(conn, sql, &[], ids()).await? {
        let wrote = found.entry(row.try_get("", "import_id")?).or_default();
        let (entity, how): (String, String) = (row.try_get("", "entity")?, row.try_get("", "how")?);
        let number = match (entity.as_str(), how.as_str()) {
            ("member", "created") => &mut wrote.members_created,
            ("member", _) => &mut wrote.members_changed,
            (_, "created") => &mut wrote.contacts_created,
            _ => &mut wrote.contacts_changed,
        };
        *number += count(&row)?;
    }
    Ok(found)
}
