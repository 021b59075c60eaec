//! Two versions of a program: each fact is judged by the one in force when it occurred.

use serde_json::json;

use crate::diary::{history, midnight, program, versions};

fn earning(rate: i64, window: &str) -> String {
    format!(
        "[[unit]]\nid = \"points\"\n[[metric]]\nid = \"spend\"\non = [\"order.completed\"]\nvalue = \"amount\"\nwindow = \"{window}\"\n\
         [[earn]]\nid = \"order\"\non = [\"order.completed\"]\nunit = \"points\"\namount = \"amount * {rate}\"\n"
    )
}

fn track(review: &str, tiers: &[(&str, &str)]) -> String {
    let mut text = format!("[[track]]\nid = \"buyer\"\nreview = \"{review}\"\n[[track.tier]]\nid = \"basic\"\n");
    for (id, enter) in tiers {
        text += &format!("[[track.tier]]\nid = \"{id}\"\nenter = \"{enter}\"\n");
    }
    text
}

#[test]
fn a_fact_is_judged_by_the_version_in_force() {
    let timeline = versions(vec![("", program(&earning(1, "lifetime"))), ("2026-02-01", program(&earning(2, "lifetime")))]);
    let diary = history().completed("2026-01-31T23:59:59+08:00", "A", 100).completed("2026-02-01T00:00:00+08:00", "B", 100).refunded(
        "2026-02-02",
        "A",
        50,
    );
    let life = diary.over(timeline, "2026-02-28");
    assert_eq!(life.points(), 250, "the refund takes back what that order earned then");
    assert_eq!(life.decisions.iter().map(|decision| decision.version).collect::<Vec<_>>(), [1, 2, 2]);
}

/// A metric that the new version measures for the first time knows all of the old history.
#[test]
fn a_new_version_s_metrics_know_the_old_history() {
    let old = program(&(earning(1, "calendar month") + &track("never", &[("gold", "spend >= 1000")])));
    let new = program(&(earning(1, "rolling 24 months") + &track("never", &[("gold", "spend >= 150")])));
    let diary = history().completed("2026-01-10", "A", 100).completed("2026-02-10", "B", 100);
    let life = diary.over(versions(vec![("", old), ("2026-06-01", new)]), "2026-07-01");
    assert_eq!(life.moves(), ["2026-06-01 Rose basic→gold"]);
    assert_eq!(life.metric("spend"), "200");
}

/// A year's end is where programs change and reviews fall due; the last year is still what is reviewed, by the new names of tiers.
#[test]
fn a_review_on_the_day_of_the_change_sees_the_period_that_has_ended() {
    let old = program(&(earning(1, "calendar year") + &track("every calendar year", &[("gold", "spend >= 100")])));
    let between = &[("silver", "spend >= 50"), ("gold", "spend >= 90")];
    let new = program(&(earning(1, "calendar year") + &track("every calendar year", between)));
    let life = history().completed("2025-05-10", "A", 100).over(versions(vec![("", old), ("2026-01-01", new)]), "2026-02-01");
    assert_eq!(life.moves(), ["2025-05-10T09 Rose basic→gold", "2026-01-01 Kept gold→gold"]);
    assert_eq!(life.member.state.tracks[0].rank, 2, "gold is the third tier now");
    assert_eq!(life.member.state.tracks[0].since, crate::diary::at("2025-05-10"), "and has been held all along");
}

#[test]
fn a_tier_that_is_gone_is_judged_anew_with_a_receipt() {
    let old = program(&(earning(1, "lifetime") + &track("never", &[("silver", "spend >= 10"), ("gold", "spend >= 100")])));
    let new = program(&(earning(1, "lifetime") + &track("never", &[("premium", "spend >= 50")])));
    let diary = history().completed("2025-05-10", "A", 100).set_tier("2025-06-01", "silver", Some("2026-01-01T00:00:00+08:00"));
    let life = diary.over(versions(vec![("", old), ("2026-01-01", new)]), "2026-02-01");
    let moves = life.moves();
    assert_eq!(moves[2..], ["2026-01-01 ProgramChanged gold→premium", "2026-01-01 HandEnded silver→premium"]);
    assert_eq!(life.tier(), "premium");
}

/// New tracks, new benefits and a review, all at the same midnight.
#[test]
fn a_new_track_begins_while_an_old_one_is_reviewed() {
    let old = program(&(earning(1, "calendar year") + &track("every calendar year", &[("gold", "spend >= 100")])));
    let more = "[[track]]\nid = \"seller\"\n[[track.tier]]\nid = \"low\"\n[[track.tier]]\nid = \"high\"\nenter = \"spend >= 1\"\n\
                [[benefit]]\nid = \"fair\"\ntiers = [\"seller.low\", \"buyer.basic\"]\n";
    let new = program(&(earning(1, "calendar year") + &track("every calendar year", &[("gold", "spend >= 200")]) + more));
    let life = history().completed("2025-05-10", "A", 100).over(versions(vec![("", old), ("2026-01-01", new)]), "2026-02-01");
    assert_eq!(life.moves(), ["2025-05-10T09 Rose basic→gold", "2026-01-01 Fell gold→basic"]);
    assert_eq!(life.member.state.entitlements.len(), 1);
}

