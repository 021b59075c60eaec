//! Balances as of any instant, statements, and what is outstanding by cohort.

use std::collections::BTreeMap;

use ledger::{Cohort, Instant, Reason, UnitIx, balances_as_of, liability, statement};

use crate::till::{POINTS, day, owe, run};

const LIFE: &str = "d1 earn a 100 held until d5
                    d6 earn b 50 expires d20
                    d7 spend s 70
                    d8 reserve r 30
                    d9 restore s 20
                    d21 commit r
                    d30 undo a 10";

#[test]
fn a_balance_can_be_asked_for_as_of_any_instant() {
    let till = run(&owe(), LIFE);
    let as_of = |at: Instant| balances_as_of(&till.out, POINTS, at);
    assert_eq!((as_of(day(4)).held, as_of(day(4)).available), (100, 0));
    assert_eq!((as_of(day(5)).held, as_of(day(5)).available), (0, 100));
    assert_eq!(as_of(Instant(day(5).0 - 1)).available, 0, "the instant before is another instant");
    assert_eq!((as_of(day(7)).available, as_of(day(7)).spent), (80, 70));
    assert_eq!((as_of(day(10)).available, as_of(day(10)).reserved), (70, 30));
    assert_eq!(as_of(day(99)), till.book.balances(POINTS));
    assert_eq!(as_of(day(0)), Default::default());
    assert_eq!(balances_as_of(&till.out, UnitIx(1), day(99)), Default::default());
}

#[test]
fn a_statement_opens_moves_and_closes() {
    let till = run(&owe(), LIFE);
    let said = statement(&till.out, POINTS, day(7), day(9));
    assert_eq!(said.opening, 150);
    let lines: Vec<_> = said.lines.iter().map(|line| (line.transfer.reason, line.change, line.balance)).collect();
    assert_eq!(lines, [(Reason::Spend, -70, 80), (Reason::Reserve, -30, 50), (Reason::Restore, 20, 70)]);
    assert_eq!(said.closing, 70);
    let next = statement(&till.out, POINTS, day(10), day(99));
    assert_eq!(next.opening, said.closing, "statements join without a gap");
    assert_eq!(next.closing, till.book.balances(POINTS).available);
}

/// What is held or set aside moves no available balance, so it is no line of a statement.
#[test]
fn a_statement_leaves_out_what_does_not_touch_the_available_balance() {
    let till = run(&owe(), "d1 earn a 100 held\n d2 undo a 10\n d3 release a\n d4 reserve r 5\n d5 commit r");
    let said = statement(&till.out, POINTS, day(0), day(9));
    assert_eq!(said.lines.iter().map(|line| line.transfer.reason).collect::<Vec<_>>(), [Reason::Release, Reason::Reserve]);
    assert_eq!((said.opening, said.closing), (0, 85));
}

#[test]
fn liability_adds_lots_up_by_cohort_of_issue() {
    let till = run(&owe(), LIFE);
    let cohorts = liability(till.book.lots(), |lot| lot.created_at);
    let a = Cohort { issued: 100, outstanding: 60, held: 0, spent: 30, expired: 0, taken_back: 10 };
    let b = Cohort { issued: 50, outstanding: 0, held: 0, spent: 50, expired: 0, taken_back: 0 };
    assert_eq!(cohorts, BTreeMap::from([(day(1), a), (day(6), b)]));
    let total: i64 = cohorts.values().map(|cohort| cohort.outstanding + cohort.held).sum();
    let balances = till.book.balances(POINTS);
    assert_eq!(total, balances.available + balances.held + balances.reserved);
}
