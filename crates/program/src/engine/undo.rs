//! Orders are undone, whole or in part: metrics, accruals, redemptions and missions follow.
//!
//! The remainder rule: what has been undone of a part is always `split(part, refunded so far, order amount)`, half to even. Each
//! refund moves the difference to what was undone before, so the parts add up to the whole, to the last point.

use std::sync::Arc;

use ledger::{Key, split};
use rust_decimal::{Decimal, RoundingStrategy};

use super::ground::mission_of;
use super::{Mode, Refusal, Step, View, unit_ix};
use crate::calendar::Day;
use crate::decision::{Outcome, TakeBack};
use crate::definition::{Compiled, Refunds, StepNeeds};
use crate::expr::{Row, Value};
use crate::fact::catalogue::Role;
use crate::fact::{Body, Fact, Kind};
use crate::memory::Contribution;
use crate::scope::Source;
use crate::state::{Order, Progress, Stepped, Terms};
use crate::timeline::Feed;

impl Step<'_> {
    /// Follows a refund or a cancellation.
    pub fn undo(&mut self, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        if fact.kind.role() != Role::Undoing {
            return Ok(());
        }
        let result = match (fact.kind.name(), fact.order_number().cloned()) {
            ("order.cancelled", Some(number)) => {
                let order = self.member.order_mut(&number);
                order.cancelled = true;
                order.refunded = order.amount;
                self.undo_order(&number, mode)
            }
            ("order.refunded", Some(number)) => {
                let amount = fact.amount_minor().unwrap_or(0).max(0);
                let order = self.member.order_mut(&number);
                order.refunded = order.refunded.saturating_add(amount);
                let beyond = order.amount > 0 && order.refunded > order.amount;
                if beyond {
                    order.refunded = order.amount;
                    let rule = Arc::from("order:refund");
                    self.decide(&rule, |_| Outcome::Noted {
                        reason: format!("refunds of order {number} exceed its amount; the rest is ignored"),
                    });
                }
                self.undo_order(&number, mode)
            }
            ("order.refunded", None) => self.undo_unnamed(fact, mode),
            _ => Ok(()),
        };
        self.judge_grounds();
        result
    }

    /// An order that was undone before this fact about it came keeps its loss: the new parts are undone at once.
    /// The undoing was accepted when it came, so no policy refuses it now.
    pub fn settle_order(&mut self, fact: &Fact) -> Result<(), Refusal> {
        let Some(number) = fact.order_number() else { return Ok(()) };
        let Some(order) = self.member.orders.get_mut(number) else { return Ok(()) };
        if crate::file::parts::undoes(fact.kind) || (order.refunded == 0 && !order.cancelled) {
            return Ok(());
        }
        if order.cancelled || (order.amount > 0 && order.refunded > order.amount) {
            order.refunded = order.amount;
        }
        let result = self.undo_order(number, Mode::Recorded);
        self.judge_grounds();
        result
    }

    fn undo_order(&mut self, number: &Arc<str>, mode: Mode) -> Result<(), Refusal> {
        let mut order = std::mem::take(self.member.order_mut(number));
        let whole = order.is_undone();
        self.undo_metrics(&mut order, whole);
        let mut result = self.undo_accruals(&mut order, whole, mode);
        if result.is_ok() {
            result = self.undo_redemptions(&mut order, whole);
        }
        let (kept, undone) = std::mem::take(&mut order.steps).into_iter().partition(|stepped| !whole && self.step_stands(stepped, &order));
        order.steps = kept;
        self.undo_steps(undone);
        *self.member.order_mut(number) = order;
        result
    }

    fn undo_metrics(&mut self, order: &mut Order, whole: bool) {
        let (refunded, amount) = (order.refunded, order.amount);
        let mut measured = std::mem::take(&mut order.measured);
        for measured in measured.iter_mut().filter(|measured| !measured.gone) {
            let slot = measured.given.slot;
            let measure = self.timeline.measure(slot);
            if measure.refunds == Refunds::Ignored {
                continue;
            }
            let place = measured.terms.as_ref().map(|terms| terms.place);
            let condition = place.and_then(|place| self.timeline.kind_measure(slot, place).condition.as_ref());
            let whole = whole || !order.still_meets(condition, measured.terms.as_deref());
            let sum = measured.given.sum;
            let target = if whole { sum } else { share(sum, refunded, amount) };
            let loss = target - measured.undone;
            let today = self.day_in(slot);
            let day = if measure.refunds == Refunds::OwnDate { today } else { measured.given.day };
            let count = if whole { -measured.given.count } else { 0 };
            let (values, pick) = if whole { (measured.given.values.clone(), measured.given.pick.clone()) } else { (Vec::new(), None) };
            measured.undone = target;
            measured.gone = whole;
            if !loss.is_zero() || count != 0 {
                let taken = Contribution { slot, day, sum: -loss, count, values, pick };
                let start = measure.window.start(today, self.joined());
                self.member.state.memories[slot].add(measure, &taken, start);
                self.changed = true;
                self.shake(measured.facts, &Contribution { day: measured.given.day, ..taken });
            }
        }
        order.measured = measured;
    }

    fn undo_accruals(&mut self, order: &mut Order, whole: bool, mode: Mode) -> Result<(), Refusal> {
        for accrued in &mut order.accruals {
            let target = if whole { accrued.amount } else { share_of(accrued.amount, order.refunded, order.amount) };
            let amount = target - accrued.undone;
            if amount <= 0 {
                continue;
            }
            accrued.undone = target;
            let key = Key { rule: Arc::from(format!("undo:{}", accrued.lot.rule)), fact: self.moment() };
            self.take_back(accrued.unit, Some(&accrued.lot), amount, key, mode)?;
            if let Some(period) = accrued.cap {
                self.use_cap(&accrued.lot.rule, period, -amount);
            }
        }
        Ok(())
    }

    /// Units spent on the order come back in the same proportion.
    fn undo_redemptions(&mut self, order: &mut Order, whole: bool) -> Result<(), Refusal> {
        for (redemption, amount, restored) in &mut order.redemptions {
            let target = if whole { *amount } else { share_of(*amount, order.refunded, order.amount) };
            let more = target - *restored;
            if more > 0 {
                *restored = target;
                self.restore(redemption, Some(more))?;
            }
        }
        Ok(())
    }

    /// Takes units back, with a receipt; `lot` is `None` for a refund that names no order.
    pub fn take_back(&mut self, unit: usize, lot: Option<&Key>, amount: i64, key: Key, mode: Mode) -> Result<(), Refusal> {
        let mut rules = self.unit(unit).rules.clone();
        if mode == Mode::Recorded && rules.shortfall == ledger::Shortfall::Refuse {
            rules.shortfall = ledger::Shortfall::Owe;
        }
        let rule = key.rule.clone();
        let taken = match lot {
            Some(lot) => self.member.book.take_back(lot, amount, &rules, self.at, key, self.out),
            None => self.member.book.take_back_any(unit_ix(unit), amount, &rules, self.at, key, self.out),
        }?;
        let parts = taken.from_held + taken.from_available + taken.from_expired + taken.owed + taken.waived;
        assert_eq!(parts, amount, "a take-back accounts for all it asked back");
        self.decide(&rule, |step| {
            Outcome::TakeBack(TakeBack {
                unit: step.timeline.units[unit].clone(),
                lot: lot.cloned(),
                amount,
                held: taken.from_held,
                available: taken.from_available,
                expired: taken.from_expired,
                owed: taken.owed,
                waived: taken.waived,
            })
        });
        Ok(())
    }

    /// A credit note that names no order counts against what an order of its amount would have counted and earned today.
    fn undo_unnamed(&mut self, fact: &Fact, mode: Mode) -> Result<(), Refusal> {
        for kind in ["order.completed", "order.paid", "order.placed"].map(Kind::named) {
            let Some(order) = as_order(fact, kind) else { continue };
            for at in 0..self.timeline.feeds[usize::from(kind.0)].len() {
                let Feed { slot, place, .. } = self.timeline.feeds[usize::from(kind.0)][at];
                let measure = self.timeline.measure(slot);
                if measure.refunds == Refunds::Ignored {
                    continue;
                }
                if let Some(given) = self.contribution(slot, place, &order) {
                    let taken = Contribution { sum: -given.sum, count: 0, values: Vec::new(), pick: None, ..given };
                    self.member.state.memories[slot].add(measure, &taken, None);
                    self.changed = true;
                    self.shake_unnamed(&taken);
                }
            }
            for (rule, place) in &self.timeline.rules[self.version][usize::from(kind.0)].earns {
                let earn = &self.program.earns[*rule];
                let amount = self.earned(earn, &earn.kinds[*place], &order);
                if amount > 0 {
                    let key = Key { rule: Arc::from(format!("undo:{}", earn.rule)), fact: fact.id.clone() };
                    self.take_back(self.unit_ix(earn.unit), None, amount, key, mode)?;
                }
            }
        }
        Ok(())
    }

    /// Whether what is left of an order still meets the condition by which it counted for a step.
    fn step_stands(&self, stepped: &Stepped, order: &Order) -> bool {
        let Some(terms) = &stepped.terms else { return true };
        let mission = mission_of(self.timeline, stepped.version, &stepped.rule);
        let condition = mission.and_then(|mission| match &mission.steps.get(stepped.step)?.needs {
            StepNeeds::Facts { kinds, .. } => kinds.get(terms.place)?.1.as_ref(),
            StepNeeds::When(_) => None,
        });
        order.still_meets(condition, Some(terms))
    }

    /// What a condition reads of a fact, when it asks for its amount.
    pub fn terms(&self, condition: Option<&Compiled>, place: usize, fact: &Fact) -> Option<Box<Terms>> {
        let condition = condition?;
        let (field, columns) = (fact.kind.field("amount")?, condition.expr.columns());
        let amount = columns.iter().position(|column| condition.sources[*column] == Source::Field(field))?;
        let view = View { fact: Some(fact), ..self.view(self.day) };
        let read = columns.iter().map(|column| view.value(condition.sources[*column])).collect();
        Some(Box::new(Terms { place, amount, read }))
    }

    fn undo_steps(&mut self, steps: Vec<Stepped>) {
        for stepped in steps {
            let counted = |progress: &&mut Progress| progress.rule == stepped.rule && progress.window == stepped.window;
            let progress = self.member.state.missions.iter_mut().find(counted);
            if let Some(count) = progress.and_then(|progress| progress.counts.get_mut(stepped.step)) {
                *count = count.saturating_sub(1);
                self.shaken = true;
            }
        }
    }

    /// What distinguishes transfers of this moment: the fact, or the instant.
    pub fn moment(&self) -> Arc<str> {
        self.cause.cloned().unwrap_or_else(|| Arc::from(format!("@{}", self.at.0)))
    }

    /// The first day of the window that holds the step's day.
    pub fn window_of(&self, per: Option<crate::calendar::Period>) -> Day {
        per.map_or(Day(i32::MIN), |per| self.starts.period(per))
    }
}

