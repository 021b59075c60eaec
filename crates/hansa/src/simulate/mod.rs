//! Another program over real history, nothing written: who moves, what it costs month by month, and why.
//!
//! Every member's facts are judged by the candidate; the result is set beside the stored one where that is current, else beside a replay
//! of the program in force. Simulating the program in force must give exactly what is stored: [`Comparison::equal`] says so.

mod job;
pub mod serve;
mod view;
mod why;

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{HotBook, Instant};
use program::effect::{Effect, Flow, Flows, Month};
use program::history::{in_force, replay_to_end};
use program::state::{Standing, State};
use program::{Engine, Fact, Member, Out, Timeline};

use crate::app::{App, AppError};
use crate::facts::{Stored, histories, states};
use crate::members;
pub use job::{Wanted, job, judging};
pub use view::{cost, outstanding_cost, told};
pub use why::{Reasons, why};

/// Members judged at a time by one thread.
const PAGE: u64 = 500;
/// The most movers that are named.
pub const MAX_MOVERS: usize = 10_000;

/// One member who stands elsewhere under the candidate.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Mover {
    /// The member.
    pub member: String,
    /// The track.
    pub track: Arc<str>,
    /// The tier now.
    pub from: Arc<str>,
    /// The tier under the candidate.
    pub to: Arc<str>,
}

/// A track, the tier now, and the tier under the candidate.
pub type Move = (Arc<str>, Arc<str>, Arc<str>);

/// Two programs over the same history.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The program in force.
    pub base: Effect,
    /// The candidate.
    pub candidate: Effect,
    /// How many moved between which tiers: by track, from, to.
    pub moves: BTreeMap<Move, u64>,
    /// Who moved, up to [`MAX_MOVERS`].
    pub movers: Vec<Mover>,
    /// Members whose standing or balances differ in anything.
    pub different: u64,
    /// The first of them.
    pub first_different: Option<String>,
}

impl Comparison {
    /// Whether nobody's standing or balances differ.
    pub fn equal(&self) -> bool {
        self.different == 0
    }

    fn merge(&mut self, other: Comparison) {
        self.base.merge(other.base);
        self.candidate.merge(other.candidate);
        for (key, count) in other.moves {
            *self.moves.entry(key).or_default() += count;
        }
        self.movers.extend(other.movers);
        self.different += other.different;
        self.first_different = self.first_different.take().into_iter().chain(other.first_different).min();
    }
}

/// Judges every member's history by the candidate as of an instant, beside the programs in force.
///
/// # Errors
/// When the database fails, or no program is in force.
pub async fn simulate(app: &App, candidate: Arc<Timeline>, as_of: Instant, mut progress: impl FnMut(u64)) -> Result<Comparison, AppError> {
    let current = app.timeline()?;
    let mut total = Comparison::default();
    let mut running: tokio::task::JoinSet<(Comparison, Bench)> = tokio::task::JoinSet::new();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut benches: Vec<Bench> = (0..threads).map(|_| Bench::new(&current, &candidate)).collect();
    let mut after = String::new();
    loop {
        let ids = members::page(app.db.read(), &after, PAGE).await?;
        while benches.is_empty() || (ids.is_empty() && !running.is_empty()) {
            if let Some(done) = running.join_next().await {
                let (part, bench) = done.map_err(|error| AppError::Refused(error.to_string()))?;
                progress(part.candidate.members);
                total.merge(part);
                benches.push(bench);
            }
        }
        let (Some(last), Some(mut bench)) = (ids.last().cloned(), benches.pop()) else { break };
        // One moment for both: a fact that arrives between them would look like a difference.
        let page = app.db.read_snapshot(async |tx| Ok::<_, AppError>((states(&tx, &current, &ids).await?, histories(&tx, &ids).await?)));
        let (stored, facts) = page.await?;
        running.spawn_blocking(move || (bench.compare(facts, &stored, as_of), bench));
        after = last;
    }
    total.movers.sort_by(|a, b| (&a.member, &a.track).cmp(&(&b.member, &b.track)));
    total.movers.truncate(MAX_MOVERS);
    Ok(total)
}

type Histories = std::collections::HashMap<String, Vec<Fact>>;

