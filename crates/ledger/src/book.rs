//! One member's book: balances, and the lots, redemptions and reservations they consist of.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::due::{Due, Dues, due_of};
use crate::index::Index;
use crate::places::Places;
use crate::{
    Balances, Draw, Instant, Journal, Key, Lot, MAX_AMOUNT, MAX_BALANCE, Move, Purpose, Reason, Redemption, Refusal, Reservation, UnitIx,
};

/// The part of a book that every operation needs: small, whatever the number of lots.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HotBook {
    pub(crate) units: Vec<UnitBook>,
    /// When something next happens by itself.
    pub(crate) due: Option<Instant>,
    /// Lots made so far.
    pub(crate) sequence: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UnitBook {
    pub balances: Balances,
    /// The part of what is owed that came from spending; the rest came from take-backs.
    pub owed_spent: i64,
    /// The latest expiry among the lots that have paid for spending: should the spending be undone, what comes back lives no longer.
    /// [`Instant::MAX`] for never, [`Instant::MIN`] as long as none has paid.
    pub paid_until: Instant,
}

impl Default for UnitBook {
    fn default() -> UnitBook {
        UnitBook { balances: Balances::default(), owed_spent: 0, paid_until: Instant::MIN }
    }
}

/// One member's book in every unit.
///
/// All of its lots may be loaded or only some of them: balances live in [`HotBook`]. An accrual needs no lot at all. What draws lots
/// needs all open ones of the unit. [`Book::advance`] needs those lots and open reservations that fall due, and is told by
/// [`Book::rest_due`] when the first of the others does.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub(crate) hot: HotBook,
    pub(crate) lots: Vec<Lot>,
    pub(crate) places: Places,
    /// The orders of drawing, from the first draw on.
    index: Option<Box<Index>>,
    /// What may happen by itself, soonest first. What has changed since it was put in is passed over when it comes up.
    pub(crate) dues: Dues,
    /// When something next happens to what is not loaded.
    rest: Option<Instant>,
    pub(crate) redemptions: HashMap<Key, Redemption>,
    pub(crate) reservations: Vec<Reservation>,
    pub(crate) reservation_places: HashMap<Key, usize>,
    changed: Vec<bool>,
    changed_redemptions: Vec<Key>,
    changed_reservations: Vec<usize>,
}

/// What changed since it was last asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Lots made or changed.
    pub lots: Vec<Lot>,
    /// Redemptions made or changed.
    pub redemptions: Vec<Redemption>,
    /// Reservations made or changed.
    pub reservations: Vec<Reservation>,
}

/// Two books are equal when they say the same, however they came about.
impl PartialEq for Book {
    fn eq(&self, other: &Book) -> bool {
        let lots = |book: &Book| -> Vec<Lot> {
            let mut lots = book.lots.clone();
            lots.sort_by(|a, b| a.key.cmp(&b.key));
            lots
        };
        let held =
            |book: &Book| -> HashMap<Key, Reservation> { book.reservations.iter().map(|held| (held.key.clone(), held.clone())).collect() };
        self.hot == other.hot && self.redemptions == other.redemptions && held(self) == held(other) && lots(self) == lots(other)
    }
}

impl HotBook {
    /// The balances in a unit.
    pub fn balances(&self, unit: UnitIx) -> Balances {
        self.units.get(usize::from(unit.0)).map_or_else(Balances::default, |unit| unit.balances)
    }
}

impl Book {
    /// A book put together from what was stored.
    /// The order of the parts does not matter: what happens at one instant happens to the older lot first.
    pub fn from_parts(hot: HotBook, lots: Vec<Lot>, redemptions: Vec<Redemption>, reservations: Vec<Reservation>) -> Book {
        let mut book = Book { hot, ..Book::default() };
        let mut lots = lots;
        lots.sort_unstable_by_key(|lot| lot.sequence);
        book.changed = vec![false; lots.len()];
        for (place, lot) in lots.iter().enumerate() {
            book.places.take(&lot.key, place, &lots);
            if let Some((at, what)) = due_of(lot) {
                book.dues.push(at, what, place);
            }
        }
        book.lots = lots;
        for (place, held) in reservations.iter().enumerate() {
            if let (true, Some(until)) = (held.is_open(), held.until) {
                book.dues.push(until, Due::Timeout, place);
            }
            book.reservation_places.insert(held.key.clone(), place);
        }
        book.reservations = reservations;
        book.redemptions = redemptions.into_iter().map(|spent| (spent.key.clone(), spent)).collect();
        book
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.hot = HotBook::default();
        self.lots.clear();
        self.places.clear();
        self.index = None;
        self.dues.clear();
        self.rest = None;
        self.redemptions.clear();
        self.reservations.clear();
        self.reservation_places.clear();
        self.changed.clear();
        self.changed_redemptions.clear();
        self.changed_reservations.clear();
    }

