//! What happens by itself as time passes, and when it next does.

use ledger::Instant;

use super::{Step, unit_ix};
use crate::calendar::Expiry;
use crate::definition::Measure;

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
        self.roll();
        self.changed |= self.timeline.reads_balances || self.member.state.watch_due.is_some_and(|due| due <= self.at);
        self.judge_tracks();
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
        let later = |due: Instant| due.max(Instant(self.at.0 + 1));
        self.member.state.watch_due = self.watch_due().map(later);
        self.member.state.rest_due = self.rest_due().map(later);
        let ledger_due = self.member.book.due().map(later);
        self.member.state.due = [ledger_due, self.member.state.rest_due].into_iter().flatten().min();
    }

    /// When a metric that a higher tier asks for next changes by itself in the member's favour.
    fn watch_due(&self) -> Option<Instant> {
        let mut due = None;
        for track in self.program.tracks.iter().filter(|track| track.upgrade_at_once && !track.watches.is_empty()) {
            let standing = self.member.state.tracks.iter().find(|standing| standing.track == track.id);
            if standing.is_some_and(|standing| standing.rank + 1 < track.tiers.len()) {
                due = track.watches.iter().filter_map(|watch| self.watched(watch)).chain(due).min();
            }
        }
        due
    }

    /// When something next happens by itself, lots and reservations left aside.
    fn rest_due(&self) -> Option<Instant> {
        let state = &self.member.state;
        let mut due = None;
        let mut sooner = |at: Option<Instant>| due = [due, at].into_iter().flatten().min();
        for track in &self.program.tracks {
            let Some(standing) = state.tracks.iter().find(|standing| standing.track == track.id) else { continue };
            sooner(standing.review_at);
            sooner(standing.grace_until);
            sooner(standing.hand.as_ref().and_then(|hand| hand.until));
        }
        sooner(state.watch_due);
        for held in &state.entitlements {
            sooner(held.renews_at);
            sooner(held.given.as_ref().and_then(|(until, _)| *until));
        }
        if self.timeline.idles {
            for unit in 0..self.timeline.units.len() {
                sooner(self.idle_until(unit));
            }
        }
        sooner(self.timeline.next_change(self.at));
        due
    }

    fn watched(&self, watch: &crate::definition::Watch) -> Option<Instant> {
        let Measure::Facts(measure) = &self.program.metrics[watch.metric].measure else { return None };
        let memory = &self.member.state.memories[self.timeline.slot_of[self.version][watch.metric]];
        let next = memory.next_change(measure, watch.rising, watch.thresholds.as_deref(), self.day, self.joined())?;
        Some(self.program.zone.start(next.max(self.day.plus(1))))
    }
}