/// What one thread judges with.
struct Bench {
    current: Timeline,
    candidate: Timeline,
    before: Member,
    after: Member,
    out: Out,
}

impl Bench {
    fn new(current: &Timeline, candidate: &Timeline) -> Bench {
        let (before, after) = (Member::default(), Member::default());
        Bench { current: current.apart(), candidate: candidate.apart(), before, after, out: Out::of_moves() }
    }

    fn compare(&mut self, facts: Histories, stored: &std::collections::HashMap<String, Stored>, as_of: Instant) -> Comparison {
        let Bench { current, candidate, before, after, out } = self;
        let mut total = Comparison::default();
        let (mut base_flows, mut candidate_flows) = (Flows::new(current), Flows::new(candidate));
        for (id, facts) in facts {
            let facts = in_force(facts);
            out.clear();
            replay_to_end(Engine::new(candidate), &facts, as_of, after, out);
            candidate_flows.add(out);
            total.candidate.count(candidate, after);
            out.clear();
            replay_to_end(Engine::new(current), &facts, as_of, before, out);
            base_flows.add(out);
            total.base.count(current, before);
            let kept = stored.get(&id).filter(|kept| usable(kept, as_of));
            let (standing, book): (&State, &HotBook) = kept.map_or((&before.state, before.hot_book()), |kept| (&kept.state, &kept.book));
            let moved = moves(&standing.tracks, &after.state.tracks);
            if standing.tracks != after.state.tracks || !same_balances(current, candidate, book, after.hot_book()) {
                total.different += 1;
                total.first_different = total.first_different.take().into_iter().chain([id.clone()]).min();
            }
            for (track, from, to) in moved {
                *total.moves.entry((track.clone(), from.clone(), to.clone())).or_default() += 1;
                total.movers.push(Mover { member: id.clone(), track, from, to });
            }
        }
        base_flows.into_effect(&mut total.base);
        candidate_flows.into_effect(&mut total.candidate);
        total
    }
}

/// What is stored says how things stand at `as_of`: it was judged by the programs in force, knows no later fact, and nothing is due.
fn usable(stored: &Stored, as_of: Instant) -> bool {
    stored.current
        && stored.state.due.is_none_or(|due| due > as_of)
        && stored.state.clock <= as_of
        && stored.state.last.as_ref().is_none_or(|last| last.occurred_at <= as_of)
}

fn moves(before: &[Standing], after: &[Standing]) -> Vec<Move> {
    let nothing: Arc<str> = Arc::from("—");
    let tier = |all: &[Standing], track: &Arc<str>| {
        all.iter().find(|standing| standing.track == *track).map_or_else(|| nothing.clone(), |standing| standing.tier_in_force().clone())
    };
    let mut tracks: Vec<&Arc<str>> = before.iter().chain(after).map(|standing| &standing.track).collect();
    tracks.sort();
    tracks.dedup();
    let moved = tracks.into_iter().map(|track| (track.clone(), tier(before, track), tier(after, track)));
    moved.filter(|(_, from, to)| from != to).collect()
}

fn same_balances(current: &Timeline, candidate: &Timeline, before: &HotBook, after: &HotBook) -> bool {
    let balances = |timeline: &Timeline, book: &HotBook| -> BTreeMap<Arc<str>, ledger::Balances> {
        let units = timeline.units.iter().enumerate();
        let all = units.map(|(at, unit)| (unit.clone(), book.balances(ledger::UnitIx(u16::try_from(at).unwrap_or(u16::MAX)))));
        all.filter(|(_, balances)| *balances != ledger::Balances::default()).collect()
    };
    balances(current, before) == balances(candidate, after)
}

/// The flow of a unit in a month under both programs.
pub type MonthFlows = BTreeMap<(Arc<str>, Month), (Flow, Flow)>;

/// Month by month, both programs side by side.
pub fn by_month(comparison: &Comparison) -> MonthFlows {
    let mut months = MonthFlows::new();
    for (key, flow) in &comparison.base.flows {
        months.entry(key.clone()).or_default().0 = *flow;
    }
    for (key, flow) in &comparison.candidate.flows {
        months.entry(key.clone()).or_default().1 = *flow;
    }
    months
}
