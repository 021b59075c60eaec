//! What is approved ends in its time.

use super::decide::say;
use super::open::moved;
use super::rule::{Act, Status};
use super::tell::tell;
use super::{Case, store};
use crate::app::{App, AppError};
use crate::audit::{self, By};
use crate::http::problem::Failed;

/// Cases that are looked up at once.
const PAGE: i64 = 200;

/// Lets every approval lapse whose time is over, each in a transaction of its own, and says by a fact of that instant which level its member still
/// has. Done again it does nothing more. Returns how many lapsed.
///
/// # Errors
/// When the database fails or no program is in force; what has lapsed by then stays so.
pub async fn lapse(app: &App) -> Result<u64, AppError> {
    let mut lapsed = 0;
    loop {
        let due = store::due(app.db.read(), app.now(), PAGE).await?;
        if due.is_empty() {
            return Ok(lapsed);
        }
        for case in &due {
            lapsed += u64::from(one(app, case).await?);
        }
    }
}

async fn one(app: &App, due: &Case) -> Result<bool, AppError> {
    let (now, by) = (app.now(), &By::machine(Some("verification")));
    let done = app.db.write(|tx| async move {
        let timeline = app.timeline_in(&tx).await.map_err(|error| match error {
            AppError::Database(error) => Failed::Database(error),
            error => Failed::Told(error.into()),
        })?;
        let Some(before) = store::find(&tx, &due.member, &due.id, true).await? else { return Ok(false) };
        let Some(ended) = before.expires_at.filter(|at| before.status == Status::Approved && *at <= now) else { return Ok(false) };
        let was = store::in_force(&tx, &before.member, ledger::Instant(ended.0 - 1)).await?;
        let (case, entry) = moved(&tx, &before, before.clone(), Act::Expire, None, by, now).await?;
        let left = store::in_force(&tx, &case.member, ended).await?;
        if left != was {
            say(&tx, &timeline, &case, left, None, by, (Some(ended), now)).await?;
        }
        tell(&tx, app, &case, Act::Expire).await?;
        audit::append(&tx, entry.into_iter().map(|entry| (by.clone(), entry)).collect(), now).await?;
        Ok::<_, Failed>(true)
    });
    done.await.map_err(|failed| match failed {
        Failed::Database(error) => error.into(),
        Failed::Told(problem) => {
            AppError::Refused(format!("case {}: {}", due.id, problem.detail.unwrap_or_else(|| problem.code.name().to_owned())))
        }
    })
}
