//! No tier decision without a receipt; the receipt's inputs reproduce it and name the nearest way on.

use program::calendar::Day;
use program::decision::Change;
use program::expr::{Scope, Type, Value, Want, compile};

use crate::diary::{Diary, Life, history, program};

const LADDER: &str = r#"
[[metric]]
id = "spend"
on = ["order.completed"]
value = "amount"
window = "rolling 12 months"

[[metric]]
id = "orders"
on = ["order.completed"]
window = "calendar quarter"

[[metric]]
id = "overdue"
on = ["payment.overdue"]
window = "rolling 30 days"
refunds = "ignored"

[[track]]
id = "buyer"
review = "every calendar quarter"
grace = "20 days"

[[track.tier]]
id = "basic"

[[track.tier]]
id = "silver"
enter = "spend >= 50000 or orders >= 3"

[[track.tier]]
id = "gold"
enter = "spend >= 100000 and overdue < 1 and profile.level in ('verified', 'audited')"
keep = "spend >= 90000 and overdue <= 1"
"#;

/// Evaluates each stored condition over the stored inputs, as anybody could who has nothing but the receipt.
pub fn reproduce(life: &Life) -> usize {
    let mut reproduced = 0;
    for (at, change) in life.tier_changes() {
        let Some(condition) = &change.condition else { continue };
        let mut scope = Scope::new().in_zone(chrono_tz::Asia::Shanghai);
        let mut row: Vec<Value> = Vec::new();
        let values = change.inputs.iter().map(|(name, reading)| (name, &reading.value)).chain(&change.profile);
        for (name, value) in values {
            let ty = value.ty().unwrap_or(if name.starts_with("profile.") { Type::Text } else { Type::Decimal });
            assert_eq!(scope.column(name.clone(), ty, "input"), row.len());
            row.push(value.clone());
        }
        let expr = compile(condition, &scope, Want::Condition).unwrap_or_else(|error| panic!("{condition}: {error:?}"));
        assert_eq!(expr.holds(&row), change.held, "{at:?} {change:?}");
        reproduced += 1;
    }
    reproduced
}

fn rich() -> Diary {
    history()
        .verified("2026-01-02", "verified")
        .completed("2026-01-10", "A", 60_000)
        .completed("2026-02-10", "B", 50_000)
        .refunded("2026-03-01", "B", 30_000)
        .overdue("2026-06-20", 5)
}

#[test]
fn the_inputs_reproduce_every_decision() {
    let life = rich().under(program(LADDER), "2027-12-31");
    let expect = [
        "2026-01-10T09 Rose basic→silver",
        "2026-02-10T09 Rose silver→gold",
        "2026-04-01 Grace gold→gold",
        "2026-04-21 Fell gold→silver",
        "2026-07-01 Kept silver→silver",
        "2026-10-01 Kept silver→silver",
        "2027-01-01 Kept silver→silver",
        "2027-04-01 Grace silver→silver",
        "2027-04-21 Fell silver→basic",
    ];
    assert_eq!(life.moves(), expect);
    assert_eq!(reproduce(&life), 9);
    let mut before = life.member.state.tracks[0].tier.clone();
    for (_, change) in life.tier_changes().collect::<Vec<_>>().into_iter().rev() {
        assert_eq!(change.to, before, "the receipts lead to the standing without a gap");
        before = change.from.clone();
    }
}

/// 38 000 more, or two more orders, by the end of June.
#[test]
fn the_nearest_ways_to_the_next_tier() {
    let life = history().completed("2026-04-10", "A", 12_000).under(program(LADDER), "2026-04-10");
    let seen = program::standing::Seen::at(&life.timeline, life.member.clone(), life.until);
    let (rank, ways) = seen.next(0).unwrap();
    assert_eq!(rank, 1);
    let said: Vec<_> = ways
        .iter()
        .map(|way| {
            way.needs
                .iter()
                .map(|need| (need.what.to_string(), need.gap.map(|gap| gap.normalize().to_string()), need.by))
                .collect::<Vec<_>>()
        })
        .collect();
    let day = |text: &str| program::calendar::parse_day(text).ok();
    let spend = ("spend".to_owned(), Some("38000".to_owned()), day("2027-04-09"));
    let orders = ("orders".to_owned(), Some("2".to_owned()), day("2026-06-30"));
    assert_eq!(said, [vec![orders], vec![spend]], "two of three orders are nearer than 38 000 of 50 000");
}

