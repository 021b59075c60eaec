//! One live fact about units, said in the caller's transaction; said again by the same id, it gives the first answer.

use std::sync::Arc;

use db::Dialect;
use ledger::{Instant, UnitIx};
use program::expr::Value as Field;
use program::fact::{Body, Fact, Kind, MAX_ID};
use program::{Mode, Timeline};
use sea_orm::{ConnectionTrait, DbErr};

use super::store;
use crate::app::{App, AppError};
use crate::audit::{By, Entry};
use crate::facts::{Answer, FactError, first_said, judge, moment, record, settle_members, states};

/// The longest id of a fact about units: those that a pooled spend makes are named after it.
pub const MAX_SAID_ID: usize = MAX_ID - 28;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum SpendError {
    /// The database failed.
    #[error("{}", db::describe(.0))]
    Database(#[from] DbErr),
    /// No program, or no such member or unit.
    #[error(transparent)]
    App(#[from] AppError),
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(#[from] FactError),
    /// The member and its parents have too little.
    #[error("only {available} available in the company and its parents, {needed} needed")]
    Beyond {
        /// What could be spent.
        available: i64,
        /// What was asked for.
        needed: i64,
    },
}

/// Something to be said about a member's units: reserved, committed, released, restored, adjusted.
#[derive(Clone, Debug)]
pub struct Say {
    /// The id of the fact; saying it again changes nothing.
    pub id: String,
    /// Whose units.
    pub member: String,
    /// The kind of fact, e.g. `points.reserved`.
    pub kind: &'static str,
    /// The fields of its body.
    pub fields: Vec<(&'static str, Field)>,
    /// Who says so, where known.
    pub actor: Option<String>,
}

/// What the member has afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Left {
    /// The same had been said before by a fact of the same id: nothing changed.
    pub known: bool,
    /// The unit; `None` where the fact names none, as the use of a benefit does.
    pub unit: Option<String>,
    /// What it may spend, in the unit's smallest step.
    pub available: i64,
    /// What is set aside, in the unit's smallest step.
    pub reserved: i64,
}

/// Says it. `unit` is the one whose balances are told.
///
/// # Errors
/// When the rules do not allow it; nothing is written then.
pub async fn say(app: &App, ask: &Say, unit: Option<&str>) -> Result<Left, SpendError> {
    say_by(app, ask, unit, &By::machine(ask.actor.as_deref())).await
}

/// [`say`] for somebody who calls from outside.
///
/// # Errors
/// As [`say`].
pub async fn say_by(app: &App, ask: &Say, unit: Option<&str>, by: &By) -> Result<Left, SpendError> {
    short(&ask.id)?;
    let mut fact = fact(&ask.id, &ask.member, ask.kind, app.now(), ask.fields.clone())?;
    fact.actor = ask.actor.as_deref().map(Arc::from);
    let unit = unit.map(|unit| unit_ix(&*app.timeline()?, unit).map(|_| unit)).transpose()?;
    let known = match app.submit_now(fact, ask.kind, by.clone()).await? {
        Err(FactError::UnknownMember(member)) => return Err(AppError::UnknownMember(member.to_string()).into()),
        answer => answer?.known,
    };
    match unit {
        Some(unit) => left(app.db.read(), &*app.timeline()?, &ask.member, unit, known).await,
        None => Ok(Left { known, ..Left::default() }),
    }
}

/// Whether it could be said now, by the very rules: it is judged, and not written.
///
/// # Errors
/// As [`say`].
pub async fn may_say(app: &App, ask: &Say) -> Result<(), SpendError> {
    let (timeline, now) = (&*app.timeline()?, app.now());
    match app.db.dialect() {
        Dialect::Sqlite => app.db.read_snapshot(|tx| async move { judge_alone(&tx, timeline, ask, now).await }).await,
        // There judging holds the member's row, which a transaction that only reads may not.
        Dialect::Postgres => app.db.write(|tx| async move { judge_alone(&tx, timeline, ask, now).await }).await,
    }
}

async fn judge_alone<C: ConnectionTrait>(conn: &C, timeline: &Timeline, ask: &Say, now: Instant) -> Result<(), SpendError> {
    let at = moment(states(conn, timeline, std::slice::from_ref(&ask.member)).await?.values(), now);
    let fact = fact(&ask.id, &ask.member, ask.kind, at, ask.fields.clone())?;
    let (answers, _) = judge(conn, timeline, vec![fact], Mode::Live, now, None).await?;
    Ok(accept(answers)?)
}

/// What the audit tells of a fact about units. The fact itself says the rest and is never changed.
pub(crate) fn entry(action: &'static str, id: &str, member: &str) -> Entry {
    Entry { action, member: Some(member.to_owned()), subject: format!("fact:{id}"), before: None, after: None, why: None }
}

/// Says it at an instant in the caller's transaction, which holds the member; whether it had been said before.
pub async fn say_in<C: ConnectionTrait>(conn: &C, timeline: &Timeline, ask: &Say, at: Instant, now: Instant) -> Result<bool, SpendError> {
    short(&ask.id)?;
    let fields = ask.fields.clone();
    let said = first_said(conn, &ask.id).await?;
    let mut fact = fact(&ask.id, &ask.member, ask.kind, said.unwrap_or(at), fields)?;
    fact.actor = ask.actor.as_deref().map(Arc::from);
    accept(record(conn, timeline, vec![fact], Mode::Live, now, None).await?)?;
    Ok(said.is_some())
}

/// Says it in the caller's transaction as of an instant, or now: after everything that was judged for the member.
///
/// # Errors
/// When the rules do not allow it.
pub async fn say_now<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    ask: &Say,
    at: Option<Instant>,
    now: Instant,
) -> Result<bool, SpendError> {
    let member = std::slice::from_ref(&ask.member);
    settle_members(conn, timeline, member, now, now).await?;
    let at = match at {
        Some(at) => at,
        None => moment(states(conn, timeline, member).await?.values(), now),
    };
    say_in(conn, timeline, ask, at, now).await
}

fn short(id: &str) -> Result<(), AppError> {
    if id.len() > MAX_SAID_ID {
        return Err(AppError::Refused(format!("field `id`: at most {MAX_SAID_ID} bytes")));
    }
    Ok(())
}

/// What a member has of a unit now.
pub async fn left<C: ConnectionTrait>(conn: &C, timeline: &Timeline, member: &str, unit: &str, known: bool) -> Result<Left, SpendError> {
    let ix = unit_ix(timeline, unit)?;
    let states = states(conn, timeline, &[member.to_owned()]).await?;
    let balances = states.get(member).map(|stored| stored.book.balances(ix)).unwrap_or_default();
    Ok(Left { known, unit: Some(unit.to_owned()), available: balances.available, reserved: balances.reserved })
}

/// The unit of a reservation or redemption, by the fact that made it; `None` when that fact names none.
///
/// # Errors
/// When the member has no such fact.
pub async fn unit_of(app: &App, member: &str, fact: &str) -> Result<Option<String>, AppError> {
    let found = store::facts(app.db.read(), [Arc::from(fact)]).await?;
    match found.get(fact).filter(|found| *found.member == *member) {
        Some(found) => Ok(found.text("unit").map(ToString::to_string)),
        None => Err(AppError::Refused(format!("member `{member}` has no reservation or redemption `{fact}`"))),
    }
}

pub(super) fn unit_ix(timeline: &Timeline, unit: &str) -> Result<UnitIx, AppError> {
    let at = timeline.unit(unit).ok_or_else(|| AppError::Refused(format!("field `unit`: the program has no unit `{unit}`")))?;
    Ok(UnitIx(u16::try_from(at).unwrap_or(u16::MAX)))
}

pub(super) fn fact(id: &str, member: &str, kind: &str, at: Instant, fields: Vec<(&str, Field)>) -> Result<Fact, SpendError> {
    let kind = Kind::named(kind);
    let body = Body::build(kind, &fields, Vec::new()).map_err(|error| AppError::Refused(error.to_string()))?;
    let text = |text: &str| -> Arc<str> { text.into() };
    Ok(Fact {
        id: text(id),
        member: text(member),
        kind,
        occurred_at: at,
        recorded_at: at,
        source: text("hansa"),
        actor: None,
        corrects: None,
        body,
    })
}

pub(super) fn accept(answers: Vec<Answer>) -> Result<(), FactError> {
    answers.into_iter().try_for_each(|answer| answer.map(drop))
}
