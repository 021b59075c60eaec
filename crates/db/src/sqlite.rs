//! SQLite: one write connection, several read-only ones, and a backup that does not stop either.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, SqlxSqliteConnector, Statement};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use crate::connection::{Db, Dialect};
use crate::error::{Code, OpenError};
use crate::location::sqlite_file;
use crate::lock::FolderLock;
use crate::open::{Access, Connections, Durability, Options};

/// Page cache of each reader and of the writer, in SQLite's negative KiB. The operating system keeps the file's pages too, so larger ones, and mapping
/// the file into memory, cost memory and were no faster.
const READER_CACHE_KIB: &str = "-4096";
const WRITER_CACHE_KIB: &str = "-16384";
/// Pages of the write-ahead log (4 KiB each) before they are moved into the file: 32 MB, so that bulk work moves a page once.
const CHECKPOINT_PAGES: &str = "8000";
/// Our own writers queue; this wait is for a foreign program that holds the file.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a writer queues behind the others before it is refused.
const WRITE_QUEUE_TIMEOUT: Duration = Duration::from_secs(300);
const READ_QUEUE_TIMEOUT: Duration = Duration::from_secs(60);
/// Files up to this size are checked thoroughly every time: 256 MiB take a few seconds.
const QUICK_BYTES: i64 = 256 << 20;
/// Broken references that are listed.
const REFERENCES_MAX: i64 = 1_000;
/// Statements kept prepared on each connection: the set-based ones come in several sizes.
const STATEMENTS_KEPT: usize = 512;

pub(crate) async fn connect(folder: &Path, options: &Options) -> Result<Connections, OpenError> {
    let file = sqlite_file(folder);
    let (lock, writer) = match options.access {
        Access::ReadWrite => {
            fs::create_dir_all(folder).map_err(|source| OpenError::folder(folder, source))?;
            let lock = FolderLock::take(folder)?;
            (Some(lock), Some(open_writer(&file, options).await?))
        }
        Access::ReadOnly => {
            match fs::metadata(&file) {
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    return Err(OpenError::Missing(folder.to_owned()));
                }
                Err(source) => return Err(OpenError::folder(folder, source)),
            }
            (None, None)
        }
    };
    let readers = match open_readers(&file, options, false).await {
        // Beside the file SQLite keeps an index of its write-ahead log, which a folder that cannot be written does not take. With nothing in the
        // log the file is whole without it.
        Err(_) if writer.is_none() && log_is_empty(&file) => open_readers(&file, options, true).await?,
        opened => opened?,
    };
    Ok(Connections {
        read: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
        write: writer.map(SqlxSqliteConnector::from_sqlx_sqlite_pool),
        lock,
    })
}

async fn open_writer(file: &Path, options: &Options) -> Result<SqlitePool, OpenError> {
    let synchronous = match options.durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::Normal => SqliteSynchronous::Normal,
    };
    let connection = shared_options(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .pragma("cache_size", WRITER_CACHE_KIB)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        // A statement of many rows keeps the old pages until it has succeeded, by default in a file once they are more than 64 KiB.
        .pragma("temp_store", "MEMORY")
        // What was removed is written over: a key that was destroyed is not left in free pages.
        .pragma("secure_delete", "ON");
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WRITE_QUEUE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                if !connection.is_in_transaction() {
                    return Ok(true);
                }
                // Let a queued rollback happen. When SQLite had rolled back by itself (full disk, I/O error) the driver still
                // counts a transaction and would begin the next one as a savepoint: such a connection is replaced.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(connection)
        .await
        .map_err(|error| refused(file, error))?;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&pool).await.map_err(|error| refused(file, error))?;
    if mode != "wal" {
        return Err(OpenError::Folder {
            folder: file.parent().unwrap_or(file).to_owned(),
            reason: format!(
                "its file system has no shared memory, which SQLite's write-ahead log needs (journal mode {mode}); use a local disk"
            ),
        });
    }
    Ok(pool)
}

fn log_is_empty(file: &Path) -> bool {
    let log = PathBuf::from(format!("{}-wal", file.display()));
    fs::metadata(log).map_or(true, |log| log.len() == 0)
}

/// `unchanging`: nobody writes the file, and SQLite neither locks it nor looks for a log.
async fn open_readers(file: &Path, options: &Options, unchanging: bool) -> Result<SqlitePool, OpenError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(options.readers.max(1))
        .acquire_timeout(READ_QUEUE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(shared_options(file).read_only(true).immutable(unchanging))
        .await
        .map_err(|error| refused(file, error))?;
    // The first page is read only by a statement, so this is where a foreign or damaged file shows.
    sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&pool).await.map_err(|error| refused(file, error))?;
    Ok(pool)
}

