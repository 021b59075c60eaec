//! Random lives of a book: whatever is done to it, in whatever order, everything adds up.

use std::collections::{BTreeMap, HashMap};

use ledger::{
    Balances, Book, Draw, HotBook, Instant, Key, Lot, Purpose, Reason, Redemption, Release, Reservation, Shortfall, Transfer, UnitRules,
    balances_as_of, split,
};
use proptest::prelude::*;

use crate::till::{Deed, POINTS, day, key, owe, perform};

fn name() -> impl Strategy<Value = Key> {
    (0..12_u8).prop_map(|number| key(&format!("k{number}")))
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![1..40_i64, 1..200_i64]
}

fn release() -> impl Strategy<Value = Release> {
    prop_oneof![4 => Just(Release::Now), 2 => (1..60_i64).prop_map(|number| Release::At(day(number))), 1 => Just(Release::OnEvent)]
}

fn deed() -> impl Strategy<Value = Deed> {
    let on = || prop::option::of(1..70_i64);
    prop_oneof![
        6 => (name(), amount(), on(), release(), -1..2_i32)
            .prop_map(|(key, amount, expires, release, priority)| Deed::Earn { key, amount, expires, release, priority }),
        1 => name().prop_map(Deed::Release),
        4 => (name(), amount(), any::<bool>()).prop_map(|(key, amount, force)| Deed::Spend { key, amount, force }),
        3 => (name(), amount(), on(), any::<bool>()).prop_map(|(key, amount, until, force)| Deed::Reserve { key, amount, until, force }),
        2 => (name(), prop::option::of(amount())).prop_map(|(key, amount)| Deed::Commit(key, amount)),
        2 => name().prop_map(Deed::Cancel),
        3 => (name(), prop::option::of(amount()), name()).prop_map(|(redemption, amount, key)| Deed::Restore { redemption, amount, key }),
        3 => (name(), amount(), name()).prop_map(|(lot, amount, key)| Deed::Undo { lot, amount, key }),
        1 => (amount(), name()).prop_map(|(amount, key)| Deed::UndoAny { amount, key }),
        1 => (name(), -60..60_i64).prop_map(|(key, amount)| Deed::Adjust { key, amount }),
        1 => (name(), amount()).prop_map(|(key, amount)| Deed::Share { key, amount }),
        1 => (name(), amount(), on()).prop_map(|(key, amount, expires)| Deed::Pool { key, amount, expires }),
        1 => Just(Deed::Idle),
        1 => Just(Deed::Pass),
    ]
}

fn rules() -> impl Strategy<Value = UnitRules> {
    let shortfall = prop_oneof![2 => Just(Shortfall::Owe), 1 => Just(Shortfall::Waive), 1 => Just(Shortfall::Refuse)];
    (shortfall, prop_oneof![Just(0), 1..100_i64], prop_oneof![Just(0), 1..20_i64]).prop_map(|(shortfall, overdraft, days)| UnitRules {
        shortfall,
        overdraft,
        reinstatement_us: day(days).0,
    })
}

/// Deeds with rising instants, up to three on one day.
fn life() -> impl Strategy<Value = Vec<(Instant, Deed)>> {
    prop::collection::vec((0..3_i64, deed()), 1..60).prop_map(|deeds| {
        let mut now = day(1).0;
        deeds
            .into_iter()
            .map(|(days, deed)| {
                now += day(days).0 + 1_000;
                (Instant(now), deed)
            })
            .collect()
    })
}

/// A lot's parts as the draws on record say: what was spent and what was undone cannot be told apart when an accrual pays a debt.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Parts {
    reserved: i64,
    expired: i64,
    gone: i64,
}

fn follow(parts: &mut HashMap<Key, Parts>, transfer: &Transfer) {
    let backwards = matches!(transfer.reason, Reason::Restore | Reason::Cancel | Reason::Timeout)
        || (transfer.reason == Reason::Commit && transfer.to == Purpose::Available);
    for Draw { lot, amount } in &transfer.draws {
        let part = parts.entry(lot.clone()).or_default();
        let pays = *amount > 0 && transfer.to == Purpose::Available;
        match (pays, if backwards { transfer.from } else { transfer.to }) {
            (true, _) | (false, Purpose::Spent | Purpose::Adjusted | Purpose::Shared | Purpose::Issued) => part.gone += amount,
            (false, Purpose::Reserved) => part.reserved += amount,
            (false, Purpose::Expired) => part.expired += amount,
            other => panic!("no draw goes to {other:?}: {transfer:?}"),
        }
        if !backwards && !pays {
            match transfer.from {
                Purpose::Reserved => part.reserved -= amount,
                Purpose::Expired => part.expired -= amount,
                _ => {}
            }
        }
    }
}

