//! Deciding a case; what it comes to is a fact.

use ledger::Instant;
use program::Timeline;
use program::expr::Value as Field;
use sea_orm::ConnectionTrait;

use super::open::{Moved, moved};
use super::rule::{Act, Level, expiry};
use super::{Case, TEXT_MAX, store};
use crate::audit::By;
use crate::http::problem::{Code, Failed, Problem};
use crate::points::{Say, say_now};

/// What a reviewer decides.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    /// Whether the level is given.
    pub approve: bool,
    /// Why.
    pub reason: String,
    /// When the approval ends; the usual time where nothing is said.
    pub expires_at: Option<Instant>,
}

/// Decides.
pub(super) async fn decide<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    before: &Case,
    decision: &Decision,
    by: &By,
    now: Instant,
) -> Result<Moved, Failed> {
    if decision.reason.trim().is_empty() || decision.reason.chars().count() > TEXT_MAX {
        return Err(Problem::field("reason", format!("1 to {TEXT_MAX} characters")).into());
    }
    if before.appealed_at.is_some() && before.decided_by.as_ref() == Some(&by.actor) {
        return Err(Problem::new(Code::Refused).saying("an appeal is decided by somebody else than what it is against").into());
    }
    let mut case = before.clone();
    (case.decided_at, case.decided_by, case.reason) = (Some(now), Some(by.actor.clone()), Some(decision.reason.clone()));
    case.waiting_since = None;
    let note = Some(decision.reason.clone());
    if !decision.approve {
        if decision.expires_at.is_some() {
            return Err(Problem::field("expires_at", "only an approval ends").into());
        }
        return moved(conn, before, case, Act::Refuse, note, by, now).await;
    }
    if decision.expires_at.is_some_and(|until| until <= now) {
        return Err(Problem::field("expires_at", "in the future").into());
    }
    let evidence = store::evidence(conn, &case.id).await?;
    if !evidence.iter().any(|one| one.expires_at.is_none_or(|until| until > now)) {
        return Err(Problem::new(Code::Refused).saying("there is no evidence in force: nothing can be approved").into());
    }
    case.expires_at = Some(expiry(case.level, now, decision.expires_at, evidence.iter().filter_map(|one| one.expires_at)));
    let (case, entry) = moved(conn, before, case, Act::Approve, note, by, now).await?;
    let level = store::in_force(conn, &case.member, now).await?;
    // Where a higher level stands already, this one changes nothing.
    if level == case.level {
        say(conn, timeline, &case, level, case.expires_at, by, (None, now)).await?;
    }
    Ok((case, entry))
}

/// Says by a fact which level a member has, at an instant or now.
pub(super) async fn say<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    case: &Case,
    level: Level,
    until: Option<Instant>,
    by: &By,
    (at, now): (Option<Instant>, Instant),
) -> Result<(), Failed> {
    let text = |text: &str| Field::Text(text.into());
    let mut fields = vec![("level", text(level.name())), ("case", text(&case.id))];
    fields.extend(until.map(|until| ("until", Field::Time(until))));
    let ask = Say {
        id: format!("{}:{}", case.id, case.steps),
        member: case.member.clone(),
        kind: "member.verified",
        fields,
        actor: Some(by.actor.clone()),
    };
    Ok(say_now(conn, timeline, &ask, at, now).await.map(drop)?)
}
