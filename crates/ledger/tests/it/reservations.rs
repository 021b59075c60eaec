//! Two phases: reserve, then commit, cancel or time out.

use ledger::{Book, Refusal, Shortfall, UnitRules};

use crate::till::{POINTS, check, key, owe, request, run};

#[test]
fn a_reservation_sets_particular_lots_aside() {
    check(
        &owe(),
        "d1 earn a 10 expires d9
         d1 earn b 10
         d2 reserve r 15
         d2 spend s 6",
        "spend: only 5 available, 6 needed
         issued -20 available 5 reserved 15
         a: reserved 10
         b: available 5 reserved 5
         open r: 15",
    );
}

#[test]
fn a_lot_that_would_expire_while_reserved_is_kept_until_the_reservation_ends() {
    let script = "d1 earn a 10 expires d5\n d2 reserve r 6\n d9 pass\n";
    check(&owe(), script, "issued -10 reserved 6 expired 4\n a: reserved 6 expired 4\n open r: 6");
    check(&owe(), &format!("{script} d9 commit r"), "issued -10 spent 6 expired 4\n a: spent 6 expired 4");
    check(&owe(), &format!("{script} d9 cancel r"), "issued -10 expired 10\n a: expired 10");
}

#[test]
fn a_reservation_times_out_by_itself() {
    check(&owe(), "d1 earn a 10\n d2 reserve r 6 until d4\n d4 spend s 10", "issued -10 spent 10\n a: spent 10");
    check(
        &owe(),
        "d1 earn a 10
         d2 reserve r 6 until d4
         d4 commit r",
        "commit: reservation `r` has ended: its time ran out
         issued -10 available 10
         a: available 10",
    );
}

/// A reservation reported late may have ended before it was heard of: nothing stays set aside, and no movement comes before it.
#[test]
fn a_reservation_whose_time_is_over_ends_at_once() {
    let till = run(&owe(), "d1 earn a 10\n d5 reserve r 6 until d4");
    assert_eq!(till.to_string(), "issued -10 available 10\na: available 10\n");
    assert!(till.out.is_sorted_by_key(|transfer| transfer.at));
}

#[test]
fn a_partial_commit_frees_the_rest_last_drawn_first() {
    check(
        &owe(),
        "d1 earn a 10 expires d20
         d1 earn b 10
         d2 reserve r 15
         d3 commit r 12",
        "issued -20 available 8 spent 12
         a: spent 10
         b: available 8 spent 2",
    );
}

#[test]
fn a_partial_commit_lets_lapse_what_has_expired_meanwhile() {
    check(&owe(), "d1 earn a 10 expires d5\n d2 reserve r 10\n d6 commit r 4", "issued -10 spent 4 expired 6\n a: spent 4 expired 6");
}

#[test]
fn a_reservation_ends_once_and_holds_no_more_than_it_says() {
    check(
        &owe(),
        "d1 earn a 10
         d2 reserve r 6
         d2 commit r 7
         d2 commit r 0
         d2 commit r
         d2 cancel r
         d2 commit q",
        "commit: 7 is more than the 6 that are left
         commit: the amount 0 must lie between 1 and 1000000000000000
         cancel: reservation `r` has ended: it was committed
         commit: there is no reservation `q`
         issued -10 available 4 spent 6
         a: available 4 spent 6",
    );
}

#[test]
fn a_committed_reservation_can_be_restored() {
    check(
        &owe(),
        "d1 earn a 10\n d2 reserve r 6\n d3 commit r 5\n d4 restore r 3",
        "issued -10 available 8 spent 2\n a: available 8 spent 2",
    );
}

/// While units were set aside on credit, an accrual paid for them; when the purchase fails the member gets that back.
#[test]
fn cancelling_what_was_reserved_on_credit_gives_back_what_was_paid_for_it() {
    let rules = UnitRules { overdraft: 100, ..owe() };
    let script = "d1 reserve r 80\n d2 earn a 50\n";
    check(&rules, script, "issued -50 available -30 reserved 80 owed 30\n a: spent 50\n open r: 80");
    check(&rules, &format!("{script} d3 cancel r"), "issued -50 available 50\n a: spent 50\n r: available 50");
    check(&rules, &format!("{script} d3 commit r"), "issued -50 available -30 spent 80 owed 30\n a: spent 50");
    check(&rules, &format!("{script} d3 commit r 20"), "issued -50 available 30 spent 20\n a: spent 50\n r: available 30");
}

/// Of many spends of one balance exactly one succeeds; the book is the last line of defence behind the database's lock.
#[test]
fn twenty_spends_of_one_balance_give_one_success() {
    let mut till = run(&owe(), "d1 earn a 100");
    let results =
        (0..20).map(|at| till.book.spend(request(key(&format!("s{at}")), 100, false), &owe(), crate::till::day(2), &mut till.out));
    let results: Vec<_> = results.collect();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(
        results
            .iter()
            .filter_map(|result| result.as_ref().err())
            .all(|refusal| *refusal == Refusal::Insufficient { available: 0, needed: 100 })
    );
    assert_eq!(till.book.balances(POINTS).available, 0);
}

/// An accrual is undone while what it gave is set aside: under `waive` that is let go, and a purchase that fails must not make it free again.
#[test]
fn what_was_let_go_while_reserved_does_not_come_back() {
    let waive = UnitRules { shortfall: Shortfall::Waive, ..owe() };
    let script = "d1 earn a 10\n d2 reserve r 8\n d3 undo a 7\n";
    check(&waive, &format!("{script} d4 cancel r"), "issued -3 available 3\n a: available 3 undone 7");
    // What is spent after all has been spent for good; undoing the spending gives back only what was never undone.
    check(&waive, &format!("{script} d4 commit r\n d5 restore r as x"), "issued -3 available 3\n a: available 3 undone 7");
}

/// A book of which only a part was loaded refuses to draw, instead of booking a debt for units that are there.
#[test]
fn drawing_from_lots_that_are_not_loaded_is_refused() {
    let till = run(&owe(), "d1 earn a 10\n d1 earn b 10");
    let lots = till.book.lots()[..1].to_vec();
    let mut part = Book::from_parts(till.book.hot().clone(), lots, Vec::new(), Vec::new());
    let mut out = Vec::new();
    let refusal = part.spend(request(key("s"), 15, true), &owe(), crate::till::day(2), &mut out).unwrap_err();
    assert_eq!(refusal, Refusal::LotsMissing { said: 15, found: 10 });
    assert_eq!((part.balances(POINTS), out.len()), (till.book.balances(POINTS), 0), "nothing has changed");
}
