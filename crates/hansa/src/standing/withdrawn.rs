//! Receipts that do not hold any more. Nothing written is ever changed, so they are there.

use ledger::Instant;
use program::Timeline;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::explain::Ask;
use super::receipt::receipt;
use super::view::WithdrawnView;
use crate::facts::decision_from_row;

/// The receipts of a member that were taken back, those taken back last first, as many as are asked for.
pub async fn withdrawn<C: ConnectionTrait>(conn: &C, timeline: &Timeline, member: &str, ask: &Ask) -> Result<Vec<WithdrawnView>, DbErr> {
    if ask.withdrawn == 0 {
        return Ok(Vec::new());
    }
    let sql = "SELECT key, effective_at, version, rule, cause, body, recorded_at FROM decision \
               WHERE member_id = $1 AND revision % 2 = 1 ORDER BY recorded_at DESC, effective_at DESC, key LIMIT $2";
    let values = [Value::from(member), i64::try_from(ask.withdrawn).unwrap_or(i64::MAX).into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let one = |row| {
        let withdrawn_at = Instant(sea_orm::QueryResult::try_get(row, "", "recorded_at")?);
        Ok(WithdrawnView { withdrawn_at, receipt: receipt(timeline, decision_from_row(row)?, &[], ask.language) })
    };
    rows.iter().map(one).collect()
}
