//! `explain`, `statement`, `report`, `backup`, `restore`: what is read, and what is kept safe.

use std::path::Path;

use clap::{Args, Subcommand};
use ledger::Instant;
use program::calendar::{Zone, parse_as_of};
use serde_json::json;

use super::output::{Format, OutputArgs, note, put_json, put_text};
use super::place::{as_of, from_day, line, print_json};
use super::progress::bar;
use super::{Ending, Place};
use crate::app::{App, AppError};
use crate::backup::{restore as put_back, save};
use crate::language::Language;
use crate::points::{Period, statement};
use crate::privacy;
use crate::reports::{Dated, journal, liability, movers, tiers};
use crate::standing::{Ask, explain};

/// Receipts told unless all are asked for.
const RECEIPTS: usize = 20;

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// The member's id
    member: String,
    /// As of the end of this day, or an instant
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Every receipt instead of the latest 20
    #[arg(long)]
    all: bool,
    /// Also receipts that were taken back, after a fact that came late or was corrected
    #[arg(long)]
    withdrawn: bool,
    #[command(flatten)]
    told: Told,
}

/// In which words.
#[derive(Args, Debug)]
struct Told {
    /// The language of names and sentences: en, zh-CN or zh-TW
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
    language: Language,
}

fn language(tag: &str) -> Result<Language, String> {
    Language::tagged(tag).ok_or_else(|| "one of en, zh-CN and zh-TW".to_owned())
}

impl Explain {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let app = place.look().await?;
        let at = self.as_of.as_deref().map(|text| as_of(&app, Some(text))).transpose()?;
        let most = if self.all { usize::MAX } else { RECEIPTS };
        let withdrawn = if self.withdrawn { most } else { 0 };
        let ask = Ask { as_of: at, receipts: (!self.all).then_some(RECEIPTS), withdrawn, language: self.told.language };
        let told = explain(&app, &self.member, ask).await?;
        if place.json {
            put_json(&told)?
        } else {
            put_text(&told.page(app.timeline()?.zone()))?
        }
        Ok(Ending::Done)
    }
}

#[derive(Args, Debug)]
pub(crate) struct StatementOf {
    /// The member's id
    member: String,
    /// One unit instead of all
    #[arg(long)]
    unit: Option<String>,
    /// From the start of this day
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// To the end of this day
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    #[command(flatten)]
    told: Told,
    #[command(flatten)]
    output: OutputArgs,
}

