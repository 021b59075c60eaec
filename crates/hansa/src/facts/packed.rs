//! What is stored about members, packed by the database into a few texts, to be compared with what a replay says.
//!
//! A row costs the client several microseconds, whatever is in it; a text of a hundred rows costs little more than one. The texts hold
//! every column that verification compares, so equal texts mean equal rows. Where they differ, the rows themselves are read.

use std::collections::HashMap;

use db::{Dialect, select_in};
use ledger::{Changes, Lot, Release, Transfer};
use program::decision::Decision;
use program::history::transfer_keys;
use program::state::Order;
use program::{Out, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::lines::{FIELD, Lines, NOTHING, RECORD};
use super::rows::draws_json;
use super::save::{order_row, redemption_row, reservation_row};

// One call makes the text of a row; a chain of `||` would copy it once for each column.
const TRANSFER: &str = "concat_ws($1, key, revision, unit, debit, credit, amount, effective_at, reason, cause, draws)";
const DECISION: &str = "concat_ws($1, key, revision, effective_at, version, rule, COALESCE(cause, $3), body)";
const LOT: &str = "concat_ws($1, rule, fact_id, unit, amount, held, available, reserved, spent, expired, taken_back, \
                   {bool open}, COALESCE(reference, $3), priority, created_at, {maybe release_at}, {bool held_for_event}, \
                   {maybe expires_at}, sequence, let_go, {maybe due_at})";
const ORDER: &str = "concat_ws($1, number, {bytes state})";
const REDEMPTION: &str = "concat_ws($1, rule, fact_id, COALESCE(reference, $3), {bytes state})";
const RESERVATION: &str = "concat_ws($1, rule, fact_id, {bool open}, {bytes state})";

/// The rows of some members, packed.
pub struct Packed {
    transfers: Of,
    decisions: Of,
    lots: Of,
    orders: Of,
    redemptions: Of,
    reservations: Of,
    lines: Lines,
}

/// By member: how many rows, and their texts.
type Of = HashMap<String, (usize, String)>;

/// How many rows were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Transfers.
    pub transfers: u64,
    /// Decisions.
    pub decisions: u64,
}

impl Packed {
    /// Packs what is stored about members.
    pub async fn load<C: ConnectionTrait>(conn: &C, members: &[String]) -> Result<Packed, DbErr> {
        Ok(Packed {
            transfers: packed(conn, "transfer", TRANSFER, members).await?,
            decisions: packed(conn, "decision", DECISION, members).await?,
            lots: packed(conn, "lot", LOT, members).await?,
            orders: packed(conn, "member_order", ORDER, members).await?,
            redemptions: packed(conn, "redemption", REDEMPTION, members).await?,
            reservations: packed(conn, "reservation", RESERVATION, members).await?,
            lines: Lines::default(),
        })
    }

    /// Whether a member's rows are exactly those that a replay from its first fact would write; `None` when any differs, is missing or is
    /// one too many. A member that was resettled has more rows than a replay, so it is never found equal here.
    pub fn agrees(&mut self, timeline: &Timeline, member: &str, out: &Out, changes: &Changes, orders: &[Order]) -> Option<Compared> {
        let lines = &mut self.lines;
        transfer_keys(&out.transfers).iter().zip(&out.transfers).for_each(|(key, transfer)| transfer_line(lines, timeline, key, transfer));
        let mut equal = same(&self.transfers, member, lines);
        out.decisions.iter().for_each(|decision| decision_line(lines, decision));
        equal &= same(&self.decisions, member, lines);
        changes.lots.iter().for_each(|lot| lot_line(lines, timeline, lot));
        equal &= same(&self.lots, member, lines);
        orders.iter().for_each(|order| line(lines, order_row(member, order)));
        equal &= same(&self.orders, member, lines);
        changes.redemptions.iter().for_each(|spent| line(lines, redemption_row(member, spent)));
        equal &= same(&self.redemptions, member, lines);
        changes.reservations.iter().for_each(|held| line(lines, reservation_row(member, held)));
        equal &= same(&self.reservations, member, lines);
        equal.then_some(Compared { transfers: out.transfers.len() as u64, decisions: out.decisions.len() as u64 })
    }
}