/// The cumulative share of units that is undone; nothing as long as the order's amount is not known.
fn share_of(units: i64, refunded: i64, amount: i64) -> i64 {
    if amount <= 0 { 0 } else { split(units, refunded.min(amount), amount) }
}

impl Order {
    /// Whether a condition holds for what is left of the order, the rest of what it read being as it was.
    pub(super) fn still_meets(&self, condition: Option<&Compiled>, terms: Option<&Terms>) -> bool {
        let (Some(condition), Some(terms)) = (condition, terms.filter(|_| self.refunded > 0)) else { return true };
        let Some(Value::Dec(amount)) = <[Value]>::get(&terms.read, terms.amount) else { return true };
        let left = Value::Dec(amount - share(*amount, self.refunded, self.amount));
        condition.expr.holds(&Left { columns: condition.expr.columns(), terms, left })
    }
}

/// What a condition read, with the amount that is left.
struct Left<'a> {
    columns: &'a [usize],
    terms: &'a Terms,
    left: Value,
}

impl Row for Left<'_> {
    fn get(&self, column: usize) -> Value {
        self.peek(column).cloned().unwrap_or_default()
    }

    fn peek(&self, column: usize) -> Option<&Value> {
        let at = self.columns.binary_search(&column).ok()?;
        if at == self.terms.amount { Some(&self.left) } else { <[Value]>::get(&self.terms.read, at) }
    }
}

/// Digits to which the undone share of a metric is rounded while an order is undone in part.
const SHARE_DIGITS: u32 = 6;

/// The cumulative share of an exact sum that is undone, half to even.
fn share(sum: Decimal, refunded: i64, amount: i64) -> Decimal {
    if amount <= 0 {
        return Decimal::ZERO;
    }
    let exact = sum.checked_mul(Decimal::from(refunded)).and_then(|product| product.checked_div(Decimal::from(amount)));
    exact.map_or(Decimal::ZERO, |exact| exact.round_dp_with_strategy(SHARE_DIGITS, RoundingStrategy::MidpointNearestEven))
}

/// A credit note seen as an order of the same amount and lines.
pub(crate) fn as_order(fact: &Fact, kind: Kind) -> Option<Fact> {
    let field = |name| fact.body.get(fact.kind, name).cloned().unwrap_or(Value::Null);
    let fields = [("order", Value::Text(fact.id.clone())), ("amount", field("amount")), ("currency", field("currency"))];
    let body = Body::build(kind, &fields, fact.body.lines().to_vec()).ok()?;
    Some(Fact { kind, body, ..fact.clone() })
}
