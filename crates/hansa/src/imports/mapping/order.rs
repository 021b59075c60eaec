//! Orders and credit notes, from one row each or from many.
//!
//! Rows with the same kind of fact and the same order number are one order. Its amount is the exact sum of its rows, rounded half to even
//! to minor units **once**; each line carries its own amount rounded by itself, for display, and the order's amount is what counts. A
//! credit note is negative in the file and positive in the fact, line by line, so that `order.refunded` says how much came back.
//! An order worth less than nothing, or a credit note worth more, is refused whole: it is something else than it says.

use std::collections::HashMap;
use std::sync::Arc;

use ledger::Instant;
use program::expr::Value;
use program::fact::{Body, Fact, Kind, Line, MAX_ID, MAX_LINES, minor_digits};
use rust_decimal::{Decimal, RoundingStrategy};

use super::file::Mapping;
use super::item::Fields;
use super::original::Originals;
use super::reject::Reject;
use super::target::is_order_kind;
use super::value::Refusal;

/// The order in the making that rows are gathered into.
#[derive(Default)]
pub(super) struct Orders {
    places: HashMap<(Kind, Arc<str>), usize>,
    orders: Vec<Order>,
    names: HashMap<Arc<str>, ()>,
    originals: Originals,
}

/// What an order came to: a fact with its lines in the file, or the refusals of all its rows.
pub(super) type Finished = Result<(Fact, Vec<u64>), Vec<Reject>>;

/// One order with its rows.
pub(super) struct Order {
    kind: Kind,
    number: Arc<str>,
    member: Arc<str>,
    currency: Arc<str>,
    occurred_at: Instant,
    more: [Option<Arc<str>>; MORE.len()],
    rows: Vec<OrderRow>,
}

/// Fields that describe the whole order; of several rows the first that has one gives it.
const MORE: [&str; 4] = ["channel", "contact", "refund_of", "reason"];

struct OrderRow {
    line: u64,
    /// Its text among the originals.
    original: u64,
    sku: Option<Arc<str>>,
    category: Option<Arc<str>>,
    quantity: Option<Decimal>,
    amount: Decimal,
}

impl Orders {
    /// Adds a row, with its text in case the whole order is refused. A row of another member or currency than the order's first is refused.
    pub(super) fn add(&mut self, mapping: &Mapping, fields: &mut Fields<'_>) -> Result<(), Refusal> {
        let one = self.read(mapping, fields)?;
        let key = (one.kind, one.number.clone());
        if let Some(&place) = self.places.get(&key) {
            let order = &mut self.orders[place];
            let first = order.rows.first().map_or(0, |row| row.line);
            let differs = |what: &str, this: &str, that: &str| {
                fields
                    .refused(what, format!("{} {} is of {what} {that} on line {first} and of {this} here", order.kind.name(), order.number))
            };
            if order.member != one.member {
                return Err(differs("member", &one.member, &order.member));
            }
            if order.currency != one.currency {
                return Err(differs("currency", &one.currency, &order.currency));
            }
            order.occurred_at = order.occurred_at.min(one.occurred_at);
            for (known, new) in order.more.iter_mut().zip(one.more) {
                *known = known.take().or(new);
            }
            order.rows.extend(one.rows);
            self.keep(place, fields);
            return Ok(());
        }
        let place = self.orders.len();
        self.places.insert(key, place);
        self.orders.push(one);
        self.keep(place, fields);
        Ok(())
    }

    fn keep(&mut self, place: usize, fields: &Fields<'_>) {
        let original = self.originals.keep(|text| fields.record.original_into(text));
        if let Some(row) = self.orders[place].rows.last_mut() {
            row.original = original;
        }
    }

    /// One row as an order of its own.
    fn read(&mut self, mapping: &Mapping, fields: &mut Fields<'_>) -> Result<Order, Refusal> {
        let member = fields.needed("member", fields.text("member")?)?;
        let number = fields.needed("order", fields.text("order")?)?;
        let kind = match fields.fact_kind("fact")? {
            Some(kind) if !is_order_kind(kind) => {
                let reason =
                    format!("`{}` is no order; orders are order.placed, order.paid, order.completed and order.refunded", kind.name());
                return Err(fields.refused("fact", reason));
            }
            Some(kind) => kind,
            None => Kind::named("order.completed"),
        };
        let at = fields.instant("occurred_at")?;
        let occurred_at = fields.needed("occurred_at", at)?;
        let amount = fields.needed("amount", fields.amount("amount")?)?;
        let currency = match fields.text("currency")? {
            Some(currency) => self.shared(&currency),
            None => self.shared(fields.needed("currency", mapping.currency.as_deref())?),
        };
        let mut more: [Option<Arc<str>>; MORE.len()] = Default::default();
        for (value, name) in more.iter_mut().zip(MORE) {
            *value = fields.text(name)?.map(|text| self.shared(&text));
        }
        let row = OrderRow {
            line: fields.record.line,
            original: 0,
            sku: fields.text("sku")?.map(|text| self.shared(&text)),
            category: fields.text("category")?.map(|text| self.shared(&text)),
            quantity: fields.amount("quantity")?,
            amount,
        };
        let (member, number) = (self.shared(&member), Arc::from(&*number));
        Ok(Order { kind, number, member, currency, occurred_at, more, rows: vec![row] })
    }

