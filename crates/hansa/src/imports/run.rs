//! An import: files in, members, contacts and facts written in batches, every refused row named.
//!
//! Safe to interrupt and to run again: ids follow from the files, so what was written before is found and left as it is. A dry run does
//! everything and takes it back.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ledger::Instant;
use sea_orm::DbErr;
use tokio::sync::mpsc;

use super::batch::{Of, Taken, Written, sort_key, write_batch};
use super::journal::{begin, end, goes_on};
use super::mapping::{Accepted, Context, Counts, ImportKind, MapError, Mapped, Mapping, Reject, RejectFile, map_file};
use super::opened::{Late, Opened, look_at, originals};
use super::read::{Fault, ReadError, ReadOptions, Record, Records};
use super::tree::parents_of;
use crate::app::{App, AppError};
use crate::audit::By;
use crate::settings::Approvals;

/// Things collected before they are sorted by member and written in batches.
const WINDOW: usize = 100_000;

/// What is to be imported.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the rows are about.
    pub kind: ImportKind,
    /// The files, in order.
    pub files: Vec<PathBuf>,
    /// How columns become fields; guessed from each file's header when absent.
    pub mapping: Option<Mapping>,
    /// Where refused rows go.
    pub rejects: Option<PathBuf>,
    /// Facts, members or contacts written in one transaction.
    pub batch: usize,
    /// Nothing stays written.
    pub dry_run: bool,
    /// Refuse facts of members that are not known, instead of creating those members.
    pub known_members_only: bool,
    /// A parent company that is not known may come in a later import: until then it is there with its id as name. Otherwise it is refused.
    pub parents_come: bool,
    /// Judge facts as if they came now: what the rules do not allow is rejected. Otherwise they happened elsewhere and are on record,
    /// and the ledger follows them.
    pub live: bool,
    /// Who imports.
    pub by: By,
    /// Adjustments that need a second person are refused.
    pub two: Approvals,
    /// What the files cannot tell about themselves.
    pub read: ReadOptions,
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Its id, for the undo; none for a dry run.
    pub id: Option<String>,
    /// Rows read.
    pub lines: u64,
    /// Rows that were used.
    pub accepted: u64,
    /// Rows that the mapping leaves out.
    pub skipped: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Members created.
    pub members_created: u64,
    /// Members changed.
    pub members_changed: u64,
    /// Contacts created.
    pub contacts_created: u64,
    /// Contacts changed.
    pub contacts_changed: u64,
    /// Facts recorded, by kind.
    pub facts: BTreeMap<String, u64>,
    /// Facts that an undo had taken back and that count again.
    pub brought_back: u64,
    /// Members, contacts and facts that were there already.
    pub unchanged: u64,
    /// What the files hold, whether it was there already or not: facts by kind.
    pub in_file: BTreeMap<String, InFile>,
    /// Refused rows by reason.
    pub reasons: BTreeMap<String, u64>,
    /// It was asked to stop and did so after a batch: the rest of the files was not read, and the numbers are those of what was.
    pub interrupted: bool,
}

/// Facts of one kind that files hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct InFile {
    /// How many.
    pub facts: u64,
    /// The sum of their amounts in minor units, whatever the currency.
    pub amount_minor: i64,
}

/// What the reading thread sends to the writing task.
enum Piece {
    Things(Vec<Accepted>),
    End(Box<Result<Counts, AppError>>),
}

/// Who looks on while an import runs.
pub struct Watch<'a> {
    /// Hears the import's id before anything is written; not in a dry run.
    pub begun: &'a (dyn Fn(&str) + Sync),
    /// Hears how many bytes (or rows) of how many are read.
    pub progress: &'a (dyn Fn(u64, Option<u64>) + Sync),
    /// Once true, the import ends after the batch in hand.
    pub stop: Arc<AtomicBool>,
}

/// Runs an import; `progress` hears how many bytes (or rows) of how many are read.
///
/// # Errors
/// As [`run_watched`].
pub async fn run(app: &App, plan: &Plan, progress: &(dyn Fn(u64, Option<u64>) + Sync)) -> Result<Imported, AppError> {
    run_watched(app, plan, &Watch { begun: &|_| {}, progress, stop: Arc::default() }).await
}

