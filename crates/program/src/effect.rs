//! What a program does to many members: who stands where, what it issues month by month, and who moves against another program.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use ledger::{Instant, Move, Purpose};

use crate::calendar::Day;
use crate::engine::Out;
use crate::state::Member;
use crate::timeline::Timeline;

/// The flow of one unit in one month, in its smallest step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Flow {
    /// Issued.
    pub issued: i64,
    /// Taken back.
    pub taken_back: i64,
    /// Spent, what came back taken off.
    pub spent: i64,
    /// Lapsed.
    pub expired: i64,
}

/// Year times twelve plus month from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Month(pub i32);

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// What a program does to a set of members.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// Members looked at.
    pub members: u64,
    /// Facts judged.
    pub facts: u64,
    /// How many stand in each tier: by track and tier.
    pub tiers: BTreeMap<(Arc<str>, Arc<str>), u64>,
    /// Flow by unit and month.
    pub flows: BTreeMap<(Arc<str>, Month), Flow>,
    /// What is there at the end, by unit.
    pub outstanding: BTreeMap<Arc<str>, Outstanding>,
}

/// What is there of a unit, in its smallest step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Outstanding {
    /// In lots, to spend or set aside.
    pub free: i64,
    /// In lots that wait for their release.
    pub held: i64,
    /// Owed by members.
    pub owed: i64,
}

impl Effect {
    /// Counts one member's end state.
    pub fn count(&mut self, timeline: &Timeline, member: &Member) {
        self.members += 1;
        self.facts += member.state.facts;
        for standing in &member.state.tracks {
            *self.tiers.entry((standing.track.clone(), standing.tier_in_force().clone())).or_default() += 1;
        }
        for (at, unit) in timeline.units.iter().enumerate() {
            let balances = member.book.balances(crate::engine::unit_ix(at));
            let sums = self.outstanding.entry(unit.clone()).or_default();
            sums.free += balances.available + balances.owed + balances.reserved;
            sums.held += balances.held;
            sums.owed += balances.owed;
        }
    }

    /// Adds what another part of the members came to.
    pub fn merge(&mut self, other: Effect) {
        self.members += other.members;
        self.facts += other.facts;
        for (key, count) in other.tiers {
            *self.tiers.entry(key).or_default() += count;
        }
        for (key, flow) in other.flows {
            let sum = self.flows.entry(key).or_default();
            sum.issued += flow.issued;
            sum.taken_back += flow.taken_back;
            sum.spent += flow.spent;
            sum.expired += flow.expired;
        }
        for (key, parts) in other.outstanding {
            let sums = self.outstanding.entry(key).or_default();
            sums.free += parts.free;
            sums.held += parts.held;
            sums.owed += parts.owed;
        }
    }
}

/// Adds transfers up by unit and month without looking anything up twice.
#[derive(Debug)]
pub struct Flows<'t> {
    timeline: &'t Timeline,
    /// The month last looked at, and where its flows begin.
    month: Range<Instant>,
    at: usize,
    /// Month by month from the first one seen, the flow of each unit.
    sums: VecDeque<Flow>,
    first: Option<Month>,
}

impl<'t> Flows<'t> {
    /// Nothing has flowed yet.
    pub fn new(timeline: &'t Timeline) -> Flows<'t> {
        Flows { timeline, month: Instant::MIN..Instant::MIN, at: 0, sums: VecDeque::new(), first: None }
    }

    /// Adds what moved.
    pub fn add(&mut self, out: &Out) {
        let whole = out.transfers.iter().map(|transfer| transfer.moved());
        for moved in whole.chain(out.moves.iter().copied()) {
            let amount = moved.amount;
            match (moved.from, moved.to) {
                (Purpose::Issued, _) => self.flow(moved).issued += amount,
                (_, Purpose::Issued) => self.flow(moved).taken_back += amount,
                (_, Purpose::Spent) => self.flow(moved).spent += amount,
                (Purpose::Spent, _) => self.flow(moved).spent -= amount,
                (_, Purpose::Expired) => self.flow(moved).expired += amount,
                _ => {}
            }
        }
    }

    /// The flow that a movement is a part of.
    fn flow(&mut self, moved: Move) -> &mut Flow {
        if !self.month.contains(&moved.at) {
            self.turn_to(moved.at);
        }
        &mut self.sums[self.at + usize::from(moved.unit.0)]
    }

    /// Looks at the month of an instant; months are added at either end.
    fn turn_to(&mut self, at: Instant) {
        let (zone, units) = (self.timeline.zone(), self.timeline.units.len());
        let (year, month, _) = zone.day(at).civil();
        let (begins, month) = (Day::of_civil(year, month, 1), Month(year * 12 + i32::from(month) - 1));
        self.month = zone.start(begins)..zone.start(begins.plus_months(1));
        let first = self.first.get_or_insert(month);
        while month < *first {
            *first = Month(first.0 - 1);
            (0..units).for_each(|_| self.sums.push_front(Flow::default()));
        }
        self.at = usize::try_from(month.0 - first.0).unwrap_or(0) * units;
        if self.at >= self.sums.len() {
            self.sums.resize(self.at + units, Flow::default());
        }
    }

    /// The sums, by the names of units.
    pub fn into_effect(self, effect: &mut Effect) {
        let (units, first) = (&self.timeline.units, self.first.unwrap_or(Month(0)));
        for (at, flow) in self.sums.into_iter().enumerate().filter(|(_, flow)| *flow != Flow::default()) {
            let month = Month(first.0 + i32::try_from(at / units.len()).unwrap_or(0));
            effect.flows.insert((units[at % units.len()].clone(), month), flow);
        }
    }
}
