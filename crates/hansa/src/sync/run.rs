//! One run: page by page from the source into imports, and the position behind them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::file::From;
use super::position::Position;
use super::rest::Rest;
use super::spool::{Page, Spool, append_rejects, file};
use super::table::Table;
use super::{Sync, SyncError, store};
use crate::app::{App, AppError};
use crate::audit::By;
use crate::imports::read::ReadOptions;
use crate::imports::{Imported, Plan, Watch, run_watched};
use crate::settings::Approvals;

/// Things written in one transaction.
const TOGETHER: usize = 2_000;

/// How a source is read this time.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Do everything, keep nothing, and leave the position where it is.
    pub dry_run: bool,
    /// From the beginning, wherever the position is.
    pub from_start: bool,
    /// Where refused rows go, in place of what the file says.
    pub rejects: Option<PathBuf>,
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ran {
    /// Rows that the source gave.
    pub rows: u64,
    /// Rows that were used.
    pub accepted: u64,
    /// Rows that the mapping leaves out.
    pub skipped: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Members created and changed.
    pub members_created: u64,
    /// Members changed.
    pub members_changed: u64,
    /// Contacts created.
    pub contacts_created: u64,
    /// Contacts changed.
    pub contacts_changed: u64,
    /// Facts recorded, by kind.
    pub facts: BTreeMap<String, u64>,
    /// What was there already.
    pub unchanged: u64,
    /// Refused rows by reason.
    pub reasons: BTreeMap<String, u64>,
    /// The imports that wrote it, for the undo.
    pub imports: Vec<String>,
    /// How far the source is read now.
    pub position: Position,
    /// It was asked to stop; the next run goes on.
    pub interrupted: bool,
}

/// A source that is open.
enum Source {
    Rest(Box<Rest>),
    Table(Box<Table>),
}

impl Source {
    async fn open(sync: &Sync, position: Position) -> Result<Source, String> {
        Ok(match &sync.from {
            From::Rest(configured) => Source::Rest(Box::new(Rest::at((**configured).clone(), position, sync.overlap)?)),
            From::Table(configured) => Source::Table(Box::new(Table::open(configured.clone(), position, sync.overlap).await?)),
        })
    }

    async fn next(&mut self) -> Result<Option<Page>, String> {
        match self {
            Source::Rest(rest) => rest.next().await,
            Source::Table(table) => table.next().await,
        }
    }
}

/// Reads a source from its position to its end, and moves the position behind what is written. Once `stop` is true it ends after the import in hand;
/// `progress` hears how many rows there were.
///
/// # Errors
/// When the source fails or gives what is not as the file says, or the database fails. The position is behind what was written.
pub async fn run(
    app: &App,
    sync: &Sync,
    asked: &Asked,
    stop: &Arc<AtomicBool>,
    progress: &(dyn Fn(u64) + std::marker::Sync),
) -> Result<Ran, SyncError> {
    let place = match &sync.from {
        From::Rest(configured) => configured.place(),
        From::Table(configured) => configured.place(),
    };
    let (name, place, anew, now) = (&sync.name, &place, asked.from_start, app.now());
    let position = if asked.dry_run {
        let stored = store::find(app.db.read(), name).await?.map(|stand| stand.position);
        stored.filter(|_| !anew).unwrap_or_default()
    } else {
        app.db.write(|tx| async move { store::begin(&tx, name, place, anew, now).await }).await?
    };
    let mut running = Running { app, sync, asked, stop, ran: Ran { position, ..Ran::default() }, spool: Spool::default() };
    let ended = running.read_on(progress).await;
    if !asked.dry_run {
        let outcome = serde_json::to_string(&running.ran).unwrap_or_default();
        let (outcome, error, now) = (&outcome, &ended.as_ref().err().map(ToString::to_string), app.now());
        app.db.write(|tx| async move { store::end(&tx, name, outcome, error.as_deref(), now).await }).await?;
    }
    ended.map(|()| running.ran)
}

struct Running<'a> {
    app: &'a App,
    sync: &'a Sync,
    asked: &'a Asked,
    stop: &'a Arc<AtomicBool>,
    ran: Ran,
    spool: Spool,
}

