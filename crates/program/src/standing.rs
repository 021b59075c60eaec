//! One member's standing as people ask for it: what its metrics say, how it may rise, what its missions still need, where it belongs,
//! and which facts are behind a number.

use std::collections::HashMap;
use std::sync::Arc;

use ledger::Instant;

use crate::calendar::{Day, Starts};
use crate::definition::{Condition, FactMeasure, Measure, Mission, Program, Refunds, StepNeeds};
use crate::engine::View;
use crate::expr::Value;
use crate::fact::Fact;
use crate::memory::Reading;
use crate::state::Member;
use crate::timeline::Timeline;
use crate::way::{Way, ways};

/// A member looked at on one local day, under the version in force at one instant.
#[derive(Debug)]
pub struct Seen<'t> {
    timeline: &'t Timeline,
    version: usize,
    day: Day,
    member: Member,
}

/// How a mission stands in its current window.
#[derive(Clone, Debug, PartialEq)]
pub struct MissionProgress {
    /// The mission's place in the program.
    pub mission: usize,
    /// The window by name, e.g. `2026-Q1`; `None` for a mission that happens once.
    pub window: Option<String>,
    /// The last day of the window or of the mission, whichever comes first.
    pub until: Option<Day>,
    /// Whether it takes place now and is for this member.
    pub open: bool,
    /// Whether it is done in this window.
    pub done: bool,
    /// Each step.
    pub steps: Vec<StepProgress>,
    /// Windows done in a row.
    pub streak: u32,
    /// Windows done in all.
    pub completed: u32,
}

/// How one step of a mission stands.
#[derive(Clone, Debug, PartialEq)]
pub struct StepProgress {
    /// Facts counted; `None` for a step that is a condition.
    pub count: Option<u32>,
    /// Facts needed; `None` for a step that is a condition.
    pub needed: Option<u32>,
    /// Whether it is done.
    pub done: bool,
    /// The nearest ways to a condition that does not hold yet.
    pub ways: Vec<Way>,
}

impl<'t> Seen<'t> {
    /// Looks at a member whose time has passed up to `at`: metrics are read on that local day.
    pub fn at(timeline: &'t Timeline, mut member: Member, at: Instant) -> Seen<'t> {
        let version = timeline.at(at);
        let day = timeline.versions[version].program.zone.day(at);
        let joined = member.state.joined.unwrap_or(day);
        let mut starts = Starts::of(day, joined);
        for (slot, memory) in member.state.memories.iter_mut().enumerate() {
            memory.roll(timeline.measure(slot), day, &mut starts);
        }
        Seen { timeline, version, day, member }
    }

    /// The program in force.
    pub fn program(&self) -> &'t Program {
        &self.timeline.versions[self.version].program
    }

    /// The number of the version in force.
    pub fn version(&self) -> u32 {
        self.timeline.versions[self.version].number
    }

    /// The local day.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The member itself.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// Every metric of the program, in its order.
    pub fn readings(&self) -> Vec<(Arc<str>, Reading)> {
        let metrics = self.program().metrics.iter().enumerate();
        metrics.map(|(at, metric)| (metric.id.clone(), self.view().reading(at))).collect()
    }

    /// The tier above the one reached on a track, with the nearest ways there; `None` at the top and off the track.
    pub fn next(&self, track: usize) -> Option<(usize, Vec<Way>)> {
        let track = &self.program().tracks[track];
        let standing = self.member.state.tracks.iter().find(|standing| standing.track == track.id)?;
        let rank = standing.rank + 1;
        let enter = track.tiers.get(rank)?.enter.as_ref();
        Some((rank, enter.map_or_else(Vec::new, |enter| ways(self.view(), enter))))
    }

    /// The ids of the segments the member belongs to.
    pub fn segments(&self) -> Vec<Arc<str>> {
        let segments = self.program().segments.iter();
        segments.filter(|segment| self.meets(&segment.condition)).map(|segment| segment.id.clone()).collect()
    }

    /// The id of the first stage that holds.
    pub fn stage(&self) -> Option<Arc<str>> {
        self.program().stages.iter().find(|stage| self.meets(&stage.condition)).map(|stage| stage.id.clone())
    }

    /// Every mission of the program, in its order.
    pub fn missions(&self) -> Vec<MissionProgress> {
        self.program().missions.iter().enumerate().map(|(at, mission)| self.mission(at, mission)).collect()
    }