fn sums_of_draws(book: &Book, transfers: &[Transfer]) {
    let mut parts = HashMap::new();
    transfers.iter().for_each(|transfer| follow(&mut parts, transfer));
    for lot in book.lots() {
        let said = parts.get(&lot.key).copied().unwrap_or_default();
        let kept = Parts { reserved: lot.reserved, expired: lot.expired, gone: lot.spent + lot.taken_back };
        assert_eq!(said, kept, "{lot:?}");
    }
}

/// The book as a database keeps it.
#[derive(Default)]
struct Shelf {
    hot: HotBook,
    lots: BTreeMap<Key, Lot>,
    redemptions: BTreeMap<Key, Redemption>,
    reservations: BTreeMap<Key, Reservation>,
}

impl Shelf {
    /// Loads what a deed asks for: nothing for an accrual while nothing is due, else all that is open and what the deed names.
    fn load(&self, deed: &Deed, at: Instant) -> Book {
        let due = Book::from_parts(self.hot.clone(), Vec::new(), Vec::new(), Vec::new()).due();
        if matches!(deed, Deed::Earn { .. }) && due.is_none_or(|due| due > at) {
            return Book::from_parts(self.hot.clone(), Vec::new(), Vec::new(), Vec::new());
        }
        let named = match deed {
            Deed::Release(key) | Deed::Commit(key, _) | Deed::Cancel(key) => vec![key],
            Deed::Undo { lot, .. } => vec![lot],
            Deed::Restore { redemption, key, .. } => vec![redemption, key],
            Deed::Spend { key, .. }
            | Deed::Reserve { key, .. }
            | Deed::Pool { key, .. }
            | Deed::Adjust { key, .. }
            | Deed::Earn { key, .. } => vec![key],
            _ => Vec::new(),
        };
        let redemptions: Vec<Redemption> = named.iter().filter_map(|key| self.redemptions.get(*key).cloned()).collect();
        let drawn: Vec<Key> = redemptions.iter().flat_map(|spent| spent.draws.iter().map(|draw| draw.lot.clone())).collect();
        let lots = self.lots.values().filter(|lot| lot.open() > 0 || named.contains(&&lot.key) || drawn.contains(&lot.key));
        let reservations = self.reservations.values().filter(|held| held.is_open() || named.contains(&&held.key));
        Book::from_parts(self.hot.clone(), lots.cloned().collect(), redemptions, reservations.cloned().collect())
    }

    fn store(&mut self, mut book: Book) {
        self.hot = book.hot().clone();
        let changes = book.take_changes();
        self.lots.extend(changes.lots.into_iter().map(|lot| (lot.key.clone(), lot)));
        self.redemptions.extend(changes.redemptions.into_iter().map(|spent| (spent.key.clone(), spent)));
        self.reservations.extend(changes.reservations.into_iter().map(|held| (held.key.clone(), held)));
    }

