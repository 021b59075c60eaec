//! Accruals are undone.

use crate::book::Book;
use crate::redemption::sum;
use crate::{Draw, Instant, Journal, Key, Purpose, Reason, Refusal, Shortfall, UnitIx, UnitRules};

/// What a take-back came to, in the unit's smallest step.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Default)]
pub struct TakenBack {
    /// Out of what was held.
    pub from_held: i64,
    /// Out of what was available, in this lot and, where the member owes, in others.
    pub from_available: i64,
    /// Out of what had lapsed: nobody enjoyed it, so it is not claimed again.
    pub from_expired: i64,
    /// Owed from now on.
    pub owed: i64,
    /// Let go.
    pub waived: i64,
}

impl Book {
    /// An accrual is undone, whole or in part: first what is held of its lot, then what is available, then what has lapsed. For what is
    /// spent or reserved already the unit's shortfall policy counts: under [`Shortfall::Owe`] the member's other available lots pay in
    /// draw order, and only what is left is owed.
    ///
    /// # Errors
    /// When the lot is not known, or the policy refuses.
    pub fn take_back(
        &mut self,
        lot: &Key,
        amount: i64,
        rules: &UnitRules,
        at: Instant,
        key: Key,
        out: &mut impl Journal,
    ) -> Result<TakenBack, Refusal> {
        let place = self.place(lot).ok_or_else(|| Refusal::UnknownLot(lot.clone()))?;
        let found = &self.lots[place];
        let (unit, held, available, expired) = (found.unit, found.held, found.available, found.expired);
        if amount > found.amount {
            return Err(Refusal::Exceeds { asked: amount, left: found.amount });
        }
        self.room(unit, amount)?;
        let from_held = held.min(amount);
        let own = available.min(amount - from_held);
        let from_expired = expired.min(amount - from_held - own);
        let short = amount - from_held - own - from_expired;
        match rules.shortfall {
            Shortfall::Refuse if short > 0 => return Err(Refusal::AlreadySpent { spent: short }),
            Shortfall::Owe if short > 0 => self.all_there(unit, own + short)?,
            _ => {}
        }
        self.change(place, |lot| {
            lot.held -= from_held;
            lot.available -= own;
            lot.expired -= from_expired;
            lot.taken_back += from_held + own + from_expired;
        });
        let draws = |amount: i64| {
            if amount > 0 { vec![Draw { lot: lot.clone(), amount }] } else { Vec::new() }
        };
        self.post(&key, at, unit, (Purpose::Held, Purpose::Issued), from_held, Reason::TakeBack, draws(from_held), out);
        self.post(&key, at, unit, (Purpose::Expired, Purpose::Issued), from_expired, Reason::TakeBack, draws(from_expired), out);
        let (others, owed, waived) = self.cover(unit, short, rules);
        // What is let go has been spent for good: undoing the spending later gives it back to nobody. The spending's own draw stands,
        // so this movement between two contra accounts draws nothing.
        let for_good = waived.min(self.lots[place].spent).min(self.balances(unit).spent.max(0));
        self.change(place, |lot| {
            lot.spent -= for_good;
            lot.taken_back += for_good;
            lot.let_go += (waived - for_good).min(lot.reserved - lot.let_go);
        });
        self.post(&key, at, unit, (Purpose::Spent, Purpose::Issued), for_good, Reason::TakeBack, Vec::new(), out);
        let from_available = own + sum(&others);
        let mut drawn = draws(own);
        drawn.extend(others);
        self.post(&key, at, unit, (Purpose::Available, Purpose::Issued), from_available + owed, Reason::TakeBack, drawn, out);
        Ok(TakenBack { from_held, from_available, from_expired, owed, waived })
    }

    /// Units are taken back without naming a lot (a credit note without an order): out of available lots in draw order, then out of what
    /// is held, newest first, then by the shortfall policy.
    ///
    /// # Errors
    /// When the policy refuses.
    pub fn take_back_any(
        &mut self,
        unit: UnitIx,
        amount: i64,
        rules: &UnitRules,
        at: Instant,
        key: Key,
        out: &mut impl Journal,
    ) -> Result<TakenBack, Refusal> {
        self.room(unit, amount)?;
        let balances = self.balances(unit);
        let there = (balances.available + balances.owed).max(0) + balances.held;
        if there < amount && rules.shortfall == Shortfall::Refuse {
            return Err(Refusal::AlreadySpent { spent: amount - there });
        }
        self.all_there(unit, amount)?;
        let drawn = self.draw(unit, amount, |lot, part| lot.taken_back += part);
        let from_available = sum(&drawn);
        let held = self.draw_held(unit, amount - from_available);
        let from_held = sum(&held);
        self.post(&key, at, unit, (Purpose::Held, Purpose::Issued), from_held, Reason::TakeBack, held, out);
        let (_, owed, waived) = self.cover(unit, amount - from_available - from_held, rules);
        self.post(&key, at, unit, (Purpose::Available, Purpose::Issued), from_available + owed, Reason::TakeBack, drawn, out);
        Ok(TakenBack { from_held, from_available, from_expired: 0, owed, waived })
    }

    fn draw_held(&mut self, unit: UnitIx, amount: i64) -> Vec<Draw> {
        let mut draws = Vec::new();
        let mut left = amount;
        while left > 0 {
            let Some(place) = self.index().newest_held(unit) else { break };
            let part = self.lots[place].held.min(left);
            self.change(place, |lot| {
                lot.held -= part;
                lot.taken_back += part;
            });
            draws.push(Draw { lot: self.lots[place].key.clone(), amount: part });
            left -= part;
        }
        draws
    }

    /// Covers a shortfall by the unit's policy: draws on other lots, what is owed, what is let go.
    fn cover(&mut self, unit: UnitIx, short: i64, rules: &UnitRules) -> (Vec<Draw>, i64, i64) {
        if short == 0 {
            return (Vec::new(), 0, 0);
        }
        if rules.shortfall != Shortfall::Owe {
            return (Vec::new(), 0, short);
        }
        let draws = self.draw(unit, short, |lot, part| lot.taken_back += part);
        let owed = short - sum(&draws);
        self.unit(unit).balances.owed += owed;
        (draws, owed, 0)
    }
}
