//! The versions of the program over time, and what they share.
//!
//! The version in force at an instant is the one with the highest number among those in effect by then. Metrics with the same
//! definition in several versions share one memory, so a new version starts with the whole history measured.

use std::sync::Arc;

use ledger::Instant;
use sha2::{Digest, Sha256};

use crate::calendar::{Day, Expiry, Starts, Zone};
use crate::definition::{Compiled, FactMeasure, Hold, KindMeasure, Measure, Program};
use crate::fact::{Kind, catalogue::KINDS};
use crate::state::State;

/// One version of the program in its time.
#[derive(Clone, Debug)]
pub struct Version {
    /// Counted up from 1 as versions are applied.
    pub number: u32,
    /// From when it judges.
    pub from: Instant,
    /// What it says.
    pub program: Arc<Program>,
}

/// All versions in force over time, indexed for the engine.
#[derive(Debug)]
pub struct Timeline {
    /// Stretches in order of time: from when, and the place in `versions`.
    stretches: Vec<(Instant, usize)>,
    /// The versions by number.
    pub versions: Vec<Version>,
    /// Ids of all units of all versions; a unit's place here is its [`ledger::UnitIx`].
    pub units: Vec<Arc<str>>,
    /// Every metric measured from facts: the version and metric that define it first.
    pub(crate) slots: Vec<Slot>,
    /// For each kind of fact, the slots it feeds; those to which it adds the same stand beside each other.
    pub(crate) feeds: Vec<Vec<Feed>>,
    /// For each version, the slot of each metric (`usize::MAX` for formulas).
    pub(crate) slot_of: Vec<Vec<usize>>,
    /// For each version, the place of each of its units in `units`.
    pub(crate) unit_of: Vec<Vec<usize>>,
    /// For each version and kind, the earning rules and steps that look at it.
    pub(crate) rules: Vec<Vec<KindRules>>,
    /// Whether any condition over standing looks at a balance, so that a lot's release or lapse may change a standing.
    pub(crate) reads_balances: bool,
    /// Whether any unit lapses for want of activity.
    pub(crate) idles: bool,
    /// Whether anything of any version is held until a fact about the same order comes.
    pub(crate) holds_for_facts: bool,
    /// Whether all versions count days in one time zone.
    pub(crate) one_zone: bool,
    digest: u64,
}

/// A metric's memory.
#[derive(Debug)]
pub(crate) struct Slot {
    version: usize,
    metric: usize,
}

/// A slot that a kind of fact feeds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Feed {
    pub slot: usize,
    /// The kind's place in the definition.
    pub place: usize,
    /// Whether it adds the same as to the slot before.
    pub same: bool,
}

/// What of a version looks at a kind of fact.
#[derive(Debug, Default)]
pub(crate) struct KindRules {
    /// Earning rules: place, and the kind's place in the rule.
    pub earns: Vec<(usize, usize)>,
    /// Mission steps: mission, step, and the kind's place in the step.
    pub steps: Vec<(usize, usize, usize)>,
    /// Whether any hold of this version waits for this kind.
    pub releases: bool,
}

impl Timeline {
    /// Lines the versions up; there must be at least one.
    pub fn new(mut versions: Vec<Version>) -> Timeline {
        assert!(!versions.is_empty(), "a timeline has at least one version");
        versions.sort_by_key(|version| version.number);
        let mut timeline = Timeline {
            stretches: stretches(&versions),
            units: Vec::new(),
            slots: Vec::new(),
            feeds: (0..KINDS.len()).map(|_| Vec::new()).collect(),
            slot_of: Vec::new(),
            unit_of: Vec::new(),
            rules: Vec::new(),
            reads_balances: versions.iter().any(|version| reads_balances(&version.program)),
            idles: versions.iter().flat_map(|version| &version.program.units).any(|unit| matches!(unit.expiry, Expiry::Idle(_))),
            holds_for_facts: versions.iter().flat_map(|version| &version.program.earns).any(|earn| matches!(earn.hold, Hold::Until(_))),
            one_zone: versions.iter().all(|version| version.program.zone.tz() == versions[0].program.zone.tz()),
            digest: digest(&versions),
            versions,
        };
        for at in 0..timeline.versions.len() {
            timeline.index(at);
        }
        timeline
    }

