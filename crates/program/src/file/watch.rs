//! Which metrics can lift a member to a higher tier by the mere passing of time.
//!
//! Ages rise day by day; what leaves a window makes sums fall (or rise, when a refund leaves). Most conditions, such as
//! `spend_12m >= 50000`, only get harder as time goes by, and then nobody has to look.

use crate::calendar::Window;
use crate::definition::{Aggregate, Condition, Measure, Program, Track, Watch};
use crate::expr::{Logic, Op, Value};
use crate::scope::Source;

/// The watches of a track: one for each metric that its `enter` conditions read and that changes by itself.
pub(super) fn watches(program: &Program, track: &Track) -> Vec<Watch> {
    let mut found = Vec::new();
    for condition in track.tiers.iter().filter_map(|tier| tier.enter.as_ref()) {
        walk(&condition.logic, condition, program, &mut found);
    }
    let mut merged: Vec<Watch> = Vec::new();
    for watch in found {
        match merged.iter_mut().find(|other| other.metric == watch.metric) {
            None => merged.push(watch),
            Some(other) => {
                other.rising &= watch.rising;
                other.thresholds = match (other.thresholds.take(), watch.thresholds) {
                    (Some(mut a), Some(b)) => {
                        a.extend(b);
                        a.sort_unstable();
                        a.dedup();
                        Some(a)
                    }
                    _ => None,
                };
            }
        }
    }
    merged
}

fn walk(logic: &Logic, condition: &Condition, program: &Program, found: &mut Vec<Watch>) {
    match logic {
        Logic::All(parts) | Logic::Any(parts) => parts.iter().for_each(|part| walk(part, condition, program, found)),
        Logic::Compare { column, op, value, .. } => {
            if let Source::Metric(metric) = condition.compiled.sources[*column] {
                add(program, metric, matches!(op, Op::Ge | Op::Gt), thresholds(*op, value), found);
            }
        }
        Logic::Other { expr, .. } => {
            for column in expr.columns() {
                if let Source::Metric(metric) = condition.compiled.sources[*column] {
                    add(program, metric, false, None, found);
                }
            }
        }
    }
}

/// The whole numbers at which a comparison may turn true as its left side rises.
fn thresholds(op: Op, value: &Value) -> Option<Vec<i64>> {
    let (floor, exact) = match value {
        Value::Int(number) => (*number, true),
        Value::Dec(number) => (i64::try_from(number.floor().mantissa()).ok()?, number.fract().is_zero()),
        _ => return None,
    };
    Some(match op {
        Op::Ge if exact => vec![floor],
        Op::Ge | Op::Gt => vec![floor.saturating_add(1)],
        Op::Eq if exact => vec![floor],
        Op::Ne if exact => vec![floor.saturating_add(1)],
        _ => Vec::new(),
    })
}

fn add(program: &Program, metric: usize, rising: bool, thresholds: Option<Vec<i64>>, found: &mut Vec<Watch>) {
    match &program.metrics[metric].measure {
        Measure::Formula(compiled) => {
            for column in compiled.expr.columns() {
                if let Source::Metric(base) = compiled.sources[*column] {
                    add(program, base, false, None, found);
                }
            }
        }
        Measure::Facts(facts) => {
            let ages = matches!(facts.aggregate, Aggregate::Age | Aggregate::Recency);
            if ages || facts.window != Window::Lifetime {
                let falls = matches!(facts.aggregate, Aggregate::Sum | Aggregate::Count | Aggregate::Distinct | Aggregate::DistinctDays);
                found.push(Watch { metric, rising, falls, thresholds });
            }
        }
    }
}
