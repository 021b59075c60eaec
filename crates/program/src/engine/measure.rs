//! Metrics count a fact.

use rust_decimal::Decimal;

use super::{Step, View};
use crate::definition::{Aggregate, FactMeasure, KindMeasure};
use crate::expr::Value;
use crate::fact::catalogue::Role;
use crate::fact::{Fact, Line};
use crate::memory::Contribution;
use crate::state::Measured;

impl Step<'_> {
    /// Rolls every memory to the step's day, so that it can be read.
    pub fn roll(&mut self) {
        self.roll_to(self.day);
    }

    /// Rolls every memory to a day.
    pub fn roll_to(&mut self, day: crate::calendar::Day) {
        // A review looks back at the day before its own midnight; elsewhere that midnight may not have come yet.
        let at = if day == self.day { self.at } else { ledger::Instant(self.at.0.saturating_sub(1)) };
        if day == self.day {
            self.timeline.roll(&mut self.member.state, day, at, &self.starts);
        } else {
            self.timeline.roll(&mut self.member.state, day, at, &self.starts.on(day));
        }
        self.rolled = true;
    }

    /// The day on which a metric counts what happens now.
    pub fn day_in(&self, slot: usize) -> crate::calendar::Day {
        if self.timeline.one_zone { self.day } else { self.timeline.day_of(slot, self.at) }
    }

    /// Remembers what an order is worth, so that a part of it can be told from the whole: as it was placed or paid, in the end as it
    /// was completed.
    pub fn order_amount(&mut self, fact: &Fact) {
        let completed = match fact.kind.role() {
            Role::OrderCompleted => true,
            Role::OrderBegun => false,
            _ => return,
        };
        if !self.keeps {
            return;
        }
        let (Some(number), Some(amount)) = (fact.order_number(), fact.amount_minor()) else { return };
        let known = self.member.orders.get(number).map_or(0, |order| order.amount);
        if amount != known && (completed || known == 0) {
            self.member.order_mut(number).amount = amount;
        }
    }

    /// Adds a fact to every metric that looks at its kind.
    pub fn measure(&mut self, fact: &Fact) {
        self.roll();
        let order = fact.order_number().filter(|_| self.keeps);
        let mut last = None;
        for feed in &self.timeline.feeds[usize::from(fact.kind.0)] {
            last = if feed.same { last } else { self.contribution(feed.slot, feed.place, fact) };
            let Some(given) = &mut last else { continue };
            given.slot = feed.slot;
            self.member.state.memories[feed.slot].add(self.timeline.measure(feed.slot), given, None);
            self.changed = true;
            if let Some(number) = order {
                let (given, facts) = (given.clone(), self.member.state.facts);
                let terms = self.terms(self.timeline.kind_measure(feed.slot, feed.place).condition.as_ref(), feed.place, fact);
                self.member.order_mut(number).measured.push(Measured { given, facts, undone: Decimal::ZERO, gone: false, terms });
            }
        }
    }

    /// What a fact adds to a metric; `None` when its condition does not hold.
    pub fn contribution(&self, slot: usize, place: usize, fact: &Fact) -> Option<Contribution> {
        let measure = self.timeline.measure(slot);
        let kind = self.timeline.kind_measure(slot, place);
        let mut given = Contribution { slot, day: self.day_in(slot), sum: Decimal::ZERO, count: 0, values: Vec::new(), pick: None };
        if measure.each_line {
            for line in fact.body.lines() {
                self.count_one(measure, kind, fact, Some(line), &mut given);
            }
        } else {
            self.count_one(measure, kind, fact, None, &mut given);
        }
        (given.count != 0).then_some(given)
    }

    fn count_one(&self, measure: &FactMeasure, kind: &KindMeasure, fact: &Fact, line: Option<&Line>, given: &mut Contribution) {
        let view = View { timeline: self.timeline, version: self.version, member: self.member, day: self.day, fact: Some(fact), line };
        if !view.passes(kind.condition.as_ref()) {
            return;
        }
        if let (Aggregate::Sum, Some(value)) = (measure.aggregate, &kind.value) {
            let Some(number) = view.number(value) else { return };
            given.sum = given.sum.checked_add(number).unwrap_or(given.sum);
            given.count += 1;
            return;
        }
        let value = kind.value.as_ref().map(|value| view.eval(value));
        match (measure.aggregate, value) {
            (_, Some(Value::Null)) => return,
            (Aggregate::Distinct, Some(value)) => given.values.push(match value {
                Value::Text(text) => text,
                other => other.to_string().into(),
            }),
            (Aggregate::Latest | Aggregate::Max | Aggregate::Min, Some(value)) => given.pick = Some(value),
            _ => {}
        }
        given.count += 1;
    }
}
