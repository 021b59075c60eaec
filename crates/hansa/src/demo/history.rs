//! The history of one member as systems record it: with delays, and now and then with mistakes that are put right later.

use std::sync::Arc;

use ledger::Instant;
use program::{
    expr::Value,
    fact::{Body, Fact, Kind, Line},
};
use rust_decimal::Decimal;

use super::{
    calendar::{Calendar, MICROS_A_DAY},
    chance::{Chance, Purpose},
    companies::Company,
};

/// The share of facts that reach the platform days late.
pub const LATE_SHARE: f64 = 0.015;
/// The most days that a late fact is late.
pub const LATE_DAYS_MOST: i64 = 20;
/// The share of completed orders first recorded with a wrong amount.
const MISTAKEN_SHARE: f64 = 0.006;
/// The share of completed orders recorded twice, and of talks logged with the wrong company, each retracted later.
const RETRACTED_SHARE: f64 = 0.004;
const SECOND: i64 = 1_000_000;

/// The system that records.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// The marketplace itself: at once.
    Shop,
    /// The sellers' ERP: within hours.
    Erp,
    /// Sales and service staff: within an hour or two.
    Crm,
}

/// A fact to record, save for its body.
pub(super) struct Entry {
    kind: Kind,
    at: Instant,
    source: Source,
    actor: Option<Arc<str>>,
    /// What makes the id telling; else a running number does.
    label: Option<String>,
    prompt: bool,
}

impl Entry {
    pub(super) fn new(kind: &str, at: Instant, source: Source) -> Self {
        Entry { kind: Kind::named(kind), at, source, actor: None, label: None, prompt: false }
    }

    pub(super) fn by(mut self, actor: &Arc<str>) -> Self {
        self.actor = Some(actor.clone());
        self
    }

    pub(super) fn labelled(mut self, label: String) -> Self {
        self.label = Some(label);
        self
    }

    /// Never recorded late: what other facts lean on.
    pub(super) fn promptly(mut self) -> Self {
        self.prompt = true;
        self
    }
}

/// A contact as facts name it.
pub(super) struct Person {
    pub(super) id: Arc<str>,
    pub(super) role: Arc<str>,
}

/// What is recorded of one member.
pub(super) struct History {
    member: Arc<str>,
    manager: Arc<str>,
    people: Vec<Person>,
    as_of: Instant,
    chance: Chance,
    sources: [Arc<str>; 3],
    facts: Vec<Fact>,
}

impl History {
    pub(super) fn new(index: usize, company: &Company, seed: u64, calendar: &Calendar) -> Self {
        let arc = |text: &Option<String>| Arc::from(text.as_deref().unwrap_or_default());
        let people = company.contacts.iter().map(|one| Person { id: Arc::from(one.id.as_str()), role: arc(&one.role) }).collect();
        History {
            member: Arc::from(company.member.id.as_str()),
            manager: arc(&company.member.account_manager),
            people,
            as_of: calendar.as_of(),
            chance: Chance::of_member(seed, index, Purpose::Recording),
            sources: ["shop", "erp", "crm"].map(Arc::from),
            facts: Vec::with_capacity(64),
        }
    }

    /// The contacts; the first is in procurement.
    pub(super) fn people(&self) -> &[Person] {
        &self.people
    }

    /// The staff member in charge.
    pub(super) fn manager(&self) -> Arc<str> {
        self.manager.clone()
    }

    /// Records a fact; `None` when it would happen or become known only after the end of history.
    pub(super) fn record(&mut self, entry: Entry, fields: &[(&str, Value)]) -> Option<Instant> {
        self.record_with_lines(entry, fields, Vec::new())
    }

    /// As [`History::record`], with the lines of an order.
    pub(super) fn record_with_lines(&mut self, entry: Entry, fields: &[(&str, Value)], lines: Vec<Line>) -> Option<Instant> {
        let recorded_at = self.recorded_at(&entry);
        self.push(&entry, entry.at, recorded_at, None, build(entry.kind, fields, lines))
    }

