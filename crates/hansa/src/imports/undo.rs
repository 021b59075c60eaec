//! A whole import is undone by compensating facts.

use std::sync::Arc;

use ledger::Instant;
use program::expr::Value as Field;
use program::fact::{Body, Fact, Kind};
use program::{Mode, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::journal::entry;
use super::redo::undo_id;
use crate::app::{App, AppError};
use crate::audit::{self, By};
use crate::contacts::{self, Contact};
use crate::facts::record;
use crate::members::{self, Member};
use crate::privacy;
use crate::vault::Vault;

/// Facts retracted in one transaction.
const BATCH: i64 = 1_000;

/// What undoing an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Undone {
    /// Facts that no longer count.
    pub facts: u64,
    /// Members and contacts put back to what they were.
    pub restored: u64,
    /// Members and contacts that are gone again.
    pub removed: u64,
    /// Members that stay because facts are about them: facts are never deleted.
    pub kept: u64,
}

/// Retracts every fact of an import, puts changed members and contacts back, and removes created ones that nothing refers to.
/// Safe to interrupt and to run again.
///
/// # Errors
/// When there is no such import.
pub async fn undo(app: &App, import: &str, by: &By, mut progress: impl FnMut(u64)) -> Result<Undone, AppError> {
    if !exists(app, import).await? {
        return Err(AppError::Refused(format!("there is no import `{import}`")));
    }
    let mut total = Undone::default();
    let mut after = 0;
    loop {
        let now = app.now();
        let (seen, retracted, last) = app
            .db
            .write(|tx| async move {
                let timeline = app.timeline_in(&tx).await?;
                retract(&tx, &timeline, import, after, now).await.map_err(AppError::from)
            })
            .await?;
        total.facts += retracted;
        progress(seen);
        let Some(last) = last else { break };
        after = last;
    }
    let now = app.now();
    let (restored, removed, kept) =
        app.db.write(|tx| async move { put_back(&tx, &app.vault, (import, total.facts), by, now).await.map_err(AppError::from) }).await?;
    Ok(Undone { restored, removed, kept, ..total })
}

async fn exists(app: &App, import: &str) -> Result<bool, DbErr> {
    let conn = app.db.read();
    let statement =
        Statement::from_sql_and_values(conn.get_database_backend(), "SELECT id FROM import WHERE id = $1", [Value::from(import)]);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

async fn retract<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    import: &str,
    after: i64,
    now: Instant,
) -> Result<(u64, u64, Option<i64>), DbErr> {
    let sql = "SELECT seq, id, member_id FROM fact WHERE import_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    let values: [Value; 3] = [import.into(), after.into(), BATCH.into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let kind = Kind::named("fact.retracted");
    let reason: Arc<str> = format!("import {import} was undone").into();
    let mut facts = Vec::new();
    let mut last = None;
    for row in &rows {
        last = Some(row.try_get::<i64>("", "seq")?);
        let id: String = row.try_get("", "id")?;
        let body =
            Body::build(kind, &[("reason", Field::Text(reason.clone()))], Vec::new()).map_err(|error| DbErr::Custom(error.to_string()))?;
        facts.push(Fact {
            id: undo_id(import, row.try_get("", "seq")?).into(),
            member: row.try_get::<String>("", "member_id")?.into(),
            kind,
            occurred_at: now,
            recorded_at: now,
            source: "undo".into(),
            actor: None,
            corrects: Some(id.into()),
            body,
        });
    }
    // A second run meets its own retractions: the same fact at another time. They are left out.
    let known = known(conn, &facts).await?;
    facts.retain(|fact| !known.contains(&*fact.id));
    let answers = record(conn, timeline, facts, Mode::Recorded, now, None).await?;
    let retracted = answers.iter().filter(|answer| answer.is_ok()).count() as u64;
    Ok((rows.len() as u64, retracted, last))
}

async fn known<C: ConnectionTrait>(conn: &C, facts: &[Fact]) -> Result<std::collections::HashSet<String>, DbErr> {
    let rows =
        db::select_in(conn, "SELECT id FROM fact WHERE id IN {keys}", &[], facts.iter().map(|fact| Value::from(fact.id.to_string())))
            .await?;
    rows.iter().map(|row| row.try_get("", "id")).collect()
}

async fn put_back<C: ConnectionTrait>(
    conn: &C,
    vault: &Vault,
    (import, facts): (&str, u64),
    by: &By,
    now: Instant,
) -> Result<(u64, u64, u64), DbErr> {
    // Once: what members and contacts became after the first undo, by a second import for example, is not this import's to take back.
    let sql = "SELECT id FROM import WHERE id = $1 AND undone_at IS NULL";
    let open = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(import)])).await?;
    if open.is_none() {
        return Ok((0, 0, 0));
    }
    let sql = "SELECT entity, entity_id, before FROM import_change WHERE import_id = $1";
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(import)])).await?;
    let (mut old_members, mut old_contacts, mut new_members, mut new_contacts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let (entity, id): (String, String) = (row.try_get("", "entity")?, row.try_get("", "entity_id")?);
        let before = privacy::opened(conn, vault, vec![row.try_get("", "before")?]).await?.pop().flatten();
        // Who was erased meanwhile does not come back.
        if before.as_deref() == Some(privacy::ERASED) {
            continue;
        }
        let broken = |error: serde_json::Error| DbErr::Custom(format!("what {entity} {id} was cannot be read: {error}"));
        match (entity.as_str(), before) {
            ("member", Some(before)) => old_members.push(serde_json::from_str::<Member>(&before).map_err(broken)?),
            ("member", None) => new_members.push(id),
            (_, Some(before)) => old_contacts.push(serde_json::from_str::<Contact>(&before).map_err(broken)?),
            (_, None) => new_contacts.push(id),
        }
    }
    let gone = members::merged(conn, old_contacts.iter().map(|contact| contact.member.as_str())).await?;
    for contact in &mut old_contacts {
        contact.member = gone.get(&contact.member).cloned().unwrap_or_else(|| contact.member.clone());
    }
    members::reset(conn, &old_members, now).await?;
    contacts::reset(conn, vault, &old_contacts, now).await?;
    let gone_contacts = contacts::remove(conn, &new_contacts).await?;
    let gone_members = members::remove_unused(conn, &new_members).await?;
    let sql = "UPDATE import SET undone_at = $1 WHERE id = $2 AND undone_at IS NULL";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(now.0), Value::from(import)])).await?;
    let (restored, removed) = ((old_members.len() + old_contacts.len()) as u64, gone_contacts + gone_members);
    let kept = new_members.len() as u64 - gone_members;
    let undone = serde_json::json!(Undone { facts, restored, removed, kept });
    audit::append(conn, vec![(by.clone(), entry("undo_import", import, undone))], now).await?;
    Ok((restored, removed, kept))
}
