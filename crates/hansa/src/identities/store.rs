//! Identities as rows: found by a mark over issuer and subject, which are sealed under the key of their person.

use db::{OnConflict, insert_rows, update_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

use super::Identity;
use crate::privacy::{self, Keys, keys_of};
use crate::vault::Vault;

const COLUMNS: [&str; 7] = ["id", "person_id", "provider", "mark", "personal", "linked_at", "used_at"];

/// What names the person elsewhere, as it is sealed.
#[derive(Serialize, Deserialize)]
struct Personal {
    issuer: String,
    subject: String,
    label: Option<String>,
}

/// What an identity is found by.
fn mark(vault: &Vault, issuer: &str, subject: &str) -> String {
    vault.mark("identity", &serde_json::json!([issuer, subject]).to_string())
}

/// Adds an identity; whether nobody had it.
pub(super) async fn insert<C: ConnectionTrait>(conn: &C, vault: &Vault, keys: &Keys, identity: &Identity) -> Result<bool, DbErr> {
    let Identity { issuer, subject, label, .. } = identity.clone();
    let personal = serde_json::json!(Personal { issuer, subject, label }).to_string();
    let Some(sealed) = keys.seal(&privacy::person(&identity.person), &personal)? else { return Ok(false) };
    let row = vec![
        identity.id.clone().into(),
        identity.person.clone().into(),
        identity.provider.clone().into(),
        mark(vault, &identity.issuer, &identity.subject).into(),
        sealed.into(),
        identity.linked_at.0.into(),
        identity.used_at.map(|at| at.0).into(),
    ];
    Ok(insert_rows(conn, "identity", &COLUMNS, [row], OnConflict::Ignore { keys: &["mark"] }).await? == 1)
}

/// Whose identity it is: its id and the person's.
pub(super) async fn whose<C: ConnectionTrait>(
    conn: &C,
    vault: &Vault,
    issuer: &str,
    subject: &str,
) -> Result<Option<(String, String)>, DbErr> {
    let sql = "SELECT id, person_id FROM identity WHERE mark = $1";
    let row = rows(conn, sql, vec![mark(vault, issuer, subject).into()]).await?.pop();
    row.map(|row| Ok((row.try_get("", "id")?, row.try_get("", "person_id")?))).transpose()
}

/// The identities of a person, the oldest first. Those of somebody who was erased are none.
///
/// # Errors
/// When the database fails.
pub async fn of_person<C: ConnectionTrait>(conn: &C, vault: &Vault, person: &str) -> Result<Vec<Identity>, DbErr> {
    let subject = privacy::person(person);
    let keys = keys_of(conn, vault, std::iter::once(subject.as_str())).await?;
    let sql = format!("SELECT {} FROM identity WHERE person_id = $1 ORDER BY linked_at, id", COLUMNS.join(", "));
    let read = |row: &QueryResult| read(row, &keys, &subject).transpose();
    rows(conn, &sql, vec![person.into()]).await?.iter().filter_map(read).collect()
}

/// Writes down that somebody signed in with an identity.
pub(super) async fn used<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    run(conn, "UPDATE identity SET used_at = $1 WHERE id = $2", vec![now.0.into(), id.into()]).await
}

/// Removes an identity.
pub(super) async fn delete<C: ConnectionTrait>(conn: &C, id: &str) -> Result<(), DbErr> {
    run(conn, "DELETE FROM identity WHERE id = $1", vec![id.into()]).await
}

/// Forgets the identities of a person.
///
/// # Errors
/// When the database fails.
pub async fn forget_person<C: ConnectionTrait>(conn: &C, person: &str) -> Result<(), DbErr> {
    run(conn, "DELETE FROM identity WHERE person_id = $1", vec![person.into()]).await
}

/// Marks identities under the newest key of the ring. Those of people who were erased stay as they were, and are found no more.
///
/// # Errors
/// When the database fails.
pub async fn bring_up<C: ConnectionTrait>(conn: &C, vault: &Vault) -> Result<(), DbErr> {
    let people = rows(conn, "SELECT DISTINCT person_id FROM identity ORDER BY person_id", Vec::new()).await?;
    for row in people {
        let person: String = row.try_get("", "person_id")?;
        let known = of_person(conn, vault, &person).await?;
        let marked = known.into_iter().map(|one| vec![one.id.into(), mark(vault, &one.issuer, &one.subject).into()]);
        update_rows(conn, "identity", &["id"], &["mark"], marked).await?;
    }
    Ok(())
}

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

async fn run<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<(), DbErr> {
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

fn read(row: &QueryResult, keys: &Keys, subject: &str) -> Result<Option<Identity>, DbErr> {
    let Some(opened) = keys.open(subject, &row.try_get::<String>("", "personal")?)? else { return Ok(None) };
    let personal: Personal = serde_json::from_str(&opened).map_err(|error| DbErr::Json(format!("an identity of {subject}: {error}")))?;
    Ok(Some(Identity {
        id: row.try_get("", "id")?,
        person: row.try_get("", "person_id")?,
        provider: row.try_get("", "provider")?,
        issuer: personal.issuer,
        subject: personal.subject,
        label: personal.label,
        linked_at: Instant(row.try_get("", "linked_at")?),
        used_at: row.try_get::<Option<i64>>("", "used_at")?.map(Instant),
    }))
}
