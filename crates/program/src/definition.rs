//! A program that has been checked: what the engine judges by.

mod benefit;
mod conditions;

use std::{collections::BTreeMap, sync::Arc};

use ledger::UnitRules;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::calendar::{Day, Expiry, Period, Span, Window, Zone};
use crate::expr::{Expr, Logic, Type};
use crate::fact::Kind;
use crate::scope::Source;

pub use benefit::{Benefit, Gives, Metered, Recipient, Rollover};
pub use conditions::{Assignee, Segment, Trigger, Watch};

/// A whole membership program, checked and compiled.
#[derive(Debug)]
pub struct Program {
    /// Short name, e.g. `standard`.
    pub id: Arc<str>,
    /// What people call it.
    pub name: Text,
    /// Where its days begin.
    pub zone: Zone,
    /// ISO 4217 code of costs and reports.
    pub currency: Arc<str>,
    /// Whether it may take effect in the past.
    pub retroactive: bool,
    /// Whether a parent company sees the standing and the balances of its subsidiaries.
    pub parents_see_subsidiaries: bool,
    /// What is counted.
    pub units: Vec<Unit>,
    /// What is measured; formulas stand after what they are made of.
    pub metrics: Vec<Metric>,
    /// The ladders.
    pub tracks: Vec<Track>,
    /// How units are earned.
    pub earns: Vec<Earn>,
    /// What standing gives.
    pub benefits: Vec<Benefit>,
    /// Tasks and challenges.
    pub missions: Vec<Mission>,
    /// Named conditions.
    pub segments: Vec<Segment>,
    /// Lifecycle stages, the first that holds counts.
    pub stages: Vec<Segment>,
    /// What staff should hear of.
    pub alerts: Vec<Segment>,
    /// What is promised to members, as the condition under which it has to be kept now.
    pub service_levels: Vec<Segment>,
    /// What is done about members in a situation.
    pub plays: Vec<Segment>,
    /// The file as it was written.
    pub source: Arc<str>,
    /// What is no mistake, but less than it should be: texts that do not speak all languages.
    pub warnings: Vec<crate::file::Problem>,
}

/// A text in the program's languages, by BCP 47 tag; under `` when it is the same in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Text(pub BTreeMap<String, String>);

impl Text {
    /// The text for a language, else in English, else any.
    pub fn get(&self, language: &str) -> Option<&str> {
        self.0.get(language).or_else(|| self.0.get("")).or_else(|| self.0.get("en")).or_else(|| self.0.values().next()).map(String::as_str)
    }
}

/// Anything countable.
#[derive(Debug)]
pub struct Unit {
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub name: Text,
    /// Decimal digits of its smallest step.
    pub scale: u32,
    /// When its lots lapse.
    pub expiry: Expiry,
    /// Shortfalls, overdraft, reinstatement.
    pub rules: UnitRules,
    /// Cost of one whole unit in the program's currency.
    pub cost: Decimal,
    /// The share of what is outstanding that is expected never to be spent, 0 to 1.
    pub breakage: Decimal,
    /// Whether subsidiaries may draw on their parent's lots.
    pub pool: bool,
}

/// A compiled expression with the origin of each of its columns.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The expression.
    pub expr: Expr,
    /// What each column of its scope is.
    pub sources: Arc<[Source]>,
}

/// How facts become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// Sum of the value.
    Sum,
    /// Number of facts (or lines).
    Count,
    /// Number of different days.
    DistinctDays,
    /// Number of different values.
    Distinct,
    /// The value of the latest fact.
    Latest,
    /// The largest value.
    Max,
    /// The smallest value.
    Min,
    /// Whole days since the first fact.
    Age,
    /// Whole days since the latest fact.
    Recency,
}

/// How undone orders count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refunds {
    /// As if the order had been smaller from the start.
    OrderDate,
    /// As a negative at the date of the refund.
    OwnDate,
    /// Not at all.
    Ignored,
}

/// What is measured of a member.
#[derive(Debug)]
pub struct Metric {
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub name: Text,
    /// The type of its value.
    pub ty: Type,
    /// How it comes about.
    pub measure: Measure,
}

/// From facts, or from other metrics.
#[derive(Debug)]
pub enum Measure {
    /// Aggregated from facts.
    Facts(FactMeasure),
    /// Worked out of metrics that stand before it.
    Formula(Compiled),
}

/// A metric aggregated from facts.
#[derive(Debug)]
pub struct FactMeasure {
    /// How.
    pub aggregate: Aggregate,
    /// Over what stretch of time.
    pub window: Window,
    /// How undone orders count.
    pub refunds: Refunds,
    /// Whether each line of an order counts for itself.
    pub each_line: bool,
    /// Condition and value for each kind of fact.
    pub kinds: Vec<KindMeasure>,
    /// Equal for equal definitions in different versions, so that both share one memory.
    pub identity: String,
    /// Equal where every fact adds the same, whatever the window and what becomes of undone orders.
    pub adds: String,
}

