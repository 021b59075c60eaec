//! One installation at work: its database, its clock, and the programs in force.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use db::{Access, Db, Durability, Gather, GatherOptions, Location, Options};
use ledger::Instant;
use program::{Fact, Mode, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::audit::{self, By, Entry};
use crate::clock::Clock;
use crate::facts::{Answer, happen_now, judge};
use crate::files::{Folder, FolderError};
use crate::identities::Providers;
use crate::privacy;
use crate::program::InForce;
use crate::schema;
use crate::vault::{Vault, VaultError};
use crate::verification::registry::Registries;

/// Everything a command or a request works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Time and ids.
    pub clock: Clock,
    /// The keys under which secrets are stored.
    pub vault: Vault,
    /// Told when a job was asked for.
    pub jobs_asked: Arc<tokio::sync::Notify>,
    /// Told when an event was written here.
    pub told: Arc<tokio::sync::Notify>,
    /// Where the contents of files are; `None` where no folder was named.
    pub files: Option<Folder>,
    /// Registers of companies that can be asked.
    pub registries: Registries,
    /// Identity providers with which people sign in.
    pub providers: Providers,
    programs: InForce,
    writer: Arc<Gather<Said, Taken, AppError>>,
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
    /// What is stored about one member cannot be read.
    #[error(
        "member `{member}` cannot be judged, nobody else is affected: {why}. `hansa verify` lists what is damaged, `hansa evaluate --rebuild {member}` \
         computes its state anew from its facts"
    )]
    Damaged {
        /// The member.
        member: String,
        /// What could not be read.
        why: String,
    },
    /// No such member.
    #[error("there is no member `{0}`")]
    UnknownMember(String),
    /// Something was asked for that is not there or not allowed; the sentence says what.
    #[error("{0}")]
    Refused(String),
    /// The key ring.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The file of people's keys.
    #[error(transparent)]
    Privacy(#[from] privacy::PrivacyError),
    /// A system that is synchronised with.
    #[error("{0}")]
    Source(String),
    /// The folder of files.
    #[error(transparent)]
    Files(#[from] FolderError),
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
        let programs = InForce::default();
        programs.reload(db.read()).await?;
        let parallel = match db.dialect() {
            // One batch is judged while the one before is written.
            db::Dialect::Sqlite => 2,
            db::Dialect::Postgres => 8,
        };
        let (handle, ticking, judging) = (db.clone(), clock, programs.clone());
        let options = GatherOptions { batch_max: BATCH_MAX, parallel, ..GatherOptions::default() };
        let member = |said: &Said| said.fact.member.clone();
        let writer = Gather::start(options, member, move |said| write(handle.clone(), ticking, judging.clone(), said));
        Ok(App {
            db,
            clock,
            vault: Vault::fresh(),
            jobs_asked: Arc::default(),
            told: Arc::default(),
            files: None,
            registries: Registries::default(),
            providers: Providers::default(),
            programs,
            writer: Arc::new(writer),
        })
    }

    /// With the key ring in a file, which is made when this database has none yet. Without it, what is sealed lasts as long as the process.
    ///
    /// # Errors
    /// When the file cannot be read, or belongs to another database.
    pub async fn keyed(mut self, file: &std::path::Path) -> Result<App, AppError> {
        self.vault = crate::vault::of_database(&self.db, file).await?;
        privacy::bring_up(&self).await?;
        Ok(self)
    }

    /// With a folder for the contents of files.
    #[must_use]
    pub fn filed(self, folder: Folder) -> App {
        App { files: Some(folder), ..self }
    }

    /// With registers of companies.
    #[must_use]
    pub fn asking(self, registries: Registries) -> App {
        App { registries, ..self }
    }

    /// With identity providers.
    #[must_use]
    pub fn trusting(self, providers: Providers) -> App {
        App { providers, ..self }
    }

    /// The programs in force when they were last looked at. Whoever writes what they decide asks [`App::timeline_in`].
    ///
    /// # Errors
    /// When none was ever applied.
    pub fn timeline(&self) -> Result<Arc<Timeline>, AppError> {
        self.programs.known().ok_or(AppError::NoProgram)
    }

    /// Whether parent companies see their subsidiaries now; not while there is no program.
    pub fn parents_see_subsidiaries(&self) -> bool {
        self.timeline().is_ok_and(|timeline| timeline.version(self.now()).program.parents_see_subsidiaries)
    }

    /// The programs in force as a transaction sees them, also those that another process has just applied.
    ///
    /// # Errors
    /// When none was ever applied.
    pub async fn timeline_in<C: ConnectionTrait>(&self, conn: &C) -> Result<Arc<Timeline>, AppError> {
        self.programs.current(conn).await
    }

    /// Reads the programs anew after one was applied.
    pub async fn reload_timeline(&self) -> Result<(), AppError> {
        self.programs.reload(self.db.read()).await.map(drop)
    }

    /// The present.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Takes one live fact: it is gathered with whatever else arrives now, judged, written, and answered when it is durable.
    pub async fn submit(&self, fact: Fact) -> Result<Answer, AppError> {
        self.say(Said { fact, now: false, told: None }).await
    }

    /// [`App::submit`] for somebody who calls from outside: the audit tells of it.
    pub async fn submit_by(&self, fact: Fact, by: By) -> Result<Answer, AppError> {
        self.say(Said { fact, now: false, told: Some(("record_fact", by)) }).await
    }

    /// [`App::submit_by`] for a fact that happens now, after everything that was judged for its member. `action` is what the audit calls it.
    pub async fn submit_now(&self, fact: Fact, action: &'static str, by: By) -> Result<Answer, AppError> {
        self.say(Said { fact, now: true, told: Some((action, by)) }).await
    }

    async fn say(&self, said: Said) -> Result<Answer, AppError> {
        if self.timeline().is_err() {
            // Another process may have applied the first one; without any, nobody else's batch is to fail.
            self.timeline_in(self.db.read()).await?;
        }
        let taken = self.writer.submit(said).await.unwrap_or_else(|error| Err(AppError::Writer(error.to_string())));
        self.told.notify_waiters();
        taken
    }
}

