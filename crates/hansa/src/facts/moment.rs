//! When something happens that is said to happen now.

use std::collections::HashMap;

use ledger::Instant;
use program::{Fact, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::load::{Stored, states};
use super::record::{answering, settle_members};

/// How far the clocks of two machines may differ, in microseconds: an hour.
pub const CLOCKS_DIFFER: i64 = 3_600_000_000;

/// When something that is said now happens: after everything that was judged for the members it is about. Otherwise what is said in the
/// same microsecond, or by a machine whose clock is a little behind, would be judged first: a commit before its reservation.
pub fn moment<'s>(states: impl IntoIterator<Item = &'s Stored>, now: Instant) -> Instant {
    let last = states.into_iter().map(|stored| {
        let judged = stored.state.last.as_ref().map_or(Instant::MIN, |last| Instant(last.occurred_at.0.saturating_add(1)));
        judged.max(stored.state.clock)
    });
    // What lies further ahead is no clock's fault, and everything said meanwhile comes before it.
    last.filter(|last| last.0 <= now.0.saturating_add(CLOCKS_DIFFER)).fold(now, Instant::max)
}

/// When the fact of this id happened, if there is one.
pub async fn first_said<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Instant>, DbErr> {
    let sql = "SELECT occurred_at FROM fact WHERE id = $1";
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id)])).await?;
    row.map(|row| row.try_get("", "occurred_at").map(Instant)).transpose()
}

/// Lets facts that are said now happen: each at its member's [`moment`] and after the one before it; what was said before stays where it was.
/// On PostgreSQL the members are held until the transaction ends. Members judged under another timeline are brought up to date first.
///
/// # Errors
/// When the database fails.
pub async fn happen_now<C: ConnectionTrait>(conn: &C, timeline: &Timeline, facts: Vec<&mut Fact>, now: Instant) -> Result<(), DbErr> {
    if facts.is_empty() {
        return Ok(());
    }
    let mut members: Vec<String> = facts.iter().map(|fact| fact.member.to_string()).collect();
    members.sort_unstable();
    members.dedup();
    let answering = answering(conn, &members).await?;
    members.retain(|id| answering.contains_key(id));
    members.iter_mut().for_each(|id| id.clone_from(&answering[id]));
    let said = said_before(conn, &facts).await?;
    let mut known = states(conn, timeline, &members).await?;
    let stale: Vec<String> = known.iter().filter(|(_, stored)| !stored.current).map(|(id, _)| id.clone()).collect();
    if !stale.is_empty() {
        settle_members(conn, timeline, &stale, now, now).await?;
        known.extend(states(conn, timeline, &stale).await?);
    }
    let mut next: HashMap<String, Instant> = HashMap::new();
    for fact in facts {
        let at = match said.get(&*fact.id) {
            Some(said) => *said,
            None => {
                let member = answering.get(&*fact.member).map_or(&*fact.member, String::as_str);
                let next = next.entry(member.to_owned()).or_insert_with(|| moment(known.get(member), now));
                let at = *next;
                *next = Instant(at.0.saturating_add(1));
                at
            }
        };
        (fact.occurred_at, fact.recorded_at) = (at, at);
    }
    Ok(())
}

async fn said_before<C: ConnectionTrait>(conn: &C, facts: &[&mut Fact]) -> Result<HashMap<String, Instant>, DbErr> {
    let sql = "SELECT id, occurred_at FROM fact WHERE id IN {keys}";
    let rows = db::select_in(conn, sql, &[], facts.iter().map(|fact| Value::from(fact.id.to_string()))).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, Instant(row.try_get("", "occurred_at")?)))).collect()
}
