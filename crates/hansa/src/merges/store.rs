//! Merges as rows.

use db::{Dialect, OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::{Merge, Moved};

const COLUMNS: &[&str] = &["id", "source_id", "survivor_id", "at", "actor", "why", "moved", "undone_at"];

/// Tables whose rows go over, and the column that names a row.
pub(super) const TABLES: [(&str, &str); 10] = [
    ("contact", "id"),
    ("person", "id"),
    ("api_key", "id"),
    ("registration", "id"),
    ("file", "id"),
    ("redemption_order", "id"),
    ("approval", "id"),
    ("verification_case", "id"),
    ("verification_evidence", "case_id"),
    ("verification_step", "case_id"),
];

/// Tables that follow from the facts: nothing of a merged member is left in them.
const DERIVED: [&str; 6] = ["member_state", "member_tier", "member_order", "lot", "redemption", "reservation"];

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

async fn run<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<(), DbErr> {
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

async fn number<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<i64, DbErr> {
    rows(conn, sql, values).await?.first().map_or(Ok(0), |row| row.try_get("", "n"))
}

pub(super) async fn insert<C: ConnectionTrait>(conn: &C, merge: &Merge) -> Result<(), DbErr> {
    let row = vec![
        merge.id.clone().into(),
        merge.source.clone().into(),
        merge.survivor.clone().into(),
        merge.at.0.into(),
        merge.actor.clone().into(),
        merge.why.clone().into(),
        serde_json::json!(merge.moved).to_string().into(),
        Value::BigInt(None),
    ];
    insert_rows(conn, "member_merge", COLUMNS, [row], OnConflict::Fail).await.map(drop)
}

pub(super) async fn undone<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    run(conn, "UPDATE member_merge SET undone_at = $1 WHERE id = $2", vec![now.0.into(), id.into()]).await
}

/// A merge of a survivor; held until the transaction ends.
pub(super) async fn hold<C: ConnectionTrait>(conn: &C, survivor: &str, id: &str) -> Result<Option<Merge>, DbErr> {
    let held = if Dialect::of(conn.get_database_backend()) == Dialect::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!("SELECT {} FROM member_merge WHERE survivor_id = $1 AND id = $2{held}", COLUMNS.join(", "));
    rows(conn, &sql, vec![survivor.into(), id.into()]).await?.first().map(read).transpose()
}

/// The merges of a survivor, the latest first.
pub(super) async fn of<C: ConnectionTrait>(conn: &C, survivor: &str, limit: u64) -> Result<Vec<Merge>, DbErr> {
    let sql = format!("SELECT {} FROM member_merge WHERE survivor_id = $1 ORDER BY at DESC, id DESC LIMIT $2", COLUMNS.join(", "));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows(conn, &sql, vec![survivor.into(), limit.into()]).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Merge, DbErr> {
    let id: String = row.try_get("", "id")?;
    let moved = serde_json::from_str::<Moved>(&row.try_get::<String>("", "moved")?);
    Ok(Merge {
        source: row.try_get("", "source_id")?,
        survivor: row.try_get("", "survivor_id")?,
        at: Instant(row.try_get("", "at")?),
        actor: row.try_get("", "actor")?,
        why: row.try_get("", "why")?,
        moved: moved.map_err(|error| DbErr::Custom(format!("what merge {id} moved cannot be read: {error}")))?,
        undone_at: row.try_get::<Option<i64>>("", "undone_at")?.map(Instant),
        id,
    })
}

/// How many facts members have.
pub(super) async fn facts<C: ConnectionTrait>(conn: &C, members: &[String]) -> Result<i64, DbErr> {
    let sql = format!("SELECT COUNT(*) AS n FROM fact WHERE {}", crate::members::among("member_id", 1, members));
    number(conn, &sql, members.iter().map(|id| id.clone().into()).collect()).await
}

/// How many rows of a table a member has.
pub(super) async fn owned<C: ConnectionTrait>(conn: &C, table: &str, member: &str) -> Result<i64, DbErr> {
    number(conn, &format!("SELECT COUNT(*) AS n FROM {table} WHERE member_id = $1"), vec![member.into()]).await
}

/// How many verifications of a member run.
pub(super) async fn running<C: ConnectionTrait>(conn: &C, member: &str) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) AS n FROM verification_case WHERE member_id = $1 AND status IN ('open', 'waiting', 'appealed')";
    number(conn, sql, vec![member.into()]).await
}

