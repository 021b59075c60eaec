//! A simulation as a job.

use std::sync::Arc;

use ledger::Instant;
use program::{Program, Timeline, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{simulate, told, why};
use crate::app::{App, AppError};
use crate::jobs::Progress;
use crate::language::Language;
use crate::members;

/// What is to be simulated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// The candidate: a program file.
    pub source: String,
    /// From when it judges, in microseconds; `None` for all history.
    pub from: Option<i64>,
    /// As of when; `None` for when the job begins.
    pub as_of: Option<i64>,
    /// Name so many members who move.
    pub movers: usize,
    /// In which language reasons are told; English where nothing is said.
    #[serde(default)]
    pub language: Option<String>,
}

/// The programs in force with a candidate after them from an instant, or the candidate alone over all history. The program in force over all of
/// it is simulated as it is.
pub fn judging(current: &Arc<Timeline>, candidate: Program, from: Option<Instant>) -> Arc<Timeline> {
    if from.is_none() && current.versions.len() == 1 && current.newest().program.source == candidate.source {
        return current.clone();
    }
    let mut all: Vec<Version> = if from.is_some() { current.versions.clone() } else { Vec::new() };
    let number = all.last().map_or(1, |last| last.number + 1);
    all.push(Version { number, from: from.unwrap_or(Instant::MIN), program: Arc::new(candidate) });
    Arc::new(Timeline::new(all))
}

/// Simulates what was asked for; `input` is a [`Wanted`].
///
/// # Errors
/// When the candidate has mistakes, no program is in force, or the database fails.
pub async fn job(app: &App, input: &str, progress: &Progress) -> Result<Value, AppError> {
    let wanted: Wanted = serde_json::from_str(input).map_err(|error| AppError::Refused(error.to_string()))?;
    let candidate = Program::parse(&wanted.source).map_err(|problems| AppError::Refused(problems.to_string()))?;
    let current = app.timeline_in(app.db.read()).await?;
    let timeline = judging(&current, candidate, wanted.from.map(Instant));
    let until = wanted.as_of.map_or(app.now(), Instant);
    progress.expect(members::count(app.db.read()).await?);
    let comparison = simulate(app, timeline.clone(), until, |done| progress.add(done)).await?;
    let language = wanted.language.as_deref().and_then(Language::tagged).unwrap_or_default();
    let named = &comparison.movers[..wanted.movers.min(comparison.movers.len())];
    let reasons = why(app, &timeline, named, until, language).await?;
    Ok(told(&comparison, &current, &timeline, until, &reasons))
}
