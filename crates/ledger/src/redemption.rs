//! Spending, undoing it, adjusting, passing on.

use crate::book::{Book, in_range};
use crate::{
    Balances, Draw, Instant, Journal, Key, Lot, NewLot, Purpose, Reason, Redemption, Refusal, Release, SpendRequest, UnitIx, UnitRules,
};

/// What another company may draw out of one lot: part of [`Book::share_out`]'s answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedDraw {
    /// The lot.
    pub lot: Key,
    /// How much of it.
    pub amount: i64,
    /// When it lapses.
    pub expires_at: Option<Instant>,
    /// Lower is drawn first.
    pub priority: i32,
}

impl Book {
    /// Units are spent: `Available → Spent`, out of lots by priority, then soonest expiry, then age.
    ///
    /// # Errors
    /// When the balance and the unit's overdraft do not suffice and the request does not force it.
    pub fn spend(&mut self, request: SpendRequest, rules: &UnitRules, at: Instant, out: &mut impl Journal) -> Result<(), Refusal> {
        if self.redemptions.contains_key(&request.key) || self.reservation_places.contains_key(&request.key) {
            return Err(Refusal::Exists(request.key));
        }
        let (draws, short) = self.take_out(&request, rules.overdraft, |lot, part| lot.spent += part)?;
        let SpendRequest { key, unit, amount, reference, .. } = request;
        self.post(&key, at, unit, (Purpose::Available, Purpose::Spent), amount, Reason::Spend, draws.clone(), out);
        self.keep_redemption(Redemption { key, unit, reference, amount, draws, short, restored: 0 });
        Ok(())
    }

    /// Draws what a request asks for; what no lot covers is owed, as far as the overdraft or force allows.
    pub(crate) fn take_out(
        &mut self,
        request: &SpendRequest,
        overdraft: i64,
        take: impl Fn(&mut Lot, i64),
    ) -> Result<(Vec<Draw>, i64), Refusal> {
        self.room(request.unit, request.amount)?;
        let available = self.balances(request.unit).available;
        if !request.force && available.saturating_add(overdraft) < request.amount {
            return Err(Refusal::Insufficient { available: available.saturating_add(overdraft).max(0), needed: request.amount });
        }
        self.all_there(request.unit, request.amount)?;
        let draws = self.draw(request.unit, request.amount, take);
        let short = request.amount - sum(&draws);
        if short > 0 {
            let unit = self.unit(request.unit);
            unit.balances.owed += short;
            unit.owed_spent += short;
        }
        Ok((draws, short))
    }

    /// The lots that an amount would be drawn from are there: what a balance says and no lot covers would be booked as a debt.
    pub(crate) fn all_there(&mut self, unit: UnitIx, amount: i64) -> Result<(), Refusal> {
        let Balances { available, owed, .. } = self.balances(unit);
        let said = (available + owed).min(amount);
        let found = self.covered(unit, said);
        if found >= said { Ok(()) } else { Err(Refusal::LotsMissing { said, found }) }
    }

    /// What was owed for spending is owed no more; returns what had been paid meanwhile.
    pub(crate) fn forgive(&mut self, unit: UnitIx, short: i64) -> i64 {
        let book = self.unit(unit);
        let owed = book.owed_spent.min(short);
        book.owed_spent -= owed;
        book.balances.owed -= owed;
        short - owed
    }

    /// When units lapse that had paid a debt for spending and come back: with the longest-lived of the lots that have paid.
    pub(crate) fn paid_until(&mut self, unit: UnitIx) -> Option<Instant> {
        Some(self.unit(unit).paid_until).filter(|until| *until != Instant::MAX)
    }

