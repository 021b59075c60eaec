//! Endpoints and deliveries as rows.

use db::{Dialect, OnConflict, insert_rows, update_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use crate::events::{Event, Place};

/// How long deliveries that ended are kept, in microseconds: 30 days.
const KEPT_US: i64 = 30 * 24 * 3_600_000_000;

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// `whk_…`.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// The kinds of events it wants; none means all.
    pub kinds: Vec<String>,
    /// Its secret, sealed.
    pub secret: String,
    /// The secret before, sealed, with which messages are signed as well.
    pub old_secret: Option<String>,
    /// Until when.
    pub old_until: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// Since when nothing is sent to it.
    pub disabled_at: Option<Instant>,
    /// Why, where Hansa did it.
    pub disabled_why: Option<String>,
    /// Up to where in the stream deliveries were made.
    pub place: Place,
    /// Failures since the last success.
    pub failures: i64,
    /// Since when it has failed.
    pub failing_since: Option<Instant>,
    /// Until when nothing is tried.
    pub paused_until: Option<Instant>,
}

const COLUMNS: [&str; 15] = [
    "id",
    "name",
    "url",
    "kinds",
    "secret",
    "old_secret",
    "old_until",
    "created_at",
    "disabled_at",
    "disabled_why",
    "place_xid",
    "place_seq",
    "failures",
    "failing_since",
    "paused_until",
];

/// What is sent to an endpoint about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The endpoint.
    pub webhook: String,
    /// The event.
    pub place: Place,
    /// Its kind.
    pub kind: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it is tried next; `None` when it has ended.
    pub due_at: Option<Instant>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was taken.
    pub done_at: Option<Instant>,
    /// When it was given up.
    pub failed_at: Option<Instant>,
    /// The last answer.
    pub status: Option<i64>,
    /// What was wrong with it.
    pub error: Option<String>,
}

const DELIVERY: &str = "webhook_id, xid, seq, kind, created_at, due_at, attempts, done_at, failed_at, status, error";

/// Adds an endpoint.
pub async fn insert<C: ConnectionTrait>(conn: &C, webhook: &Webhook) -> Result<(), DbErr> {
    insert_rows(conn, "webhook", &COLUMNS, [row(webhook)], OnConflict::Fail).await.map(drop)
}

/// Writes an endpoint as it is now.
pub async fn update<C: ConnectionTrait>(conn: &C, webhook: &Webhook) -> Result<(), DbErr> {
    update_rows(conn, "webhook", &COLUMNS[..1], &COLUMNS[1..], [row(webhook)]).await.map(drop)
}

/// Removes an endpoint with its deliveries; whether it was there.
pub async fn remove<C: ConnectionTrait>(conn: &C, id: &str) -> Result<bool, DbErr> {
    run(conn, "DELETE FROM delivery WHERE webhook_id = $1", vec![id.into()]).await?;
    Ok(run(conn, "DELETE FROM webhook WHERE id = $1", vec![id.into()]).await? == 1)
}

/// All endpoints, by id.
pub async fn all<C: ConnectionTrait>(conn: &C) -> Result<Vec<Webhook>, DbErr> {
    some(conn, "1 = 1 ORDER BY id", Vec::new()).await
}

/// An endpoint.
pub async fn find<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Webhook>, DbErr> {
    Ok(some(conn, "id = $1", vec![id.into()]).await?.pop())
}

/// An endpoint that is about to be changed: on PostgreSQL nobody else changes it until this transaction ends.
pub async fn lock<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Webhook>, DbErr> {
    let which = match Dialect::of(conn.get_database_backend()) {
        Dialect::Sqlite => "id = $1",
        Dialect::Postgres => "id = $1 FOR UPDATE",
    };
    Ok(some(conn, which, vec![id.into()]).await?.pop())
}

async fn some<C: ConnectionTrait>(conn: &C, which: &str, values: Vec<Value>) -> Result<Vec<Webhook>, DbErr> {
    let sql = format!("SELECT {} FROM webhook WHERE {which}", COLUMNS.join(", "));
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?.iter().map(read).collect()
}

