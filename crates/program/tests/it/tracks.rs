//! Members rise, are reviewed, are kept, get grace and fall; staff may set a tier.

use crate::diary::{Diary, Life, as_of, history, program};

/// Three tiers over the spend of a window; `more` are further keys of the track.
fn ladder(window: &str, more: &str) -> String {
    format!(
        r#"
[[metric]]
id = "spend"
on = ["order.completed"]
value = "amount"
window = "{window}"

[[metric]]
id = "tenure"
on = ["member.registered"]
aggregate = "age"
refunds = "ignored"

[[metric]]
id = "overdue"
on = ["payment.overdue"]
window = "rolling 12 months"
refunds = "ignored"

[[track]]
id = "buyer"
{more}

[[track.tier]]
id = "basic"

[[track.tier]]
id = "silver"
enter = "spend >= 100"
keep = "spend >= 80"

[[track.tier]]
id = "gold"
enter = "spend >= 1000 and overdue <= 2"
keep = "spend >= 800"
"#
    )
}

#[track_caller]
fn check(diary: &Diary, text: &str, until: &str, expect: &[&str]) -> Life {
    let life = diary.under(program(text), until);
    assert_eq!(life.moves(), expect);
    life
}

#[test]
fn a_member_rises_at_once_to_the_highest_tier_it_qualifies_for() {
    let text = ladder("rolling 12 months", "review = \"never\"");
    let diary = history().completed("2026-01-10", "A", 99).completed("2026-01-11", "B", 1).completed("2026-01-12", "C", 5_000);
    check(&diary, &text, "2030-01-01", &["2026-01-11T09 Rose basic→silver", "2026-01-12T09 Rose silver→gold"]);
    check(&history().completed("2026-01-12", "C", 5_000), &text, "2026-01-12", &["2026-01-12T09 Rose basic→gold"]);
}

/// The review on 1 January judges the year that ended the day before, in which there was enough.
#[test]
fn tiers_may_rise_at_review_only_and_a_review_looks_at_the_period_that_has_just_ended() {
    let text = ladder("calendar year", "review = \"every calendar year\"\nupgrade = \"at review\"\nfall = \"to qualified\"");
    let diary = history().completed("2025-03-10", "A", 1_000).completed("2026-05-05", "B", 90);
    let expect = ["2026-01-01 Rose basic→gold", "2027-01-01 Fell gold→silver", "2028-01-01 Fell silver→basic"];
    check(&diary, &text, "2030-01-01", &expect);
}

#[test]
fn a_review_keeps_who_has_done_enough() {
    let text = ladder("calendar quarter", "review = \"every calendar quarter\"");
    let diary = history().completed("2026-01-10", "A", 1_000).completed("2026-04-10", "B", 800);
    check(
        &diary,
        &text,
        "2026-10-01",
        &["2026-01-10T09 Rose basic→gold", "2026-04-01 Kept gold→gold", "2026-07-01 Kept gold→gold", "2026-10-01 Fell gold→silver"],
    );
}

#[test]
fn a_fall_goes_one_tier_at_a_time_or_to_the_tier_still_kept() {
    let diary = history().completed("2026-01-10", "A", 1_000);
    let one = ladder("rolling 30 days", "review = \"every calendar month\"\nfall = \"one tier\"");
    check(
        &diary,
        &one,
        "2026-06-01",
        &["2026-01-10T09 Rose basic→gold", "2026-02-01 Kept gold→gold", "2026-03-01 Fell gold→silver", "2026-04-01 Fell silver→basic"],
    );
    let qualified = ladder("rolling 30 days", "review = \"every calendar month\"\nfall = \"to qualified\"");
    check(&diary, &qualified, "2026-06-01", &["2026-01-10T09 Rose basic→gold", "2026-02-01 Kept gold→gold", "2026-03-01 Fell gold→basic"]);
}

#[test]
fn a_review_may_come_so_long_after_entry() {
    let text = ladder("rolling 6 months", "review = \"12 months after entry\"");
    let diary = history().completed("2026-01-10", "A", 100).completed("2026-12-01", "B", 80);
    let life = check(&diary, &text, "2027-06-01", &["2026-01-10T09 Rose basic→silver", "2027-01-10T09 Kept silver→silver"]);
    let review = life.member.state.tracks[0].review_at.unwrap();
    assert_eq!(crate::diary::day_of(review), "2028-01-10T09");
}