impl Running<'_> {
    async fn read_on(&mut self, progress: &(dyn Fn(u64) + std::marker::Sync)) -> Result<(), SyncError> {
        let name = self.sync.name.clone();
        let failed = |why: String| SyncError::Source { name: name.clone(), why };
        let mut source = Source::open(self.sync, self.ran.position.clone()).await.map_err(failed)?;
        let mut rows = 0;
        while let Some(page) = source.next().await.map_err(failed)? {
            rows += page.items.iter().map(Vec::len).sum::<usize>() as u64;
            progress(rows);
            self.spool.add(page.items, self.sync.key.as_deref());
            if page.last || self.spool.len() >= self.sync.batch {
                if !self.imported().await? {
                    return Ok(());
                }
                self.moved(page.position).await?;
            }
            if self.stop.load(Ordering::Relaxed) && !page.last {
                self.ran.interrupted = true;
                return Ok(());
            }
        }
        Ok(())
    }

    /// Imports what was gathered; `false` when that was stopped before its end.
    async fn imported(&mut self) -> Result<bool, SyncError> {
        let spool = std::mem::take(&mut self.spool);
        if spool.len() == 0 {
            return Ok(true);
        }
        let failed = |error: std::io::Error| SyncError::Source { name: self.sync.name.clone(), why: error.to_string() };
        let files = self.app.files.as_ref().ok_or_else(|| AppError::Refused("no folder for files was named".to_owned()))?;
        let folder = files.incoming();
        let (path, refused) = (file(&folder, &self.sync.name).map_err(failed)?, file(&folder, &self.sync.name).map_err(failed)?);
        spool.write(&path, self.sync.columns.as_deref()).map_err(failed)?;
        let rejects = self.asked.rejects.as_ref().or(self.sync.rejects.as_ref());
        let plan = Plan {
            kind: self.sync.mapping.kind,
            files: vec![path.to_path_buf()],
            mapping: Some(self.sync.mapping.clone()),
            rejects: rejects.map(|_| refused.to_path_buf()),
            batch: TOGETHER,
            dry_run: self.asked.dry_run,
            known_members_only: self.sync.known_members_only,
            parents_come: !self.sync.known_members_only,
            live: self.sync.live,
            by: By::machine(Some(&format!("sync:{}", self.sync.name))),
            two: Approvals::default(),
            read: ReadOptions { encoding: Some("utf-8".to_owned()), delimiter: Some(b','), sheet: None },
        };
        let watch = Watch { begun: &|_| {}, progress: &|_, _| {}, stop: self.stop.clone() };
        let imported = run_watched(self.app, &plan, &watch).await?;
        if let Some(rejects) = rejects.filter(|_| imported.rejected > 0) {
            let told = |error: std::io::Error| AppError::Refused(format!("{}: {error}", rejects.display()));
            append_rejects(&refused, rejects, self.ran.rows).map_err(told)?;
        }
        let whole = !imported.interrupted;
        self.count(imported);
        self.ran.interrupted |= !whole;
        Ok(whole)
    }

    async fn moved(&mut self, to: Position) -> Result<(), SyncError> {
        let (name, from, to) = (&self.sync.name, &self.ran.position, &to);
        if !self.asked.dry_run && !self.app.db.write(|tx| async move { store::moved(&tx, name, from, to).await }).await? {
            return Err(SyncError::Moved(name.clone()));
        }
        self.ran.position = to.clone();
        Ok(())
    }

    fn count(&mut self, imported: Imported) {
        let ran = &mut self.ran;
        ran.rows += imported.lines;
        ran.accepted += imported.accepted;
        ran.skipped += imported.skipped;
        ran.rejected += imported.rejected;
        ran.members_created += imported.members_created;
        ran.members_changed += imported.members_changed;
        ran.contacts_created += imported.contacts_created;
        ran.contacts_changed += imported.contacts_changed;
        ran.unchanged += imported.unchanged;
        ran.imports.extend(imported.id);
        let counts = [(&mut ran.facts, imported.facts), (&mut ran.reasons, imported.reasons)];
        for (all, more) in counts {
            for (name, count) in more {
                *all.entry(name).or_default() += count;
            }
        }
    }
}