/// Makes deliveries of events and moves the place of their endpoint, unless somebody else did so; whether it was so.
pub async fn fan_out<C: ConnectionTrait>(conn: &C, webhook: &Webhook, events: &[Event], to: Place, now: Instant) -> Result<bool, DbErr> {
    let sql = "UPDATE webhook SET place_xid = $1, place_seq = $2 WHERE id = $3 AND place_xid = $4 AND place_seq = $5";
    let values = vec![to.0.into(), to.1.into(), webhook.id.clone().into(), webhook.place.0.into(), webhook.place.1.into()];
    if run(conn, sql, values).await? == 0 {
        return Ok(false);
    }
    let columns = ["webhook_id", "xid", "seq", "kind", "created_at", "due_at", "attempts"];
    let rows = events.iter().map(|event| {
        vec![
            webhook.id.clone().into(),
            event.place.0.into(),
            event.place.1.into(),
            event.kind.clone().into(),
            now.0.into(),
            now.0.into(),
            0_i64.into(),
        ]
    });
    // Replayed before they came by themselves.
    let known = OnConflict::Ignore { keys: &["webhook_id", "xid", "seq"] };
    insert_rows(conn, "delivery", &columns, rows, known).await?;
    Ok(true)
}

/// Deliveries that are due to endpoints that take them now, the oldest first.
pub async fn due<C: ConnectionTrait>(conn: &C, now: Instant, limit: i64) -> Result<Vec<Delivery>, DbErr> {
    let sql = format!(
        "SELECT {} FROM delivery AS d JOIN webhook AS w ON w.id = d.webhook_id WHERE d.due_at <= $1 AND w.disabled_at IS NULL \
         AND (w.paused_until IS NULL OR w.paused_until <= $1) ORDER BY d.due_at, d.xid, d.seq LIMIT $2",
        DELIVERY.split(", ").map(|column| format!("d.{column}")).collect::<Vec<_>>().join(", ")
    );
    let values = [Value::from(now.0), limit.into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(read_delivery).collect()
}

/// Takes a delivery to be tried: nobody else tries it before `until`. Whether it was free.
pub async fn take<C: ConnectionTrait>(conn: &C, delivery: &Delivery, until: Instant) -> Result<bool, DbErr> {
    let sql = "UPDATE delivery SET attempts = attempts + 1, due_at = $1 WHERE webhook_id = $2 AND xid = $3 AND seq = $4 AND attempts = $5 AND due_at IS NOT NULL";
    let values =
        vec![until.0.into(), delivery.webhook.clone().into(), delivery.place.0.into(), delivery.place.1.into(), delivery.attempts.into()];
    Ok(run(conn, sql, values).await? == 1)
}

/// Writes down how a try ended.
pub async fn tried<C: ConnectionTrait>(conn: &C, delivery: &Delivery) -> Result<(), DbErr> {
    let sql = "UPDATE delivery SET due_at = $1, done_at = $2, failed_at = $3, status = $4, error = $5 WHERE webhook_id = $6 AND xid = $7 AND seq = $8";
    let at = |at: Option<Instant>| Value::BigInt(at.map(|at| at.0));
    let values = vec![
        at(delivery.due_at),
        at(delivery.done_at),
        at(delivery.failed_at),
        Value::BigInt(delivery.status),
        Value::String(delivery.error.clone()),
        delivery.webhook.clone().into(),
        delivery.place.0.into(),
        delivery.place.1.into(),
    ];
    run(conn, sql, values).await.map(drop)
}

/// Deliveries of an endpoint before a place, the latest first: all, or those that `waiting`, are `done`, or `failed`.
pub async fn log<C: ConnectionTrait>(
    conn: &C,
    webhook: &str,
    state: &str,
    before: Option<Place>,
    limit: u64,
) -> Result<Vec<Delivery>, DbErr> {
    let Place(xid, seq) = before.unwrap_or(Place(i64::MAX, i64::MAX));
    let which = match state {
        "waiting" => "due_at IS NOT NULL",
        "done" => "done_at IS NOT NULL",
        "failed" => "failed_at IS NOT NULL",
        _ => "1 = 1",
    };
    let sql = format!(
        "SELECT {DELIVERY} FROM delivery WHERE webhook_id = $1 AND (xid, seq) < ($2, $3) AND {which} ORDER BY xid DESC, seq DESC LIMIT $4"
    );
    let values = [Value::from(webhook), xid.into(), seq.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(read_delivery).collect()
}

/// Deliveries of a range of time are due again, those that were given up or all; how many.
pub async fn again<C: ConnectionTrait>(
    conn: &C,
    webhook: &str,
    (from, until): (Instant, Instant),
    failed_only: bool,
    now: Instant,
) -> Result<u64, DbErr> {
    let which = if failed_only { "failed_at IS NOT NULL" } else { "due_at IS NULL" };
    let sql = format!(
        "UPDATE delivery SET due_at = $1, attempts = 0, done_at = NULL, failed_at = NULL WHERE webhook_id = $2 AND created_at >= $3 AND created_at <= $4 AND {which}"
    );
    run(conn, &sql, vec![now.0.into(), webhook.into(), from.0.into(), until.0.into()]).await
}

/// Forgets deliveries that ended long ago; how many.
pub async fn forget_ended<C: ConnectionTrait>(conn: &C, now: Instant) -> Result<u64, DbErr> {
    run(conn, "DELETE FROM delivery WHERE due_at IS NULL AND created_at < $1", vec![(now.0 - KEPT_US).into()]).await
}

async fn run<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected())
}

