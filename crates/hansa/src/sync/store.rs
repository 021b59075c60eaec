//! Positions as rows.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::Position;

const COLUMNS: [&str; 7] = ["name", "source", "position", "begun_at", "ended_at", "outcome", "error"];

/// How far a source was read, and what came of it last.
#[derive(Clone, Debug, PartialEq)]
pub struct Stand {
    /// The name in its file.
    pub name: String,
    /// Where it is, without secrets.
    pub source: String,
    /// How far it was read.
    pub position: Position,
    /// When it was last begun to be read.
    pub begun_at: Instant,
    /// When that ended; not yet, or not by itself, when empty.
    pub ended_at: Option<Instant>,
    /// What it came to, as JSON.
    pub outcome: Option<serde_json::Value>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Writes down that a source begins to be read; how far it was read before. With `anew` it is read from the beginning.
pub(super) async fn begin<C: ConnectionTrait>(conn: &C, name: &str, source: &str, anew: bool, now: Instant) -> Result<Position, DbErr> {
    let row = vec![name.into(), source.into(), "".into(), now.0.into(), none(), Value::String(None), Value::String(None)];
    insert_rows(conn, "sync", &COLUMNS, [row], OnConflict::Ignore { keys: &["name"] }).await?;
    let sql = "UPDATE sync SET source = $2, begun_at = $3, ended_at = NULL, outcome = NULL, error = NULL WHERE name = $1";
    execute(conn, sql, vec![name.into(), source.into(), now.0.into()]).await?;
    if anew {
        execute(conn, "UPDATE sync SET position = '' WHERE name = $1", vec![name.into()]).await?;
    }
    Ok(find(conn, name).await?.map(|stand| stand.position).unwrap_or_default())
}

/// Moves a position from where it was; `false` when it is somewhere else.
pub(super) async fn moved<C: ConnectionTrait>(conn: &C, name: &str, from: &Position, to: &Position) -> Result<bool, DbErr> {
    let sql = "UPDATE sync SET position = $2 WHERE name = $1 AND position = $3";
    Ok(execute(conn, sql, vec![name.into(), to.written().into(), from.written().into()]).await? > 0)
}

/// Writes down how it ended.
pub(super) async fn end<C: ConnectionTrait>(conn: &C, name: &str, outcome: &str, error: Option<&str>, now: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE sync SET ended_at = $2, outcome = $3, error = $4 WHERE name = $1";
    let error = Value::String(error.map(str::to_owned));
    execute(conn, sql, vec![name.into(), now.0.into(), outcome.into(), error]).await.map(drop)
}

/// All that were ever read, by name.
///
/// # Errors
/// When the database fails.
pub async fn all<C: ConnectionTrait>(conn: &C) -> Result<Vec<Stand>, DbErr> {
    let sql = format!("SELECT {} FROM sync ORDER BY name", COLUMNS.join(", "));
    conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?.iter().map(read).collect()
}

/// The one of a name.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(conn: &C, name: &str) -> Result<Option<Stand>, DbErr> {
    let sql = format!("SELECT {} FROM sync WHERE name = $1", COLUMNS.join(", "));
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [name.into()])).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &QueryResult) -> Result<Stand, DbErr> {
    let outcome: Option<String> = row.try_get("", "outcome")?;
    Ok(Stand {
        name: row.try_get("", "name")?,
        source: row.try_get("", "source")?,
        position: Position::of(&row.try_get::<String>("", "position")?),
        begun_at: Instant(row.try_get("", "begun_at")?),
        ended_at: row.try_get::<Option<i64>>("", "ended_at")?.map(Instant),
        outcome: outcome.and_then(|text| serde_json::from_str(&text).ok()),
        error: row.try_get("", "error")?,
    })
}

fn none() -> Value {
    Value::BigInt(None)
}

async fn execute<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected())
}
