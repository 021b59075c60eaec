//! `import`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::place::{line, print_json};
use super::progress::bar;
use super::{Ending, Place};
use crate::app::AppError;
use crate::imports::mapping::{ImportKind, Mapping};
use crate::imports::read::ReadOptions;
use crate::imports::{Imported, Plan, run, undo};

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// members, contacts, orders, order-lines or facts; or `undo` with the id of an import
    kind: String,
    /// CSV (also .gz), XLSX or Parquet files; for `undo` the import's id
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
    #[arg(long, default_value_t = 2_000, value_name = "N")]
    batch: usize,
    /// Reject facts of unknown members instead of creating those members
    #[arg(long)]
    known_members_only: bool,
    /// Encoding of delimited text; UTF-8 or GB18030 are found by looking
    #[arg(long)]
    encoding: Option<String>,
    /// Sheet of a workbook; the first when left out
    #[arg(long)]
    sheet: Option<String>,
}

impl Import {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        if self.kind == "undo" {
            return self.take_back(place).await;
        }
        let kind = ImportKind::parse(&self.kind).ok_or_else(|| {
            AppError::Refused(format!("`{}` cannot be imported: members, contacts, orders, order-lines or facts can", self.kind))
        })?;
        let mapping = self
            .map
            .as_deref()
            .map(Mapping::load)
            .transpose()
            .map_err(|errors| AppError::Refused(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
        let plan = Plan {
            kind,
            files: self.files,
            mapping,
            rejects: self.rejects,
            batch: self.batch,
            dry_run: self.dry_run,
            known_members_only: self.known_members_only,
            read: ReadOptions { encoding: self.encoding, delimiter: None, sheet: self.sheet },
        };
        let app = place.open().await?;
        let progress = bar(0, "importing");
        let result = run(&app, &plan, &|read, whole| {
            if let Some(whole) = whole {
                progress.set_length(whole);
            }
            progress.set_position(read);
        })
        .await;
        progress.finish_and_clear();
        show(place, &plan, &result?);
        Ok(Ending::Done)
    }

    async fn take_back(self, place: &Place) -> Result<Ending, AppError> {
        let app = place.open().await?;
        let id = self.files[0].display().to_string();
        let progress = bar(0, "undoing");
        let result = undo(&app, &id, |done| progress.inc(done)).await;
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
}

fn show(place: &Place, plan: &Plan, done: &Imported) {
    if place.json {
        print_json(&json!(done));
        return;
    }
    let would = if plan.dry_run { "would be " } else { "" };
    line(&format!("{} lines read: {} accepted, {} skipped, {} rejected.", done.lines, done.accepted, done.skipped, done.rejected));
    line(&format!(
        "{} members {would}created, {} changed; {} contacts {would}created, {} changed.",
        done.members_created, done.members_changed, done.contacts_created, done.contacts_changed
    ));
    for (kind, count) in &done.facts {
        line(&format!("{count:>10} {kind} {would}recorded"));
    }
    if done.unchanged > 0 {
        line(&format!("{:>10} were there already", done.unchanged));
    }
    for (reason, count) in &done.reasons {
        line(&format!("{count:>10} rejected: {reason}"));
    }
    match (&done.id, &plan.rejects) {
        (Some(id), Some(rejects)) if done.rejected > 0 => {
            line(&format!("Rejected rows are in {}. Undo all with `hansa import undo {id}`.", rejects.display()))
        }
        (Some(id), _) => line(&format!("Undo all with `hansa import undo {id}`.")),
        (None, _) => line("Nothing was written: this was a dry run."),
    }
}