/// Runs an import that says its id at once and can be stopped.
///
/// # Errors
/// When a file or the mapping is unusable as a whole, or the database fails. What was committed before stays and is found again.
pub async fn run_watched(app: &App, plan: &Plan, watch: &Watch<'_>) -> Result<Imported, AppError> {
    app.timeline_in(app.db.read()).await?;
    let id = app.clock.id("imp");
    let now = app.now();
    let mut total = Imported { id: (!plan.dry_run).then(|| id.clone()), ..Imported::default() };
    // Whatever makes the import impossible as a whole is said before anything is written down.
    let mut first = look_at(plan)?;
    let mut rejects = plan.rejects.as_deref().map(reject_file).transpose()?;
    if !plan.dry_run {
        begin(app, &id, plan, now).await?;
        (watch.begun)(&id);
    }
    let mut created = HashSet::new();
    for file in &plan.files {
        let mut writing = Writing {
            app,
            plan,
            id: &id,
            now,
            total: &mut total,
            created: &mut created,
            refused: HashMap::new(),
            waiting: Vec::new(),
            used: 0,
        };
        let opened = match first.take() {
            Some(opened) => opened,
            None => Opened::of(file, plan)?,
        };
        let (counts, refused_rows) = read_and_write(&mut writing, opened, watch).await?;
        writing.wait_no_more(&watch.stop).await?;
        let refused = std::mem::take(&mut writing.refused);
        total.lines += counts.lines;
        total.skipped += counts.skipped;
        total.unchanged += counts.repeated;
        let late = originals(file, plan, refused)?;
        total.accepted += counts.accepted - late.len() as u64;
        total.rejected += counts.rejected + late.len() as u64;
        for reject in refused_rows.iter().chain(&late) {
            *total.reasons.entry(reject.reason.clone()).or_default() += 1;
            if let Some(rejects) = &mut rejects {
                rejects.write(reject).map_err(|error| AppError::Refused(format!("the reject file cannot be written: {error}")))?;
            }
        }
        if total.interrupted {
            break;
        }
    }
    if let Some(rejects) = rejects {
        rejects.finish().map_err(|error| AppError::Refused(format!("the reject file cannot be written: {error}")))?;
    }
    fold_reasons(&mut total.reasons);
    if !plan.dry_run {
        end(app, &id, plan, &total).await?;
    }
    Ok(total)
}

/// Reasons that name values are many; only the commonest are kept apart.
fn fold_reasons(reasons: &mut BTreeMap<String, u64>) {
    const KEPT: usize = 20;
    if reasons.len() > KEPT {
        let mut all: Vec<(String, u64)> = std::mem::take(reasons).into_iter().collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let rest: u64 = all.drain(KEPT..).map(|(_, count)| count).sum();
        reasons.extend(all);
        reasons.insert("other reasons".to_owned(), rest);
    }
}

fn reject_file(path: &Path) -> Result<RejectFile<BufWriter<File>>, AppError> {
    File::create(path)
        .and_then(|file| RejectFile::new(BufWriter::new(file)))
        .map_err(|error| AppError::Refused(format!("{}: {error}", path.display())))
}

struct Writing<'a> {
    app: &'a App,
    plan: &'a Plan,
    id: &'a str,
    now: Instant,
    total: &'a mut Imported,
    /// Members created by this import: a dry run takes them back after each batch but they count once.
    created: &'a mut HashSet<String>,
    /// Lines refused while they were written.
    refused: HashMap<u64, Late>,
    /// Members of this file whose parent was not there when it was their turn.
    waiting: Vec<Accepted>,
    /// Lines of this file that were written or refused by the database.
    used: u64,
}

async fn read_and_write(writing: &mut Writing<'_>, opened: Opened, watch: &Watch<'_>) -> Result<(Counts, Vec<Reject>), AppError> {
    let Opened { mut records, mapping } = opened;
    let (read, whole) = (Arc::new(AtomicU64::new(0)), records.position().1);
    let seen = read.clone();
    let (sender, mut receiver) = mpsc::channel::<Piece>(2);
    let context = Context { recorded_at: writing.now };
    let stop = watch.stop.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let mut rejects = Vec::new();
        let mut window = Vec::new();
        let mut watched = Watched { inner: &mut *records, read: &seen, stop: &stop };
        let counts = map_file(&mut watched, &mapping, context, &mut |item| match item {
            Ok(accepted) => {
                window.push(accepted);
                if window.len() >= WINDOW {
                    // A writer that has gone has failed; its error is the one that counts.
                    let _ = sender.blocking_send(Piece::Things(std::mem::take(&mut window)));
                }
            }
            Err(reject) => rejects.push(reject),
        });
        let _ = sender.blocking_send(Piece::Things(window));
        let counts = counts.map_err(|error: MapError| AppError::Refused(error.to_string()));
        let _ = sender.blocking_send(Piece::End(Box::new(counts)));
        rejects
    });
    let mut counts = Ok(Counts::default());
    while let Some(piece) = receiver.recv().await {
        (watch.progress)(read.load(Ordering::Relaxed), whole);
        match piece {
            Piece::Things(things) if !writing.total.interrupted => writing.window(things, &watch.stop).await?,
            Piece::Things(_) => {}
            Piece::End(end) => counts = *end,
        }
    }
    let rejects = reading.await.map_err(|error| AppError::Refused(error.to_string()))?;
    // Stopped between two windows, or while the first was being read; a file that was read to its end is done.
    writing.total.interrupted |= counts.is_err() && watch.stop.load(Ordering::Relaxed);
    if writing.total.interrupted {
        let (accepted, rejected) = (writing.used, rejects.len() as u64);
        counts = Ok(Counts { lines: accepted + rejected, accepted, rejected, ..Counts::default() });
    }
    counts.map(|counts| (counts, rejects))
}