/// One job: a fact, whether it happens now, and how the audit tells of it where somebody from outside says it.
#[derive(Clone)]
struct Said {
    fact: Fact,
    now: bool,
    told: Option<(&'static str, By)>,
}

impl Said {
    /// What the audit tells, when the fact was taken now.
    fn entry(&self, answer: &Answer) -> Option<(By, Entry)> {
        let (action, by) = self.told.clone().filter(|_| answer.as_ref().is_ok_and(|recorded| !recorded.known))?;
        let (subject, member) = (format!("fact:{}", self.fact.id), Some(self.fact.member.to_string()));
        Some((by, Entry { action, member, subject, before: None, after: None, why: None }))
    }
}

/// The facts of a batch, those that happen now at their moments.
async fn facts_of<C: ConnectionTrait>(conn: &C, timeline: &Timeline, said: &[Said], now: Instant) -> Result<Vec<Fact>, DbErr> {
    let mut facts: Vec<Fact> = said.iter().map(|one| one.fact.clone()).collect();
    let happening = facts.iter_mut().zip(said).filter_map(|(fact, said)| said.now.then_some(fact)).collect();
    happen_now(conn, timeline, happening, now).await?;
    Ok(facts)
}

/// What became of one job: its answer, or why its member could not be judged.
type Taken = Result<Answer, AppError>;

/// Writes one batch. A member whose rows cannot be read fails alone: its facts are told so, the others are written without it.
async fn write(db: Db, clock: Clock, programs: InForce, said: Vec<Said>) -> Result<Vec<Taken>, AppError> {
    match together(&db, clock, &programs, &said).await {
        Ok(answers) => return Ok(answers.into_iter().map(Ok).collect()),
        Err(AppError::Database(error)) if unreadable(&error) => {}
        Err(error) => return Err(error),
    }
    let mut members: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
    for (at, one) in said.iter().enumerate() {
        members.entry(one.fact.member.clone()).or_default().push(at);
    }
    let mut taken: Vec<Option<Taken>> = said.iter().map(|_| None).collect();
    for (member, places) in members {
        let own: Vec<Said> = places.iter().map(|at| said[*at].clone()).collect();
        match together(&db, clock, &programs, &own).await {
            Ok(answers) => places.into_iter().zip(answers).for_each(|(at, answer)| taken[at] = Some(Ok(answer))),
            Err(error) => {
                let why = error.to_string();
                places.into_iter().for_each(|at| taken[at] = Some(Err(AppError::Damaged { member: member.to_string(), why: why.clone() })));
            }
        }
    }
    Ok(taken.into_iter().map(|one| one.unwrap_or_else(|| unreachable!("every fact has a member"))).collect())
}

async fn together(db: &Db, clock: Clock, programs: &InForce, said: &[Said]) -> Result<Vec<Answer>, AppError> {
    let now = clock.now();
    let mut attempts = 0;
    // PostgreSQL locks rows, so nobody reads beside a writer.
    let mut alone = db.dialect() == db::Dialect::Postgres;
    loop {
        attempts += 1;
        // No other batch has facts of these members. So what is read beside the writer holds, unless an import or a command writes too.
        let mark = db.mark().filter(|_| !alone);
        let known = if mark.is_some() { programs.current(db.read()).await.ok() } else { None };
        let ahead = match &known {
            Some(timeline) => ahead(db, timeline, said, now).await.ok(),
            None => None,
        };
        let ahead = &Mutex::new(ahead);
        let written = if alone {
            db.write(|tx| async move { judged(&tx, programs, said, now, true).await }).await
        } else {
            let beside = db.write_beside(mark, |tx, holds| async move {
                let ready = ahead.lock().unwrap_or_else(PoisonError::into_inner).take();
                let Some((answers, statements)) = ready.filter(|_| holds) else {
                    return judged(&tx, programs, said, now, false).await;
                };
                for statement in statements {
                    tx.execute_raw(statement).await?;
                }
                audited(&tx, said, answers, now).await.map(Some)
            });
            beside.await
        };
        match written {
            Ok(Some(answers)) => return Ok(answers),
            Ok(None) => alone = true,
            // Another writer took the same id for another member at the same time: now it is known, and refused alone.
            Err(AppError::Database(error)) if attempts < ATTEMPTS_MAX && db::is_unique_violation(&error) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Judges a batch and writes it. Facts of a member that was merged into another need a writer who is alone, because the other's may stand in
/// another batch: `None` when this one is not, and nothing is written.
async fn judged<C: ConnectionTrait>(
    conn: &C,
    programs: &InForce,
    said: &[Said],
    now: Instant,
    alone: bool,
) -> Result<Option<Vec<Answer>>, AppError> {
    let timeline = programs.current(conn).await?;
    let (answers, save) = judge(conn, &timeline, facts_of(conn, &timeline, said, now).await?, Mode::Live, now, None).await?;
    if save.redirected && !alone {
        return Ok(None);
    }
    save.write(conn).await?;
    audited(conn, said, answers, now).await.map(Some)
}

/// Tells the audit of what was taken from outside.
async fn audited<C: ConnectionTrait>(conn: &C, said: &[Said], answers: Vec<Answer>, now: Instant) -> Result<Vec<Answer>, AppError> {
    let entries = said.iter().zip(&answers).filter_map(|(said, answer)| said.entry(answer)).collect();
    audit::append(conn, entries, now).await?;
    Ok(answers)
}

/// Judges a batch on a state of the database beside the writer. Whatever fails here is done again, and told, by the writer.
async fn ahead(db: &Db, timeline: &Timeline, said: &[Said], now: Instant) -> Result<(Vec<Answer>, Vec<Statement>), DbErr> {
    let judged = db.read_snapshot(|tx| async move {
        let facts = facts_of(&tx, timeline, said, now).await?;
        judge(&tx, timeline, facts, Mode::Live, now, None).await
    });
    let (answers, save) = judged.await?;
    if save.redirected {
        return Err(DbErr::Custom("a member was merged".to_owned()));
    }
    Ok((answers, save.statements(db.read())?))
}

/// Whether the database works and what it holds makes no sense: rows that were damaged or changed by somebody else.
pub(crate) fn unreadable(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(_) | DbErr::Type(_) | DbErr::Json(_))
}
