//! Giving units out of one holder's book into another's: out of a campaign's budget to a member.
//!
//! A campaign is a holder like any other: a row of its own among the members, funded by an adjustment. What it gives leaves its lots by a
//! `points.shared` fact and arrives by one `points.pooled` fact for each lot drawn, with that lot's expiry, in one transaction. A budget
//! cannot be overdrawn, whoever gives at the same time.

use ledger::Instant;
use program::Timeline;
use sea_orm::ConnectionTrait;

use super::say::{SpendError, unit_ix};
use super::spend::{Spend, Spent, draw_from, first_answer};
use crate::app::{App, AppError};
use crate::facts::{first_said, moment, settle_members, states};

/// Units to be given.
#[derive(Clone, Debug)]
pub struct Give {
    /// Names the gift; the same again changes nothing.
    pub id: String,
    /// Whose units: a campaign, or a company.
    pub from: String,
    /// Who gets them.
    pub to: String,
    /// The unit.
    pub unit: String,
    /// In the unit's smallest step.
    pub amount: i64,
    /// Who gives, where known.
    pub actor: Option<String>,
}

/// Gives units; the answer says which lots they came from.
///
/// # Errors
/// When either holder is not known, both are one, or the giver has less than the amount.
pub async fn give(app: &App, ask: &Give) -> Result<Spent, SpendError> {
    let now = app.now();
    app.db.write(|tx| async move { give_in(&tx, &*app.timeline_in(&tx).await?, ask, now).await }).await
}

async fn give_in<C: ConnectionTrait>(conn: &C, timeline: &Timeline, ask: &Give, now: Instant) -> Result<Spent, SpendError> {
    unit_ix(timeline, &ask.unit)?;
    if ask.from == ask.to {
        return Err(AppError::Refused(format!("`{}` cannot give to itself", ask.from)).into());
    }
    let both = [ask.from.clone(), ask.to.clone()];
    let known = crate::members::find(conn, both.iter().map(String::as_str)).await?;
    if let Some(missing) = both.iter().find(|id| !known.contains_key(*id)) {
        return Err(AppError::UnknownMember(missing.clone()).into());
    }
    settle_members(conn, timeline, &both, now, now).await?;
    let arriving = Spend {
        id: ask.id.clone(),
        member: ask.to.clone(),
        unit: ask.unit.clone(),
        amount: ask.amount,
        reference: None,
        pool: true,
        actor: ask.actor.clone(),
    };
    if let Some(said) = first_said(conn, &format!("{}:share:0", ask.id)).await? {
        return first_answer(conn, &arriving, Instant(said.0 + 1)).await;
    }
    let at = moment(states(conn, timeline, &both).await?.values(), now);
    let mut given = Spent::default();
    draw_from(conn, timeline, &arriving, &ask.from, ask.amount, 0, at, &mut given).await?;
    Ok(given)
}
