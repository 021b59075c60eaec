//! Bringing every member's standing up to date.
//!
//! Live facts carry a member's time forward by themselves. [`evaluate`] does it for those who were silent: holds end, lots lapse,
//! reviews fall due; and after a program was applied it judges everyone anew.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::app::{App, AppError};
use crate::facts::{Settled, digest, settle_members};
use crate::members;

/// Members brought up to date in one transaction.
const PAGE: u64 = 500;

/// Brings every member up to `until`; `progress` hears how many are done.
///
/// # Errors
/// When no program was applied, or the database fails; what was done before stays done.
pub async fn evaluate(app: &App, until: Instant, mut progress: impl FnMut(u64)) -> Result<Settled, AppError> {
    let mut total = Settled::default();
    let mut after = String::new();
    loop {
        let timeline = app.timeline_in(app.db.read()).await?;
        let due = due_members(app.db.read(), &digest(&timeline), until, &after).await?;
        let Some(last) = due.last().cloned() else { return Ok(total) };
        let (timeline, now, due) = (&timeline, app.now(), &due);
        let settled =
            app.db.write(|tx| async move { settle_members(&tx, timeline, due, until, now).await.map_err(AppError::from) }).await?;
        total.ticked += settled.ticked;
        total.replayed += settled.replayed;
        progress(due.len() as u64);
        after = last;
    }
}

/// Computes one member's state, lots, orders, redemptions and reservations anew from its facts, whatever is stored of them.
///
/// # Errors
/// When there is no such member, or what only grows (facts, transfers, decisions) cannot be read.
pub async fn rebuild(app: &App, member: &str, until: Instant) -> Result<(), AppError> {
    if members::find(app.db.read(), [member].into_iter()).await?.is_empty() {
        return Err(AppError::UnknownMember(member.to_owned()));
    }
    let (now, ids) = (app.now(), &[member.to_owned()]);
    app.db
        .write(|tx| async move {
            let timeline = app.timeline_in(&tx).await?;
            // A state of no timeline need not be readable: it is replayed.
            let row: Vec<Value> = vec![member.into(), "".into(), 0i64.into(), Value::Bytes(Some(Vec::new()))];
            let replace = OnConflict::Replace { keys: &["member_id"], columns: &["timeline"] };
            insert_rows(&tx, "member_state", &["member_id", "timeline", "facts", "state"], [row], replace).await?;
            settle_members(&tx, &timeline, ids, until, now).await.map(drop).map_err(AppError::from)
        })
        .await
}

async fn due_members<C: ConnectionTrait>(conn: &C, timeline: &str, until: Instant, after: &str) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT member_id FROM member_state WHERE (due_at <= $1 OR timeline <> $2) AND member_id > $3 ORDER BY member_id LIMIT $4";
    let values: [Value; 4] = [until.0.into(), timeline.into(), after.into(), i64::try_from(PAGE).unwrap_or(i64::MAX).into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(|row| row.try_get("", "member_id")).collect()
}
