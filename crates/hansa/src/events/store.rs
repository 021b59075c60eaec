//! The stream as rows.

use std::collections::HashMap;

use db::{Dialect, select_in, select_join};
use ledger::Instant;
use program::decision::Decision;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::wanted;
use crate::app::{App, AppError};
use crate::facts::{FactView, decision_from_row, fact_from_row};
use crate::language::Language;
use crate::standing::receipt;
use crate::vault;

/// A place in the stream: of the transaction, and of the event in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place(pub i64, pub i64);

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Where it stands.
    pub place: Place,
    /// When it was written.
    pub at: Instant,
    /// `fact.order.completed`, `tier.changed`, …
    pub kind: String,
    /// The enterprise it is about.
    pub member: String,
    /// What it says.
    pub data: serde_json::Value,
    subject: String,
    revision: Option<i64>,
}

/// The name of this stream: another one after a restore, so that nobody takes a place of the old for one of the new.
///
/// # Errors
/// When the database fails.
pub async fn stream(app: &App) -> Result<String, DbErr> {
    if let Some(name) = vault::setting(app.db.read(), NAME).await? {
        return Ok(name);
    }
    let name = &app.clock.secret()[..8];
    app.db.write(|tx| async move { vault::set_once(&tx, NAME, name).await }).await
}

const NAME: &str = "stream";

/// The stream begins anew, in the caller's transaction.
pub async fn forget<C: ConnectionTrait>(conn: &C) -> Result<(), DbErr> {
    let sql = "DELETE FROM setting WHERE name IN ($1, $2)";
    let names = [Value::from(NAME), BEGINS.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, names)).await.map(drop)
}

/// The end of the stream: nothing that stands before it comes any more.
///
/// # Errors
/// When the database fails.
pub async fn end<C: ConnectionTrait>(conn: &C) -> Result<Place, DbErr> {
    let sql = match Dialect::of(conn.get_database_backend()) {
        Dialect::Sqlite => "SELECT CAST(0 AS INTEGER) AS xid, COALESCE(MAX(seq), 0) AS seq FROM event",
        // Those that are not visible yet have higher transactions.
        Dialect::Postgres => {
            "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) - 1 AS xid, CAST(9223372036854775807 AS BIGINT) AS seq"
        }
    };
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    let last = row.map_or(Ok(Place::default()), |row| Ok::<_, DbErr>(Place(row.try_get("", "xid")?, row.try_get("", "seq")?)))?;
    // Nothing may be left of it.
    Ok(last.max(begins(conn).await?))
}

/// Events after a place, the oldest first, at most so many, of some kinds; and the place after which to go on, also where none of these was wanted.
///
/// # Errors
/// When the database fails or no program is in force.
pub async fn after(app: &App, place: Place, kinds: &[String], limit: u64) -> Result<(Vec<Event>, Place), AppError> {
    let (mut events, last) = pointers(app, place, kinds, limit).await?;
    told(app, &mut events).await?;
    Ok((events, last))
}

/// [`after`], without what they say.
///
/// # Errors
/// When the database fails.
pub async fn pointers(app: &App, place: Place, kinds: &[String], limit: u64) -> Result<(Vec<Event>, Place), DbErr> {
    let conn = app.db.read();
    let columns = "seq, xid, at, kind, member_id, subject, revision";
    let sql = match Dialect::of(conn.get_database_backend()) {
        Dialect::Sqlite => format!("SELECT {columns} FROM event WHERE xid >= $1 AND seq > $2 ORDER BY seq LIMIT $3"),
        Dialect::Postgres => format!(
            "SELECT {columns} FROM event WHERE (xid, seq) > ($1, $2) \
             AND xid < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) ORDER BY xid, seq LIMIT $3"
        ),
    };
    let values = [Value::from(place.0), place.1.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let mut events: Vec<Event> = rows.iter().map(read).collect::<Result<_, DbErr>>()?;
    let last = events.last().map_or(place, |last| last.place);
    events.retain(|event| wanted(kinds, &event.kind));
    Ok((events, last))
}

fn read(row: &QueryResult) -> Result<Event, DbErr> {
    Ok(Event {
        place: Place(row.try_get("", "xid")?, row.try_get("", "seq")?),
        at: Instant(row.try_get("", "at")?),
        kind: row.try_get("", "kind")?,
        member: row.try_get("", "member_id")?,
        data: serde_json::Value::Null,
        subject: row.try_get("", "subject")?,
        revision: row.try_get("", "revision")?,
    })
}

/// Reads what events say.
async fn told(app: &App, events: &mut [Event]) -> Result<(), AppError> {
    if events.is_empty() {
        return Ok(());
    }
    let (conn, timeline) = (app.db.read(), app.timeline_in(app.db.read()).await?);
    let sql = "SELECT id, member_id, kind, occurred_at, recorded_at, source, actor, corrects, body FROM fact WHERE id IN {keys}";
    let ids = events.iter().filter(|event| event.revision.is_none()).map(|event| Value::from(event.subject.as_str()));
    let mut facts = HashMap::new();
    for row in select_in(conn, sql, &[], ids).await? {
        let fact = fact_from_row(&row)?;
        facts.insert(fact.id.to_string(), json!(FactView::of(&fact)));
    }
    let sql = "SELECT d.member_id, d.key, d.revision, d.effective_at, d.version, d.rule, d.cause, d.body FROM {keys} AS k \
               JOIN decision AS d ON d.member_id = k.column1 AND d.key = k.column2 AND d.revision = k.column3";
    let decided = events
        .iter()
        .filter_map(|event| Some(vec![Value::from(event.member.as_str()), event.subject.as_str().into(), event.revision?.into()]));
    let mut decisions: HashMap<(String, String, i64), Decision> = HashMap::new();
    for row in select_join(conn, sql, &[], decided).await? {
        let at = (row.try_get("", "member_id")?, row.try_get("", "key")?, row.try_get("", "revision")?);
        decisions.insert(at, decision_from_row(&row)?);
    }
    for event in events {
        event.data = match event.revision {
            None => facts.get(&event.subject).cloned().unwrap_or_default(),
            Some(revision) => {
                let decision = decisions.get(&(event.member.clone(), event.subject.clone(), revision)).cloned();
                // An odd revision takes the decision back.
                let told = decision.map(|decision| receipt(&timeline, decision, &[], Language::English));
                json!({ "member": event.member, "withdrawn": revision % 2 == 1, "receipt": told })
            }
        };
    }
    Ok(())
}

/// Forgets events from before `until`; how many. It is kept where the stream begins from then on.
pub async fn forget_before<C: ConnectionTrait>(conn: &C, until: Instant) -> Result<u64, DbErr> {
    let run = |sql: &str| Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(until.0)]);
    let last = conn.query_one_raw(run("SELECT xid, seq FROM event WHERE at < $1 ORDER BY xid DESC, seq DESC LIMIT 1")).await?;
    let Some(last) = last else { return Ok(0) };
    let place = Place(last.try_get("", "xid")?, last.try_get("", "seq")?);
    vault::set(conn, BEGINS, &json!(place).to_string()).await?;
    Ok(conn.execute_raw(run("DELETE FROM event WHERE at < $1")).await?.rows_affected())
}

/// The place before the first event that is kept.
///
/// # Errors
/// When the database fails.
pub async fn begins<C: ConnectionTrait>(conn: &C) -> Result<Place, DbErr> {
    let kept = vault::setting(conn, BEGINS).await?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

const BEGINS: &str = "stream-begins";
