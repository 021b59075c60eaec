//! Benefits: rights that come and go with tiers, and units granted for each period.

use std::sync::Arc;

use ledger::{Instant, Key, NewLot, Release, SpendRequest};
use rust_decimal::Decimal;

use super::{Mode, Refusal, Step, unit_ix};
use crate::decision::Outcome;
use crate::definition::{Benefit, Gives, Metered, Rollover};
use crate::fact::Fact;
use crate::state::{Entitlement, same_name};

/// The rule under which the use of benefits stands in the ledger.
pub(super) const USE: &str = "benefit-use";

impl Step<'_> {
    /// Brings entitlements in line with the tiers in force.
    pub fn benefits(&mut self) {
        for at in 0..self.program.benefits.len() {
            let benefit = &self.program.benefits[at];
            let tier = benefit.tiers.iter().find(|(track, rank)| self.standing(*track).rank_in_force() == *rank).copied();
            let known = self.member.state.entitlements.iter().any(|held| same_name(&held.benefit, &benefit.id));
            if tier.is_none() && !known {
                continue;
            }
            let by = tier.map(|(track, rank)| {
                let track = &self.program.tracks[track];
                Arc::from(format!("{}.{}", track.id, track.tiers[rank].id))
            });
            let held = self.entitlement(benefit);
            let before = active(held);
            held.by_tier = tier.is_some();
            self.settle(benefit, before, by);
        }
        self.drop_benefits();
    }

    /// Ends what the version in force knows nothing of, also what was given by hand.
    fn drop_benefits(&mut self) {
        self.moved = true;
        let program = self.program;
        let mut ended = Vec::new();
        for held in self.member.state.entitlements.iter_mut().filter(|held| program.benefit(&held.benefit).is_none()) {
            if active(held) {
                ended.push(held.benefit.clone());
            }
            (held.by_tier, held.given, held.renews_at) = (false, None, None);
        }
        for benefit in ended {
            let rule: Arc<str> = Arc::from(format!("benefit:{benefit}"));
            self.decide(&rule, |_| Outcome::Entitled { benefit, now: false, by: "program".into() });
        }
    }

    #[inline(always)]
    fn entitlement(&mut self, benefit: &Benefit) -> &mut Entitlement {
        self.moved = true;
        let held = &mut self.member.state.entitlements;
        let at = held.iter().position(|held| same_name(&held.benefit, &benefit.id)).unwrap_or_else(|| {
            let new =
                Entitlement { benefit: benefit.id.clone(), since: self.at, given: None, by_tier: false, renews_at: None, granted: None };
            held.push(new);
            held.len() - 1
        });
        &mut held[at]
    }

    /// Writes down that an entitlement began or ended, and grants what begins.
    fn settle(&mut self, benefit: &Benefit, before: bool, by: Option<Arc<str>>) {
        let now_at = self.at;
        let held = self.entitlement(benefit);
        let now = active(held);
        if !now {
            held.renews_at = None;
        }
        if now == before {
            if let (true, None, Gives::Metered(metered)) = (now, held.renews_at, &benefit.gives) {
                self.grant_period(benefit, metered); // Another version has made a right a grant.
            }
            return;
        }
        if now {
            held.since = now_at;
        }
        let by = by.or_else(|| self.cause.cloned()).unwrap_or_else(|| Arc::from("time"));
        self.decide(&benefit.rule, |_| Outcome::Entitled { benefit: benefit.id.clone(), now, by });
        if now && let Gives::Metered(metered) = &benefit.gives {
            self.grant_period(benefit, metered);
        }
    }

    /// Grants the current period once, however often the entitlement comes and goes within it.
    fn grant_period(&mut self, benefit: &Benefit, metered: &Metered) {
        let (day, joined, zone) = (self.day, self.joined(), &self.program.zone);
        let period = self.window_of(metered.per);
        let next = metered.per.map(|per| per.next(day, joined));
        let held = self.entitlement(benefit);
        held.renews_at = next.map(|next| zone.start(next));
        if held.granted == Some(period) {
            return;
        }
        held.granted = Some(period);
        let label = metered.per.map_or_else(|| "once".into(), |per| per.label(day, joined));
        let expires_at = match (metered.rollover, metered.per, next) {
            (Rollover::None, _, Some(next)) => Some(zone.start(next)),
            (Rollover::OnePeriod, Some(per), Some(next)) => Some(zone.start(per.next(next, joined))),
            _ => self.program.units[metered.unit].expiry.of(zone, day),
        };
        let unit = self.unit_ix(metered.unit);
        let lot = NewLot {
            key: Key { rule: benefit.rule.clone(), fact: label.clone() },
            unit: unit_ix(unit),
            amount: metered.amount,
            reference: None,
            priority: metered.priority,
            release: Release::Now,
            expires_at,
        };
        if self.member.book.accrue(lot, self.at, self.out).is_err() {
            return;
        }
        self.decide(&benefit.rule, |step| Outcome::Granted {
            benefit: benefit.id.clone(),
            unit: step.timeline.units[unit].clone(),
            amount: metered.amount,
            period: label,
            expires_at,
        });
    }

    /// Ends what was given for a time, and grants the next period of what goes on.
    pub fn renew_benefits(&mut self) {
        for at in 0..self.program.benefits.len() {
            let benefit = &self.program.benefits[at];
            let Some(held) = self.member.state.entitlements.iter_mut().find(|held| same_name(&held.benefit, &benefit.id)) else { continue };
            let before = active(held);
            let now: Instant = self.at;
            if held.given.as_ref().is_some_and(|(until, _)| until.is_some_and(|until| until <= now)) {
                held.given = None;
                self.settle(benefit, before, Some(Arc::from("time")));
            }
            let Some(held) = self.member.state.entitlements.iter_mut().find(|held| same_name(&held.benefit, &benefit.id)) else { continue };
            if held.renews_at.is_none_or(|due| due > now) {
                continue;
            }
            held.renews_at = None;
            let goes_on = active(held);
            if let (true, Gives::Metered(metered)) = (goes_on, &benefit.gives) {
                self.grant_period(benefit, metered);
            }
        }
    }

    /// A benefit is given by hand, taken back, or used.
    pub fn benefit_fact(&mut self, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        let id = fact.text("benefit").cloned().unwrap_or_default();
        let Some(at) = self.program.benefit(&id) else {
            return Err(self.unknown("benefit", "benefit", &id, self.program.benefits.iter().map(|benefit| &*benefit.id)));
        };
        let benefit = &self.program.benefits[at];
        if fact.kind.name() == "benefit.used" {
            return self.use_benefit(benefit, fact, mode);
        }
        if fact.kind.name().starts_with("benefit.consent") {
            self.consent(benefit, fact);
            return Ok(());
        }
        if fact.kind.name() == "benefit.granted" {
            self.may_receive(benefit, fact, Decimal::ZERO, mode)?;
        }
        let until = fact.time("until");
        let now = self.at;
        let held = self.entitlement(benefit);
        let before = active(held);
        held.given = match fact.kind.name() {
            "benefit.granted" if until.is_none_or(|until| until > now) => Some((until, fact.id.clone())),
            _ => None,
        };
        self.settle(benefit, before, Some(fact.id.clone()));
        Ok(())
    }

    fn use_benefit(&mut self, benefit: &Benefit, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        let Gives::Metered(metered) = &benefit.gives else {
            return Err(Refusal::NotMetered { benefit: benefit.id.clone() });
        };
        let held = self.member.state.entitlements.iter().find(|held| same_name(&held.benefit, &benefit.id));
        if mode == Mode::Live && !held.is_some_and(active) {
            return Err(Refusal::NotEntitled { benefit: benefit.id.clone() });
        }
        let amount = fact.int("amount").unwrap_or(1);
        let each = self.each_minor(metered);
        let value = each.checked_mul(Decimal::from(amount)).unwrap_or(Decimal::MAX);
        self.may_receive(benefit, fact, value, mode)?;
        let unit = self.unit_ix(metered.unit);
        let request = SpendRequest {
            key: Key { rule: USE.into(), fact: fact.id.clone() },
            unit: unit_ix(unit),
            amount,
            reference: fact.text("reference").cloned(),
            force: mode == Mode::Recorded,
        };
        self.spend_request(request, unit)?;
        self.disclose(benefit, fact, each, value);
        Ok(())
    }
}

/// Whether the member has it now.
pub(crate) fn active(held: &Entitlement) -> bool {
    held.by_tier || held.given.is_some()
}
