//! What a mission's reward rests on. An order that is undone takes its part from every reward that it helped to earn, however long ago
//! that was; a reward that no longer rests on enough is taken back, and so is what a row of windows gave that is broken by it.

use std::sync::Arc;

use ledger::Key;

use super::mission::step_counts;
use super::view::name_of;
use super::{Mode, Step};
use crate::calendar::Day;
use crate::decision::Outcome;
use crate::definition::{Compiled, Condition, Measure, Mission, StepNeeds};
use crate::expr::{Row, Value};
use crate::memory::Contribution;
use crate::scope::Source;
use crate::state::{Ground, Progress};
use crate::timeline::Timeline;

/// Ends the rule under which a row of windows is rewarded.
const STREAK: &str = ":streak";

impl Step<'_> {
    /// What the conditions of a mission read at this moment.
    pub fn ground(&self, mission: &Mission) -> Ground {
        let mut ground = Ground {
            version: self.timeline.versions[self.version].number,
            day: self.day,
            facts: self.member.state.facts,
            memories: Vec::new(),
            values: Vec::new(),
        };
        for condition in conditions(mission) {
            self.remember_read(&condition.compiled, &mut ground);
        }
        ground
    }

    fn remember_read(&self, compiled: &Compiled, ground: &mut Ground) {
        for column in compiled.expr.columns() {
            let source = compiled.sources[*column];
            let Source::Metric(metric) = source else {
                let name: Arc<str> = name_of(self.timeline, self.version, source, None).into();
                if !ground.values.iter().any(|(known, _)| *known == name) {
                    ground.values.push((name, self.view(self.day).value(source)));
                }
                continue;
            };
            match &self.program.metrics[metric].measure {
                Measure::Formula(formula) => self.remember_read(formula, ground),
                Measure::Facts(measure) => {
                    let slot = self.timeline.slot_of[self.version][metric];
                    if !ground.memories.iter().any(|(known, _)| *known == slot) {
                        ground.memories.push((slot, self.member.state.memories[slot].kept(measure)));
                    }
                }
            }
        }
    }

    /// Takes a contribution to a metric, made after so many facts, from every reward that rested on it.
    pub fn shake(&mut self, facts: u64, taken: &Contribution) {
        let joined = self.joined();
        let measure = self.timeline.measure(taken.slot);
        for ground in self.member.state.missions.iter_mut().filter_map(|progress| progress.ground.as_mut()) {
            if facts > ground.facts {
                continue;
            }
            if let Some((_, memory)) = ground.memories.iter_mut().find(|(slot, _)| *slot == taken.slot) {
                memory.give_up(measure, taken, measure.window.start(ground.day, joined));
                self.shaken = true;
            }
        }
    }

    /// Takes what a credit note says that names no order, so that nobody knows when it was counted: from every reward whose metric would
    /// still count today what it counted then.
    pub fn shake_unnamed(&mut self, taken: &Contribution) {
        let (joined, today) = (self.joined(), self.day_in(taken.slot));
        let measure = self.timeline.measure(taken.slot);
        let begins = measure.window.start(today, joined);
        for ground in self.member.state.missions.iter_mut().filter_map(|progress| progress.ground.as_mut()) {
            let day = ground.day;
            if begins.is_none_or(|begins| begins <= day)
                && let Some((_, memory)) = ground.memories.iter_mut().find(|(slot, _)| *slot == taken.slot)
            {
                memory.give_up(measure, &Contribution { day, ..taken.clone() }, measure.window.start(day, joined));
                self.shaken = true;
            }
        }
    }

    /// After something was taken from what rewards rest on: those that it no longer carries are taken back, the oldest first.
    pub fn judge_grounds(&mut self) {
        if !std::mem::take(&mut self.shaken) {
            return;
        }
        let fallen = self.member.state.missions.iter().filter(|progress| progress.done.is_some() && !carries(self.timeline, progress));
        let mut fallen: Vec<(Day, Arc<str>)> = fallen.map(|progress| (progress.window, progress.rule.clone())).collect();
        fallen.sort();
        for (window, rule) in fallen {
            if !self.stand_anew(&rule, window) {
                self.fall(&rule, window);
            }
        }
    }

    /// A reward of the current window that is deserved by what stands today rests on that from now on.
    fn stand_anew(&mut self, rule: &Arc<str>, window: Day) -> bool {
        let Some(mission) = self.program.missions.iter().find(|mission| mission.rule == *rule) else { return false };
        if self.window_of(mission.per) != window || !self.would_be_done(mission) {
            return false;
        }
        let ground = self.ground(mission);
        if let Some(progress) = self.done_in(rule, window) {
            progress.ground = Some(Box::new(ground));
        }
        true
    }

    fn done_in(&mut self, rule: &Arc<str>, window: Day) -> Option<&mut Progress> {
        self.member
            .state
            .missions
            .iter_mut()
            .find(|progress| progress.rule == *rule && progress.window == window && progress.done.is_some())
    }

    fn fall(&mut self, rule: &Arc<str>, window: Day) {
        let Some(progress) = self.done_in(rule, window) else { return };
        let (lots, ground) = (progress.done.take().unwrap_or_default(), progress.ground.take());
        let counts = progress.counts.clone();
        self.member.state.missions.retain(|progress| !progress.over || progress.done.is_some());
        let Some(mission) = ground.and_then(|ground| mission_of(self.timeline, ground.version, rule)) else { return };
        self.reclaim(lots);
        self.break_row(mission, window);
        let window = mission.per.map(|per| per.label(window, self.joined()));
        self.decide(rule, |step| Outcome::Mission {
            done: false,
            window,
            steps: step_counts(mission, &counts),
            rewards: Vec::new(),
            streak: step.member.state.mission(rule).map_or(0, |progress| progress.streak),
        });
    }

    /// What a mission gave is always claimed back: the shortfall is owed or waived by the unit's policy.
    fn reclaim(&mut self, lots: Vec<Key>) {
        for lot in lots {
            let Some((unit, amount)) = self.member.book.lot(&lot).map(|lot| (usize::from(lot.unit.0), lot.amount)) else {
                continue;
            };
            let key = Key { rule: Arc::from(format!("undo:{}", lot.rule)), fact: self.moment() };
            let _ = self.take_back(unit, Some(&lot), amount, key, Mode::Recorded);
        }
    }

    /// A window is no longer done: the row it stood in is counted anew from the next one, and what was given for its length and is
    /// not reached any more goes back. What another length would have given is not given afterwards.
    fn break_row(&mut self, mission: &Mission, window: Day) {
        let joined = self.joined();
        let all = &mut self.member.state.missions;
        let Some(latest) = all.iter_mut().find(|progress| progress.rule == mission.rule && !progress.over) else { return };
        latest.completed = latest.completed.saturating_sub(1);
        let last = latest.last_done;
        let Some(per) = mission.per else {
            (latest.streak, latest.last_done) = (0, None);
            return;
        };
        if last == Some(window) {
            latest.streak = latest.streak.saturating_sub(1);
            let kept = latest.streak > 0;
            latest.last_done = Some(per.start(window.plus(-1), joined)).filter(|_| kept);
            return;
        }
        let (mut next, mut row, mut lost) = (per.next(window, joined), 0, Vec::new());
        while let Some(progress) = self.done_in(&mission.rule, next).filter(|progress| progress.streak > 1) {
            row += 1;
            progress.streak = row;
            if mission.streak.is_none_or(|(every, _)| !row.is_multiple_of(every)) {
                let lots = progress.done.get_or_insert_default();
                lost.extend(lots.extract_if(.., |lot| lot.rule.ends_with(STREAK)));
            }
            if last == Some(next) {
                let latest = self.member.state.missions.iter_mut().find(|progress| progress.rule == mission.rule && !progress.over);
                latest.into_iter().for_each(|progress| progress.streak = row);
            }
            next = per.next(next, joined);
        }
        self.reclaim(lost);
    }
}

