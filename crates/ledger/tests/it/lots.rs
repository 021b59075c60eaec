//! Which lots are drawn, when they become available and when they lapse.

use ledger::{Draw, MAX_AMOUNT, MAX_BALANCE, Refusal};

use crate::till::{check, day, key, lot, owe, run};

#[test]
fn lots_are_drawn_by_priority_then_soonest_expiry_then_age() {
    check(
        &owe(),
        "d1 earn old 10
         d2 earn young 10
         d3 earn late 10 expires d90
         d3 earn soon 10 expires d60
         d4 earn gift 10 priority -1
         d5 earn last 10 priority 1 expires d50
         d6 spend s 35",
        "issued -60 available 25 spent 35
         old: available 5 spent 5
         young: available 10
         late: spent 10
         soon: spent 10
         gift: spent 10
         last: available 10",
    );
}

/// Every spent point leads back to what earned it.
#[test]
fn a_spend_says_which_lots_it_drew() {
    let till = run(&owe(), "d1 earn a 10 expires d9\n d1 earn b 10\n d2 spend s 15");
    let drawn = &till.out.last().unwrap().draws;
    assert_eq!(*drawn, [Draw { lot: key("a"), amount: 10 }, Draw { lot: key("b"), amount: 5 }]);
    assert_eq!(till.book.redemption(&key("s")).unwrap().draws, *drawn);
}

#[test]
fn two_lots_of_one_instant_are_drawn_in_the_order_in_which_they_were_made() {
    check(&owe(), "d1 earn z 10\n d1 earn a 10\n d2 spend s 10", "issued -20 available 10 spent 10\n z: spent 10\n a: available 10");
}

#[test]
fn what_is_held_cannot_be_spent_until_its_day() {
    check(
        &owe(),
        "d1 earn a 100 held until d10
         d9 spend s 1
         d10 spend t 40",
        "spend: only 0 available, 1 needed
         issued -100 available 60 spent 40
         a: available 60 spent 40",
    );
}

#[test]
fn what_waits_for_an_event_is_released_by_it_and_only_once() {
    check(
        &owe(),
        "d1 earn a 100 held
         d400 pass
         d401 release a
         d402 release a
         d402 release b",
        "release: there is no lot t:b
         issued -100 available 100
         a: available 100",
    );
}

/// The instant of expiry itself is too late.
#[test]
fn a_lot_lapses_at_its_expiry_and_keeps_what_was_spent() {
    check(
        &owe(),
        "d1 earn a 100 expires d10
         d5 spend s 30
         d10 spend t 1",
        "spend: only 0 available, 1 needed
         issued -100 spent 30 expired 70
         a: spent 30 expired 70",
    );
    let till = run(&owe(), "d1 earn a 100 expires d10\n d50 pass");
    assert_eq!(till.out.last().unwrap().at, day(10), "it lapses on its own day, however late anybody looks");
}

#[test]
fn a_lot_released_after_its_expiry_lapses_at_once() {
    check(&owe(), "d1 earn a 100 held until d20 expires d10\n d20 pass", "issued -100 expired 100\n a: expired 100");
    check(&owe(), "d1 earn a 100 held expires d10\n d30 release a", "issued -100 expired 100\n a: expired 100");
}

#[test]
fn want_of_activity_takes_everything_available_and_nothing_else() {
    check(
        &owe(),
        "d1 earn a 100 held until d20
         d1 earn b 100
         d1 reserve r 30
         d5 idle",
        "issued -200 held 100 reserved 30 expired 70
         a: held 100
         b: reserved 30 expired 70
         open r: 30",
    );
}

#[test]
fn amounts_that_are_none_are_refused_and_a_key_is_used_once() {
    check(
        &owe(),
        "d1 earn a 0
         d1 earn a -5
         d1 earn a 10
         d1 earn a 10
         d1 spend s 0
         d1 spend s 5
         d1 spend s 5
         d1 reserve s 5
         d1 undo a 0
         d1 adjust j 0",
        "earn: the amount 0 must lie between 1 and 1000000000000000
         earn: the amount -5 must lie between 1 and 1000000000000000
         earn: t:a exists already
         spend: the amount 0 must lie between 1 and 1000000000000000
         spend: t:s exists already
         reserve: t:s exists already
         undo: the amount 0 must lie between 1 and 1000000000000000
         adjust: the amount 0 must lie between 1 and 1000000000000000
         issued -10 available 5 spent 5
         a: available 5 spent 5",
    );
}

/// Ten thousand of the largest amounts would leave 64 bits; the ledger stops long before.
#[test]
fn no_account_leaves_sixty_four_bits() {
    let mut till = run(&owe(), "");
    let mut refused = None;
    for number in 0..2_000 {
        let result = till.book.accrue(lot(key(&number.to_string()), MAX_AMOUNT), day(1), &mut till.out);
        refused = refused.or(result.err());
    }
    assert_eq!(refused, Some(Refusal::BalanceOutOfRange));
    assert_eq!(till.book.balances(crate::till::POINTS).available, MAX_BALANCE);
    till.book.check().unwrap();
}
