//! A member as it stands now, out of what is stored: as cheap for a long history as for a short one.

use ledger::{Book, Instant};
use program::state::{Member, State};
use program::{Engine, Mode, Out, Timeline};
use sea_orm::{ConnectionTrait, DbErr};

use crate::facts::{CLOCKS_DIFFER, member_history, present};

/// A member as it stands now.
pub(super) struct Current {
    /// Its name.
    pub(super) name: String,
    /// Where it stands.
    pub(super) member: Member,
    /// When that is: what was said last has happened, also where it was said on a machine whose clock is a little ahead.
    pub(super) at: Instant,
}

/// The member as it stands now; `None` when there is no such member. What is stored serves where nothing has fallen due since and nothing lies
/// further ahead; otherwise the member's history is judged.
pub(super) async fn current<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    member: &str,
    now: Instant,
) -> Result<Option<Current>, DbErr> {
    let engine = Engine::new(timeline);
    let Some(found) = present(conn, timeline, member).await? else { return Ok(None) };
    let mut at = now;
    let mut stands = match found.stored {
        None => engine.begin(),
        Some(kept) if kept.current && kept.state.due.is_none_or(|due| due > now) && last(&kept.state).0 <= now.0 + CLOCKS_DIFFER => {
            at = now.max(last(&kept.state));
            Member::from_parts(kept.state, Book::from_parts(kept.book, found.lots, Vec::new(), Vec::new()), Vec::new())
        }
        Some(_) => {
            let facts = program::history::in_force(member_history(conn, member).await?);
            let (mut judged, mut out) = (engine.begin(), Out::default());
            for fact in facts.iter().take_while(|fact| fact.occurred_at <= now) {
                // What is on record is never refused.
                let _ = engine.apply(&mut judged, fact, Mode::Recorded, &mut out);
                out.transfers.clear();
            }
            judged
        }
    };
    engine.tick(&mut stands, at, &mut Out::default());
    Ok(Some(Current { name: found.name, member: stands, at }))
}

/// When something was last judged.
fn last(state: &State) -> Instant {
    state.last.as_ref().map_or(Instant::MIN, |last| last.occurred_at).max(state.clock)
}
