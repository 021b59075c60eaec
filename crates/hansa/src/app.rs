//! One installation at work: its database, its clock, and the programs in force.

use std::sync::{Arc, RwLock};

use db::{Access, Db, Durability, Gather, GatherOptions, Location, Options};
use ledger::Instant;
use program::{Fact, Mode, Timeline};
use sea_orm::DbErr;

use crate::clock::Clock;
use crate::facts::{Answer, record};
use crate::program::load_timeline;
use crate::schema;

/// Everything a command or a request works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Time and ids.
    pub clock: Clock,
    timeline: Arc<RwLock<Option<Arc<Timeline>>>>,
    writer: Arc<Gather<Job, Answer, AppError>>,
}

struct Job {
    fact: Fact,
    timeline: Arc<Timeline>,
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] db::OpenError),
    /// The database failed.
    #[error("{}", db::describe(.0))]
    Database(#[from] DbErr),
    /// No program was ever applied.
    #[error("no program has been applied yet: check one with `hansa program check FILE`, then `hansa program apply FILE`")]
    NoProgram,
    /// A stored program does not parse any more.
    #[error("program version {number} in the database has mistakes:\n{problems}")]
    Program {
        /// The version.
        number: u32,
        /// The mistakes.
        problems: ::program::Problems,
    },
    /// No such member.
    #[error("there is no member `{0}`")]
    UnknownMember(String),
    /// Something was asked for that is not there or not allowed; the sentence says what.
    #[error("{0}")]
    Refused(String),
    /// The writer has gone.
    #[error("the writer could not take the fact: {0}")]
    Writer(String),
}

/// The most facts that one commit gathers.
const BATCH_MAX: usize = 512;

/// How often a batch is tried when another writer takes one of its ids meanwhile (PostgreSQL only).
const ATTEMPTS_MAX: u32 = 5;

impl App {
    /// Opens a database for reading and writing, and brings its schema up to date.
    pub async fn open(location: &Location, durability: Durability, clock: Clock) -> Result<App, AppError> {
        let options = Options { durability, ..Options::default() };
        App::with(Db::open(location, &options, schema::HISTORY).await?, clock).await
    }

    /// Opens a database beside a running writer: nothing can be changed.
    pub async fn open_read_only(location: &Location, clock: Clock) -> Result<App, AppError> {
        let options = Options { access: Access::ReadOnly, ..Options::default() };
        App::with(Db::open(location, &options, schema::HISTORY).await?, clock).await
    }

    /// Works with a database that is open already.
    pub async fn with(db: Db, clock: Clock) -> Result<App, AppError> {
        let timeline = load_timeline(db.read()).await?.map(Arc::new);
        let parallel = match db.dialect() {
            db::Dialect::Sqlite => 1,
            db::Dialect::Postgres => 8,
        };
        let (handle, ticking) = (db.clone(), clock);
        let options = GatherOptions { batch_max: BATCH_MAX, parallel, ..GatherOptions::default() };
        let writer = Gather::start(options, move |jobs| write(handle.clone(), ticking, jobs));
        Ok(App { db, clock, timeline: Arc::new(RwLock::new(timeline)), writer: Arc::new(writer) })
    }

    /// The programs in force.
    ///
    /// # Errors
    /// When none was ever applied.
    pub fn timeline(&self) -> Result<Arc<Timeline>, AppError> {
        let kept = self.timeline.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.clone().ok_or(AppError::NoProgram)
    }

    /// Reads the programs anew after one was applied.
    pub async fn reload_timeline(&self) -> Result<(), AppError> {
        let fresh = load_timeline(self.db.read()).await?.map(Arc::new);
        *self.timeline.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The present.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Takes one live fact: it is gathered with whatever else arrives now, judged, written, and answered when it is durable.
    pub async fn submit(&self, fact: Fact) -> Result<Answer, AppError> {
        let timeline = self.timeline()?;
        self.writer.submit(Job { fact, timeline }).await.map_err(|error| AppError::Writer(error.to_string()))
    }
}

async fn write(db: Db, clock: Clock, jobs: Vec<Job>) -> Result<Vec<Answer>, AppError> {
    let Some(timeline) = jobs.last().map(|job| job.timeline.clone()) else { return Ok(Vec::new()) };
    let facts: Vec<Fact> = jobs.into_iter().map(|job| job.fact).collect();
    let now = clock.now();
    let (timeline, facts) = (&timeline, &facts);
    let mut attempts = 0;
    loop {
        attempts += 1;
        match db.write(|tx| async move { record(&tx, timeline, facts.clone(), Mode::Live, now, None).await.map_err(AppError::from) }).await
        {
            // Another writer took the same id for another member at the same time: now it is known, and refused alone.
            Err(AppError::Database(error)) if attempts < ATTEMPTS_MAX && db::is_unique_violation(&error) => {}
            done => return done,
        }
    }
}
