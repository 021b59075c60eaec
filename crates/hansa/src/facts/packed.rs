//! What is stored about members, packed by the database into a few texts, to be compared with what a replay says.
//!
//! A row costs the client several microseconds, whatever is in it; a text of a hundred rows costs little more than one. The texts hold
//! every column that verification compares, so equal texts mean equal rows. Where they differ, the rows themselves are read.

use std::collections::HashMap;
use std::fmt::Write;

use db::{Dialect, select_in};
use ledger::{Changes, Instant};
use program::history::transfer_keys;
use program::state::Order;
use program::{Out, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::rows::{decision_row, lot_row, transfer_row};
use super::save::{order_row, redemption_row, reservation_row};

/// Between the fields of a row; what is packed holds no control characters but the unit separator in a transfer's cause.
const FIELD: &str = "\u{1c}";
/// Between rows.
const RECORD: &str = "\u{1e}";
/// In place of NULL.
const NOTHING: &str = "\u{1d}";

// One call makes the text of a row; a chain of `||` would copy it once for each column.
const TRANSFER: &str = "concat_ws($1, key, revision, unit, debit, credit, amount, effective_at, reason, cause, draws)";
const DECISION: &str = "concat_ws($1, key, revision, effective_at, version, rule, COALESCE(cause, $3), body)";
const LOT: &str = "concat_ws($1, rule, fact_id, unit, amount, held, available, reserved, spent, expired, taken_back, \
                   CASE WHEN open THEN 1 ELSE 0 END, COALESCE(reference, $3), priority, created_at, \
                   COALESCE(CAST(release_at AS TEXT), $3), CASE WHEN held_for_event THEN 1 ELSE 0 END, \
                   COALESCE(CAST(expires_at AS TEXT), $3), sequence, let_go, COALESCE(CAST(due_at AS TEXT), $3))";
const ORDER: &str = "concat_ws($1, number, {state})";
const REDEMPTION: &str = "concat_ws($1, rule, fact_id, COALESCE(reference, $3), {state})";
const RESERVATION: &str = "concat_ws($1, rule, fact_id, CASE WHEN open THEN 1 ELSE 0 END, {state})";

/// The rows of some members, packed.
pub struct Packed {
    transfers: Of,
    decisions: Of,
    lots: Of,
    orders: Of,
    redemptions: Of,
    reservations: Of,
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
        })
    }

    /// Whether a member's rows are exactly those that a replay from its first fact would write; `None` when any differs, is missing or is
    /// one too many. A member that was resettled has more rows than a replay, so it is never found equal here.
    pub fn agrees(&self, timeline: &Timeline, member: &str, out: &Out, changes: &Changes, orders: &[Order]) -> Option<Compared> {
        let now = Instant(0);
        let keys = transfer_keys(&out.transfers).into_iter().zip(&out.transfers);
        // The member, and when the row was written, do not follow from the facts.
        let without = |row: Vec<Value>, written: usize| {
            row.into_iter().enumerate().filter(move |(at, _)| ![0, written].contains(at)).map(|(_, value)| value)
        };
        let transfers = keys.map(|(key, transfer)| line(without(transfer_row(timeline, member, key, 0, transfer, now), 8)));
        let decisions = out.decisions.iter().map(|decision| line(without(decision_row(member, 0, decision, now), 4)));
        let lots = changes.lots.iter().map(|lot| line(without(lot_row(timeline, member, lot), 0)));
        let orders = orders.iter().map(|order| line(without(order_row(member, order), 0)));
        let redemptions = changes.redemptions.iter().map(|spent| line(without(redemption_row(member, spent), 0)));
        let reservations = changes.reservations.iter().map(|held| line(without(reservation_row(member, held), 0)));
        let equal = same(self.transfers.get(member), transfers)
            && same(self.decisions.get(member), decisions)
            && same(self.lots.get(member), lots)
            && same(self.orders.get(member), orders)
            && same(self.redemptions.get(member), redemptions)
            && same(self.reservations.get(member), reservations);
        equal.then_some(Compared { transfers: out.transfers.len() as u64, decisions: out.decisions.len() as u64 })
    }
}

async fn packed<C: ConnectionTrait>(conn: &C, table: &str, row: &str, members: &[String]) -> Result<Of, DbErr> {
    let bytes = match Dialect::of(conn.get_database_backend()) {
        Dialect::Sqlite => "hex(state)",
        Dialect::Postgres => "upper(encode(state, 'hex'))",
    };
    let row = row.replace("{state}", bytes);
    // Where nothing can be NULL the third parameter would have no use, and PostgreSQL no type for it.
    let sql = format!(
        "SELECT member_id, COUNT(*) AS n, string_agg({row}, $2) AS packed FROM {table} WHERE $3 <> '' AND member_id IN {{keys}} GROUP BY member_id"
    );
    let marks = [FIELD, RECORD, NOTHING].map(Value::from);
    let mut found = Of::new();
    for row in select_in(conn, &sql, &marks, members.iter().map(|id| Value::from(id.clone()))).await? {
        let count = usize::try_from(row.try_get::<i64>("", "n")?).unwrap_or(usize::MAX);
        found.insert(row.try_get("", "member_id")?, (count, row.try_get("", "packed")?));
    }
    Ok(found)
}

/// Whether stored rows are the expected ones, in whatever order they stand.
fn same(stored: Option<&(usize, String)>, expected: impl Iterator<Item = String>) -> bool {
    let mut expected: Vec<String> = expected.collect();
    let Some((count, text)) = stored else { return expected.is_empty() };
    let mut rows: Vec<&str> = text.split('\u{1e}').collect();
    if rows.len() != *count || rows.len() != expected.len() {
        return false;
    }
    rows.sort_unstable();
    expected.sort_unstable();
    rows.iter().zip(&expected).all(|(stored, expected)| **stored == **expected)
}

/// A row as the database packs it.
fn line(values: impl Iterator<Item = Value>) -> String {
    let mut text = String::with_capacity(256);
    for (at, value) in values.enumerate() {
        if at > 0 {
            text.push_str(FIELD);
        }
        // Writing into a string does not fail.
        let _ = match value {
            Value::String(Some(part)) => text.write_str(&part),
            Value::BigInt(Some(number)) => write!(text, "{number}"),
            Value::Bool(Some(truth)) => write!(text, "{}", u8::from(truth)),
            Value::Bytes(Some(bytes)) => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                text.extend(digits.map(|digit| char::from(DIGITS[usize::from(digit)])));
                Ok(())
            }
            _ => text.write_str(NOTHING),
        };
    }
    text
}
