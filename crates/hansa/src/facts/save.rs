//! What a batch leads to, written in a few set-based statements.

use std::collections::HashSet;

use db::{Insert, OnConflict, insert_together};
use ledger::{Instant, Lot, Redemption, Reservation};
use program::decision::{Decision, Outcome};
use program::history::{Settlement, transfer_keys};
use program::state::{Member, Order};
use program::{Fact, Out, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde::Serialize;

use super::load::digest;
use super::lots::{LOT_COLUMNS, lot_row};
use super::rows::{DECISION_COLUMNS, FACT_COLUMNS, TRANSFER_COLUMNS, decision_row, fact_row, maybe, text, transfer_row};
use crate::events;

/// The rows of one batch, collected before any is written.
pub struct Save<'t> {
    timeline: &'t Timeline,
    now: Instant,
    import: Option<String>,
    facts: Vec<Vec<Value>>,
    transfers: Vec<Vec<Value>>,
    decisions: Vec<Vec<Value>>,
    events: Vec<Vec<Value>>,
    states: Vec<Vec<Value>>,
    tiers: Vec<Vec<Value>>,
    orders: Vec<Vec<Value>>,
    lots: Vec<Vec<Value>>,
    redemptions: Vec<Vec<Value>>,
    reservations: Vec<Vec<Value>>,
    /// Whether a fact is told of a member that was merged into another: then others may judge the same member at the same time.
    pub redirected: bool,
    /// Members who came to stand in another tier.
    moved: HashSet<String>,
    /// Members whose tiers, lots, orders, redemptions and reservations are all written anew.
    rebuilt: Vec<String>,
}