    /// A timeline of one program that has always been in force.
    pub fn always(program: Program) -> Timeline {
        Timeline::new(vec![Version { number: 1, from: Instant::MIN, program: Arc::new(program) }])
    }

    /// The same versions compiled anew. Names are counted references; threads that judge side by side would take turns at the counts of
    /// those they share, so each works with a timeline of its own.
    pub fn apart(&self) -> Timeline {
        let anew = |version: &Version| {
            let program = Program::parse(&version.program.source).map_or_else(|_| version.program.clone(), Arc::new);
            Version { program, ..version.clone() }
        };
        Timeline::new(self.versions.iter().map(anew).collect())
    }

    /// Changes whenever standing computed under this timeline could differ.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// The place of the version in force at an instant; before the first version, the first.
    pub fn at(&self, at: Instant) -> usize {
        let after = self.stretches.partition_point(|(from, _)| *from <= at);
        self.stretches[after.saturating_sub(1)].1
    }

    /// The version in force at an instant.
    pub fn version(&self, at: Instant) -> &Version {
        &self.versions[self.at(at)]
    }

    /// The newest version.
    pub fn newest(&self) -> &Version {
        &self.versions[self.versions.len() - 1]
    }

    /// The first change of version after an instant.
    pub fn next_change(&self, at: Instant) -> Option<Instant> {
        // The first version judges what came before it, too: its own start changes nothing.
        let after = self.stretches.partition_point(|(from, _)| *from <= at).max(1);
        self.stretches.get(after).map(|(from, _)| *from)
    }

    /// Whether a hold of any version waits for this kind of fact.
    pub(crate) fn releases(&self, kind: Kind) -> bool {
        self.rules.iter().any(|kinds| kinds[usize::from(kind.0)].releases)
    }

    /// Whether any unit lapses for want of use, with all its lots at once.
    pub fn lapses_unused(&self) -> bool {
        self.idles
    }

    /// The time zone in which days are counted: the newest version's.
    pub fn zone(&self) -> &Zone {
        &self.newest().program.zone
    }

    /// The place of a unit among all units.
    pub fn unit(&self, id: &str) -> Option<usize> {
        self.units.iter().position(|unit| **unit == *id)
    }

    #[inline(always)]
    pub(crate) fn measure(&self, slot: usize) -> &FactMeasure {
        let Slot { version, metric } = self.slots[slot];
        match &self.versions[version].program.metrics[metric].measure {
            Measure::Facts(measure) => measure,
            Measure::Formula(_) => unreachable!("slots are made for facts only"),
        }
    }

    pub(crate) fn measures(&self) -> impl Iterator<Item = &FactMeasure> {
        (0..self.slots.len()).map(|slot| self.measure(slot))
    }

    /// The day of an instant on which a metric counts: that of the version which defines it. A metric is the same in two versions only
    /// when they count days in one zone.
    pub(crate) fn day_of(&self, slot: usize, at: Instant) -> Day {
        self.versions[self.slots[slot].version].program.zone.day(at)
    }

    /// Rolls every memory to the day of an instant, which is `day` in the zone of the version in force.
    pub(crate) fn roll(&self, state: &mut State, day: Day, at: Instant, starts: &Starts) {
        for (slot, memory) in state.memories.iter_mut().enumerate().filter(|(_, memory)| memory.rolls()) {
            let measure = self.measure(slot);
            if self.one_zone {
                if !memory.surely_holds(measure, day) {
                    memory.roll(measure, starts);
                }
            } else {
                memory.roll(measure, &starts.on(self.day_of(slot, at)));
            }
        }
    }

    #[inline(always)]
    pub(crate) fn kind_measure(&self, slot: usize, place: usize) -> &KindMeasure {
        &self.measure(slot).kinds[place]
    }

    fn feed(&mut self, kind: Kind, slot: usize, place: usize) {
        let feeds = &self.feeds[usize::from(kind.0)];
        let alike = feeds.iter().rposition(|feed| self.measure(feed.slot).adds == self.measure(slot).adds);
        let at = alike.map_or(feeds.len(), |alike| alike + 1);
        self.feeds[usize::from(kind.0)].insert(at, Feed { slot, place, same: alike.is_some() });
    }

