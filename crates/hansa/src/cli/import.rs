//! `import`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, Subcommand};
use serde_json::json;

use super::output::{OutputArgs, note};
use super::place::{line, print_json};
use super::progress::bar;
use super::{Ending, Place, imports};
use crate::app::AppError;
use crate::audit::By;
use crate::imports::mapping::{ImportKind, Mapping};
use crate::imports::read::ReadOptions;
use crate::imports::{Imported, Plan, Watch, run_watched, undo};
use crate::settings::Approvals;

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Import {
    #[command(subcommand)]
    past: Option<Past>,
    /// members, contacts, orders, order-lines or facts
    #[arg(required = true)]
    kind: Option<String>,
    /// CSV (also .gz), XLSX or Parquet files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How columns become fields; guessed from the header when left out
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// Do everything, keep nothing, and say what would be created, changed and rejected
    #[arg(long)]
    dry_run: bool,
    /// Write every rejected row with line, column, reason and original text to this CSV file
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Things written in one transaction
    #[arg(long, default_value_t = 2_000, value_name = "N", value_parser = super::at_least_one())]
    batch: usize,
    /// Reject facts of unknown members instead of creating those members
    #[arg(long)]
    known_members_only: bool,
    /// Judge facts as if they came now and reject what the rules do not allow, e.g. spending more than there is
    #[arg(long)]
    live: bool,
    /// Encoding of delimited text; UTF-8 or GB18030 are found by looking
    #[arg(long)]
    encoding: Option<String>,
    /// Sheet of a workbook; the first when left out
    #[arg(long)]
    sheet: Option<String>,
}

/// What was imported before.
#[derive(Debug, Subcommand)]
enum Past {
    /// The imports so far, newest first, also those that were interrupted
    List {
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=crate::imports::MAX_LISTED))]
        limit: u64,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// One import: its files, what it wrote, what it rejected
    Show {
        /// The import's id
        id: String,
    },
    /// Take everything of an import back
    Undo {
        /// The import's id
        id: String,
    },
}

impl Import {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        match &self.past {
            Some(Past::List { limit, output }) => return imports::list(place, *limit, output).await,
            Some(Past::Show { id }) => return imports::show(place, id).await,
            Some(Past::Undo { id }) => return take_back(place, id).await,
            None => {}
        }
        let plan = self.plan()?;
        let app = place.open_keyed().await?;
        let progress = bar(0, "importing");
        let stop = stop_on_ctrl_c();
        let watch = Watch {
            begun: &|id| progress.suspend(|| note(&format!("Import {id} has begun; `hansa import undo {id}` takes it back."))),
            progress: &|read, whole| {
                if let Some(whole) = whole {
                    progress.set_length(whole);
                }
                progress.set_position(read);
            },
            stop,
        };
        let result = run_watched(&app, &plan, &watch).await;
        progress.finish_and_clear();
        let done = result?;
        show(place, &plan, &done);
        Ok(if done.interrupted { Ending::Interrupted } else { Ending::Done })
    }

    fn plan(self) -> Result<Plan, AppError> {
        let kind = self.kind.unwrap_or_default();
        let kind = ImportKind::parse(&kind).ok_or_else(|| {
            AppError::Refused(format!("`{kind}` cannot be imported: members, contacts, orders, order-lines or facts can"))
        })?;
        let mapping = self
            .map
            .as_deref()
            .map(Mapping::load)
            .transpose()
            .map_err(|errors| AppError::Refused(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
        Ok(Plan {
            kind,
            files: self.files,
            mapping,
            rejects: self.rejects,
            batch: self.batch,
            dry_run: self.dry_run,
            known_members_only: self.known_members_only,
            parents_come: false,
            live: self.live,
            by: By::machine(None),
            two: Approvals::default(),
            read: ReadOptions { encoding: self.encoding, delimiter: None, sheet: self.sheet },
        })
    }
}

/// Becomes true when Ctrl-C is pressed; pressed again, it ends the process at once, as a kill would: whole batches stay.
pub(super) fn stop_on_ctrl_c() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            heard.store(true, Ordering::Relaxed);
            note("Stopping after the batch in hand; Ctrl-C again stops at once.");
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
    stop
}

async fn take_back(place: &Place, id: &str) -> Result<Ending, AppError> {
    let app = place.open_keyed().await?;
    let progress = bar(0, "undoing");
    let result = undo(&app, id, &By::machine(None), |done| progress.inc(done)).await;
    progress.finish_and_clear();
    let undone = result?;
    if place.json {
        print_json(&json!(undone));
    } else {
        line(&format!(
            "{} facts no longer count, {} members and contacts are as they were, {} are gone, {} members stay because facts are about them.",
            undone.facts, undone.restored, undone.removed, undone.kept
        ));
    }
    Ok(Ending::Done)
}

fn show(place: &Place, plan: &Plan, done: &Imported) {
    if place.json {
        print_json(&json!(done));
        return;
    }
    let would = if plan.dry_run { "would be " } else { "" };
    if done.interrupted {
        line("Stopped after the batch in hand. Until then:");
    }
    line(&format!("{} lines read: {} accepted, {} skipped, {} rejected.", done.lines, done.accepted, done.skipped, done.rejected));
    line(&format!(
        "{} members {would}created, {} changed; {} contacts {would}created, {} changed.",
        done.members_created, done.members_changed, done.contacts_created, done.contacts_changed
    ));
    for (kind, count) in &done.facts {
        line(&format!("{count:>10} {kind} {would}recorded"));
    }
    if done.brought_back > 0 {
        line(&format!("{:>10} {would}brought back after an undo", done.brought_back));
    }
    if done.unchanged > 0 {
        line(&format!("{:>10} were there already", done.unchanged));
    }
    for (reason, count) in &done.reasons {
        line(&format!("{count:>10} rejected: {reason}"));
    }
    let rejects = plan.rejects.as_ref().filter(|_| done.rejected > 0);
    let rejects = rejects.map_or_else(String::new, |file| format!("Rejected rows are in {}. ", file.display()));
    match &done.id {
        Some(id) if done.interrupted => line(&format!(
            "{rejects}To go on, run the same command again: what is there is recognised. Undo this part with `hansa import undo {id}`."
        )),
        Some(id) => line(&format!("{rejects}Undo all with `hansa import undo {id}`.")),
        None => line("Nothing was written: this was a dry run."),
    }
}
