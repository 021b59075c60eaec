//! The nearest ways to what a condition asks for.
//!
//! A condition is read as and/or of comparisons. Each way is a set of needs that together make it true: "38 000 more, or two more
//! orders, by 30 June". What cannot be read as a comparison is named as it is written.

use std::sync::Arc;

use ledger::Instant;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, Serializer};

use crate::calendar::{Day, Starts};
use crate::definition::{Condition, Measure};
use crate::engine::View;
use crate::expr::{Logic, Op, Value};
use crate::scope::Source;
use crate::state::Member;
use crate::timeline::Timeline;

/// The most ways that are named.
pub const MAX_WAYS: usize = 4;
/// The most ways that are looked at on the way there.
const MAX_LOOKED_AT: usize = 64;

/// Needs that together fulfil a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// What is still missing, all of it.
    pub needs: Vec<Need>,
}

/// One thing that is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// The metric or profile field; the condition itself where it is not a comparison.
    pub what: Arc<str>,
    /// As it stands.
    pub now: Value,
    /// What it is compared with.
    pub needed: Value,
    /// How: `>=` and so on.
    pub op: Op,
    /// How much more (negative: less), for numbers.
    #[serde(serialize_with = "shortest")]
    pub gap: Option<Decimal>,
    /// The last day for which what counts now still counts.
    pub by: Option<Day>,
}

/// Without zeros at its end, as values are written.
fn shortest<S: Serializer>(number: &Option<Decimal>, sink: S) -> Result<S::Ok, S::Error> {
    number.map(|number| number.normalize()).serialize(sink)
}

/// The nearest ways to fulfil a condition over standing; empty when it holds.
pub fn ways(view: View, condition: &Condition) -> Vec<Way> {
    let mut ways = walk(&condition.logic, view, condition);
    ways.retain(|way| !way.is_empty());
    ways.sort_by_cached_key(|way| (way.len(), way.iter().fold(Decimal::ZERO, |sum, need| sum.saturating_add(distance(need)))));
    ways.truncate(MAX_WAYS);
    ways.into_iter().map(|needs| Way { needs }).collect()
}

/// The ways to fulfil a condition as it will stand on another day if nothing more happens: what leaves windows until then is missing.
pub(crate) fn ways_on(timeline: &Timeline, version: usize, member: &Member, condition: &Condition, day: Day) -> Vec<Way> {
    let mut then = Member { state: member.state.clone(), ..Member::default() };
    let starts = Starts::of(day, then.state.joined.unwrap_or(day));
    for (memory, measure) in then.state.memories.iter_mut().zip(timeline.measures()) {
        memory.roll(measure, &starts);
    }
    ways(View { timeline, version, member: &then, day, fact: None, line: None }, condition)
}

/// The ways to keep a tier at the end of a grace, all of which have to be gone by the day before.
pub(crate) fn ways_to_keep(timeline: &Timeline, version: usize, member: &Member, keep: &Condition, grace_until: Instant) -> Vec<Way> {
    let zone = &timeline.versions[version].program.zone;
    let last = zone.day(Instant(grace_until.0.saturating_sub(1)));
    let mut ways = ways_on(timeline, version, member, keep, zone.day(grace_until));
    ways.iter_mut().flat_map(|way| &mut way.needs).for_each(|need| need.by = Some(last));
    ways
}

/// How far a need is from being met: what is missing as a share of what is needed; the whole of it where that is no number.
fn distance(need: &Need) -> Decimal {
    let share = need.gap.zip(need.needed.as_decimal()).and_then(|(gap, needed)| gap.abs().checked_div(needed.abs()));
    share.unwrap_or(Decimal::ONE)
}

/// All ways; a way without needs means that it holds already.
fn walk(logic: &Logic, view: View, condition: &Condition) -> Vec<Vec<Need>> {
    match logic {
        Logic::Any(parts) => {
            let mut ways: Vec<Vec<Need>> = parts.iter().flat_map(|part| walk(part, view, condition)).collect();
            if ways.iter().any(Vec::is_empty) {
                return vec![Vec::new()];
            }
            ways.truncate(MAX_LOOKED_AT);
            ways
        }
        Logic::All(parts) => parts.iter().fold(vec![Vec::new()], |ways, part| {
            let more = walk(part, view, condition);
            let joined = ways.iter().flat_map(|way| more.iter().map(move |needs| way.iter().chain(needs).cloned().collect()));
            joined.take(MAX_LOOKED_AT).collect()
        }),
        Logic::Compare { column, op, value, .. } => {
            let source = condition.compiled.sources[*column];
            let now = view.value(source);
            if logic.eval(&|column: usize| view.value(condition.compiled.sources[column])) {
                return vec![Vec::new()];
            }
            vec![vec![need(view, source, now, *op, value)]]
        }
        Logic::Other { expr, text } => {
            let holds = expr.holds(&|column: usize| view.value(condition.compiled.sources[column]));
            if holds {
                return vec![Vec::new()];
            }
            let what = Arc::from(text.as_str());
            vec![vec![Need { what, now: Value::Bool(false), needed: Value::Bool(true), op: Op::Eq, gap: None, by: None }]]
        }
    }
}

fn need(view: View, source: Source, now: Value, op: Op, needed: &Value) -> Need {
    let step = if matches!(needed, Value::Int(_)) && matches!(op, Op::Gt | Op::Lt) { Decimal::ONE } else { Decimal::ZERO };
    let gap = match (now.as_decimal().or_else(|| matches!(now, Value::Null).then_some(Decimal::ZERO)), needed.as_decimal()) {
        (Some(now), Some(needed)) => needed.checked_sub(now).map(|gap| if op == Op::Lt { gap - step } else { gap + step }),
        _ => None,
    };
    let what = crate::engine::name_of(view.timeline, view.version, source, None).into();
    Need { what, now, needed: needed.clone(), op, gap, by: by(view, source) }
}

/// Until when what counts now still counts.
fn by(view: View, source: Source) -> Option<Day> {
    let Source::Metric(metric) = source else { return None };
    let Measure::Facts(measure) = &view.timeline.versions[view.version].program.metrics[metric].measure else { return None };
    let joined = view.member.state.joined.unwrap_or(view.day);
    if let crate::calendar::Window::Current(period) = measure.window {
        return Some(period.next(view.day, joined).plus(-1));
    }
    view.member.state.memories[view.timeline.slot_of[view.version][metric]].holds_until(measure, joined)
}
