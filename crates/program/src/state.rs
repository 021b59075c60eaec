//! All that the engine knows of one member between two facts.
//!
//! [`State`] is small and read for every fact. What grows with the member's history (orders, lots, redemptions) is kept beside it
//! and read only when a fact asks for it, so that a member with a million facts costs no more than any other.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ledger::{Book, HotBook, Instant, Key};
use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::consent::{Consent, Received};
use crate::expr::Value;
use crate::fact::Position;
use crate::memory::{Contribution, Memory};

/// For how many windows that are over a mission remembers what its reward rested on. An order undone later than that takes no
/// reward back.
pub const MAX_CLOSED_WINDOWS: usize = 12;

/// One member as the engine sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// The small part.
    pub state: State,
    /// Balances, and lots as far as they are loaded.
    pub book: Book,
    /// Orders as far as they are loaded, by number.
    pub orders: HashMap<Arc<str>, Order, foldhash::fast::RandomState>,
    /// The numbers of the orders to which something will come back, when the whole history is known and nobody asks for more: the
    /// others are not kept.
    pub(crate) undone_later: Option<HashSet<Arc<str>, foldhash::fast::RandomState>>,
    /// Numbers of the orders changed since the last [`Member::take_orders`].
    pub(crate) touched: Vec<Arc<str>>,
}

/// The small part of a member's state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The [digest](crate::Timeline::digest) of the timeline under which it was computed.
    pub timeline: u64,
    /// The last fact judged.
    pub last: Option<Position>,
    /// Everything due up to here has been done.
    pub clock: Instant,
    /// The first day of the member's history: anniversaries count from it.
    pub joined: Option<Day>,
    /// The number of the version in force at `clock`.
    pub version: u32,
    /// The profile as facts tell it.
    pub profile: Profile,
    /// The memory of each metric.
    pub memories: Vec<Memory>,
    /// Standing on each track, by its id.
    pub tracks: Vec<Standing>,
    /// What capped rules have given in their period.
    pub caps: Vec<CapUse>,
    /// Progress of missions: first each in its latest window, then the windows before that were done, the oldest first.
    pub missions: Vec<Progress>,
    /// Benefits entitled to.
    pub entitlements: Vec<Entitlement>,
    /// The company's consents to benefits of its people.
    pub consents: Vec<Consent>,
    /// What its people received, each in the latest year in which they did.
    pub received: Vec<Received>,
    /// When each unit was last earned or spent, by its place in the timeline.
    pub active: Vec<Option<Instant>>,
    /// When something next happens by itself.
    pub due: Option<Instant>,
    /// The same, lots and reservations left aside: until then only the ledger moves.
    pub rest_due: Option<Instant>,
    /// When time alone may next lift the member on a track.
    pub watch_due: Option<Instant>,
    /// When a review, a grace, an override, a benefit or a version of the program next ends or begins.
    pub other_due: Option<Instant>,
    /// How many facts were judged.
    pub facts: u64,
}

impl Default for State {
    fn default() -> State {
        State {
            timeline: 0,
            last: None,
            clock: Instant::MIN,
            joined: None,
            version: 0,
            profile: Profile::default(),
            memories: Vec::new(),
            tracks: Vec::new(),
            caps: Vec::new(),
            missions: Vec::new(),
            entitlements: Vec::new(),
            consents: Vec::new(),
            received: Vec::new(),
            active: Vec::new(),
            due: None,
            rest_due: None,
            watch_due: None,
            other_due: None,
            facts: 0,
        }
    }
}

/// The profile as facts tell it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Level of verification.
    pub level: Option<Arc<str>>,
    /// Completeness in percent.
    pub score: Option<i64>,
    /// Industry class.
    pub industry: Option<Arc<str>>,
    /// Province or state.
    pub region: Option<Arc<str>>,
    /// Number of employees.
    pub employees: Option<i64>,
}

