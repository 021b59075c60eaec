//! Accruals become lots; lots are released, pay what is owed, and lapse.

use crate::book::Book;
use crate::due::Due;
use crate::{Draw, Instant, Journal, Key, Lot, NewLot, Purpose, Reason, Refusal, Release, UnitIx};

impl Book {
    /// Units are earned: `Issued → Held` or `Issued → Available`.
    ///
    /// # Errors
    /// When the amount is none, or the key was used before.
    pub fn accrue(&mut self, new: NewLot, at: Instant, out: &mut impl Journal) -> Result<(), Refusal> {
        self.add_lot(new, Purpose::Issued, Reason::Accrual, at, out)
    }

    /// Units come from another company of the tree: `Shared → Available`.
    ///
    /// # Errors
    /// When the amount is none, or the key was used before.
    pub fn share_in(&mut self, new: NewLot, at: Instant, out: &mut impl Journal) -> Result<(), Refusal> {
        self.add_lot(new, Purpose::Shared, Reason::ShareIn, at, out)
    }

    pub(crate) fn add_lot(
        &mut self,
        new: NewLot,
        from: Purpose,
        reason: Reason,
        at: Instant,
        out: &mut impl Journal,
    ) -> Result<(), Refusal> {
        self.room(new.unit, new.amount)?;
        if !self.places.take(&new.key, self.lots.len(), &self.lots) {
            return Err(Refusal::Exists(new.key));
        }
        self.push_lot(new, from, reason, at, out);
        Ok(())
    }

    /// Adds a lot whose key and amount have been looked at, and whose place is taken.
    fn push_lot(&mut self, new: NewLot, from: Purpose, reason: Reason, at: Instant, out: &mut impl Journal) {
        let held = match new.release {
            Release::Now => false,
            Release::At(release) => release > at,
            Release::OnEvent => true,
        };
        self.hot.sequence += 1;
        let NewLot { key, unit, amount, reference, priority, release, expires_at } = new;
        let (to, paid) = if held { (Purpose::Held, Paid::default()) } else { (Purpose::Available, self.pay(unit, amount, expires_at)) };
        let place = self.push(Lot {
            key,
            unit,
            amount,
            reference,
            priority,
            created_at: at,
            release_at: release,
            expires_at,
            held: if held { amount } else { 0 },
            available: if held { 0 } else { amount - paid.in_all() },
            reserved: 0,
            spent: paid.for_spending,
            expired: 0,
            taken_back: paid.for_take_backs,
            let_go: 0,
            sequence: self.hot.sequence,
        });
        let past = !held && expires_at.is_some_and(|expires| expires <= at);
        if !past {
            self.falls_due(place);
        }
        if let Some(moved) = self.shift(at, unit, (from, to), amount) {
            let key = &self.lots[place].key;
            out.post(moved, || (key.clone(), reason, paid.draws(key)));
        }
        if past {
            self.lapse(place, None, at, out);
        }
    }

    /// What is still held of a lot becomes available: `Held → Available`. Nothing happens when nothing is held.
    ///
    /// # Errors
    /// When the lot is not known.
    pub fn release(&mut self, key: &Key, at: Instant, out: &mut impl Journal) -> Result<(), Refusal> {
        let place = self.place(key).ok_or_else(|| Refusal::UnknownLot(key.clone()))?;
        self.release_place(place, at, out);
        Ok(())
    }

    pub(crate) fn release_place(&mut self, place: usize, at: Instant, out: &mut impl Journal) {
        let (unit, held) = (self.lots[place].unit, self.lots[place].held);
        if held == 0 {
            return;
        }
        let draws = self.make_available(place, held, at, |lot| lot.held -= held);
        if let Some(moved) = self.shift(at, unit, (Purpose::Held, Purpose::Available), held) {
            out.post(moved, || (self.lots[place].key.clone(), Reason::Release, draws));
        }
        self.lapse_if_past(place, None, at, out);
    }

