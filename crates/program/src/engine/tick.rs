//! What happens by itself as time passes, and when it next does.

use ledger::Instant;

use super::{Step, unit_ix};
use crate::calendar::Expiry;
use crate::definition::{Measure, Watch};
use crate::memory::Memory;

impl Step<'_> {
    /// Does everything that is due at this instant.
    pub fn pass(&mut self) {
        self.member.book.advance(self.at, self.out);
        if self.member.state.joined.is_none() {
            self.member.state.clock = self.at;
            return;
        }
        // First what the program of this instant is about at all; then what looks back at a period that has just ended; only then
        // does anything roll on to today.
        let number = self.timeline.versions[self.version].number;
        if self.member.state.version != number {
            self.member.state.version = number;
            self.change_tracks();
            self.benefits();
        }
        for at in 0..self.program.tracks.len() {
            self.review_period(at);
        }
        for at in 0..self.program.tracks.len() {
            self.pass_track(at);
        }
        self.idle();
        self.renew_benefits();
        self.changed |= self.timeline.reads_balances || self.member.state.watch_due.is_some_and(|due| due <= self.at);
        if self.changed {
            self.roll();
            self.judge_tracks();
        }
        self.member.state.clock = self.at;
    }

    /// Units that lapse for want of activity.
    fn idle(&mut self) {
        for unit in 0..if self.timeline.idles { self.timeline.units.len() } else { 0 } {
            if self.idle_until(unit).is_some_and(|until| until <= self.at) {
                self.member.book.expire_all(unit_ix(unit), self.at, self.out);
                self.member.state.active[unit] = None;
            }
        }
    }

    fn idle_until(&self, unit: usize) -> Option<Instant> {
        let active = self.member.state.active[unit]?;
        match self.unit(unit).expiry {
            Expiry::Idle(span) => Some(span.after_instant(&self.program.zone, active)),
            _ => None,
        }
    }

    /// Works out when something next happens by itself.
    pub fn set_due(&mut self) {
        // What should have been done by now is done as soon as time goes on.
        let at = self.at;
        let later = |due: Instant| if due > at { Some(due) } else { at.0.checked_add(1).map(Instant) };
        if self.rolled || self.moved || self.member.state.watch_due.is_some_and(|due| due <= at) {
            self.member.state.watch_due = self.watch_due().and_then(later);
        }
        // What else there is changes with standing, entitlements and use, and when it has come.
        let state = &self.member.state;
        if self.moved || self.timeline.idles || state.rest_due.is_some_and(|due| due <= self.at) {
            self.member.state.other_due = self.other_due().and_then(later);
        }
        let ledger_due = self.member.book.due().and_then(later);
        let state = &mut self.member.state;
        state.rest_due = earlier(state.watch_due, state.other_due);
        state.due = earlier(ledger_due, state.rest_due);
    }

    /// When a metric that a higher tier asks for next changes by itself in the member's favour.
    fn watch_due(&self) -> Option<Instant> {
        let mut due = None;
        let (slots, memories) = (&self.timeline.slot_of[self.version], &self.member.state.memories);
        for (at, track) in self.program.tracks.iter().enumerate().filter(|(_, track)| track.upgrade_at_once) {
            let rank = self.member.state.standing_at(at, &track.id).map(|found| self.member.state.tracks[found].rank);
            if rank.is_some_and(|rank| rank + 1 < track.tiers.len()) {
                for watch in &track.watches {
                    let memory = &memories[slots[watch.metric]];
                    if !(watch.rising && watch.falls) || memory.may_rise() {
                        due = earlier(due, self.watched(watch, memory));
                    }
                }
            }
        }
        due
    }

    /// When something next happens by itself, lots, reservations and watched metrics left aside.
    fn other_due(&self) -> Option<Instant> {
        let state = &self.member.state;
        let mut due = self.timeline.next_change(self.at);
        for (at, track) in self.program.tracks.iter().enumerate() {
            let Some(standing) = state.standing_at(at, &track.id).map(|found| &state.tracks[found]) else { continue };
            due = earlier(due, standing.review_at);
            due = earlier(due, standing.grace_until);
            due = earlier(due, standing.hand.as_ref().and_then(|hand| hand.until));
        }
        for held in &state.entitlements {
            due = earlier(due, held.renews_at);
            due = earlier(due, held.given.as_ref().and_then(|(until, _)| *until));
        }
        if self.timeline.idles {
            due = (0..self.timeline.units.len()).fold(due, |due, unit| earlier(due, self.idle_until(unit)));
        }
        due
    }

    /// When a watched metric next changes by itself.
    fn watched(&self, watch: &Watch, memory: &Memory) -> Option<Instant> {
        let Measure::Facts(measure) = &self.program.metrics[watch.metric].measure else { return None };
        let next = memory.next_change(measure, watch.rising, watch.thresholds.as_deref(), self.day, self.joined())?;
        Some(self.program.zone.start(next.max(self.day.plus(1))))
    }
}

/// The earlier of two instants, where there are any.
fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, None) | (None, one) => one,
    }
}
