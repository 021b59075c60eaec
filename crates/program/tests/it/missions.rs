//! Missions: once, again and again, in a row; and what happens when the ground is taken from them.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use ledger::Instant;
use program::Timeline;
use program::decision::Outcome;
use proptest::prelude::*;
use serde_json::json;

use crate::diary::{Diary, Life, day_of, fact, history, midnight, order_body, program};

fn mission(keys: &str, step: &str) -> String {
    format!(
        "[[unit]]\nid = \"points\"\n[[metric]]\nid = \"spend\"\non = [\"order.completed\"]\nvalue = \"amount\"\nwindow = \"rolling 30 days\"\n\
         [[mission]]\nid = \"task\"\n{keys}\nreward = {{ unit = \"points\", amount = 50 }}\n[[mission.step]]\nid = \"buy\"\n{step}\n"
    )
}

const ORDERS: &str = "on = [\"order.completed\"]\ncount = 2";

fn done(life: &Life) -> Vec<String> {
    let said = life.decisions.iter().filter_map(|decision| match &decision.outcome {
        Outcome::Mission { done, rewards, streak, .. } => {
            let sum: i64 = rewards.iter().map(|reward| reward.1).sum();
            Some(format!("{} {} {sum} streak {streak}", day_of(decision.at), if *done { "done" } else { "undone" }))
        }
        _ => None,
    });
    said.collect()
}

#[track_caller]
fn check(diary: &Diary, text: &str, points: i64, expect: &[&str]) {
    let life = diary.under(program(text), "2027-12-31");
    assert_eq!(done(&life), expect);
    assert_eq!(life.points(), points);
}

fn orders(days: &[&str]) -> Diary {
    days.iter().enumerate().fold(history(), |diary, (number, day)| diary.completed(day, &format!("O{number}"), 10))
}

