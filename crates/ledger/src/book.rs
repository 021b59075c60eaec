//! One member's book: balances, and the lots, redemptions and reservations they consist of.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::{
    Balances, Draw, Instant, Key, Lot, MAX_AMOUNT, MAX_BALANCE, Purpose, Reason, Redemption, Refusal, Reservation, Transfer, UnitIx,
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct UnitBook {
    pub balances: Balances,
    /// The part of what is owed that came from spending; the rest came from take-backs.
    pub owed_spent: i64,
}

/// One member's book in every unit.
///
/// All of its lots may be loaded or only some of them: balances live in [`HotBook`]. An accrual needs no lot at all; what draws lots
/// needs all open ones, and [`Book::advance`] needs all open lots and reservations as soon as [`Book::due`] has come.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub(crate) hot: HotBook,
    pub(crate) lots: Vec<Lot>,
    pub(crate) places: HashMap<Key, usize>,
    /// Lots with something available, in the order in which they are drawn.
    pub(crate) drawable: BTreeSet<DrawOrder>,
    /// What happens by itself, in order: instant, kind, place.
    pub(crate) dues: BTreeSet<(Instant, Due, usize)>,
    pub(crate) redemptions: HashMap<Key, Redemption>,
    pub(crate) reservations: Vec<Reservation>,
    pub(crate) reservation_places: HashMap<Key, usize>,
    changed_lots: Vec<usize>,
    changed_redemptions: Vec<Key>,
    changed_reservations: Vec<usize>,
}

/// By unit, priority, expiry (none last), age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DrawOrder {
    unit: UnitIx,
    priority: i32,
    expires: Instant,
    created: Instant,
    sequence: u64,
    pub place: usize,
}

/// What happens at one instant: releases first, then reservations that time out, then expiries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    Release,
    Timeout,
    Expiry,
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
        for lot in lots {
            let place = book.lots.len();
            book.places.insert(lot.key.clone(), place);
            book.lots.push(lot);
            book.index(place);
        }
        for held in reservations {
            let place = book.reservations.len();
            if let (true, Some(until)) = (held.is_open(), held.until) {
                book.dues.insert((until, Due::Timeout, place));
            }
            book.reservation_places.insert(held.key.clone(), place);
            book.reservations.push(held);
        }
        book.redemptions = redemptions.into_iter().map(|spent| (spent.key.clone(), spent)).collect();
        book
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
        self.places.get(key).map(|place| &self.lots[*place])
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
            lots: once(std::mem::take(&mut self.changed_lots)).into_iter().map(|place| self.lots[place].clone()).collect(),
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
    pub(crate) fn room(&self, unit: UnitIx, amount: i64) -> Result<(), Refusal> {
        in_range(amount)?;
        let balances = self.balances(unit);
        let widest = Purpose::ALL.into_iter().map(|purpose| balances.of(purpose).abs()).max().unwrap_or(0);
        if widest + amount > MAX_BALANCE { Err(Refusal::BalanceOutOfRange) } else { Ok(()) }
    }

    /// Posts a movement; nothing is posted for nothing.
    #[allow(clippy::too_many_arguments, reason = "a movement has this many sides")]
    pub(crate) fn post(
        &mut self,
        key: &Key,
        at: Instant,
        unit: UnitIx,
        (from, to): (Purpose, Purpose),
        amount: i64,
        reason: Reason,
        draws: Vec<Draw>,
        out: &mut Vec<Transfer>,
    ) {
        if amount == 0 {
            return;
        }
        debug_assert!(amount > 0, "amounts are positive");
        self.unit(unit).balances.move_amount(from, to, amount);
        out.push(Transfer { key: key.clone(), at, unit, from, to, amount, reason, draws });
    }

    /// Takes a lot out of the indexes before it changes.
    pub(crate) fn unindex(&mut self, place: usize) {
        let lot = &self.lots[place];
        if lot.available > 0 {
            let order = order_of(lot, place);
            self.drawable.remove(&order);
        }
        if let Some(due) = due_of(lot) {
            self.dues.remove(&(due.0, due.1, place));
        }
    }

    /// Puts a lot back into the indexes after it changed.
    pub(crate) fn index(&mut self, place: usize) {
        let lot = &self.lots[place];
        let (order, due) = (order_of(lot, place), due_of(lot));
        if lot.available > 0 {
            self.drawable.insert(order);
        }
        if let Some((at, what)) = due {
            self.dues.insert((at, what, place));
        }
    }

    /// Changes a lot and keeps the indexes in line.
    pub(crate) fn change(&mut self, place: usize, change: impl FnOnce(&mut Lot)) {
        self.unindex(place);
        change(&mut self.lots[place]);
        let lot = &self.lots[place];
        debug_assert_eq!(lot.amount, lot.open() + lot.spent + lot.expired + lot.taken_back, "the parts of a lot add up");
        self.changed_lots.push(place);
        if let Some((at, _)) = due_of(lot) {
            self.sooner(at);
        }
        self.index(place);
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
            let first = DrawOrder { unit, priority: i32::MIN, expires: Instant::MIN, created: Instant::MIN, sequence: 0, place: 0 };
            let Some(place) = self.drawable.range(first..).next().filter(|order| order.unit == unit).map(|order| order.place) else {
                break;
            };
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

fn order_of(lot: &Lot, place: usize) -> DrawOrder {
    DrawOrder {
        unit: lot.unit,
        priority: lot.priority,
        expires: lot.expires_at.unwrap_or(Instant::MAX),
        created: lot.created_at,
        sequence: lot.sequence,
        place,
    }
}

/// When a lot next changes by itself: a held lot at its release, an available one at its expiry.
fn due_of(lot: &Lot) -> Option<(Instant, Due)> {
    match lot.release_at {
        crate::Release::At(at) if lot.held > 0 => Some((at, Due::Release)),
        _ if lot.available > 0 => lot.expires_at.map(|at| (at, Due::Expiry)),
        _ => None,
    }
}

/// Refuses what is no amount.
pub(crate) fn in_range(amount: i64) -> Result<(), Refusal> {
    if (1..=MAX_AMOUNT).contains(&amount) { Ok(()) } else { Err(Refusal::AmountOutOfRange(amount)) }
}
