//! Approvals as rows.

use db::{Dialect, OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

use super::{Approval, State};

const COLUMNS: &[&str] = &["id", "matter", "member_id", "asked_by", "asked_at", "state", "decided_by", "decided_at", "reason"];

/// A place in the list: when it was asked, and its id.
#[derive(Serialize, Deserialize)]
pub(super) struct Place(pub i64, pub String);

/// Which of them.
pub(super) struct Wanted {
    pub state: Option<State>,
    pub member: Option<String>,
    pub after: Option<Place>,
    pub limit: u64,
}

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

pub(super) async fn insert<C: ConnectionTrait>(conn: &C, one: &Approval) -> Result<(), DbErr> {
    let row = vec![
        one.id.clone().into(),
        serde_json::json!(one.matter).to_string().into(),
        one.member.clone().into(),
        one.asked_by.clone().into(),
        one.asked_at.0.into(),
        one.state.name().into(),
        one.decided_by.clone().into(),
        Value::BigInt(one.decided_at.map(|at| at.0)),
        one.reason.clone().into(),
    ];
    insert_rows(conn, "approval", COLUMNS, [row], OnConflict::Fail).await.map(drop)
}

pub(super) async fn decided<C: ConnectionTrait>(conn: &C, one: &Approval) -> Result<(), DbErr> {
    let sql = "UPDATE approval SET state = $1, decided_by = $2, decided_at = $3, reason = $4 WHERE id = $5";
    let at = Value::BigInt(one.decided_at.map(|at| at.0));
    let values = [one.state.name().into(), one.decided_by.clone().into(), at, one.reason.clone().into(), one.id.clone().into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

/// An approval.
pub(super) async fn find<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Approval>, DbErr> {
    let sql = format!("SELECT {} FROM approval WHERE id = $1", COLUMNS.join(", "));
    rows(conn, &sql, vec![id.into()]).await?.first().map(read).transpose()
}

/// [`find`], held until the transaction ends.
pub(super) async fn hold<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Approval>, DbErr> {
    let held = if Dialect::of(conn.get_database_backend()) == Dialect::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!("SELECT {} FROM approval WHERE id = $1{held}", COLUMNS.join(", "));
    rows(conn, &sql, vec![id.into()]).await?.first().map(read).transpose()
}

/// A page, one more than asked for where there are more, the latest first.
pub(super) async fn list<C: ConnectionTrait>(conn: &C, wanted: &Wanted) -> Result<Vec<Approval>, DbErr> {
    let (condition, mut values) = selected(wanted);
    let Place(at, id) = wanted.after.as_ref().map_or_else(|| Place(i64::MAX, String::new()), |place| Place(place.0, place.1.clone()));
    let (first, limit) = (values.len() + 1, i64::try_from(wanted.limit + 1).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT {} FROM approval WHERE {condition} AND (asked_at < ${first} OR (asked_at = ${first} AND id < ${})) \
         ORDER BY asked_at DESC, id DESC LIMIT ${}",
        COLUMNS.join(", "),
        first + 1,
        first + 2
    );
    values.extend([at.into(), id.into(), limit.into()]);
    rows(conn, &sql, values).await?.iter().map(read).collect()
}

pub(super) async fn total<C: ConnectionTrait>(conn: &C, wanted: &Wanted) -> Result<u64, DbErr> {
    let (condition, values) = selected(wanted);
    let found = rows(conn, &format!("SELECT COUNT(*) AS n FROM approval WHERE {condition}"), values).await?;
    let n: i64 = found.first().map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or(0))
}

fn selected(wanted: &Wanted) -> (String, Vec<Value>) {
    let (mut condition, mut values) = ("1 = 1".to_owned(), Vec::new());
    let asked = [("state", wanted.state.map(|state| state.name().to_owned())), ("member_id", wanted.member.clone())];
    for (column, value) in asked {
        if let Some(value) = value {
            values.push(value.into());
            condition.push_str(&format!(" AND {column} = ${}", values.len()));
        }
    }
    (condition, values)
}

/// Whether somebody made a key or gave it its secret, by the audit.
pub(super) async fn made_key<C: ConnectionTrait>(conn: &C, actor: &str, key: &str) -> Result<bool, DbErr> {
    let sql = "SELECT 1 AS one FROM audit WHERE subject = $1 AND actor = $2 AND action IN ('create_key', 'rotate_key') LIMIT 1";
    Ok(!rows(conn, sql, vec![key.into(), actor.into()]).await?.is_empty())
}

fn read(row: &QueryResult) -> Result<Approval, DbErr> {
    let id: String = row.try_get("", "id")?;
    let broken = |what: &str| DbErr::Custom(format!("{what} of approval {id} cannot be read"));
    Ok(Approval {
        matter: serde_json::from_str(&row.try_get::<String>("", "matter")?).map_err(|_| broken("the matter"))?,
        member: row.try_get("", "member_id")?,
        asked_by: row.try_get("", "asked_by")?,
        asked_at: Instant(row.try_get("", "asked_at")?),
        state: State::named(&row.try_get::<String>("", "state")?).ok_or_else(|| broken("the state"))?,
        decided_by: row.try_get("", "decided_by")?,
        decided_at: row.try_get::<Option<i64>>("", "decided_at")?.map(Instant),
        reason: row.try_get("", "reason")?,
        id,
    })
}