    /// One copy of each text, however many rows hold it.
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some((known, ())) = self.names.get_key_value(text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.names.insert(shared.clone(), ());
        shared
    }

    /// Ends the gathering: every order as a fact with its lines in the file, or the refusals of all its rows; in the order of first rows.
    /// `columns` tells which columns fill a field.
    pub(super) fn finish(
        self,
        mapping: &Mapping,
        recorded_at: Instant,
        with_lines: bool,
        columns: &dyn Fn(&str) -> Option<String>,
        sink: &mut dyn FnMut(Finished),
    ) {
        let mut originals = self.originals;
        drop(self.places);
        for order in self.orders {
            match order.fact(mapping, recorded_at, with_lines) {
                Ok(fact) => sink(Ok((fact, order.rows.iter().map(|row| row.line).collect()))),
                Err((field, reason)) => {
                    let column = columns(&field);
                    let rejects = order.rows.iter().map(|row| Reject {
                        line: row.line,
                        column: column.clone(),
                        reason: format!("{} {} is refused whole: {reason}", order.kind.name(), order.number),
                        original: originals.get(row.original),
                    });
                    sink(Err(rejects.collect()));
                }
            }
        }
    }
}

impl Order {
    /// The fact, or the field at fault and why.
    fn fact(&self, mapping: &Mapping, recorded_at: Instant, with_lines: bool) -> Result<Fact, (String, String)> {
        let wrong = |field: &str, why: String| (field.to_owned(), why);
        let id = format!("{}:{}:{}", mapping.source, self.kind.name(), self.number);
        if id.len() > MAX_ID {
            return Err(wrong("order", format!("its id `{id}` would be longer than {MAX_ID} bytes")));
        }
        if with_lines && self.rows.len() > MAX_LINES {
            return Err(wrong("order", format!("{} lines; at most {MAX_LINES} are allowed", self.rows.len())));
        }
        let digits =
            minor_digits(&self.currency).ok_or_else(|| wrong("currency", format!("`{}` is not an ISO 4217 code", self.currency)))?;
        let refund = self.kind.name() == "order.refunded";
        let mut sum = Decimal::ZERO;
        for row in &self.rows {
            sum = sum.checked_add(row.amount).ok_or_else(|| wrong("amount", "its amount is too large".to_owned()))?;
        }
        if refund && sum > Decimal::ZERO {
            return Err(wrong("amount", format!("a credit note worth {sum}, more than nothing; a refund is negative in the file")));
        }
        if !refund && sum < Decimal::ZERO {
            return Err(wrong("amount", format!("an order worth {sum}, less than nothing")));
        }
        let signed = |amount: Decimal| if refund { -amount } else { amount };
        let rounded = |amount: Decimal| positive_zero(amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven));
        let lines = self.rows.iter().map(|row| Line {
            sku: row.sku.clone(),
            category: row.category.clone(),
            quantity: row.quantity.map(signed).map(positive_zero),
            amount: rounded(signed(row.amount)),
        });
        let lines = if with_lines { lines.collect() } else { Vec::new() };
        let body = Body::build(self.kind, &self.values(rounded(signed(sum)), refund), lines)
            .map_err(|error| (error.field.unwrap_or_default(), error.message))?;
        Ok(Fact {
            id: id.into(),
            member: self.member.clone(),
            kind: self.kind,
            occurred_at: self.occurred_at,
            recorded_at,
            source: mapping.source.as_str().into(),
            actor: None,
            corrects: None,
            body,
        })
    }

    fn values(&self, amount: Decimal, refund: bool) -> Vec<(&'static str, Value)> {
        let [channel, contact, refund_of, reason] = self.more.clone();
        let order = if refund { refund_of } else { Some(self.number.clone()) };
        let fields = [("order", order), ("channel", channel), ("contact", contact), ("reason", reason)];
        let mut values = vec![("amount", Value::Dec(amount)), ("currency", Value::Text(self.currency.clone()))];
        let known = fields.into_iter().filter(|(name, _)| self.kind.field(name).is_some());
        values.extend(known.filter_map(|(name, text)| Some((name, Value::Text(text?)))));
        values
    }
}

/// Decimals know a zero below nothing, which is no amount.
fn positive_zero(amount: Decimal) -> Decimal {
    if amount.is_zero() { amount.abs() } else { amount }
}
