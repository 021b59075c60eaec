//! `program …`.

use chrono::DateTime;
use clap::Subcommand;
use ledger::Instant;
use program::{Program, Timeline};
use serde_json::json;
use std::path::{Path, PathBuf};

use super::place::{as_of, from_day, line, print_json};
use super::progress::bar;
use super::{Ending, Place};
use crate::app::AppError;
use crate::language::Language;
use crate::members;
use crate::program::{apply, diff, rollback, versions};
use crate::simulate::{Comparison, Reasons, by_month, cost, judging, outstanding_cost, simulate, told, why};

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// Check a program file; every mistake with line, column and a suggestion
    Check {
        /// The program file
        file: PathBuf,
    },
    /// Print the program in force, or a version of it
    Show {
        /// A version's number instead of the newest
        #[arg(long)]
        version: Option<u32>,
    },
    /// What differs between the program in force and a file
    Diff {
        /// The program file
        file: PathBuf,
    },
    /// Judge all history by another program, write nothing, and say who moves and what it costs
    Simulate {
        /// The program file
        file: PathBuf,
        /// The candidate judges from this day on; all history when left out
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// As of the end of this day
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// Name so many members who move
        #[arg(long, default_value_t = 20)]
        movers: usize,
    },
    /// Put a program into force
    Apply {
        /// The program file
        file: PathBuf,
        /// From the start of this day; from now on when left out (the first program: always)
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Who applies it
        #[arg(long)]
        by: Option<String>,
        /// Why
        #[arg(long)]
        note: Option<String>,
    },
    /// The versions applied so far
    History,
    /// Put an older version into force again, as a new version
    Rollback {
        /// The version's number
        version: u32,
        /// From the start of this day; from now on when left out
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Who does it
        #[arg(long)]
        by: Option<String>,
    },
}

impl Rules {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        match self {
            Rules::Check { file } => check(place, &file),
            Rules::Show { version } => show(place, version).await,
            Rules::Diff { file } => compare(place, &file).await,
            Rules::Simulate { file, from, as_of, movers } => try_out(place, &file, from.as_deref(), as_of.as_deref(), movers).await,
            Rules::Apply { file, from, by, note } => put(place, &file, from.as_deref(), by.as_deref(), note.as_deref()).await,
            Rules::History => history(place).await,
            Rules::Rollback { version, from, by } => back(place, version, from.as_deref(), by.as_deref()).await,
        }
    }
}

fn read(file: &Path) -> Result<String, AppError> {
    std::fs::read_to_string(file).map_err(|error| AppError::Refused(format!("{}: {error}", file.display())))
}

/// Parses a program file; mistakes are named with the file.
fn parse(file: &Path, source: &str) -> Result<Program, AppError> {
    Program::parse(source).map_err(|problems| {
        let all: Vec<String> = problems.0.iter().map(|problem| format!("{}:{problem}", file.display())).collect();
        AppError::Refused(all.join("\n"))
    })
}

fn check(place: &Place, file: &Path) -> Result<Ending, AppError> {
    let source = read(file)?;
    match (Program::parse(&source), place.json) {
        (Err(problems), true) => {
            print_json(&json!({ "file": file, "ok": false, "problems": problems.0 }));
            Err(AppError::Refused(format!("{} has {} mistakes", file.display(), problems.0.len())))
        }
        (Err(_), false) => parse(file, &source).map(|_| Ending::Done),
        (Ok(program), json) => {
            let counts = [
                ("units", program.units.len()),
                ("metrics", program.metrics.len()),
                ("tracks", program.tracks.len()),
                ("earning_rules", program.earns.len()),
                ("benefits", program.benefits.len()),
                ("missions", program.missions.len()),
                ("segments", program.segments.len()),
                ("stages", program.stages.len()),
                ("alerts", program.alerts.len()),
                ("service_levels", program.service_levels.len()),
                ("plays", program.plays.len()),
            ];
            if json {
                print_json(
                    &json!({ "file": file, "ok": true, "warnings": program.warnings, "program": program.id, "sections": counts.iter().copied().collect::<std::collections::BTreeMap<_, _>>() }),
                );
            } else {
                let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {}", name.replace('_', " "))).collect();
                for warning in &program.warnings {
                    line(&format!("{}:{warning} (warning)", file.display()));
                }
                line(&format!("{}: no mistakes. Program `{}`: {}.", file.display(), program.id, counts.join(", ")));
            }
            Ok(Ending::Done)
        }
    }
}

