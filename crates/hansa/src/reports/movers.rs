//! Which members changed tier between two instants.

use std::sync::Arc;

use ledger::Instant;
use program::calendar::{Span, Zone};
use program::decision::{Change, Decision, Outcome, TierChange};
use program::{Engine, Fact, Mode, Out, Timeline};

use super::basis::Basis;
use super::replays;
use super::store::{judged_page, stored_basis, tier_decisions};
use crate::app::{App, AppError};
use crate::cli::output::{Cell, Column, Kind, Sheet};

/// How far back one looks when nothing is said.
const SINCE: Span = Span::Days(90);

/// Who moved.
#[derive(Clone, Debug)]
pub struct MoversReport {
    /// What it rests on.
    pub basis: Basis,
    /// The instant with which the present is compared.
    pub since: Instant,
    /// By member and track; a member that came back to where it was has not moved.
    pub rows: Vec<Moved>,
}

/// One member's move on one track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The member's id.
    pub member: String,
    /// The track's id.
    pub track: Arc<str>,
    /// The tier in force then; for a member that joined since, the one it came in with.
    pub from: Arc<str>,
    /// The tier in force now.
    pub to: Arc<str>,
    /// When the last change took effect.
    pub at: Instant,
    /// The key of its receipt.
    pub receipt: String,
}

/// Who changed tier after `since` (90 days before, when nothing is said) and up to the present or an instant.
///
/// # Errors
/// When no program was applied, `since` does not lie before the end, or the database fails.
pub async fn movers(app: &App, since: Option<Instant>, as_of: Option<Instant>) -> Result<MoversReport, AppError> {
    let timeline = app.timeline()?;
    let until = as_of.unwrap_or_else(|| app.now());
    let since = since.unwrap_or_else(|| before(timeline.zone(), until));
    if since >= until {
        return Err(AppError::Refused("movers are looked for between two instants: --since must lie before the end".to_owned()));
    }
    let (basis, mut rows) = match as_of {
        Some(at) => (Basis::Replayed(at), replayed(app, timeline.clone(), since, at).await?),
        None => stored(app, &timeline, since).await?,
    };
    rows.sort_by(|a, b| (&a.member, &a.track).cmp(&(&b.member, &b.track)));
    Ok(MoversReport { basis, since, rows })
}

fn before(zone: &Zone, until: Instant) -> Instant {
    let Span::Days(days) = SINCE else { return until };
    Span::Days(-days).after_instant(zone, until)
}

async fn stored(app: &App, timeline: &Timeline, since: Instant) -> Result<(Basis, Vec<Moved>), AppError> {
    let now = app.now();
    app.db
        .read_snapshot(async |tx| {
            let basis = stored_basis(&tx, timeline, now).await?;
            let mut rows = Vec::new();
            let mut after = String::new();
            loop {
                let page = judged_page(&tx, &after).await?;
                let (Some(first), Some(last)) = (page.first(), page.last()) else {
                    return Ok((basis, rows));
                };
                let decisions = tier_decisions(&tx, (first, last), since, now).await?;
                for member in decisions.chunk_by(|(a, _), (b, _)| a == b) {
                    rows.extend(moves(&member[0].0, member.iter().map(|(_, decision)| decision)));
                }
                after.clone_from(last);
            }
        })
        .await
}

async fn replayed(app: &App, timeline: Arc<Timeline>, since: Instant, until: Instant) -> Result<Vec<Moved>, AppError> {
    let visit = move |timeline: &Timeline, member: &str, facts: &[Fact], rows: &mut Vec<Moved>| {
        let engine = Engine::new(timeline);
        let mut state = engine.begin();
        let (old, rest) = facts.split_at(facts.partition_point(|fact| fact.occurred_at <= since));
        let mut out = Out::default();
        for fact in old {
            // What is on record is never refused.
            let _ = engine.apply(&mut state, fact, Mode::Recorded, &mut out);
            out.clear();
        }
        engine.tick(&mut state, since, &mut out);
        let mut out = Out::with_receipts();
        for fact in rest.iter().take_while(|fact| fact.occurred_at <= until) {
            let _ = engine.apply(&mut state, fact, Mode::Recorded, &mut out);
        }
        engine.tick(&mut state, until, &mut out);
        rows.extend(moves(member, out.decisions.iter()));
    };
    replays::fold(app, timeline, visit, |total: &mut Vec<Moved>, part| total.extend(part)).await
}

/// What a member's decisions after the first instant, in order, come to on each track.
fn moves<'d>(member: &str, decisions: impl Iterator<Item = &'d Decision>) -> Vec<Moved> {
    let mut found: Vec<Moved> = Vec::new();
    for decision in decisions {
        let Outcome::Tier(change) = &decision.outcome else {
            continue;
        };
        let (from, to) = in_force(change);
        match found.iter_mut().find(|moved| moved.track == change.track) {
            None => found.push(Moved {
                member: member.to_owned(),
                track: change.track.clone(),
                from: from.clone(),
                to: to.clone(),
                at: decision.at,
                receipt: decision.key.clone(),
            }),
            Some(moved) if moved.to != *to => {
                moved.to = to.clone();
                moved.at = decision.at;
                moved.receipt.clone_from(&decision.key);
            }
            Some(_) => {}
        }
    }
    found.retain(|moved| moved.from != moved.to);
    found
}

/// The tiers in force before and after a decision: while one set by hand lasts, what is reached beneath it does not show.
fn in_force(change: &TierChange) -> (&Arc<str>, &Arc<str>) {
    let hand = change.by_hand.as_ref().map(|hand| &hand.tier);
    match change.change {
        Change::Joined => (&change.to, &change.to),
        Change::SetByHand | Change::HandEnded => (&change.from, &change.to),
        _ => (hand.unwrap_or(&change.from), hand.unwrap_or(&change.to)),
    }
}

impl MoversReport {
    /// The report as a sheet.
    pub fn sheet(&self, zone: &Zone) -> Sheet {
        let mut sheet = Sheet::new(vec![
            Column::new("member", Kind::Text),
            Column::new("track", Kind::Text),
            Column::new("from", Kind::Text),
            Column::new("to", Kind::Text),
            Column::new("at", Kind::Time(zone.clone())),
            Column::new("receipt", Kind::Text),
        ]);
        sheet.rows.extend(self.rows.iter().map(|row| {
            let [member, track, from, to] = [row.member.as_str(), &row.track, &row.from, &row.to].map(Cell::text);
            vec![member, track, from, to, Cell::Time(row.at), Cell::text(&row.receipt)]
        }));
        sheet
    }
}