impl StatementOf {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let app = place.look().await?;
        let zone = app.timeline()?.zone().clone();
        let from = self.from.as_deref().map(|text| from_day(&zone, "--from", text)).transpose()?;
        let to = self.to.as_deref().map(|text| end_of(&zone, "--to", text)).transpose()?;
        let told = statement(&app, &self.member, self.unit.as_deref(), Period { from, to }, self.told.language).await?;
        match self.output.format(place.json) {
            Format::Table if self.output.output.is_none() => put_text(&told.page(&zone))?,
            Format::Json if self.output.output.is_none() => put_json(&told)?,
            format => self.output.write(&told.sheet(&zone), format)?,
        }
        Ok(Ending::Done)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// How many members stand in each tier
    Tiers(Sheets),
    /// What is owed to members, by unit and month of issue, with its cost
    Liability(Sheets),
    /// What was posted day by day between which accounts, for accounting
    Journal {
        /// From the start of this day
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// To the end of this day
        #[arg(long, value_name = "DATE")]
        to: Option<String>,
        /// The day of an entry: when it was written down, or when it took effect
        #[arg(long, value_enum, default_value_t = Dated::Posted)]
        by: Dated,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Who rose or fell
    Movers {
        /// From the start of this day; 90 days before the end when left out
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
        #[command(flatten)]
        sheets: Sheets,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Sheets {
    /// As of the end of this day, recomputed from facts; the present, as it is stored, when left out
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Report {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let app = place.look().await?;
        let zone = app.timeline()?.zone().clone();
        match self {
            Report::Tiers(sheets) => {
                let report = tiers(&app, sheets.instant(&app)?).await?;
                sheets.show(place, &report.sheet(), &[report.basis.note(&zone)])
            }
            Report::Liability(sheets) => {
                let report = liability(&app, sheets.instant(&app)?).await?;
                sheets.show(place, &report.sheet(), &[report.total(), report.basis.note(&zone)])
            }
            Report::Journal { from, to, by, output } => {
                let from = from.as_deref().map(|text| from_day(&zone, "--from", text)).transpose()?;
                let to = to.as_deref().map(|text| end_of(&zone, "--to", text)).transpose()?;
                output.write(&journal(&app, from, to, by).await?.sheet(), output.format(place.json))?;
                Ok(Ending::Done)
            }
            Report::Movers { since, sheets } => {
                let since = since.as_deref().map(|text| from_day(&zone, "--since", text)).transpose()?;
                let report = movers(&app, since, sheets.instant(&app)?).await?;
                sheets.show(place, &report.sheet(&zone), &[report.basis.note(&zone)])
            }
        }
    }
}

impl Sheets {
    fn instant(&self, app: &App) -> Result<Option<Instant>, AppError> {
        self.as_of.as_deref().map(|text| as_of(app, Some(text))).transpose()
    }

    fn show(&self, place: &Place, sheet: &super::output::Sheet, notes: &[String]) -> Result<Ending, AppError> {
        self.output.write(sheet, self.output.format(place.json))?;
        notes.iter().for_each(|text| note(text));
        Ok(Ending::Done)
    }
}

fn end_of(zone: &Zone, name: &str, text: &str) -> Result<Instant, AppError> {
    parse_as_of(text, zone).map_err(|error| AppError::Refused(format!("{name}: {error}")))
}

/// `hansa backup FILE`.
pub(crate) async fn backup(place: &Place, file: &Path, personal_keys: Option<&Path>) -> Result<Ending, AppError> {
    let app = place.look_keyed().await?;
    let keys = personal_keys.map_or_else(|| privacy::beside(file), Path::to_owned);
    if keys.exists() {
        privacy::check(&app.vault, &keys).map_err(refused)?;
    }
    let progress = bar(0, "saving");
    let saved = save(&app, file, |done, whole| {
        progress.set_length(whole);
        progress.set_position(done);
    })
    .await;
    progress.finish_and_clear();
    let saved = saved?;
    // After the archive, so that nobody in it is without a key.
    privacy::save(&app, &keys).await?;
    let rows: u64 = saved.tables.iter().map(|tally| tally.rows).sum();
    if place.json {
        print_json(&json!({ "file": file, "rows": rows, "bytes": saved.bytes, "personal_keys": keys }));
    } else {
        line(&format!("{rows} rows in {} bytes are in {}, the keys of personal data in {}.", saved.bytes, file.display(), keys.display()));
    }
    Ok(Ending::Done)
}

/// Keys that do not belong here are a refusal: nothing was written.
fn refused(error: AppError) -> AppError {
    AppError::Refused(error.to_string())
}

/// `hansa restore FILE`.
pub(crate) async fn restore(place: &Place, file: &Path, personal_keys: Option<&Path>, without: bool) -> Result<Ending, AppError> {
    let keys = personal_keys.map_or_else(|| privacy::beside(file), Path::to_owned);
    // Before anything is written: without the ring and the keys nobody's name would come back.
    let ring = if without { None } else { Some(place.ring()?) };
    if let Some(ring) = &ring {
        privacy::check(ring, &keys).map_err(refused)?;
    }
    let mut app = place.open().await?;
    let progress = bar(0, "restoring");
    let restored = put_back(&app, file, |done, whole| {
        progress.set_length(whole);
        progress.set_position(done);
    })
    .await;
    progress.finish_and_clear();
    let rows: u64 = restored?.iter().map(|tally| tally.rows).sum();
    let mut people = 0;
    if let Some(ring) = ring {
        app.vault = ring;
        people = privacy::load(&app, &keys).await?;
        place.keyed(app).await?;
    }
    if place.json {
        print_json(&json!({ "file": file, "rows": rows, "personal_keys": people }));
    } else {
        line(&format!("{rows} rows are back. `hansa verify` checks them against the facts."));
    }
    Ok(Ending::Done)
}
