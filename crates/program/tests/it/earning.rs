//! Units are earned, capped, held, released, spent, reserved and lapse.

use ledger::Refusal as Ledger;
use program::Refusal;
use program::decision::{Availability, Outcome};
use serde_json::json;

use crate::diary::{at, history, program};

fn earn(more: &str) -> String {
    format!(
        "[[unit]]\nid = \"points\"\n[[earn]]\nid = \"order\"\non = [\"order.completed\"]\nunit = \"points\"\namount = \"amount\"\n{more}\n"
    )
}

const LADDER: &str = r#"
[[metric]]
id = "spend"
on = ["order.completed"]
value = "amount"

[[track]]
id = "buyer"
[[track.tier]]
id = "basic"
[[track.tier]]
id = "gold"
enter = "spend >= 100"
"#;

/// The order that lifts a member is itself judged by the tier before it.
#[test]
fn the_tier_before_the_fact_decides_the_multiplier() {
    let text = earn("").replace("\"amount\"", "\"amount * case buyer.tier when 'gold' then 2 else 1 end\"") + LADDER;
    let diary = history().completed("2026-01-01", "A", 100).completed("2026-01-02", "B", 100);
    assert_eq!(diary.under(program(&text), "2026-01-31").points(), 300);
}

#[test]
fn rounding_and_scale() {
    let points = |rounding: &str, scale: u32, amount: &str| {
        let text = earn(rounding)
            .replace("\"amount\"", &format!("\"{amount}\""))
            .replace("id = \"points\"\n", &format!("id = \"points\"\nscale = {scale}\n"));
        history().completed("2026-01-01", "A", 100).under(program(&text), "2026-01-31").points()
    };
    assert_eq!((points("", 0, "2.5"), points("", 0, "3.5")), (2, 4), "half to even");
    assert_eq!((points("rounding = \"down\"", 0, "2.99"), points("rounding = \"up\"", 0, "2.01")), (2, 3));
    assert_eq!((points("", 2, "2.345"), points("", 2, "amount / 3")), (234, 3333));
    assert_eq!((points("", 0, "-5"), points("", 0, "amount / 0")), (0, 0), "nothing and less than nothing earn nothing");
}

#[test]
fn a_cap_per_period_or_per_fact_limits_what_is_earned() {
    let diary = history().completed("2026-01-10", "A", 80).completed("2026-01-20", "B", 80).completed("2026-02-01", "C", 80);
    let life = diary.under(program(&earn("cap = { amount = 100, per = \"calendar month\" }")), "2026-02-28");
    let said = life.decisions.iter().filter_map(|decision| match &decision.outcome {
        Outcome::Accrual(accrual) => Some((accrual.amount, accrual.uncapped, accrual.cap)),
        _ => None,
    });
    let said: Vec<_> = said.collect();
    assert_eq!(said, [(80, 80, Some((100, 0))), (20, 80, Some((100, 80))), (80, 80, Some((100, 0)))]);
    assert_eq!(diary.under(program(&earn("cap = { amount = 50, per = \"fact\" }")), "2026-02-28").points(), 150);
}

/// What is taken back makes room again, in the period in which it was used, and there only.
#[test]
fn a_refund_makes_room_under_the_cap() {
    let text = earn("cap = { amount = 100, per = \"calendar month\" }");
    let diary = history().completed("2026-01-10", "A", 100).refunded("2026-01-11", "A", 60).completed("2026-01-12", "B", 100);
    assert_eq!(diary.under(program(&text), "2026-01-31").points(), 100);
    let later = history().completed("2026-01-10", "A", 100).completed("2026-02-01", "B", 100).refunded("2026-02-02", "A", 100).completed(
        "2026-02-03",
        "C",
        50,
    );
    assert_eq!(later.under(program(&text), "2026-02-28").points(), 100, "January's room does not help February");
}

