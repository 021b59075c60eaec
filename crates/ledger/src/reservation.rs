//! Two phases: units are set aside, then spent or freed.

use crate::book::{Book, in_range};
use crate::due::Due;
use crate::redemption::sum;
use crate::{
    Draw, Ending, Instant, Journal, Key, NewLot, Purpose, Reason, Redemption, Refusal, Release, Reservation, SpendRequest, UnitIx,
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
        out: &mut impl Journal,
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
                self.dues.push(until, Due::Timeout, place);
                self.sooner(until);
            }
            None => {}
        }
        Ok(())
    }

    /// The place of a reservation that holds its lots, all of which are there.
    fn open_reservation(&self, key: &Key) -> Result<usize, Refusal> {
        let place = *self.reservation_places.get(key).ok_or_else(|| Refusal::UnknownReservation(key.clone()))?;
        match self.reservations[place].ending {
            Ending::Open => match self.reservations[place].draws.iter().find(|draw| self.place(&draw.lot).is_none()) {
                Some(draw) => Err(Refusal::UnknownLot(draw.lot.clone())),
                None => Ok(place),
            },
            how => Err(Refusal::AlreadyEnded { key: key.clone(), how }),
        }
    }

    /// A reservation becomes a redemption, whole or in part: `Reserved → Spent`; the rest is free again.
    ///
    /// # Errors
    /// When there is no such open reservation, or it holds less.
    pub fn commit(&mut self, key: &Key, amount: Option<i64>, at: Instant, out: &mut impl Journal) -> Result<(), Refusal> {
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
                let place = self.loaded(&draw.lot);
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
        self.spent_for_good(key, held.unit, &spent, at, out);
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
    pub fn cancel(&mut self, key: &Key, at: Instant, out: &mut impl Journal) -> Result<(), Refusal> {
        let place = self.open_reservation(key)?;
        let held = self.reservations[place].clone();
        self.end(place, Ending::Cancelled);
        self.free(key, held.unit, held.draws, held.short, Reason::Cancel, at, out);
        Ok(())
    }

    pub(crate) fn time_out(&mut self, place: usize, at: Instant, out: &mut impl Journal) {
        let held = self.reservations[place].clone();
        if held.is_open() {
            self.end(place, Ending::TimedOut);
            self.free(&held.key, held.unit, held.draws, held.short, Reason::Timeout, at, out);
        }
    }

    fn end(&mut self, place: usize, ending: Ending) {
        self.reservations[place].ending = ending;
        self.reservation_changed(place);
    }

    /// What a reservation held is free again. What no lot covered is owed no more; if later accruals have paid for it meanwhile, a lot
    /// under `freed:` and the reservation's key gives that back.
    #[allow(clippy::too_many_arguments, reason = "a movement has this many sides")]
    fn free(&mut self, key: &Key, unit: UnitIx, draws: Vec<Draw>, short: i64, reason: Reason, at: Instant, out: &mut impl Journal) {
        let paid = self.forgive(unit, short);
        let mut amount = sum(&draws) + short - paid;
        let mut back: Vec<Draw> = Vec::new();
        let mut places = Vec::new();
        let mut let_go: Vec<Draw> = Vec::new();
        for draw in draws {
            let place = self.loaded(&draw.lot);
            // What a take-back let go while it was set aside is taken back now.
            let gone = draw.amount.min(self.lots[place].let_go);
            let freed = draw.amount - gone;
            if gone > 0 {
                let_go.push(Draw { lot: draw.lot.clone(), amount: gone });
            }
            if freed > 0 {
                back.push(Draw { lot: draw.lot, amount: -freed });
            }
            back.extend(self.make_available(place, freed, at, |lot| {
                lot.reserved -= freed + gone;
                lot.let_go -= gone;
                lot.taken_back += gone;
            }));
            places.push(place);
        }
        let gone = sum(&let_go);
        amount -= gone;
        self.post(key, at, unit, (Purpose::Reserved, Purpose::Issued), gone, Reason::TakeBack, let_go, out);
        self.post(key, at, unit, (Purpose::Reserved, Purpose::Available), amount, reason, back, out);
        for place in places {
            self.lapse_if_past(place, Some(key), at, out);
        }
        if paid > 0 {
            let key = Key { rule: format!("freed:{}", key.rule).into(), fact: key.fact.clone() };
            let expires_at = self.paid_until(unit);
            let lot = NewLot { key, unit, amount: paid, reference: None, priority: 0, release: Release::Now, expires_at };
            // The key is a reservation's, which ends once, and the amount was there before.
            let added = self.add_lot(lot, Purpose::Reserved, reason, at, out);
            debug_assert_eq!(added, Ok(()));
        }
    }

    /// What a take-back let go while it was set aside, and what has been spent now, has been spent for good: undoing the spending gives
    /// it back to nobody.
    fn spent_for_good(&mut self, key: &Key, unit: UnitIx, spent: &[Draw], at: Instant, out: &mut impl Journal) {
        let mut for_good = 0;
        for draw in spent {
            let place = self.loaded(&draw.lot);
            let over = (self.lots[place].let_go - self.lots[place].reserved).clamp(0, draw.amount);
            if over > 0 {
                self.change(place, |lot| {
                    lot.let_go -= over;
                    lot.spent -= over;
                    lot.taken_back += over;
                });
                for_good += over;
            }
        }
        self.post(key, at, unit, (Purpose::Spent, Purpose::Issued), for_good, Reason::TakeBack, Vec::new(), out);
    }
}
