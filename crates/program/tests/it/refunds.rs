//! Orders are undone, whole or in part: what they counted, earned, took and led to follows.

use crate::diary::{history, program};

fn metric(refunds: &str, window: &str) -> String {
    format!(
        "[[metric]]\nid = \"spend\"\non = [\"order.completed\"]\nvalue = \"amount\"\nwindow = \"{window}\"\nrefunds = \"{refunds}\"\n\
         [[metric]]\nid = \"orders\"\non = [\"order.completed\"]\nwindow = \"{window}\"\nrefunds = \"{refunds}\"\n"
    )
}

const EARN: &str = r#"
[[unit]]
id = "points"

[[earn]]
id = "order"
on = ["order.completed"]
unit = "points"
amount = "amount"
"#;

#[test]
fn a_refund_counts_at_the_date_of_the_order() {
    let diary = history().completed("2026-01-20", "A", 100).completed("2026-02-01", "B", 10).refunded("2026-02-10", "A", 30);
    let life = |until: &str| diary.under(program(&metric("order date", "calendar month")), until).metric("spend");
    assert_eq!((life("2026-01-31"), life("2026-02-28")), ("100".to_owned(), "10".to_owned()), "January is over; February has not shrunk");
    let life = diary.under(program(&metric("order date", "rolling 60 days")), "2026-02-28");
    assert_eq!((life.metric("spend"), life.metric("orders")), ("80".to_owned(), "2".to_owned()));
}

#[test]
fn a_refund_counts_at_its_own_date_or_not_at_all() {
    let diary = history().completed("2026-01-20", "A", 100).completed("2026-02-01", "B", 10).refunded("2026-02-10", "A", 100);
    let life = diary.under(program(&metric("own date", "calendar month")), "2026-02-28");
    assert_eq!((life.metric("spend"), life.metric("orders")), ("-90".to_owned(), "0".to_owned()));
    let life = diary.under(program(&metric("ignored", "lifetime")), "2026-02-28");
    assert_eq!((life.metric("spend"), life.metric("orders")), ("110".to_owned(), "2".to_owned()));
}

/// The order has left the window, so its refund has nothing to take away, even while nothing else is in the window.
#[test]
fn undoing_what_has_left_the_window_changes_nothing() {
    let tier = "[[track]]\nid = \"buyer\"\n[[track.tier]]\nid = \"basic\"\n[[track.tier]]\nid = \"odd\"\nenter = \"spend < 0\"\n";
    let diary = history().completed("2026-01-20", "A", 100).refunded("2026-03-10", "A", 60);
    let life = diary.under(program(&(metric("order date", "rolling 30 days") + tier)), "2026-03-10");
    assert_eq!((life.metric("spend"), life.tier()), ("0".to_owned(), "basic"));
    let life = diary.cancelled("2026-03-11", "A").under(program(&metric("order date", "rolling 30 days")), "2026-03-11");
    assert_eq!((life.metric("spend"), life.metric("orders")), ("0".to_owned(), "0".to_owned()));
}

/// Thirds of 100 points come back as 33, 34 and 33: the steps add up to the whole.
#[test]
fn parts_add_up_by_the_remainder_rule() {
    let mut diary = history().completed("2026-01-01", "A", 100).spent_on("2026-01-02", "A", 40);
    let program_text = EARN.replace("\"amount\"", "\"floor(amount)\"") + &metric("order date", "lifetime");
    let mut seen = Vec::new();
    for day in 3..6 {
        diary = diary.refunded(&format!("2026-01-0{day}"), "A", if day == 4 { 34 } else { 33 });
        let life = diary.under(program(&program_text), "2026-01-31");
        let balances = life.balances("points");
        seen.push((-balances.issued, balances.spent, life.metric("spend")));
    }
    assert_eq!(seen, [(67, 27, "67".to_owned()), (33, 13, "33".to_owned()), (0, 0, "0".to_owned())]);
}

#[test]
fn refunds_beyond_the_order_are_noted_and_ignored() {
    let diary = history().completed("2026-01-01", "A", 100).completed("2026-01-01", "B", 50).refunded("2026-01-02", "A", 80).refunded(
        "2026-01-03",
        "A",
        80,
    );
    let life = diary.under(program(EARN), "2026-01-31");
    assert_eq!(life.points(), 50);
    assert!(life.decisions.iter().any(|decision| format!("{decision:?}").contains("exceed its amount")));
}

/// Facts come in the order in which things happened, but a refund may well be booked before the completion.
#[test]
fn an_order_undone_before_it_was_completed_keeps_its_loss() {
    let life = history().refunded("2026-01-01", "A", 30).completed("2026-01-02", "A", 100).under(program(EARN), "2026-01-31");
    assert_eq!(life.points(), 70);
    let life = history().cancelled("2026-01-01", "A").completed("2026-01-02", "A", 100).under(program(EARN), "2026-01-31");
    assert_eq!(life.points(), 0);
    let life = history().placed("2026-01-01", "A", 100).refunded("2026-01-02", "A", 100).completed("2026-01-03", "A", 100);
    assert_eq!(life.under(program(EARN), "2026-01-31").points(), 0);
}