    /// Says when the first of the lots and reservations that are not loaded falls due; without it, all that are open are loaded.
    #[must_use]
    pub fn rest_due(mut self, at: Option<Instant>) -> Book {
        self.rest = at;
        self
    }

    /// The part that every operation needs.
    pub fn hot(&self) -> &HotBook {
        &self.hot
    }

    /// The balances in a unit.
    pub fn balances(&self, unit: UnitIx) -> Balances {
        self.hot.balances(unit)
    }

    /// The lots that are loaded.
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    /// A lot, if it is loaded.
    pub fn lot(&self, key: &Key) -> Option<&Lot> {
        self.place(key).map(|place| &self.lots[place])
    }

    /// The place of a lot, if it is loaded.
    pub(crate) fn place(&self, key: &Key) -> Option<usize> {
        self.places.of(key, &self.lots)
    }

    /// The place of a lot that has been seen to be loaded.
    pub(crate) fn loaded(&self, key: &Key) -> usize {
        self.place(key).unwrap_or_else(|| unreachable!("what draws from a lot has it loaded"))
    }

    /// A redemption, if it is loaded.
    pub fn redemption(&self, key: &Key) -> Option<&Redemption> {
        self.redemptions.get(key)
    }

    /// A reservation, if it is loaded.
    pub fn reservation(&self, key: &Key) -> Option<&Reservation> {
        self.reservation_places.get(key).map(|place| &self.reservations[*place])
    }

    /// The reservations that are loaded.
    pub fn reservations(&self) -> &[Reservation] {
        &self.reservations
    }

    /// Everything changed since this was last asked, each thing once.
    pub fn take_changes(&mut self) -> Changes {
        let once = |mut places: Vec<usize>| {
            places.sort_unstable();
            places.dedup();
            places
        };
        let mut keys = std::mem::take(&mut self.changed_redemptions);
        keys.sort();
        keys.dedup();
        Changes {
            lots: self
                .lots
                .iter()
                .zip(&mut self.changed)
                .filter_map(|(lot, changed)| std::mem::take(changed).then(|| lot.clone()))
                .collect(),
            redemptions: keys.iter().filter_map(|key| self.redemptions.get(key).cloned()).collect(),
            reservations: once(std::mem::take(&mut self.changed_reservations))
                .into_iter()
                .map(|at| self.reservations[at].clone())
                .collect(),
        }
    }

    pub(crate) fn unit(&mut self, unit: UnitIx) -> &mut UnitBook {
        let at = usize::from(unit.0);
        if self.hot.units.len() <= at {
            self.hot.units.resize(at + 1, UnitBook::default());
        }
        &mut self.hot.units[at]
    }

    /// Refuses what is no amount, and what could take an account of the unit beyond [`MAX_BALANCE`] and so, in time, out of 64 bits.
    #[inline(always)]
    pub(crate) fn room(&self, unit: UnitIx, amount: i64) -> Result<(), Refusal> {
        in_range(amount)?;
        let widest = self.hot.units.get(usize::from(unit.0)).map_or(0, |unit| unit.balances.widest());
        if widest + amount > MAX_BALANCE { Err(Refusal::BalanceOutOfRange) } else { Ok(()) }
    }

    /// Moves an amount between two accounts of a unit; nothing moves for nothing.
    #[inline(always)]
    pub(crate) fn shift(&mut self, at: Instant, unit: UnitIx, (from, to): (Purpose, Purpose), amount: i64) -> Option<Move> {
        debug_assert!(amount >= 0, "amounts are not negative");
        if amount == 0 {
            return None;
        }
        self.unit(unit).balances.move_amount(from, to, amount);
        Some(Move { at, unit, from, to, amount })
    }

    /// Posts a movement; nothing is posted for nothing.
    #[allow(clippy::too_many_arguments, reason = "a movement has this many sides")]
    pub(crate) fn post(
        &mut self,
        key: &Key,
        at: Instant,
        unit: UnitIx,
        accounts: (Purpose, Purpose),
        amount: i64,
        reason: Reason,
        draws: Vec<Draw>,
        out: &mut impl Journal,
    ) {
        if let Some(moved) = self.shift(at, unit, accounts, amount) {
            out.post(moved, || (key.clone(), reason, draws));
        }
    }

