//! Forms that wait, as rows.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::{DAYS, Form, MINUTES};
use crate::app::App;
use crate::clock::hash;
use crate::privacy::{renewed, rewrite};
use crate::vault::Vault;

/// What forms are sealed for.
const PURPOSE: &str = "sign-up";
const MINUTE_US: i64 = 60_000_000;
/// How many codes may be tried on one form.
const TRIES_MAX: i64 = 5;

/// Writes a form down; the token of its link or ticket, whose hash is kept.
pub async fn insert<C: ConnectionTrait>(conn: &C, app: &App, form: &Form) -> Result<String, DbErr> {
    let (now, token) = (app.now(), app.clock.secret());
    let sealed = app.vault.seal(PURPOSE, &serde_json::json!(form).to_string());
    let minutes = if form.phone.is_some() { MINUTES } else { DAYS * 24 * 60 };
    let row = vec![hash(&token).into(), sealed.into(), now.0.into(), (now.0 + minutes * MINUTE_US).into()];
    insert_rows(conn, "sign_up", &["id", "sealed", "created_at", "expires_at"], [row], OnConflict::Fail).await?;
    Ok(token)
}

/// The form of a link or ticket that is still good.
pub async fn find<C: ConnectionTrait>(conn: &C, app: &App, token: &str) -> Result<Option<Form>, DbErr> {
    let sql = "SELECT sealed FROM sign_up WHERE id = $1 AND expires_at > $2";
    let values = [Value::from(hash(token)), app.now().0.into()];
    let Some(row) = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await? else {
        return Ok(None);
    };
    let unread = |error: &dyn std::fmt::Display| DbErr::Custom(format!("a sign-up cannot be read: {error}"));
    let text = app.vault.open(PURPOSE, &row.try_get::<String>("", "sealed")?).map_err(|error| unread(&error))?;
    serde_json::from_str(&text).map(Some).map_err(|error| unread(&error))
}

/// Counts a try of a code, before it is known how it ends; whether there was one left.
pub async fn try_code<C: ConnectionTrait>(conn: &C, token: &str) -> Result<bool, DbErr> {
    let sql = "UPDATE sign_up SET tries = tries + 1 WHERE id = $1 AND tries < $2";
    let values = [Value::from(hash(token)), TRIES_MAX.into()];
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a link or ticket up; whether nobody else was faster.
pub async fn spend<C: ConnectionTrait>(conn: &C, token: &str) -> Result<bool, DbErr> {
    let sql = "DELETE FROM sign_up WHERE id = $1";
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(hash(token))])).await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets forms that nobody confirmed; how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_ended<C: ConnectionTrait>(conn: &C, now: Instant) -> Result<u64, DbErr> {
    let sql = "DELETE FROM sign_up WHERE expires_at <= $1";
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(now.0)])).await?;
    Ok(done.rows_affected())
}

/// Seals the forms that wait under the newest key of the ring.
///
/// # Errors
/// When the database fails, or a form was altered.
pub async fn bring_up<C: ConnectionTrait>(conn: &C, vault: &Vault) -> Result<(), DbErr> {
    let renew = |(id, sealed): (String, String)| Ok((id, renewed(vault, PURPOSE, &sealed)?));
    rewrite(conn, ("sign_up", "sealed"), async |rows| rows.into_iter().map(renew).collect()).await
}
