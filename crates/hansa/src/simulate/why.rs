//! Why somebody stands elsewhere under a candidate: the last decision about the track under each program.

use std::sync::Arc;

use ledger::Instant;
use program::decision::Outcome;
use program::history::{in_force, replay};
use program::{Engine, Fact, Out, Timeline};

use super::Mover;
use crate::app::{App, AppError};
use crate::facts::histories;
use crate::language::Language;
use crate::standing::Teller;
use crate::standing::words::day;

/// A mover with both receipts, as sentences.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reasons {
    /// Who moves, where.
    #[serde(flatten)]
    pub mover: Mover,
    /// The last decision about the track by the programs in force.
    pub why_now: Option<String>,
    /// The last decision about the track by the candidate.
    pub why_then: Option<String>,
}

/// Replays some movers with receipts under both programs.
///
/// # Errors
/// When the database fails, or no program is in force.
pub async fn why(app: &App, candidate: &Timeline, movers: &[Mover], as_of: Instant, language: Language) -> Result<Vec<Reasons>, AppError> {
    let current = app.timeline()?;
    let mut ids: Vec<String> = movers.iter().map(|mover| mover.member.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let histories = histories(app.db.read(), &ids).await?;
    let reasons = movers.iter().map(|mover| {
        let facts = in_force(histories.get(&mover.member).cloned().unwrap_or_default());
        let told = |timeline: &Timeline| last_word(timeline, &facts, &mover.track, as_of, language);
        Reasons { mover: mover.clone(), why_now: told(&current), why_then: told(candidate) }
    });
    Ok(reasons.collect())
}

fn last_word(timeline: &Timeline, facts: &[Fact], track: &Arc<str>, as_of: Instant, language: Language) -> Option<String> {
    let mut out = Out::with_receipts();
    replay(Engine::new(timeline), facts, as_of, &mut out);
    let about = |outcome: &Outcome| matches!(outcome, Outcome::Tier(change) if change.track == *track);
    let last = out.decisions.iter().rev().find(|decision| about(&decision.outcome))?;
    Some(format!("{}: {}", day(timeline.zone(), last.at), Teller::of(timeline, last.version, language).sentence(last)))
}
