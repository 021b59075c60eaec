//! Missions: once, again and again, in a row; and what happens when the ground is taken from them.

use program::decision::Outcome;
use serde_json::json;

use crate::diary::{Diary, Life, day_of, history, program};

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

#[test]
fn steps_of_facts_with_conditions_and_roles() {
    let text = mission("", "role = \"technical\"\non = [\"content.downloaded\"]\nwhere = \"role = 'technical'\"");
    let get = |role: &str| json!({"content": "guide", "role": role});
    let diary = history().fact("2026-01-01", "content.downloaded", &get("finance"));
    check(&diary, &text, 0, &[]);
    check(&diary.fact("2026-01-02", "content.downloaded", &get("technical")), &text, 50, &["2026-01-02T09 done 50 streak 1"]);
}
