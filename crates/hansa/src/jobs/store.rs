//! Jobs as rows.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::Kind;
use crate::app::App;

/// How long a job belongs to whoever took it without a sign of life, in microseconds: a minute.
pub(super) const LEASE_US: i64 = 60_000_000;
/// How often a job is begun that is done once.
const ATTEMPTS_MAX: i64 = 5;
/// How long jobs that ended are kept, in microseconds: 30 days.
const KEPT_US: i64 = 30 * 24 * 3_600_000_000;

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// `job_…`, or the name of its kind for upkeep.
    pub id: String,
    /// What it does.
    pub kind: Kind,
    /// Who asked for it.
    pub actor: String,
    /// What was asked, as JSON.
    pub input: String,
    /// `waiting`, `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// When it was asked for.
    pub created_at: Instant,
    /// When it is due, or when its lease ends; `None` when it has ended.
    pub due_at: Option<Instant>,
    /// How often it was begun.
    pub attempts: i64,
    /// When it was last begun.
    pub started_at: Option<Instant>,
    /// When it last ended.
    pub finished_at: Option<Instant>,
    /// How much is done.
    pub done: i64,
    /// Of how much.
    pub total: Option<i64>,
    /// What came of it, as JSON.
    pub result: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

const COLUMNS: [&str; 14] = [
    "id",
    "kind",
    "actor",
    "input",
    "state",
    "created_at",
    "due_at",
    "attempts",
    "started_at",
    "finished_at",
    "done",
    "total",
    "result",
    "error",
];

/// A job that is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// What it is to do.
    pub kind: Kind,
    /// Who asks.
    pub actor: String,
    /// With what, as JSON.
    pub input: String,
    /// When it is due.
    pub due_at: Instant,
}

/// Writes a job that is due, in the caller's transaction; one with this id stays as it is.
pub async fn ask<C: ConnectionTrait>(conn: &C, asked: Asked, now: Instant) -> Result<(), DbErr> {
    let Asked { id, kind, actor, input, due_at } = asked;
    let columns = ["id", "kind", "actor", "input", "state", "created_at", "due_at", "attempts", "done"];
    let row = vec![
        id.into(),
        kind.name().into(),
        actor.into(),
        input.into(),
        "waiting".into(),
        now.0.into(),
        due_at.0.into(),
        0_i64.into(),
        0_i64.into(),
    ];
    insert_rows(conn, "job", &columns, [row], OnConflict::Ignore { keys: &["id"] }).await.map(drop)
}

/// The upkeep, each in one row that comes due in its time.
pub(super) async fn keep_upkeep(app: &App) -> Result<(), DbErr> {
    let now = app.now();
    let returning = Kind::ALL.into_iter().filter_map(|kind| Some((kind, kind.every_us()?)));
    for (kind, every_us) in returning {
        let asked = &Asked {
            id: kind.name().to_owned(),
            kind,
            actor: "hansa".to_owned(),
            input: "{}".to_owned(),
            due_at: Instant(now.0 + every_us),
        };
        app.db.write(|tx| async move { ask(&tx, asked.clone(), now).await }).await?;
    }
    Ok(())
}

/// Upkeep of a kind is due at `at` and not later, in the caller's transaction.
pub async fn hurry<C: ConnectionTrait>(conn: &C, kind: Kind, at: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE job SET due_at = $1 WHERE id = $2 AND state = 'waiting' AND due_at > $1";
    run(conn, sql, vec![at.0.into(), kind.name().into()]).await.map(drop)
}

/// Whether any job is due.
pub(super) async fn any_due<C: ConnectionTrait>(conn: &C, now: Instant) -> Result<bool, DbErr> {
    Ok(!some(conn, "due_at <= $1 LIMIT 1", vec![now.0.into()]).await?.is_empty())
}

/// Takes the job that has been due for the longest, or whose lease has ended. A job that was begun too often has failed.
pub(super) async fn take<C: ConnectionTrait>(conn: &C, now: Instant) -> Result<Option<Job>, DbErr> {
    while let Some(job) = some(conn, "due_at <= $1 ORDER BY due_at, id LIMIT 1", vec![now.0.into()]).await?.pop() {
        if job.attempts >= ATTEMPTS_MAX && job.kind.every_us().is_none() {
            fail(conn, &job, &format!("it was begun {ATTEMPTS_MAX} times and never ended"), None, now).await?;
            continue;
        }
        let sql = "UPDATE job SET state = 'running', attempts = attempts + 1, started_at = $1, due_at = $2, done = 0, total = NULL \
                   WHERE id = $3 AND attempts = $4 AND due_at <= $1";
        let values = vec![now.0.into(), (now.0 + LEASE_US).into(), job.id.clone().into(), job.attempts.into()];
        if run(conn, sql, values).await? == 1 {
            return Ok(Some(Job { attempts: job.attempts + 1, state: "running".to_owned(), ..job }));
        }
    }
    Ok(None)
}