#[test]
fn a_hold_of_days_ends_by_itself() {
    let text = earn("hold = \"15 days\"");
    let diary = history().completed("2026-01-10", "A", 100);
    let held = |until: &str| {
        let balances = diary.under(program(&text), until).balances("points");
        (balances.held, balances.available)
    };
    assert_eq!((held("2026-01-24"), held("2026-01-25T08:59:59+08:00"), held("2026-01-25T09:00:00+08:00")), ((100, 0), (100, 0), (0, 100)));
    assert_eq!(diary.cancelled("2026-01-20", "A").under(program(&text), "2026-03-01").balances("points"), Default::default());
}

#[test]
fn a_hold_until_a_fact_of_the_same_order() {
    let text = earn("hold = \"until order.paid\"");
    let diary = history().completed("2026-01-10", "A", 100).completed("2026-01-11", "B", 10).paid("2026-02-01", "A", 100);
    let life = diary.under(program(&text), "2026-02-01");
    assert_eq!((life.points(), life.balances("points").held), (100, 10));
    assert!(life.decisions.iter().any(
        |decision| matches!(&decision.outcome, Outcome::Accrual(accrual) if accrual.available == Availability::On("order.paid".into()))
    ));
}

/// Paid before it was delivered: the fact that the hold waits for has come already.
#[test]
fn a_hold_until_a_fact_that_has_come_is_none() {
    let life = history()
        .paid("2026-01-01", "A", 100)
        .completed("2026-01-10", "A", 100)
        .under(program(&earn("hold = \"until order.paid\"")), "2026-02-01");
    assert_eq!((life.points(), life.balances("points").held), (100, 0));
}

#[test]
fn units_lapse_by_the_unit_s_rule_or_the_rule_s_own() {
    let unit = |expiry: &str| earn("").replace("id = \"points\"\n", &format!("id = \"points\"\nexpiry = \"{expiry}\"\n"));
    let diary = history().completed("2026-01-10", "A", 100);
    let left = |text: &str, until: &str| diary.under(program(text), until).points();
    assert_eq!((left(&unit("12 months"), "2027-01-10"), left(&unit("12 months"), "2027-01-11")), (100, 0));
    assert_eq!((left(&unit("end of month"), "2026-01-31"), left(&unit("end of month"), "2026-02-01")), (100, 0));
    assert_eq!((left(&unit("end of year after 1 year"), "2027-12-31"), left(&unit("end of year after 1 year"), "2028-01-01")), (100, 0));
    assert_eq!(left(&earn("expiry = \"10 days\""), "2026-01-21"), 0);
}

/// Earning or spending keeps everything alive; silence takes everything.
#[test]
fn units_lapse_for_want_of_activity() {
    let text = earn("").replace("id = \"points\"\n", "id = \"points\"\nexpiry = \"6 months without activity\"\n");
    let diary = history().completed("2026-01-10", "A", 100).spent("2026-05-01", 10);
    assert_eq!(diary.under(program(&text), "2026-10-31").points(), 90);
    let life = diary.under(program(&text), "2026-11-02");
    assert_eq!((life.points(), life.balances("points").expired), (0, 90));
}

#[test]
fn spending_more_than_there_is_is_refused_live_and_followed_on_record() {
    let life = history().completed("2026-01-10", "A", 100).under(program(&earn("")), "2026-01-31");
    let refusal = life.try_now("points.spent", &json!({"unit": "points", "amount": 101})).unwrap_err();
    assert_eq!(refusal, Refusal::Ledger(Ledger::Insufficient { available: 100, needed: 101 }));
    let refusal = life.try_now("points.spent", &json!({"unit": "point", "amount": 1})).unwrap_err();
    assert_eq!(refusal.to_string(), "field `unit`: the program in force has no unit `point`; did you mean `points`?");
    assert!(life.try_now("points.spent", &json!({"unit": "points", "amount": 100})).is_ok());
    let life = history().completed("2026-01-10", "A", 100).spent("2026-01-11", 130).under(program(&earn("")), "2026-01-31");
    assert_eq!((life.points(), life.balances("points").owed), (-30, 30));
}

