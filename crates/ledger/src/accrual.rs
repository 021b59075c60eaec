//! Accruals become lots; lots are released, pay what is owed, and lapse.

use crate::book::{Book, Due};
use crate::{Draw, Instant, Key, Lot, NewLot, Purpose, Reason, Refusal, Release, Transfer, UnitIx};

impl Book {
    /// Units are earned: `Issued → Held` or `Issued → Available`.
    ///
    /// # Errors
    /// When the amount is none, or the key was used before.
    pub fn accrue(&mut self, new: NewLot, at: Instant, out: &mut Vec<Transfer>) -> Result<(), Refusal> {
        self.add_lot(new, Purpose::Issued, Reason::Accrual, at, out)
    }

    /// Units come from another company of the tree: `Shared → Available`.
    ///
    /// # Errors
    /// When the amount is none, or the key was used before.
    pub fn share_in(&mut self, new: NewLot, at: Instant, out: &mut Vec<Transfer>) -> Result<(), Refusal> {
        self.add_lot(new, Purpose::Shared, Reason::ShareIn, at, out)
    }

    pub(crate) fn add_lot(
        &mut self,
        new: NewLot,
        from: Purpose,
        reason: Reason,
        at: Instant,
        out: &mut Vec<Transfer>,
    ) -> Result<(), Refusal> {
        self.room(new.unit, new.amount)?;
        if self.places.contains_key(&new.key) {
            return Err(Refusal::Exists(new.key));
        }
        self.push_lot(new, from, reason, at, out);
        Ok(())
    }

    /// Adds a lot whose key and amount have been looked at.
    pub(crate) fn push_lot(&mut self, new: NewLot, from: Purpose, reason: Reason, at: Instant, out: &mut Vec<Transfer>) {
        let held = match new.release {
            Release::Now => false,
            Release::At(release) => release > at,
            Release::OnEvent => true,
        };
        let place = self.lots.len();
        self.hot.sequence += 1;
        self.lots.push(Lot {
            key: new.key.clone(),
            unit: new.unit,
            amount: new.amount,
            reference: new.reference,
            priority: new.priority,
            created_at: at,
            release_at: new.release,
            expires_at: new.expires_at,
            held: new.amount,
            available: 0,
            reserved: 0,
            spent: 0,
            expired: 0,
            taken_back: 0,
            sequence: self.hot.sequence,
        });
        self.places.insert(new.key.clone(), place);
        if held {
            self.change(place, |_| {});
            self.post(&new.key, at, new.unit, (from, Purpose::Held), new.amount, reason, Vec::new(), out);
        } else {
            let draws = self.make_available(place, new.amount, at, |lot| lot.held -= new.amount);
            self.post(&new.key, at, new.unit, (from, Purpose::Available), new.amount, reason, draws, out);
            self.lapse_if_past(place, &new.key, at, out);
        }
    }

    /// What is still held of a lot becomes available: `Held → Available`. Nothing happens when nothing is held.
    ///
    /// # Errors
    /// When the lot is not known.
    pub fn release(&mut self, key: &Key, at: Instant, out: &mut Vec<Transfer>) -> Result<(), Refusal> {
        let place = *self.places.get(key).ok_or_else(|| Refusal::UnknownLot(key.clone()))?;
        self.release_place(place, at, out);
        Ok(())
    }

    pub(crate) fn release_place(&mut self, place: usize, at: Instant, out: &mut Vec<Transfer>) {
        let (key, unit, held) = (self.lots[place].key.clone(), self.lots[place].unit, self.lots[place].held);
        if held == 0 {
            return;
        }
        let draws = self.make_available(place, held, at, |lot| lot.held -= held);
        self.post(&key, at, unit, (Purpose::Held, Purpose::Available), held, Reason::Release, draws, out);
        self.lapse_if_past(place, &key, at, out);
    }

