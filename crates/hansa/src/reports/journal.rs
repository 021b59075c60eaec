//! The journal for accounting: what was posted, day by day, between which accounts, at its cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::Instant;
use program::calendar::Day;
use program::fact::minor_digits;
use rust_decimal::Decimal;

use super::liability::{definition, minor};
use super::store::posted;
use crate::app::{App, AppError};
use crate::cli::output::{Cell, Column, Kind, Sheet};

/// Which day an entry belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Dated {
    /// The day on which it was written down: what is corrected later never changes a day that was exported before.
    Posted,
    /// The day on which it took effect for the member.
    Effective,
}

/// All movements of some days, added up.
#[derive(Clone, Debug)]
pub struct Journal {
    /// ISO 4217 code of the costs.
    pub currency: Arc<str>,
    /// Digits of its minor unit.
    pub digits: u32,
    /// By day, unit, accounts and reason.
    pub entries: Vec<Entry>,
}

/// What moved on one day from one account of a unit to another for one reason, all members together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The local day.
    pub day: Day,
    /// The unit's id.
    pub unit: Arc<str>,
    /// Digits after the point of the unit's smallest step.
    pub scale: u32,
    /// The account it left.
    pub from: String,
    /// The account it reached.
    pub to: String,
    /// Why.
    pub reason: String,
    /// How many movements.
    pub transfers: u64,
    /// How much, in the unit's smallest step.
    pub amount: i64,
    /// The same at the unit's cost, in minor units of the currency, half to even.
    pub cost_minor: i64,
}

/// Day, unit, accounts and reason.
type Of = (Day, String, String, String, String);

/// What was posted from an instant up to and including another, corrections as entries of their own.
///
/// # Errors
/// When no program was applied, or the database fails.
pub async fn journal(app: &App, from: Option<Instant>, to: Option<Instant>, dated: Dated) -> Result<Journal, AppError> {
    let timeline = app.timeline()?;
    let program = &timeline.newest().program;
    let digits = minor_digits(&program.currency).unwrap_or(2);
    let (from, to) = (from.unwrap_or(Instant::MIN), to.unwrap_or(Instant::MAX));
    // The database adds up by quarters of an hour; local days are made of whole ones.
    let mut sums: BTreeMap<Of, (u64, i64)> = BTreeMap::new();
    for sum in posted(app.db.read(), dated, from, to).await? {
        let day = timeline.zone().day(sum.at);
        let entry = sums.entry((day, sum.unit, sum.from, sum.to, sum.reason)).or_default();
        entry.0 += sum.transfers;
        entry.1 += sum.amount;
    }
    let entry = |((day, unit, from, to, reason), (transfers, amount)): (Of, (u64, i64))| {
        let unit = definition(&timeline, &unit)?;
        let cost = Decimal::from_i128_with_scale(i128::from(amount), unit.scale).checked_mul(unit.cost).unwrap_or(Decimal::MAX);
        let cost_minor = minor(cost, digits);
        Some(Entry { day, unit: unit.id.clone(), scale: unit.scale, from, to, reason, transfers, amount, cost_minor })
    };
    Ok(Journal { currency: program.currency.clone(), digits, entries: sums.into_iter().filter_map(entry).collect() })
}

impl Journal {
    /// The journal as a sheet.
    pub fn sheet(&self) -> Sheet {
        let scale = self.entries.iter().map(|entry| entry.scale).max().unwrap_or(0);
        let mut columns: Vec<Column> = ["day", "unit", "from", "to", "reason"].map(|name| Column::new(name, Kind::Text)).into();
        columns.push(Column::new("transfers", Kind::Int));
        columns.push(Column::new("amount", Kind::Decimal(scale)));
        columns.push(Column::new("currency", Kind::Text));
        columns.push(Column::new("cost", Kind::Decimal(self.digits)));
        let mut sheet = Sheet::new(columns);
        sheet.rows.extend(self.entries.iter().map(|entry| {
            let mut cells: Vec<Cell> = [&entry.day.to_string(), &*entry.unit, &entry.from, &entry.to, &entry.reason].map(Cell::text).into();
            cells.push(Cell::Int(i64::try_from(entry.transfers).unwrap_or(i64::MAX)));
            cells.push(Cell::Decimal(entry.amount, entry.scale));
            cells.push(Cell::text(&self.currency));
            cells.push(Cell::Decimal(entry.cost_minor, self.digits));
            cells
        }));
        sheet
    }
}
