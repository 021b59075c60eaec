//! The outbox as rows.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

/// What letters are sealed for.
pub(super) const PURPOSE: &str = "mail";

/// How a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By mail.
    Mail,
    /// As a short message.
    Texts,
}

impl Channel {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Texts => "sms",
        }
    }
}

/// A letter that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: String,
    pub kind: String,
    pub attempts: i64,
    pub sealed: String,
}

pub async fn insert<C: ConnectionTrait>(
    conn: &C,
    id: &str,
    person: Option<&str>,
    channel: Channel,
    kind: &str,
    sealed: &str,
    now: Instant,
) -> Result<(), DbErr> {
    let columns = ["id", "person_id", "channel", "kind", "sealed", "created_at", "due_at", "attempts"];
    let row = vec![
        id.into(),
        person.map(str::to_owned).into(),
        channel.name().into(),
        kind.into(),
        sealed.into(),
        now.0.into(),
        now.0.into(),
        0_i64.into(),
    ];
    insert_rows(conn, "mail", &columns, [row], OnConflict::Fail).await.map(drop)
}

/// Letters of a channel that are due, the oldest first.
pub async fn due<C: ConnectionTrait>(conn: &C, channel: Channel, now: Instant, limit: i64) -> Result<Vec<Waiting>, DbErr> {
    let sql = "SELECT id, kind, attempts, sealed FROM mail WHERE due_at <= $1 AND sealed IS NOT NULL AND channel = $2 ORDER BY due_at, id LIMIT $3";
    let values = [Value::from(now.0), channel.name().into(), limit.into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter()
        .map(|row| {
            let (id, kind, attempts, sealed) =
                (row.try_get("", "id")?, row.try_get("", "kind")?, row.try_get("", "attempts")?, row.try_get("", "sealed")?);
            Ok(Waiting { id, kind, attempts, sealed })
        })
        .collect()
}

/// A letter as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: String,
    pub person: Option<String>,
    pub channel: Channel,
    pub kind: String,
    pub sealed: Option<String>,
    pub created_at: Instant,
    pub due_at: Instant,
    pub attempts: i64,
    pub sent_at: Option<Instant>,
    pub failed_at: Option<Instant>,
    pub error: Option<String>,
}

const COLUMNS: &str = "id, person_id, channel, kind, sealed, created_at, due_at, attempts, sent_at, failed_at, error";

fn kept(row: &QueryResult) -> Result<Kept, DbErr> {
    let maybe = |name: &str| Ok::<_, DbErr>(row.try_get::<Option<i64>>("", name)?.map(Instant));
    Ok(Kept {
        id: row.try_get("", "id")?,
        person: row.try_get("", "person_id")?,
        channel: if row.try_get::<String>("", "channel")? == Channel::Texts.name() { Channel::Texts } else { Channel::Mail },
        kind: row.try_get("", "kind")?,
        sealed: row.try_get("", "sealed")?,
        created_at: Instant(row.try_get("", "created_at")?),
        due_at: Instant(row.try_get("", "due_at")?),
        attempts: row.try_get("", "attempts")?,
        sent_at: maybe("sent_at")?,
        failed_at: maybe("failed_at")?,
        error: row.try_get("", "error")?,
    })
}

/// Letters, the latest first, of one state or all; after a place where one is given.
pub async fn latest<C: ConnectionTrait>(
    conn: &C,
    state: Option<&str>,
    after: Option<&(i64, String)>,
    limit: u64,
) -> Result<Vec<Kept>, DbErr> {
    let state = match state {
        Some("waiting") => " AND sent_at IS NULL AND failed_at IS NULL",
        Some("sent") => " AND sent_at IS NOT NULL",
        Some(_) => " AND sent_at IS NULL AND failed_at IS NOT NULL",
        None => "",
    };
    let (at, id) = after.cloned().unwrap_or((i64::MAX, String::new()));
    let sql = format!(
        "SELECT {COLUMNS} FROM mail WHERE (created_at < $1 OR (created_at = $1 AND id < $2)){state} ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    let values = [Value::from(at), id.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(kept).collect()
}

/// One letter.
pub async fn find<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Kept>, DbErr> {
    let sql = format!("SELECT {COLUMNS} FROM mail WHERE id = $1");
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id)])).await?;
    row.as_ref().map(kept).transpose()
}

/// Takes a letter to be sent: nobody else does before `until`. Whether it was free.
pub async fn take<C: ConnectionTrait>(conn: &C, letter: &Waiting, until: Instant) -> Result<bool, DbErr> {
    let sql = "UPDATE mail SET attempts = attempts + 1, due_at = $1 WHERE id = $2 AND attempts = $3 AND sealed IS NOT NULL";
    let values = [Value::from(until.0), letter.id.clone().into(), letter.attempts.into()];
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// It was sent: its text is forgotten.
pub async fn sent<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE mail SET sent_at = $1, sealed = NULL, error = NULL WHERE id = $2";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(now.0), id.into()])).await.map(drop)
}

/// It was not sent, and why; `over` when it will not be tried again.
pub async fn failed<C: ConnectionTrait>(conn: &C, id: &str, why: &str, over: Option<Instant>) -> Result<(), DbErr> {
    let sql = match over {
        None => "UPDATE mail SET error = $1 WHERE id = $2",
        Some(_) => "UPDATE mail SET error = $1, failed_at = $3, sealed = NULL WHERE id = $2",
    };
    let values = [Value::from(why), id.into()].into_iter().chain(over.map(|at| Value::from(at.0)));
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

/// Forgets letters that were sent, or given up, before `until`; how many.
pub async fn forget<C: ConnectionTrait>(conn: &C, until: Instant) -> Result<u64, DbErr> {
    let sql = "DELETE FROM mail WHERE sealed IS NULL AND (sent_at < $1 OR failed_at < $1)";
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(until.0)])).await?;
    Ok(done.rows_affected())
}

/// Forgets the letters to a person.
pub async fn forget_person<C: ConnectionTrait>(conn: &C, person: &str) -> Result<(), DbErr> {
    let sql = "DELETE FROM mail WHERE person_id = $1";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(person)])).await.map(drop)
}