    fn index(&mut self, at: usize) {
        let program = self.versions[at].program.clone();
        let mut slots = Vec::new();
        for (place, metric) in program.metrics.iter().enumerate() {
            let Measure::Facts(measure) = &metric.measure else {
                slots.push(usize::MAX);
                continue;
            };
            let known = (0..self.slots.len()).find(|slot| self.measure(*slot).identity == measure.identity);
            let slot = known.unwrap_or_else(|| {
                self.slots.push(Slot { version: at, metric: place });
                for (kind_at, kind) in measure.kinds.iter().enumerate() {
                    self.feed(kind.kind, self.slots.len() - 1, kind_at);
                }
                self.slots.len() - 1
            });
            slots.push(slot);
        }
        self.slot_of.push(slots);
        let mut units = Vec::new();
        for unit in &program.units {
            units.push(self.unit(&unit.id).unwrap_or_else(|| {
                self.units.push(unit.id.clone());
                self.units.len() - 1
            }));
        }
        self.unit_of.push(units);
        self.rules.push(kind_rules(&program));
    }
}

/// Whether a condition that is judged as time passes looks at a balance: of a tier, or a formula that one may read.
fn reads_balances(program: &Program) -> bool {
    let tiers = program.tracks.iter().flat_map(|track| &track.tiers);
    let conditions = tiers.flat_map(|tier| [&tier.enter, &tier.keep]).flatten().map(|condition| &condition.compiled);
    let formulas = program.metrics.iter().filter_map(|metric| match &metric.measure {
        Measure::Formula(compiled) => Some(compiled),
        Measure::Facts(_) => None,
    });
    let reads = |compiled: &Compiled| {
        let mut columns = compiled.expr.columns().iter();
        columns.any(|column| matches!(compiled.sources[*column], crate::scope::Source::Balance(_)))
    };
    conditions.chain(formulas).any(reads)
}

fn kind_rules(program: &Program) -> Vec<KindRules> {
    let mut rules: Vec<KindRules> = (0..KINDS.len()).map(|_| KindRules::default()).collect();
    let of = |kind: Kind| usize::from(kind.0);
    for (at, earn) in program.earns.iter().enumerate() {
        for (kind_at, kind) in earn.kinds.iter().enumerate() {
            rules[of(kind.kind)].earns.push((at, kind_at));
        }
        if let crate::definition::Hold::Until(kind) = &earn.hold {
            rules[of(*kind)].releases = true;
        }
    }
    for (at, mission) in program.missions.iter().enumerate() {
        for (step_at, step) in mission.steps.iter().enumerate() {
            if let crate::definition::StepNeeds::Facts { kinds, .. } = &step.needs {
                for (kind_at, (kind, _)) in kinds.iter().enumerate() {
                    rules[of(*kind)].steps.push((at, step_at, kind_at));
                }
            }
        }
    }
    rules
}

/// At every start of a version, the highest number among those begun by then.
fn stretches(versions: &[Version]) -> Vec<(Instant, usize)> {
    let mut starts: Vec<Instant> = versions.iter().map(|version| version.from).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut stretches: Vec<(Instant, usize)> = Vec::new();
    for start in starts {
        let newest = versions.iter().rposition(|version| version.from <= start).unwrap_or(0);
        if stretches.last().is_none_or(|(_, before)| *before != newest) {
            stretches.push((start, newest));
        }
    }
    stretches
}

fn digest(versions: &[Version]) -> u64 {
    /// Raised when the engine itself judges differently than before.
    const ENGINE: u32 = 9;
    // It is stored, so it must be the same in every build, which the standard library's hasher does not promise.
    let mut hasher = Sha256::new();
    hasher.update(ENGINE.to_be_bytes());
    for version in versions {
        hasher.update(version.number.to_be_bytes());
        hasher.update(version.from.0.to_be_bytes());
        hasher.update((version.program.source.len() as u64).to_be_bytes());
        hasher.update(version.program.source.as_bytes());
    }
    let digest = hasher.finalize();
    digest.iter().take(8).fold(0, |digest, byte| digest << 8 | u64::from(*byte))
}
