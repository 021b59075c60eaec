//! How many members stand in each tier.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::Instant;
use program::history::replay;
use program::state::State;
use program::{Engine, Out, Timeline};

use super::basis::Basis;
use super::replays;
use super::store::{judged_page, stored_basis};
use crate::app::{App, AppError};
use crate::cli::output::{Cell, Column, Kind, Sheet};
use crate::facts::states;

/// Members by tier.
#[derive(Clone, Debug)]
pub struct TierReport {
    /// What it rests on.
    pub basis: Basis,
    /// Every tier of every track, from the lowest; tiers that no version in force has any more come last.
    pub rows: Vec<TierRow>,
}

/// One tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierRow {
    /// The track's id.
    pub track: Arc<str>,
    /// The tier's id.
    pub tier: Arc<str>,
    /// Members in it: the tier in force, be it reached or set by hand.
    pub members: u64,
    /// Their share of the members on the track, in hundredths of a percent, half to even.
    pub share: i64,
}

/// By track and tier.
type Counts = BTreeMap<(Arc<str>, Arc<str>), u64>;

/// How many members stand in each tier, at present or as of an instant.
///
/// # Errors
/// When no program was applied, or the database fails.
pub async fn tiers(app: &App, as_of: Option<Instant>) -> Result<TierReport, AppError> {
    let timeline = app.timeline()?;
    let (basis, counts) = match as_of {
        Some(at) => (Basis::Replayed(at), replayed(app, timeline.clone(), at).await?),
        None => stored(app, &timeline).await?,
    };
    Ok(TierReport { basis, rows: rows(&timeline, basis.at(), counts) })
}

async fn stored(app: &App, timeline: &Timeline) -> Result<(Basis, Counts), AppError> {
    let now = app.now();
    app.db
        .read_snapshot(async |tx| {
            let basis = stored_basis(&tx, timeline, now).await?;
            let mut counts = Counts::new();
            let mut after = String::new();
            loop {
                let page = judged_page(&tx, &after).await?;
                let Some(last) = page.last() else {
                    return Ok((basis, counts));
                };
                states(&tx, timeline, &page).await?.values().for_each(|stored| count(&stored.state, &mut counts));
                after.clone_from(last);
            }
        })
        .await
}

async fn replayed(app: &App, timeline: Arc<Timeline>, at: Instant) -> Result<Counts, AppError> {
    let visit = move |timeline: &Timeline, _: &str, facts: &[program::Fact], counts: &mut Counts| {
        count(&replay(Engine::new(timeline), facts, at, &mut Out::default()).state, counts);
    };
    let merge = |total: &mut Counts, part: Counts| part.into_iter().for_each(|(tier, count)| *total.entry(tier).or_default() += count);
    replays::fold(app, timeline, visit, merge).await
}

fn count(state: &State, counts: &mut Counts) {
    for standing in &state.tracks {
        *counts.entry((standing.track.clone(), standing.tier_in_force().clone())).or_default() += 1;
    }
}

fn rows(timeline: &Timeline, at: Instant, mut counts: Counts) -> Vec<TierRow> {
    let mut totals: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    for ((track, _), count) in &counts {
        *totals.entry(track.clone()).or_default() += count;
    }
    let row = |track: Arc<str>, tier: Arc<str>, members: u64| {
        let share = share(members, totals.get(&track).copied().unwrap_or(0));
        TierRow { track, tier, members, share }
    };
    let mut rows = Vec::new();
    for track in &timeline.version(at).program.tracks {
        for tier in &track.tiers {
            let members = counts.remove(&(track.id.clone(), tier.id.clone())).unwrap_or(0);
            rows.push(row(track.id.clone(), tier.id.clone(), members));
        }
    }
    rows.extend(counts.into_iter().map(|((track, tier), members)| row(track, tier, members)));
    rows
}

/// A part of a whole in hundredths of a percent, half to even; nothing of nothing is 0.
fn share(part: u64, whole: u64) -> i64 {
    let [part, whole] = [part, whole].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    if whole == 0 { 0 } else { ledger::split(10_000, part, whole) }
}

impl TierReport {
    /// The report as a sheet.
    pub fn sheet(&self) -> Sheet {
        let mut sheet = Sheet::new(vec![
            Column::new("track", Kind::Text),
            Column::new("tier", Kind::Text),
            Column::new("members", Kind::Int),
            Column::new("share_percent", Kind::Decimal(2)),
        ]);
        sheet.rows.extend(self.rows.iter().map(|row| {
            let members = Cell::Int(i64::try_from(row.members).unwrap_or(i64::MAX));
            vec![Cell::text(&row.track), Cell::text(&row.tier), members, Cell::Decimal(row.share, 2)]
        }));
        sheet
    }
}
