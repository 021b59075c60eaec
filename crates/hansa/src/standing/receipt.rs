//! A decision as a sentence with its inputs, and the facts behind the metrics of a tier decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Draw, Instant};
use program::calendar::Zone;
use program::decision::{Accrual, Availability, Change, Decision, Movement, Outcome, TakeBack, TierChange};
use program::definition::{Measure, Text};
use program::evidence::facts_behind;
use program::expr::Value;
use program::memory::Reading;
use program::{Fact, Program, Timeline};
use rust_decimal::Decimal;

use super::view::{EvidenceView, ReceiptView};
use super::words::{amount, day, time, value};

/// The most fact ids named for one metric; all are counted.
const FACTS_NAMED_MAX: usize = 20;

/// A decision with its sentence and its evidence, out of the member's facts in force.
pub fn receipt(timeline: &Timeline, decision: Decision, facts: &[Fact]) -> ReceiptView {
    let teller = Teller::of(timeline, decision.version);
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

/// The English name of what stands in the ledger or in a receipt as a rule: `earn:order-points` is `Points on orders`.
pub fn rule_name(program: &Program, rule: &str) -> String {
    let name = |found: Option<&Text>, id: &str| found.and_then(|text| text.get("en")).map_or_else(|| id.to_owned(), str::to_owned);
    match rule.split_once(':') {
        Some(("earn", id)) => name(program.earns.iter().find(|earn| *earn.id == *id).map(|earn| &earn.name), id),
        Some(("benefit", id)) => name(program.benefits.iter().find(|benefit| *benefit.id == *id).map(|benefit| &benefit.name), id),
        Some(("mission", id)) => {
            let (id, streak) = id.strip_suffix(":streak").map_or((id, ""), |id| (id, ", in a row"));
            name(program.missions.iter().find(|mission| *mission.id == *id).map(|mission| &mission.name), id) + streak
        }
        Some(("track", id)) => name(program.tracks.iter().find(|track| *track.id == *id).map(|track| &track.name), id),
        Some(("undo" | "restore", inner)) => rule_name(program, inner),
        _ => match rule {
            "spend" => "spending".to_owned(),
            "benefit-use" => "use of a benefit".to_owned(),
            "adjust" => "adjustment by staff".to_owned(),
            "share" => "passed to another company".to_owned(),
            "pool" => "received from another company".to_owned(),
            other => other.to_owned(),
        },
    }
}

/// The English name of a unit and the digits after the point of its smallest step, of the newest version that has it.
pub fn unit_name(timeline: &Timeline, id: &str) -> (String, u32) {
    Teller::of(timeline, timeline.newest().number).unit(id)
}

/// Knows the names of one version of the program.
pub struct Teller<'t> {
    timeline: &'t Timeline,
    program: &'t Program,
}

