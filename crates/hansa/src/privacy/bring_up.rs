//! Everything that is sealed, sealed under the newest key of the ring.

use db::{Access, update_rows};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::keys::purpose;
use super::store;
use crate::app::{App, AppError};
use crate::vault::{self, Vault};
use crate::{contacts, identities, imports, mail, passkeys, people, sign_in, sign_up, webhooks};

/// Rows brought up at a time.
const PAGE: i64 = 500;
/// The setting that says under which key of the ring everything stands.
const UNDER: &str = "sealed-under";

/// Seals what still stands as it was, and what stands under an older key of the ring: after an upgrade, a restore or a new key. All or nothing; most
/// often there is nothing to do.
///
/// # Errors
/// When the database fails, or something stands under a key that the ring does not have.
pub async fn bring_up(app: &App) -> Result<(), AppError> {
    let newest = &app.vault.newest().to_string();
    if app.db.access() == Access::ReadOnly || vault::setting(app.db.read(), UNDER).await?.as_deref() == Some(newest) {
        return Ok(());
    }
    app.db
        .write(|tx| async move {
            personal_keys(&tx, &app.vault).await?;
            contacts::bring_up(&tx, app).await?;
            imports::bring_up(&tx, app).await?;
            people::bring_up(&tx, app).await?;
            identities::bring_up(&tx, &app.vault).await?;
            passkeys::bring_up(&tx, &app.vault).await?;
            sign_in::bring_up(&tx, &app.vault).await?;
            mail::bring_up(&tx, &app.vault).await?;
            sign_up::bring_up(&tx, &app.vault).await?;
            webhooks::bring_up(&tx, &app.vault).await?;
            vault::seal_check(&tx, &app.vault).await?;
            vault::set(&tx, UNDER, newest).await?;
            Ok::<_, AppError>(())
        })
        .await
}

async fn personal_keys<C: ConnectionTrait>(conn: &C, vault: &Vault) -> Result<(), DbErr> {
    let mut after = String::new();
    loop {
        let mut rows = store::page(conn, &after, PAGE).await?;
        let Some((last, ..)) = rows.last() else { return Ok(()) };
        after.clone_from(last);
        for (subject, sealed, ..) in &mut rows {
            if let Some(key) = sealed {
                *key = renewed(vault, &purpose(subject), key)?;
            }
        }
        store::put(conn, rows).await?;
    }
}

/// What was sealed, under the newest key.
///
/// # Errors
/// When it was altered, or its key is not in the ring.
pub fn renewed(vault: &Vault, purpose: &str, sealed: &str) -> Result<String, DbErr> {
    let text = vault.open(purpose, sealed).map_err(|error| DbErr::Custom(format!("{purpose}: {error}")))?;
    Ok(vault.seal(purpose, &text))
}

/// Rewrites a text of every row of a table with the key `id`, a page at a time; `work` gets ids and texts and gives back those that change.
///
/// # Errors
/// When the database or `work` fails.
pub async fn rewrite<C: ConnectionTrait>(
    conn: &C,
    (table, column): (&str, &str),
    mut work: impl AsyncFnMut(Vec<(String, String)>) -> Result<Vec<(String, String)>, DbErr>,
) -> Result<(), DbErr> {
    let mut after = String::new();
    let sql = format!("SELECT id, {column} AS value FROM {table} WHERE id > $1 AND {column} IS NOT NULL ORDER BY id LIMIT $2");
    loop {
        let values = [Value::from(after.as_str()), PAGE.into()];
        let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), &sql, values)).await?;
        let rows: Vec<(String, String)> =
            rows.iter().map(|row| Ok::<_, DbErr>((row.try_get("", "id")?, row.try_get("", "value")?))).collect::<Result<_, _>>()?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after.clone_from(last);
        let changed = work(rows).await?.into_iter().map(|(id, value)| vec![id.into(), value.into()]);
        update_rows(conn, table, &["id"], &[column], changed).await?;
    }
}