/// Renews the lease and writes down how far the job is; whether it is still ours.
pub(super) async fn renew<C: ConnectionTrait>(conn: &C, job: &Job, done: u64, total: Option<u64>, now: Instant) -> Result<bool, DbErr> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let sql = "UPDATE job SET due_at = $1, done = $2, total = $3 WHERE id = $4 AND attempts = $5 AND state = 'running'";
    let values =
        vec![(now.0 + LEASE_US).into(), whole(done).into(), Value::BigInt(total.map(whole)), job.id.clone().into(), job.attempts.into()];
    Ok(run(conn, sql, values).await? == 1)
}

/// It ended well. Upkeep waits for its next time.
pub(super) async fn finish<C: ConnectionTrait>(conn: &C, job: &Job, result: &str, now: Instant) -> Result<(), DbErr> {
    let again = job.kind.every_us().map(|every| now.0 + every);
    let state = if again.is_some() { "waiting" } else { "done" };
    let sql = "UPDATE job SET state = $1, due_at = $2, finished_at = $3, result = $4, error = NULL \
               WHERE id = $5 AND attempts = $6 AND state = 'running'";
    let values = vec![state.into(), Value::BigInt(again), now.0.into(), result.into(), job.id.clone().into(), job.attempts.into()];
    run(conn, sql, values).await.map(drop)
}

/// It did not end well; it is tried again at `again`.
pub(super) async fn fail<C: ConnectionTrait>(conn: &C, job: &Job, why: &str, again: Option<Instant>, now: Instant) -> Result<(), DbErr> {
    let again = match job.kind.every_us() {
        Some(every) => Some(now.0 + every),
        None => again.filter(|_| job.attempts < ATTEMPTS_MAX).map(|at| at.0),
    };
    let state = if again.is_some() { "waiting" } else { "failed" };
    let sql = "UPDATE job SET state = $1, due_at = $2, finished_at = $3, error = $4 WHERE id = $5 AND attempts = $6 AND due_at IS NOT NULL";
    let values = vec![state.into(), Value::BigInt(again), now.0.into(), why.into(), job.id.clone().into(), job.attempts.into()];
    run(conn, sql, values).await.map(drop)
}

/// Gives a job back that was begun and is not to count: whoever worked at it goes.
pub(super) async fn give_back<C: ConnectionTrait>(conn: &C, job: &Job, now: Instant) -> Result<(), DbErr> {
    let sql =
        "UPDATE job SET state = 'waiting', due_at = $1, attempts = attempts - 1 WHERE id = $2 AND attempts = $3 AND state = 'running'";
    run(conn, sql, vec![now.0.into(), job.id.clone().into(), job.attempts.into()]).await.map(drop)
}

/// Cancels a job that is done once and has not ended; whether it was so.
pub async fn cancel<C: ConnectionTrait>(conn: &C, job: &Job, now: Instant) -> Result<bool, DbErr> {
    if job.kind.every_us().is_some() {
        return Ok(false);
    }
    let sql = "UPDATE job SET state = 'cancelled', due_at = NULL, finished_at = $1 WHERE id = $2 AND due_at IS NOT NULL";
    Ok(run(conn, sql, vec![now.0.into(), job.id.clone().into()]).await? == 1)
}

/// The job of an id.
pub async fn find<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Job>, DbErr> {
    Ok(some(conn, "id = $1", vec![id.into()]).await?.pop())
}

/// Jobs after a place, the latest first, of one kind where asked.
pub async fn list<C: ConnectionTrait>(conn: &C, kind: Option<&str>, after: Option<(i64, String)>, limit: u64) -> Result<Vec<Job>, DbErr> {
    let (at, id) = after.unwrap_or((i64::MAX, String::new()));
    let which = "(created_at, id) < ($1, $2) AND ($3 = '' OR kind = $3) ORDER BY created_at DESC, id DESC LIMIT $4";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    some(conn, which, vec![at.into(), id.into(), kind.unwrap_or_default().into(), limit.into()]).await
}

/// Forgets jobs that ended long ago; how many.
pub(super) async fn forget_ended<C: ConnectionTrait>(conn: &C, now: Instant) -> Result<u64, DbErr> {
    run(conn, "DELETE FROM job WHERE due_at IS NULL AND finished_at < $1", vec![(now.0 - KEPT_US).into()]).await
}

async fn run<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected())
}

async fn some<C: ConnectionTrait>(conn: &C, which: &str, values: Vec<Value>) -> Result<Vec<Job>, DbErr> {
    let sql = format!("SELECT {} FROM job WHERE {which}", COLUMNS.join(", "));
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Job, DbErr> {
    let kind: String = row.try_get("", "kind")?;
    let at = |column: &str| row.try_get::<Option<i64>>("", column).map(|at| at.map(Instant));
    Ok(Job {
        id: row.try_get("", "id")?,
        kind: Kind::named(&kind).ok_or_else(|| DbErr::Custom(format!("a job of an unknown kind `{kind}`")))?,
        actor: row.try_get("", "actor")?,
        input: row.try_get("", "input")?,
        state: row.try_get("", "state")?,
        created_at: Instant(row.try_get("", "created_at")?),
        due_at: at("due_at")?,
        attempts: row.try_get("", "attempts")?,
        started_at: at("started_at")?,
        finished_at: at("finished_at")?,
        done: row.try_get("", "done")?,
        total: row.try_get("", "total")?,
        result: row.try_get("", "result")?,
        error: row.try_get("", "error")?,
    })
}
