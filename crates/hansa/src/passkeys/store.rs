//! Passkeys as rows: found by a mark over the id of their credential, which is sealed with the rest under the key of their person.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{OnConflict, insert_rows, update_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{Credential, Uuid};

use super::Passkey;
use crate::privacy::{self, Keys, keys_of};
use crate::vault::Vault;

const COLUMNS: [&str; 8] = ["id", "person_id", "mark", "personal", "counter", "backed_up", "added_at", "used_at"];

/// What is sealed. The counter and the backup state of the credential are those of its registration; what they are now stands in the row.
#[derive(Serialize, Deserialize)]
struct Personal {
    name: String,
    handle: Uuid,
    credential: Credential,
}

/// What a passkey is found by.
pub(super) fn mark(vault: &Vault, credential: &[u8]) -> String {
    vault.mark("passkey", &URL_SAFE_NO_PAD.encode(credential))
}

/// Adds a passkey; whether nobody had it.
pub(super) async fn insert<C: ConnectionTrait>(conn: &C, vault: &Vault, keys: &Keys, passkey: &Passkey) -> Result<bool, DbErr> {
    let Some(sealed) = sealed(keys, passkey)? else { return Ok(false) };
    let row = vec![
        passkey.id.clone().into(),
        passkey.person.clone().into(),
        mark(vault, &passkey.credential.cred_id).into(),
        sealed.into(),
        i64::from(passkey.credential.counter).into(),
        passkey.backed_up.into(),
        passkey.added_at.0.into(),
        passkey.used_at.map(|at| at.0).into(),
    ];
    Ok(insert_rows(conn, "passkey", &COLUMNS, [row], OnConflict::Ignore { keys: &["mark"] }).await? == 1)
}

fn sealed(keys: &Keys, passkey: &Passkey) -> Result<Option<String>, DbErr> {
    let personal = Personal { name: passkey.name.clone(), handle: passkey.handle, credential: passkey.credential.clone() };
    let text = serde_json::to_string(&personal).map_err(|error| DbErr::Json(error.to_string()))?;
    keys.seal(&privacy::person(&passkey.person), &text)
}

/// The passkey with a credential. That of somebody who was erased is none.
pub(super) async fn by_credential<C: ConnectionTrait>(conn: &C, vault: &Vault, credential: &[u8]) -> Result<Option<Passkey>, DbErr> {
    let sql = format!("SELECT {} FROM passkey WHERE mark = $1", COLUMNS.join(", "));
    let Some(row) = rows(conn, &sql, vec![mark(vault, credential).into()]).await?.pop() else { return Ok(None) };
    let subject = privacy::person(&row.try_get::<String>("", "person_id")?);
    let keys = keys_of(conn, vault, std::iter::once(subject.as_str())).await?;
    read(&row, &keys, &subject)
}

/// The passkeys of a person, the oldest first. Those of somebody who was erased are none.
///
/// # Errors
/// When the database fails.
pub async fn of_person<C: ConnectionTrait>(conn: &C, vault: &Vault, person: &str) -> Result<Vec<Passkey>, DbErr> {
    let subject = privacy::person(person);
    let keys = keys_of(conn, vault, std::iter::once(subject.as_str())).await?;
    let sql = format!("SELECT {} FROM passkey WHERE person_id = $1 ORDER BY added_at, id", COLUMNS.join(", "));
    let read = |row: &QueryResult| read(row, &keys, &subject).transpose();
    rows(conn, &sql, vec![person.into()]).await?.iter().filter_map(read).collect()
}

/// Writes down that somebody signed in with a passkey, and what its device says of it now; whether it was there still as it was read.
pub(super) async fn used<C: ConnectionTrait>(
    conn: &C,
    passkey: &Passkey,
    counter: u32,
    backed_up: bool,
    now: Instant,
) -> Result<bool, DbErr> {
    let sql = "UPDATE passkey SET counter = $1, backed_up = $2, used_at = $3 WHERE id = $4 AND counter = $5";
    let before = i64::from(passkey.credential.counter);
    run(conn, sql, vec![i64::from(counter).into(), backed_up.into(), now.0.into(), passkey.id.clone().into(), before.into()])
        .await
        .map(|rows| rows == 1)
}

/// Writes the name of a passkey.
pub(super) async fn rename<C: ConnectionTrait>(conn: &C, vault: &Vault, passkey: &Passkey) -> Result<(), DbErr> {
    let subject = privacy::person(&passkey.person);
    let keys = keys_of(conn, vault, std::iter::once(subject.as_str())).await?;
    let Some(sealed) = sealed(&keys, passkey)? else { return Ok(()) };
    run(conn, "UPDATE passkey SET personal = $1 WHERE id = $2", vec![sealed.into(), passkey.id.clone().into()]).await.map(drop)
}

/// Removes a passkey.
pub(super) async fn delete<C: ConnectionTrait>(conn: &C, id: &str) -> Result<(), DbErr> {
    run(conn, "DELETE FROM passkey WHERE id = $1", vec![id.into()]).await.map(drop)
}

/// Forgets the passkeys of a person.
///
/// # Errors
/// When the database fails.
pub async fn forget_person<C: ConnectionTrait>(conn: &C, person: &str) -> Result<(), DbErr> {
    run(conn, "DELETE FROM passkey WHERE person_id = $1", vec![person.into()]).await.map(drop)
}

/// Marks passkeys under the newest key of the ring. Those of people who were erased stay as they were, and are found no more.
///
/// # Errors
/// When the database fails.
pub async fn bring_up<C: ConnectionTrait>(conn: &C, vault: &Vault) -> Result<(), DbErr> {
    let people = rows(conn, "SELECT DISTINCT person_id FROM passkey ORDER BY person_id", Vec::new()).await?;
    for row in people {
        let person: String = row.try_get("", "person_id")?;
        let known = of_person(conn, vault, &person).await?;
        let marked = known.into_iter().map(|one| {
            let mark = mark(vault, &one.credential.cred_id);
            vec![one.id.into(), mark.into()]
        });
        update_rows(conn, "passkey", &["id"], &["mark"], marked).await?;
    }
    Ok(())
}

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

async fn run<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(|done| done.rows_affected())
}

fn read(row: &QueryResult, keys: &Keys, subject: &str) -> Result<Option<Passkey>, DbErr> {
    let Some(opened) = keys.open(subject, &row.try_get::<String>("", "personal")?)? else { return Ok(None) };
    let wrong = |error: String| DbErr::Json(format!("a passkey of {subject}: {error}"));
    let Personal { name, handle, mut credential } = serde_json::from_str(&opened).map_err(|error| wrong(error.to_string()))?;
    credential.counter = u32::try_from(row.try_get::<i64>("", "counter")?).map_err(|error| wrong(error.to_string()))?;
    credential.backup_state = row.try_get("", "backed_up")?;
    Ok(Some(Passkey {
        id: row.try_get("", "id")?,
        person: row.try_get("", "person_id")?,
        name,
        handle,
        backed_up: credential.backup_state,
        credential,
        added_at: Instant(row.try_get("", "added_at")?),
        used_at: row.try_get::<Option<i64>>("", "used_at")?.map(Instant),
    }))
}
