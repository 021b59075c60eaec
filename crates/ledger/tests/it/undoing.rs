//! Accruals and redemptions are undone.

use ledger::{Shortfall, UnitRules, split};

use crate::till::{POINTS, check, day, key, owe, reinstating, run};

#[test]
fn undoing_an_accrual_takes_back_its_lot_held_first_then_available() {
    check(&owe(), "d1 earn a 100 held until d9\n d2 undo a 30", "issued -70 held 70\n a: held 70 undone 30");
    check(&owe(), "d1 earn a 100\n d2 undo a 100", "a: undone 100");
}

#[test]
fn what_has_lapsed_is_not_claimed_again() {
    check(
        &owe(),
        "d1 earn a 100 expires d5
         d2 spend s 40
         d6 undo a 100",
        "available -40 spent 40 owed 40
         a: spent 40 undone 60",
    );
}

#[test]
fn under_owe_other_lots_pay_in_draw_order_and_the_rest_is_owed() {
    check(
        &owe(),
        "d1 earn a 100
         d2 spend s 100
         d3 earn b 30
         d4 undo a 100",
        "issued -30 available -70 spent 100 owed 70
         a: spent 100
         b: undone 30",
    );
}

#[test]
fn under_waive_the_shortfall_is_let_go() {
    let waive = UnitRules { shortfall: Shortfall::Waive, ..owe() };
    check(
        &waive,
        "d1 earn a 100
         d2 spend s 70
         d3 earn b 30
         d4 undo a 100",
        "issued -30 available 30
         a: undone 100
         b: available 30",
    );
}

/// Earned, spent, refunded and then the purchase undone: nothing may be left that was not earned.
#[test]
fn what_was_waived_does_not_come_back_with_the_spending() {
    let waive = UnitRules { shortfall: Shortfall::Waive, ..owe() };
    check(&waive, "d1 earn a 10\n d2 spend s 10\n d3 undo a 10\n d4 restore s", "a: undone 10");
    check(&waive, "d1 earn a 10\n d2 spend s 10\n d3 undo a 4\n d4 restore s", "issued -6 available 6\n a: available 6 undone 4");
}

#[test]
fn under_refuse_nothing_changes() {
    let refuse = UnitRules { shortfall: Shortfall::Refuse, ..owe() };
    check(
        &refuse,
        "d1 earn a 100
         d2 spend s 70
         d3 undo a 31
         d3 undo a 30
         d3 undo-any 1
         d3 undo b 1",
        "undo: 1 of the units to be taken back have been spent already
         undo-any: 1 of the units to be taken back have been spent already
         undo: there is no lot t:b
         issued -70 spent 70
         a: spent 70 undone 30",
    );
}

/// A reservation's lots stay its own; the claim goes to other lots or is owed, and is paid when the reservation is cancelled.
#[test]
fn undoing_what_is_reserved_is_owed_until_the_reservation_ends() {
    let script = "d1 earn a 100\n d2 reserve r 100\n d3 undo a 100\n";
    check(&owe(), script, "available -100 reserved 100 owed 100\n a: reserved 100\n open r: 100");
    check(&owe(), &format!("{script} d4 cancel r"), "a: undone 100");
    check(&owe(), &format!("{script} d4 commit r"), "available -100 spent 100 owed 100\n a: spent 100");
}

#[test]
fn a_credit_note_without_an_order_takes_available_then_newest_held_then_owes() {
    check(
        &owe(),
        "d1 earn a 10
         d2 earn b 10 held until d50
         d3 earn c 10 held until d50
         d4 undo-any 15
         d5 undo-any 20",
        "issued 5 available -5 owed 5
         a: undone 10
         b: undone 10
         c: undone 10",
    );
}

#[test]
fn restoring_gives_back_the_very_lots_with_their_old_expiry() {
    check(
        &owe(),
        "d1 earn a 10 expires d20
         d1 earn b 10 expires d30
         d2 spend s 15
         d3 restore s 7
         d20 pass",
        "issued -20 available 10 spent 8 expired 2
         a: spent 8 expired 2
         b: available 10",
    );
}

#[test]
fn a_lot_restored_after_its_expiry_lapses_at_once_or_lives_for_the_reinstatement_window() {
    let script = "d1 earn a 10 expires d5\n d2 spend s 10\n d9 restore s\n";
    check(&owe(), script, "issued -10 expired 10\n a: expired 10");
    check(&reinstating(30), script, "issued -10 available 10\n a: available 10");
    check(&reinstating(30), &format!("{script} d38 pass"), "issued -10 available 10\n a: available 10");
    check(&reinstating(30), &format!("{script} d39 pass"), "issued -10 expired 10\n a: expired 10");
}

#[test]
fn no_more_is_restored_than_was_spent() {
    check(
        &owe(),
        "d1 earn a 10
         d2 spend s 6
         d3 restore s 7
         d3 restore s 4
         d3 restore s 3
         d3 restore s
         d3 restore s
         d3 restore q",
        "restore: 7 is more than the 6 that are left
         restore: 3 is more than the 2 that are left
         restore: the amount 0 must lie between 1 and 1000000000000000
         restore: there is no redemption `q`
         issued -10 available 10
         a: available 10",
    );
}

/// Nothing that was restored leaves a wake-up call in the past behind.
#[test]
fn what_lapses_on_the_spot_is_not_due_again() {
    let till = run(&owe(), "d1 earn a 10 expires d5\n d2 spend s 10\n d9 restore s 4");
    assert!(till.book.due().is_none_or(|due| due > day(9)), "due {:?}", till.book.due());
    let till = run(&owe(), "d1 earn a 10 held until d3 expires d50\n d4 spend s 10\n d9 restore s 4");
    assert_eq!(till.book.due(), Some(day(50)));
}

#[test]
fn the_parts_of_a_split_add_up_and_none_is_off_by_more_than_one() {
    for (total, whole) in [(100, 3), (7, 4), (1, 9), (999_999_999_999_999, 7), (0, 5)] {
        let mut given = 0;
        for part in 1..=whole {
            let step = split(total, part, whole) - given;
            given += step;
            assert!((step - total / whole).abs() <= 1, "{step} of {total} in {whole}");
        }
        assert_eq!(given, total);
    }
    assert_eq!((split(5, 1, 2), split(7, 1, 2), split(i64::MAX, i64::MAX, i64::MAX)), (2, 4, i64::MAX));
}

/// A return of a third, then the rest, of an order that earned 100 and took 40: both are split pro rata to the last point.
#[test]
fn partial_returns_split_what_was_earned_and_what_was_spent() {
    let till = run(
        &owe(),
        &format!(
            "d1 earn before 40\n d2 spend s 40\n d2 earn a 100\n d3 undo a {}\n d3 restore s {}\n d4 undo a {}\n d4 restore s {}",
            split(100, 1, 3),
            split(40, 1, 3),
            100 - split(100, 1, 3),
            40 - split(40, 1, 3)
        ),
    );
    let balances = till.book.balances(POINTS);
    assert_eq!((balances.available, balances.issued, balances.spent), (40, -40, 0));
    assert_eq!(till.book.redemption(&key("s")).unwrap().restored, 40);
}

#[test]
fn no_more_of_an_accrual_is_undone_than_there_was() {
    check(&owe(), "d1 earn a 10\n d2 undo a 11\n d2 undo a 10", "undo: 11 is more than the 10 that are left\n a: undone 10");
}
