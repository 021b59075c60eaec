//! Transactions: one place begins, commits, rolls back and tries again.

use std::error::Error;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::connection::{Db, Dialect};
use crate::error::caused_by_retryable;

/// How often a transaction is begun before its serialization failure is handed to the caller.
const ATTEMPTS_MAX: u32 = 10;
/// The first pause between two attempts; each later one is twice as long.
const PAUSE_FIRST: Duration = Duration::from_millis(2);
const PAUSE_MAX: Duration = Duration::from_millis(250);

/// What concurrent transactions may see of each other on PostgreSQL. SQLite's writers queue, which is stricter than either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// Each statement sees what is committed; rows that a decision relies on are locked with `FOR UPDATE`.
    #[default]
    ReadCommitted,
    /// The outcome is that of some serial order; conflicts are tried again.
    Serializable,
}

/// The transaction in the hands of its work: a connection for SeaORM and for this crate's functions, and a
/// [`DatabaseTransaction`] by dereference. It is handed over by value because futures that borrow it from a closure cannot be
/// spawned (rust-lang/rust issue 102211); it cannot be committed or kept by the work.
#[derive(Debug)]
pub struct Tx(Arc<DatabaseTransaction>);

/// Counts transactions on SQLite's one write connection, so that who has read beside it can tell whether it still stands.
///
/// A transaction counts as begun while it holds the connection, and as ended after it has given it back or, when it was cancelled, as soon
/// as the next one holds it. So whoever finds as many ended as begun, reads, and then holds the connection with no more begun, has read what
/// is there now.
#[derive(Debug, Default)]
pub(crate) struct WriteLog {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A state of the database as somebody began to read it, see [`Db::mark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u64);

/// Whether a transaction counts in the [`WriteLog`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    Yes,
    /// Its rows are read by nobody who reads ahead at the same time.
    No,
}

impl Db {
    /// Marks the state of the database before reading ahead of a write, see [`Db::write_beside`]. Nothing on PostgreSQL, where rows are locked
    /// instead, and nothing while somebody is writing.
    pub fn mark(&self) -> Option<Mark> {
        let log = &self.inner.log;
        let begun = log.begun.load(Ordering::SeqCst);
        (self.dialect() == Dialect::Sqlite && log.ended.load(Ordering::SeqCst) == begun).then_some(Mark(begun))
    }

    /// [`Db::write`] for writers that never touch the same rows at the same time, and so need not wait for each other before they read: what
    /// was read since `mark` was taken still holds, if `work` is told so. `work` is told `false` when somebody else has written meanwhile.
    pub async fn write_beside<T, E, F, Running>(&self, mark: Option<Mark>, work: F) -> Result<T, E>
    where
        F: Fn(Tx, bool) -> Running,
        Running: Future<Output = Result<T, E>>,
        E: Error + From<DbErr> + 'static,
    {
        let log = &self.inner.log;
        let holds = || mark.is_some_and(|mark| mark.0 == log.begun.load(Ordering::SeqCst));
        self.tried(Isolation::ReadCommitted, Counts::No, &|tx| work(tx, holds())).await
    }

    /// Runs `work` in a write transaction: commits when it returns `Ok`, rolls back when it returns `Err` or is cancelled.
    ///
    /// On SQLite it is `BEGIN IMMEDIATE` on the one write connection, so writers queue and none meets a busy database;
    /// calling `write` inside `work` would wait for itself, so operations take the transaction of their caller.
    /// On PostgreSQL `work` is run again, a bounded number of times, when a serialization failure or a deadlock is found
    /// anywhere in the sources of its error: it must have no effect outside the transaction.
    ///
    /// ```no_run
    /// # use sea_orm::DbErr;
    /// # async fn example(db: db::Db, rows: Vec<Vec<sea_orm::Value>>) -> Result<u64, DbErr> {
    /// // What the work uses is borrowed first, because it may run again.
    /// let rows = &rows;
    /// db.write(|tx| async move { db::insert_rows(&tx, "item", &["id"], rows.clone(), db::OnConflict::Fail).await }).await
    /// # }
    /// ```
    pub async fn write<T, E, F, Running>(&self, work: F) -> Result<T, E>
    where
        F: Fn(Tx) -> Running,
        Running: Future<Output = Result<T, E>>,
        E: Error + From<DbErr> + 'static,
    {
        self.write_with(Isolation::ReadCommitted, work).await
    }

    /// [`Db::write`] with a stricter isolation on PostgreSQL.
    pub async fn write_with<T, E, F, Running>(&self, isolation: Isolation, work: F) -> Result<T, E>
    where
        F: Fn(Tx) -> Running,
        Running: Future<Output = Result<T, E>>,
        E: Error + From<DbErr> + 'static,
    {
        self.tried(isolation, Counts::Yes, &work).await
    }

    async fn tried<T, E, F, Running>(&self, isolation: Isolation, counts: Counts, work: &F) -> Result<T, E>
    where
        F: Fn(Tx) -> Running,
        Running: Future<Output = Result<T, E>>,
        E: Error + From<DbErr> + 'static,
    {
        let mut pause = PAUSE_FIRST;
        let mut attempt = 1;
        loop {
            match self.write_once(isolation, counts, work).await {
                Err(error) if attempt < ATTEMPTS_MAX && caused_by_retryable(&error) => {
                    tracing::debug!(attempt, %error, "the transaction met another one and is tried again");
                }
                done => return done,
            }
            tokio::time::sleep(pause).await;
            pause = PAUSE_MAX.min(pause * 2);
            attempt += 1;
        }
    }

    async fn write_once<T, E, F, Running>(&self, isolation: Isolation, counts: Counts, work: &F) -> Result<T, E>
    where
        F: Fn(Tx) -> Running,
        Running: Future<Output = Result<T, E>>,
        E: From<DbErr>,
    {
        let options = match self.dialect() {
            Dialect::Sqlite => TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() },
            Dialect::Postgres => TransactionOptions {
                isolation_level: (isolation == Isolation::Serializable).then_some(IsolationLevel::Serializable),
                ..Default::default()
            },
        };
        let tx = Arc::new(begun(self.writer()?, options).await?);
        let number = self.inner.log.begin(counts);
        let done = self.ended_in(tx, work).await;
        self.inner.log.end(number);
        done
    }

