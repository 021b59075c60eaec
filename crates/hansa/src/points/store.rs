//! What a statement reads beside the transfers.

use std::collections::HashMap;
use std::sync::Arc;

use db::select_in;
use program::Fact;
use sea_orm::{ConnectionTrait, DbErr, Value};

use crate::facts::fact_from_row;

/// Facts by their ids; what is no fact's id (a period, an instant) is left out.
pub async fn facts<C: ConnectionTrait>(conn: &C, ids: impl IntoIterator<Item = Arc<str>>) -> Result<HashMap<Arc<str>, Fact>, DbErr> {
    let sql = "SELECT id, member_id, kind, occurred_at, recorded_at, source, actor, corrects, body FROM fact WHERE id IN {keys}";
    let rows = select_in(conn, sql, &[], ids.into_iter().map(|id| Value::from(id.to_string()))).await?;
    rows.iter().map(|row| fact_from_row(row).map(|fact| (fact.id.clone(), fact))).collect()
}