/// What fails a review is kept for the grace; who is back by its end is rescued, who is not falls then.
#[test]
fn grace_gives_time_to_come_back() {
    let text = ladder("rolling 30 days", "review = \"every calendar quarter\"\ngrace = \"20 days\"");
    let lost = history().completed("2026-01-10", "A", 100);
    let expect = ["2026-01-10T09 Rose basic→silver", "2026-04-01 Grace silver→silver", "2026-04-21 Fell silver→basic"];
    check(&lost, &text, "2026-12-01", &expect);
    let rescued = lost.completed("2026-04-15", "B", 80);
    let expect = [
        "2026-01-10T09 Rose basic→silver",
        "2026-04-01 Grace silver→silver",
        "2026-04-21 Kept silver→silver",
        "2026-07-01 Grace silver→silver",
    ];
    let life = check(&rescued, &text, "2026-07-05", &expect);
    assert_eq!(life.tier(), "silver", "kept while the grace lasts");
    let risen = history().completed("2026-01-10", "A", 100).completed("2026-04-15", "B", 1_000).under(program(&text), "2026-04-30");
    assert_eq!((risen.tier(), risen.member.state.tracks[0].grace_until), ("gold", None), "rising ends a grace");
}

/// A grace that ends at the very midnight of a review is judged by that review, once, over the period that has just ended.
#[test]
fn a_grace_that_ends_with_a_period_is_judged_by_its_review() {
    let text = ladder("calendar month", "review = \"every calendar month\"\ngrace = \"1 month\"");
    let diary = history().completed("2026-01-10", "A", 100).completed("2026-03-10", "B", 80);
    let expect = [
        "2026-01-10T09 Rose basic→silver",
        "2026-02-01 Kept silver→silver",
        "2026-03-01 Grace silver→silver",
        "2026-04-01 Kept silver→silver",
        "2026-05-01 Grace silver→silver",
        "2026-06-01 Fell silver→basic",
    ];
    check(&diary, &text, "2026-08-01", &expect);
}

/// `tenure >= 365` comes true by the mere passing of time: on its exact day, though nothing happens.
#[test]
fn tenure_alone_lifts_on_its_exact_day() {
    let text = ladder("rolling 12 months", "review = \"never\"").replace("spend >= 1000 and overdue <= 2", "tenure >= 365");
    check(&history().registered("2025-03-15"), &text, "2026-03-14", &[]);
    check(&history().registered("2025-03-15"), &text, "2030-01-01", &["2026-03-15 Rose basic→gold"]);
    let after = text.replace("tenure >= 365", "tenure > 365");
    check(&history().registered("2025-03-15"), &after, "2030-01-01", &["2026-03-16 Rose basic→gold"]);
    let sum = text.replace("tenure >= 365", "tenure + 1 >= 366");
    check(&history().registered("2025-03-15"), &sum, "2030-01-01", &["2026-03-15 Rose basic→gold"]);
}

/// Three overdue invoices bar the way until the first has rolled off.
#[test]
fn what_rolls_off_may_lift() {
    let text = ladder("lifetime", "review = \"never\"");
    let diary = history().overdue("2026-01-05", 3).overdue("2026-02-01", 3).overdue("2026-03-01", 3).completed("2026-03-10", "A", 1_000);
    let life = check(&diary, &text, "2027-06-01", &["2026-03-10T09 Rose basic→silver", "2027-01-05 Rose silver→gold"]);
    let (_, change) = life.tier_changes().last().unwrap();
    assert_eq!(change.inputs["overdue"].value, program::expr::Value::Int(2));
}

/// A refund at its own date weighs on the sum until it has rolled off.
#[test]
fn a_refund_that_rolls_off_may_lift() {
    let text = ladder("rolling 30 days", "review = \"never\"")
        .replace("window = \"rolling 30 days\"", "window = \"rolling 30 days\"\nrefunds = \"own date\"");
    let diary = history().placed("2026-01-01", "A", 50).completed("2026-01-01", "A", 50).refunded("2026-01-20", "A", 50).completed(
        "2026-02-10",
        "B",
        120,
    );
    check(&diary, &text, "2026-03-01", &["2026-02-19 Rose basic→silver"]);
}

