//! A second person decides.

use ::program::expr::Value as Field;
use ledger::Instant;
use sea_orm::ConnectionTrait;

use super::{Approval, Matter, State, store, told};
use crate::access::{Caller, Whom};
use crate::app::App;
use crate::audit::{self, By};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Site, allowed};
use crate::points::{Say, say_now};
use crate::program;

/// Whether a caller may decide about an approval: somebody of the platform who might do it, who did not ask for it, and did not make the key that did.
pub(super) async fn may_decide<C: ConnectionTrait>(conn: &C, site: &Site, caller: &Caller, one: &Approval) -> Result<(), Failed> {
    let refused = |why: &str| Failed::from(Problem::new(Code::Refused).saying(why));
    if caller.whom != Whom::Staff {
        return Err(refused("a person decides, who is signed in"));
    }
    let name = caller.name();
    if one.asked_by == name {
        return Err(refused("somebody else than who asked decides"));
    }
    if one.asked_by.starts_with("key:") && store::made_key(conn, &name, &one.asked_by).await? {
        return Err(refused("somebody else than who made the key that asked decides"));
    }
    let may = allowed(site, caller, one.matter.operation(), one.member.as_deref()).await?;
    if may { Ok(()) } else { Err(Problem::new(Code::Forbidden).into()) }
}

/// An approval that is still open, held until the transaction ends.
pub(super) async fn open<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Approval, Failed> {
    let one = store::hold(conn, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    if one.state != State::Open {
        return Err(Problem::new(Code::Refused).saying(format!("it was {} before", one.state.name())).into());
    }
    Ok(one)
}

/// Writes down how it was decided.
pub(super) async fn ended<C: ConnectionTrait>(
    conn: &C,
    before: Approval,
    (state, reason): (State, Option<String>),
    by: &By,
    now: Instant,
) -> Result<Approval, Failed> {
    let action = match state {
        State::Open | State::Approved => "approve",
        State::Refused => "refuse_approval",
        State::Withdrawn => "withdraw_approval",
    };
    let after = Approval { state, reason, decided_by: Some(by.actor.clone()), decided_at: Some(now), ..before.clone() };
    store::decided(conn, &after).await?;
    audit::append(conn, vec![(by.clone(), told(action, Some(&before), &after))], now).await?;
    Ok(after)
}

/// Does what was asked for, in the name of who asked.
pub(super) async fn done<C: ConnectionTrait>(conn: &C, app: &App, one: &Approval, by: &By, now: Instant) -> Result<(), Failed> {
    let told = |error: crate::app::AppError| match error {
        crate::app::AppError::Database(error) => Failed::Database(error),
        error => Failed::Told(error.into()),
    };
    match &one.matter {
        Matter::AdjustPoints { fact, unit, amount, reason, expires_at } => {
            let text = |text: &str| Field::Text(text.into());
            let mut fields = vec![("unit", text(unit)), ("amount", Field::Int(*amount)), ("reason", text(reason))];
            fields.extend(expires_at.map(|at| ("expires_at", Field::Time(at))));
            let member = one.member.clone().unwrap_or_default();
            let say = Say { id: fact.clone(), member, kind: "points.adjusted", fields, actor: Some(one.asked_by.clone()) };
            let timeline = app.timeline_in(conn).await.map_err(told)?;
            let known = say_now(conn, &timeline, &say, None, now).await?;
            if !known {
                audit::append(conn, vec![(by.clone(), crate::points::entry(say.kind, &say.id, &say.member))], now).await?;
            }
        }
        Matter::ApplyProgram { source, effective_from, note, base } => {
            let newest = program::versions(conn).await?.last().map_or(0, |last| last.number);
            if newest != *base {
                let why = format!("version {newest} was applied since, and this was written for version {base}: ask for it anew");
                return Err(Problem::new(Code::Refused).saying(why).into());
            }
            let new = program::NewVersion { source, from: *effective_from, name: Some(&one.asked_by), note: note.as_deref() };
            program::apply_in(conn, new, by, now).await.map_err(told)?;
        }
    }
    Ok(())
}