#[test]
fn a_way_names_all_that_is_missing_together() {
    let life = history().completed("2026-04-10", "A", 60_000).overdue("2026-04-11", 3).under(program(LADDER), "2026-04-12");
    let seen = program::standing::Seen::at(&life.timeline, life.member.clone(), life.until);
    let (_, ways) = seen.next(0).unwrap();
    let whats: Vec<Vec<&str>> = ways.iter().map(|way| way.needs.iter().map(|need| &*need.what).collect()).collect();
    assert_eq!(whats, [["spend", "overdue", "profile.level"], ["spend", "overdue", "profile.level"]]);
    let overdue = &ways[0].needs[1];
    assert_eq!(
        (overdue.gap.map(|gap| gap.to_string()), overdue.by),
        (Some("-1".to_owned()), Some(Day(program::calendar::parse_day("2026-05-10").unwrap().0)))
    );
}

#[test]
fn at_the_top_there_is_no_way_on() {
    let life = rich().under(program(LADDER), "2026-02-10");
    let (_, change) = life.tier_changes().last().unwrap();
    assert_eq!((change.change, change.to.as_ref()), (Change::Rose, "gold"));
    assert!(change.next.is_empty());
    assert!(program::standing::Seen::at(&life.timeline, life.member.clone(), life.until).next(0).is_none());
}

#[test]
fn decisions_have_keys_of_their_own() {
    let life = rich().under(program(LADDER), "2027-12-31");
    let mut keys: Vec<_> = life.decisions.iter().map(|decision| &decision.key).collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all);
}

/// At a review the metrics are those of the period that is over; what can still be done lies ahead.
#[test]
fn a_failed_review_says_how_the_tier_can_still_be_kept() {
    let life = history().completed("2026-01-10", "A", 60_000).completed("2026-02-10", "B", 45_000).verified("2026-01-01", "verified");
    let life = life.refunded("2026-03-01", "B", 30_000).under(program(LADDER), "2026-04-05");
    let (at, change) = life.tier_changes().last().unwrap();
    assert_eq!((change.change, crate::diary::day_of(at).as_str()), (Change::Grace, "2026-04-01"));
    let need = &change.keep[0].needs[0];
    let by = program::calendar::parse_day("2026-04-20").ok();
    assert_eq!((&*need.what, need.gap.map(|gap| gap.normalize().to_string()), need.by), ("spend", Some("15000".to_owned()), by));
    let seen = program::standing::Seen::at(&life.timeline, life.member.clone(), life.until);
    assert_eq!(seen.keep(0).as_ref(), Some(&change.keep));
}

#[test]
fn an_override_says_why_and_until_when() {
    let end = "2026-05-01T00:00:00+08:00";
    let diary = history().completed("2026-01-10", "A", 60_000).set_tier("2026-02-01", "gold", Some(end));
    let life = diary.under(program(LADDER), "2026-04-05");
    let hand = life.tier_changes().last().unwrap().1.by_hand.clone().unwrap();
    assert_eq!((&*hand.tier, &*hand.reason, hand.until), ("gold", "agreed", Some(crate::diary::at(end))));
    let life = diary.set_tier("2026-06-01", "gold", Some(end)).under(program(LADDER), "2026-06-02");
    let noted = life.decisions.iter().find(|decision| matches!(decision.outcome, program::decision::Outcome::Noted { .. })).unwrap();
    assert!(format!("{noted:?}").contains("had ended before it began"), "{noted:?}");
}

/// Named as evidence: what says how large the order is, and what came back; an order undone as a whole is not named.
#[test]
fn evidence_names_what_makes_a_number_smaller() {
    let diary = history()
        .placed("2026-01-01", "A", 500)
        .completed("2026-01-02", "A", 100)
        .refunded("2026-01-03", "A", 60)
        .completed("2026-01-04", "B", 70)
        .credited("2026-01-05", 10)
        .placed("2026-01-06", "C", 10)
        .completed("2026-01-07", "C", 80)
        .refunded("2026-01-08", "C", 80);
    let life = diary.under(program(LADDER), "2026-02-01");
    let day = program::calendar::parse_day("2026-02-01").unwrap();
    let ids = |metric: &str| {
        let behind = program::evidence::facts_behind(&life.timeline, 1, metric, None, day, &diary.facts);
        behind.iter().map(|fact| fact.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids("spend"), ["f000", "f001", "f002", "f003", "f004"]);
    assert_eq!(ids("orders"), ["f001", "f003"]);
    assert_eq!(life.metric("spend"), "100");
}
