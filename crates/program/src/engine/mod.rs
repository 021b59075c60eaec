//! The engine: facts and time in, decisions and transfers out.
//!
//! [`Engine::apply`] judges one fact, [`Engine::tick`] lets time pass. For each fact, in this order: everything due by then is done;
//! the profile and the ledger follow what the fact says; metrics count it; rules earn on it, with the tier in force *before* it;
//! tracks are judged; missions are judged. Nothing else decides about a member anywhere in Hansa.

mod benefit;
mod command;
mod earn;
mod ground;
mod measure;
mod mission;
mod person;
mod standing;
mod tick;
pub(crate) mod undo;
mod view;

use std::sync::Arc;

use ledger::{Grounds, Instant, Journal, Move, Transfer, UnitIx};
use rust_decimal::Decimal;

use crate::calendar::{Day, Starts};
use crate::decision::{Decision, Outcome};
use crate::definition::{Program, Unit};
use crate::fact::Fact;
use crate::fact::catalogue::Role;
use crate::state::{Member, Profile};
use crate::timeline::Timeline;

pub use command::refusable;
pub(crate) use view::{View, name_of};

/// Judges facts under a timeline of programs.
#[derive(Clone, Copy, Debug)]
pub struct Engine<'t> {
    timeline: &'t Timeline,
}

/// Whether a fact may still be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It arrives now: what the rules do not allow is refused and leaves nothing behind.
    Live,
    /// It is on record: it happened, and the ledger follows it even where the rules of today would not have allowed it.
    Recorded,
}

/// What the engine produced.
#[derive(Debug, Default)]
pub struct Out {
    /// Movements in the ledger, in order.
    pub transfers: Vec<Transfer>,
    /// The same without their grounds, in their place when only sums are asked for.
    pub moves: Vec<Move>,
    /// Decisions, in order; empty when `receipts` is off.
    pub decisions: Vec<Decision>,
    /// Whether decisions are written down.
    pub receipts: bool,
    bare: bool,
}

/// Transfers with their grounds, or only what moved.
impl Journal for Out {
    fn post(&mut self, moved: Move, grounds: impl FnOnce() -> Grounds) {
        if self.bare {
            self.moves.push(moved);
        } else {
            self.transfers.post(moved, grounds);
        }
    }
}

impl Out {
    /// An empty output that collects receipts.
    pub fn with_receipts() -> Out {
        Out { receipts: true, ..Out::default() }
    }

    /// An empty output that collects what moved and nothing else.
    pub fn of_moves() -> Out {
        Out { bare: true, ..Out::default() }
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.transfers.clear();
        self.moves.clear();
        self.decisions.clear();
    }
}

/// Why a fact was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ledger does not allow it.
    #[error("{0}")]
    Ledger(#[from] ledger::Refusal),
    /// It names something that the program in force does not have.
    #[error("field `{field}`: the program in force has no {what} `{id}`{hint}")]
    Unknown {
        /// The field of the body.
        field: &'static str,
        /// Unit, track, tier, benefit.
        what: &'static str,
        /// What was written.
        id: Arc<str>,
        /// A suggestion, or nothing.
        hint: String,
    },
    /// The member has no right to the benefit.
    #[error("the member is not entitled to benefit `{benefit}`")]
    NotEntitled {
        /// The benefit.
        benefit: Arc<str>,
    },
    /// The benefit goes to a person, and the fact names none.
    #[error("field `contact`: benefit `{benefit}` goes to a person; say to whom")]
    NoContact {
        /// The benefit.
        benefit: Arc<str>,
    },
    /// The company has not agreed, or no longer agrees.
    #[error(
        "field `contact`: the company's consent that `{contact}` receives benefit `{benefit}` is missing; record a `benefit.consented` first"
    )]
    NoConsent {
        /// The benefit.
        benefit: Arc<str>,
        /// The person.
        contact: Arc<str>,
    },
    /// The person would receive more in the calendar year than the program allows.
    #[error(
        "field `contact`: `{contact}` may receive {left} minor units more by benefit `{benefit}` in {year} of the cap of {cap}; this asks for {asked}"
    )]
    PersonCap {
        /// The benefit.
        benefit: Arc<str>,
        /// The person.
        contact: Arc<str>,
        /// The calendar year.
        year: i32,
        /// What was asked for, in minor units of the program's currency.
        asked: Decimal,
        /// What is left.
        left: Decimal,
        /// The cap.
        cap: i64,
    },
    /// The benefit is not counted, so it cannot be used up.
    #[error("benefit `{benefit}` is not metered, so its use is not counted")]
    NotMetered {
        /// The benefit.
        benefit: Arc<str>,
    },
}

