//! Keys as rows.

use db::{OnConflict, insert_rows, update_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::caller::Role;

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id, `key_…`.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Whose operations it may call.
    pub role: Role,
    /// The enterprise it acts for.
    pub member: Option<String>,
    /// The groups of operations.
    pub scopes: Vec<String>,
    /// SHA-256 of the secret, base64url.
    pub hash: String,
    /// That of the secret before the last rotation.
    pub old_hash: Option<String>,
    /// Until when the old secret works.
    pub old_until: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// When it was ended before its time.
    pub revoked_at: Option<Instant>,
    /// When it was last used, to the hour.
    pub used_at: Option<Instant>,
}

const COLUMNS: [&str; 12] =
    ["id", "name", "role", "member_id", "scopes", "hash", "old_hash", "old_until", "created_at", "expires_at", "revoked_at", "used_at"];

pub async fn insert<C: ConnectionTrait>(conn: &C, key: &Row) -> Result<(), DbErr> {
    insert_rows(conn, "api_key", &COLUMNS, [row(key)], OnConflict::Fail).await.map(drop)
}

pub async fn update<C: ConnectionTrait>(conn: &C, key: &Row) -> Result<(), DbErr> {
    update_rows(conn, "api_key", &COLUMNS[..1], &COLUMNS[1..], [row(key)]).await.map(drop)
}

pub async fn used<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE api_key SET used_at = $1 WHERE id = $2";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(now.0), id.into()])).await.map(drop)
}

pub async fn find<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Row>, DbErr> {
    let sql = format!("SELECT {} FROM api_key WHERE id = $1", COLUMNS.join(", "));
    let found = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id)])).await?;
    found.as_ref().map(read).transpose()
}

pub async fn all<C: ConnectionTrait>(conn: &C) -> Result<Vec<Row>, DbErr> {
    let sql = format!("SELECT {} FROM api_key ORDER BY created_at DESC, id DESC", COLUMNS.join(", "));
    conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?.iter().map(read).collect()
}

fn row(key: &Row) -> Vec<Value> {
    vec![
        key.id.clone().into(),
        key.name.clone().into(),
        key.role.name().into(),
        key.member.clone().into(),
        key.scopes.join(" ").into(),
        key.hash.clone().into(),
        key.old_hash.clone().into(),
        key.old_until.map(|at| at.0).into(),
        key.created_at.0.into(),
        key.expires_at.0.into(),
        key.revoked_at.map(|at| at.0).into(),
        key.used_at.map(|at| at.0).into(),
    ]
}

fn read(row: &QueryResult) -> Result<Row, DbErr> {
    let instant = |column: &str| row.try_get::<Option<i64>>("", column).map(|at| at.map(Instant));
    let role: String = row.try_get("", "role")?;
    Ok(Row {
        id: row.try_get("", "id")?,
        name: row.try_get("", "name")?,
        role: role.parse().map_err(DbErr::Custom)?,
        member: row.try_get("", "member_id")?,
        scopes: row.try_get::<String>("", "scopes")?.split(' ').map(str::to_owned).collect(),
        hash: row.try_get("", "hash")?,
        old_hash: row.try_get("", "old_hash")?,
        old_until: instant("old_until")?,
        created_at: Instant(row.try_get("", "created_at")?),
        expires_at: Instant(row.try_get("", "expires_at")?),
        revoked_at: instant("revoked_at")?,
        used_at: instant("used_at")?,
    })
}