/// Lets the progress bar see how far the reader has come, and ends reading when the import is stopped: as an error, not as the end of
/// the file, because orders whose lines were not all read must not be made.
struct Watched<'a> {
    inner: &'a mut (dyn Records + Send),
    read: &'a AtomicU64,
    stop: &'a AtomicBool,
}

impl Records for Watched<'_> {
    fn header(&self) -> &[String] {
        self.inner.header()
    }
    fn next(&mut self, record: &mut Record) -> Result<bool, Fault> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Fault::End(ReadError::new(Path::new(""), "stopped", "the import was asked to stop")));
        }
        let more = self.inner.next(record);
        self.read.store(self.inner.position().0, Ordering::Relaxed);
        more
    }
    fn position(&self) -> (u64, Option<u64>) {
        self.inner.position()
    }
}

/// A batch was tried and is taken back.
#[derive(Debug, thiserror::Error)]
enum Batch {
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error(transparent)]
    App(#[from] AppError),
    #[error("dry run")]
    TakenBack(Written),
}

impl Writing<'_> {
    async fn window(&mut self, mut things: Vec<Accepted>, stop: &AtomicBool) -> Result<(), AppError> {
        things.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        for batch in things.chunks(self.plan.batch.max(1)) {
            if stop.load(Ordering::Relaxed) {
                self.total.interrupted = true;
                return Ok(());
            }
            let mut written = self.batch(batch).await?;
            let waiting = std::mem::take(&mut written.waiting);
            self.used -= waiting.iter().map(|thing| thing.lines.len() as u64).sum::<u64>().min(self.used);
            self.waiting.extend(waiting);
            self.count(written);
            for thing in batch {
                self.used += thing.lines.len() as u64;
                if let Mapped::Fact(fact) = &thing.mapped {
                    let held = self.total.in_file.entry(fact.kind.name().to_owned()).or_default();
                    held.facts += 1;
                    held.amount_minor += fact.minor("amount").unwrap_or(0);
                }
            }
        }
        Ok(())
    }

    /// Members whose parent stood further down in the file find it now; the others are refused, or their parents made.
    async fn wait_no_more(&mut self, stop: &AtomicBool) -> Result<(), AppError> {
        let mut stuck = false;
        loop {
            let rows = std::mem::take(&mut self.waiting);
            let before = rows.len();
            if before == 0 || self.total.interrupted {
                return Ok(());
            }
            if stuck {
                self.window(parents_of(&rows), stop).await?;
            }
            self.window(rows, stop).await?;
            let moved = self.waiting.len() < before;
            if !moved && (stuck || !self.plan.parents_come) {
                break;
            }
            stuck = !moved;
        }
        for thing in std::mem::take(&mut self.waiting) {
            let Mapped::Member(member) = &thing.mapped else { continue };
            let why = format!("parent: there is no member `{}`", member.parent.as_deref().unwrap_or_default());
            self.refused.extend(thing.lines.iter().map(|line| (*line, (Some("parent"), why.clone()))));
        }
        Ok(())
    }

    async fn batch(&self, batch: &[Accepted]) -> Result<Written, AppError> {
        let (app, id, plan) = (self.app, self.id, self.plan);
        let of = Of { import: id, plan, made: &*self.created, now: self.now };
        let result = app
            .db
            .write(|tx| async move {
                // A program that another process applies meanwhile judges the rest of the file.
                let timeline = app.timeline_in(&tx).await?;
                let written = write_batch(&tx, &app.vault, &timeline, batch, of).await?;
                if plan.dry_run {
                    return Err(Batch::TakenBack(written));
                }
                goes_on(&tx, id, app.now()).await?;
                Ok(written)
            })
            .await;
        match result {
            Ok(written) | Err(Batch::TakenBack(written)) => Ok(written),
            Err(Batch::Database(error)) => Err(error.into()),
            Err(Batch::App(error)) => Err(error),
        }
    }

    fn count(&mut self, written: Written) {
        let fresh = written.members.created.iter().filter(|id| self.created.insert((*id).clone())).count();
        self.total.members_created += fresh as u64;
        self.total.members_changed += written.members.changed.len() as u64;
        self.total.contacts_created += written.contacts.created.len() as u64;
        self.total.contacts_changed += written.contacts.changed.len() as u64;
        self.total.unchanged += written.members.same + written.contacts.same;
        for (lines, answer) in written.facts {
            match answer {
                Taken::New(kind) => *self.total.facts.entry(kind.to_owned()).or_default() += 1,
                Taken::BroughtBack => self.total.brought_back += 1,
                Taken::There => self.total.unchanged += 1,
                Taken::Refused(field, reason) => self.refused.extend(lines.into_iter().map(|line| (line, (field, reason.clone())))),
            }
        }
        for (lines, field, reason) in written.refused {
            self.refused.extend(lines.into_iter().map(|line| (line, (Some(field), reason.clone()))));
        }
    }
}