impl<'t> Engine<'t> {
    /// An engine that judges under this timeline.
    pub fn new(timeline: &'t Timeline) -> Engine<'t> {
        Engine { timeline }
    }

    /// A member about whom nothing is known yet.
    pub fn begin(&self) -> Member {
        let mut member = Member::default();
        self.begin_again(&mut member);
        member
    }

    /// Whether orders must be remembered even when nothing undoes them.
    pub(crate) fn needs_orders(&self) -> bool {
        self.timeline.holds_for_facts
    }

    /// Forgets everything about a member and keeps the memory.
    pub fn begin_again(&self, member: &mut Member) {
        member.clear();
        member.state.timeline = self.timeline.digest();
        member.state.memories.resize_with(self.timeline.slots.len(), Default::default);
        member.state.active = vec![None; self.timeline.units.len()];
    }

    /// Judges one fact; facts of a member come in the order of [`Fact::position`].
    ///
    /// # Errors
    /// In [`Mode::Live`] what the rules do not allow; the member is then as before.
    pub fn apply(&self, member: &mut Member, fact: &Fact, mode: Mode, out: &mut Out) -> Result<(), Refusal> {
        if member.state.last.as_ref().is_some_and(|last| last.id == fact.id) {
            return Ok(()); // Said again.
        }
        let kept = (out.transfers.len(), out.decisions.len());
        let saved = (mode == Mode::Live && refusable(fact.kind)).then(|| member.clone());
        let result = self.judge(member, fact, mode, out);
        if result.is_ok() {
            member.state.last = Some(fact.position());
        } else if let Some(saved) = saved {
            *member = saved;
            out.transfers.truncate(kept.0);
            out.decisions.truncate(kept.1);
        }
        result
    }

    /// Judges facts on record, each said once, in their order. What is on record is never refused.
    pub(crate) fn apply_all(&self, member: &mut Member, facts: &[Fact], out: &mut Out) {
        let mut last = None;
        for fact in facts {
            if self.judge(member, fact, Mode::Recorded, out).is_ok() {
                last = Some(fact);
            }
        }
        member.state.last = last.map(Fact::position).or(member.state.last.take());
    }

    fn judge(&self, member: &mut Member, fact: &Fact, mode: Mode, out: &mut Out) -> Result<(), Refusal> {
        self.tick(member, fact.occurred_at, out);
        let mut step = self.step(member, fact.occurred_at, Some(&fact.id), out);
        step.keeps = fact.order_number().is_some_and(|number| step.member.keeps(number));
        step.join();
        step.profile(fact);
        step.command(fact, mode)?;
        step.order_amount(fact);
        step.measure(fact);
        step.earn(fact)?;
        step.release(fact);
        step.undo(fact, mode)?;
        step.settle_order(fact)?;
        step.judge_tracks();
        step.missions(fact);
        step.member.state.facts += 1;
        step.set_due();
        Ok(())
    }

    /// Lets time pass: everything due at or before `until` is done, each thing at its own instant.
    pub fn tick(&self, member: &mut Member, until: Instant, out: &mut Out) {
        while let Some(due) = member.state.due.filter(|due| *due <= until) {
            if self.only_ledger_is_due(member, due) {
                let before_the_rest = member.state.rest_due.map_or(until, |rest| until.min(Instant(rest.0.saturating_sub(1))));
                member.book.advance(before_the_rest, out);
                member.state.due = [member.book.due(), member.state.rest_due].into_iter().flatten().min();
                continue;
            }
            let at = due.max(member.state.clock);
            let mut step = self.step(member, at, None, out);
            step.pass();
            step.set_due();
        }
        member.state.clock = member.state.clock.max(until);
    }

    /// Whether lots are released or lapse and nothing else happens: no condition of any version looks at balances, so nobody's standing
    /// can change by it, and a member need not be judged.
    fn only_ledger_is_due(&self, member: &Member, due: Instant) -> bool {
        !self.timeline.reads_balances && member.state.joined.is_some() && member.state.rest_due.is_none_or(|rest| rest > due)
    }

    /// What the member looks like at an instant, without changing it: time passes on a copy.
    pub fn at(&self, member: &Member, until: Instant, out: &mut Out) -> Member {
        let mut copy = member.clone();
        self.tick(&mut copy, until, out);
        copy
    }

    fn step<'a>(&self, member: &'a mut Member, at: Instant, cause: Option<&'a Arc<str>>, out: &'a mut Out) -> Step<'a>
    where
        't: 'a,
    {
        let version = self.timeline.at(at);
        let program: &'t Program = &self.timeline.versions[version].program;
        let day = program.zone.day(at);
        let starts = Starts::of(day, member.state.joined.unwrap_or(day));
        Step {
            timeline: self.timeline,
            version,
            program,
            day,
            starts,
            member,
            at,
            cause,
            out,
            changed: false,
            moved: false,
            keeps: false,
            rolled: false,
            shaken: false,
        }
    }
}