#[test]
fn staff_set_a_tier_until_a_day_and_the_receipts_show_both() {
    let text = ladder("rolling 12 months", "review = \"never\"");
    let diary = history().completed("2026-01-10", "A", 100).set_tier("2026-02-01", "gold", Some("2026-05-01T00:00:00+08:00"));
    let life = diary.under(program(&text), "2026-04-30");
    assert_eq!((life.tier(), life.member.state.tracks[0].tier.as_ref()), ("gold", "silver"));
    let (_, change) = life.tier_changes().last().unwrap();
    assert_eq!(change.by_hand.as_ref().map(|hand| (&*hand.tier, &*hand.reason)), Some(("gold", "agreed")));
    let expect = ["2026-01-10T09 Rose basic→silver", "2026-02-01T09 SetByHand silver→gold", "2026-05-01 HandEnded gold→silver"];
    let life = check(&diary, &text, "2026-12-01", &expect);
    assert_eq!(life.tier(), "silver");
    let track = serde_json::json!({"track": "buyer"});
    let early = diary.fact("2026-03-01", "tier.restored", &track);
    check(
        &early,
        &text,
        "2026-12-01",
        &["2026-01-10T09 Rose basic→silver", "2026-02-01T09 SetByHand silver→gold", "2026-03-01T09 HandEnded gold→silver"],
    );
}

/// An override that ends on the day of a review must not make the review look at the new, empty period.
#[test]
fn an_override_that_ends_with_a_period_leaves_the_review_its_period() {
    let text = ladder("calendar year", "review = \"every calendar year\"");
    let diary = history().completed("2025-05-10", "A", 100).set_tier("2025-06-01", "gold", Some("2026-01-01T00:00:00+08:00"));
    let expect = [
        "2025-05-10T09 Rose basic→silver",
        "2025-06-01T09 SetByHand silver→gold",
        "2026-01-01 Kept silver→silver",
        "2026-01-01 HandEnded gold→silver",
    ];
    check(&diary, &text, "2026-02-01", &expect);
}

/// Two tracks reviewed at one midnight, one of them by a grace: both see what has just ended.
#[test]
fn tracks_do_not_spoil_each_other_s_reviews() {
    let first = "[[track]]\nid = \"payer\"\nreview = \"never\"\n[[track.tier]]\nid = \"low\"\n[[track.tier]]\nid = \"high\"\nenter = \"spend >= 1\"\n";
    let text = ladder("calendar year", "review = \"every calendar year\"");
    let (metrics, track) = text.split_once("[[track]]").unwrap();
    let override_payer = serde_json::json!({"track": "payer", "tier": "low", "reason": "test", "until": "2026-01-01T00:00:00+08:00"});
    let diary = history().completed("2025-05-10", "A", 100).fact("2025-06-01", "tier.overridden", &override_payer);
    let life = diary.under(program(&format!("{metrics}{first}[[track]]{track}")), "2026-02-01");
    assert!(life.moves().contains(&"2026-01-01 Kept silver→silver".to_owned()), "{:?}", life.moves());
}

#[test]
fn unknown_tracks_and_tiers_are_refused_with_a_suggestion() {
    let life = history().registered("2026-01-01").under(program(&ladder("lifetime", "")), "2026-01-02");
    let refusal = life.try_now("tier.overridden", &serde_json::json!({"track": "buyers", "tier": "gold", "reason": "x"})).unwrap_err();
    assert_eq!(refusal.to_string(), "field `track`: the program in force has no track `buyers`; did you mean `buyer`?");
    let refusal = life.try_now("tier.overridden", &serde_json::json!({"track": "buyer", "tier": "golden", "reason": "x"})).unwrap_err();
    assert_eq!(refusal.to_string(), "field `tier`: the program in force has no tier `golden`; did you mean `gold`?");
}

#[test]
fn standing_can_be_asked_for_as_of_any_instant() {
    let text = ladder("rolling 30 days", "review = \"every calendar month\"");
    let diary = history().completed("2026-01-10", "A", 1_000);
    let tiers: Vec<_> = ["2026-01-09", "2026-01-10", "2026-02-28", "2026-03-01", "2026-04-01"]
        .map(|until| {
            let life = diary.under(program(&text), until);
            assert_eq!(life.member.state.clock, as_of(until));
            life.member.state.tracks.first().map(|standing| standing.tier.to_string())
        })
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect();
    assert_eq!(tiers, ["", "gold", "gold", "silver", "basic"]);
}