/// The subsidiaries of a member.
pub(super) async fn subsidiaries<C: ConnectionTrait>(conn: &C, member: &str) -> Result<Vec<String>, DbErr> {
    let found = rows(conn, "SELECT id FROM member WHERE parent_id = $1 ORDER BY id", vec![member.into()]).await?;
    found.iter().map(|row| row.try_get("", "id")).collect()
}

/// Numbers of orders that two members both have.
pub(super) async fn same_orders<C: ConnectionTrait>(conn: &C, one: &str, other: &str, limit: i64) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT a.number FROM member_order AS a JOIN member_order AS b ON b.member_id = $2 AND b.number = a.number \
               WHERE a.member_id = $1 ORDER BY a.number LIMIT $3";
    rows(conn, sql, vec![one.into(), other.into(), limit.into()]).await?.iter().map(|row| row.try_get("", "number")).collect()
}

/// Gives subsidiaries another parent.
pub(super) async fn adopt<C: ConnectionTrait>(conn: &C, parent: &str, children: &[String], now: Instant) -> Result<(), DbErr> {
    for child in children {
        run(
            conn,
            "UPDATE member SET parent_id = $1, updated_at = $2 WHERE id = $3",
            vec![parent.into(), now.0.into(), child.as_str().into()],
        )
        .await?;
    }
    Ok(())
}

/// Says into whom members are merged.
pub(super) async fn point<C: ConnectionTrait>(conn: &C, members: &[String], into: Option<&str>, now: Instant) -> Result<(), DbErr> {
    for member in members {
        let values = vec![Value::from(into.map(str::to_owned)), now.0.into(), member.as_str().into()];
        run(conn, "UPDATE member SET merged_into = $1, updated_at = $2 WHERE id = $3", values).await?;
    }
    Ok(())
}

/// Rows of a table go from one member to another: all of them, or those of these ids. The ids of those that went.
pub(super) async fn shift<C: ConnectionTrait>(
    conn: &C,
    (table, key): (&str, &str),
    (from, to): (&str, &str),
    only: Option<&[String]>,
) -> Result<Vec<String>, DbErr> {
    let mut gone = Vec::new();
    match only {
        None => {
            let sql = format!("UPDATE {table} SET member_id = $1 WHERE member_id = $2 RETURNING {key} AS id");
            gone.extend(rows(conn, &sql, vec![to.into(), from.into()]).await?);
        }
        Some(ids) => {
            for id in ids {
                let sql = format!("UPDATE {table} SET member_id = $1 WHERE member_id = $2 AND {key} = $3 RETURNING {key} AS id");
                gone.extend(rows(conn, &sql, vec![to.into(), from.into(), id.as_str().into()]).await?);
            }
        }
    }
    let mut ids = gone.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<String>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Lets members be judged from their first fact.
pub(super) async fn judge_anew<C: ConnectionTrait>(conn: &C, members: &[String]) -> Result<(), DbErr> {
    // A state of no timeline need not be readable: it is replayed.
    let row = |id: &String| vec![id.clone().into(), "".into(), 0i64.into(), Value::Bytes(Some(Vec::new()))];
    let replace = OnConflict::Replace { keys: &["member_id"], columns: &["timeline"] };
    insert_rows(conn, "member_state", &["member_id", "timeline", "facts", "state"], members.iter().map(row), replace).await.map(drop)
}

/// Nothing that follows from facts is left of a member.
pub(super) async fn clear<C: ConnectionTrait>(conn: &C, member: &str) -> Result<(), DbErr> {
    for table in DERIVED {
        run(conn, &format!("DELETE FROM {table} WHERE member_id = $1"), vec![member.into()]).await?;
    }
    Ok(())
}