    fn whole(&self) -> Book {
        let (lots, redemptions) = (self.lots.values().cloned().collect(), self.redemptions.values().cloned().collect());
        Book::from_parts(self.hot.clone(), lots, redemptions, self.reservations.values().cloned().collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// After every deed: the book adds up, transfers alone give its balances, a refusal has changed nothing but what time did, and
    /// every draw on record adds up to the parts of its lot.
    #[test]
    fn whatever_is_done_everything_adds_up(rules in rules(), life in life()) {
        let mut book = Book::default();
        let mut transfers = Vec::new();
        let mut seen: Vec<(Instant, Balances)> = Vec::new();
        for (at, deed) in life {
            book.advance(at, &mut transfers);
            let (before, posted) = (book.clone(), transfers.len());
            if perform(&mut book, &deed, &rules, at, &mut transfers).is_err() {
                prop_assert_eq!(&book, &before, "refused {:?}", deed);
                prop_assert_eq!(transfers.len(), posted);
            }
            prop_assert_eq!(book.check(), Ok(()), "after {:?}", deed);
            prop_assert!(book.due().is_none_or(|due| due > at), "due {:?} at {:?} after {:?}", book.due(), at, deed);
            seen.push((at, book.balances(POINTS)));
        }
        prop_assert!(transfers.is_sorted_by_key(|transfer| transfer.at), "movements come in the order of time");
        prop_assert!(transfers.iter().all(|transfer| transfer.amount > 0 && transfer.from != transfer.to));
        for (at, balances) in seen {
            prop_assert_eq!(balances_as_of(&transfers, POINTS, at), Balances { owed: 0, ..balances });
        }
        sums_of_draws(&book, &transfers);
    }

    /// An accrual with no lot loaded and anything else with the open ones come to the same as a book in memory; so live and replay agree.
    #[test]
    fn a_book_loaded_in_part_does_the_same(rules in rules(), life in life()) {
        let mut book = Book::default();
        let mut shelf = Shelf::default();
        for (at, deed) in life {
            if matches!(&deed, Deed::Earn { key, .. } if shelf.lots.contains_key(key)) {
                continue; // Facts have ids of their own, so no accrual comes twice.
            }
            let mut part = shelf.load(&deed, at);
            let (mut whole_out, mut part_out) = (Vec::new(), Vec::new());
            let whole = perform(&mut book, &deed, &rules, at, &mut whole_out);
            let done = perform(&mut part, &deed, &rules, at, &mut part_out);
            prop_assert_eq!(&whole, &done, "{:?}", deed);
            prop_assert_eq!(whole_out, part_out, "{:?}", deed);
            shelf.store(part);
            prop_assert_eq!(&shelf.whole(), &book, "after {:?}", deed);
        }
    }

    /// Due things are done at their own instants, so looking often and looking once come to the same.
    #[test]
    fn time_passes_the_same_in_one_step_or_many(rules in rules(), life in life(), looks in prop::collection::vec(0..200_i64, 0..20)) {
        let mut once = Book::default();
        let mut transfers = Vec::new();
        for (at, deed) in life {
            let _ = perform(&mut once, &deed, &rules, at, &mut transfers);
        }
        let mut often = once.clone();
        let (mut a, mut b) = (Vec::new(), Vec::new());
        once.advance(day(400), &mut a);
        let mut looks = looks;
        looks.sort_unstable();
        looks.into_iter().chain([400]).for_each(|look| often.advance(day(look), &mut b));
        prop_assert_eq!(a, b);
        prop_assert_eq!(once, often);
    }

    /// Earning, spending, undoing in parts and earning again leave exactly what the orders that stand have earned: nothing is free.
    #[test]
    fn refund_and_earn_again_leave_no_free_points(
        orders in prop::collection::vec((1..500_i64, prop::collection::vec(1..100_i64, 0..4), 0..300_i64, any::<bool>()), 1..12),
    ) {
        let mut book = Book::default();
        let mut transfers = Vec::new();
        let mut earned = 0;
        for (number, (points, returns, spend, late)) in orders.into_iter().enumerate() {
            let at = day(i64::try_from(number).unwrap() * 3 + 1);
            let order = key(&format!("o{number}"));
            let release = if late { Release::At(Instant(at.0 + day(2).0)) } else { Release::Now };
            perform(&mut book, &Deed::Earn { key: order.clone(), amount: points, expires: None, release, priority: 0 }, &owe(), at, &mut transfers).unwrap();
            if spend > 0 {
                let _ = perform(&mut book, &Deed::Spend { key: key(&format!("s{number}")), amount: spend, force: false }, &owe(), at, &mut transfers);
            }
            let (mut undone, mut back) = (0, 0);
            for (part, percent) in returns.into_iter().enumerate() {
                back = (back + percent).min(100);
                let more = split(points, back, 100) - undone;
                undone += more;
                if more > 0 {
                    let deed = Deed::Undo { lot: order.clone(), amount: more, key: key(&format!("u{number}-{part}")) };
                    perform(&mut book, &deed, &owe(), Instant(at.0 + day(1).0), &mut transfers).unwrap();
                }
            }
            earned += points - undone;
            prop_assert_eq!(-book.balances(POINTS).issued, earned);
        }
        let balances = book.balances(POINTS);
        prop_assert_eq!(balances.available + balances.held + balances.reserved + balances.spent + balances.expired, earned);
        prop_assert_eq!(book.check(), Ok(()));
    }
}