/// A deposit paid for an order is not its amount: half of the order is undone, not five times the deposit.
#[test]
fn a_deposit_is_not_the_amount_of_the_order() {
    let sections = format!("{EARN}[[metric]]\nid = \"paid\"\non = [\"payment.received\"]\nvalue = \"amount\"\n");
    let deposit = crate::diary::order_body("A", 10);
    let life = history().fact("2026-01-01", "payment.received", &deposit).completed("2026-01-02", "A", 100).refunded("2026-01-03", "A", 50);
    assert_eq!(life.under(program(&sections), "2026-01-31").points(), 50);
}

/// An order that earns nothing and counts nowhere still gives back what was spent on it in proportion, not all at once.
#[test]
fn a_partial_refund_restores_its_share_of_what_was_spent() {
    let sections = EARN.replace("amount = \"amount\"", "amount = \"case when \\\"order\\\" = 'A' then amount else 0 end\"");
    let diary = history().completed("2026-01-01", "A", 100).completed("2026-01-02", "B", 100).spent_on("2026-01-03", "B", 60);
    let life = diary.refunded("2026-01-04", "B", 50).under(program(&sections), "2026-01-31");
    assert_eq!((life.points(), life.balances("points").spent), (70, 30));
}

/// Two redemptions on one order, both overdrawn and paid by later accruals, both come back.
#[test]
fn all_redemptions_of_an_order_come_back_with_it() {
    let diary = history().placed("2026-01-01", "B", 10).spent_on("2026-01-01", "B", 30).spent_on("2026-01-02", "B", 20).completed(
        "2026-01-03",
        "A",
        100,
    );
    let life = diary.cancelled("2026-01-04", "B").under(program(EARN), "2026-01-31");
    assert_eq!((life.points(), life.balances("points").spent), (100, 0));
}

#[test]
fn a_credit_note_without_an_order_takes_what_such_an_order_would_earn_today() {
    let sections = format!("{EARN}{}", metric("order date", "rolling 30 days"));
    let diary = history().completed("2026-01-01", "A", 100).credited("2026-01-10", 30);
    let life = diary.under(program(&sections), "2026-01-15");
    assert_eq!((life.points(), life.metric("spend"), life.metric("orders")), (70, "70".to_owned(), "1".to_owned()));
    let life = history().credited("2026-01-10", 30).under(program(&sections), "2026-01-15");
    assert_eq!((life.points(), life.balances("points").owed), (-30, 30));
}

/// Sent twice, judged once.
#[test]
fn a_fact_said_again_changes_nothing() {
    let diary = history().completed("2026-01-01", "A", 100).refunded("2026-01-02", "A", 30);
    let mut again = diary.clone();
    again.facts.extend(diary.facts.iter().cloned());
    let (once, twice) = (diary.under(program(EARN), "2026-01-31"), again.under(program(EARN), "2026-01-31"));
    assert_eq!((once.member, once.transfers, once.decisions), (twice.member, twice.transfers, twice.decisions));
}

#[test]
fn corrections_and_retractions_leave_the_corrected_out() {
    let wrong = || history().completed("2026-01-01", "A", 100).named("wrong");
    let life = wrong().completed("2026-01-01", "A", 10).correcting("wrong").under(program(EARN), "2026-01-31");
    assert_eq!(life.points(), 10);
    let reason = serde_json::json!({"reason": "typed twice"});
    let retracted = || wrong().fact("2026-01-02", "fact.retracted", &reason).correcting("wrong").named("no");
    assert_eq!(retracted().under(program(EARN), "2026-01-31").points(), 0);
    let back = retracted().fact("2026-01-03", "fact.retracted", &reason).correcting("no");
    assert_eq!(back.under(program(EARN), "2026-01-31").points(), 100);
}

/// Two facts that correct each other: whatever the order of storage, the earlier one gives way.
#[test]
fn corrections_in_a_circle_end_and_do_not_depend_on_storage() {
    let mut diary =
        history().completed("2026-01-01", "A", 1).named("a").correcting("b").completed("2026-01-02", "B", 2).named("b").correcting("a");
    assert_eq!(diary.under(program(EARN), "2026-01-31").points(), 2);
    diary.facts.reverse();
    assert_eq!(diary.under(program(EARN), "2026-01-31").points(), 2);
}

/// A sender that corrects its correction over and over costs no more than its facts.
#[test]
fn long_chains_of_corrections_are_followed_in_time() {
    let mut facts = Vec::new();
    for number in 0..20_000_i64 {
        let mut fact = crate::diary::fact(&format!("c{number}"), ledger::Instant(number), "member.registered", &serde_json::json!({}));
        fact.corrects = (number > 0).then(|| format!("c{}", number - 1).into());
        facts.push(fact);
    }
    facts.reverse();
    let counts = program::history::in_force(facts);
    assert_eq!(counts.len(), 10_000);
}
