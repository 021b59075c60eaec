//! Orders from placing to completion, and the goods that come back.

use std::{collections::HashMap, sync::Arc};

use ledger::Instant;
use program::{expr::Value, fact::Line};
use rust_decimal::Decimal;

use super::{
    Enterprise,
    buying::Segment,
    calendar::{Calendar, Day},
    chance::{Chance, Purpose},
    goods::{self, CATEGORIES},
    history::{Entry, History, Source, money, text},
    industries::INDUSTRIES,
    payments,
};

/// The share of orders cancelled before delivery.
pub const CANCELLED_SHARE: f64 = 0.02;
/// The share of completed orders of which goods come back; those who buy by price send back twice as many.
pub const REFUNDED_SHARE: f64 = 0.045;
/// The share of refunds that take the whole order back.
pub const WHOLE_REFUND_SHARE: f64 = 0.3;
/// The most days from completion to a refund.
const REFUND_DAYS_MOST: i64 = 20;
/// The most lines of an order.
const LINES_MOST: u32 = 6;
const MINUTE: i64 = 60_000_000;

/// An order before anything is known of it but its number and its time.
pub(super) struct Placed {
    pub(super) order: Arc<str>,
    pub(super) at: Instant,
}

/// A line of an order in whole minor units.
struct Bought {
    sku: String,
    category: usize,
    quantity: i64,
    amount_minor: i64,
}

/// When each enterprise orders, numbered by day over the whole marketplace: SO20240315-000123 is the 123rd order of that day.
pub(super) fn number(enterprises: &[Enterprise], seed: u64, calendar: &Calendar) -> Vec<Vec<Placed>> {
    let mut placed: Vec<(Instant, usize)> = Vec::new();
    for enterprise in enterprises {
        let chance = &mut Chance::of_member(seed, enterprise.index, Purpose::Timing);
        let purchases = enterprise.buyer.purchases(calendar, chance);
        placed.extend(purchases.into_iter().filter(|&at| at <= calendar.as_of()).map(|at| (at, enterprise.index)));
    }
    placed.sort_unstable();
    let mut of_the_day: HashMap<Day, u32> = HashMap::new();
    let mut orders: Vec<Vec<Placed>> = enterprises.iter().map(|_| Vec::new()).collect();
    for (at, index) in placed {
        let day = Day::of(at);
        let number = of_the_day.entry(day).and_modify(|number| *number += 1).or_insert(1);
        let order = Arc::from(format!("SO{}-{number:06}", day.date().format("%Y%m%d")));
        orders[index].push(Placed { order, at });
    }
    orders
}

/// Records an enterprise's orders; gives the time and the amount of the first one completed.
pub(super) fn tell(history: &mut History, enterprise: &Enterprise, orders: &[Placed], seed: u64) -> Option<(Instant, i64)> {
    let chance = &mut Chance::of_member(seed, enterprise.index, Purpose::Orders);
    let mut first: Option<(Instant, i64)> = None;
    for placed in orders {
        let completed = tell_one(history, enterprise, placed, chance);
        first = match (first, completed) {
            (Some(earlier), Some(later)) => Some(earlier.min(later)),
            (one, other) => one.or(other),
        };
    }
    first
}

fn tell_one(history: &mut History, enterprise: &Enterprise, placed: &Placed, chance: &mut Chance) -> Option<(Instant, i64)> {
    let buyer = &enterprise.buyer;
    let amount_minor = buyer.order_value_minor(chance);
    let bought = fill(amount_minor, enterprise.company.industry, chance);
    let lines: Vec<Line> = bought.iter().map(Bought::line).collect();
    let contact = history.people()[0].id.clone();
    let fields = fields(&placed.order, amount_minor, channel(buyer.segment, chance), &contact);
    let entry =
        |verb: &str, at, source| Entry::new(&format!("order.{verb}"), at, source).labelled(format!("{}:{verb}", placed.order)).by(&contact);
    history.record_with_lines(entry("placed", placed.at, Source::Shop).promptly(), &fields, lines.clone())?;
    let delivery_days = chance.log_normal(6.0, 0.5).clamp(2.0, 45.0) as i64;
    if chance.happens(CANCELLED_SHARE) {
        let at = Instant(placed.at.0 + chance.whole(20, 2_000) * MINUTE);
        let reason = *chance.pick(&["ordered by mistake", "found elsewhere", "out of stock", "project postponed"]);
        history.record(entry("cancelled", at, Source::Shop), &[("order", text(&placed.order)), ("reason", text(reason))]);
        return None;
    }
    if buyer.terms_days == 0 {
        let at = Instant(placed.at.0 + chance.whole(3, 1_200) * MINUTE);
        history.record(entry("paid", at, Source::Shop).promptly(), &fields)?;
        payments::receive(history, &placed.order, at, amount_minor, 0);
    }
    let completed_at = Day(Day::of(placed.at).0 + delivery_days).or_next_working().moment(chance);
    let completed_at = history.record_completion(&placed.order, completed_at, amount_minor, &fields, lines)?;
    let haggles = if buyer.segment == Segment::PriceDriven { 2.0 } else { 1.0 };
    let refund =
        if chance.happens(REFUNDED_SHARE * haggles) { refund(history, &placed.order, &bought, completed_at, chance) } else { None };
    if buyer.terms_days > 0 {
        payments::settle(history, buyer, &payments::Invoice { order: &placed.order, completed_at, amount_minor, refund }, chance);
    }
    Some((completed_at, amount_minor))
}

