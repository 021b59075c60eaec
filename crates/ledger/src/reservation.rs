//! Two phases: units are set aside, then spent or freed.

use crate::book::{Book, Due, in_range};
use crate::redemption::sum;
use crate::{
    Draw, Ending, Instant, Key, NewLot, Purpose, Reason, Redemption, Refusal, Release, Reservation, SpendRequest, Transfer, UnitIx,
    UnitRules,
};

impl Book {
    /// Sets units aside: `Available → Reserved`. The lots stay alive until the reservation ends; one whose time is over already ends
    /// at once.
    ///
    /// # Errors
    /// As [`Book::spend`].
    pub fn reserve(
        &mut self,
        request: SpendRequest,
        until: Option<Instant>,
        rules: &UnitRules,
        at: Instant,
        out: &mut Vec<Transfer>,
    ) -> Result<(), Refusal> {
        if self.redemptions.contains_key(&request.key) || self.reservation_places.contains_key(&request.key) {
            return Err(Refusal::Exists(request.key));
        }
        let (draws, short) = self.take_out(&request, rules.overdraft, |lot, part| lot.reserved += part)?;
        let SpendRequest { key, unit, amount, reference, .. } = request;
        self.post(&key, at, unit, (Purpose::Available, Purpose::Reserved), amount, Reason::Reserve, draws.clone(), out);
        let place = self.reservations.len();
        self.reservation_places.insert(key.clone(), place);
        self.reservations.push(Reservation { key, unit, reference, amount, draws, short, until, ending: Ending::Open });
        self.reservation_changed(place);
        match until {
            Some(until) if until <= at => self.time_out(place, at, out),
            Some(until) => {
                self.dues.insert((until, Due::Timeout, place));
                self.sooner(until);
            }
            None => {}
        }
        Ok(())
    }

    fn open_reservation(&self, key: &Key) -> Result<usize, Refusal> {
        let place = *self.reservation_places.get(key).ok_or_else(|| Refusal::UnknownReservation(key.clone()))?;
        match self.reservations[place].ending {
            Ending::Open => Ok(place),
            how => Err(Refusal::AlreadyEnded { key: key.clone(), how }),
        }
    }

    /// A reservation becomes a redemption, whole or in part: `Reserved → Spent`; the rest is free again.
    ///
    /// # Errors
    /// When there is no such open reservation, or it holds less.
    pub fn commit(&mut self, key: &Key, amount: Option<i64>, at: Instant, out: &mut Vec<Transfer>) -> Result<(), Refusal> {
        let place = self.open_reservation(key)?;
        let held = self.reservations[place].clone();
        let amount = amount.unwrap_or(held.amount);
        in_range(amount)?;
        if amount > held.amount {
            return Err(Refusal::Exceeds { asked: amount, left: held.amount });
        }
        let mut left = amount;
        let mut spent = Vec::new();
        let mut freed = Vec::new();
        for draw in held.draws {
            let part = draw.amount.min(left);
            left -= part;
            if part > 0 {
                let place = self.places[&draw.lot];
                self.change(place, |lot| {
                    lot.reserved -= part;
                    lot.spent += part;
                });
                spent.push(Draw { lot: draw.lot.clone(), amount: part });
            }
            if part < draw.amount {
                freed.push(Draw { lot: draw.lot, amount: draw.amount - part });
            }
        }
        let short = left;
        self.post(key, at, held.unit, (Purpose::Reserved, Purpose::Spent), amount, Reason::Commit, spent.clone(), out);
        self.end(place, Ending::Committed);
        self.free(key, held.unit, freed, held.short - short, Reason::Commit, at, out);
        self.keep_redemption(Redemption {
            key: key.clone(),
            unit: held.unit,
            reference: held.reference,
            amount,
            draws: spent,
            short,
            restored: 0,
        });
        Ok(())
    }

    /// A reservation ends without a redemption: `Reserved → Available`. What has lapsed meanwhile lapses now.
    ///
    /// # Errors
    /// When there is no such open reservation.
    pub fn cancel(&mut self, key: &Key, at: Instant, out: &mut Vec<Transfer>) -> Result<(), Refusal> {
        let place = self.open_reservation(key)?;
        let held = self.reservations[place].clone();
        self.end(place, Ending::Cancelled);
        self.free(key, held.unit, held.draws, held.short, Reason::Cancel, at, out);
        Ok(())
    }

    pub(crate) fn time_out(&mut self, place: usize, at: Instant, out: &mut Vec<Transfer>) {
        let held = self.reservations[place].clone();
        if held.is_open() {
            self.end(place, Ending::TimedOut);
            self.free(&held.key, held.unit, held.draws, held.short, Reason::Timeout, at, out);
        }
    }

    fn end(&mut self, place: usize, ending: Ending) {
        if let Some(until) = self.reservations[place].until {
            self.dues.remove(&(until, Due::Timeout, place));
        }
        self.reservations[place].ending = ending;
        self.reservation_changed(place);
    }

    /// What a reservation held is free again. What no lot covered is owed no more; if later accruals have paid for it meanwhile, a lot
    /// under `freed:` and the reservation's key gives that back.
    #[allow(clippy::too_many_arguments, reason = "a movement has this many sides")]
    fn free(&mut self, key: &Key, unit: UnitIx, draws: Vec<Draw>, short: i64, reason: Reason, at: Instant, out: &mut Vec<Transfer>) {
        let paid = self.forgive(unit, short);
        let amount = sum(&draws) + short - paid;
        let mut back: Vec<Draw> = Vec::new();
        let mut places = Vec::new();
        for draw in draws {
            let place = self.places[&draw.lot];
            back.push(Draw { lot: draw.lot, amount: -draw.amount });
            back.extend(self.make_available(place, draw.amount, at, |lot| lot.reserved -= draw.amount));
            places.push(place);
        }
        self.post(key, at, unit, (Purpose::Reserved, Purpose::Available), amount, reason, back, out);
        for place in places {
            self.lapse_if_past(place, key, at, out);
        }
        if paid > 0 {
            let key = Key { rule: format!("freed:{}", key.rule).into(), fact: key.fact.clone() };
            let lot = NewLot { key, unit, amount: paid, reference: None, priority: 0, release: Release::Now, expires_at: None };
            self.push_lot(lot, Purpose::Reserved, reason, at, out);
        }
    }
}
