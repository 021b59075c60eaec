//! A decision as a sentence with its inputs, and the facts behind the metrics of a tier decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Draw, Instant};
use program::calendar::Zone;
use program::decision::{Accrual, Availability, Change, Decision, Movement, Outcome, TakeBack, TierChange};
use program::definition::{Measure, Text};
use program::evidence::facts_behind;
use program::memory::Reading;
use program::way::Way;
use program::{Fact, Program, Timeline};
use rust_decimal::Decimal;

use super::view::{EvidenceView, ReceiptView};
use super::words::{amount, day, time, value};
use crate::language::Language;

/// The most fact ids named for one metric; all are counted.
const FACTS_NAMED_MAX: usize = 20;

/// A decision with its sentence in a language and its evidence, out of the member's facts in force.
pub fn receipt(timeline: &Timeline, decision: Decision, facts: &[Fact], language: Language) -> ReceiptView {
    let teller = Teller::of(timeline, decision.version, language);
    let sentence = teller.sentence(&decision);
    let evidence = match &decision.outcome {
        Outcome::Tier(change) => {
            let judged = judged(facts, &decision);
            change.inputs.iter().map(|(metric, reading)| evidence(timeline, decision.version, metric, reading, judged)).collect()
        }
        _ => Vec::new(),
    };
    let Decision { key, at, version, rule, cause, outcome } = decision;
    ReceiptView { key, at, version, rule, cause, sentence, evidence, decision: outcome }
}

/// The facts that were judged when a decision fell: up to and with its cause, or before the instant at which time passed.
fn judged<'f>(facts: &'f [Fact], decision: &Decision) -> &'f [Fact] {
    let before = facts.partition_point(|fact| fact.occurred_at < decision.at);
    let Some(cause) = &decision.cause else {
        return &facts[..before];
    };
    let same = facts[before..].iter().take_while(|fact| fact.occurred_at == decision.at);
    let place = same.into_iter().position(|fact| fact.id == *cause);
    &facts[..place.map_or(before, |place| before + place + 1)]
}

fn evidence(timeline: &Timeline, version: u32, metric: &Arc<str>, reading: &Reading, judged: &[Fact]) -> EvidenceView {
    let behind = facts_behind(timeline, version, metric, reading.from, reading.to, judged);
    EvidenceView {
        metric: metric.clone(),
        value: (!reading.value.is_null()).then(|| reading.value.to_string()),
        from: reading.from.map(|day| day.to_string()),
        to: reading.to.to_string(),
        facts_in_all: behind.len(),
        facts: behind.iter().rev().take(FACTS_NAMED_MAX).map(|fact| fact.id.clone()).collect(),
    }
}

/// Knows the names of one version of the program, and says what it decided in a language.
pub struct Teller<'t> {
    timeline: &'t Timeline,
    program: &'t Program,
    language: Language,
}