#[test]
fn a_refund_is_refused_live_where_the_unit_refuses_shortfalls() {
    let text = earn("").replace("id = \"points\"\n", "id = \"points\"\nshortfall = \"refuse\"\n");
    let life = history().completed("2026-01-10", "A", 100).spent("2026-01-11", 60).under(program(&text), "2026-01-31");
    let body = crate::diary::order_body("A", 100);
    assert_eq!(life.try_now("order.refunded", &body).unwrap_err(), Refusal::Ledger(Ledger::AlreadySpent { spent: 60 }));
    assert!(life.try_now("order.refunded", &crate::diary::order_body("A", 40)).is_ok());
}

#[test]
fn two_phases_over_facts() {
    let reserved = || {
        let until = json!({"unit": "points", "amount": 60, "reference": "X", "until": "2026-02-01T00:00:00+08:00"});
        history().completed("2026-01-10", "A", 100).fact("2026-01-11", "points.reserved", &until).named("r")
    };
    let life = reserved().under(program(&earn("")), "2026-01-31");
    assert_eq!((life.points(), life.balances("points").reserved), (40, 60));
    assert_eq!(reserved().under(program(&earn("")), "2026-02-01").points(), 100, "its time ran out");
    let reservation = json!({"reservation": "r"});
    assert_eq!(reserved().fact("2026-01-12", "points.released", &reservation).under(program(&earn("")), "2026-01-31").points(), 100);
    let committed = reserved().fact("2026-01-12", "points.committed", &json!({"reservation": "r", "amount": 50}));
    let life = committed.clone().under(program(&earn("")), "2026-03-01");
    assert_eq!((life.points(), life.balances("points").spent), (50, 50));
    let undone = committed.placed("2026-01-13", "X", 10).cancelled("2026-01-14", "X").under(program(&earn("")), "2026-03-01");
    assert_eq!((undone.points(), undone.balances("points").spent), (100, 0), "what was bought with it was cancelled");
    let late = reserved().fact("2026-02-02", "points.committed", &reservation).under(program(&earn("")), "2026-03-01");
    assert!(
        late.decisions.iter().any(|decision| matches!(&decision.outcome, Outcome::Noted { reason } if reason.contains("its time ran out")))
    );
}

#[test]
fn a_redemption_is_restored_by_hand() {
    let diary = history().completed("2026-01-10", "A", 100).spent("2026-01-11", 60).named("s");
    let life =
        diary.fact("2026-01-12", "points.restored", &json!({"redemption": "s", "amount": 20})).under(program(&earn("")), "2026-01-31");
    assert_eq!((life.points(), life.balances("points").spent), (60, 40));
}

/// The most an order can say, over and over: counted as far as numbers go, and no further, without a panic.
#[test]
fn hostile_amounts_do_not_panic() {
    let text = earn("").replace("\"amount\"", "\"amount * 1000000000000\"")
        + &LADDER.replace("value = \"amount\"", "value = \"amount * 1000000000000\"");
    let mut diary = history();
    for number in 0..1_100 {
        let body = json!({"order": format!("O{number}"), "amount": 1_000_000_000_000_000_i64, "currency": "CNY"});
        diary = diary.fact("2026-01-01", "order.completed", &body);
    }
    let life = diary.cancelled("2026-01-02", "O3").refunded("2026-01-02", "O4", 5_000_000).under(program(&text), "2026-01-31");
    assert!(life.points() <= ledger::MAX_BALANCE);
    for when in [i64::MIN, i64::MAX] {
        let mut fact = history().completed("2026-01-01", "A", 100).facts.remove(0);
        (fact.occurred_at, fact.recorded_at) = (ledger::Instant(when), at("2026-01-01"));
        let standard = std::fs::read_to_string("../../programs/standard.toml").unwrap();
        let timeline = std::sync::Arc::new(program::Timeline::always(program::Program::parse(&standard).unwrap()));
        crate::diary::Life::of(timeline, vec![fact], ledger::Instant(when));
    }
}
