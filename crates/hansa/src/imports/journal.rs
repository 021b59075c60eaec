//! What is kept of an import itself: when it began and ended, what it came to, and what members and contacts were before it.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::batch::Written;
use super::run::{Imported, Plan};
use crate::app::{App, AppError};
use crate::audit::{self, Entry};
use crate::privacy;
use crate::vault::Vault;

/// Writes down that an import begins.
pub async fn begin(app: &App, id: &str, plan: &Plan, now: Instant) -> Result<(), AppError> {
    let files: Vec<String> = plan.files.iter().map(|file| file.display().to_string()).collect();
    let mapping =
        plan.mapping.as_ref().and_then(|mapping| mapping.file.as_ref()).map_or_else(String::new, |file| file.display().to_string());
    let row: Vec<Value> = vec![
        id.into(),
        plan.kind.name().into(),
        serde_json::json!(files).to_string().into(),
        mapping.into(),
        now.0.into(),
        "{}".into(),
        now.0.into(),
    ];
    let row = &row;
    let columns = ["id", "kind", "files", "mapping", "started_at", "counts", "seen_at"];
    let told = &entry("begin_import", id, serde_json::json!({ "kind": plan.kind.name(), "files": files }));
    app.db
        .write(|tx| async move {
            insert_rows(&tx, "import", &columns, [row.clone()], OnConflict::Fail).await?;
            audit::append(&tx, vec![(plan.by.clone(), told.clone())], now).await.map_err(AppError::from)
        })
        .await
}

/// What the audit tells of an import. Which rows it wrote its facts say, and what members and contacts were before, what it keeps for the undo.
pub(super) fn entry(action: &'static str, id: &str, after: serde_json::Value) -> Entry {
    Entry { action, member: None, subject: format!("import:{id}"), before: None, after: Some(after.to_string()), why: None }
}

/// Writes down that it goes on.
pub async fn goes_on<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    let values = [Value::from(now.0), id.into()];
    let sql = "UPDATE import SET seen_at = $1 WHERE id = $2";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

/// Writes down how it ended.
pub async fn end(app: &App, id: &str, plan: &Plan, total: &Imported) -> Result<(), AppError> {
    let counts = serde_json::to_string(total).unwrap_or_default();
    let now = app.now();
    let values: Vec<Value> = vec![now.0.into(), counts.into(), id.into()];
    let (values, told) = (&values, &entry("end_import", id, serde_json::json!(total)));
    let sql = "UPDATE import SET finished_at = $1, counts = $2 WHERE id = $3";
    app.db
        .write(|tx| async move {
            let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values.clone());
            tx.execute_raw(statement).await?;
            audit::append(&tx, vec![(plan.by.clone(), told.clone())], now).await.map_err(AppError::from)
        })
        .await
}

/// Keeps what members and contacts were, for the undo.
pub async fn remember<C: ConnectionTrait>(conn: &C, vault: &Vault, import: &str, written: &Written, now: Instant) -> Result<(), DbErr> {
    let row = |entity: &str, id: &str, before: Option<String>| -> Vec<Value> {
        vec![import.into(), entity.into(), id.into(), Value::String(before)]
    };
    let mut rows: Vec<Vec<Value>> = written.members.created.iter().map(|id| row("member", id, None)).collect();
    rows.extend(written.contacts.created.iter().map(|id| row("contact", id, None)));
    rows.extend(written.members.changed.iter().map(|before| row("member", &before.id, serde_json::to_string(before).ok())));
    let subjects: Vec<String> = written.contacts.changed.iter().map(|before| privacy::contact(&before.id)).collect();
    let keys = privacy::keys_for(conn, vault, &subjects, now).await?;
    for (before, subject) in written.contacts.changed.iter().zip(&subjects) {
        rows.push(row("contact", &before.id, Some(keys.secret(subject, &serde_json::json!(before).to_string())?)));
    }
    let keys = ["import_id", "entity", "entity_id"];
    insert_rows(conn, "import_change", &["import_id", "entity", "entity_id", "before"], rows, OnConflict::Ignore { keys: &keys }).await?;
    Ok(())
}

/// Seals what is kept of contacts where it still stands as it was.
pub async fn bring_up<C: ConnectionTrait>(conn: &C, app: &App) -> Result<(), DbErr> {
    let sql =
        r#"SELECT import_id, entity_id, before FROM import_change WHERE entity = 'contact' AND before NOT LIKE '{"sealed":%' LIMIT 500"#;
    loop {
        let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in &rows {
            let (import, id, before): (String, String, String) =
                (row.try_get("", "import_id")?, row.try_get("", "entity_id")?, row.try_get("", "before")?);
            let subject = privacy::contact(&id);
            let keys = privacy::keys_for(conn, &app.vault, std::slice::from_ref(&subject), app.now()).await?;
            let sql = "UPDATE import_change SET before = $1 WHERE import_id = $2 AND entity = 'contact' AND entity_id = $3";
            let values = [Value::from(keys.secret(&subject, &before)?), import.into(), id.into()];
            conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
        }
    }
}