/// One moment in one member's life: what the parts of the engine work on.
pub(crate) struct Step<'a> {
    pub timeline: &'a Timeline,
    pub version: usize,
    pub program: &'a Program,
    pub day: Day,
    /// When the periods began that hold it.
    pub starts: Starts,
    pub member: &'a mut Member,
    pub at: Instant,
    pub cause: Option<&'a Arc<str>>,
    pub out: &'a mut Out,
    /// Whether metrics or the profile changed, so that tracks have to be looked at.
    pub changed: bool,
    /// Whether a standing or an entitlement may have moved, so that what is due has to be looked at.
    pub moved: bool,
    /// Whether memories rolled on, so that what they watch has to be looked at.
    pub rolled: bool,
    /// Whether the order that the fact is about is remembered.
    pub keeps: bool,
    /// Whether something was taken from what a mission's reward rests on.
    pub shaken: bool,
}

impl<'a> Step<'a> {
    /// The first fact begins the member's history: standing on every track, benefits of the lowest tiers.
    fn join(&mut self) {
        if self.member.state.joined.is_some() {
            return;
        }
        self.member.state.joined = Some(self.day);
        self.member.state.clock = self.at;
        self.member.state.version = self.timeline.versions[self.version].number;
        self.join_tracks();
        self.benefits();
    }

    fn profile(&mut self, fact: &Fact) {
        let profile: &mut Profile = &mut self.member.state.profile;
        let text = |name| fact.text(name).cloned();
        if fact.kind.role() != Role::Profile {
            return;
        }
        match fact.kind.name() {
            "member.registered" | "profile.changed" => {
                profile.industry = text("industry").or(profile.industry.take());
                profile.region = text("region").or(profile.region.take());
                profile.employees = fact.int("employees").or(profile.employees);
            }
            "member.verified" => profile.level = text("level"),
            "profile.completed" => profile.score = fact.int("score"),
            _ => return,
        }
        self.changed = true;
    }

    /// The first day of the member's history.
    pub fn joined(&self) -> Day {
        self.member.state.joined.unwrap_or(self.day)
    }

    /// The place of a unit of the version in force among all units.
    pub fn unit_ix(&self, unit: usize) -> usize {
        self.timeline.unit_of[self.version][unit]
    }

    /// The definition of a unit by its place among all units; a unit that the version in force has dropped is judged by the
    /// newest version that has it.
    pub fn unit(&self, ix: usize) -> &'a Unit {
        let id = &self.timeline.units[ix];
        let here = self.program.units.iter().find(|unit| unit.id == *id);
        here.or_else(|| self.timeline.versions.iter().rev().find_map(|version| version.program.units.iter().find(|unit| unit.id == *id)))
            .unwrap_or_else(|| unreachable!("every unit of a timeline stands in one of its versions"))
    }

    /// Writes a decision down.
    pub fn decide(&mut self, rule: &Arc<str>, outcome: impl FnOnce(&Self) -> Outcome) {
        if !self.out.receipts {
            return;
        }
        let outcome = outcome(self);
        let stem = match self.cause {
            Some(fact) => format!("{rule}/{fact}"),
            None => format!("{rule}@{}", self.at.0),
        };
        // A rule may decide more than once at one moment, e.g. take back two lots; only the latest decisions can be of this moment.
        let before = self.out.decisions.iter().rev().take_while(|other| other.at == self.at && other.cause.as_ref() == self.cause);
        let count = before.filter(|other| other.rule == *rule).count();
        let key = if count == 0 { stem } else { format!("{stem}#{count}") };
        let version = self.timeline.versions[self.version].number;
        self.out.decisions.push(Decision { key, at: self.at, version, rule: rule.clone(), cause: self.cause.cloned(), outcome });
    }

    /// Remembers that a unit was earned or spent. What cannot be used yet does not lapse for want of use: its time begins with its
    /// release.
    pub fn active(&mut self, unit: usize, from: Instant) {
        let active = &mut self.member.state.active[unit];
        *active = Some(active.map_or(from, |known| known.max(from)));
    }
}

/// Places of units are small.
pub(crate) fn unit_ix(unit: usize) -> UnitIx {
    UnitIx(u16::try_from(unit).unwrap_or(u16::MAX))
}