impl<'t> Save<'t> {
    /// Nothing yet.
    pub fn new(timeline: &'t Timeline, now: Instant, import: Option<&str>) -> Save<'t> {
        Save {
            timeline,
            now,
            import: import.map(str::to_owned),
            facts: Vec::new(),
            transfers: Vec::new(),
            decisions: Vec::new(),
            events: Vec::new(),
            states: Vec::new(),
            tiers: Vec::new(),
            orders: Vec::new(),
            lots: Vec::new(),
            redemptions: Vec::new(),
            reservations: Vec::new(),
            redirected: false,
            moved: HashSet::new(),
            rebuilt: Vec::new(),
        }
    }

    /// A fact that was taken, and the member that answers for it.
    pub fn fact(&mut self, member: &str, fact: &Fact) {
        self.facts.push(fact_row(fact, self.import.as_deref()));
        self.tell(fact.occurred_at, &format!("fact.{}", fact.kind.name()), member, &fact.id, None);
    }

    /// Others hear of what is no history yet.
    fn tell(&mut self, at: Instant, kind: &str, member: &str, subject: &str, revision: Option<u32>) {
        if at.0 >= self.now.0 - events::HISTORY_US {
            let revision = Value::BigInt(revision.map(i64::from));
            self.events.push(vec![self.now.0.into(), text(kind), text(member), text(subject), revision]);
        }
    }

    fn decision(&mut self, member: &str, revision: u32, decision: &Decision) {
        self.decisions.push(decision_row(member, revision, decision, self.now));
        if matches!(decision.outcome, Outcome::Tier(_)) {
            self.moved.insert(member.to_owned());
        }
        if let Some(kind) = events::kind_of(decision) {
            self.tell(decision.at, kind, member, &decision.key, Some(revision));
        }
    }

    /// What the engine produced for a member, one step after another.
    pub fn out(&mut self, member: &str, out: &Out) {
        for (key, transfer) in transfer_keys(&out.transfers).into_iter().zip(&out.transfers) {
            self.transfers.push(transfer_row(self.timeline, member, key, 0, transfer, self.now));
        }
        out.decisions.iter().for_each(|decision| self.decision(member, 0, decision));
    }

    /// The difference that a replay found.
    pub fn settlement(&mut self, member: &str, transfers: Settlement<ledger::Transfer>, decisions: Settlement<Decision>) {
        for (key, revision, transfer) in transfers.withdrawn.into_iter().chain(transfers.posted) {
            self.transfers.push(transfer_row(self.timeline, member, key, revision, &transfer, self.now));
        }
        for (_, revision, decision) in decisions.withdrawn.into_iter().chain(decisions.posted) {
            self.decision(member, revision, &decision);
        }
    }

    /// A member's new state; `rebuilt` when it was replayed from its first fact.
    pub fn member(&mut self, id: &str, member: &mut Member, rebuilt: bool) {
        self.states.push(vec![
            text(id),
            digest(self.timeline).into(),
            member.state.due.map(|due| due.0).into(),
            i64::try_from(member.state.facts).unwrap_or(i64::MAX).into(),
            bytes(&(&member.state, member.hot_book())),
        ]);
        if rebuilt {
            self.rebuilt.push(id.to_owned());
        }
        if self.moved.remove(id) || rebuilt {
            let tiers = member.state.tracks.iter();
            self.tiers.extend(tiers.map(|standing| vec![text(id), text(&standing.track), text(standing.tier_in_force())]));
        }
        let changes = member.book.take_changes();
        self.lots.extend(changes.lots.iter().map(|lot: &Lot| lot_row(self.timeline, id, lot)));
        self.redemptions.extend(changes.redemptions.iter().map(|spent| redemption_row(id, spent)));
        self.reservations.extend(changes.reservations.iter().map(|held| reservation_row(id, held)));
        self.orders.extend(member.take_orders().iter().map(|order| order_row(id, order)));
    }

    /// Writes everything; the caller commits.
    pub async fn write<C: ConnectionTrait>(self, conn: &C) -> Result<(), DbErr> {
        for statement in self.statements(conn)? {
            conn.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// What [`Save::write`] executes, in its order.
    pub fn statements<C: ConnectionTrait>(self, conn: &C) -> Result<Vec<Statement>, DbErr> {
        let mut all = Vec::new();
        for table in ["member_tier", "lot", "member_order", "redemption", "reservation"] {
            for member in &self.rebuilt {
                let sql = format!("DELETE FROM {table} WHERE member_id = $1");
                all.push(Statement::from_sql_and_values(conn.get_database_backend(), sql, [text(member)]));
            }
        }
        let insert = |table, columns, rows, keys, replaced| {
            let on_conflict = if <[&str]>::is_empty(keys) { OnConflict::Fail } else { OnConflict::Replace { keys, columns: replaced } };
            Insert { table, columns, rows, on_conflict }
        };
        let state = ["member_id", "timeline", "due_at", "facts", "state"];
        let key = ["member_id", "rule", "fact_id"];
        let inserts = vec![
            insert("fact", FACT_COLUMNS, self.facts, &[], &[]),
            insert("transfer", TRANSFER_COLUMNS, self.transfers, &[], &[]),
            insert("decision", DECISION_COLUMNS, self.decisions, &[], &[]),
            insert("member_state", &state, self.states, &state[..1], &state[1..]),
            insert("member_tier", &["member_id", "track", "tier"], self.tiers, &["member_id", "track"], &["tier"]),
            insert("member_order", &["member_id", "number", "state"], self.orders, &["member_id", "number"], &["state"]),
            insert("lot", LOT_COLUMNS, self.lots, &key, &LOT_COLUMNS[4..]),
            insert("redemption", &["member_id", "rule", "fact_id", "reference", "state"], self.redemptions, &key, &["state"]),
            insert("reservation", &["member_id", "rule", "fact_id", "open", "state"], self.reservations, &key, &["open", "state"]),
            insert("event", &["at", "kind", "member_id", "subject", "revision"], self.events, &[], &[]),
        ];
        all.extend(insert_together(conn, inserts)?);
        Ok(all)
    }
}

/// `member_id, number, state`.
pub fn order_row(member: &str, order: &Order) -> Vec<Value> {
    vec![text(member), text(&order.order), bytes(order)]
}

/// `member_id, rule, fact_id, reference, state`.
pub fn redemption_row(member: &str, spent: &Redemption) -> Vec<Value> {
    vec![text(member), text(&spent.key.rule), text(&spent.key.fact), maybe(spent.reference.as_deref()), bytes(spent)]
}

/// `member_id, rule, fact_id, open, state`.
pub fn reservation_row(member: &str, held: &Reservation) -> Vec<Value> {
    vec![text(member), text(&held.key.rule), text(&held.key.fact), Value::Bool(Some(held.is_open())), bytes(held)]
}

fn bytes<T: Serialize>(state: &T) -> Value {
    // Serialising plain data into memory does not fail.
    Value::Bytes(postcard::to_extend(state, Vec::with_capacity(512)).ok())
}