impl<'t> Teller<'t> {
    /// The names of a version; of the newest one when there is no such version.
    pub fn of(timeline: &'t Timeline, version: u32) -> Teller<'t> {
        let found = timeline.versions.iter().find(|other| other.number == version);
        Teller { timeline, program: &found.unwrap_or_else(|| timeline.newest()).program }
    }

    fn zone(&self) -> &Zone {
        &self.program.zone
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
        found.map_or_else(|| (id.to_owned(), 0), |unit| (name(&unit.name, &unit.id), unit.scale))
    }

    fn tier(&self, track: &str, tier: &str) -> String {
        let track = self.program.track(track).map(|at| &self.program.tracks[at]);
        let found = track.and_then(|track| track.tiers.iter().find(|other| *other.id == *tier));
        found.map_or_else(|| tier.to_owned(), |tier| name(&tier.name, &tier.id))
    }

    /// What was decided and why.
    pub fn sentence(&self, decision: &Decision) -> String {
        match &decision.outcome {
            Outcome::Tier(change) => self.tier_change(change),
            Outcome::Accrual(accrual) => self.accrual(accrual, decision.at),
            Outcome::TakeBack(taken) => self.take_back(taken),
            Outcome::Restoration { unit, amount, redemption } => {
                format!("{} came back: what was spent by {} was undone.", self.units(unit, *amount), redemption.fact)
            }
            Outcome::Entitled { benefit, now, by } => {
                let name = rule_name(self.program, &format!("benefit:{benefit}"));
                if *now { format!("{name} began, given by {by}.") } else { format!("{name} ended, because of {by}.") }
            }
            Outcome::Granted { benefit, unit, amount, period, expires_at } => {
                let name = rule_name(self.program, &format!("benefit:{benefit}"));
                let units = self.units(unit, *amount);
                format!("{name}: {units} granted for {period}{}.", self.expiring(*expires_at))
            }
            Outcome::Mission { done, window, steps, rewards, streak } => {
                let name = rule_name(self.program, &decision.rule);
                let window = window.as_ref().map_or_else(String::new, |window| format!(" for {window}"));
                format!("{name}{window}: {}", self.mission(*done, steps, rewards, *streak))
            }
            Outcome::Moved { what, unit, amount, lots, lots_in_all } => self.moved(*what, &self.units(unit, *amount), lots, *lots_in_all),
            Outcome::Disclosed { benefit, contact, value, year, total, cap } => {
                let name = rule_name(self.program, &format!("benefit:{benefit}"));
                let [value, total, cap] = [*value, *total, Decimal::from(*cap)].map(|minor| self.money(minor));
                format!("{name}: disclosed that {contact} received {value}; {total} of at most {cap} in {year}.")
            }
            Outcome::Noted { reason } => format!("Noted: {reason}."),
        }
    }

    fn moved(&self, what: Movement, units: &str, lots: &[Draw], lots_in_all: usize) -> String {
        let done = match what {
            Movement::Spent => "Spent",
            Movement::Reserved => "Set aside",
            Movement::Committed => "Spent what was set aside,",
            Movement::Cancelled => "Freed what was set aside,",
            Movement::Adjusted => "Staff adjusted",
            Movement::SharedOut => "Passed on",
            Movement::SharedIn => "Received",
        };
        let named: Vec<&str> = lots.iter().map(|draw| &*draw.lot.fact).collect();
        let more = lots_in_all.saturating_sub(named.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let of = if named.is_empty() { String::new() } else { format!("; lots of {}{more}", named.join(", ")) };
        format!("{done} {units}{of}.")
    }

    /// An exact amount of minor units in the program's currency.
    fn money(&self, minor: Decimal) -> String {
        let digits = program::fact::minor_digits(&self.program.currency).unwrap_or(2);
        format!("{} {}", super::words::number(minor * Decimal::new(1, digits)), self.program.currency)
    }

    fn tier_change(&self, change: &TierChange) -> String {
        let track = rule_name(self.program, &format!("track:{}", change.track));
        let (from, to) = (self.tier(&change.track, &change.from), self.tier(&change.track, &change.to));
        let mut said = match change.change {
            Change::Joined => format!("{track}: came in as {to}."),
            Change::Rose => format!("{track}: rose from {from} to {to}"),
            Change::Kept => format!("{track}: reviewed and kept {to}"),
            Change::Grace => format!("{track}: did not qualify to keep {to}"),
            Change::Fell => format!("{track}: fell from {from} to {to}"),
            Change::SetByHand => format!("{track}: staff set {to} (before: {from})."),
            Change::HandEnded => format!("{track}: what staff had set ({from}) ended; {to} is in force again."),
            Change::ProgramChanged => format!("{track}: the program changed; {from} is gone and {to} takes its place"),
        };
        if let Some(condition) = &change.condition {
            let link = if change.held { "because" } else { "for want of" };
            said.push_str(&format!(", {link} {condition}; {}", self.inputs(change)));
        }
        if !said.ends_with('.') {
            said.push('.');
        }
        if let Some(until) = change.grace_until {
            said.push_str(&format!(" It is kept until {}.", day(self.zone(), until)));
        }
        if let Some(hand) = &change.by_hand {
            let until = hand.until.map_or_else(String::new, |until| format!(" until {}", day(self.zone(), until)));
            said.push_str(&format!(" In force is {}, set by staff{until}: {}.", self.tier(&change.track, &hand.tier), hand.reason));
        }
        if !change.keep.is_empty() {
            said.push_str(&format!(" To keep it: {}.", super::words::ways(&change.keep)));
        }
        if !change.next.is_empty() {
            said.push_str(&format!(" Next tier: {}.", super::words::ways(&change.next)));
        }
        said
    }

    /// `spend_12m 61 200 (2025-04-01 to 2026-03-31, 3 facts), profile.level audited`
    fn inputs(&self, change: &TierChange) -> String {
        let metrics = change.inputs.iter().map(|(metric, reading)| {
            let counted = match counted(self.program, metric) {
                Some(what) => format!(", {}", plural(reading.facts, what)),
                None => String::new(),
            };
            let from = reading.from.map_or_else(|| "ever".to_owned(), |from| format!("{from} to {}", reading.to));
            format!("{metric} {} ({from}{counted})", value(&reading.value))
        });
        let profile = change.profile.iter().map(|(name, found)| format!("{name} {}", value(found)));
        metrics.chain(profile).collect::<Vec<_>>().join(", ")
    }

    fn accrual(&self, accrual: &Accrual, at: Instant) -> String {
        let mut said = format!("Earned {}", self.units(&accrual.unit, accrual.amount));
        let (_, scale) = self.unit(&accrual.unit);
        if let Some((cap, used)) = accrual.cap.filter(|_| accrual.uncapped != accrual.amount) {
            let [whole, cap, used] = [accrual.uncapped, cap, used].map(|steps| amount(steps, scale));
            said.push_str(&format!(" (the rule gave {whole}; of the cap of {cap}, {used} had been used)"));
        }
        said.push_str(&format!(" by {}", accrual.formula));
        if let Some(condition) = &accrual.condition {
            said.push_str(&format!(" where {condition}"));
        }
        if !accrual.inputs.is_empty() {
            said.push_str(&format!("; {}", pairs(&accrual.inputs)));
        }
        match &accrual.available {
            Availability::Now => {}
            Availability::At(release) if *release <= at => {}
            Availability::At(release) => said.push_str(&format!("; held until {}", time(self.zone(), *release))),
            Availability::On(kind) => said.push_str(&format!("; held until {kind}")),
        }
        said.push_str(&self.expiring(accrual.expires_at));
        said + "."
    }

    fn take_back(&self, taken: &TakeBack) -> String {
        let (_, scale) = self.unit(&taken.unit);
        let of = taken.lot.as_ref().map_or_else(String::new, |lot| format!(" earned by {}", lot.fact));
        let parts = [
            ("of what was held", taken.held),
            ("of what was available", taken.available),
            ("of what had lapsed", taken.expired),
            ("now owed", taken.owed),
            ("let go", taken.waived),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(_, part)| *part != 0).map(|(what, part)| format!("{} {what}", amount(*part, scale))).collect();
        format!("Took back {}{of}: {}.", self.units(&taken.unit, taken.amount), parts.join(", "))
    }

    fn mission(&self, done: bool, steps: &BTreeMap<Arc<str>, u32>, rewards: &[(Arc<str>, i64)], streak: u32) -> String {
        if !done {
            return "undone, because what it rested on was undone; its reward went back.".to_owned();
        }
        let mut said = "done".to_owned();
        let counted: Vec<String> = steps.iter().filter(|(_, count)| **count > 0).map(|(step, count)| format!("{step} {count}")).collect();
        if !counted.is_empty() {
            said.push_str(&format!(" ({})", counted.join(", ")));
        }
        let given: Vec<String> = rewards.iter().map(|(unit, amount)| self.units(unit, *amount)).collect();
        if !given.is_empty() {
            said.push_str(&format!(", for {}", given.join(" and ")));
        }
        if streak > 1 {
            said.push_str(&format!(", {streak} in a row"));
        }
        said + "."
    }

    fn expiring(&self, at: Option<Instant>) -> String {
        at.map_or_else(String::new, |at| format!("; lapses {}", time(self.zone(), at)))
    }
}

fn pairs(inputs: &BTreeMap<Arc<str>, Value>) -> String {
    inputs.iter().map(|(name, found)| format!("{name} {}", value(found))).collect::<Vec<_>>().join(", ")
}

/// What a metric counts: facts, or lines of orders; a formula counts neither.
pub fn counted(program: &Program, metric: &str) -> Option<&'static str> {
    match &program.metrics.iter().find(|other| *other.id == *metric)?.measure {
        Measure::Facts(measure) => Some(if measure.each_line { "line" } else { "fact" }),
        Measure::Formula(_) => None,
    }
}

fn plural(count: i64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{} {what}s", super::words::grouped(&count.to_string())) }
}

/// The English text, else the id.
pub fn name(text: &Text, id: &str) -> String {
    text.get("en").unwrap_or(id).to_owned()
}
