//! Which facts are behind a number: replayed alone, they give the metric's value.

use std::collections::HashMap;
use std::sync::Arc;

use crate::calendar::Day;
use crate::definition::{Aggregate, FactMeasure, Measure, Refunds};
use crate::engine::{View, undo::as_order};
use crate::expr::Value;
use crate::fact::catalogue::Role;
use crate::fact::{Fact, Kind};
use crate::state::Member;
use crate::timeline::Timeline;

/// The facts behind what a metric says of a stretch of days, out of a member's judged facts in their order.
///
/// Those are the facts it counts; of an order that was undone in part also what says how large it was and what came back, and credit
/// notes without an order. An order that was undone as a whole is left out, as the metric leaves it out, unless its loss counts at its
/// own date. `version` is the number of the version that names the metric. A formula counts no facts itself: ask for what it is made of.
pub fn facts_behind<'f>(timeline: &Timeline, version: u32, metric: &str, from: Option<Day>, to: Day, judged: &'f [Fact]) -> Vec<&'f Fact> {
    let Some(version) = timeline.versions.iter().position(|other| other.number == version) else {
        return Vec::new();
    };
    let program = &timeline.versions[version].program;
    let found = program.metrics.iter().find(|other| *other.id == *metric);
    let Some(Measure::Facts(measure)) = found.map(|metric| &metric.measure) else {
        return Vec::new();
    };
    let day = |fact: &Fact| program.zone.day(fact.occurred_at);
    let judged = &judged[..judged.partition_point(|fact| day(fact) <= to)];
    let inside = |fact: &Fact| from.is_none_or(|from| day(fact) >= from);
    let nobody = Member::default();
    let view = View { timeline, version, member: &nobody, day: to, fact: None, line: None };
    let touched = Touched::of(view, measure, judged, inside);
    let behind = judged.iter().filter(|fact| match fact.order_number().and_then(|order| touched.orders.get(order)) {
        Some(order) => order.names(view, measure, fact, inside(fact)),
        None => inside(fact) && (counts(view, measure, fact) || is_loss(view, measure, fact)),
    });
    behind.collect()
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

/// Whether a fact is a credit note without an order that makes a sum smaller.
fn is_loss(view: View, measure: &FactMeasure, fact: &Fact) -> bool {
    measure.aggregate == Aggregate::Sum
        && measure.refunds != Refunds::Ignored
        && fact.kind.name() == "order.refunded"
        && fact.order_number().is_none()
        && ["order.completed", "order.paid", "order.placed"].iter().any(|kind| {
            let order = as_order(fact, Kind::named(kind));
            order.is_some_and(|order| counts(view, measure, &order))
        })
}

/// The orders to which something came back.
struct Touched {
    orders: HashMap<Arc<str>, OrderBehind>,
}

/// An order to which something came back, sized by the engine's rule: what was completed counts, else what was placed or paid first.
#[derive(Default)]
struct OrderBehind {
    amount: i64,
    refunded: i64,
    cancelled: bool,
    /// Whether it was undone as a whole at some time, so that what it had counted by then is gone, also when more came later.
    was_undone: bool,
    /// Whether the metric counts a fact of it, and one within the window.
    counted: [bool; 2],
    /// Whether something came back within the window.
    lost: bool,
}

impl Touched {
    fn of(view: View, measure: &FactMeasure, judged: &[Fact], inside: impl Fn(&Fact) -> bool) -> Touched {
        let mut orders: HashMap<Arc<str>, OrderBehind> = HashMap::new();
        if measure.refunds != Refunds::Ignored {
            let undone = judged.iter().filter(|fact| fact.kind.role() == Role::Undoing).filter_map(Fact::order_number);
            orders.extend(undone.map(|number| (number.clone(), OrderBehind::default())));
        }
        if orders.is_empty() {
            return Touched { orders };
        }
        for fact in judged {
            let Some(order) = fact.order_number().and_then(|number| orders.get_mut(number)) else { continue };
            order.follow(fact);
            let (inside, counted) = (inside(fact), counts(view, measure, fact));
            order.counted = [order.counted[0] || counted, order.counted[1] || (counted && inside)];
            order.lost |= inside && fact.kind.role() == Role::Undoing;
        }
        Touched { orders }
    }
}

impl OrderBehind {
    fn follow(&mut self, fact: &Fact) {
        let amount = fact.amount_minor().unwrap_or(0);
        match fact.kind.role() {
            Role::Undoing if fact.kind.name() == "order.cancelled" => self.cancelled = true,
            Role::Undoing => self.refunded = self.refunded.saturating_add(amount.max(0)),
            Role::OrderCompleted => self.amount = amount,
            Role::OrderBegun if self.amount == 0 => self.amount = amount,
            _ => {}
        }
        if self.cancelled || (self.amount > 0 && self.refunded > self.amount) {
            self.refunded = self.amount;
        }
        self.was_undone |= self.is_undone();
    }

    fn is_undone(&self) -> bool {
        self.cancelled || (self.amount > 0 && self.refunded >= self.amount)
    }

    /// Whether one of its facts is behind the metric.
    fn names(&self, view: View, measure: &FactMeasure, fact: &Fact, inside: bool) -> bool {
        let own_date = measure.refunds == Refunds::OwnDate;
        if self.is_undone() && !own_date {
            return false;
        }
        let counted = counts(view, measure, fact);
        // A part of an order makes sums smaller, and nothing else.
        if measure.aggregate != Aggregate::Sum && !self.was_undone {
            return inside && counted;
        }
        let here = self.counted[1] || (own_date && self.counted[0] && self.lost);
        let sizes = matches!(fact.kind.role(), Role::OrderBegun | Role::OrderCompleted | Role::Undoing);
        here && (sizes || (counted && (inside || own_date)))
    }
}
