//! One member as an installation keeps it: facts arrive one by one, small states are read and written, late facts are resettled.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use ledger::{Book, HotBook, Instant, Key, Lot, Redemption, Reservation, Transfer};
use program::decision::Decision;
use program::engine::refusable;
use program::history::{Settlement, Stored, in_force, keyed, replay, settle, transfer_keys};
use program::state::{Member, Order, State};
use program::{Engine, Fact, Mode, Out, Timeline};

type Said<T> = HashMap<String, Stored<T>>;

pub struct Desk<'t> {
    timeline: &'t Timeline,
    facts: Vec<Fact>,
    /// The small state as its bytes: it makes the way through storage with every fact.
    state: Option<Vec<u8>>,
    lots: BTreeMap<Key, Lot>,
    redemptions: BTreeMap<Key, Redemption>,
    reservations: BTreeMap<Key, Reservation>,
    orders: BTreeMap<Arc<str>, Vec<u8>>,
    transfers: Said<Transfer>,
    decisions: Said<Decision>,
    pub resettled: usize,
    pub light: usize,
}

impl<'t> Desk<'t> {
    pub fn new(timeline: &'t Timeline) -> Desk<'t> {
        let (lots, redemptions, reservations, orders) = Default::default();
        let (transfers, decisions) = Default::default();
        Desk {
            timeline,
            facts: Vec::new(),
            state: None,
            lots,
            redemptions,
            reservations,
            orders,
            transfers,
            decisions,
            resettled: 0,
            light: 0,
        }
    }

    fn stored(&self) -> Option<(State, HotBook)> {
        self.state.as_ref().map(|bytes| postcard::from_bytes(bytes).unwrap())
    }

    /// A fact arrives: judged at once, or by a replay when it is late or corrects another. What is known already changes nothing.
    pub fn arrive(&mut self, fact: Fact) {
        if self.facts.iter().any(|known| known.id == fact.id) {
            return;
        }
        let stored = self.stored();
        let late = stored
            .as_ref()
            .is_some_and(|(state, _)| state.last.as_ref().is_some_and(|last| fact.position() < *last) || fact.occurred_at < state.clock);
        self.facts.push(fact.clone());
        if late || fact.corrects.is_some() {
            self.resettle(stored.map_or(Instant::MIN, |(state, _)| state.clock));
            return;
        }
        let mut member = match stored {
            Some((state, book)) => self.complete(state, book, Some(&fact), fact.occurred_at),
            None => Engine::new(self.timeline).begin(),
        };
        let mut out = Out::with_receipts();
        Engine::new(self.timeline).apply(&mut member, &fact, Mode::Recorded, &mut out).unwrap();
        self.write(&mut member, out);
    }

    /// Time passes and nothing happens.
    pub fn tick(&mut self, until: Instant) {
        let Some((state, book)) = self.stored() else { return };
        if state.clock >= until {
            return;
        }
        let mut member = self.complete(state, book, None, until);
        let mut out = Out::with_receipts();
        Engine::new(self.timeline).tick(&mut member, until, &mut out);
        self.write(&mut member, out);
    }

    /// Loads what a fact asks for, as the server does: of a fact that only earns its order and no lot, else all that is open and what
    /// the fact, its orders and the missions done refer to.
    fn complete(&mut self, state: State, hot: HotBook, fact: Option<&Fact>, until: Instant) -> Member {
        let mut heavy = fact.is_some_and(|fact| refusable(fact.kind)) || state.due.is_some_and(|due| due <= until);
        let word = |name: &str| fact.and_then(|fact| fact.text(name)).cloned();
        let mut numbers: HashSet<Arc<str>> = ["order", "reference"].into_iter().filter_map(word).collect();
        let mut named: HashSet<Arc<str>> = ["reservation", "redemption"].into_iter().filter_map(word).collect();
        if heavy {
            named.extend(state.missions.iter().filter_map(|progress| progress.done.as_ref()).flatten().map(|lot| lot.fact.clone()));
        }
        let reservations: Vec<Reservation> = self
            .reservations
            .values()
            .filter(|held| if held.is_open() { heavy } else { named.contains(&held.key.fact) })
            .cloned()
            .collect();
        numbers.extend(reservations.iter().filter_map(|held| held.reference.clone()));
        let orders: Vec<Order> =
            numbers.iter().filter_map(|number| self.orders.get(number)).map(|bytes| postcard::from_bytes(bytes).unwrap()).collect();
        for order in &orders {
            let waits = order.accruals.iter().any(|accrued| fact.is_some_and(|fact| accrued.held_for.as_deref() == Some(fact.kind.name())));
            heavy |= order.cancelled || order.refunded > 0 || waits;
            if heavy {
                named.extend(state.missions.iter().filter_map(|progress| progress.done.as_ref()).flatten().map(|lot| lot.fact.clone()));
            }
            named.extend(order.accruals.iter().map(|accrued| accrued.lot.fact.clone()));
            named.extend(order.redemptions.iter().map(|(key, _, _)| key.fact.clone()));
        }
        if !heavy {
            self.light += 1;
            return Member::from_parts(state, Book::from_parts(hot, Vec::new(), Vec::new(), Vec::new()), orders);
        }
        let redemptions: Vec<Redemption> = self.redemptions.values().filter(|spent| named.contains(&spent.key.fact)).cloned().collect();
        named.extend(redemptions.iter().flat_map(|spent| &spent.draws).map(|draw| draw.lot.fact.clone()));
        let lots = self.lots.values().filter(|lot| lot.open() > 0 || named.contains(&lot.key.fact)).cloned().collect();
        Member::from_parts(state, Book::from_parts(hot, lots, redemptions, reservations), orders)
    }

    fn write(&mut self, member: &mut Member, out: Out) {
        for (key, transfer) in transfer_keys(&out.transfers).into_iter().zip(out.transfers) {
            let before = self.transfers.insert(key.clone(), Stored { revision: 0, now: Some(transfer) });
            assert!(before.is_none(), "two movements are called {key}");
        }
        for (key, decision) in keyed(out.decisions) {
            let before = self.decisions.insert(key.clone(), Stored { revision: 0, now: Some(decision) });
            assert!(before.is_none(), "two decisions are called {key}");
        }
        self.keep(member);
    }

    fn keep(&mut self, member: &mut Member) {
        let changes = member.book.take_changes();
        self.lots.extend(changes.lots.into_iter().map(|lot| (lot.key.clone(), lot)));
        self.redemptions.extend(changes.redemptions.into_iter().map(|spent| (spent.key.clone(), spent)));
        self.reservations.extend(changes.reservations.into_iter().map(|held| (held.key.clone(), held)));
        for order in member.take_orders() {
            self.orders.insert(order.order.clone(), postcard::to_stdvec(&order).unwrap());
        }
        self.state = Some(postcard::to_stdvec(&(&member.state, member.hot_book())).unwrap());
    }

    /// The member's history is replayed and the difference written down; nothing written before changes.
    fn resettle(&mut self, clock: Instant) {
        self.resettled += 1;
        let facts = in_force(self.facts.clone());
        let until = facts.last().map_or(clock, |last| last.occurred_at.max(clock));
        let mut out = Out::with_receipts();
        let mut member = replay(Engine::new(self.timeline), &facts, until, &mut out);
        let keys = transfer_keys(&out.transfers);
        follow(&mut self.transfers, keys.into_iter().zip(out.transfers).collect());
        follow(&mut self.decisions, keyed(out.decisions).collect());
        self.lots.clear();
        self.redemptions.clear();
        self.reservations.clear();
        self.orders.clear();
        self.keep(&mut member);
    }

    /// The whole member.
    pub fn member(&self) -> Member {
        let (state, hot) = self.stored().unwrap();
        let (lots, redemptions) = (self.lots.values().cloned().collect(), self.redemptions.values().cloned().collect());
        let book = Book::from_parts(hot, lots, redemptions, self.reservations.values().cloned().collect());
        Member::from_parts(state, book, self.orders.values().map(|bytes| postcard::from_bytes::<Order>(bytes).unwrap()))
    }

    /// The movements in force by their names.
    pub fn transfers(&self) -> BTreeMap<String, Transfer> {
        in_effect(&self.transfers)
    }

    /// The decisions in force by their keys.
    pub fn decisions(&self) -> BTreeMap<String, Decision> {
        in_effect(&self.decisions)
    }
}

fn in_effect<T: Clone>(said: &Said<T>) -> BTreeMap<String, T> {
    said.iter().filter_map(|(key, stored)| Some((key.clone(), stored.now.clone()?))).collect()
}

fn follow<T: PartialEq + Clone + std::fmt::Debug>(said: &mut Said<T>, replayed: Vec<(String, T)>) {
    let Settlement { withdrawn, posted } = settle(said.clone(), replayed);
    for (key, revision, was) in withdrawn {
        let stored = said.get_mut(&key).unwrap();
        assert_eq!((stored.revision + 1, stored.now.take()), (revision, Some(was)), "only what is in force is taken back");
        stored.revision = revision;
    }
    for (key, revision, now) in posted {
        let before = said.insert(key, Stored { revision, now: Some(now) });
        assert!(before.is_none_or(|before| before.now.is_none() && before.revision + 1 == revision), "revisions count on");
    }
}