fn row(webhook: &Webhook) -> Vec<Value> {
    let at = |at: Option<Instant>| Value::BigInt(at.map(|at| at.0));
    vec![
        webhook.id.clone().into(),
        webhook.name.clone().into(),
        webhook.url.clone().into(),
        webhook.kinds.join(" ").into(),
        webhook.secret.clone().into(),
        webhook.old_secret.clone().into(),
        at(webhook.old_until),
        webhook.created_at.0.into(),
        at(webhook.disabled_at),
        webhook.disabled_why.clone().into(),
        webhook.place.0.into(),
        webhook.place.1.into(),
        webhook.failures.into(),
        at(webhook.failing_since),
        at(webhook.paused_until),
    ]
}

fn read(row: &QueryResult) -> Result<Webhook, DbErr> {
    let at = |column: &str| row.try_get::<Option<i64>>("", column).map(|at| at.map(Instant));
    Ok(Webhook {
        id: row.try_get("", "id")?,
        name: row.try_get("", "name")?,
        url: row.try_get("", "url")?,
        kinds: row.try_get::<String>("", "kinds")?.split_whitespace().map(str::to_owned).collect(),
        secret: row.try_get("", "secret")?,
        old_secret: row.try_get("", "old_secret")?,
        old_until: at("old_until")?,
        created_at: Instant(row.try_get("", "created_at")?),
        disabled_at: at("disabled_at")?,
        disabled_why: row.try_get("", "disabled_why")?,
        place: Place(row.try_get("", "place_xid")?, row.try_get("", "place_seq")?),
        failures: row.try_get("", "failures")?,
        failing_since: at("failing_since")?,
        paused_until: at("paused_until")?,
    })
}

fn read_delivery(row: &QueryResult) -> Result<Delivery, DbErr> {
    let at = |column: &str| row.try_get::<Option<i64>>("", column).map(|at| at.map(Instant));
    Ok(Delivery {
        webhook: row.try_get("", "webhook_id")?,
        place: Place(row.try_get("", "xid")?, row.try_get("", "seq")?),
        kind: row.try_get("", "kind")?,
        created_at: Instant(row.try_get("", "created_at")?),
        due_at: at("due_at")?,
        attempts: row.try_get("", "attempts")?,
        done_at: at("done_at")?,
        failed_at: at("failed_at")?,
        status: row.try_get("", "status")?,
        error: row.try_get("", "error")?,
    })
}
