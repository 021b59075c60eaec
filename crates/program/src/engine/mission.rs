//! Missions: steps are counted and rewards given; what they rest on is remembered, see [`super::ground`].

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Key, NewLot, Release};

use super::{Step, View, unit_ix};
use crate::calendar::Day;
use crate::decision::Outcome;
use crate::definition::{Mission, Reward, StepNeeds};
use crate::fact::Fact;
use crate::state::{MAX_CLOSED_WINDOWS, Order, Progress, Stepped, same_name};

impl Step<'_> {
    /// Counts a fact for the missions that look at its kind, and gives the reward of every mission that is done now.
    pub fn missions(&mut self, fact: &Fact) {
        if self.program.missions.is_empty() {
            return;
        }
        for (at, step, place) in &self.timeline.rules[self.version][usize::from(fact.kind.0)].steps {
            let mission = &self.program.missions[*at];
            if self.open(mission) && self.counts(mission, *step, *place, fact) {
                self.count(mission, *step, *place, fact);
            }
        }
        for at in 0..self.program.missions.len() {
            let mission = &self.program.missions[at];
            if self.may_be_done(mission) && self.open(mission) && self.done(mission) {
                self.reward(mission);
            }
        }
    }

    /// Whether the mission takes place today, is not done in this window, and is for this member.
    fn open(&self, mission: &Mission) -> bool {
        let done = || {
            let known = self.member.state.mission(&mission.rule).filter(|progress| progress.window == self.window_of(mission.per));
            known.is_some_and(|progress| progress.done.is_some())
        };
        in_time(mission, self.day) && !done() && self.takes_part(mission)
    }

    /// Whether the mission is for this member.
    fn takes_part(&self, mission: &Mission) -> bool {
        mission.condition.as_ref().is_none_or(|condition| self.view(self.day).meets(condition))
    }

    /// Whether a mission that is done in this window could be done once more, had it not been.
    pub fn would_be_done(&self, mission: &Mission) -> bool {
        in_time(mission, self.day) && self.done(mission) && self.takes_part(mission)
    }

    /// Whether it is not done in this window and no step that counts facts has none: the cheapest questions first.
    fn may_be_done(&self, mission: &Mission) -> bool {
        match self.member.state.mission(&mission.rule) {
            None => mission.steps.iter().all(|step| matches!(step.needs, StepNeeds::When(_))),
            Some(progress) if progress.done.is_some() => mission.per.is_some() && progress.window != self.window_of(mission.per),
            Some(_) => true,
        }
    }

    fn counts(&self, mission: &Mission, step: usize, place: usize, fact: &Fact) -> bool {
        // What an order does after it was undone as a whole does not count.
        let order = fact.order_number().and_then(|number| self.member.orders.get(number));
        if order.is_some_and(Order::is_undone) {
            return false;
        }
        let StepNeeds::Facts { kinds, .. } = &mission.steps[step].needs else { return false };
        let condition = kinds[place].1.as_ref();
        if mission.steps[step].role.as_ref().is_some_and(|role| fact.text("role") != Some(role)) {
            return false;
        }
        let view = View { fact: Some(fact), ..self.view(self.day) };
        view.passes(condition) && order.is_none_or(|order| order.still_meets(condition, self.terms(condition, place, fact).as_deref()))
    }

    fn count(&mut self, mission: &Mission, step: usize, place: usize, fact: &Fact) {
        let window = self.window_of(mission.per);
        let progress = self.progress(mission, window);
        progress.counts[step] = progress.counts[step].saturating_add(1);
        if let Some(number) = fact.order_number().filter(|_| self.keeps) {
            let StepNeeds::Facts { kinds, .. } = &mission.steps[step].needs else { return };
            let terms = self.terms(kinds[place].1.as_ref(), place, fact);
            let version = self.timeline.versions[self.version].number;
            self.member.order_mut(number).steps.push(Stepped { rule: mission.rule.clone(), window, step, version, terms });
        }
    }

    /// The progress in a window, begun anew when the window is new; one that was done is set aside with what it rests on.
    fn progress(&mut self, mission: &Mission, window: Day) -> &mut Progress {
        let all = &mut self.member.state.missions;
        let known = all.iter().take_while(|progress| !progress.over).position(|progress| same_name(&progress.rule, &mission.rule));
        let at = known.unwrap_or_else(|| {
            let latest = all.iter().take_while(|progress| !progress.over).count();
            let (rule, counts) = (mission.rule.clone(), Vec::new());
            let new = Progress { rule, window, counts, done: None, ground: None, over: false, last_done: None, streak: 0, completed: 0 };
            all.insert(latest, new);
            latest
        });
        if all[at].window != window && all[at].done.is_some() {
            let latest = &mut all[at];
            let (counts, done, ground) = (std::mem::take(&mut latest.counts), latest.done.take(), latest.ground.take());
            let closed = Progress { rule: latest.rule.clone(), counts, done, ground, over: true, ..*latest };
            all.push(closed);
            let over = |(_, progress): &(usize, &Progress)| progress.over && same_name(&progress.rule, &mission.rule);
            let mut over = all.iter().enumerate().filter(over).map(|(at, _)| at);
            let (oldest, others) = (over.next(), over.count());
            if let Some(oldest) = oldest.filter(|_| others >= MAX_CLOSED_WINDOWS) {
                all.remove(oldest);
            }
        }
        let progress = &mut all[at];
        if progress.window != window || progress.counts.len() != mission.steps.len() {
            progress.window = window;
            progress.counts = vec![0; mission.steps.len()];
            (progress.done, progress.ground) = (None, None);
        }
        progress
    }

    fn done(&self, mission: &Mission) -> bool {
        let progress = || self.member.state.mission(&mission.rule).filter(|progress| progress.window == self.window_of(mission.per));
        mission.steps.iter().enumerate().all(|(at, step)| match &step.needs {
            StepNeeds::Facts { count, .. } => progress().is_some_and(|progress| progress.counts.get(at).is_some_and(|done| done >= count)),
            StepNeeds::When(condition) => self.view(self.day).meets(condition),
        })
    }

    fn reward(&mut self, mission: &Mission) {
        let window = self.window_of(mission.per);
        let before = mission.per.map(|per| per.start(window.plus(-1), self.joined()));
        let progress = self.progress(mission, window);
        let in_a_row = progress.last_done.is_some() && progress.last_done == before;
        progress.streak = if in_a_row { progress.streak + 1 } else { 1 };
        progress.completed += 1;
        progress.last_done = Some(window);
        let streak = progress.streak;
        let mut lots = Vec::new();
        let mut rewards = Vec::new();
        if let Some(reward) = mission.reward {
            self.give(mission.rule.clone(), reward, &mut lots, &mut rewards);
        }
        if let Some((_, reward)) = mission.streak.filter(|(every, _)| streak.is_multiple_of(*every)) {
            self.give(Arc::from(format!("{}:streak", mission.rule)), reward, &mut lots, &mut rewards);
        }
        let ground = self.ground(mission);
        let progress = self.progress(mission, window);
        (progress.done, progress.ground) = (Some(lots), Some(Box::new(ground)));
        self.decide(&mission.rule, |step| Outcome::Mission {
            done: true,
            window: mission.per.map(|per| per.label(window, step.joined())),
            steps: step.member.state.mission(&mission.rule).map_or_else(BTreeMap::new, |progress| step_counts(mission, &progress.counts)),
            rewards,
            streak,
        });
    }

    fn give(&mut self, rule: Arc<str>, reward: Reward, lots: &mut Vec<Key>, rewards: &mut Vec<(Arc<str>, i64)>) {
        let unit = self.unit_ix(reward.unit);
        let key = Key { rule, fact: self.moment() };
        let lot = NewLot {
            key: key.clone(),
            unit: unit_ix(unit),
            amount: reward.amount,
            reference: None,
            priority: 0,
            release: Release::Now,
            expires_at: self.program.units[reward.unit].expiry.of(&self.program.zone, self.day),
        };
        if self.member.book.accrue(lot, self.at, self.out).is_ok() {
            self.active(unit, self.at);
            rewards.push((self.timeline.units[unit].clone(), reward.amount));
            lots.push(key);
        }
    }
}

fn in_time(mission: &Mission, day: Day) -> bool {
    mission.from.is_none_or(|from| from <= day) && mission.until.is_none_or(|until| day <= until)
}

/// Facts counted for each step, by its id.
pub(super) fn step_counts(mission: &Mission, counts: &[u32]) -> BTreeMap<Arc<str>, u32> {
    mission.steps.iter().zip(counts).map(|(step, count)| (step.id.clone(), *count)).collect()
}
