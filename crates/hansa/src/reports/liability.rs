//! What is outstanding, by unit and month of issue, at its cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Datelike;
use ledger::{Cohort, Instant};
use program::calendar::Zone;
use program::definition::Unit;
use program::effect::Month;
use program::fact::minor_digits;
use program::history::replay;
use program::{Engine, Fact, Out, Timeline};
use rust_decimal::{Decimal, RoundingStrategy};

use super::basis::Basis;
use super::replays;
use super::store::{lot_sums, stored_basis};
use crate::app::{App, AppError};
use crate::cli::output::{Cell, Column, Kind, Sheet};
use crate::standing::words::{grouped, steps};

/// What is owed to members.
#[derive(Clone, Debug)]
pub struct LiabilityReport {
    /// What it rests on.
    pub basis: Basis,
    /// ISO 4217 code of the costs.
    pub currency: Arc<str>,
    /// Digits of its minor unit.
    pub digits: u32,
    /// By unit, then month of issue.
    pub rows: Vec<LiabilityRow>,
}

/// One unit issued in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiabilityRow {
    /// The unit's id.
    pub unit: Arc<str>,
    /// Digits after the point of the unit's smallest step.
    pub scale: u32,
    /// The local month of issue.
    pub cohort: Month,
    /// What became of what was issued, in the unit's smallest step; `outstanding` can be spent or is reserved.
    pub lots: Cohort,
    /// What is outstanding at the unit's cost, in minor units of the currency, half to even.
    pub cost_minor: i64,
    /// The part of the cost that is expected never to be asked for.
    pub breakage_minor: i64,
    /// Cost less expected breakage.
    pub net_minor: i64,
}

/// By unit's place in the timeline and month.
type Sums = BTreeMap<(usize, Month), Cohort>;

/// What is outstanding, at present or as of an instant.
///
/// # Errors
/// When no program was applied, or the database fails.
pub async fn liability(app: &App, as_of: Option<Instant>) -> Result<LiabilityReport, AppError> {
    let timeline = app.timeline()?;
    let (basis, sums) = match as_of {
        Some(at) => (Basis::Replayed(at), replayed(app, timeline.clone(), at).await?),
        None => stored(app, &timeline).await?,
    };
    let program = &timeline.newest().program;
    let digits = minor_digits(&program.currency).unwrap_or(2);
    let rows = sums.into_iter().filter_map(|((unit, cohort), lots)| {
        let unit = definition(&timeline, timeline.units.get(unit)?)?;
        Some(row(unit, cohort, lots, digits))
    });
    Ok(LiabilityReport { basis, currency: program.currency.clone(), digits, rows: rows.collect() })
}

async fn stored(app: &App, timeline: &Timeline) -> Result<(Basis, Sums), AppError> {
    let now = app.now();
    let read = app.db.read_snapshot(async |tx| Ok::<_, AppError>((stored_basis(&tx, timeline, now).await?, lot_sums(&tx).await?)));
    let (basis, found) = read.await?;
    let mut sums = Sums::new();
    for sum in found {
        if let Some(unit) = timeline.unit(&sum.unit) {
            add(sums.entry((unit, month(timeline.zone(), sum.made_at))).or_default(), &sum.sums);
        }
    }
    Ok((basis, sums))
}

async fn replayed(app: &App, timeline: Arc<Timeline>, at: Instant) -> Result<Sums, AppError> {
    let visit = move |timeline: &Timeline, _: &str, facts: &[Fact], sums: &mut Sums| {
        let member = replay(Engine::new(timeline), facts, at, &mut Out::default());
        let zone = timeline.zone();
        let cohorts = ledger::liability(member.book.lots(), |lot| (usize::from(lot.unit.0), month(zone, lot.created_at)));
        merge(sums, cohorts);
    };
    replays::fold(app, timeline, visit, merge).await
}

fn merge(total: &mut Sums, part: Sums) {
    part.into_iter().for_each(|(cohort, sums)| add(total.entry(cohort).or_default(), &sums));
}

fn add(total: &mut Cohort, part: &Cohort) {
    total.issued += part.issued;
    total.outstanding += part.outstanding;
    total.held += part.held;
    total.spent += part.spent;
    total.expired += part.expired;
    total.taken_back += part.taken_back;
}

fn month(zone: &Zone, at: Instant) -> Month {
    let date = zone.day(at).date();
    Month(date.year() * 12 + i32::try_from(date.month0()).unwrap_or(0))
}

/// A unit as the newest version that has it defines it.
pub(super) fn definition<'t>(timeline: &'t Timeline, id: &str) -> Option<&'t Unit> {
    timeline.versions.iter().rev().find_map(|version| version.program.units.iter().find(|unit| *unit.id == *id))
}

fn row(unit: &Unit, cohort: Month, lots: Cohort, digits: u32) -> LiabilityRow {
    let whole = Decimal::from_i128_with_scale(i128::from(lots.outstanding), unit.scale);
    let cost = whole.checked_mul(unit.cost).unwrap_or(Decimal::MAX);
    let cost_minor = minor(cost, digits);
    let breakage_minor = minor(cost.checked_mul(unit.breakage).unwrap_or(Decimal::ZERO), digits);
    LiabilityRow {
        unit: unit.id.clone(),
        scale: unit.scale,
        cohort,
        lots,
        cost_minor,
        breakage_minor,
        net_minor: cost_minor - breakage_minor,
    }
}

/// Whole minor units, half to even; what no account could hold ends at the limit.
pub(super) fn minor(amount: Decimal, digits: u32) -> i64 {
    let mut rounded = amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven);
    rounded.rescale(digits);
    i64::try_from(rounded.mantissa()).unwrap_or(i64::MAX)
}

impl LiabilityReport {
    /// The net liability of all units, in minor units of the currency.
    pub fn net_minor(&self) -> i64 {
        self.rows.iter().map(|row| row.net_minor).sum()
    }

    /// The total in a sentence.
    pub fn total(&self) -> String {
        format!("net liability: {} {}", grouped(&steps(self.net_minor(), self.digits)), self.currency)
    }

    /// The report as a sheet.
    pub fn sheet(&self) -> Sheet {
        let scale = self.rows.iter().map(|row| row.scale).max().unwrap_or(0);
        let mut columns = vec![Column::new("unit", Kind::Text), Column::new("cohort", Kind::Text)];
        let units = ["issued", "outstanding", "held", "spent", "expired", "taken_back"];
        columns.extend(units.map(|name| Column::new(name, Kind::Decimal(scale))));
        columns.push(Column::new("currency", Kind::Text));
        columns.extend(["cost", "breakage", "net"].map(|name| Column::new(name, Kind::Decimal(self.digits))));
        let mut sheet = Sheet::new(columns);
        sheet.rows.extend(self.rows.iter().map(|row| {
            let lots = &row.lots;
            let mut cells = vec![Cell::text(&row.unit), Cell::text(row.cohort.to_string())];
            let units = [lots.issued, lots.outstanding, lots.held, lots.spent, lots.expired, lots.taken_back];
            cells.extend(units.map(|amount| Cell::Decimal(amount, row.scale)));
            cells.push(Cell::text(&self.currency));
            cells.extend([row.cost_minor, row.breakage_minor, row.net_minor].map(|amount| Cell::Decimal(amount, self.digits)));
            cells
        }));
        sheet
    }
}