/// The conditions that a mission is judged by.
fn conditions(mission: &Mission) -> impl Iterator<Item = &Condition> {
    let steps = mission.steps.iter().filter_map(|step| match &step.needs {
        StepNeeds::When(condition) => Some(condition),
        StepNeeds::Facts { .. } => None,
    });
    mission.condition.iter().chain(steps)
}

/// The mission as a version says it.
pub(super) fn mission_of<'t>(timeline: &'t Timeline, version: u32, rule: &Arc<str>) -> Option<&'t Mission> {
    let version = timeline.versions.iter().find(|known| known.number == version)?;
    version.program.missions.iter().find(|mission| mission.rule == *rule)
}

/// Whether a reward still rests on enough.
fn carries(timeline: &Timeline, progress: &Progress) -> bool {
    let Some(ground) = &progress.ground else { return true };
    let Some(mission) = mission_of(timeline, ground.version, &progress.rule) else { return true };
    let Some(version) = timeline.versions.iter().position(|version| version.number == ground.version) else { return true };
    let holds =
        |condition: &Condition| condition.compiled.expr.holds(&Then { timeline, version, ground, sources: &condition.compiled.sources });
    let counted = mission.steps.iter().zip(&progress.counts).all(|(step, done)| match &step.needs {
        StepNeeds::Facts { count, .. } => done >= count,
        StepNeeds::When(_) => true,
    });
    counted && conditions(mission).all(holds)
}

/// Standing as it was when a reward was given, what was undone since taken off.
struct Then<'a> {
    timeline: &'a Timeline,
    version: usize,
    ground: &'a Ground,
    sources: &'a [Source],
}

impl Row for Then<'_> {
    fn get(&self, column: usize) -> Value {
        let source = self.sources[column];
        let Source::Metric(metric) = source else {
            let name = name_of(self.timeline, self.version, source, None);
            return self.ground.values.iter().find(|(known, _)| **known == *name).map_or(Value::Null, |(_, value)| value.clone());
        };
        match &self.timeline.versions[self.version].program.metrics[metric].measure {
            Measure::Formula(formula) => formula.expr.eval(&Then { sources: &formula.sources, ..*self }),
            Measure::Facts(measure) => {
                let slot = self.timeline.slot_of[self.version][metric];
                let kept = self.ground.memories.iter().find(|(known, _)| *known == slot);
                kept.map_or(Value::Null, |(_, memory)| memory.value(measure, self.ground.day))
            }
        }
    }
}