async fn show(place: &Place, version: Option<u32>) -> Result<Ending, AppError> {
    let app = place.look().await?;
    let all = versions(app.db.read()).await?;
    let found = version.map_or_else(|| all.last(), |number| all.iter().find(|version| version.number == number));
    let Some(found) = found else {
        return Err(version.map_or(AppError::NoProgram, |number| AppError::Refused(format!("there is no program version {number}"))));
    };
    if place.json {
        print_json(&json!({ "version": found, "source": found.source, "conditions": conditions(&found.source) }));
    } else {
        line(found.source.trim_end());
    }
    Ok(Ending::Done)
}

/// The named conditions of a stored program with what they set off.
fn conditions(source: &str) -> Vec<serde_json::Value> {
    let Ok(program) = Program::parse(source) else { return Vec::new() };
    let told = |(section, found): (&str, &program::definition::Segment)| json!({ "section": section, "id": found.id, "where": found.condition.compiled.expr.text(), "trigger": found.trigger });
    program.conditions().map(told).collect()
}

async fn compare(place: &Place, file: &Path) -> Result<Ending, AppError> {
    let source = read(file)?;
    parse(file, &source)?;
    let app = place.look().await?;
    let all = versions(app.db.read()).await?;
    let current = all.last().ok_or(AppError::NoProgram)?;
    let differences = diff(&current.source, &source).map_err(|error| AppError::Refused(error.to_string()))?;
    if place.json {
        print_json(&json!({ "version": current.number, "differences": differences }));
        return Ok(Ending::Done);
    }
    if differences.is_empty() {
        line(&format!("{} says the same as version {}.", file.display(), current.number));
    }
    for difference in differences {
        match (difference.before, difference.after) {
            (Some(before), Some(after)) => line(&format!("~ {}: {before} → {after}", difference.at)),
            (Some(before), None) => line(&format!("- {}: {before}", difference.at)),
            (None, Some(after)) => line(&format!("+ {}: {after}", difference.at)),
            (None, None) => {}
        }
    }
    Ok(Ending::Done)
}

async fn try_out(place: &Place, file: &Path, from: Option<&str>, until: Option<&str>, movers: usize) -> Result<Ending, AppError> {
    let source = read(file)?;
    let candidate = parse(file, &source)?;
    let app = place.look().await?;
    let until = as_of(&app, until)?;
    let current = app.timeline()?;
    let from = from.map(|text| from_day(&candidate.zone, "--from", text)).transpose()?;
    let timeline = judging(&current, candidate, from);
    let total = members::count(app.db.read()).await?;
    let progress = bar(total, "members");
    let comparison = simulate(&app, timeline.clone(), until, |done| progress.inc(done)).await?;
    progress.finish_and_clear();
    let named = &comparison.movers[..movers.min(comparison.movers.len())];
    let reasons = why(&app, &timeline, named, until, Language::English).await?;
    if place.json {
        print_json(&told(&comparison, &current, &timeline, until, &reasons));
    } else {
        print(&comparison, &current, &timeline, until, &reasons);
    }
    Ok(Ending::Done)
}

