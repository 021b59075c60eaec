//! Tracks: members rise, are reviewed, are kept, get grace, fall; staff may set a tier by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::Instant;

use super::view::name_of;
use super::{Refusal, Step, View};
use crate::calendar::Day;
use crate::decision::{ByHand, Change, Outcome, TierChange};
use crate::definition::{Condition, Measure, Review, Track};
use crate::fact::Fact;
use crate::scope::Source;
use crate::state::{Override, Standing};
use crate::way::{Way, ways, ways_on, ways_to_keep};

impl Step<'_> {
    /// The member comes onto every track of the version in force that it is not on yet.
    pub fn join_tracks(&mut self) {
        for at in 0..self.program.tracks.len() {
            let track = &self.program.tracks[at];
            if self.member.state.tracks.iter().any(|standing| standing.track == track.id) {
                continue;
            }
            let mut standing = Standing {
                track: track.id.clone(),
                rank: 0,
                tier: track.tiers[0].id.clone(),
                since: self.at,
                review_at: None,
                grace_until: None,
                hand: None,
            };
            standing.review_at = self.next_review(track, 0);
            self.moved = true;
            self.member.state.tracks.push(standing);
            self.receipt(at, Change::Joined, 0, 0, None, true, self.day);
        }
        self.changed = true;
    }

    /// Looks at every track after something changed: who qualifies for a higher tier rises at once where the track says so.
    pub fn judge_tracks(&mut self) {
        if !self.changed {
            return;
        }
        self.changed = false;
        for at in 0..self.program.tracks.len() {
            if self.program.tracks[at].upgrade_at_once {
                self.rise(at, self.day);
            }
        }
    }

    /// The highest rank above `from` whose `enter` condition holds on a day.
    fn qualified(&self, track: &Track, from: usize, day: Day) -> Option<usize> {
        let view = self.view(day);
        (from + 1..track.tiers.len()).rev().find(|rank| track.tiers[*rank].enter.as_ref().is_some_and(|enter| view.meets(enter)))
    }

    fn rise(&mut self, at: usize, day: Day) -> bool {
        let track = &self.program.tracks[at];
        let from = self.standing(at).rank;
        let Some(to) = self.qualified(track, from, day) else { return false };
        let review = self.next_review(track, to);
        let standing = self.standing_mut(at);
        standing.grace_until = None;
        standing.review_at = review;
        self.reach(at, to);
        self.receipt(at, Change::Rose, from, to, track.tiers[to].enter.as_ref(), true, day);
        self.benefits();
        true
    }

    fn reach(&mut self, at: usize, rank: usize) {
        let (now, tier) = (self.at, self.program.tracks[at].tiers[rank].id.clone());
        let standing = self.standing_mut(at);
        if standing.tier != tier {
            standing.since = now;
        }
        standing.rank = rank;
        standing.tier = tier;
    }

    /// A review that falls due at a period's first midnight judges the period that has just ended, so it comes before metrics roll on.
    pub fn review_period(&mut self, at: usize) {
        let due = self.standing(at).review_at.is_some_and(|due| due <= self.at);
        if due && matches!(self.program.tracks[at].review, Review::Every(_)) {
            let ended = self.program.zone.day(Instant(self.at.0 - 1));
            self.review(at, ended);
        }
    }

    /// What else is due on a track at this instant: a review so long after entry, the end of a grace, the end of an override.
    pub fn pass_track(&mut self, at: usize) {
        let standing = self.standing(at);
        if standing.review_at.is_some_and(|due| due <= self.at) {
            self.review(at, self.day);
        } else if standing.grace_until.is_some_and(|until| until <= self.at) {
            self.standing_mut(at).grace_until = None;
            self.keep_or_fall(at, self.day, false);
        }
        if self.standing(at).hand.as_ref().and_then(|hand| hand.until).is_some_and(|until| until <= self.at) {
            self.end_override(at);
        }
    }

    fn review(&mut self, at: usize, day: Day) {
        let track = &self.program.tracks[at];
        let next = self.next_review(track, self.standing(at).rank);
        self.changed = true;
        let over = self.standing(at).grace_until.is_some_and(|until| until <= self.at);
        let standing = self.standing_mut(at);
        standing.review_at = next;
        if over {
            standing.grace_until = None;
        }
        self.roll_to(day);
        let risen = !track.upgrade_at_once && self.rise(at, day);
        let standing = self.standing(at);
        if risen || standing.rank == 0 || standing.grace_until.is_some() {
            return;
        }
        self.keep_or_fall(at, day, !over);
    }

    fn keep_or_fall(&mut self, at: usize, day: Day, may_grace: bool) {
        self.changed = true;
        self.roll_to(day);
        let track = &self.program.tracks[at];
        let rank = self.standing(at).rank.min(track.tiers.len() - 1);
        let keep = track.tiers[rank].keep.as_ref();
        let kept = rank == 0 || keep.is_none_or(|keep| self.view(day).meets(keep));
        if kept {
            self.receipt(at, Change::Kept, rank, rank, keep, true, day);
            return;
        }
        if let Some(grace) = track.grace.filter(|_| may_grace) {
            self.standing_mut(at).grace_until = Some(grace.after_instant(&self.program.zone, self.at));
            self.receipt(at, Change::Grace, rank, rank, keep, false, day);
            return;
        }
        let view = self.view(day);
        let keeps = |rank: &usize| *rank == 0 || track.tiers[*rank].keep.as_ref().is_some_and(|keep| view.meets(keep));
        let to = if track.fall_one { rank - 1 } else { (0..rank).rev().find(keeps).unwrap_or(0) };
        self.reach(at, to);
        let review = self.next_review(track, to);
        self.standing_mut(at).review_at = review;
        self.receipt(at, Change::Fell, rank, to, keep, false, day);
        self.benefits();
    }

    /// When a track is next reviewed from this instant on; the lowest tier needs none unless tiers rise at review.
    fn next_review(&self, track: &Track, rank: usize) -> Option<Instant> {
        if rank == 0 && track.upgrade_at_once {
            return None;
        }
        let zone = &self.program.zone;
        match track.review {
            Review::Never => None,
            Review::Every(period) => Some(zone.start(period.next(self.day, self.joined()))),
            Review::After(span) => Some(span.after_instant(zone, self.at)),
        }
    }

    /// Staff set a tier, or end what was set.
    pub fn set_tier(&mut self, fact: &Fact) -> Result<(), Refusal> {
        let id = fact.text("track").cloned().unwrap_or_default();
        let Some(at) = self.program.track(&id) else {
            return Err(self.unknown("track", "track", &id, self.program.tracks.iter().map(|track| &*track.id)));
        };
        if fact.kind.name() == "tier.restored" {
            if self.standing(at).hand.is_some() {
                self.end_override(at);
            }
            return Ok(());
        }
        let track = &self.program.tracks[at];
        let tier = fact.text("tier").cloned().unwrap_or_default();
        let Some(rank) = track.tiers.iter().position(|other| other.id == tier) else {
            return Err(self.unknown("tier", "tier", &tier, track.tiers.iter().map(|tier| &*tier.id)));
        };
        let before = self.standing(at).rank_in_force();
        let reason = fact.text("reason").cloned().unwrap_or_default();
        let until = fact.time("until").filter(|until| *until > self.at);
        if fact.time("until").is_some() && until.is_none() {
            let (rule, name): (Arc<str>, _) = (Arc::from(format!("track:{id}")), tier);
            let reason = format!("tier {name} set by hand ({reason}) had ended before it began, so nothing changes");
            self.decide(&rule, |_| Outcome::Noted { reason });
            return Ok(());
        }
        self.standing_mut(at).hand = Some(Override { rank, tier, until, fact: fact.id.clone(), reason });
        self.roll();
        self.receipt(at, Change::SetByHand, before, rank, None, true, self.day);
        self.benefits();
        Ok(())
    }

    fn end_override(&mut self, at: usize) {
        self.changed = true;
        let before = self.standing(at).rank_in_force();
        let rank = self.standing(at).rank;
        self.roll();
        self.receipt(at, Change::HandEnded, before, rank, None, true, self.day);
        self.standing_mut(at).hand = None;
        self.benefits();
    }

    /// Another version has come into force: tiers keep their names; a tier that is gone is judged anew.
    pub fn change_tracks(&mut self) {
        // A review due at this very instant still has to see the period that has just ended.
        let memories = self.member.state.memories.clone();
        self.roll();
        self.join_tracks();
        for at in 0..self.program.tracks.len() {
            self.change_track(at);
        }
        self.member.state.memories = memories;
        self.changed = true;
    }

    fn change_track(&mut self, at: usize) {
        let track = &self.program.tracks[at];
        let place = |tier: &Arc<str>| track.tiers.iter().position(|other| other.id == *tier);
        let (tier, hand) = (self.standing(at).tier.clone(), self.standing(at).hand.clone());
        let same = place(&tier);
        let rank = same.unwrap_or_else(|| self.qualified(track, 0, self.day).unwrap_or(0));
        let review = self.next_review(track, rank);
        let hand_rank = hand.as_ref().and_then(|hand| place(&hand.tier));
        let standing = self.standing_mut(at);
        if let (Some(rank), Some(hand)) = (hand_rank, &mut standing.hand) {
            hand.rank = rank;
        }
        if standing.review_at.is_none() || review.is_none() {
            standing.review_at = review;
        }
        self.reach(at, rank);
        if same.is_none() {
            self.receipt_named(at, Change::ProgramChanged, &tier, rank, track.tiers[rank].enter.as_ref(), true, self.day);
        }
        if let (Some(hand), None) = (hand, hand_rank) {
            self.receipt_named(at, Change::HandEnded, &hand.tier, rank, None, true, self.day);
            self.standing_mut(at).hand = None;
        }
    }

    /// The standing on a track of the version in force.
    #[inline(always)]
    pub fn standing(&self, at: usize) -> &Standing {
        let found = self.member.state.standing_at(at, &self.program.tracks[at].id);
        &self.member.state.tracks[found.unwrap_or_else(|| unreachable!("a member joins every track"))]
    }

    fn standing_mut(&mut self, at: usize) -> &mut Standing {
        self.moved = true;
        let found = self.member.state.standing_at(at, &self.program.tracks[at].id);
        &mut self.member.state.tracks[found.unwrap_or_else(|| unreachable!("a member joins every track"))]
    }

    /// Standing as expressions see it on a day.
    pub fn view(&self, day: Day) -> View<'_> {
        View { timeline: self.timeline, version: self.version, member: self.member, day, fact: None, line: None }
    }

    /// The ways to a tier from today on, also where the metrics are those of the period that a review looks back at.
    fn ways(&self, enter: &Condition, day: Day) -> Vec<Way> {
        if day == self.day { ways(self.view(day), enter) } else { ways_on(self.timeline, self.version, self.member, enter, self.day) }
    }

    #[allow(clippy::too_many_arguments, reason = "a receipt says everything")]
    fn receipt(&mut self, at: usize, change: Change, from: usize, to: usize, condition: Option<&Condition>, held: bool, day: Day) {
        if self.out.receipts {
            let from = self.program.tracks[at].tiers[from].id.clone();
            self.receipt_named(at, change, &from, to, condition, held, day);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a receipt says everything")]
    fn receipt_named(
        &mut self,
        at: usize,
        change: Change,
        from: &Arc<str>,
        to: usize,
        condition: Option<&Condition>,
        held: bool,
        day: Day,
    ) {
        if !self.out.receipts {
            return;
        }
        let track = &self.program.tracks[at];
        let rule: Arc<str> = Arc::from(format!("track:{}", track.id));
        self.decide(&rule, |step| {
            let view = step.view(day);
            let (inputs, profile) = evidence(view, condition);
            let standing = step.standing(at);
            let hand = standing.hand.as_ref().filter(|_| change != Change::HandEnded);
            Outcome::Tier(Box::new(TierChange {
                track: track.id.clone(),
                change,
                from: from.clone(),
                to: track.tiers[to].id.clone(),
                condition: condition.map(|condition| condition.compiled.expr.text().into()),
                held,
                inputs,
                profile,
                review_at: standing.review_at,
                grace_until: standing.grace_until,
                by_hand: hand.map(|hand| ByHand { tier: hand.tier.clone(), reason: hand.reason.clone(), until: hand.until }),
                next: track
                    .tiers
                    .get(standing.rank + 1)
                    .and_then(|tier| tier.enter.as_ref())
                    .map_or_else(Vec::new, |enter| step.ways(enter, day)),
                keep: match (condition, standing.grace_until) {
                    (Some(keep), Some(until)) if change == Change::Grace => {
                        ways_to_keep(step.timeline, step.version, step.member, keep, until)
                    }
                    _ => Vec::new(),
                },
            }))
        });
    }
}

/// Metrics as they stood, by name.
type Readings = BTreeMap<Arc<str>, crate::memory::Reading>;

/// The metrics and profile fields that a condition reads, as they stand; formulas bring what they are made of.
fn evidence(view: View, condition: Option<&Condition>) -> (Readings, BTreeMap<Arc<str>, crate::expr::Value>) {
    let mut readings = BTreeMap::new();
    let mut profile = BTreeMap::new();
    for (compiled, column) in
        condition.iter().flat_map(|condition| condition.compiled.expr.columns().iter().map(|at| (&condition.compiled, *at)))
    {
        match compiled.sources[column] {
            Source::Metric(metric) => read(view, metric, &mut readings),
            source => {
                profile.insert(name_of(view.timeline, view.version, source, None).into(), view.value(source));
            }
        }
    }
    (readings, profile)
}

fn read(view: View, metric: usize, readings: &mut Readings) {
    let metric_is = &view.timeline.versions[view.version].program.metrics[metric];
    readings.insert(metric_is.id.clone(), view.reading(metric));
    if let Measure::Formula(formula) = &metric_is.measure {
        for column in formula.expr.columns() {
            if let Source::Metric(part) = formula.sources[*column] {
                read(view, part, readings);
            }
        }
    }
}