/// Standing on one track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The track's id.
    pub track: Arc<str>,
    /// Rank reached by the rules, from 0.
    pub rank: usize,
    /// The tier's id at that rank.
    pub tier: Arc<str>,
    /// Since when.
    pub since: Instant,
    /// When it is next reviewed.
    pub review_at: Option<Instant>,
    /// Until when it is kept after a failed review.
    pub grace_until: Option<Instant>,
    /// Set by hand.
    pub hand: Option<Override>,
}

impl State {
    /// The progress of a mission in its latest window.
    pub fn mission(&self, rule: &Arc<str>) -> Option<&Progress> {
        self.missions.iter().take_while(|progress| !progress.over).find(|progress| same_name(&progress.rule, rule))
    }

    /// Where the standing on a track is kept. Tracks are joined in the order of the program, so it most often is where the program has
    /// the track.
    pub fn standing_at(&self, place: usize, track: &Arc<str>) -> Option<usize> {
        let here = |standing: &Standing| same_name(&standing.track, track);
        if self.tracks.get(place).is_some_and(here) { Some(place) } else { self.tracks.iter().position(here) }
    }
}

/// Names most often are shared references to one text.
pub(crate) fn same_name(a: &Arc<str>, b: &Arc<str>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}

impl Standing {
    /// The rank in force: the one set by hand while it lasts, else the one reached.
    pub fn rank_in_force(&self) -> usize {
        self.hand.as_ref().map_or(self.rank, |hand| hand.rank)
    }

    /// The id of the tier in force.
    pub fn tier_in_force(&self) -> &Arc<str> {
        self.hand.as_ref().map_or(&self.tier, |hand| &hand.tier)
    }
}

/// A tier set by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// Its rank.
    pub rank: usize,
    /// Its id.
    pub tier: Arc<str>,
    /// When it ends by itself.
    pub until: Option<Instant>,
    /// The fact that says so.
    pub fact: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
}

/// What a capped rule has given in its period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapUse {
    /// The rule.
    pub rule: Arc<str>,
    /// First day of the period.
    pub period: Day,
    /// In the unit's smallest step.
    pub used: i64,
}

/// Progress of one mission in one window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The mission's rule.
    pub rule: Arc<str>,
    /// First day of the window; the first day of all for a mission that happens once.
    pub window: Day,
    /// Facts counted for each step.
    pub counts: Vec<u32>,
    /// Lots given for this window, when it is done.
    pub done: Option<Vec<Key>>,
    /// What that rests on.
    pub ground: Option<Box<Ground>>,
    /// Whether another window has begun since.
    pub over: bool,
    /// First day of the last window that was done.
    pub last_done: Option<Day>,
    /// How many windows in a row were done.
    pub streak: u32,
    /// How many were done in all.
    pub completed: u32,
}

/// What a mission's reward rests on, as of the reward: an order undone later takes its part away from it, whatever the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ground {
    /// The number of the version that gave the reward.
    pub version: u32,
    /// The local day.
    pub day: Day,
    /// How many facts were judged before the one that led to it.
    pub facts: u64,
    /// The metrics that the mission's conditions read, by slot.
    pub memories: Vec<(usize, Memory)>,
    /// What else they read, by name.
    pub values: Vec<(Arc<str>, Value)>,
}

/// A benefit that the member has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entitlement {
    /// The benefit's id.
    pub benefit: Arc<str>,
    /// Since when.
    pub since: Instant,
    /// Given by hand: until when, and the fact.
    pub given: Option<(Option<Instant>, Arc<str>)>,
    /// Whether a tier gives it now.
    pub by_tier: bool,
    /// When a metered benefit is next granted.
    pub renews_at: Option<Instant>,
    /// First day of the period for which it was last granted.
    pub granted: Option<Day>,
}

