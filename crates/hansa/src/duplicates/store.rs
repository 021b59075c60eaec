//! Keys of names as rows.

use db::{OnConflict, insert_rows, select_in};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use sha2::{Digest, Sha256};

use super::name::Name;
use crate::members::Member;

/// Members that one key leads to at most: a name that so many share says nothing.
const KEY_MAX: i64 = 300;
/// The setting that says by which rules the keys were made.
const SETTING: &str = "name-keys";

/// Writes the keys of members anew.
pub async fn keep<C: ConnectionTrait>(conn: &C, members: &[&Member]) -> Result<(), DbErr> {
    let mut rows: Vec<(i64, String)> = Vec::new();
    for member in members {
        forget(conn, &member.id).await?;
        rows.extend(Name::of(&member.name).keys().iter().map(|key| (hashed(key), member.id.clone())));
    }
    rows.sort_unstable();
    rows.dedup();
    // Two may make them at once, when all are made anew beside a change: either's are right.
    let on_conflict = OnConflict::Ignore { keys: &["key", "member_id"] };
    let rows = rows.into_iter().map(|(key, member)| vec![key.into(), member.into()]);
    insert_rows(conn, "member_name_key", &["key", "member_id"], rows, on_conflict).await.map(drop)
}

/// Takes the keys of a member away.
pub async fn forget<C: ConnectionTrait>(conn: &C, member: &str) -> Result<(), DbErr> {
    let sql = "DELETE FROM member_name_key WHERE member_id = $1";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(member)])).await.map(drop)
}

/// The members that one of the keys leads to.
pub(super) async fn found<C: ConnectionTrait>(conn: &C, keys: &[String]) -> Result<Vec<String>, DbErr> {
    let mut ids = Vec::new();
    for key in keys {
        let sql = "SELECT member_id FROM member_name_key WHERE key = $1 ORDER BY member_id LIMIT $2";
        let values = [Value::from(hashed(key)), KEY_MAX.into()];
        let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
        for row in rows {
            ids.push(row.try_get("", "member_id")?);
        }
    }
    Ok(ids)
}

/// By which rules the keys were made, if all were.
pub(super) async fn rules<C: ConnectionTrait>(conn: &C) -> Result<Option<String>, DbErr> {
    let rows = select_in(conn, "SELECT value FROM setting WHERE name IN {keys}", &[], [Value::from(SETTING)]).await?;
    rows.first().map(|row| row.try_get("", "value")).transpose()
}

pub(super) async fn set_rules<C: ConnectionTrait>(conn: &C, rules: &str) -> Result<(), DbErr> {
    let on_conflict = OnConflict::Replace { keys: &["name"], columns: &["value"] };
    insert_rows(conn, "setting", &["name", "value"], std::iter::once(vec![SETTING.into(), rules.into()]), on_conflict).await.map(drop)
}

/// A key as it is stored: the first 64 bits of its SHA-256, so that an index of millions stays small. Two keys that meet by chance lead to a member
/// more that is compared.
fn hashed(key: &str) -> i64 {
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | i64::from(*byte))
}
