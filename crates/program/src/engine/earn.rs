//! Units are earned, capped, held and released.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Key, NewLot, Release};
use rust_decimal::Decimal;

use super::view::name_of;
use super::{Refusal, Step, View, unit_ix};
use crate::calendar::Day;
use crate::decision::{Accrual, Availability, Outcome};
use crate::definition::{Earn, Hold, KindEarn, Rounding};
use crate::fact::Fact;
use crate::state::{Accrued, CapUse, same_name};

impl Step<'_> {
    /// Every earning rule that looks at this kind of fact judges it.
    pub fn earn(&mut self, fact: &Fact) -> Result<(), Refusal> {
        let rules = &self.timeline.rules[self.version][usize::from(fact.kind.0)].earns;
        for (rule, place) in rules {
            let earn = &self.program.earns[*rule];
            let uncapped = self.earned(earn, &earn.kinds[*place], fact);
            if uncapped > 0 {
                self.grant(earn, &earn.kinds[*place], fact, uncapped)?;
            }
        }
        Ok(())
    }

    /// What a rule gives for a fact before its cap, in the unit's smallest step; never below zero.
    pub fn earned(&self, earn: &Earn, kind: &KindEarn, fact: &Fact) -> i64 {
        let view =
            View { timeline: self.timeline, version: self.version, member: self.member, day: self.day, fact: Some(fact), line: None };
        let amount = |view: View| view.passes(kind.condition.as_ref()).then(|| view.number(&kind.amount)).flatten();
        let total = if earn.each_line {
            let lines = fact.body.lines().iter().filter_map(|line| amount(View { line: Some(line), ..view }));
            lines.fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
        } else {
            amount(view).unwrap_or_default()
        };
        steps(total, self.program.units[earn.unit].scale, earn.rounding)
    }

    fn grant(&mut self, earn: &Earn, kind: &KindEarn, fact: &Fact, uncapped: i64) -> Result<(), Refusal> {
        let unit = self.unit_ix(earn.unit);
        let (amount, cap) = self.cap(earn, uncapped);
        let release = match &earn.hold {
            Hold::None => Release::Now,
            Hold::For(span) => Release::At(span.after_instant_of(&self.program.zone, self.at, self.day)),
            Hold::Until(kind) if self.has_come(fact, *kind) => Release::Now,
            Hold::Until(_) => Release::OnEvent,
        };
        let expires_at = earn.expiry.unwrap_or(self.program.units[earn.unit].expiry).of(&self.program.zone, self.day);
        self.decide(&earn.rule, |step| {
            Outcome::Accrual(Accrual {
                unit: step.timeline.units[unit].clone(),
                amount,
                uncapped,
                cap: cap.map(|(limit, used, _)| (limit, used)),
                formula: kind.amount.expr.text().into(),
                condition: kind.condition.as_ref().map(|condition| condition.expr.text().into()),
                inputs: step.accrual_inputs(kind, fact, earn.each_line),
                available: match (&release, &earn.hold) {
                    (Release::At(at), _) => Availability::At(*at),
                    (Release::OnEvent, Hold::Until(kind)) => Availability::On(kind.name().into()),
                    _ => Availability::Now,
                },
                expires_at,
            })
        });
        if amount <= 0 {
            return Ok(());
        }
        let key = || Key { rule: earn.rule.clone(), fact: fact.id.clone() };
        let new = NewLot {
            key: key(),
            unit: unit_ix(unit),
            amount,
            reference: fact.order_number().cloned(),
            priority: earn.priority,
            release,
            expires_at,
        };
        if let Err(refusal) = self.member.book.accrue(new, self.at, self.out) {
            // An order is no request: it happened, even where the ledger cannot count what it earns.
            self.decide(&earn.rule, |_| Outcome::Noted { reason: refusal.to_string() });
            return Ok(());
        }
        let usable = match release {
            Release::At(at) => at,
            Release::Now | Release::OnEvent => self.at,
        };
        self.active(unit, usable);
        if let Some((_, _, Some(period))) = cap {
            self.use_cap(&earn.rule, period, amount);
        }
        if let Some(number) = fact.order_number().filter(|_| self.keeps) {
            let held_for = match &earn.hold {
                Hold::Until(kind) => Some(Arc::from(kind.name())),
                _ => None,
            };
            let order = self.member.order_mut(number);
            order.accruals.push(Accrued { lot: key(), unit, amount, undone: 0, cap: cap.and_then(|(_, _, period)| period), held_for });
        }
        Ok(())
    }

    fn accrual_inputs(&self, kind: &KindEarn, fact: &Fact, each_line: bool) -> BTreeMap<Arc<str>, crate::expr::Value> {
        let view =
            View { timeline: self.timeline, version: self.version, member: self.member, day: self.day, fact: Some(fact), line: None };
        let parts = [Some(&kind.amount), kind.condition.as_ref()];
        let mut inputs: BTreeMap<Arc<str>, crate::expr::Value> = parts
            .into_iter()
            .flatten()
            .flat_map(|compiled| view.inputs(compiled))
            .map(|(source, value)| (name_of(self.timeline, self.version, source, Some(fact)).into(), value))
            .collect();
        if each_line {
            let lines = i64::try_from(fact.body.lines().len()).unwrap_or(i64::MAX);
            inputs.insert("lines".into(), crate::expr::Value::Int(lines));
            inputs.retain(|name, _| !name.starts_with("line."));
        }
        inputs
    }

    /// What of an amount a cap lets through; limit, used before, and the first day of the period where there is one.
    fn cap(&self, earn: &Earn, uncapped: i64) -> (i64, Option<(i64, i64, Option<Day>)>) {
        let Some(cap) = earn.cap else { return (uncapped, None) };
        let Some(per) = cap.per else { return (uncapped.min(cap.amount), Some((cap.amount, 0, None))) };
        let period = self.starts.period(per);
        let used = self
            .member
            .state
            .caps
            .iter()
            .find(|used| same_name(&used.rule, &earn.rule) && used.period == period)
            .map_or(0, |used| used.used);
        let left = cap.amount.saturating_sub(used).max(0);
        (uncapped.min(left), Some((cap.amount, used, Some(period))))
    }

    /// Counts what a capped rule gave (or, negative, took back) in a period; an older period is forgotten.
    pub fn use_cap(&mut self, rule: &Arc<str>, period: Day, amount: i64) {
        match self.member.state.caps.iter_mut().find(|used| same_name(&used.rule, rule)) {
            Some(used) if used.period == period => used.used = (used.used + amount).max(0),
            Some(used) if used.period < period => *used = CapUse { rule: rule.clone(), period, used: amount.max(0) },
            Some(_) => {}
            None if amount > 0 => self.member.state.caps.push(CapUse { rule: rule.clone(), period, used: amount }),
            None => {}
        }
    }

    /// Whether the fact that a hold waits for has come for this order before the earning one.
    fn has_come(&self, fact: &Fact, kind: crate::fact::Kind) -> bool {
        let order = fact.order_number().and_then(|number| self.member.orders.get(number));
        order.is_some_and(|order| order.came.iter().any(|came| **came == *kind.name()))
    }

    /// What an order earned and is held for this kind of fact becomes available; so does what it earns later.
    pub fn release(&mut self, fact: &Fact) {
        if !self.timeline.holds_for_facts {
            return;
        }
        let Some(number) = fact.order_number().cloned() else { return };
        if self.timeline.releases(fact.kind) {
            let came: Arc<str> = Arc::from(fact.kind.name());
            let order = self.member.order_mut(&number);
            if !order.came.contains(&came) {
                order.came.push(came);
            }
        }
        let Some(order) = self.member.orders.get(&number) else { return };
        let kind = fact.kind.name();
        let waiting = order.accruals.iter().filter(|accrued| accrued.held_for.as_deref() == Some(kind));
        let lots: Vec<(Key, usize)> = waiting.map(|accrued| (accrued.lot.clone(), accrued.unit)).collect();
        for (lot, unit) in lots {
            // A lot that is no longer held (undone, or released before) has nothing to release.
            if self.member.book.lot(&lot).is_some_and(|lot| lot.held > 0) {
                let _ = self.member.book.release(&lot, self.at, self.out);
                self.active(unit, self.at);
            }
        }
    }
}

/// Whole steps of a unit out of an exact amount of whole units; below zero counts as zero, beyond the limit as the limit.
fn steps(amount: Decimal, scale: u32, rounding: Rounding) -> i64 {
    let (mantissa, has) = (amount.mantissa(), amount.scale());
    if mantissa <= 0 {
        return 0;
    }
    let whole = if has <= scale {
        mantissa.checked_mul(10_i128.pow(scale - has))
    } else {
        let unit = 10_i128.pow(has - scale);
        // Most amounts fit 64 bits, where division takes a fraction of the time.
        let (floor, rest) = match (i64::try_from(mantissa), i64::try_from(unit)) {
            (Ok(mantissa), Ok(unit)) => (i128::from(mantissa / unit), i128::from(mantissa % unit)),
            _ => (mantissa / unit, mantissa % unit),
        };
        let up = match rounding {
            Rounding::Down => false,
            Rounding::Up => rest > 0,
            Rounding::HalfEven => rest * 2 > unit || (rest * 2 == unit && floor % 2 == 1),
        };
        Some(floor + i128::from(up))
    };
    let whole = whole.and_then(|whole| i64::try_from(whole).ok());
    whole.unwrap_or(ledger::MAX_AMOUNT).min(ledger::MAX_AMOUNT)
}
