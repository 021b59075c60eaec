//! What an expression sees: the fact, its line and the member's standing.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::unit_ix;
use crate::calendar::Day;
use crate::definition::{Compiled, Condition, Measure};
use crate::expr::{Row, Value};
use crate::fact::{Fact, Line};
use crate::memory::Reading;
use crate::scope::{LinePart, ProfilePart, Source};
use crate::state::Member;
use crate::timeline::Timeline;

/// The values behind the names of an expression.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub timeline: &'a Timeline,
    /// The place of the version whose names are meant.
    pub version: usize,
    pub member: &'a Member,
    /// The local day on which metrics are read; their memories are rolled to it.
    pub day: Day,
    pub fact: Option<&'a Fact>,
    pub line: Option<&'a Line>,
}

struct Named<'a> {
    view: &'a View<'a>,
    sources: &'a [Source],
}

impl Row for Named<'_> {
    fn get(&self, column: usize) -> Value {
        self.view.value(self.sources[column])
    }

    fn peek(&self, column: usize) -> Option<&Value> {
        match self.sources[column] {
            Source::Field(place) => self.view.fact.map(|fact| fact.body.at(place)),
            _ => None,
        }
    }

    #[inline(always)]
    fn against(&self, column: usize, constant: &Value) -> Option<Ordering> {
        match self.sources[column] {
            Source::Metric(metric) => self.view.metric(metric).compare(constant),
            _ => self.peek(column).map_or_else(|| self.get(column).compare(constant), |held| held.compare(constant)),
        }
    }

    #[inline(always)]
    fn text(&self, column: usize) -> Option<&str> {
        match self.sources[column] {
            Source::Field(place) => self.view.fact?.body.at(place).as_text(),
            Source::Line(LinePart::Category) => self.view.line?.category.as_deref(),
            Source::Tier(track) => self.view.standing(track).map(|standing| &**standing.tier_in_force()),
            _ => None,
        }
    }
}

impl<'a> View<'a> {
    /// The value of a compiled expression.
    pub fn eval(&self, compiled: &Compiled) -> Value {
        compiled.expr.eval(&Named { view: self, sources: &compiled.sources })
    }

    /// The number that a compiled amount comes to.
    pub fn number(&self, compiled: &Compiled) -> Option<Decimal> {
        compiled.expr.number(&Named { view: self, sources: &compiled.sources })
    }

    /// Whether a compiled condition holds.
    pub fn holds(&self, compiled: &Compiled) -> bool {
        compiled.expr.holds(&Named { view: self, sources: &compiled.sources })
    }

    /// Whether there is no condition, or it holds.
    pub fn passes(&self, condition: Option<&Compiled>) -> bool {
        condition.is_none_or(|condition| self.holds(condition))
    }

    /// The value behind one name.
    pub fn value(&self, source: Source) -> Value {
        match source {
            Source::Field(place) => self.fact.map_or(Value::Null, |fact| fact.body.at(place).clone()),
            Source::Kind => self.fact.map_or(Value::Null, |fact| Value::Text(fact.kind.name().into())),
            Source::OccurredAt => self.fact.map_or(Value::Null, |fact| Value::Time(fact.occurred_at)),
            Source::Sender => self.fact.map_or(Value::Null, |fact| Value::Text(fact.source.clone())),
            Source::Line(part) => self.line.map_or(Value::Null, |line| line_part(line, part)),
            Source::Metric(metric) => self.metric(metric),
            Source::Profile(part) => self.profile(part),
            Source::Tier(track) => self.standing(track).map_or(Value::Null, |standing| Value::Text(standing.tier_in_force().clone())),
            Source::Rank(track) => self.standing(track).map_or(Value::Null, |standing| whole(standing.rank_in_force())),
            Source::Balance(unit) => {
                let ix = self.timeline.unit_of[self.version][unit];
                Value::Int(self.member.book.balances(unit_ix(ix)).available)
            }
        }
    }

    /// What a metric of the version says.
    #[inline(always)]
    pub fn metric(&self, metric: usize) -> Value {
        match &self.timeline.versions[self.version].program.metrics[metric].measure {
            Measure::Formula(compiled) => self.eval(compiled),
            Measure::Facts(measure) => self.member.state.memories[self.timeline.slot_of[self.version][metric]].value(measure, self.day),
        }
    }

    /// What a metric says, with the stretch it covers.
    pub fn reading(&self, metric: usize) -> Reading {
        let joined = self.member.state.joined.unwrap_or(self.day);
        match &self.timeline.versions[self.version].program.metrics[metric].measure {
            Measure::Formula(compiled) => Reading { value: self.eval(compiled), from: None, to: self.day, facts: 0 },
            Measure::Facts(measure) => {
                self.member.state.memories[self.timeline.slot_of[self.version][metric]].reading(measure, self.day, joined)
            }
        }
    }

    /// The names and values that a compiled expression reads.
    pub fn inputs(&self, compiled: &Compiled) -> Vec<(Source, Value)> {
        compiled.expr.columns().iter().map(|column| (compiled.sources[*column], self.value(compiled.sources[*column]))).collect()
    }

    /// Whether a condition over standing holds.
    pub fn meets(&self, condition: &Condition) -> bool {
        self.holds(&condition.compiled)
    }

    #[inline(always)]
    fn standing(&self, track: usize) -> Option<&'a crate::state::Standing> {
        let state = &self.member.state;
        let at = state.standing_at(track, &self.timeline.versions[self.version].program.tracks[track].id)?;
        Some(&state.tracks[at])
    }

    fn profile(&self, part: ProfilePart) -> Value {
        let profile = &self.member.state.profile;
        let text = |text: &Option<std::sync::Arc<str>>| text.clone().map_or(Value::Null, Value::Text);
        match part {
            ProfilePart::Level => text(&profile.level),
            ProfilePart::Industry => text(&profile.industry),
            ProfilePart::Region => text(&profile.region),
            ProfilePart::Score => profile.score.map_or(Value::Null, Value::Int),
            ProfilePart::Employees => profile.employees.map_or(Value::Null, Value::Int),
        }
    }
}

fn line_part(line: &Line, part: LinePart) -> Value {
    let text = |text: &Option<std::sync::Arc<str>>| text.clone().map_or(Value::Null, Value::Text);
    match part {
        LinePart::Sku => text(&line.sku),
        LinePart::Category => text(&line.category),
        LinePart::Quantity => line.quantity.map_or(Value::Null, Value::Dec),
        LinePart::Amount => Value::Dec(line.amount),
    }
}

fn whole(number: usize) -> Value {
    i64::try_from(number).map_or(Value::Null, Value::Int)
}

/// The name of an origin in receipts.
pub fn name_of(timeline: &Timeline, version: usize, source: Source, fact: Option<&Fact>) -> String {
    let program = &timeline.versions[version].program;
    match source {
        Source::Field(place) => fact.map_or_else(String::new, |fact| fact.kind.spec().fields[place].name.to_owned()),
        Source::Kind => "fact.kind".to_owned(),
        Source::OccurredAt => "occurred_at".to_owned(),
        Source::Sender => "fact.source".to_owned(),
        Source::Line(part) => format!("line.{part:?}").to_lowercase(),
        Source::Metric(metric) => program.metrics[metric].id.to_string(),
        Source::Profile(part) => format!("profile.{part:?}").to_lowercase(),
        Source::Tier(track) => format!("{}.tier", program.tracks[track].id),
        Source::Rank(track) => format!("{}.rank", program.tracks[track].id),
        Source::Balance(unit) => format!("{}.balance", program.units[unit].id),
    }
}
