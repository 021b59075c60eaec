//! Custom fields, values and tags as rows.

use std::collections::{BTreeSet, HashMap};

use db::{OnConflict, insert_rows, select_in, select_join, update_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::de::DeserializeOwned;

use super::{Custom, Field, Kind};

const FIELD: [&str; 5] = ["id", "names", "kind", "choices", "created_at"];

/// Every field, by id.
pub async fn fields<C: ConnectionTrait>(conn: &C) -> Result<Vec<Field>, DbErr> {
    rows(conn, "SELECT id, names, kind, choices, created_at FROM custom_field ORDER BY id", Vec::new()).await?.iter().map(field).collect()
}

/// A field.
pub async fn find<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Field>, DbErr> {
    let sql = "SELECT id, names, kind, choices, created_at FROM custom_field WHERE id = $1";
    rows(conn, sql, vec![id.into()]).await?.first().map(field).transpose()
}

/// Adds a field.
pub async fn insert<C: ConnectionTrait>(conn: &C, field: &Field) -> Result<(), DbErr> {
    insert_rows(conn, "custom_field", &FIELD, [row(field)], OnConflict::Fail).await.map(drop)
}

/// Writes a field as it is now.
pub async fn update<C: ConnectionTrait>(conn: &C, field: &Field) -> Result<(), DbErr> {
    update_rows(conn, "custom_field", &FIELD[..1], &FIELD[1..], [row(field)]).await.map(drop)
}

/// Removes a field and every value of it; how many members had one.
pub async fn remove<C: ConnectionTrait>(conn: &C, id: &str) -> Result<u64, DbErr> {
    let mut gone = 0;
    for sql in ["DELETE FROM custom_value WHERE field_id = $1", "DELETE FROM custom_field WHERE id = $1"] {
        let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id)])).await?;
        gone += done.rows_affected();
    }
    Ok(gone.saturating_sub(1))
}

/// How many members have a value of a field.
pub async fn in_use<C: ConnectionTrait>(conn: &C, field: &str) -> Result<i64, DbErr> {
    let found = rows(conn, "SELECT COUNT(*) AS n FROM custom_value WHERE field_id = $1", vec![field.into()]).await?;
    found.first().map_or(Ok(0), |row| row.try_get("", "n"))
}

/// The values of a field that members have.
pub async fn values_in_use<C: ConnectionTrait>(conn: &C, field: &str) -> Result<BTreeSet<String>, DbErr> {
    let found = rows(conn, "SELECT DISTINCT value FROM custom_value WHERE field_id = $1", vec![field.into()]).await?;
    found.iter().map(|row| row.try_get("", "value")).collect()
}

/// What is noted of members; of whom nothing is, there is no entry.
pub async fn of<C: ConnectionTrait>(conn: &C, members: &[String]) -> Result<HashMap<String, Custom>, DbErr> {
    let keys = || members.iter().map(|id| Value::from(id.clone()));
    let mut found: HashMap<String, Custom> = HashMap::new();
    for row in select_in(conn, "SELECT member_id, tag FROM member_tag WHERE member_id IN {keys}", &[], keys()).await? {
        found.entry(row.try_get("", "member_id")?).or_default().tags.insert(row.try_get("", "tag")?);
    }
    for row in select_in(conn, "SELECT member_id, field_id, value FROM custom_value WHERE member_id IN {keys}", &[], keys()).await? {
        found.entry(row.try_get("", "member_id")?).or_default().values.insert(row.try_get("", "field_id")?, row.try_get("", "value")?);
    }
    Ok(found)
}

/// Writes what is noted of members: before and after.
pub async fn write<C: ConnectionTrait>(conn: &C, changes: &[(String, Custom, Custom)]) -> Result<(), DbErr> {
    let (mut tags_gone, mut tags, mut values_gone, mut values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (member, before, after) in changes {
        let pair = |text: &String| vec![Value::from(member.clone()), text.clone().into()];
        tags_gone.extend(before.tags.difference(&after.tags).map(pair));
        tags.extend(after.tags.difference(&before.tags).map(pair));
        values_gone.extend(before.values.keys().filter(|field| !after.values.contains_key(*field)).map(pair));
        let changed = after.values.iter().filter(|(field, value)| before.values.get(*field) != Some(value));
        values.extend(changed.map(|(field, value)| vec![member.clone().into(), field.clone().into(), value.clone().into()]));
    }
    let gone = "DELETE FROM member_tag WHERE (member_id, tag) IN (SELECT column1, column2 FROM {keys} AS k) RETURNING tag";
    select_join(conn, gone, &[], tags_gone).await?;
    let gone = "DELETE FROM custom_value WHERE (member_id, field_id) IN (SELECT column1, column2 FROM {keys} AS k) RETURNING field_id";
    select_join(conn, gone, &[], values_gone).await?;
    insert_rows(conn, "member_tag", &["member_id", "tag"], tags, OnConflict::Ignore { keys: &["member_id", "tag"] }).await?;
    let replace = OnConflict::Replace { keys: &["member_id", "field_id"], columns: &["value"] };
    insert_rows(conn, "custom_value", &["member_id", "field_id", "value"], values, replace).await.map(drop)
}

/// A page of the tags that members have after one, one more than asked for where there are more: each with how many have it.
pub async fn tags<C: ConnectionTrait>(conn: &C, begins: &str, after: &str, limit: u64) -> Result<Vec<(String, i64)>, DbErr> {
    let escaped = begins.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let sql = "SELECT tag, COUNT(*) AS n FROM member_tag WHERE tag > $1 AND tag LIKE $2 ESCAPE '\\' GROUP BY tag ORDER BY tag LIMIT $3";
    let values = vec![after.into(), format!("{escaped}%").into(), i64::try_from(limit + 1).unwrap_or(i64::MAX).into()];
    rows(conn, sql, values).await?.iter().map(|row| Ok((row.try_get("", "tag")?, row.try_get("", "n")?))).collect()
}

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

fn row(field: &Field) -> Vec<Value> {
    let json = |value: serde_json::Value| Value::from(value.to_string());
    vec![
        field.id.clone().into(),
        json(serde_json::json!(field.names)),
        field.kind.name().into(),
        json(serde_json::json!(field.choices)),
        field.created_at.0.into(),
    ]
}

fn field(row: &QueryResult) -> Result<Field, DbErr> {
    let id: String = row.try_get("", "id")?;
    let broken = |what: &str| DbErr::Custom(format!("custom field {id} cannot be read: {what}"));
    let kind: String = row.try_get("", "kind")?;
    Ok(Field {
        names: parsed(&row.try_get::<String>("", "names")?).ok_or_else(|| broken("names"))?,
        kind: Kind::ALL.into_iter().find(|known| known.name() == kind).ok_or_else(|| broken("kind"))?,
        choices: parsed(&row.try_get::<String>("", "choices")?).ok_or_else(|| broken("choices"))?,
        created_at: Instant(row.try_get("", "created_at")?),
        id,
    })
}

fn parsed<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
