//! What is stored about members: their facts, and the rest as fingerprints, to be compared with what a replay of the facts says.
//!
//! The fingerprint of a set of rows is their number and the sum of a keyed hash of each: rows come in any order, and nothing but the sum
//! is kept. The key is another one in every run, so that nobody can prepare rows that only look equal. Where fingerprints differ, the
//! rows themselves are read.

use std::collections::HashMap;
use std::hash::BuildHasher;

use db::{Cell, Db, Row, Scan};
use foldhash::quality::RandomState;
use ledger::{Changes, Lot, Release, Transfer};
use program::decision::Decision;
use program::history::TransferKeys;
use program::state::Order;
use program::{Out, Timeline};
use sea_orm::{DbErr, Value};
use serde::Serialize;

use super::load::History;
use super::rows::{Draws, FACT_CELLS, fact_from_cells};
use super::save::{redemption_row, reservation_row};

/// How many tables follow from the facts.
const FOLLOW: usize = 6;

/// Every column that follows from the facts, but the member's id; and then the facts.
const TABLES: [Scan; FOLLOW + 1] = [
    of_members("transfer", "key, revision, unit, debit, credit, amount, effective_at, reason, cause, draws"),
    of_members("decision", "key, revision, effective_at, version, rule, cause, body"),
    of_members(
        "lot",
        "rule, fact_id, unit, amount, held, available, reserved, spent, expired, taken_back, open, reference, priority, \
         created_at, release_at, held_for_event, expires_at, sequence, let_go, due_at",
    ),
    of_members("member_order", "number, state"),
    of_members("redemption", "rule, fact_id, reference, state"),
    of_members("reservation", "rule, fact_id, open, state"),
    of_members("fact", FACT_CELLS),
];

const fn of_members(table: &'static str, columns: &'static str) -> Scan {
    Scan { table, key: "member_id", columns }
}

/// A set of rows: how many, and the sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Print {
    rows: u64,
    sum: u64,
}

/// One for each table.
type All = [Print; FOLLOW];

/// What is stored about some members.
#[derive(Default)]
pub struct Prints {
    of: HashMap<String, All>,
    /// Whose rows are being read: most come member by member.
    at: (String, All),
    facts: HashMap<String, History>,
    /// The facts of whose rows are being read.
    told: History,
    pen: Pen,
}

/// How many rows were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Transfers.
    pub transfers: u64,
    /// Decisions.
    pub decisions: u64,
}

impl Prints {
    /// Goes through the rows of members, with the pen of earlier ones.
    pub async fn load(db: &Db, members: Vec<String>, pen: Pen) -> Result<Prints, DbErr> {
        let none = Prints { pen, ..Prints::default() };
        let mut prints = db.scan(&TABLES, members, none, |prints, table, member, row| prints.add(table, member, row)).await?;
        prints.turn("");
        Ok(prints)
    }

    /// From here on, rows are another member's.
    fn turn(&mut self, member: &str) {
        let (before, prints) = std::mem::replace(&mut self.at, (member.to_owned(), All::default()));
        if !self.told.is_empty() {
            self.facts.entry(before.clone()).or_default().append(&mut self.told);
        }
        let known = self.of.entry(before).or_default();
        known
            .iter_mut()
            .zip(prints)
            .for_each(|(known, more)| *known = Print { rows: known.rows + more.rows, sum: known.sum.wrapping_add(more.sum) });
    }

    /// The facts of a member, in no particular order.
    pub fn take_facts(&mut self, member: &str) -> History {
        self.facts.remove(member).unwrap_or_default()
    }

    fn add(&mut self, table: usize, member: &str, row: &dyn Row) -> Result<(), DbErr> {
        if self.at.0 != member {
            self.turn(member);
        }
        let Some(print) = self.at.1.get_mut(table) else {
            let fact = fact_from_cells(member, row, self.told.last())?;
            self.told.push(fact);
            return Ok(());
        };
        for column in 0..row.width() {
            match row.cell(column)? {
                Cell::Nothing => self.pen.nothing(),
                Cell::Number(number) => self.pen.number(number),
                Cell::Text(text) => self.pen.sized(2, |row| row.extend_from_slice(text)),
                Cell::Bytes(bytes) => self.pen.bytes(bytes),
            };
        }
        self.pen.end(print);
        Ok(())
    }

