//! Opening a case, and every step that only moves it on.

use ledger::Instant;
use sea_orm::ConnectionTrait;

use super::rule::{Act, Level, Status, after, appealable};
use super::view::CaseView;
use super::{Case, Step, TEXT_MAX, store};
use crate::audit::{By, Entry};
use crate::http::problem::{Code, Failed, Problem};
use crate::{members, people};

/// A case as it is now, and what the audit is to be told at the end of the transaction; nothing where nothing changed.
pub(super) type Moved = (Case, Option<Entry>);

/// Opens a case; a member has one that runs at a time.
pub(super) async fn open<C: ConnectionTrait>(
    conn: &C,
    id: String,
    member: &str,
    level: Level,
    by: &By,
    now: Instant,
) -> Result<Moved, Failed> {
    if members::find(conn, std::iter::once(member)).await?.is_empty() {
        return Err(Problem::new(Code::NotFound).into());
    }
    let there = store::of_member(conn, member).await?;
    // An earlier attempt of this very request made it and did not get to say so.
    if let Some(made) = there.iter().find(|case| case.id == id) {
        return Ok((made.clone(), None));
    }
    if let Some(running) = there.iter().find(|case| case.status.running()) {
        return Err(Problem::new(Code::Refused).saying(format!("case `{}` is not decided yet", running.id)).into());
    }
    let renews = there.iter().find(|case| case.status == Status::Approved && case.level == level).map(|case| case.id.clone());
    let case = Case {
        id,
        member: member.to_owned(),
        level,
        status: Status::Open,
        reviewer: None,
        opened_at: now,
        opened_by: by.actor.clone(),
        deadline: Instant(now.0.saturating_add(level.service())),
        waiting_since: None,
        decided_at: None,
        decided_by: None,
        reason: None,
        expires_at: None,
        appealed_at: None,
        renews,
        steps: 0,
    };
    written(conn, None, case, Act::Open, None, by, now).await
}

/// Names the staff member who reviews a case.
pub(super) async fn assign<C: ConnectionTrait>(
    conn: &C,
    before: &Case,
    reviewer: Option<String>,
    by: &By,
    now: Instant,
) -> Result<Moved, Failed> {
    if let Some(id) = &reviewer
        && !people::of_staff(conn, id).await?
    {
        return Err(Problem::field("reviewer", format!("nobody of the staff is `{id}`")).into());
    }
    let case = Case { reviewer, ..before.clone() };
    let note = case.reviewer.clone();
    moved(conn, before, case, Act::Assign, note, by, now).await
}

/// Asks the company, answers for it, appeals or withdraws.
pub(super) async fn step<C: ConnectionTrait>(
    conn: &C,
    before: &Case,
    act: Act,
    note: Option<String>,
    by: &By,
    now: Instant,
) -> Result<Moved, Failed> {
    if note.as_ref().is_some_and(|note| note.trim().is_empty() || note.chars().count() > TEXT_MAX) {
        return Err(Problem::field("note", format!("1 to {TEXT_MAX} characters")).into());
    }
    let mut case = before.clone();
    match act {
        Act::Ask => case.waiting_since = Some(now),
        Act::Answer => {
            // The time in which the company was asked is not the reviewer's.
            let waited = case.waiting_since.take().map_or(0, |since| now.0.saturating_sub(since.0));
            case.deadline = Instant(case.deadline.0.saturating_add(waited));
        }
        Act::Appeal => {
            if before.decided_at.is_some_and(|at| !appealable(at, now)) {
                return Err(Problem::new(Code::Refused).saying("the time for an appeal is over").into());
            }
            (case.appealed_at, case.reviewer) = (Some(now), None);
            case.deadline = Instant(now.0.saturating_add(case.level.service()));
        }
        _ => case.waiting_since = None,
    }
    moved(conn, before, case, act, note, by, now).await
}

/// Moves a case on by a step that its status allows.
pub(super) async fn moved<C: ConnectionTrait>(
    conn: &C,
    before: &Case,
    mut case: Case,
    act: Act,
    note: Option<String>,
    by: &By,
    now: Instant,
) -> Result<Moved, Failed> {
    case.status = after(before.status, act, before.appealed_at.is_some()).map_err(|why| Problem::new(Code::Refused).saying(why))?;
    written(conn, Some(before), case, act, note, by, now).await
}

async fn written<C: ConnectionTrait>(
    conn: &C,
    before: Option<&Case>,
    mut case: Case,
    act: Act,
    note: Option<String>,
    by: &By,
    now: Instant,
) -> Result<Moved, Failed> {
    case.steps += 1;
    store::put(conn, &case).await?;
    let step = Step { seq: case.steps, at: now, actor: by.actor.clone(), act, status: case.status, note };
    store::add_step(conn, &case, &step).await?;
    let action = match act {
        Act::Open => "open_verification",
        Act::AddEvidence => "add_evidence",
        Act::Assign => "assign_verification",
        Act::Ask => "ask_company",
        Act::Answer => "answer_verification",
        Act::Approve | Act::Refuse => "decide_verification",
        Act::Appeal => "appeal_verification",
        Act::Withdraw => "withdraw_verification",
        Act::Expire => "expire_verification",
    };
    // What was said stands in the history of the case, where a person's name can be taken out; the audit is never changed.
    let told = |case: &Case| serde_json::json!(CaseView { reason: None, ..CaseView::from(case) }).to_string();
    let entry = Entry {
        action,
        member: Some(case.member.clone()),
        subject: format!("verification:{}", case.id),
        before: before.map(told),
        after: Some(told(&case)),
        why: None,
    };
    Ok((case, Some(entry)))
}
