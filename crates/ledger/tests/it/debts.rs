//! What is owed, and who pays it; adjustments; what passes between companies of a tree.

use ledger::UnitRules;

use crate::till::{POINTS, check, day, key, owe, reinstating, request, run};

fn overdraft(overdraft: i64) -> UnitRules {
    UnitRules { overdraft, ..owe() }
}

#[test]
fn spending_goes_below_zero_as_far_as_the_unit_allows() {
    check(
        &overdraft(50),
        "d1 earn a 10
         d2 spend s 61
         d2 spend t 60
         d2 spend u 1",
        "spend: only 60 available, 61 needed
         spend: only 0 available, 1 needed
         issued -10 available -50 spent 60 owed 50
         a: spent 10",
    );
}

#[test]
fn the_next_accruals_pay_what_is_owed_first() {
    check(
        &overdraft(50),
        "d1 spend s 50
         d2 earn a 30
         d3 earn b 30",
        "issued -60 available 10 spent 50
         a: spent 30
         b: available 10 spent 20",
    );
}

/// Held units pay when they are released, not before.
#[test]
fn a_held_accrual_pays_at_its_release() {
    let script = "d1 spend s 50\n d2 earn a 80 held until d9\n";
    check(&overdraft(50), script, "issued -80 available -50 held 80 spent 50 owed 50\n a: held 80");
    check(&overdraft(50), &format!("{script} d9 pass"), "issued -80 available 30 spent 50\n a: available 30 spent 50");
}

#[test]
fn what_happened_is_followed_even_beyond_the_overdraft() {
    check(&owe(), "d1 earn a 10\n d2 spend s 25 force", "issued -10 available -15 spent 25 owed 15\n a: spent 10");
}

#[test]
fn undoing_an_overdrawn_redemption_forgives_the_debt_before_it_gives_lots_back() {
    let script = "d1 earn a 10\n d2 spend s 25 force\n";
    check(&owe(), &format!("{script} d3 restore s 12"), "issued -10 available -3 spent 13 owed 3\n a: spent 10");
    check(&owe(), &format!("{script} d3 restore s"), "issued -10 available 10\n a: available 10");
}

/// Later accruals paid for the redemption, so undoing it owes them to the member: a lot of its own that lives as long as the longest-lived
/// lot that paid, or for the reinstatement window when that is over.
#[test]
fn undoing_a_redemption_that_later_accruals_paid_gives_that_back() {
    check(
        &reinstating(30),
        "d1 spend s 25 force
         d2 earn a 20 expires d9
         d3 restore s as x
         d33 pass",
        "issued -20 expired 20
         a: spent 20
         x: expired 20",
    );
    let till = run(&reinstating(30), "d1 spend s 25 force\n d2 earn a 20\n d3 restore s as x");
    assert_eq!((till.book.balances(POINTS).available, till.book.lot(&key("x")).unwrap().expires_at), (20, None));
}

/// A second undoing under one key would make a lot twice; it is refused before anything has changed.
#[test]
fn a_restoration_needs_a_key_of_its_own() {
    check(
        &owe(),
        "d1 spend s 10 force
         d1 spend t 10 force
         d2 earn a 20
         d3 restore s as x
         d3 restore t as x",
        "restore: t:x exists already
         issued -20 available 10 spent 10
         a: spent 20
         x: available 10",
    );
}

#[test]
fn staff_add_and_take() {
    check(
        &overdraft(5),
        "d1 adjust j 30
         d2 adjust k -10
         d3 adjust l -26
         d3 adjust m -25",
        "adjust: only 25 available, 26 needed
         available -5 adjusted 5 owed 5
         j: undone 30",
    );
}

#[test]
fn passing_on_draws_lots_in_order_and_never_overdraws() {
    check(
        &overdraft(50),
        "d1 earn a 10 expires d9
         d1 earn b 10
         d2 share h 21
         d2 share g 15",
        "share: only 20 available, 21 needed
         issued -20 available 5 shared 15
         a: spent 10
         b: available 5 spent 5",
    );
    let mut till = run(&owe(), "d1 earn a 10 expires d9 priority 2\n d1 earn b 10");
    let shared = till.book.share_out(request(key("h"), 15, false), day(2), &mut till.out).unwrap();
    let said: Vec<_> = shared.iter().map(|draw| (&*draw.lot.fact, draw.amount, draw.expires_at, draw.priority)).collect();
    assert_eq!(said, [("b", 10, None, 0), ("a", 5, Some(day(9)), 2)]);
}

#[test]
fn what_comes_from_another_company_is_a_lot_that_keeps_its_expiry() {
    check(
        &owe(),
        "d1 pool p 10 expires d9
         d2 spend s 4
         d9 pass",
        "spent 4 expired 6 shared -10
         p: spent 4 expired 6",
    );
}

#[test]
fn a_lot_that_comes_too_late_lapses_at_once() {
    check(&owe(), "d9 pool p 10 expires d9", "expired 10 shared -10\n p: expired 10");
}