    /// Whether a member's rows are exactly those that a replay from its first fact would write; `None` when any differs, is missing or is
    /// one too many. A member that was resettled has more rows than a replay, so it is never found equal here.
    pub fn agrees(&mut self, timeline: &Timeline, member: &str, out: &Out, changes: &Changes, orders: &[Order]) -> Option<Compared> {
        let pen = &mut self.pen;
        let mut fresh = All::default();
        let [transfers, decisions, lots, of_orders, redemptions, reservations] = &mut fresh;
        for (key, transfer) in TransferKeys::of(&out.transfers).iter().zip(&out.transfers) {
            write_transfer(pen, timeline, key, transfer).end(transfers);
        }
        out.decisions.iter().for_each(|decision| write_decision(pen, decision).end(decisions));
        changes.lots.iter().for_each(|lot| write_lot(pen, timeline, lot).end(lots));
        orders.iter().for_each(|order| pen.text(&order.order).packed(order).end(of_orders));
        changes.redemptions.iter().for_each(|spent| write(pen, redemption_row(member, spent)).end(redemptions));
        changes.reservations.iter().for_each(|held| write(pen, reservation_row(member, held)).end(reservations));
        let stored = self.of.get(member).copied().unwrap_or_default();
        (stored == fresh).then_some(Compared { transfers: out.transfers.len() as u64, decisions: out.decisions.len() as u64 })
    }

    /// The pen, for the next members.
    pub fn into_pen(self) -> Pen {
        self.pen
    }
}

/// Writes one row after the other in the same memory: each field with its type, texts and bytes with their length.
#[derive(Default)]
pub struct Pen {
    row: Vec<u8>,
    hash: RandomState,
}

impl Pen {
    fn nothing(&mut self) -> &mut Pen {
        self.row.push(0);
        self
    }

    fn number(&mut self, number: i64) -> &mut Pen {
        self.row.push(1);
        self.row.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// A field whose bytes `write` appends.
    fn sized(&mut self, kind: u8, write: impl FnOnce(&mut Vec<u8>)) -> &mut Pen {
        self.row.push(kind);
        let begin = self.row.len();
        self.row.extend_from_slice(&[0; 8]);
        write(&mut self.row);
        let length = (self.row.len() - begin - 8) as u64;
        self.row[begin..begin + 8].copy_from_slice(&length.to_le_bytes());
        self
    }

    fn text(&mut self, text: &str) -> &mut Pen {
        self.joined(&[text])
    }

    /// A text made of several.
    fn joined(&mut self, parts: &[&str]) -> &mut Pen {
        self.sized(2, |row| parts.iter().for_each(|part| row.extend_from_slice(part.as_bytes())))
    }

    /// A value as JSON.
    fn json(&mut self, value: &impl Serialize) -> &mut Pen {
        // Serialising plain data into memory does not fail.
        self.sized(2, |row| drop(serde_json::to_writer(row, value)))
    }

    /// A value as postcard.
    fn packed(&mut self, value: &impl Serialize) -> &mut Pen {
        self.sized(3, |row| *row = postcard::to_extend(value, std::mem::take(row)).unwrap_or_default())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Pen {
        self.sized(3, |row| row.extend_from_slice(bytes))
    }

    fn maybe(&mut self, text: Option<&str>) -> &mut Pen {
        match text {
            Some(text) => self.text(text),
            None => self.nothing(),
        }
    }

    fn maybe_number(&mut self, number: Option<i64>) -> &mut Pen {
        match number {
            Some(number) => self.number(number),
            None => self.nothing(),
        }
    }

    /// Adds the row to a set and begins the next one.
    fn end(&mut self, print: &mut Print) {
        print.rows += 1;
        print.sum = print.sum.wrapping_add(self.hash.hash_one(self.row.as_slice()));
        self.row.clear();
    }
}

/// A transfer as it is stored: [`super::rows::transfer_row`] without the member and the time of writing. Most of what is compared are
/// transfers, lots and decisions, so these are written without a detour over values.
fn write_transfer<'p>(pen: &'p mut Pen, timeline: &Timeline, key: &str, transfer: &Transfer) -> &'p mut Pen {
    pen.text(key).number(0).text(&timeline.units[usize::from(transfer.unit.0)]);
    pen.text(transfer.from.as_str()).text(transfer.to.as_str()).number(transfer.amount).number(transfer.at.0);
    pen.text(transfer.reason.as_str()).joined(&[&transfer.key.rule, "\u{1f}", &transfer.key.fact]);
    if transfer.draws.is_empty() { pen.text("[]") } else { pen.json(&Draws(transfer, 1)) }
}