    /// Records the completion of an order and, seldom, a mistake with it: a wrong amount corrected days later, or a second
    /// recording retracted. `None` when the right amount stays unknown until the end of history.
    pub(super) fn record_completion(
        &mut self,
        order: &Arc<str>,
        at: Instant,
        amount_minor: i64,
        fields: &[(&str, Value)],
        lines: Vec<Line>,
    ) -> Option<Instant> {
        let entry = |suffix: &str| Entry::new("order.completed", at, Source::Erp).labelled(format!("{order}:completed{suffix}"));
        let known_at = Instant(at.0 + self.chance.whole(1, 12) * MICROS_A_DAY);
        if self.chance.happens(MISTAKEN_SHARE) && known_at <= self.as_of {
            let excess_minor = amount_minor / 10;
            let first = entry("");
            let mistaken = build(first.kind, &with_amount(fields, amount_minor + excess_minor), raised(&lines, excess_minor));
            let recorded_at = Instant(at.0 + self.chance.whole(600, 18_000) * SECOND);
            self.push(&first, at, recorded_at, None, mistaken)?;
            let wrong = self.facts.last().map(|fact| fact.id.clone());
            let right = entry(":corrected");
            return self.push(&right, at, known_at, wrong, build(right.kind, fields, lines));
        }
        if self.chance.happens(RETRACTED_SHARE) && known_at <= self.as_of {
            let double = entry(":again");
            let recorded_at = Instant(at.0 + self.chance.whole(18_001, 40_000) * SECOND);
            self.push(&double, at, recorded_at, None, build(double.kind, fields, lines.clone()));
            self.retract_last(known_at, "recorded twice");
        }
        self.record_with_lines(entry(""), fields, lines)
    }

    /// Seldom retracts the fact recorded last, as one that belongs to another company.
    pub(super) fn perhaps_misattributed(&mut self) {
        let known_at = self.facts.last().map(|fact| Instant(fact.recorded_at.0 + 2 * MICROS_A_DAY));
        if let Some(known_at) = known_at.filter(|&at| at <= self.as_of)
            && self.chance.happens(RETRACTED_SHARE)
        {
            self.retract_last(known_at, "logged with the wrong company");
        }
    }

    /// How many facts.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// The facts in the order of judgement.
    pub(super) fn into_facts(self) -> Vec<Fact> {
        let mut facts = self.facts;
        facts.sort_by(Fact::order);
        facts
    }

    fn retract_last(&mut self, at: Instant, reason: &str) {
        let Some(id) = self.facts.last().map(|fact| fact.id.clone()) else {
            return;
        };
        let label = format!("{}:retracted", id.trim_start_matches("demo:"));
        let entry = Entry::new("fact.retracted", at, Source::Crm).labelled(label);
        let body = build(entry.kind, &[("reason", text(reason))], Vec::new());
        self.push(&entry, at, at, Some(id), body);
    }

    fn recorded_at(&mut self, entry: &Entry) -> Instant {
        let seconds = match entry.source {
            Source::Shop => self.chance.whole(0, 4),
            Source::Erp => self.chance.whole(600, 18_000),
            Source::Crm => self.chance.whole(60, 7_200),
        };
        let late = !entry.prompt && self.chance.happens(LATE_SHARE);
        let days = if late { self.chance.whole(1, LATE_DAYS_MOST) } else { 0 };
        Instant(entry.at.0 + seconds * SECOND + days * MICROS_A_DAY)
    }

    fn push(&mut self, entry: &Entry, at: Instant, recorded_at: Instant, corrects: Option<Arc<str>>, body: Body) -> Option<Instant> {
        if at > self.as_of || recorded_at > self.as_of {
            return None;
        }
        let id = match &entry.label {
            Some(label) => format!("demo:{label}"),
            None => format!("demo:{}:{}:{}", self.member, entry.kind.name(), self.facts.len()),
        };
        self.facts.push(Fact {
            id: Arc::from(id),
            member: self.member.clone(),
            kind: entry.kind,
            occurred_at: at,
            recorded_at,
            source: self.sources[entry.source as usize].clone(),
            actor: entry.actor.clone(),
            corrects,
            body,
        });
        Some(at)
    }
}

/// Money of so many minor units of CNY.
pub(super) fn money(minor: i64) -> Value {
    Value::Dec(Decimal::new(minor, 2))
}

/// Text.
pub(super) fn text(text: impl AsRef<str>) -> Value {
    Value::Text(Arc::from(text.as_ref()))
}

/// A whole number.
pub(super) fn count(number: i64) -> Value {
    Value::Int(number)
}

fn build(kind: Kind, fields: &[(&str, Value)], lines: Vec<Line>) -> Body {
    Body::build(kind, fields, lines).expect("the generator writes the fields of the catalogue")
}

fn with_amount<'a>(fields: &[(&'a str, Value)], amount_minor: i64) -> Vec<(&'a str, Value)> {
    fields.iter().map(|(name, value)| (*name, if *name == "amount" { money(amount_minor) } else { value.clone() })).collect()
}

fn raised(lines: &[Line], excess_minor: i64) -> Vec<Line> {
    let mut lines = lines.to_vec();
    if let Some(last) = lines.last_mut() {
        last.amount += Decimal::new(excess_minor, 2);
    }
    lines
}
