//! Missions: steps are counted, rewards given, and taken back when what they rest on is undone in the same window.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Key, NewLot, Release};

use super::{Mode, Step, View, unit_ix};
use crate::calendar::Day;
use crate::decision::Outcome;
use crate::definition::{Mission, Reward, StepNeeds};
use crate::fact::Fact;
use crate::state::{Progress, Stepped, same_name};

impl Step<'_> {
    /// Counts a fact for the missions that look at its kind, and gives the reward of every mission that is done now.
    pub fn missions(&mut self, fact: &Fact) {
        if self.program.missions.is_empty() {
            return;
        }
        for (at, step, place) in &self.timeline.rules[self.version][usize::from(fact.kind.0)].steps {
            let mission = &self.program.missions[*at];
            if self.open(mission) && self.counts(mission, *step, *place, fact) {
                self.count(mission, *step, fact);
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
        let in_time = mission.from.is_none_or(|from| from <= self.day) && mission.until.is_none_or(|until| self.day <= until);
        if !in_time {
            return false;
        }
        let window = self.window_of(mission.per);
        let done = self
            .member
            .state
            .missions
            .iter()
            .any(|progress| same_name(&progress.rule, &mission.rule) && progress.window == window && progress.done.is_some());
        !done && mission.condition.as_ref().is_none_or(|condition| self.view(self.day).meets(condition))
    }

    /// Whether it is not done in this window and no step that counts facts has none: the cheapest questions first.
    fn may_be_done(&self, mission: &Mission) -> bool {
        let known = self.member.state.missions.iter().find(|progress| same_name(&progress.rule, &mission.rule));
        match known {
            None => mission.steps.iter().all(|step| matches!(step.needs, StepNeeds::When(_))),
            Some(progress) if progress.done.is_some() => mission.per.is_some() && progress.window != self.window_of(mission.per),
            Some(_) => true,
        }
    }

    fn counts(&self, mission: &Mission, step: usize, place: usize, fact: &Fact) -> bool {
        // What an order does after it was undone as a whole does not count.
        if fact.order_number().and_then(|number| self.member.orders.get(number)).is_some_and(crate::state::Order::is_undone) {
            return false;
        }
        let StepNeeds::Facts { kinds, .. } = &mission.steps[step].needs else { return false };
        let view = View { fact: Some(fact), ..self.view(self.day) };
        view.passes(kinds[place].1.as_ref())
    }

    fn count(&mut self, mission: &Mission, step: usize, fact: &Fact) {
        let window = self.window_of(mission.per);
        let progress = self.progress(mission, window);
        progress.counts[step] = progress.counts[step].saturating_add(1);
        if let Some(number) = fact.order_number().filter(|_| self.keeps) {
            self.member.order_mut(number).steps.push(Stepped { rule: mission.rule.clone(), window, step });
        }
    }

    /// The progress in a window, begun anew when the window is new.
    fn progress(&mut self, mission: &Mission, window: Day) -> &mut Progress {
        let all = &mut self.member.state.missions;
        let at = all.iter().position(|progress| same_name(&progress.rule, &mission.rule)).unwrap_or_else(|| {
            let rule = mission.rule.clone();
            all.push(Progress { rule, window, counts: Vec::new(), done: None, last_done: None, streak: 0, completed: 0 });
            all.len() - 1
        });
        let progress = &mut all[at];
        if progress.window != window || progress.counts.len() != mission.steps.len() {
            progress.window = window;
            progress.counts = vec![0; mission.steps.len()];
            progress.done = None;
        }
        progress
    }

    fn done(&self, mission: &Mission) -> bool {
        let window = self.window_of(mission.per);
        let progress =
            self.member.state.missions.iter().find(|progress| same_name(&progress.rule, &mission.rule) && progress.window == window);
        mission.steps.iter().enumerate().all(|(at, step)| match &step.needs {
            StepNeeds::Facts { count, .. } => progress.is_some_and(|progress| progress.counts.get(at).is_some_and(|done| done >= count)),
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
        self.progress(mission, window).done = Some(lots);
        self.receipt_mission(mission, true, rewards);
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
            expires_at: self.program.units[reward.unit].expiry.of(&self.program.zone, self.at),
        };
        if self.member.book.accrue(lot, self.at, self.out).is_ok() {
            self.active(unit, self.at);
            rewards.push((self.timeline.units[unit].clone(), reward.amount));
            lots.push(key);
        }
    }

    /// The missions that were done in their current window and still are, by place: what undoing an order may take the ground from.
    pub fn missions_standing(&self) -> Vec<usize> {
        let standing = self.program.missions.iter().enumerate().filter(|(_, mission)| {
            let window = self.window_of(mission.per);
            let known =
                self.member.state.missions.iter().find(|progress| same_name(&progress.rule, &mission.rule) && progress.window == window);
            known.is_some_and(|progress| progress.done.is_some()) && self.done(mission)
        });
        standing.map(|(at, _)| at).collect()
    }

    /// After an order was undone: a mission that stood before and is no longer done gives its reward back. One whose condition time had
    /// ended before does not: it was earned.
    pub fn undo_missions(&mut self, stood: &[usize]) {
        for at in stood {
            let mission = &self.program.missions[*at];
            if self.done(mission) {
                continue;
            }
            let window = self.window_of(mission.per);
            let progress = self.progress(mission, window);
            let lots = progress.done.take().unwrap_or_default();
            progress.completed = progress.completed.saturating_sub(1);
            progress.streak = progress.streak.saturating_sub(1);
            let kept = progress.streak > 0;
            let before = mission.per.map(|per| per.start(window.plus(-1), self.joined()));
            self.progress(mission, window).last_done = before.filter(|_| kept);
            for lot in lots {
                let Some((unit, amount)) = self.member.book.lot(&lot).map(|lot| (usize::from(lot.unit.0), lot.amount)) else {
                    continue;
                };
                let key = Key { rule: Arc::from(format!("undo:{}", lot.rule)), fact: self.moment() };
                // What a mission gave is always claimed back: the shortfall is owed or waived by the unit's policy.
                let _ = self.take_back(unit, Some(&lot), amount, key, Mode::Recorded);
            }
            self.receipt_mission(mission, false, Vec::new());
        }
    }

    fn receipt_mission(&mut self, mission: &Mission, done: bool, rewards: Vec<(Arc<str>, i64)>) {
        let window = self.window_of(mission.per);
        self.decide(&mission.rule, |step| {
            let progress =
                step.member.state.missions.iter().find(|progress| same_name(&progress.rule, &mission.rule) && progress.window == window);
            let counts = progress.map(|progress| progress.counts.clone()).unwrap_or_default();
            let steps: BTreeMap<Arc<str>, u32> = mission.steps.iter().zip(counts).map(|(step, count)| (step.id.clone(), count)).collect();
            Outcome::Mission { done, steps, rewards, streak: progress.map_or(0, |progress| progress.streak) }
        });
    }
}