/// Condition and value of a metric for one kind of fact.
#[derive(Debug)]
pub struct KindMeasure {
    /// The kind.
    pub kind: Kind,
    /// What must hold.
    pub condition: Option<Compiled>,
    /// What is taken.
    pub value: Option<Compiled>,
}

/// A ladder of tiers.
#[derive(Debug)]
pub struct Track {
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub name: Text,
    /// When keeping is judged.
    pub review: Review,
    /// Whether a higher tier comes at once or at review.
    pub upgrade_at_once: bool,
    /// Whether a fall is one tier at a time.
    pub fall_one: bool,
    /// How long a tier is kept after a failed review.
    pub grace: Option<Span>,
    /// The tiers from the lowest, which needs nothing.
    pub tiers: Vec<Tier>,
    /// Metrics whose mere passing of time may lift a member.
    pub watches: Vec<Watch>,
}

/// When a tier is reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// At the start of each such period, over the period that has just ended.
    Every(Period),
    /// So long after the tier was reached or last kept.
    After(Span),
    /// Never: what is reached is kept.
    Never,
}

/// One step of the ladder.
#[derive(Debug)]
pub struct Tier {
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub name: Text,
    /// What lifts a member to it; `None` for the lowest.
    pub enter: Option<Condition>,
    /// What keeps a member in it.
    pub keep: Option<Condition>,
}

/// A condition over standing, with its and/or form.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Compiled.
    pub compiled: Compiled,
    /// As and/or of comparisons.
    pub logic: Logic,
    /// Metrics it reads, by place in the program.
    pub metrics: Vec<usize>,
}

/// A rule by which units are earned.
#[derive(Debug)]
pub struct Earn {
    /// Its id.
    pub id: Arc<str>,
    /// `earn:` and the id: the rule's name in lots and transfers.
    pub rule: Arc<str>,
    /// Its name.
    pub name: Text,
    /// The unit's place in the program.
    pub unit: usize,
    /// Whether each line of an order counts for itself.
    pub each_line: bool,
    /// Condition and amount for each kind of fact.
    pub kinds: Vec<KindEarn>,
    /// How fractions of the smallest step are rounded.
    pub rounding: Rounding,
    /// How long what is earned is held.
    pub hold: Hold,
    /// The most that may be earned.
    pub cap: Option<Cap>,
    /// When its lots lapse, if not by the unit's rule.
    pub expiry: Option<Expiry>,
    /// Lower is spent first.
    pub priority: i32,
}

/// Condition and amount of an earning rule for one kind of fact.
#[derive(Debug)]
pub struct KindEarn {
    /// The kind.
    pub kind: Kind,
    /// What must hold.
    pub condition: Option<Compiled>,
    /// How much, in whole units.
    pub amount: Compiled,
}

/// How an amount becomes whole steps of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, halves to the even one.
    HalfEven,
    /// Down.
    Down,
    /// Up.
    Up,
}

/// How long earned units are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Not at all.
    None,
    /// So long.
    For(Span),
    /// Until a fact of this kind about the same order.
    Until(Kind),
}

/// The most a rule gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// In the unit's smallest step.
    pub amount: i64,
    /// In each such period; `None` for each fact.
    pub per: Option<Period>,
}

/// A task or challenge.
#[derive(Debug)]
pub struct Mission {
    /// Its id.
    pub id: Arc<str>,
    /// `mission:` and the id.
    pub rule: Arc<str>,
    /// Its name.
    pub name: Text,
    /// Who takes part.
    pub condition: Option<Condition>,
    /// How often it begins anew; `None` for once.
    pub per: Option<Period>,
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub until: Option<Day>,
    /// All of which must be done.
    pub steps: Vec<Step>,
    /// What it gives.
    pub reward: Option<Reward>,
    /// More for keeping on: every so many windows in a row.
    pub streak: Option<(u32, Reward)>,
}

/// One step of a mission.
#[derive(Debug)]
pub struct Step {
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub name: Text,
    /// Whose task it is in the decision chain; of facts, only those of a contact with that role count.
    pub role: Option<Arc<str>>,
    /// What must be done.
    pub needs: StepNeeds,
}

/// What a step asks for.
#[derive(Debug)]
pub enum StepNeeds {
    /// So many facts.
    Facts {
        /// The kinds, each with its condition.
        kinds: Vec<(Kind, Option<Compiled>)>,
        /// How many.
        count: u32,
    },
    /// A condition over standing.
    When(Condition),
}

/// Units for a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reward {
    /// The unit's place in the program.
    pub unit: usize,
    /// In its smallest step.
    pub amount: i64,
}

impl Program {
    /// The place of a unit.
    pub fn unit(&self, id: &str) -> Option<usize> {
        self.units.iter().position(|unit| *unit.id == *id)
    }

    /// The place of a track.
    pub fn track(&self, id: &str) -> Option<usize> {
        self.tracks.iter().position(|track| *track.id == *id)
    }

    /// The place of a benefit.
    pub fn benefit(&self, id: &str) -> Option<usize> {
        self.benefits.iter().position(|benefit| *benefit.id == *id)
    }
}