    /// A redemption is undone, whole or in part: `Spent → Available`, to the very lots it drew, last drawn first. A lot past its expiry
    /// lives on for the unit's reinstatement window, or lapses at once. What no lot had covered is owed no more; if later accruals have
    /// paid for it meanwhile, a lot under `key` gives that back.
    ///
    /// # Errors
    /// When there is no such redemption, less of it is left, or the key was used for a lot before.
    pub fn restore(
        &mut self,
        redemption: &Key,
        amount: Option<i64>,
        rules: &UnitRules,
        at: Instant,
        key: Key,
        out: &mut impl Journal,
    ) -> Result<(), Refusal> {
        let mut spent = self.redemptions.get(redemption).cloned().ok_or_else(|| Refusal::UnknownRedemption { key: redemption.clone() })?;
        let left = spent.amount - spent.restored;
        let amount = amount.unwrap_or(left);
        in_range(amount)?;
        if amount > left {
            return Err(Refusal::Exceeds { asked: amount, left });
        }
        if self.place(&key).is_some() {
            return Err(Refusal::Exists(key));
        }
        let unit = spent.unit;
        let missing = spent.draws.iter().rev().find(|draw| self.place(&draw.lot).is_none());
        if let Some(draw) = missing {
            return Err(Refusal::UnknownLot(draw.lot.clone()));
        }
        let from_short = spent.short.min(amount);
        spent.short -= from_short;
        spent.restored += amount;
        let paid = self.forgive(unit, from_short);
        let mut rest = amount - from_short;
        let mut back = Vec::new();
        let mut places = Vec::new();
        let mut lost = 0;
        while rest > 0 {
            let Some(mut draw) = spent.draws.pop() else { break };
            let part = draw.amount.min(rest);
            let place = self.loaded(&draw.lot);
            // Less is left to give back when a take-back has been waived meanwhile.
            let given = part.min(self.lots[place].spent);
            lost += part - given;
            if given > 0 {
                back.push(Draw { lot: draw.lot.clone(), amount: -given });
            }
            back.extend(self.make_available(place, given, at, |lot| {
                lot.spent -= given;
                if lot.expires_at.is_some_and(|expires| expires <= at) && rules.reinstatement_us > 0 {
                    lot.expires_at = Some(Instant(at.0.saturating_add(rules.reinstatement_us)));
                }
            }));
            places.push(place);
            draw.amount -= part;
            rest -= part;
            if draw.amount > 0 {
                spent.draws.push(draw);
            }
        }
        self.post(&key, at, unit, (Purpose::Spent, Purpose::Available), amount - paid - lost, Reason::Restore, back, out);
        for place in places {
            self.lapse_if_past(place, Some(&key), at, out);
        }
        if paid > 0 {
            let reinstated = Instant(at.0.saturating_add(rules.reinstatement_us));
            let expires_at = self.paid_until(unit).map(|until| if until <= at { reinstated } else { until });
            let lot = NewLot { key, unit, amount: paid, reference: None, priority: 0, release: Release::Now, expires_at };
            self.add_lot(lot, Purpose::Spent, Reason::Restore, at, out)?;
        }
        self.keep_redemption(spent);
        Ok(())
    }

    /// Staff add (`Adjusted → Available`, a new lot) or take (`Available → Adjusted`) units.
    ///
    /// # Errors
    /// When more is taken than is available and it is not forced.
    #[allow(clippy::too_many_arguments, reason = "an adjustment has this many sides")]
    pub fn adjust(
        &mut self,
        key: Key,
        unit: UnitIx,
        amount: i64,
        expires_at: Option<Instant>,
        rules: &UnitRules,
        at: Instant,
        force: bool,
        out: &mut impl Journal,
    ) -> Result<(), Refusal> {
        if amount > 0 {
            let lot = NewLot { key, unit, amount, reference: None, priority: 0, release: Release::Now, expires_at };
            return self.add_lot(lot, Purpose::Adjusted, Reason::Adjustment, at, out);
        }
        let request = SpendRequest { key, unit, amount: amount.checked_neg().unwrap_or(0), reference: None, force };
        let (draws, _) = self.take_out(&request, rules.overdraft, |lot, part| lot.taken_back += part)?;
        self.post(&request.key, at, unit, (Purpose::Available, Purpose::Adjusted), request.amount, Reason::Adjustment, draws, out);
        Ok(())
    }

    /// Units go to another company of the tree: `Available → Shared`. The answer says which lots they come from.
    ///
    /// # Errors
    /// When the balance does not suffice and it is not forced; nothing is overdrawn for others.
    pub fn share_out(&mut self, request: SpendRequest, at: Instant, out: &mut impl Journal) -> Result<Vec<SharedDraw>, Refusal> {
        let (draws, _) = self.take_out(&request, 0, |lot, part| lot.spent += part)?;
        let shared = draws.iter().map(|draw| {
            let lot = &self.lots[self.loaded(&draw.lot)];
            SharedDraw { lot: draw.lot.clone(), amount: draw.amount, expires_at: lot.expires_at, priority: lot.priority }
        });
        let shared = shared.collect();
        self.post(&request.key, at, request.unit, (Purpose::Available, Purpose::Shared), request.amount, Reason::ShareOut, draws, out);
        Ok(shared)
    }
}

pub(crate) fn sum(draws: &[Draw]) -> i64 {
    draws.iter().map(|draw| draw.amount).sum()
}
