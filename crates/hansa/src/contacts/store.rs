//! Contacts as rows.

use std::collections::HashMap;

use db::{OnConflict, insert_rows, select_in};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::Contact;

const COLUMNS: &[&str] = &["id", "member_id", "name", "title", "role", "email", "phone", "created_at", "updated_at"];

/// What writing contacts came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// New ones.
    pub created: Vec<String>,
    /// Changed ones, as they were.
    pub changed: Vec<Contact>,
    /// Equal to what was there.
    pub same: u64,
}

/// Creates or changes contacts. A field that is not given stays as it was.
pub async fn put<C: ConnectionTrait>(conn: &C, contacts: &[Contact], now: Instant) -> Result<Written, DbErr> {
    let known = find(conn, contacts.iter().map(|contact| contact.id.as_str())).await?;
    let mut written = Written::default();
    let mut latest: HashMap<&str, Contact> = HashMap::new();
    for contact in contacts {
        let before = latest.get(contact.id.as_str()).or_else(|| known.get(&contact.id));
        let after = before.map_or_else(|| contact.clone(), |before| merged(before, contact));
        match known.get(&contact.id) {
            None if !latest.contains_key(contact.id.as_str()) => written.created.push(contact.id.clone()),
            Some(before) if *before == after => written.same += 1,
            Some(before) if !written.changed.iter().any(|changed| changed.id == before.id) => written.changed.push(before.clone()),
            _ => {}
        }
        latest.insert(&contact.id, after);
    }
    let mut new: Vec<Contact> = latest.into_values().filter(|after| known.get(&after.id) != Some(after)).collect();
    new.sort_by(|a, b| a.id.cmp(&b.id));
    reset(conn, &new, now).await?;
    Ok(written)
}

/// Writes contacts as they are, every field.
pub async fn reset<C: ConnectionTrait>(conn: &C, contacts: &[Contact], now: Instant) -> Result<(), DbErr> {
    let keep: Vec<&str> = COLUMNS.iter().copied().filter(|column| !["id", "created_at"].contains(column)).collect();
    let on_conflict = OnConflict::Replace { keys: &["id"], columns: &keep };
    let rows = contacts.iter().map(|contact| {
        let text = |text: &Option<String>| Value::String(text.clone());
        vec![
            contact.id.clone().into(),
            contact.member.clone().into(),
            contact.name.clone().into(),
            text(&contact.title),
            text(&contact.role),
            text(&contact.email),
            text(&contact.phone),
            now.0.into(),
            now.0.into(),
        ]
    });
    insert_rows(conn, "contact", COLUMNS, rows, on_conflict).await?;
    Ok(())
}

/// The contacts of these ids that exist.
pub async fn find<'a, C: ConnectionTrait>(conn: &C, ids: impl Iterator<Item = &'a str>) -> Result<HashMap<String, Contact>, DbErr> {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let sql = format!("SELECT {} FROM contact WHERE id IN {{keys}}", COLUMNS.join(", "));
    let rows = select_in(conn, &sql, &[], ids.into_iter().map(Value::from)).await?;
    rows.iter().map(|row| read(row).map(|contact| (contact.id.clone(), contact))).collect()
}

/// Removes contacts. Returns how many are gone.
pub async fn remove<C: ConnectionTrait>(conn: &C, ids: &[String]) -> Result<u64, DbErr> {
    let mut gone = 0;
    for id in ids {
        let sql = "DELETE FROM contact WHERE id = $1";
        gone += conn
            .execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id.clone())]))
            .await?
            .rows_affected();
    }
    Ok(gone)
}

fn merged(before: &Contact, new: &Contact) -> Contact {
    let text = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
    Contact {
        id: before.id.clone(),
        member: new.member.clone(),
        name: if new.name.is_empty() { before.name.clone() } else { new.name.clone() },
        title: text(&new.title, &before.title),
        role: text(&new.role, &before.role),
        email: text(&new.email, &before.email),
        phone: text(&new.phone, &before.phone),
    }
}

fn read(row: &QueryResult) -> Result<Contact, DbErr> {
    Ok(Contact {
        id: row.try_get("", "id")?,
        member: row.try_get("", "member_id")?,
        name: row.try_get("", "name")?,
        title: row.try_get("", "title")?,
        role: row.try_get("", "role")?,
        email: row.try_get("", "email")?,
        phone: row.try_get("", "phone")?,
    })
}

/// Whether a contact is one of a member's.
pub async fn belongs<C: ConnectionTrait>(conn: &C, id: &str, member: &str) -> Result<bool, DbErr> {
    let sql = "SELECT 1 AS one FROM contact WHERE id = $1 AND member_id = $2";
    let values = [Value::from(id), member.into()];
    Ok(conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?.is_some())
}

/// The contacts of a member after an id, in order of ids, and how many there are in all.
pub async fn of_member<C: ConnectionTrait>(conn: &C, member: &str, after: Option<&str>, limit: u64) -> Result<(Vec<Contact>, u64), DbErr> {
    let run = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let sql = format!("SELECT {} FROM contact WHERE member_id = $1 AND id > $2 ORDER BY id LIMIT $3", COLUMNS.join(", "));
    let values = vec![member.into(), after.unwrap_or_default().into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let found = conn.query_all_raw(run(&sql, values)).await?.iter().map(read).collect::<Result<_, _>>()?;
    let all = conn.query_one_raw(run("SELECT COUNT(*) AS n FROM contact WHERE member_id = $1", vec![member.into()])).await?;
    let all: i64 = all.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok((found, u64::try_from(all).unwrap_or(0)))
}