async fn packed<C: ConnectionTrait>(conn: &C, table: &str, row: &str, members: &[String]) -> Result<Of, DbErr> {
    let row = spelled(row, Dialect::of(conn.get_database_backend()));
    // Where nothing can be NULL the third parameter would have no use, and PostgreSQL no type for it.
    let sql = format!(
        "SELECT member_id, COUNT(*) AS n, string_agg({row}, $2) AS packed FROM {table} WHERE $3 <> '' AND member_id IN {{keys}} GROUP BY member_id"
    );
    let marks = [FIELD, RECORD, NOTHING].map(|mark| Value::from(mark.to_string()));
    let mut found = Of::new();
    for row in select_in(conn, &sql, &marks, members.iter().map(|id| Value::from(id.clone()))).await? {
        let count = usize::try_from(row.try_get::<i64>("", "n")?).unwrap_or(usize::MAX);
        found.insert(row.try_get("", "member_id")?, (count, row.try_get("", "packed")?));
    }
    Ok(found)
}

/// What the databases say differently: `{bool column}` as 0 or 1, `{bytes column}` in hexadecimal digits, and `{maybe column}`, a number or
/// NULL. PostgreSQL compares no types; SQLite needs no conversion, and each would take time.
fn spelled(row: &str, dialect: Dialect) -> String {
    let forms = match dialect {
        Dialect::Sqlite => [("bool", "", ""), ("bytes", "hex(", ")"), ("maybe", "COALESCE(", ", $3)")],
        Dialect::Postgres => {
            [("bool", "CAST(", " AS int)"), ("bytes", "upper(encode(", ", 'hex'))"), ("maybe", "COALESCE(CAST(", " AS text), $3)")]
        }
    };
    let mut parts = row.split(['{', '}']);
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let (Some(form), Some(rest)) = (parts.next(), parts.next()) {
        let (kind, column) = form.split_once(' ').unwrap_or_default();
        let (before, after) = forms.iter().find(|form| form.0 == kind).map_or(("", ""), |form| (form.1, form.2));
        text.extend([before, column, after, rest]);
    }
    text
}

/// Whether a member's stored rows are the lines written, which are forgotten.
fn same(stored: &Of, member: &str, lines: &mut Lines) -> bool {
    let (count, text) = stored.get(member).map_or((0, ""), |(count, text)| (*count, text));
    let same = lines.are(count, text);
    lines.clear();
    same
}

/// A transfer as the database packs it: [`super::rows::transfer_row`] without the member and the time of writing. Most of what is
/// compared are transfers, lots and decisions, so these are written without a detour over values.
fn transfer_line(lines: &mut Lines, timeline: &Timeline, key: &str, transfer: &Transfer) {
    lines.text(key).number(0).text(&timeline.units[usize::from(transfer.unit.0)]);
    lines.text(transfer.from.as_str()).text(transfer.to.as_str()).number(transfer.amount).number(transfer.at.0);
    lines.text(transfer.reason.as_str()).joined(&[&transfer.key.rule, "\u{1f}", &transfer.key.fact]).text(&draws_json(transfer, 1)).end();
}

/// A lot as the database packs it: [`super::rows::lot_row`] without the member.
fn lot_line(lines: &mut Lines, timeline: &Timeline, lot: &Lot) {
    let (release_at, on_event) = match lot.release_at {
        Release::At(at) => (Some(at.0), false),
        Release::Now => (None, false),
        Release::OnEvent => (None, true),
    };
    lines.text(&lot.key.rule).text(&lot.key.fact).text(&timeline.units[usize::from(lot.unit.0)]);
    for amount in [lot.amount, lot.held, lot.available, lot.reserved, lot.spent, lot.expired, lot.taken_back] {
        lines.number(amount);
    }
    let open = lot.held + lot.available + lot.reserved > 0;
    lines.number(i64::from(open)).maybe(lot.reference.as_deref()).number(i64::from(lot.priority)).number(lot.created_at.0);
    lines.maybe_number(release_at).number(i64::from(on_event)).maybe_number(lot.expires_at.map(|at| at.0));
    lines.number(i64::try_from(lot.sequence).unwrap_or(i64::MAX)).number(lot.let_go).maybe_number(lot.due().map(|at| at.0)).end();
}

/// A decision as the database packs it: [`super::rows::decision_row`] without the member and the time of writing.
fn decision_line(lines: &mut Lines, decision: &Decision) {
    let Decision { key, at, version, rule, cause, outcome } = decision;
    lines.text(key).number(0).number(at.0).number(i64::from(*version)).text(rule).maybe(cause.as_deref()).json(outcome).end();
}

/// A row as the database packs it, without the member, which does not follow from the facts.
fn line(lines: &mut Lines, row: Vec<Value>) {
    for value in row.into_iter().skip(1) {
        match value {
            Value::String(text) => lines.maybe(text.as_deref()),
            Value::BigInt(Some(number)) => lines.number(number),
            Value::Bool(Some(truth)) => lines.number(i64::from(truth)),
            Value::Bytes(Some(bytes)) => lines.hex(&bytes),
            _ => lines.maybe(None),
        };
    }
    lines.end();
}