    fn mission(&self, at: usize, mission: &Mission) -> MissionProgress {
        let joined = self.member.state.joined.unwrap_or(self.day);
        let window = mission.per.map_or(Day(i32::MIN), |per| per.start(self.day, joined));
        let known = self.member.state.mission(&mission.rule);
        let current = known.filter(|progress| progress.window == window);
        let steps = mission.steps.iter().enumerate().map(|(at, step)| match &step.needs {
            StepNeeds::Facts { count: needed, .. } => {
                let count = current.and_then(|progress| progress.counts.get(at)).copied().unwrap_or(0);
                StepProgress { count: Some(count), needed: Some(*needed), done: count >= *needed, ways: Vec::new() }
            }
            StepNeeds::When(condition) => {
                let done = self.meets(condition);
                let ways = if done { Vec::new() } else { ways(self.view(), condition) };
                StepProgress { count: None, needed: None, done, ways }
            }
        });
        let in_time = mission.from.is_none_or(|from| from <= self.day) && mission.until.is_none_or(|until| self.day <= until);
        let window_end = mission.per.map(|per| per.next(self.day, joined).plus(-1));
        // A row of windows ends when one was missed.
        let before = mission.per.map(|per| per.start(window.plus(-1), joined));
        let unbroken =
            known.is_some_and(|progress| progress.last_done == Some(window) || (before.is_some() && progress.last_done == before));
        MissionProgress {
            mission: at,
            window: mission.per.map(|per| per.label(self.day, joined)),
            until: [window_end, mission.until].into_iter().flatten().min(),
            open: in_time && mission.condition.as_ref().is_none_or(|condition| self.meets(condition)),
            done: current.is_some_and(|progress| progress.done.is_some()),
            steps: steps.collect(),
            streak: known.filter(|_| unbroken).map_or(0, |progress| progress.streak),
            completed: known.map_or(0, |progress| progress.completed),
        }
    }

    fn meets(&self, condition: &Condition) -> bool {
        self.view().meets(condition)
    }

    fn view(&self) -> View<'_> {
        View { timeline: self.timeline, version: self.version, member: &self.member, day: self.day, fact: None, line: None }
    }
}

/// The facts that a metric counts in a stretch of days, out of a member's judged facts in their order.
///
/// `version` is the number of the version that names the metric. Orders undone as a whole within `judged` are left out, as the metric
/// leaves them out; a formula counts no facts itself.
pub fn facts_behind<'f>(timeline: &Timeline, version: u32, metric: &str, from: Option<Day>, to: Day, judged: &'f [Fact]) -> Vec<&'f Fact> {
    let Some(version) = timeline.versions.iter().position(|other| other.number == version) else {
        return Vec::new();
    };
    let program = &timeline.versions[version].program;
    let found = program.metrics.iter().find(|other| *other.id == *metric);
    let Some(Measure::Facts(measure)) = found.map(|metric| &metric.measure) else {
        return Vec::new();
    };
    let zone = &program.zone;
    let start = from.map_or(0, |from| judged.partition_point(|fact| zone.day(fact.occurred_at) < from));
    let undone = if measure.refunds == Refunds::Ignored { HashMap::new() } else { undone(judged) };
    let nobody = Member::default();
    let view = View { timeline, version, member: &nobody, day: to, fact: None, line: None };
    judged[start..]
        .iter()
        .take_while(|fact| zone.day(fact.occurred_at) <= to)
        .filter(|fact| counts(view, measure, fact))
        .filter(|fact| fact.order_number().is_none_or(|order| !undone.get(order).copied().unwrap_or(false)))
        .collect()
}

/// Whether a metric looks at a fact: its kind, its condition, and a value that is known.
fn counts(view: View, measure: &FactMeasure, fact: &Fact) -> bool {
    let Some(kind) = measure.kinds.iter().find(|kind| kind.kind == fact.kind) else {
        return false;
    };
    let one = |line| {
        let view = View { fact: Some(fact), line, ..view };
        view.passes(kind.condition.as_ref()) && kind.value.as_ref().is_none_or(|value| view.eval(value) != Value::Null)
    };
    if measure.each_line { fact.body.lines().iter().any(|line| one(Some(line))) } else { one(None) }
}

/// For each order that was touched by a refund or a cancellation: whether it is undone as a whole.
fn undone(judged: &[Fact]) -> HashMap<Arc<str>, bool> {
    let mut refunded: HashMap<Arc<str>, Option<i64>> = HashMap::new();
    for fact in judged {
        let Some(order) = fact.order_number() else { continue };
        match fact.kind.name() {
            "order.cancelled" => {
                refunded.insert(order.clone(), None);
            }
            "order.refunded" => {
                if let Some(sum) = refunded.entry(order.clone()).or_insert(Some(0)) {
                    *sum = sum.saturating_add(fact.amount_minor().unwrap_or(0));
                }
            }
            _ => {}
        }
    }
    if refunded.is_empty() {
        return HashMap::new();
    }
    let mut whole: HashMap<Arc<str>, bool> = HashMap::new();
    for fact in judged.iter().filter(|fact| fact.kind.name() != "order.refunded") {
        let Some((order, sum)) = fact.order_number().and_then(|order| Some((order, refunded.get(order)?))) else {
            continue;
        };
        // The first fact that gives an amount says how large the order is.
        if let Some(amount) = fact.amount_minor().filter(|amount| *amount > 0) {
            whole.entry(order.clone()).or_insert(sum.is_none_or(|sum| sum >= amount));
        } else if sum.is_none() {
            whole.entry(order.clone()).or_insert(true);
        }
    }
    whole
}
