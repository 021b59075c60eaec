//! Sessions as rows.

use axum::http::HeaderMap;
use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

use super::cookie;
use crate::access::{Caller, Role, Whom};
use crate::clock::{Clock, hash};
use crate::people::Person;

const HOUR_US: i64 = 3_600_000_000;
/// How long a session lives without a request, in microseconds: eight hours.
const IDLE_US: i64 = 8 * HOUR_US;
/// How long a session lives at most, in microseconds: seven days.
const LIFE_US: i64 = 7 * 24 * HOUR_US;
/// How long sessions that ended are kept, in microseconds: 30 days.
const KEPT_US: i64 = 30 * 24 * HOUR_US;
/// A request is worth writing down when the last one written down is older, in microseconds: a minute.
const SEEN_EVERY_US: i64 = HOUR_US / 60;
/// The longest description of a browser that is kept.
const AGENT_MAX: usize = 200;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `ses_…`.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// When it began.
    pub created_at: Instant,
    /// When it was last used, to the minute.
    pub seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// From which network address it began.
    pub address: Option<String>,
    /// Which browser began it, as it says.
    pub agent: Option<String>,
}

/// Begins a session; it and its secret.
pub(super) async fn begin<C: ConnectionTrait>(
    conn: &C,
    person: &str,
    address: Option<String>,
    agent: Option<&str>,
    clock: Clock,
) -> Result<(Session, String), DbErr> {
    let (now, secret) = (clock.now(), clock.secret());
    let session = Session {
        id: clock.id("ses"),
        person: person.to_owned(),
        created_at: now,
        seen_at: now,
        expires_at: Instant(now.0 + LIFE_US),
        address,
        agent: agent.map(|agent| agent.chars().filter(|one| !one.is_control()).take(AGENT_MAX).collect()),
    };
    let columns = ["id", "person_id", "hash", "created_at", "seen_at", "expires_at", "address", "agent"];
    let row = vec![
        session.id.clone().into(),
        person.into(),
        hash(&secret).into(),
        now.0.into(),
        now.0.into(),
        session.expires_at.0.into(),
        session.address.clone().into(),
        session.agent.clone().into(),
    ];
    insert_rows(conn, "session", &columns, [row], OnConflict::Fail).await?;
    let signed = "UPDATE person SET signed_in_at = $1 WHERE id = $2";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), signed, [Value::from(now.0), person.into()])).await?;
    Ok((session, secret))
}

/// Who calls with a session's secret, as it is now; `None` when the session has ended or its person may not sign in. Tells whether its use is worth
/// writing down.
///
/// # Errors
/// When the database fails.
pub async fn caller<C: ConnectionTrait>(conn: &C, secret: &str, now: Instant) -> Result<Option<(Caller, bool)>, DbErr> {
    let sql = "SELECT s.id, s.seen_at, p.id AS person, p.role, p.member_id FROM session AS s JOIN person AS p ON p.id = s.person_id \
               WHERE s.hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.seen_at > $3 AND p.disabled_at IS NULL";
    let values = [Value::from(hash(secret)), now.0.into(), (now.0 - IDLE_US).into()];
    let Some(row) = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await? else {
        return Ok(None);
    };
    let role: Role = row.try_get::<String>("", "role")?.parse().map_err(DbErr::Custom)?;
    let caller = Caller {
        whom: if role.of_company() { Whom::Contact } else { Whom::Staff },
        id: row.try_get("", "person")?,
        role: Some(role),
        member: row.try_get("", "member_id")?,
        scopes: Vec::new(),
        session: Some(row.try_get("", "id")?),
    };
    Ok(Some((caller, now.0 - row.try_get::<i64>("", "seen_at")? > SEEN_EVERY_US)))
}

/// Writes down that a session was used.
pub async fn seen<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE session SET seen_at = $1 WHERE id = $2";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(now.0), id.into()])).await.map(drop)
}