/// What an order led to, so that undoing it takes back no more and no less.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub order: Arc<str>,
    /// Its amount in minor units, from the first fact that gave one.
    pub amount: i64,
    /// Undone so far, in minor units; equal to `amount` when undone as a whole.
    pub refunded: i64,
    /// Cancelled as a whole.
    pub cancelled: bool,
    /// What it added to metrics.
    pub measured: Vec<Measured>,
    /// The units it earned.
    pub accruals: Vec<Accrued>,
    /// The mission steps it counted for.
    pub steps: Vec<Stepped>,
    /// Units spent on it: redemption, amount, restored so far by undoing the order.
    pub redemptions: Vec<(Key, i64, i64)>,
    /// The kinds of fact for which holds wait that have come about it.
    pub came: Vec<Arc<str>>,
}

impl Order {
    /// Whether nothing of it stands.
    pub fn is_undone(&self) -> bool {
        self.cancelled || (self.amount > 0 && self.refunded >= self.amount)
    }
}

/// A contribution to a metric and what of it has been taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// What was added.
    pub given: Contribution,
    /// How many facts were judged before the one that added it.
    pub facts: u64,
    /// What of the sum has been taken back.
    #[serde(with = "crate::memory::exact")]
    pub undone: rust_decimal::Decimal,
    /// Whether it no longer counts at all.
    pub gone: bool,
    /// The terms on which it counts, where they ask for the amount.
    pub terms: Option<Box<Terms>>,
}

/// What a condition that asks for a fact's amount read when it held. A fact about an order counts as long as it holds for the amount that
/// is left of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// The place of the fact's kind, and so of the condition, in the step or metric.
    pub place: usize,
    /// Which of the values is the amount.
    pub amount: usize,
    /// The values of the columns that the condition reads.
    pub read: Vec<Value>,
}

/// Units that an order earned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accrued {
    /// The lot.
    pub lot: Key,
    /// The unit's place in the timeline.
    pub unit: usize,
    /// Granted.
    pub amount: i64,
    /// Taken back so far.
    pub undone: i64,
    /// First day of the cap's period, for a capped rule.
    pub cap: Option<Day>,
    /// The kind of fact it is held for, as the catalogue names it.
    pub held_for: Option<Arc<str>>,
}

/// A mission step that an order counted for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stepped {
    /// The mission's rule.
    pub rule: Arc<str>,
    /// The window in which it counted.
    pub window: Day,
    /// The step's place.
    pub step: usize,
    /// The number of the version by which it counted.
    pub version: u32,
    /// The terms on which it counts, where they ask for the amount.
    pub terms: Option<Box<Terms>>,
}

impl Member {
    /// A member put together from what was stored.
    pub fn from_parts(state: State, book: Book, orders: impl IntoIterator<Item = Order>) -> Member {
        Member {
            state,
            book,
            orders: orders.into_iter().map(|order| (order.order.clone(), order)).collect(),
            touched: Vec::new(),
            undone_later: None,
        }
    }

    /// Forgets everything, keeps the memory of what grows.
    pub(crate) fn clear(&mut self) {
        let mut memories = std::mem::take(&mut self.state.memories);
        memories.iter_mut().for_each(Memory::clear);
        self.state = State { memories, ..State::default() };
        self.book.clear();
        self.orders.clear();
        self.touched.clear();
        self.undone_later = None;
    }

    /// The small part of the book, to be stored beside [`Member::state`].
    pub fn hot_book(&self) -> &HotBook {
        self.book.hot()
    }

    /// The orders changed since this was last asked.
    pub fn take_orders(&mut self) -> Vec<Order> {
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort();
        touched.dedup();
        touched.iter().filter_map(|order| self.orders.get(order).cloned()).collect()
    }

    /// Whether anything may come back to this order.
    #[inline(always)]
    pub(crate) fn keeps(&self, number: &Arc<str>) -> bool {
        self.undone_later.as_ref().is_none_or(|numbers| !numbers.is_empty() && numbers.contains(number))
    }

    /// The order of this number, made when it is new, and marked as changed.
    pub(crate) fn order_mut(&mut self, number: &Arc<str>) -> &mut Order {
        if self.touched.last() != Some(number) {
            self.touched.push(number.clone());
        }
        self.orders.entry(number.clone()).or_insert_with(|| Order { order: number.clone(), ..Order::default() })
    }
}
