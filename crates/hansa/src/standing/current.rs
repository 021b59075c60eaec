//! A member as it stands now, out of what is stored: as cheap for a long history as for a short one.

use ledger::{Book, Instant};
use program::state::{Member, State};
use program::{Engine, Mode, Out, Timeline};
use sea_orm::{ConnectionTrait, DbErr};

use crate::facts::{member_history, open_lots, states};
use crate::points::CLOCKS_DIFFER;

/// The member as it stands now, and when that is: what was said last has happened, also where it was said on a machine whose clock is a little ahead. What is
/// stored serves where nothing has fallen due since and nothing lies further ahead; otherwise the member's history is judged.
pub(super) async fn current<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    member: &str,
    now: Instant,
) -> Result<(Member, Instant), DbErr> {
    let engine = Engine::new(timeline);
    let mut now = now;
    let mut found = match states(conn, timeline, &[member.to_owned()]).await?.remove(member) {
        None => engine.begin(),
        Some(kept) if kept.current && kept.state.due.is_none_or(|due| due > now) && last(&kept.state).0 <= now.0 + CLOCKS_DIFFER => {
            now = now.max(last(&kept.state));
            let lots = open_lots(conn, timeline, member).await?;
            Member::from_parts(kept.state, Book::from_parts(kept.book, lots, Vec::new(), Vec::new()), Vec::new())
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
    engine.tick(&mut found, now, &mut Out::default());
    Ok((found, now))
}

/// When something was last judged.
fn last(state: &State) -> Instant {
    state.last.as_ref().map_or(Instant::MIN, |last| last.occurred_at).max(state.clock)
}