    /// A part of a lot becomes available; `from` takes it from where it was. What is owed is paid out of it at once. The available
    /// account went down when the debt arose, so paying it moves only the lot's part: the draws returned go on the transfer that made
    /// the part available. The caller lets the lot lapse if its expiry is past.
    pub(crate) fn make_available(&mut self, place: usize, amount: i64, at: Instant, from: impl FnOnce(&mut Lot)) -> Vec<Draw> {
        let paid = self.pay(self.lots[place].unit, amount, self.lots[place].expires_at);
        let due = self.hot.due;
        self.change(place, |lot| {
            from(lot);
            lot.available += amount - paid.in_all();
            lot.spent += paid.for_spending;
            lot.taken_back += paid.for_take_backs;
        });
        if self.lots[place].expires_at.is_some_and(|expires| expires <= at) {
            // It lapses right away: nothing of it is due later.
            self.hot.due = due;
        }
        paid.draws(&self.lots[place].key)
    }

    /// What is owed is paid out of an amount of a lot that becomes available.
    #[inline(always)]
    fn pay(&mut self, unit: UnitIx, amount: i64, expires_at: Option<Instant>) -> Paid {
        let book = self.unit(unit);
        let paid = book.balances.owed.min(amount).max(0);
        let for_spending = book.owed_spent.min(paid);
        book.balances.owed -= paid;
        book.owed_spent -= for_spending;
        if for_spending > 0 {
            book.paid_until = book.paid_until.max(expires_at.unwrap_or(Instant::MAX));
        }
        Paid { for_spending, for_take_backs: paid - for_spending }
    }

    /// A lot that became available after its expiry lapses at once, under the key of what made it available, if that is not the lot's
    /// own: several things may do so at one instant, and each has a name of its own.
    pub(crate) fn lapse_if_past(&mut self, place: usize, key: Option<&Key>, at: Instant, out: &mut impl Journal) {
        if self.lots[place].expires_at.is_some_and(|expires| expires <= at) {
            self.lapse(place, key, at, out);
        }
    }

    fn lapse(&mut self, place: usize, key: Option<&Key>, at: Instant, out: &mut impl Journal) {
        let (unit, amount) = (self.lots[place].unit, self.lots[place].available);
        if amount == 0 {
            return;
        }
        self.change(place, |lot| {
            lot.available = 0;
            lot.expired += amount;
        });
        if let Some(moved) = self.shift(at, unit, (Purpose::Available, Purpose::Expired), amount) {
            out.post(moved, || {
                let lot = self.lots[place].key.clone();
                (key.unwrap_or(&lot).clone(), Reason::Expiry, vec![Draw { lot, amount }])
            });
        }
    }

    /// Reservations that time out at one instant do so by their keys, in whatever order they were loaded.
    fn time_out_all(&mut self, when: Instant, first: usize, out: &mut impl Journal) {
        let mut ending = vec![first];
        while let Some((at, Due::Timeout, place)) = self.dues.peek()
            && at == when
        {
            self.dues.pop();
            ending.push(place);
        }
        ending.sort_by(|a, b| self.reservations[*a].key.cmp(&self.reservations[*b].key));
        for place in ending {
            self.time_out(place, when, out);
        }
    }

    /// Everything available of a unit lapses, for want of activity.
    pub fn expire_all(&mut self, unit: UnitIx, at: Instant, out: &mut impl Journal) {
        let mut places: Vec<usize> = self.index().available(unit).collect();
        places.sort_unstable();
        for place in places {
            self.lapse(place, None, at, out);
        }
    }

    /// When something next happens by itself.
    pub fn due(&self) -> Option<Instant> {
        self.hot.due
    }

    /// Does everything due at or before `at`, in order of time, each thing at its own instant. What falls due by then must be loaded.
    pub fn advance(&mut self, at: Instant, out: &mut impl Journal) {
        if self.hot.due.is_none_or(|due| due > at) {
            return;
        }
        while let Some((when, what, place)) = self.next_due(at) {
            match what {
                Due::Release => self.release_place(place, when, out),
                Due::Timeout => self.time_out_all(when, place, out),
                Due::Expiry => self.lapse(place, None, when, out),
            }
        }
        self.hot.due = self.first_due();
    }
}

/// What a lot has paid of what was owed.
#[derive(Copy, Clone, Default)]
struct Paid {
    for_spending: i64,
    for_take_backs: i64,
}

impl Paid {
    fn in_all(self) -> i64 {
        self.for_spending + self.for_take_backs
    }

    /// The part of the lot that went into it, if any did.
    fn draws(self, lot: &Key) -> Vec<Draw> {
        if self.in_all() == 0 { Vec::new() } else { vec![Draw { lot: lot.clone(), amount: self.in_all() }] }
    }
}
