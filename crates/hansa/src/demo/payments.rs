//! Payments on time and late, reminders, and disputes.

use std::sync::Arc;

use ledger::Instant;
use program::expr::Value;

use super::{
    buying::Buyer,
    calendar::Day,
    chance::Chance,
    history::{Entry, History, Source, count, money, text},
};

/// The share of refunds that end in a dispute.
pub const DISPUTED_REFUND_SHARE: f64 = 0.08;
/// The share of twice reminded invoices that end in a dispute.
pub const DISPUTED_INVOICE_SHARE: f64 = 0.08;
/// The share of late invoices that are never paid.
pub const DEFAULT_SHARE: f64 = 0.01;
/// Days after the due date at which an unpaid invoice is reported overdue.
pub const REMINDER_DAYS: [i64; 3] = [31, 61, 91];
/// Late by more than this is counted as never.
const NEVER_DAYS: i64 = 3_650;

/// What is owed for a delivered order.
pub(super) struct Invoice<'a> {
    pub(super) order: &'a Arc<str>,
    pub(super) completed_at: Instant,
    pub(super) amount_minor: i64,
    pub(super) refund: Option<(Instant, i64)>,
}

/// Records money that came in for an order.
pub(super) fn receive(history: &mut History, order: &Arc<str>, at: Instant, amount_minor: i64, days_late: i64) {
    history.record(
        Entry::new("payment.received", at, Source::Erp).labelled(format!("{order}:received")),
        &[
            ("amount", money(amount_minor)),
            ("currency", text("CNY")),
            ("order", Value::Text(order.clone())),
            ("invoice", text(invoice(order))),
            ("days_late", count(days_late)),
        ],
    );
}

/// Pays an invoice on its terms, late by the habit of the buyer; what was refunded before is not owed any more.
pub(super) fn settle(history: &mut History, buyer: &Buyer, due: &Invoice, chance: &mut Chance) {
    let due_day = Day::of(due.completed_at).0 + buyer.terms_days;
    let days = if !chance.happens(buyer.late_share) {
        -chance.whole(0, 7)
    } else if chance.happens(DEFAULT_SHARE) {
        NEVER_DAYS
    } else {
        1 + (chance.exponential() * buyer.late_days) as i64
    };
    let paid_day = Day(due_day + days).or_next_working();
    let paid_at = paid_day.moment(chance).max(Instant(due.completed_at.0 + 1));
    let returned = due.refund.filter(|&(at, _)| at <= paid_at).map_or(0, |(_, amount_minor)| amount_minor);
    let owed_minor = due.amount_minor - returned;
    if owed_minor <= 0 {
        return;
    }
    remind(history, due, due_day, paid_day, owed_minor, chance);
    if days < NEVER_DAYS {
        receive(history, due.order, paid_at, owed_minor, (paid_day.0 - due_day).max(0));
    }
}

fn remind(history: &mut History, due: &Invoice, due_day: i64, paid_day: Day, owed_minor: i64, chance: &mut Chance) {
    for days in REMINDER_DAYS.into_iter().filter(|days| due_day + days < paid_day.0) {
        let at = Day(due_day + days).at(9 * 3_600);
        history.record(
            Entry::new("payment.overdue", at, Source::Erp).labelled(format!("{}:overdue:{days}", due.order)),
            &[
                ("days", count(days)),
                ("amount", money(owed_minor)),
                ("currency", text("CNY")),
                ("order", Value::Text(due.order.clone())),
                ("invoice", text(invoice(due.order))),
            ],
        );
        if days == REMINDER_DAYS[1] && chance.happens(DISPUTED_INVOICE_SHARE) {
            dispute(history, due.order, "invoice", at, chance);
        }
    }
}

/// Decides a dispute about an order's `goods` or `invoice` some weeks after it arose.
pub(super) fn dispute(history: &mut History, order: &Arc<str>, about: &str, arose_at: Instant, chance: &mut Chance) {
    let at = Day(Day::of(arose_at).0 + chance.whole(7, 45)).or_next_working().moment(chance);
    let outcome = ["for_member", "against_member", "settled", "withdrawn"][chance.weighted(&[30.0, 25.0, 35.0, 10.0])];
    history.record(
        Entry::new("dispute.decided", at, Source::Crm).labelled(format!("{order}:disputed:{about}")),
        &[("outcome", text(outcome)), ("dispute", text(order.replacen("SO", "DP", 1))), ("order", Value::Text(order.clone()))],
    );
}

fn invoice(order: &str) -> String {
    order.replacen("SO", "INV", 1)
}
