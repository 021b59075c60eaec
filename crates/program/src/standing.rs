//! One member's standing as people ask for it: what its metrics say, how it may rise, what its missions still need, where it belongs.

use std::sync::Arc;

use ledger::Instant;

use crate::calendar::{Day, Starts};
use crate::definition::{Condition, Mission, Program, Segment, StepNeeds};
use crate::engine::View;
use crate::memory::Reading;
use crate::state::Member;
use crate::timeline::Timeline;
use crate::way::{Way, ways, ways_to_keep};

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
        let starts = Starts::of(day, member.state.joined.unwrap_or(day));
        timeline.roll(&mut member.state, day, at, &starts);
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

    /// The nearest ways to keep the tier reached on a track while a grace runs; `None` when none does.
    pub fn keep(&self, track: usize) -> Option<Vec<Way>> {
        let track = &self.program().tracks[track];
        let standing = self.member.state.tracks.iter().find(|standing| standing.track == track.id)?;
        let keep = track.tiers.get(standing.rank)?.keep.as_ref()?;
        Some(ways_to_keep(self.timeline, self.version, &self.member, keep, standing.grace_until?))
    }

    /// The ids of the segments the member belongs to.
    pub fn segments(&self) -> Vec<Arc<str>> {
        self.holding(&self.program().segments).map(|segment| segment.id.clone()).collect()
    }

    /// Those of some named conditions that hold now.
    pub fn holding<'s>(&'s self, conditions: &'s [Segment]) -> impl Iterator<Item = &'s Segment> {
        conditions.iter().filter(|segment| self.meets(&segment.condition))
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
            window: mission.per.map(|per| per.label(self.day, joined).to_string()),
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
