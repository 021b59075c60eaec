//! Balances as of any instant, statements, and what is outstanding by cohort of issue.

use std::collections::BTreeMap;

use crate::{Balances, Instant, Lot, Purpose, Transfer, UnitIx};

/// The balances in one unit as of an instant, from the transfers alone. `owed` is not known to transfers and is 0.
pub fn balances_as_of<'a>(transfers: impl IntoIterator<Item = &'a Transfer>, unit: UnitIx, at: Instant) -> Balances {
    let mut balances = Balances::default();
    for transfer in transfers {
        if transfer.unit == unit && transfer.at <= at {
            balances.move_amount(transfer.from, transfer.to, transfer.amount);
        }
    }
    balances
}

/// One line of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementLine {
    /// The movement.
    pub transfer: Transfer,
    /// What it did to the available balance.
    pub change: i64,
    /// The available balance after it.
    pub balance: i64,
}

/// The movements of the available balance of one unit in a stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The balance before `from`.
    pub opening: i64,
    /// The movements in order of time.
    pub lines: Vec<StatementLine>,
    /// The balance at the end.
    pub closing: i64,
}

/// The statement of one unit over `from ..= to`.
pub fn statement<'a>(transfers: impl IntoIterator<Item = &'a Transfer>, unit: UnitIx, from: Instant, to: Instant) -> Statement {
    let mut moves: Vec<&Transfer> = transfers.into_iter().filter(|transfer| transfer.unit == unit && transfer.at <= to).collect();
    moves.sort_by_key(|transfer| transfer.at);
    let mut statement = Statement { opening: 0, lines: Vec::new(), closing: 0 };
    for transfer in moves {
        let sign = i64::from(transfer.to == Purpose::Available) - i64::from(transfer.from == Purpose::Available);
        if sign == 0 {
            continue;
        }
        let change = sign * transfer.amount;
        statement.closing += change;
        if transfer.at < from {
            statement.opening = statement.closing;
        } else {
            statement.lines.push(StatementLine { transfer: transfer.clone(), change, balance: statement.closing });
        }
    }
    statement
}

/// What became of the lots issued in one cohort, in the unit's smallest step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cohort {
    /// Issued.
    pub issued: i64,
    /// Still available or reserved.
    pub outstanding: i64,
    /// Still held.
    pub held: i64,
    /// Spent.
    pub spent: i64,
    /// Lapsed.
    pub expired: i64,
    /// Undone.
    pub taken_back: i64,
}

/// Adds lots up by cohort; `cohort` names a lot's cohort, e.g. the month in which it was made.
pub fn liability<'a, K: Ord>(lots: impl IntoIterator<Item = &'a Lot>, cohort: impl Fn(&Lot) -> K) -> BTreeMap<K, Cohort> {
    let mut cohorts: BTreeMap<K, Cohort> = BTreeMap::new();
    for lot in lots {
        let sum = cohorts.entry(cohort(lot)).or_default();
        sum.issued += lot.amount;
        sum.outstanding += lot.available + lot.reserved;
        sum.held += lot.held;
        sum.spent += lot.spent;
        sum.expired += lot.expired;
        sum.taken_back += lot.taken_back;
    }
    cohorts
}
