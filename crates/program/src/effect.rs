//! What a program does to many members: who stands where, what it issues month by month, and who moves against another program.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::Datelike;
use ledger::{Purpose, Transfer};

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
    /// Available, held and owed at the end, by unit.
    pub outstanding: BTreeMap<Arc<str>, [i64; 3]>,
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
            for (sum, part) in sums.iter_mut().zip([balances.available, balances.held, balances.owed]) {
                *sum += part;
            }
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
            for (sum, part) in sums.iter_mut().zip(parts) {
                *sum += part;
            }
        }
    }
}

/// Adds transfers up by unit and month without looking anything up twice.
#[derive(Debug)]
pub struct Flows<'t> {
    timeline: &'t Timeline,
    /// Day and its month, as last asked.
    month: (i32, Month),
    sums: HashMap<(u16, Month), Flow>,
}

impl<'t> Flows<'t> {
    /// Nothing has flowed yet.
    pub fn new(timeline: &'t Timeline) -> Flows<'t> {
        Flows { timeline, month: (i32::MIN, Month(0)), sums: HashMap::new() }
    }

    /// Adds transfers.
    pub fn add(&mut self, transfers: &[Transfer]) {
        for transfer in transfers {
            let day = self.timeline.zone().day(transfer.at);
            if self.month.0 != day.0 {
                let date = day.date();
                self.month = (day.0, Month(date.year() * 12 + i32::try_from(date.month0()).unwrap_or(0)));
            }
            let flow = self.sums.entry((transfer.unit.0, self.month.1)).or_default();
            match (transfer.from, transfer.to) {
                (Purpose::Issued, _) => flow.issued += transfer.amount,
                (_, Purpose::Issued) => flow.taken_back += transfer.amount,
                (_, Purpose::Spent) => flow.spent += transfer.amount,
                (Purpose::Spent, _) => flow.spent -= transfer.amount,
                (_, Purpose::Expired) => flow.expired += transfer.amount,
                _ => {}
            }
        }
    }

    /// The sums, by the names of units.
    pub fn into_effect(self, effect: &mut Effect) {
        for ((unit, month), flow) in self.sums {
            effect.flows.insert((self.timeline.units[usize::from(unit)].clone(), month), flow);
        }
    }
}
