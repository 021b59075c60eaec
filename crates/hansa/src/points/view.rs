//! The shapes of a statement.

use std::fmt::Write;
use std::sync::Arc;

use ledger::Instant;
use program::calendar::Zone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::cli::output::{Cell, Column, Kind, Sheet};
use crate::standing::view::{instant, maybe_instant};
use crate::standing::words::{amount, time};

/// The statement of one member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementView {
    /// The member's id.
    pub member: String,
    /// Its name.
    pub name: String,
    /// The first instant covered; `None` for the whole past.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    /// The last instant covered.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub to: Instant,
    /// Up to when the member's time has passed: nothing after it has been judged yet.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub evaluated_until: Option<Instant>,
    /// Movements of any unit that a resettlement took back since they were first written; what they came to has netted out.
    pub corrected: usize,
    /// One for each unit.
    pub units: Vec<UnitStatement>,
}

/// The movements of one unit, in its smallest step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnitStatement {
    /// The unit's id.
    pub unit: Arc<str>,
    /// Its name, in the language asked for.
    pub name: String,
    /// Digits after the point of its smallest step.
    pub scale: u32,
    /// Available before the first line.
    pub opening: i64,
    /// What changed the available balance, in order of time.
    pub lines: Vec<LineView>,
    /// Available after the last line.
    pub closing: i64,
    /// The lots that were open at the end, soonest to lapse first.
    pub lots: Vec<LotView>,
}

/// One movement.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineView {
    /// When it took effect.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Why, in words.
    pub reason: String,
    /// The fact (or the period, or the instant) that caused it.
    pub cause: Arc<str>,
    /// The order or reference that the fact names.
    pub reference: Option<String>,
    /// What it did to the available balance.
    pub change: i64,
    /// The available balance after it.
    pub balance: i64,
}

/// One open lot.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatementLot)]
pub struct LotView {
    /// The rule that made it, in words.
    pub rule: String,
    /// The fact (or the period) that made it.
    pub fact: Arc<str>,
    /// When it was made.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
    /// Waits for its release.
    pub held: i64,
    /// Can be spent.
    pub available: i64,
    /// Set aside.
    pub reserved: i64,
    /// When it lapses.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
}

impl StatementView {
    /// All lines of all units under each other, opening and closing balances among them.
    pub fn sheet(&self, zone: &Zone) -> Sheet {
        let scale = self.units.iter().map(|unit| unit.scale).max().unwrap_or(0);
        let mut sheet = Sheet::new(vec![
            Column::new("unit", Kind::Text),
            Column::new("at", Kind::Time(zone.clone())),
            Column::new("reason", Kind::Text),
            Column::new("cause", Kind::Text),
            Column::new("reference", Kind::Text),
            Column::new("change", Kind::Decimal(scale)),
            Column::new("balance", Kind::Decimal(scale)),
        ]);
        for unit in &self.units {
            let total = |at: Option<Instant>, what: &str, balance: i64| {
                let balance = Cell::Decimal(balance, unit.scale);
                vec![Cell::text(&unit.unit), Cell::maybe(at, Cell::Time), Cell::text(what), Cell::Empty, Cell::Empty, Cell::Empty, balance]
            };
            sheet.rows.push(total(self.from, "opening balance", unit.opening));
            sheet.rows.extend(unit.lines.iter().map(|line| {
                vec![
                    Cell::text(&unit.unit),
                    Cell::Time(line.at),
                    Cell::text(&line.reason),
                    Cell::text(&line.cause),
                    Cell::maybe(line.reference.as_ref(), Cell::text),
                    Cell::Decimal(line.change, unit.scale),
                    Cell::Decimal(line.balance, unit.scale),
                ]
            }));
            sheet.rows.push(total(Some(self.to), "closing balance", unit.closing));
        }
        sheet
    }

    /// The statement as a page of text; times are local to `zone`.
    pub fn page(&self, zone: &Zone) -> String {
        let mut page = String::new();
        // Writing to a string does not fail.
        let _ = writeln!(page, "{}  {}", self.member, self.name);
        let from = self.from.map_or_else(|| "the beginning".to_owned(), |from| time(zone, from));
        let _ = writeln!(page, "from {from} to {}", time(zone, self.to));
        for unit in &self.units {
            let _ = writeln!(page, "\n{}", unit.name);
            let part = StatementView { units: vec![unit.clone()], ..self.clone() };
            let mut sheet = part.sheet(zone);
            sheet.columns.remove(0);
            sheet.rows.iter_mut().for_each(|row| drop(row.remove(0)));
            page.push_str(&sheet.table());
            if !unit.lots.is_empty() {
                let _ = writeln!(page, "open lots:");
            }
            for lot in &unit.lots {
                let parts = [("available", lot.available), ("held", lot.held), ("reserved", lot.reserved)];
                let parts: Vec<String> = parts
                    .iter()
                    .filter(|(_, steps)| *steps != 0)
                    .map(|(what, steps)| format!("{} {what}", amount(*steps, unit.scale)))
                    .collect();
                let lapses = lot.expires_at.map_or_else(|| "never lapses".to_owned(), |at| format!("lapses {}", time(zone, at)));
                let _ = writeln!(page, "  {}, {lapses}  ({}, {})", parts.join(", "), lot.rule, lot.fact);
            }
        }
        if self.corrected > 0 {
            let _ = writeln!(page, "\n{} movements were corrected since they were first written", self.corrected);
        }
        page
    }
}