fn print(comparison: &Comparison, current: &Timeline, candidate: &Timeline, until: Instant, reasons: &[Reasons]) {
    let (base, new) = (&comparison.base, &comparison.candidate);
    line(&format!("{} members, {} facts, as of {}", new.members, new.facts, shown(until)));
    if comparison.equal() {
        line("Exactly as it stands: nobody's tier, review or balance differs.");
    } else {
        line(&format!("{} members differ in standing or balances.", comparison.different));
    }
    line("");
    let mut keys: Vec<_> = base.tiers.keys().chain(new.tiers.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (before, after) = (base.tiers.get(key).copied().unwrap_or(0), new.tiers.get(key).copied().unwrap_or(0));
        line(&format!("{:<28} {before:>9} → {after:>9}", format!("{}.{}", key.0, key.1)));
    }
    for ((track, from, to), count) in &comparison.moves {
        line(&format!("{count:>9} members move on {track} from {from} to {to}"));
    }
    for Reasons { mover, why_now, why_then } in reasons {
        line(&format!("  {} {}: {} → {}", mover.member, mover.track, mover.from, mover.to));
        for (when, why) in [("now", why_now), ("then", why_then)] {
            why.iter().for_each(|why| line(&format!("      {when:<4} {why}")));
        }
    }
    line("");
    let currency = &candidate.newest().program.currency;
    line(&format!("Cost of what is outstanding: {} → {} {currency}", outstanding_cost(base, current), outstanding_cost(new, candidate)));
    line(&format!(
        "{:<16} {:<8} {:>14} {:>14} {:>12} {:>12} {:>12} {:>12}",
        "unit", "month", "issued now", "issued then", "spent then", "lapsed then", "cost now", "cost then"
    ));
    for ((unit, month), (before, after)) in by_month(comparison) {
        let net = |flow: program::effect::Flow| flow.issued - flow.taken_back;
        line(&format!(
            "{unit:<16} {month:<8} {:>14} {:>14} {:>12} {:>12} {:>12} {:>12}",
            net(before),
            net(after),
            after.spent,
            after.expired,
            cost(current, &unit, net(before)),
            cost(candidate, &unit, net(after)),
            month = month.to_string()
        ));
    }
}

/// An instant as RFC 3339 in UTC.
pub(crate) fn shown(at: Instant) -> String {
    DateTime::from_timestamp_micros(at.0).map_or_else(|| at.0.to_string(), |time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

async fn put(place: &Place, file: &Path, from: Option<&str>, by: Option<&str>, note: Option<&str>) -> Result<Ending, AppError> {
    let source = read(file)?;
    let program = parse(file, &source)?;
    let app = place.open().await?;
    let from = from.map(|text| from_day(&program.zone, "--from", text)).transpose()?;
    let applied = apply(&app, &source, from, by, note).await?;
    report_applied(place, &applied);
    Ok(Ending::Done)
}

fn report_applied(place: &Place, applied: &crate::program::Applied) {
    if place.json {
        print_json(&json!(applied));
    } else if applied.unchanged {
        line(&format!("Version {} says the same and is in force; nothing was done.", applied.number));
    } else {
        let from = applied.effective_from.map_or_else(|| "for all history".to_owned(), |from| format!("from {}", shown(from)));
        line(&format!("Version {} is in force {from}. Run `hansa evaluate` to bring everyone up to date.", applied.number));
    }
}

async fn history(place: &Place) -> Result<Ending, AppError> {
    let app = place.look().await?;
    let all = versions(app.db.read()).await?;
    if place.json {
        print_json(&json!(all));
        return Ok(Ending::Done);
    }
    for version in all {
        let from = version.effective_from.map_or_else(|| "always".to_owned(), shown);
        let by = version.applied_by.unwrap_or_default();
        line(&format!(
            "{:>4}  from {from:<22} applied {} {by} {}",
            version.number,
            shown(version.applied_at),
            version.note.unwrap_or_default()
        ));
    }
    Ok(Ending::Done)
}

async fn back(place: &Place, number: u32, from: Option<&str>, by: Option<&str>) -> Result<Ending, AppError> {
    let app = place.open().await?;
    let zone = app.timeline()?.zone().clone();
    let from = from.map(|text| from_day(&zone, "--from", text)).transpose()?;
    report_applied(place, &rollback(&app, number, from, by).await?);
    Ok(Ending::Done)
}