/// The member's history began before any version did; the second version still comes to it by itself.
#[test]
fn a_history_older_than_the_program_meets_the_next_version_in_time() {
    let mut timeline = versions(vec![("", program(&earning(1, "lifetime")))]).versions;
    timeline[0].from = midnight("2026-01-01");
    let new = program(&(earning(1, "lifetime") + &track("never", &[("gold", "spend >= 100")])));
    timeline.push(program::Version { number: 2, from: midnight("2026-03-01"), program: std::sync::Arc::new(new) });
    let diary = history().completed("2025-05-10", "A", 100);
    let life = diary.over(program::Timeline::new(timeline.clone()), "2026-03-01");
    assert_eq!(life.moves(), ["2026-03-01 Rose basic→gold"]);
    let life = diary.completed("2026-04-01", "B", 1).over(program::Timeline::new(timeline), "2026-05-01");
    assert_eq!(life.moves(), ["2026-03-01 Rose basic→gold"]);
}

const METERED: &str =
    "[[benefit]]\nid = \"quotes\"\ntiers = [\"buyer.gold\"]\nkind = \"metered\"\nunit = \"points\"\namount = 5\nper = \"calendar month\"\n";
const RIGHT: &str = "[[benefit]]\nid = \"quotes\"\ntiers = [\"buyer.gold\"]\n";

/// A grant that becomes a right (and back), or is dropped while somebody has it by hand: time goes on.
#[test]
fn benefits_may_change_their_nature_or_go() {
    let with = |benefit: &str| program(&(earning(0, "lifetime") + &track("never", &[("gold", "spend >= 100")]) + benefit));
    let diary = history().completed("2026-01-10", "A", 100);
    let life = diary.over(versions(vec![("", with(METERED)), ("2026-01-20", with(RIGHT))]), "2026-06-15");
    assert_eq!(-life.balances("points").issued, 5);
    let life = diary.over(versions(vec![("", with(RIGHT)), ("2026-02-20", with(METERED))]), "2026-04-15");
    assert_eq!(-life.balances("points").issued, 15, "February, March and April");
    let given = json!({"benefit": "quotes", "until": "2026-04-01T00:00:00+08:00"});
    let diary = history().fact("2026-01-10", "benefit.granted", &given);
    let life = diary.over(versions(vec![("", with(METERED)), ("2026-02-20", with(""))]), "2026-06-15");
    assert_eq!(-life.balances("points").issued, 10, "January and February");
    assert!(life.member.state.entitlements.iter().all(|held| held.given.is_none() && !held.by_tier));
    assert!(life.decisions.iter().any(|decision| format!("{:?}", decision.outcome).contains("now: false, by: \"program\"")));
}

/// What was promised as redeemable is not lost with the unit's definition: lots of a dropped unit lapse by their own dates.
#[test]
fn a_dropped_unit_keeps_its_lots() {
    let old = program(&earning(1, "lifetime"));
    let new = program("[[unit]]\nid = \"other\"\n");
    let diary = history().completed("2026-01-10", "A", 100).cancelled("2026-03-01", "A");
    let timeline = || versions(vec![("", program(&earning(1, "lifetime"))), ("2026-02-01", program("[[unit]]\nid = \"other\"\n"))]);
    assert_eq!(diary.over(timeline(), "2026-02-15").points(), 100);
    assert_eq!(diary.over(versions(vec![("", old), ("2026-02-01", new)]), "2026-03-15").points(), 0);
}

/// Three in the morning in Shanghai is the evening before in London: each version measures by its own midnights, whichever is in force
/// when something happens.
#[test]
fn versions_in_different_time_zones_count_days_each_by_its_own() {
    let metrics = "[[metric]]\nid = \"month\"\non = [\"order.completed\"]\nwindow = \"calendar month\"\n\
                   [[metric]]\nid = \"active\"\non = [\"order.completed\"]\naggregate = \"distinct days\"\nwindow = \"rolling 30 days\"\n";
    let of = |zone: &str| program::Program::parse(&crate::diary::text(metrics).replace("Asia/Shanghai", zone)).unwrap();
    let body = |order: &str| crate::diary::order_body(order, 10);
    let diary = history()
        .fact("2026-01-31T18:00:00Z", "order.completed", &body("A"))
        .fact("2026-02-01T15:30:00Z", "order.completed", &body("B"))
        .fact("2026-02-01T16:30:00Z", "order.completed", &body("C"))
        .fact("2026-02-10T12:00:00Z", "order.completed", &body("D"));
    let read = |first: &str, second: &str, switch: &str| {
        let life = diary.over(versions(vec![("", of(first)), (switch, of(second))]), "2026-02-11");
        (life.metric("month"), life.metric("active"))
    };
    let (shanghai, london) = (("4".to_owned(), "3".to_owned()), ("3".to_owned(), "3".to_owned()));
    assert_eq!(read("Asia/Shanghai", "Asia/Shanghai", "2026-02-05"), shanghai);
    assert_eq!(read("Europe/London", "Asia/Shanghai", "2026-02-05"), shanghai, "what London judged is measured by Shanghai's days, too");
    assert_eq!(read("Europe/London", "Europe/London", "2026-02-05"), london);
    assert_eq!(read("Asia/Shanghai", "Europe/London", "2026-02-05"), london);
}