#[test]
fn a_mission_once_is_rewarded_once() {
    check(
        &orders(&["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]),
        &mission("window = \"once\"", ORDERS),
        50,
        &["2026-02-01T09 done 50 streak 1"],
    );
}

#[test]
fn a_periodic_mission_begins_anew() {
    let diary = orders(&["2026-01-01", "2026-01-31", "2026-02-01", "2026-03-01", "2026-03-02"]);
    let expect = ["2026-01-31T09 done 50 streak 1", "2026-03-02T09 done 50 streak 1"];
    check(&diary, &mission("window = \"every calendar month\"", ORDERS), 100, &expect);
}

#[test]
fn a_streak_rewards_windows_in_a_row() {
    let text = mission(
        "window = \"every calendar month\"\nstreak = { every = 2, reward = { unit = \"points\", amount = 7 } }",
        "on = [\"order.completed\"]",
    );
    let diary = orders(&["2026-01-01", "2026-02-01", "2026-03-01", "2026-05-01", "2026-06-01"]);
    let expect = [
        "2026-01-01T09 done 50 streak 1",
        "2026-02-01T09 done 57 streak 2",
        "2026-03-01T09 done 50 streak 3",
        "2026-05-01T09 done 50 streak 1",
        "2026-06-01T09 done 57 streak 2",
    ];
    check(&diary, &text, 264, &expect);
}

#[test]
fn a_mission_takes_place_in_its_time_and_for_those_it_is_for() {
    let text = mission("from = \"2026-02-01\"\nuntil = \"2026-02-28\"", ORDERS);
    check(&orders(&["2026-01-31", "2026-02-01", "2026-03-01", "2026-03-02"]), &text, 0, &[]);
    check(&orders(&["2026-02-01", "2026-02-28"]), &text, 50, &["2026-02-28T09 done 50 streak 1"]);
    let audited = mission("where = \"profile.level = 'audited'\"", ORDERS);
    check(&orders(&["2026-02-01", "2026-02-02"]), &audited, 0, &[]);
    let verified = history().verified("2026-01-01", "audited").completed("2026-02-01", "A", 1).completed("2026-02-02", "B", 1);
    check(&verified, &audited, 50, &["2026-02-02T09 done 50 streak 1"]);
}

#[test]
fn an_undone_order_takes_the_reward_back_and_it_can_be_earned_again() {
    let diary = orders(&["2026-01-01", "2026-01-02"]).cancelled("2026-01-03", "O1");
    check(&diary, &mission("", ORDERS), 0, &["2026-01-02T09 done 50 streak 1", "2026-01-03T09 undone 0 streak 0"]);
    let again = diary.completed("2026-01-04", "X", 10);
    check(
        &again,
        &mission("", ORDERS),
        50,
        &["2026-01-02T09 done 50 streak 1", "2026-01-03T09 undone 0 streak 0", "2026-01-04T09 done 50 streak 1"],
    );
}

/// Refunded whole and then cancelled: one order goes once.
#[test]
fn an_order_undone_twice_is_taken_off_once() {
    let diary = orders(&["2026-01-01", "2026-01-02", "2026-01-03"]).refunded("2026-01-04", "O2", 10).cancelled("2026-01-05", "O2");
    check(&diary, &mission("", ORDERS), 50, &["2026-01-02T09 done 50 streak 1"]);
}

#[test]
fn an_order_cancelled_before_it_was_completed_counts_for_no_mission() {
    let diary = orders(&["2026-01-01"]).cancelled("2026-01-02", "X").completed("2026-01-03", "X", 10);
    check(&diary, &mission("", ORDERS), 0, &[]);
}

/// The month's purchases have rolled off long ago; a small refund of today does not touch what was earned by them.
#[test]
fn what_time_took_away_is_no_ground_to_take_the_reward_back() {
    let text = mission("", "when = \"spend >= 100\"");
    let diary = history().completed("2026-01-01", "A", 100).completed("2026-06-01", "B", 10).refunded("2026-06-02", "B", 10);
    check(&diary, &text, 50, &["2026-01-01T09 done 50 streak 1"]);
    let same = history().completed("2026-01-01", "A", 100).refunded("2026-01-05", "A", 1);
    check(&same, &text, 0, &["2026-01-01T09 done 50 streak 1", "2026-01-05T09 undone 0 streak 0"]);
}

/// The reward had paid an older debt; it is claimed back whole all the same, else the member would keep that part for nothing.
#[test]
fn a_reward_that_paid_a_debt_is_claimed_back_whole() {
    let diary =
        history().spent("2025-12-31", 30).completed("2026-01-01", "A", 10).completed("2026-01-02", "B", 10).cancelled("2026-01-03", "A");
    check(&diary, &mission("", ORDERS), -30, &["2026-01-02T09 done 50 streak 1", "2026-01-03T09 undone 0 streak 0"]);
}

/// Two orders of a hundred or more: what is left of an order has to be a hundred or more, else points would survive refunds.
#[test]
fn a_step_that_asks_for_an_amount_asks_for_what_is_left_of_it() {
    let text = mission("", "on = [\"order.completed\"]\nwhere = \"amount >= 100\"\ncount = 2");
    let bought = history().completed("2026-01-01", "A", 100).completed("2026-01-02", "B", 120);
    let [done, undone] = ["2026-01-02T09 done 50 streak 1", "2026-01-05T09 undone 0 streak 0"];
    check(&bought.clone().refunded("2026-01-03", "B", 20), &text, 50, &[done]);
    let less = bought.refunded("2026-01-03", "B", 20).refunded("2026-01-05", "B", 1);
    check(&less, &text, 0, &[done, undone]);
    check(&less.clone().cancelled("2026-01-06", "B"), &text, 0, &[done, undone]);
    check(&less.completed("2026-01-07", "C", 100), &text, 50, &[done, undone, "2026-01-07T09 done 50 streak 1"]);
    let early = history().completed("2026-01-01", "A", 100).refunded("2026-01-02", "B", 21).completed("2026-01-03", "B", 120);
    check(&early, &text, 0, &[]);
}

/// As for steps; and what the metric adds up goes as a whole.
#[test]
fn a_metric_that_asks_for_an_amount_asks_for_what_is_left_of_it() {
    let metric = "value = \"amount\"\nwhere = \"amount >= 100\"";
    let text = mission("", "when = \"spend >= 200\"").replacen("value = \"amount\"", metric, 1);
    let bought = history().completed("2026-01-01", "A", 200).completed("2026-01-02", "B", 150);
    let spend = |diary: Diary| diary.under(program(&text), "2026-01-10").metric("spend");
    assert_eq!(spend(bought.clone().refunded("2026-01-03", "B", 50)), "300");
    assert_eq!(spend(bought.clone().refunded("2026-01-03", "B", 51)), "200");
    assert_eq!(spend(bought.clone().refunded("2026-01-03", "B", 51).cancelled("2026-01-04", "B")), "200");
    assert_eq!(spend(bought.clone().refunded("2026-01-01", "B", 51)), "200");
    check(&bought.refunded("2026-01-05", "A", 101), &text, 0, &["2026-01-01T09 done 50 streak 1", "2026-01-05T09 undone 0 streak 0"]);
}

/// Nobody knows which order came back, so it is one of those that still count; not one of months ago.
#[test]
fn a_credit_note_without_an_order_takes_from_rewards_that_still_rest_on_what_counts() {
    let text = mission("", "when = \"spend >= 100\"");
    let bought = history().completed("2026-01-01", "A", 100);
    let done = "2026-01-01T09 done 50 streak 1";
    check(&bought.clone().credited("2026-01-05", 1), &text, 0, &[done, "2026-01-05T09 undone 0 streak 0"]);
    check(&bought.clone().credited("2026-02-05", 1), &text, 50, &[done]);
    check(&bought.clone().completed("2026-01-02", "B", 1).credited("2026-01-05", 1), &text, 50, &[done]);
    let again = bought.credited("2026-01-05", 1).completed("2026-01-06", "B", 1);
    check(&again, &text, 50, &[done, "2026-01-05T09 undone 0 streak 0", "2026-01-06T09 done 50 streak 1"]);
}

#[test]
fn steps_of_facts_with_conditions_and_roles() {
    let text = mission("", "role = \"technical\"\non = [\"content.downloaded\"]\nwhere = \"content = 'guide'\"");
    let get = |role: &str| json!({"content": "guide", "role": role});
    let diary = history().fact("2026-01-01", "content.downloaded", &get("finance"));
    check(&diary, &text, 0, &[]);
    check(&diary.fact("2026-01-02", "content.downloaded", &get("technical")), &text, 50, &["2026-01-02T09 done 50 streak 1"]);
}

/// January is over when its order comes back; what it gave goes back all the same.
#[test]
fn a_reward_of_a_window_that_is_over_is_taken_back() {
    let monthly = "window = \"every calendar month\"";
    let diary = orders(&["2026-01-01", "2026-01-02", "2026-02-01", "2026-02-02"]).cancelled("2026-03-05", "O0");
    let expect = ["2026-01-02T09 done 50 streak 1", "2026-02-02T09 done 50 streak 2", "2026-03-05T09 undone 0 streak 1"];
    check(&diary, &mission(monthly, ORDERS), 50, &expect);
    let text = mission(monthly, "when = \"spend >= 15\"");
    let spent = ["2026-01-05T09 done 50 streak 1", "2026-02-01T09 done 50 streak 2", "2026-04-01T09 undone 0 streak 1"];
    let diary = orders(&["2026-01-01", "2026-01-05", "2026-02-01"]).refunded("2026-04-01", "O0", 6);
    check(&diary, &text, 50, &spent);
    let diary = orders(&["2026-01-01", "2026-01-05", "2026-02-01"]).refunded("2026-04-01", "O0", 5);
    check(&diary, &text, 100, &spent[..2]);
}

/// The order came after the reward, on the same day: the reward did not rest on it.
#[test]
fn what_came_after_the_reward_is_no_ground_of_it() {
    let text = mission("window = \"every calendar month\"", "when = \"spend >= 15\"");
    let diary = orders(&["2026-01-01", "2026-01-02", "2026-01-02"]).cancelled("2026-03-05", "O2");
    check(&diary, &text, 50, &["2026-01-02T09 done 50 streak 1"]);
}

/// Two windows in a row gave a bonus; without the first there is no row of two.
#[test]
fn a_bonus_for_a_row_goes_back_with_the_window_it_rested_on() {
    let keys = "window = \"every calendar month\"\nstreak = { every = 2, reward = { unit = \"points\", amount = 7 } }";
    let diary = orders(&["2026-01-01", "2026-02-01", "2026-03-01"]).cancelled("2026-03-15", "O0").completed("2026-04-01", "X", 10);
    let expect = [
        "2026-01-01T09 done 50 streak 1",
        "2026-02-01T09 done 57 streak 2",
        "2026-03-01T09 done 50 streak 3",
        "2026-03-15T09 undone 0 streak 2",
        "2026-04-01T09 done 50 streak 3",
    ];
    check(&diary, &mission(keys, "on = [\"order.completed\"]"), 150, &expect);
}

#[test]
fn only_so_many_windows_are_remembered() {
    let months = program::state::MAX_CLOSED_WINDOWS + 2;
    let days: Vec<String> = (0..months).map(|month| format!("20{:02}-{:02}-01", 26 + month / 12, month % 12 + 1)).collect();
    let diary = orders(&days.iter().map(String::as_str).collect::<Vec<_>>());
    let text = mission("window = \"every calendar month\"", "on = [\"order.completed\"]");
    let points = |order: &str| diary.clone().cancelled("2027-03-01", order).under(program(&text), "2027-12-31").points();
    let all = i64::try_from(months).unwrap() * 50;
    assert_eq!((points("O0"), points("O1")), (all, all - 50));
}

const REWARDED: &str = r#"
[[unit]]
id = "points"

[[metric]]
id = "spend"
on = ["order.completed"]
value = "amount"
window = "rolling 30 days"

[[metric]]
id = "orders"
on = ["order.completed"]
where = "amount >= 8 or currency = 'USD'"
window = "calendar quarter"

[[metric]]
id = "buying_days"
on = ["order.completed"]
aggregate = "distinct days"
window = "calendar month"

[[metric]]
id = "largest"
on = ["order.completed"]
value = "amount"
aggregate = "max"
window = "rolling 60 days"

[[metric]]
id = "average"
formula = "spend / nullif(orders, 0)"

[[mission]]
id = "monthly"
window = "every calendar month"
reward = { unit = "points", amount = 1 }
streak = { every = 2, reward = { unit = "points", amount = 1000000 } }

[[mission.step]]
id = "spend"
when = "spend >= 60"

[[mission.step]]
id = "buy"
on = ["order.completed"]
where = "amount > 10 and currency = 'CNY'"
count = 2

[[mission]]
id = "quarterly"
window = "every calendar quarter"
where = "spend > 0"
reward = { unit = "points", amount = 1000 }

[[mission.step]]
id = "orders"
when = "orders >= 3 and buying_days >= 2"

[[mission]]
id = "once"
reward = { unit = "points", amount = 500000 }

[[mission.step]]
id = "spend"
when = "spend >= 90 and largest >= 0"
"#;

/// Windows that are rewarded in the end, by mission, and the bonuses for rows that are left.
fn rewarded(life: &Life) -> (BTreeSet<(String, String)>, i64) {
    let mut standing = BTreeSet::new();
    for decision in &life.decisions {
        if let Outcome::Mission { done, window, .. } = &decision.outcome {
            let window = (decision.rule.to_string(), window.as_deref().unwrap_or("once").to_owned());
            if *done { assert!(standing.insert(window)) } else { assert!(standing.remove(&window)) }
        }
    }
    let lots = life.member.book.lots().iter();
    let bonus = lots.filter(|lot| lot.key.rule.ends_with(":streak")).map(|lot| (lot.amount - lot.taken_back) / 1_000_000);
    (standing, bonus.sum())
}

proptest! {
    /// Orders and refunds of later days, whole and in part: no reward remains that the orders, as they finally stand, would not have
    /// given, and what remains is what the receipts say.
    #[test]
    fn no_reward_outlives_what_earned_it(
        orders in prop::collection::vec((0..150_i64, 1..70_i64, prop::collection::vec((0..200_i64, 1..70_i64), 0..3)), 1..14),
    ) {
        static TIMELINE: LazyLock<Arc<Timeline>> = LazyLock::new(|| Arc::new(Timeline::always(program(REWARDED))));
        let hours = |days: i64, more: i64| Instant(midnight("2026-01-01").0 + (days * 24 + 9 + more) * 3_600_000_000);
        let (mut real, mut right) = (Vec::new(), Vec::new());
        for (number, (day, amount, refunds)) in orders.iter().enumerate() {
            let order = format!("O{number}");
            let back: i64 = refunds.iter().map(|refund| refund.1).sum();
            let looked = |id: &str, at: Instant| fact(id, at, "page.viewed", &json!({"page": "home"}));
            let completed = |amount: i64| fact(&order, hours(*day, 0), "order.completed", &order_body(&order, amount));
            real.push(completed(*amount));
            right.push(if back < *amount { completed(amount - back) } else { looked(&order, hours(*day, 0)) });
            for (part, (later, amount)) in refunds.iter().enumerate() {
                let (id, at) = (format!("R{number}-{part}"), hours(day + later, 1));
                real.push(fact(&id, at, "order.refunded", &order_body(&order, *amount)));
                right.push(looked(&id, at));
            }
        }
        let end = hours(400, 0);
        let (real, right) = (Life::of(TIMELINE.clone(), real, end), Life::of(TIMELINE.clone(), right, end));
        let ((windows, bonuses), (deserved, most)) = (rewarded(&real), rewarded(&right));
        prop_assert!(windows.is_subset(&deserved), "{:?}", windows.difference(&deserved).collect::<Vec<_>>());
        prop_assert!(bonuses <= most, "{bonuses} {most}");
        let count = |mission: &str| i64::try_from(windows.iter().filter(|(rule, _)| rule == mission).count()).unwrap();
        let given = count("mission:monthly") + 1_000 * count("mission:quarterly") + 500_000 * count("mission:once") + 1_000_000 * bonuses;
        prop_assert_eq!(real.points(), given);
    }
}
