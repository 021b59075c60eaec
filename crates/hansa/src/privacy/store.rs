//! People's keys as rows.

use std::collections::HashMap;

use db::{OnConflict, insert_rows, select_in};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

/// One row: whose key, the key unless it was destroyed, when it was made, when it was destroyed.
pub type Row = (String, Option<String>, i64, Option<i64>);

/// The keys of some people; `None` where it was destroyed.
pub async fn find<C: ConnectionTrait>(conn: &C, subjects: impl Iterator<Item = &str>) -> Result<HashMap<String, Option<String>>, DbErr> {
    let mut subjects: Vec<&str> = subjects.collect();
    subjects.sort_unstable();
    subjects.dedup();
    let sql = "SELECT subject, sealed FROM personal_key WHERE subject IN {keys}";
    let rows = select_in(conn, sql, &[], subjects.into_iter().map(Value::from)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "subject")?, row.try_get("", "sealed")?))).collect()
}

/// Adds keys of people who have none; how many. One that somebody else made or destroyed meanwhile stays as it is.
pub async fn insert<C: ConnectionTrait>(conn: &C, keys: Vec<(String, String)>, now: Instant) -> Result<u64, DbErr> {
    let rows = keys.into_iter().map(|(subject, sealed)| vec![subject.into(), sealed.into(), now.0.into()]);
    insert_rows(conn, "personal_key", &["subject", "sealed", "created_at"], rows, OnConflict::Ignore { keys: &["subject"] }).await
}

/// Writes rows as they are.
pub async fn put<C: ConnectionTrait>(conn: &C, rows: Vec<Row>) -> Result<(), DbErr> {
    let columns = ["subject", "sealed", "created_at", "destroyed_at"];
    let rows = rows.into_iter().map(|(subject, sealed, created_at, destroyed_at)| {
        vec![subject.into(), sealed.into(), created_at.into(), Value::BigInt(destroyed_at)]
    });
    let replace = OnConflict::Replace { keys: &["subject"], columns: &["sealed", "created_at", "destroyed_at"] };
    insert_rows(conn, "personal_key", &columns, rows, replace).await.map(drop)
}

/// Destroys a key, also one that was never made; whether it was there.
pub async fn destroy<C: ConnectionTrait>(conn: &C, subject: &str, now: Instant) -> Result<bool, DbErr> {
    let sql = "INSERT INTO personal_key (subject, sealed, created_at, destroyed_at) VALUES ($1, NULL, $2, $2) \
               ON CONFLICT (subject) DO UPDATE SET sealed = NULL, destroyed_at = $2 WHERE personal_key.destroyed_at IS NULL";
    let values = [Value::from(subject), now.0.into()];
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// Rows after a subject.
pub async fn page<C: ConnectionTrait>(conn: &C, after: &str, limit: i64) -> Result<Vec<Row>, DbErr> {
    let sql = "SELECT subject, sealed, created_at, destroyed_at FROM personal_key WHERE subject > $1 ORDER BY subject LIMIT $2";
    let values = [Value::from(after), limit.into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter()
        .map(|row| {
            Ok((row.try_get("", "subject")?, row.try_get("", "sealed")?, row.try_get("", "created_at")?, row.try_get("", "destroyed_at")?))
        })
        .collect()
}