impl<'t> Teller<'t> {
    /// The names of a version; of the newest one when there is no such version.
    pub fn of(timeline: &'t Timeline, version: u32, language: Language) -> Teller<'t> {
        let found = timeline.versions.iter().find(|other| other.number == version);
        Teller { timeline, program: &found.unwrap_or_else(|| timeline.newest()).program, language }
    }

    /// The newest names.
    pub fn newest(timeline: &'t Timeline, language: Language) -> Teller<'t> {
        Teller { timeline, program: &timeline.newest().program, language }
    }

    fn zone(&self) -> &Zone {
        &self.program.zone
    }

    /// A text of ours, see [`Language::put`].
    pub fn say(&self, key: &str, arguments: &[(&'static str, &str)]) -> String {
        self.language.put(key, arguments)
    }

    fn joined(&self, parts: &[String], between: &str) -> String {
        parts.join(&self.say(between, &[]))
    }

    /// A text of the program, else the id.
    pub fn name(&self, text: &Text, id: &str) -> String {
        text.get(self.language.tag()).unwrap_or(id).to_owned()
    }

    /// An amount of a unit: `1 200 Points`.
    pub fn units(&self, unit: &str, steps: i64) -> String {
        let (name, scale) = self.unit(unit);
        format!("{} {name}", amount(steps, scale))
    }

    /// Name and scale of a unit, of the newest version that has it.
    pub fn unit(&self, id: &str) -> (String, u32) {
        let newer = self.timeline.versions.iter().rev().map(|version| &*version.program);
        let found = std::iter::once(self.program).chain(newer).find_map(|program| Some(&program.units[program.unit(id)?]));
        found.map_or_else(|| (id.to_owned(), 0), |unit| (self.name(&unit.name, &unit.id), unit.scale))
    }

    /// The name of what stands in the ledger or in a receipt as a rule: `earn:order-points` is `Points on orders`.
    pub fn rule(&self, rule: &str) -> String {
        let program = self.program;
        let name = |found: Option<&Text>, id: &str| found.map_or_else(|| id.to_owned(), |text| self.name(text, id));
        match rule.split_once(':') {
            Some(("earn", id)) => name(program.earns.iter().find(|earn| *earn.id == *id).map(|earn| &earn.name), id),
            Some(("benefit", id)) => name(program.benefits.iter().find(|benefit| *benefit.id == *id).map(|benefit| &benefit.name), id),
            Some(("mission", id)) => {
                let mission = |id: &str| name(program.missions.iter().find(|mission| *mission.id == *id).map(|mission| &mission.name), id);
                match id.strip_suffix(":streak") {
                    Some(id) => self.say("rule-streak", &[("rule", &mission(id))]),
                    None => mission(id),
                }
            }
            Some(("track", id)) => name(program.tracks.iter().find(|track| *track.id == *id).map(|track| &track.name), id),
            Some(("undo" | "restore", inner)) => self.rule(inner),
            _ if ["spend", "benefit-use", "adjust", "share", "pool"].contains(&rule) => self.say(&format!("rule-{rule}"), &[]),
            _ => rule.to_owned(),
        }
    }

    /// What ways are about: the name of a metric; anything else as it is written.
    pub fn measured(&self, what: &str) -> String {
        let metric = self.program.metrics.iter().find(|metric| *metric.id == *what);
        metric.map_or_else(|| what.to_owned(), |metric| self.name(&metric.name, what))
    }

    /// The nearest ways in a sentence, see [`super::words::ways`].
    pub fn ways(&self, ways: &[Way]) -> String {
        super::words::ways(self.language, ways, &|what| self.measured(what))
    }

    /// The name of a tier.
    pub fn tier(&self, track: &str, tier: &str) -> String {
        let track = self.program.track(track).map(|at| &self.program.tracks[at]);
        let found = track.and_then(|track| track.tiers.iter().find(|other| *other.id == *tier));
        found.map_or_else(|| tier.to_owned(), |tier| self.name(&tier.name, &tier.id))
    }

    /// What was decided and why.
    pub fn sentence(&self, decision: &Decision) -> String {
        let benefit_name = |id: &str| self.rule(&format!("benefit:{id}"));
        let told = match &decision.outcome {
            Outcome::Tier(change) => return self.tier_change(change),
            Outcome::Accrual(accrual) => self.accrual(accrual, decision.at),
            Outcome::TakeBack(taken) => self.take_back(taken),
            Outcome::Restoration { unit, amount, redemption } => {
                self.say("restored", &[("units", &self.units(unit, *amount)), ("fact", &redemption.fact)])
            }
            Outcome::Entitled { benefit, now, by } => {
                let key = if *now { "benefit-began" } else { "benefit-ended" };
                self.say(key, &[("benefit", &benefit_name(benefit)), ("by", by)])
            }
            Outcome::Granted { benefit, unit, amount, period, expires_at } => {
                let (units, lapses) = (self.units(unit, *amount), self.expiring(*expires_at));
                let told = [("benefit", &*benefit_name(benefit)), ("units", &units), ("period", period), ("lapses", &lapses)];
                self.say("benefit-granted", &told)
            }
            Outcome::Mission { done, window, steps, rewards, streak } => {
                let name = self.rule(&decision.rule);
                let name = match window {
                    Some(window) => self.say("mission-window", &[("mission", &name), ("window", window)]),
                    None => name,
                };
                self.mission(&name, *done, steps, rewards, *streak)
            }
            Outcome::Moved { what, unit, amount, lots, lots_in_all } => self.moved(*what, &self.units(unit, *amount), lots, *lots_in_all),
            Outcome::Disclosed { benefit, contact, value, year, total, cap } => {
                let [value, total, cap] = [*value, *total, Decimal::from(*cap)].map(|minor| self.money(minor));
                let (name, year) = (benefit_name(benefit), year.to_string());
                let told =
                    [("benefit", &*name), ("contact", contact), ("value", &value), ("total", &total), ("cap", &cap), ("year", &year)];
                self.say("benefit-disclosed", &told)
            }
            Outcome::Noted { reason } => self.say("noted", &[("reason", reason)]),
        };
        told + &self.say("say-end", &[])
    }

    fn moved(&self, what: Movement, units: &str, lots: &[Draw], lots_in_all: usize) -> String {
        let key = match what {
            Movement::Spent => "moved-spent",
            Movement::Reserved => "moved-reserved",
            Movement::Committed => "moved-committed",
            Movement::Cancelled => "moved-cancelled",
            Movement::Adjusted => "moved-adjusted",
            Movement::SharedOut => "moved-shared-out",
            Movement::SharedIn => "moved-shared-in",
        };
        let done = self.say(key, &[("units", units)]);
        let named: Vec<&str> = lots.iter().map(|draw| &*draw.lot.fact).collect();
        let of = match lots_in_all.saturating_sub(named.len()) {
            _ if named.is_empty() => String::new(),
            0 => self.say("moved-lots", &[("lots", &named.join(", "))]),
            more => self.say("moved-lots-more", &[("lots", &named.join(", ")), ("count", &more.to_string())]),
        };
        done + &of
    }

    /// An exact amount of minor units in the program's currency.
    fn money(&self, minor: Decimal) -> String {
        let digits = program::fact::minor_digits(&self.program.currency).unwrap_or(2);
        format!("{} {}", super::words::number(minor * Decimal::new(1, digits)), self.program.currency)
    }

    fn tier_change(&self, change: &TierChange) -> String {
        let track = self.rule(&format!("track:{}", change.track));
        let (from, to) = (self.tier(&change.track, &change.from), self.tier(&change.track, &change.to));
        let key = match change.change {
            Change::Joined => "tier-joined",
            Change::Rose => "tier-rose",
            Change::Kept => "tier-kept",
            Change::Grace => "tier-grace",
            Change::Fell => "tier-fell",
            Change::SetByHand => "tier-set-by-hand",
            Change::HandEnded => "tier-hand-ended",
            Change::ProgramChanged => "tier-program-changed",
        };
        let mut said = self.say(key, &[("track", &track), ("from", &from), ("to", &to)]);
        if let Some(condition) = &change.condition {
            let link = if change.held { "tier-because" } else { "tier-for-want" };
            said += &self.say(link, &[("condition", condition), ("inputs", &self.inputs(change))]);
        }
        said += &self.say("say-end", &[]);
        if let Some(until) = change.grace_until {
            said += &self.say("tier-kept-until", &[("day", &day(self.zone(), until))]);
        }
        if let Some(hand) = &change.by_hand {
            let tier = self.tier(&change.track, &hand.tier);
            said += &match hand.until {
                None => self.say("tier-in-force", &[("tier", &tier), ("reason", &hand.reason)]),
                Some(until) => {
                    self.say("tier-in-force-until", &[("tier", &tier), ("reason", &hand.reason), ("day", &day(self.zone(), until))])
                }
            };
        }
        // Beside a condition as it is written, ways name what they are about as it does.
        let ways = |ways: &[Way]| super::words::ways(self.language, ways, &str::to_owned);
        for (key, found) in [("tier-to-keep", &change.keep), ("tier-next", &change.next)] {
            if !found.is_empty() {
                said += &self.say(key, &[("ways", &ways(found))]);
            }
        }
        said
    }

    /// `spend_12m 61 200 (2025-04-01 to 2026-03-31, 3 facts), profile.level audited`
    fn inputs(&self, change: &TierChange) -> String {
        let metrics = change.inputs.iter().map(|(metric, reading)| {
            let (from, to) = (reading.from.map(|from| from.to_string()), reading.to.to_string());
            let window = match &from {
                None => self.say("window-ever", &[]),
                Some(from) => self.say("window-days", &[("from", from), ("to", &to)]),
            };
            let read = value(self.language, &reading.value);
            match counted(self.program, metric) {
                None => self.say("input", &[("metric", metric), ("value", &read), ("window", &window)]),
                Some(what) => {
                    let counted = self.plural(reading.facts, what);
                    self.say("input-counted", &[("metric", metric), ("value", &read), ("window", &window), ("counted", &counted)])
                }
            }
        });
        let profile = change.profile.iter().map(|(name, found)| format!("{name} {}", value(self.language, found)));
        self.joined(&metrics.chain(profile).collect::<Vec<_>>(), "say-list")
    }

    fn plural(&self, count: i64, what: &str) -> String {
        let one = if count == 1 { "-one" } else { "" };
        self.say(&format!("counted-{what}{one}"), &[("count", &super::words::grouped(&count.to_string()))])
    }

    fn accrual(&self, accrual: &Accrual, at: Instant) -> String {
        let mut said = self.say("earned", &[("units", &self.units(&accrual.unit, accrual.amount))]);
        let (_, scale) = self.unit(&accrual.unit);
        if let Some((cap, used)) = accrual.cap.filter(|_| accrual.uncapped != accrual.amount) {
            let [whole, cap, used] = [accrual.uncapped, cap, used].map(|steps| amount(steps, scale));
            said += &self.say("earned-capped", &[("whole", &whole), ("cap", &cap), ("used", &used)]);
        }
        said += &self.say("earned-by", &[("formula", &accrual.formula)]);
        if let Some(condition) = &accrual.condition {
            said += &self.say("earned-where", &[("condition", condition)]);
        }
        if !accrual.inputs.is_empty() {
            let pairs: Vec<String> = accrual.inputs.iter().map(|(name, found)| format!("{name} {}", value(self.language, found))).collect();
            said += &self.say("earned-inputs", &[("inputs", &self.joined(&pairs, "say-list"))]);
        }
        let until = match &accrual.available {
            Availability::Now => None,
            Availability::At(release) => (*release > at).then(|| time(self.zone(), *release)),
            Availability::On(kind) => Some(kind.to_string()),
        };
        if let Some(until) = until {
            said += &self.say("earned-held", &[("until", &until)]);
        }
        said + &self.expiring(accrual.expires_at)
    }

    fn take_back(&self, taken: &TakeBack) -> String {
        let (_, scale) = self.unit(&taken.unit);
        let parts = [
            ("taken-back-held", taken.held),
            ("taken-back-available", taken.available),
            ("taken-back-expired", taken.expired),
            ("taken-back-owed", taken.owed),
            ("taken-back-waived", taken.waived),
        ];
        let told = |(key, part): &(&str, i64)| self.say(key, &[("amount", &amount(*part, scale))]);
        let parts: Vec<String> = parts.iter().filter(|(_, part)| *part != 0).map(told).collect();
        let (units, parts) = (self.units(&taken.unit, taken.amount), self.joined(&parts, "say-list"));
        match &taken.lot {
            None => self.say("taken-back", &[("units", &units), ("parts", &parts)]),
            Some(lot) => self.say("taken-back-of", &[("units", &units), ("parts", &parts), ("fact", &lot.fact)]),
        }
    }

    fn mission(&self, name: &str, done: bool, steps: &BTreeMap<Arc<str>, u32>, rewards: &[(Arc<str>, i64)], streak: u32) -> String {
        if !done {
            return self.say("mission-undone", &[("mission", name)]);
        }
        let mut said = self.say("mission-done", &[("mission", name)]);
        let counted: Vec<String> = steps.iter().filter(|(_, count)| **count > 0).map(|(step, count)| format!("{step} {count}")).collect();
        if !counted.is_empty() {
            said += &self.say("mission-steps", &[("steps", &self.joined(&counted, "say-list"))]);
        }
        let given: Vec<String> = rewards.iter().map(|(unit, amount)| self.units(unit, *amount)).collect();
        if !given.is_empty() {
            said += &self.say("mission-rewards", &[("rewards", &self.joined(&given, "say-plus"))]);
        }
        if streak > 1 {
            said += &self.say("mission-streak", &[("count", &streak.to_string())]);
        }
        said
    }

    fn expiring(&self, at: Option<Instant>) -> String {
        at.map_or_else(String::new, |at| self.say("lapses", &[("time", &time(self.zone(), at))]))
    }
}

/// What a metric counts: facts, or lines of orders; a formula counts neither.
pub fn counted(program: &Program, metric: &str) -> Option<&'static str> {
    match &program.metrics.iter().find(|other| *other.id == *metric)?.measure {
        Measure::Facts(measure) => Some(if measure.each_line { "line" } else { "fact" }),
        Measure::Formula(_) => None,
    }
}
