//! `evaluate`, `verify`, `migrate`: keeping what is stored up to date and right.

use clap::Args;
use ledger::Instant;
use serde_json::json;

use super::place::{as_of, line, print_json};
use super::progress::bar;
use super::rules::shown;
use super::{Ending, Place};
use crate::app::{App, AppError};
use crate::{members, standing, tiers, verify};

#[derive(Args, Debug)]
pub(crate) struct Evaluate {
    /// Up to the end of this day, which is not ahead; up to now when left out
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Compute this one member's state anew from its facts, whatever is stored of it
    #[arg(long, value_name = "MEMBER")]
    rebuild: Option<String>,
}

impl Evaluate {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let app = place.open().await?;
        let until = not_ahead(&app, as_of(&app, self.as_of.as_deref())?)?;
        if let Some(member) = &self.rebuild {
            tiers::rebuild(&app, member, until).await?;
            if place.json {
                print_json(&json!({ "as_of": shown(until), "rebuilt": member }));
            } else {
                line(&format!("The state of `{member}` was computed anew from its facts up to {}.", shown(until)));
            }
            return Ok(Ending::Done);
        }
        let settled = bring_up(&app, until).await?;
        if place.json {
            print_json(&json!({ "as_of": shown(until), "members_ticked": settled.ticked, "members_replayed": settled.replayed }));
        } else {
            line(&format!("Up to {}: time passed for {} members, {} were judged anew.", shown(until), settled.ticked, settled.replayed));
        }
        Ok(Ending::Done)
    }
}

/// An instant up to which time may pass: what has lapsed does not come back, so nobody is brought to a day that has not come. The end of today is now.
fn not_ahead(app: &App, until: Instant) -> Result<Instant, AppError> {
    let (zone, now) = (standing::zone(app)?, app.now());
    if until <= now || zone.day(until) == zone.day(now) {
        return Ok(until.min(now));
    }
    let why = format!("--as-of: {} has not come yet; `explain --as-of` looks ahead and changes nothing", zone.day(until));
    Err(AppError::Refused(why))
}

/// [`tiers::evaluate`] with a progress bar.
pub(crate) async fn bring_up(app: &App, until: Instant) -> Result<crate::facts::Settled, AppError> {
    let progress = bar(0, "evaluating");
    let settled = tiers::evaluate(app, until, |done| progress.inc(done)).await;
    progress.finish_and_clear();
    settled
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Describe so many differences
    #[arg(long, default_value_t = 20)]
    findings: usize,
    /// Compare every index of a large SQLite file with its table; smaller ones always are
    #[arg(long)]
    full: bool,
}

impl Verify {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let app = place.look().await?;
        let file = verify::file(&app, self.full).await?;
        // What is read from a damaged file says nothing about its rows.
        let damaged = file.iter().any(|finding| finding.what == "damage");
        let mut result = verify::Verification::default();
        if !damaged {
            let progress = bar(members::count(app.db.read()).await?, "verifying");
            let recomputed = verify::verify(&app, |done| progress.inc(done)).await;
            progress.finish_and_clear();
            result = recomputed?;
        }
        result.findings.splice(0..0, file);
        self.show(place, &result);
        Ok(if result.findings.is_empty() { Ending::Done } else { Ending::Findings })
    }

    fn show(&self, place: &Place, result: &verify::Verification) {
        if place.json {
            print_json(&json!({
                "members": result.members, "facts": result.facts, "transfers": result.transfers, "decisions": result.decisions,
                "outdated": result.outdated, "row_by_row": result.row_by_row, "audited": result.audited, "findings": result.findings.len(),
                "described": result.findings.iter().take(self.findings).collect::<Vec<_>>(),
            }));
        } else {
            line(&format!(
                "{} members, {} facts, {} transfers, {} decisions recomputed: {} differences.",
                result.members,
                result.facts,
                result.transfers,
                result.decisions,
                result.findings.len()
            ));
            if result.outdated > 0 {
                line(&format!("{} members were judged under an older program: run `hansa evaluate` first.", result.outdated));
            }
            for finding in result.findings.iter().take(self.findings) {
                let about = format!("{} {} {}", finding.member, finding.what, finding.key);
                line(&format!("{}\n  stored:     {}\n  recomputed: {}", about.trim_end(), finding.stored, finding.recomputed));
            }
        }
    }
}

/// `hansa migrate`.
pub(crate) async fn migrate(place: &Place) -> Result<Ending, AppError> {
    let options = db::Options { durability: place.durability()?, ..db::Options::default() };
    let db = db::Db::connect(&place.location()?, &options).await?;
    let before = db.version().await?;
    let done = db.migrate(crate::schema::HISTORY).await?;
    let after = db.version().await?;
    if place.json {
        print_json(&json!({ "from": before, "to": after, "applied": done.iter().map(|step| step.name).collect::<Vec<_>>() }));
    } else if done.is_empty() {
        line(&format!("The schema is at version {after}; nothing to do."));
    } else {
        line(&format!("The schema went from version {before} to {after}."));
    }
    Ok(Ending::Done)
}
