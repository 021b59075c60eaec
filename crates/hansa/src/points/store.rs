//! Facts behind a statement and behind a spend.

use std::collections::HashMap;
use std::sync::Arc;

use db::select_in;
use ledger::Instant;
use program::Fact;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::facts::fact_from_row;

/// Facts by their ids; what is no fact's id (a period, an instant) is left out.
pub async fn facts<C: ConnectionTrait>(conn: &C, ids: impl IntoIterator<Item = Arc<str>>) -> Result<HashMap<Arc<str>, Fact>, DbErr> {
    let sql = "SELECT id, member_id, kind, occurred_at, recorded_at, source, actor, corrects, body FROM fact WHERE id IN {keys}";
    let rows = select_in(conn, sql, &[], ids.into_iter().map(|id| Value::from(id.to_string()))).await?;
    rows.iter().map(|row| fact_from_row(row).map(|fact| (fact.id.clone(), fact))).collect()
}

/// What a member had from other companies of its tree at an instant.
pub async fn arrived<C: ConnectionTrait>(conn: &C, member: &str, at: Instant) -> Result<Vec<Fact>, DbErr> {
    let sql = "SELECT id, member_id, kind, occurred_at, recorded_at, source, actor, corrects, body FROM fact \
               WHERE member_id = $1 AND occurred_at = $2 AND kind = 'points.pooled'";
    let values = [Value::from(member), at.0.into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(fact_from_row).collect()
}