/// A decision as it is stored: [`super::rows::decision_row`] without the member and the time of writing.
fn write_decision<'p>(pen: &'p mut Pen, decision: &Decision) -> &'p mut Pen {
    let Decision { key, at, version, rule, cause, outcome } = decision;
    pen.text(key).number(0).number(at.0).number(i64::from(*version)).text(rule).maybe(cause.as_deref()).json(outcome)
}

/// A lot as it is stored: [`super::lots::lot_row`] without the member.
fn write_lot<'p>(pen: &'p mut Pen, timeline: &Timeline, lot: &Lot) -> &'p mut Pen {
    let (release_at, on_event) = match lot.release_at {
        Release::At(at) => (Some(at.0), false),
        Release::Now => (None, false),
        Release::OnEvent => (None, true),
    };
    pen.text(&lot.key.rule).text(&lot.key.fact).text(&timeline.units[usize::from(lot.unit.0)]);
    for amount in [lot.amount, lot.held, lot.available, lot.reserved, lot.spent, lot.expired, lot.taken_back] {
        pen.number(amount);
    }
    let open = lot.held + lot.available + lot.reserved > 0;
    pen.number(i64::from(open)).maybe(lot.reference.as_deref()).number(i64::from(lot.priority)).number(lot.created_at.0);
    pen.maybe_number(release_at).number(i64::from(on_event)).maybe_number(lot.expires_at.map(|at| at.0));
    pen.number(i64::try_from(lot.sequence).unwrap_or(i64::MAX)).number(lot.let_go).maybe_number(lot.due().map(|at| at.0))
}

/// A row as it is stored, without the member.
fn write(pen: &mut Pen, row: Vec<Value>) -> &mut Pen {
    for value in row.into_iter().skip(1) {
        match value {
            Value::String(text) => pen.maybe(text.as_deref()),
            Value::BigInt(number) => pen.maybe_number(number),
            Value::Bool(truth) => pen.maybe_number(truth.map(i64::from)),
            Value::Bytes(Some(bytes)) => pen.bytes(&bytes),
            _ => pen.nothing(),
        };
    }
    pen
}

#[cfg(test)]
mod tests {
    use super::*;

    type Write<'w> = &'w dyn Fn(&mut Pen) -> &mut Pen;

    fn print(pen: &mut Pen, rows: &[Write]) -> Print {
        let mut print = Print::default();
        rows.iter().for_each(|row| row(pen).end(&mut print));
        print
    }

    #[test]
    fn sets_of_rows_are_equal_in_any_order_and_only_whole() {
        let (a, b, c): (Write, Write, Write) =
            (&|pen| pen.text("b").number(-7).nothing(), &|pen| pen.joined(&["a", "b"]).bytes(&[0, 255]).maybe(Some("")), &|pen| {
                pen.text("").json(&("x", 1))
            });
        let mut pen = Pen::default();
        let all = print(&mut pen, &[a, b, c]);
        for order in [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
            assert_eq!(print(&mut pen, &order), all);
        }
        for other in [&[a, b][..], &[a, b, b], &[a, b, c, c], &[]] {
            assert_ne!(print(&mut pen, other), all);
        }
    }

    #[test]
    fn fields_that_look_alike_are_different_rows() {
        let rows: [Write; 8] = [
            &|pen| pen.text("ab").text("c"),
            &|pen| pen.text("a").text("bc"),
            &|pen| pen.text("abc").text(""),
            &|pen| pen.text("abc").nothing(),
            &|pen| pen.text("abc"),
            &|pen| pen.bytes(b"abc"),
            &|pen| pen.number(1),
            &|pen| pen.text("1"),
        ];
        let mut pen = Pen::default();
        let prints: Vec<Print> = rows.iter().map(|row| print(&mut pen, &[*row])).collect();
        for (at, one) in prints.iter().enumerate() {
            assert!(prints[..at].iter().all(|other| other != one), "row {at}");
        }
    }
}