    /// A part of a lot becomes available; `from` takes it from where it was. What is owed is paid out of it at once. The available
    /// account went down when the debt arose, so paying it moves only the lot's part: the draws returned go on the transfer that made
    /// the part available. The caller lets the lot lapse if its expiry is past.
    pub(crate) fn make_available(&mut self, place: usize, amount: i64, at: Instant, from: impl FnOnce(&mut Lot)) -> Vec<Draw> {
        let unit = self.lots[place].unit;
        let book = self.unit(unit);
        let paid = book.balances.owed.min(amount).max(0);
        let for_spending = book.owed_spent.min(paid);
        book.balances.owed -= paid;
        book.owed_spent -= for_spending;
        let due = self.hot.due;
        self.change(place, |lot| {
            from(lot);
            lot.available += amount - paid;
            lot.spent += for_spending;
            lot.taken_back += paid - for_spending;
        });
        if self.lots[place].expires_at.is_some_and(|expires| expires <= at) {
            // It lapses right away: nothing of it is due later.
            self.hot.due = due;
        }
        if paid == 0 { Vec::new() } else { vec![Draw { lot: self.lots[place].key.clone(), amount: paid }] }
    }

    /// A lot that became available after its expiry lapses at once, under the key of what made it available: several things may do so
    /// at one instant, and each has a name of its own.
    pub(crate) fn lapse_if_past(&mut self, place: usize, key: &Key, at: Instant, out: &mut Vec<Transfer>) {
        if self.lots[place].expires_at.is_some_and(|expires| expires <= at) {
            self.lapse_under(place, key, at, out);
        }
    }

    pub(crate) fn lapse(&mut self, place: usize, at: Instant, out: &mut Vec<Transfer>) {
        let key = self.lots[place].key.clone();
        self.lapse_under(place, &key, at, out);
    }

    fn lapse_under(&mut self, place: usize, key: &Key, at: Instant, out: &mut Vec<Transfer>) {
        let (lot, unit, amount) = (self.lots[place].key.clone(), self.lots[place].unit, self.lots[place].available);
        if amount == 0 {
            return;
        }
        self.change(place, |lot| {
            lot.available = 0;
            lot.expired += amount;
        });
        let draws = vec![Draw { lot, amount }];
        self.post(key, at, unit, (Purpose::Available, Purpose::Expired), amount, Reason::Expiry, draws, out);
    }

    /// Of the reservations that time out at one instant the one with the smallest key, in whatever order they were loaded.
    fn first_timeout(&self, when: Instant, found: usize) -> usize {
        let all = self.dues.range((when, Due::Timeout, 0)..=(when, Due::Timeout, usize::MAX));
        all.map(|(_, _, place)| *place).min_by_key(|place| &self.reservations[*place].key).unwrap_or(found)
    }

    /// Everything available of a unit lapses, for want of activity.
    pub fn expire_all(&mut self, unit: UnitIx, at: Instant, out: &mut Vec<Transfer>) {
        let places: Vec<usize> =
            (0..self.lots.len()).filter(|place| self.lots[*place].unit == unit && self.lots[*place].available > 0).collect();
        for place in places {
            self.lapse(place, at, out);
        }
    }

    /// When something next happens by itself.
    pub fn due(&self) -> Option<Instant> {
        self.hot.due
    }

    /// Does everything due at or before `at`, in order of time, each thing at its own instant. All open lots and reservations must be
    /// loaded when anything is due.
    pub fn advance(&mut self, at: Instant, out: &mut Vec<Transfer>) {
        if self.hot.due.is_none_or(|due| due > at) {
            return;
        }
        while let Some((when, what, place)) = self.dues.first().copied().filter(|(when, _, _)| *when <= at) {
            let place = if what == Due::Timeout { self.first_timeout(when, place) } else { place };
            match what {
                Due::Release => self.release_place(place, when, out),
                Due::Timeout => self.time_out(place, when, out),
                Due::Expiry => self.lapse(place, when, out),
            }
            // Whatever it was, it is done.
            self.dues.remove(&(when, what, place));
        }
        self.hot.due = self.dues.first().map(|(when, _, _)| *when);
    }
}