/// The sessions of a person that have not ended, the latest first.
pub async fn of_person<C: ConnectionTrait>(conn: &C, person: &str, now: Instant) -> Result<Vec<Session>, DbErr> {
    let which = "person_id = $1 AND ended_at IS NULL AND expires_at > $2 AND seen_at > $3 ORDER BY created_at DESC, id DESC";
    some(conn, which, vec![person.into(), now.0.into(), (now.0 - IDLE_US).into()]).await
}

/// A session by its id, ended or not.
pub async fn find<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Session>, DbErr> {
    Ok(some(conn, "id = $1", vec![id.into()]).await?.pop())
}

/// Ends a session of a person; whether it had not ended before.
pub async fn end<C: ConnectionTrait>(conn: &C, person: &str, id: &str, now: Instant) -> Result<bool, DbErr> {
    let sql = "UPDATE session SET ended_at = $1 WHERE id = $2 AND person_id = $3 AND ended_at IS NULL";
    let values = [Value::from(now.0), id.into(), person.into()];
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// A session that a browser has when another one begins in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Before {
    /// Whose it is.
    pub person: String,
    /// Its id.
    pub session: String,
}

/// The session whose cookie came along, whoever's it is, when it has not ended.
///
/// # Errors
/// When the database fails.
pub async fn brought<C: ConnectionTrait>(conn: &C, headers: &HeaderMap) -> Result<Option<Before>, DbErr> {
    let Some(secret) = cookie::sent(headers, cookie::SESSION) else { return Ok(None) };
    let found = some(conn, "hash = $1 AND ended_at IS NULL", vec![hash(secret).into()]).await?.pop();
    Ok(found.map(|session| Before { person: session.person, session: session.id }))
}

/// Ends all sessions of a person, but for one; how many.
pub async fn end_all<C: ConnectionTrait>(conn: &C, person: &str, but: Option<&str>, now: Instant) -> Result<u64, DbErr> {
    let sql = "UPDATE session SET ended_at = $1 WHERE person_id = $2 AND ended_at IS NULL AND id <> $3";
    let values = [Value::from(now.0), person.into(), but.unwrap_or_default().into()];
    Ok(conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?.rows_affected())
}

/// Forgets sessions that ended long ago; how many.
pub async fn forget_ended<C: ConnectionTrait>(conn: &C, now: Instant) -> Result<u64, DbErr> {
    let sql = "DELETE FROM session WHERE ended_at < $1 OR expires_at < $1 OR seen_at < $2";
    let values = [Value::from(now.0 - KEPT_US), (now.0 - KEPT_US - IDLE_US).into()];
    Ok(conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?.rows_affected())
}

/// Whether a session of a person goes on.
///
/// # Errors
/// When the database fails.
pub async fn goes_on<C: ConnectionTrait>(conn: &C, person: &str, id: &str, now: Instant) -> Result<bool, DbErr> {
    Ok(of_person(conn, person, now).await?.iter().any(|session| session.id == id))
}

/// Forgets the sessions, recovery codes and ceremonies of a person.
pub async fn forget_person<C: ConnectionTrait>(conn: &C, person: &str) -> Result<(), DbErr> {
    for table in ["session", "recovery_code", "ceremony"] {
        let sql = format!("DELETE FROM {table} WHERE person_id = $1");
        conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(person)])).await?;
    }
    Ok(())
}

async fn some<C: ConnectionTrait>(conn: &C, which: &str, values: Vec<Value>) -> Result<Vec<Session>, DbErr> {
    let sql = format!("SELECT id, person_id, created_at, seen_at, expires_at, address, agent FROM session WHERE {which}");
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Session, DbErr> {
    Ok(Session {
        id: row.try_get("", "id")?,
        person: row.try_get("", "person_id")?,
        created_at: Instant(row.try_get("", "created_at")?),
        seen_at: Instant(row.try_get("", "seen_at")?),
        expires_at: Instant(row.try_get("", "expires_at")?),
        address: row.try_get("", "address")?,
        agent: row.try_get("", "agent")?,
    })
}

/// For audits and answers, in which nothing of the person is needed but its name.
pub(crate) fn actor(person: &Person) -> String {
    let kind = if person.role.of_company() { "contact" } else { "staff" };
    format!("{kind}:{}", person.id)
}