    async fn ended_in<T, E, F, Running>(&self, tx: Arc<DatabaseTransaction>, work: &F) -> Result<T, E>
    where
        F: Fn(Tx) -> Running,
        Running: Future<Output = Result<T, E>>,
        E: From<DbErr>,
    {
        let done = work(Tx(Arc::clone(&tx))).await;
        let tx = taken_back(tx)?;
        match done {
            Ok(value) => {
                tx.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // SQLite has already rolled back by itself after a full disk; the error of `work` is the one that counts.
                if let Err(rollback) = tx.rollback().await {
                    tracing::debug!(%rollback, "the rollback found no transaction");
                }
                Err(error)
            }
        }
    }

    /// Runs `work` on one unchanging state of the database: what other transactions commit meanwhile is not seen.
    pub async fn read_snapshot<T, E, F, Running>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Running,
        Running: Future<Output = Result<T, E>>,
        E: From<DbErr>,
    {
        let options = match self.dialect() {
            Dialect::Sqlite => TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred), ..Default::default() },
            Dialect::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        let tx = Arc::new(begun(self.read(), options).await?);
        let value = work(Tx(Arc::clone(&tx))).await?;
        taken_back(tx)?.commit().await?;
        Ok(value)
    }
}

impl WriteLog {
    /// The number of a transaction that has just got the connection, so that no other is open.
    fn begin(&self, counts: Counts) -> u64 {
        let before = self.begun.load(Ordering::SeqCst);
        self.ended.store(before, Ordering::SeqCst);
        match counts {
            Counts::Yes => self.begun.fetch_add(1, Ordering::SeqCst) + 1,
            Counts::No => before,
        }
    }

    /// The transaction of a number has given the connection back; the next one may have begun already.
    fn end(&self, number: u64) {
        self.ended.fetch_max(number, Ordering::SeqCst);
    }
}

/// Begins a transaction. On PostgreSQL a task of its own waits for the answer: when the caller goes away after the server was asked and before it has
/// answered, the driver takes no transaction for begun, and would hand the connection on with one open (sqlx 0.9). SQLite's does not.
async fn begun(connection: &DatabaseConnection, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
    match Dialect::of(connection.get_database_backend()) {
        Dialect::Sqlite => connection.begin_with_options(options).await,
        Dialect::Postgres => {
            let connection = connection.clone();
            let beginning = tokio::spawn(async move { connection.begin_with_options(options).await });
            beginning.await.map_err(|error| DbErr::Custom(format!("the transaction could not be begun: {error}")))?
        }
    }
}

/// The work has ended, so nobody else has the transaction unless the work put it away, which is a mistake of its author.
fn taken_back(tx: Arc<DatabaseTransaction>) -> Result<DatabaseTransaction, DbErr> {
    Arc::try_unwrap(tx).map_err(|_| DbErr::Custom("the transaction was kept beyond its work and is rolled back".to_owned()))
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.0
    }
}

/// What SeaORM's asynchronous methods return.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbErr>> + Send + 'a>>;

impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    fn execute_raw<'s, 'a>(&'s self, statement: Statement) -> Answer<'a, ExecResult>
    where
        's: 'a,
        Self: 'a,
    {
        self.0.execute_raw(statement)
    }

    fn execute_unprepared<'s, 't, 'a>(&'s self, sql: &'t str) -> Answer<'a, ExecResult>
    where
        's: 'a,
        't: 'a,
        Self: 'a,
    {
        self.0.execute_unprepared(sql)
    }

    fn query_one_raw<'s, 'a>(&'s self, statement: Statement) -> Answer<'a, Option<QueryResult>>
    where
        's: 'a,
        Self: 'a,
    {
        self.0.query_one_raw(statement)
    }

    fn query_all_raw<'s, 'a>(&'s self, statement: Statement) -> Answer<'a, Vec<QueryResult>>
    where
        's: 'a,
        Self: 'a,
    {
        self.0.query_all_raw(statement)
    }
}
