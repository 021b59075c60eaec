//! Contacts as rows.

use std::collections::HashMap;

use db::{OnConflict, insert_rows, select_in};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

use super::Contact;
use crate::app::App;
use crate::privacy::{self, Keys, keys_for, keys_of, rewrite};
use crate::vault::Vault;

const COLUMNS: &[&str] = &["id", "member_id", "role", "personal", "created_at", "updated_at"];

/// What names the person, as it is sealed.
#[derive(Default, Serialize, Deserialize)]
struct Personal {
    name: String,
    title: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

/// What writing contacts came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// New ones.
    pub created: Vec<String>,
    /// Changed ones, as they were.
    pub changed: Vec<Contact>,
    /// Equal to what was there.
    pub same: u64,
    /// Left out, because the person was erased and does not come back.
    pub erased: Vec<String>,
}

/// Creates or changes contacts. A field that is not given stays as it was. Who was erased does not come back.
pub async fn put<C: ConnectionTrait>(conn: &C, vault: &Vault, contacts: &[Contact], now: Instant) -> Result<Written, DbErr> {
    let keys = keys(conn, vault, contacts, now).await?;
    let known = find(conn, vault, contacts.iter().map(|contact| contact.id.as_str())).await?;
    let mut written = Written::default();
    let mut latest: HashMap<&str, Contact> = HashMap::new();
    for contact in contacts {
        if keys.erased(&privacy::contact(&contact.id)) {
            written.erased.push(contact.id.clone());
            continue;
        }
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
    write(conn, &keys, &new, now).await?;
    Ok(written)
}

/// Writes contacts as they are, every field, but not those who were erased.
pub async fn reset<C: ConnectionTrait>(conn: &C, vault: &Vault, contacts: &[Contact], now: Instant) -> Result<(), DbErr> {
    let keys = keys(conn, vault, contacts, now).await?;
    write(conn, &keys, contacts, now).await
}

async fn keys<C: ConnectionTrait>(conn: &C, vault: &Vault, contacts: &[Contact], now: Instant) -> Result<Keys, DbErr> {
    keys_for(conn, vault, &contacts.iter().map(|contact| privacy::contact(&contact.id)).collect::<Vec<_>>(), now).await
}

async fn write<C: ConnectionTrait>(conn: &C, keys: &Keys, contacts: &[Contact], now: Instant) -> Result<(), DbErr> {
    let keep: Vec<&str> = COLUMNS.iter().copied().filter(|column| !["id", "created_at"].contains(column)).collect();
    let on_conflict = OnConflict::Replace { keys: &["id"], columns: &keep };
    let mut rows = Vec::with_capacity(contacts.len());
    for contact in contacts {
        let Contact { id, member, name, title, role, email, phone, erased: _ } = contact.clone();
        let personal = serde_json::json!(Personal { name, title, email, phone }).to_string();
        let Some(personal) = keys.seal(&privacy::contact(&id), &personal)? else { continue };
        rows.push(vec![id.into(), member.into(), role.into(), personal.into(), now.0.into(), now.0.into()]);
    }
    insert_rows(conn, "contact", COLUMNS, rows, on_conflict).await.map(drop)
}

/// Seals what names contacts where it still stands as it was.
pub async fn bring_up<C: ConnectionTrait>(conn: &C, app: &App) -> Result<(), DbErr> {
    rewrite(conn, ("contact", "personal"), async |rows| {
        let subjects: Vec<String> = rows.iter().map(|(id, _)| privacy::contact(id)).collect();
        let keys = keys_for(conn, &app.vault, &subjects, app.now()).await?;
        let mut changed = Vec::new();
        for ((id, text), subject) in rows.into_iter().zip(subjects) {
            if let Some(plain) = text.strip_prefix(privacy::PLAIN) {
                changed.push((id, keys.seal(&subject, plain)?.unwrap_or_default()));
            }
        }
        Ok(changed)
    })
    .await
}

/// The contacts of these ids that exist.
pub async fn find<'a, C: ConnectionTrait>(
    conn: &C,
    vault: &Vault,
    ids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, Contact>, DbErr> {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let sql = format!("SELECT {} FROM contact WHERE id IN {{keys}}", COLUMNS.join(", "));
    let rows = select_in(conn, &sql, &[], ids.into_iter().map(Value::from)).await?;
    Ok(read(conn, vault, &rows).await?.into_iter().map(|contact| (contact.id.clone(), contact)).collect())
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
        erased: false,
    }
}

async fn read<C: ConnectionTrait>(conn: &C, vault: &Vault, rows: &[QueryResult]) -> Result<Vec<Contact>, DbErr> {
    let ids: Vec<String> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?;
    let subjects: Vec<String> = ids.iter().map(|id| privacy::contact(id)).collect();
    let keys = keys_of(conn, vault, subjects.iter().map(String::as_str)).await?;
    let one = |((row, id), subject): ((&QueryResult, String), &String)| {
        let opened = keys.open(subject, &row.try_get::<String>("", "personal")?)?;
        let (erased, text) = (opened.is_none(), opened.as_deref().unwrap_or(r#"{"name":""}"#));
        let broken = |error: serde_json::Error| DbErr::Custom(format!("what is stored of {subject}: {error}"));
        let Personal { name, title, email, phone } = serde_json::from_str(text).map_err(broken)?;
        Ok(Contact { id, member: row.try_get("", "member_id")?, name, title, role: row.try_get("", "role")?, email, phone, erased })
    };
    rows.iter().zip(ids).zip(&subjects).map(one).collect()
}

/// Whether a contact is one of a member's.
pub async fn belongs<C: ConnectionTrait>(conn: &C, id: &str, member: &str) -> Result<bool, DbErr> {
    let sql = "SELECT 1 AS one FROM contact WHERE id = $1 AND member_id = $2";
    let values = [Value::from(id), member.into()];
    Ok(conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?.is_some())
}

/// The contacts of a member after an id, in order of ids, and how many there are in all.
pub async fn of_member<C: ConnectionTrait>(
    conn: &C,
    vault: &Vault,
    member: &str,
    after: Option<&str>,
    limit: u64,
) -> Result<(Vec<Contact>, u64), DbErr> {
    let run = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let sql = format!("SELECT {} FROM contact WHERE member_id = $1 AND id > $2 ORDER BY id LIMIT $3", COLUMNS.join(", "));
    let values = vec![member.into(), after.unwrap_or_default().into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let found = read(conn, vault, &conn.query_all_raw(run(&sql, values)).await?).await?;
    let all = conn.query_one_raw(run("SELECT COUNT(*) AS n FROM contact WHERE member_id = $1", vec![member.into()])).await?;
    let all: i64 = all.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok((found, u64::try_from(all).unwrap_or(0)))
}