fn fields(order: &Arc<str>, amount_minor: i64, channel: &str, contact: &Arc<str>) -> [(&'static str, Value); 5] {
    [
        ("order", Value::Text(order.clone())),
        ("amount", money(amount_minor)),
        ("currency", text("CNY")),
        ("channel", text(channel)),
        ("contact", Value::Text(contact.clone())),
    ]
}

fn channel(segment: Segment, chance: &mut Chance) -> &'static str {
    let shares = match segment {
        Segment::Digital => [70.0, 25.0, 3.0, 2.0],
        Segment::Relationship => [20.0, 20.0, 15.0, 45.0],
        Segment::PriceDriven => [50.0, 30.0, 10.0, 10.0],
        Segment::Project => [25.0, 10.0, 25.0, 40.0],
    };
    ["web", "app", "api", "sales"][chance.weighted(&shares)]
}

impl Bought {
    fn line(&self) -> Line {
        Line {
            sku: Some(Arc::from(self.sku.as_str())),
            category: Some(Arc::from(CATEGORIES[self.category].key)),
            quantity: Some(Decimal::from(self.quantity)),
            amount: Decimal::new(self.amount_minor, 2),
        }
    }

    /// A part of this line: fewer pieces, or the whole line when there is only one piece.
    fn part(&self, chance: &mut Chance) -> Bought {
        let quantity = if self.quantity > 1 { chance.whole(1, self.quantity - 1) } else { 1 };
        let amount = i128::from(self.amount_minor) * i128::from(quantity) / i128::from(self.quantity);
        let amount_minor = i64::try_from(amount).unwrap_or(self.amount_minor).max(1);
        Bought { sku: self.sku.clone(), category: self.category, quantity, amount_minor }
    }
}

/// Fills an order of this value with lines that add up to it to the last fen: shares uniform on the simplex, categories by the
/// industry's affinity, pieces by list price.
fn fill(amount_minor: i64, industry: usize, chance: &mut Chance) -> Vec<Bought> {
    let lines = (1 + chance.poisson(1.1)).min(LINES_MOST);
    let shares: Vec<f64> = (0..lines).map(|_| chance.exponential() + 0.05).collect();
    let total: f64 = shares.iter().sum();
    let mut left = amount_minor;
    let mut bought = Vec::with_capacity(shares.len());
    for (place, share) in shares.iter().enumerate() {
        let last = place + 1 == shares.len();
        let line_minor = if last { left } else { (amount_minor as f64 * share / total) as i64 };
        if line_minor <= 0 {
            continue;
        }
        left -= line_minor;
        let category = chance.weighted(&INDUSTRIES[industry].affinity);
        let (sku, quantity) = goods::article(category, line_minor, chance);
        bought.push(Bought { sku, category, quantity, amount_minor: line_minor });
    }
    bought
}

/// Takes the order back, or a part of it; gives when and how much.
fn refund(
    history: &mut History,
    order: &Arc<str>,
    bought: &[Bought],
    completed_at: Instant,
    chance: &mut Chance,
) -> Option<(Instant, i64)> {
    let at = Day(Day::of(completed_at).0 + chance.whole(1, REFUND_DAYS_MOST)).moment(chance);
    let back: Vec<Bought> = if chance.happens(WHOLE_REFUND_SHARE) {
        bought.iter().map(|line| Bought { sku: line.sku.clone(), ..*line }).collect()
    } else {
        vec![chance.pick(bought).part(chance)]
    };
    let amount_minor: i64 = back.iter().map(|line| line.amount_minor).sum();
    let reason = *chance.pick(&["damaged in transit", "wrong specification", "quality", "ordered too many", "delivered late"]);
    let fields =
        [("order", Value::Text(order.clone())), ("amount", money(amount_minor)), ("currency", text("CNY")), ("reason", text(reason))];
    let lines = back.iter().map(Bought::line).collect();
    history.record_with_lines(Entry::new("order.refunded", at, Source::Erp).labelled(format!("{order}:refunded")), &fields, lines)?;
    if chance.happens(payments::DISPUTED_REFUND_SHARE) {
        payments::dispute(history, order, "goods", at, chance);
    }
    Some((at, amount_minor))
}
