//! What a simulation came to, as JSON.

use ledger::Instant;
use program::Timeline;
use program::effect::{Effect, Flow};
use program::fact::minor_digits;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{Comparison, Reasons, by_month};
use crate::standing::words::rfc3339;

/// What is outstanding at its cost in the currency of the program, as `report liability` has it: free to spend or set aside; what still waits
/// for its release is owed to nobody yet. Breakage is not taken off.
pub fn outstanding_cost(effect: &Effect, timeline: &Timeline) -> Decimal {
    let sums = effect.outstanding.iter().map(|(unit, there)| cost(timeline, unit, there.free));
    sums.sum()
}

/// So many of a unit's smallest steps at its cost, rounded to minor units of the program's currency.
pub fn cost(timeline: &Timeline, unit: &str, steps: i64) -> Decimal {
    let program = &timeline.newest().program;
    let digits = minor_digits(&program.currency).unwrap_or(2);
    let unit = program.unit(unit).map(|place| &program.units[place]);
    let whole = unit.map_or(Decimal::ZERO, |unit| Decimal::new(steps, unit.scale).checked_mul(unit.cost).unwrap_or(Decimal::MAX));
    let mut rounded = whole.round_dp(digits);
    rounded.rescale(digits);
    rounded
}

/// All of it: who moves, what it costs by month, what is outstanding.
pub fn told(comparison: &Comparison, current: &Timeline, candidate: &Timeline, until: Instant, reasons: &[Reasons]) -> Value {
    let issued = |flow: Flow| flow.issued - flow.taken_back;
    let tiers = |effect: &Effect| -> Map<String, Value> {
        effect.tiers.iter().map(|((track, tier), count)| (format!("{track}.{tier}"), json!(count))).collect()
    };
    let months: Vec<_> = by_month(comparison)
        .into_iter()
        .map(|((unit, month), (now, then))| {
            let (cost_now, cost_then) = (cost(current, &unit, issued(now)), cost(candidate, &unit, issued(then)));
            json!({ "unit": unit, "month": month.to_string(), "now": now, "then": then, "cost_now": cost_now.to_string(), "cost_then": cost_then.to_string() })
        })
        .collect();
    let moves: Vec<_> = comparison
        .moves
        .iter()
        .map(|((track, from, to), count)| json!({ "track": track, "from": from, "to": to, "members": count }))
        .collect();
    json!({
        "as_of": rfc3339(until),
        "members": comparison.candidate.members,
        "facts": comparison.candidate.facts,
        "equal": comparison.equal(),
        "different_members": comparison.different,
        "first_different": comparison.first_different,
        "tiers_now": tiers(&comparison.base),
        "tiers_then": tiers(&comparison.candidate),
        "moves": moves,
        "movers": reasons,
        "months": months,
        "outstanding_now": comparison.base.outstanding,
        "outstanding_then": comparison.candidate.outstanding,
        "currency": candidate.newest().program.currency,
        "outstanding_cost_now": outstanding_cost(&comparison.base, current).to_string(),
        "outstanding_cost_then": outstanding_cost(&comparison.candidate, candidate).to_string(),
    })
}
