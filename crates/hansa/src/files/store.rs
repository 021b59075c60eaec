//! Files as rows.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::{File, Kind};

const COLUMNS: &[&str] = &["id", "member_id", "name", "type", "bytes", "sha256", "uploaded_by", "uploaded_at", "removed_at"];

pub(super) async fn add<C: ConnectionTrait>(conn: &C, file: &File) -> Result<(), DbErr> {
    let row = vec![
        file.id.clone().into(),
        file.member.clone().into(),
        file.name.clone().into(),
        file.kind.media_type().into(),
        file.bytes.into(),
        file.sha256.clone().into(),
        file.uploaded_by.clone().into(),
        file.uploaded_at.0.into(),
        file.removed_at.map(|at| at.0).into(),
    ];
    insert_rows(conn, "file", COLUMNS, std::iter::once(row), OnConflict::Fail).await.map(drop)
}

pub(super) async fn set_removed<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE file SET removed_at = $2 WHERE id = $1";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [id.into(), Value::from(now.0)])).await.map(drop)
}

/// A file of a member that was not removed.
pub async fn find<C: ConnectionTrait>(conn: &C, member: &str, id: &str) -> Result<Option<File>, DbErr> {
    Ok(by_id(conn, id).await?.filter(|file| file.member == member && file.removed_at.is_none()))
}

pub(super) async fn by_id<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<File>, DbErr> {
    let sql = format!("SELECT {} FROM file WHERE id = $1", COLUMNS.join(", "));
    rows(conn, &sql, vec![id.into()]).await?.first().map(read).transpose()
}

/// Whether a file that was not removed has this content.
pub(super) async fn in_use<C: ConnectionTrait>(conn: &C, sha256: &str) -> Result<bool, DbErr> {
    let sql = "SELECT 1 AS one FROM file WHERE sha256 = $1 AND removed_at IS NULL";
    Ok(!rows(conn, sql, vec![sha256.into()]).await?.is_empty())
}

/// The files of a member after an id, in order of ids, which is that of their arrival.
pub(super) async fn of_member<C: ConnectionTrait>(conn: &C, member: &str, after: Option<&str>, limit: u64) -> Result<Vec<File>, DbErr> {
    let sql =
        format!("SELECT {} FROM file WHERE member_id = $1 AND removed_at IS NULL AND id > $2 ORDER BY id LIMIT $3", COLUMNS.join(", "));
    let values = vec![member.into(), after.unwrap_or_default().into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    rows(conn, &sql, values).await?.iter().map(read).collect()
}

pub(super) async fn count<C: ConnectionTrait>(conn: &C, member: &str) -> Result<u64, DbErr> {
    let sql = "SELECT COUNT(*) AS n FROM file WHERE member_id = $1 AND removed_at IS NULL";
    let n: i64 = rows(conn, sql, vec![member.into()]).await?.first().map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or(0))
}

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

fn read(row: &QueryResult) -> Result<File, DbErr> {
    let kind: String = row.try_get("", "type")?;
    Ok(File {
        id: row.try_get("", "id")?,
        member: row.try_get("", "member_id")?,
        name: row.try_get("", "name")?,
        kind: Kind::named(&kind).ok_or_else(|| DbErr::Custom(format!("a file of an unknown type `{kind}`")))?,
        bytes: row.try_get("", "bytes")?,
        sha256: row.try_get("", "sha256")?,
        uploaded_by: row.try_get("", "uploaded_by")?,
        uploaded_at: Instant(row.try_get("", "uploaded_at")?),
        removed_at: row.try_get::<Option<i64>>("", "removed_at")?.map(Instant),
    })
}
