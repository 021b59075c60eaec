//! `sync`: pull from another system, and how far that has come.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::import::stop_on_ctrl_c;
use super::place::{line, print_json};
use super::progress::bar;
use super::rules::shown;
use super::{Ending, Place};
use crate::app::AppError;
use crate::sync::{self, Asked, Position, Ran, Stand};

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Sync {
    #[command(subcommand)]
    past: Option<Past>,
    /// The file that says where the source is and how it is read
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// Do everything, keep nothing, and say what would be created, changed and rejected
    #[arg(long)]
    dry_run: bool,
    /// Read from the beginning, wherever the position is
    #[arg(long)]
    from_start: bool,
    /// Add every rejected row with line, column, reason and original text to this CSV file
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Go on on the file's schedule until stopped
    #[arg(long, conflicts_with_all = ["dry_run", "from_start", "rejects"])]
    scheduled: bool,
}

/// What was read before.
#[derive(Debug, Subcommand)]
enum Past {
    /// The sources that were ever read, how far, and what came of it last
    List,
    /// One source
    Show {
        /// The name in its file
        name: String,
    },
}

impl Sync {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        match (&self.past, &self.file) {
            (Some(Past::List), _) => return list(place).await,
            (Some(Past::Show { name }), _) => return show(place, name).await,
            (None, Some(_)) | (None, None) => {}
        }
        let file = self.file.unwrap_or_default();
        let source = sync::read(&file, &super::market::variable)?;
        if self.scheduled && source.schedule.is_none() {
            return Err(AppError::Refused(format!("{}: there is no `schedule` in it", file.display())));
        }
        let app = place.open_keyed().await?;
        let stop = stop_on_ctrl_c();
        if self.scheduled {
            until(&stop, sync::keep(app, source)).await;
            return Ok(Ending::Interrupted);
        }
        let asked = Asked { dry_run: self.dry_run, from_start: self.from_start, rejects: self.rejects };
        let progress = bar(0, "synchronising");
        let ran = sync::run(&app, &source, &asked, &stop, &|rows| progress.set_position(rows)).await;
        progress.finish_and_clear();
        let ran = ran?;
        told(place, &asked, &ran);
        Ok(if ran.interrupted { Ending::Interrupted } else { Ending::Done })
    }
}

/// Does something until it is asked to stop.
async fn until(stop: &Arc<AtomicBool>, done: impl Future<Output = ()>) {
    let stopped = async {
        while !stop.load(std::sync::atomic::Ordering::Relaxed) {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        () = stopped => {}
        () = done => {}
    }
}

fn told(place: &Place, asked: &Asked, ran: &Ran) {
    if place.json {
        print_json(&json!(ran));
        return;
    }
    let would = if asked.dry_run { "would be " } else { "" };
    if ran.interrupted {
        line("Stopped. Until then:");
    }
    line(&format!("{} rows read: {} accepted, {} skipped, {} rejected.", ran.rows, ran.accepted, ran.skipped, ran.rejected));
    line(&format!(
        "{} members {would}created, {} changed; {} contacts {would}created, {} changed.",
        ran.members_created, ran.members_changed, ran.contacts_created, ran.contacts_changed
    ));
    for (kind, count) in &ran.facts {
        line(&format!("{count:>10} {kind} {would}recorded"));
    }
    if ran.unchanged > 0 {
        line(&format!("{:>10} were there already", ran.unchanged));
    }
    for (reason, count) in &ran.reasons {
        line(&format!("{count:>10} rejected: {reason}"));
    }
    match ran.imports.as_slice() {
        _ if asked.dry_run => line("Nothing was written: this was a dry run."),
        [] => {}
        imports => line(&format!("Undo with `hansa import undo`, the last first: {}.", imports.join(", "))),
    }
    if !asked.dry_run {
        line(&format!("Read up to {}.", place_of(&ran.position)));
    }
}

async fn list(place: &Place) -> Result<Ending, AppError> {
    let app = place.look().await?;
    let all = sync::all(app.db.read()).await?;
    if place.json {
        print_json(&all.iter().map(as_json).collect());
        return Ok(Ending::Done);
    }
    for one in &all {
        line(&format!("{}  {}  {}  up to {}", one.name, shown(one.begun_at), state(one), place_of(&one.position)));
    }
    Ok(Ending::Done)
}

async fn show(place: &Place, name: &str) -> Result<Ending, AppError> {
    let app = place.look().await?;
    let found = sync::find(app.db.read(), name).await?;
    let one = found.ok_or_else(|| AppError::Refused(format!("`{name}` was never read; `hansa sync list` names what was")))?;
    if place.json {
        print_json(&as_json(&one));
        return Ok(Ending::Done);
    }
    line(&format!("{}  {}", one.name, one.source));
    line(&format!("begun     {}", shown(one.begun_at)));
    line(&format!("ended     {}", one.ended_at.map_or_else(|| "not yet, or it was killed".to_owned(), shown)));
    line(&format!("read to   {}", place_of(&one.position)));
    line(&format!("state     {}", state(&one)));
    if let Some(outcome) = &one.outcome {
        let count = |name: &str| outcome[name].as_u64().unwrap_or_default();
        line(&format!(
            "{} rows read: {} accepted, {} skipped, {} rejected.",
            count("rows"),
            count("accepted"),
            count("skipped"),
            count("rejected")
        ));
    }
    if let Some(error) = &one.error {
        line(error);
    }
    Ok(Ending::Done)
}

fn state(one: &Stand) -> &'static str {
    match (&one.ended_at, &one.error) {
        (None, _) => "unfinished",
        (Some(_), Some(_)) => "failed",
        (Some(_), None) if one.outcome.as_ref().is_some_and(|outcome| outcome["interrupted"] == true) => "stopped",
        (Some(_), None) => "done",
    }
}

fn as_json(one: &Stand) -> Value {
    json!({
        "name": one.name, "source": one.source, "position": one.position, "state": state(one), "begun": shown(one.begun_at),
        "ended": one.ended_at.map(shown), "outcome": one.outcome, "error": one.error,
    })
}

/// A position for people.
fn place_of(position: &Position) -> String {
    let since: Vec<String> = position.since.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
    match (since.is_empty(), &position.page) {
        (true, None) => "the beginning".to_owned(),
        (false, None) => since.join(", "),
        (_, Some(_)) => "a page in the middle of a run".to_owned(),
    }
}