fn shared_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cache_size", READER_CACHE_KIB)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .disable_statement_logging()
}

fn refused(file: &Path, error: sqlx::Error) -> OpenError {
    let code = match Code::of_sqlx(&error) {
        Some(Code::Sqlite(code)) => code & 0xff,
        _ => 0,
    };
    let folder = file.parent().unwrap_or(file).to_owned();
    match code {
        26 => OpenError::NotADatabase(file.to_owned()),
        11 => OpenError::Corrupt { file: file.to_owned(), detail: error.to_string() },
        _ => OpenError::Folder { folder, reason: crate::describe(&DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into()))) },
    }
}

impl Db {
    /// Writes a compact, consistent copy of the SQLite database to `target` while readers and the writer go on
    /// (`VACUUM INTO`). The copy appears under its name only when it is whole and on disk. `target` must not exist.
    ///
    /// On PostgreSQL it is refused: the logical backup serves both databases.
    pub async fn backup_sqlite(&self, target: &Path) -> Result<(), DbErr> {
        if self.dialect() != Dialect::Sqlite {
            return Err(DbErr::Custom("a file copy exists for SQLite only".to_owned()));
        }
        if target.exists() {
            return Err(DbErr::Custom(format!("{} exists already", target.display())));
        }
        let mut part = target.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let text = part.to_str().ok_or_else(|| DbErr::Custom(format!("{} is not Unicode", part.display())))?;
        let fail = |source: std::io::Error| DbErr::Custom(format!("{}: {source}", target.display()));
        match fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fail(error)),
            _ => {}
        }
        let vacuum = Statement::from_sql_and_values(Dialect::Sqlite.backend(), "VACUUM INTO $1", [text.into()]);
        if let Err(error) = self.read().execute_raw(vacuum).await {
            let _ = fs::remove_file(&part);
            return Err(error);
        }
        fs::File::open(&part).and_then(|file| file.sync_all()).map_err(fail)?;
        fs::rename(&part, target).map_err(fail)
    }

    /// Reads the whole SQLite file and lists what is damaged; empty when it is sound, and always empty on PostgreSQL, which
    /// checks its pages itself. Takes time in proportion to the size of the database.
    pub async fn integrity_findings(&self) -> Result<Vec<String>, DbErr> {
        self.file_findings(true).await
    }

    /// [`Db::integrity_findings`], but a file beyond [`QUICK_BYTES`] is only looked at quickly unless `thorough`: every page is
    /// read, while indexes are not compared with their tables.
    pub async fn file_findings(&self, thorough: bool) -> Result<Vec<String>, DbErr> {
        if self.dialect() != Dialect::Sqlite {
            return Ok(Vec::new());
        }
        let query = |sql: &str| Statement::from_string(Dialect::Sqlite.backend(), sql);
        let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let size: i64 = self.read().query_one_raw(query(size)).await?.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        let check = if thorough || size <= QUICK_BYTES { "PRAGMA integrity_check" } else { "PRAGMA quick_check" };
        let rows = self.read().query_all_raw(query(check)).await?;
        let findings: Result<Vec<String>, DbErr> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
        Ok(findings?.into_iter().filter(|finding| finding != "ok").collect())
    }

    /// Rows of the SQLite file that refer to rows that are not there, at most [`REFERENCES_MAX`] of them; empty on PostgreSQL,
    /// where nobody can switch the check off.
    pub async fn reference_findings(&self) -> Result<Vec<String>, DbErr> {
        if self.dialect() != Dialect::Sqlite {
            return Ok(Vec::new());
        }
        let sql = "SELECT \"table\" AS source, rowid AS number, parent FROM pragma_foreign_key_check LIMIT $1";
        let statement = Statement::from_sql_and_values(Dialect::Sqlite.backend(), sql, [REFERENCES_MAX.into()]);
        let rows = self.read().query_all_raw(statement).await?;
        let said = |row: &sea_orm::QueryResult| -> Result<String, DbErr> {
            let (table, parent): (String, String) = (row.try_get("", "source")?, row.try_get("", "parent")?);
            // Tables without row numbers have none.
            let number: Option<i64> = row.try_get("", "number")?;
            let number = number.map_or_else(String::new, |number| format!(" {number}"));
            Ok(format!("row{number} of `{table}` refers to a row of `{parent}` that is not there"))
        };
        rows.iter().map(said).collect()
    }
}