    /// Adds a lot whose key has been given its place.
    #[inline(always)]
    pub(crate) fn push(&mut self, lot: Lot) -> usize {
        let place = self.lots.len();
        if let Some(index) = &mut self.index {
            index.add(&lot, place);
        }
        self.lots.push(lot);
        self.changed.push(true);
        place
    }

    /// Changes a lot and keeps the indexes in line.
    #[inline(always)]
    pub(crate) fn change(&mut self, place: usize, change: impl FnOnce(&mut Lot)) {
        let lot = &mut self.lots[place];
        if let Some(index) = &mut self.index {
            index.remove(lot, place);
        }
        let before = due_of(lot);
        change(lot);
        debug_assert_eq!(lot.amount, lot.open() + lot.spent + lot.expired + lot.taken_back, "the parts of a lot add up");
        self.changed[place] = true;
        if let Some(index) = &mut self.index {
            index.add(lot, place);
        }
        if let Some((at, what)) = due_of(lot) {
            if before != Some((at, what)) {
                self.dues.push(at, what, place);
            }
            self.sooner(at);
        }
    }

    /// A lot falls due that was just made.
    #[inline(always)]
    pub(crate) fn falls_due(&mut self, place: usize) {
        if let Some((at, what)) = due_of(&self.lots[place]) {
            self.dues.push(at, what, place);
            self.sooner(at);
        }
    }

    /// The orders in which lots are drawn.
    pub(crate) fn index(&mut self) -> &Index {
        self.index.get_or_insert_with(|| Box::new(Index::of(&self.lots)))
    }

    /// How much of an amount the available lots of a unit cover, as far as one has to look.
    pub(crate) fn covered(&mut self, unit: UnitIx, amount: i64) -> i64 {
        self.index();
        let mut found = 0;
        for place in self.index.iter().flat_map(|index| index.available(unit)) {
            if found >= amount {
                break;
            }
            found += self.lots[place].available;
        }
        found
    }

    /// What happens next, if it happens at or before `at`; what is no longer so is passed over.
    #[inline(always)]
    pub(crate) fn next_due(&mut self, at: Instant) -> Option<(Instant, Due, usize)> {
        while let Some((when, what, place)) = self.dues.peek() {
            let still = match what {
                Due::Timeout => self.reservations[place].is_open(),
                _ => due_of(&self.lots[place]) == Some((when, what)),
            };
            if !still {
                self.dues.pop();
            } else if when <= at {
                self.dues.pop();
                return Some((when, what, place));
            } else {
                return None;
            }
        }
        None
    }

    /// When something next happens by itself, now that nothing stale stands first.
    pub(crate) fn first_due(&self) -> Option<Instant> {
        let loaded = self.dues.peek().map(|(when, ..)| when);
        [loaded, self.rest].into_iter().flatten().min()
    }

    /// Something will happen by itself at this instant.
    pub(crate) fn sooner(&mut self, at: Instant) {
        self.hot.due = Some(self.hot.due.map_or(at, |due| due.min(at)));
    }

    pub(crate) fn keep_redemption(&mut self, spent: Redemption) {
        self.changed_redemptions.push(spent.key.clone());
        self.redemptions.insert(spent.key.clone(), spent);
    }

    pub(crate) fn reservation_changed(&mut self, place: usize) {
        self.changed_reservations.push(place);
    }

    /// Draws up to `amount` of a unit out of the available lots, in order: by priority, then soonest expiry, then age. `take` moves
    /// each lot's part to where it goes. Returns the draws; their sum is less than `amount` when the lots do not suffice.
    pub(crate) fn draw(&mut self, unit: UnitIx, amount: i64, take: impl Fn(&mut Lot, i64)) -> Vec<Draw> {
        let mut draws = Vec::new();
        let mut left = amount;
        while left > 0 {
            let Some(place) = self.index().next(unit) else { break };
            let part = self.lots[place].available.min(left);
            self.change(place, |lot| {
                lot.available -= part;
                take(lot, part);
            });
            draws.push(Draw { lot: self.lots[place].key.clone(), amount: part });
            left -= part;
        }
        draws
    }
}

/// Refuses what is no amount.
pub(crate) fn in_range(amount: i64) -> Result<(), Refusal> {
    if (1..=MAX_AMOUNT).contains(&amount) { Ok(()) } else { Err(Refusal::AmountOutOfRange(amount)) }
}
