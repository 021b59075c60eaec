//! What can go wrong, in words that say what to do.

use std::io;
use std::path::{Path, PathBuf};

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made, read or written.
    #[error("the data folder {} cannot be used: {reason}", folder.display())]
    Folder {
        /// The data folder.
        folder: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Another process writes in the folder.
    #[error("another hansa{} is writing in {}; stop it; commands that only read work beside it", holder.map(|id| format!(" (process {id})")).unwrap_or_default(), folder.display())]
    Locked {
        /// The data folder.
        folder: PathBuf,
        /// The other process, when it left its number.
        holder: Option<u32>,
    },
    /// Read-only, and there is nothing to read.
    #[error("there is no database in {}", .0.display())]
    Missing(PathBuf),
    /// The file is something else.
    #[error("{} is not a SQLite database; move it away, or restore a backup", .0.display())]
    NotADatabase(PathBuf),
    /// The file is damaged.
    #[error("{} is damaged ({detail}); restore a backup", file.display())]
    Corrupt {
        /// The database file.
        file: PathBuf,
        /// SQLite's own words.
        detail: String,
    },
    /// The server does not answer, or refuses.
    #[error("{location} cannot be opened: {reason}")]
    Connect {
        /// The address without its password.
        location: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The database was written by a newer version of the program.
    #[error("this database is at version {found}, this hansa knows {known}: use a newer hansa")]
    Newer {
        /// The newest migration in the database.
        found: i64,
        /// The newest migration in the history.
        known: i64,
    },
    /// Opened read-only, and the schema is older than the program needs.
    #[error("this database is at version {found}, this hansa needs {known}: run `hansa migrate` first")]
    Older {
        /// The newest migration in the database.
        found: i64,
        /// The newest migration in the history.
        known: i64,
    },
    /// A migration that was applied reads differently now.
    #[error("migration {version} ({name}) was changed after it was applied to this database; add a new migration instead")]
    Changed {
        /// Its version.
        version: i64,
        /// Its name in the history.
        name: String,
    },
    /// The history itself is wrong: its versions do not rise, or a text has an unknown placeholder.
    #[error("the migration history is wrong: {0}")]
    History(String),
    /// A migration failed and was rolled back.
    #[error("migration {version} ({name}) failed and was undone: {}", describe(source))]
    Migration {
        /// Its version.
        version: i64,
        /// Its name.
        name: String,
        /// What the database said.
        source: DbErr,
    },
    /// Anything else the database said.
    #[error("{}", describe(.0))]
    Database(#[from] DbErr),
}

impl OpenError {
    pub(crate) fn folder(folder: &Path, source: io::Error) -> Self {
        let advice = match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "; give this user the right to write there (commands that only read do without)"
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; free some space",
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "; give a folder, not a file",
            _ => "",
        };
        Self::Folder { folder: folder.to_owned(), reason: format!("{source}{advice}") }
    }
}

/// Says for people what happened and what to do. Nothing of a failed transaction was kept in any of these cases.
pub fn describe(error: &DbErr) -> String {
    if let DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) = error {
        return "no database connection became free in time; the database is overloaded or a transaction is stuck".to_owned();
    }
    if let DbErr::Custom(said) = error {
        return said.clone();
    }
    match Code::of(error) {
        Some(Code::Sqlite(code)) => describe_sqlite(code, error),
        Some(Code::Postgres(state)) => describe_postgres(&state, error),
        None => error.to_string(),
    }
}

fn describe_sqlite(code: i32, error: &DbErr) -> String {
    let advice = match code & 0xff {
        5 | 6 => "another program holds the database file; close it and try again",
        8 => "the database cannot be written: the file or its folder is read-only; nothing was written",
        10 => "the disk failed to read or write; nothing was written; check the disk, then run `hansa verify`",
        11 => "the database file is damaged; restore a backup",
        13 => "the disk is full; nothing was written; free some space and try again",
        14 => "the database file cannot be opened; check that the folder exists and that this user may write there",
        26 => "the file is not a SQLite database",
        _ => return error.to_string(),
    };
    format!("{advice} ({error})")
}

fn describe_postgres(state: &str, error: &DbErr) -> String {
    let advice = match state {
        "40001" | "40P01" => "too many transactions changed the same rows at the same time; nothing was written; try again",
        "53100" => "the database server's disk is full; nothing was written; free some space and try again",
        "53300" => "the database server has no connection left; lower the number of connections or raise its max_connections",
        "55P03" => "another transaction holds a lock on these rows for too long; nothing was written; try again",
        "57014" => "the statement took too long and was stopped; nothing was written",
        "57P01" | "57P02" | "57P03" => "the database server is stopping or starting; try again",
        "25006" => "the database accepts no writes: it was opened read-only or is a standby",
        "28000" | "28P01" => "the database server refused this user or password",
        "3D000" => "there is no database of this name on the server; create it first",
        "58030" => "the database server failed to read or write its disk; nothing was written",
        _ => return error.to_string(),
    };
    format!("{advice} ({error})")
}

/// Whether running the whole transaction again may succeed: a serialization failure or a deadlock on PostgreSQL.
/// SQLite has neither, because its writers queue.
pub fn is_retryable(error: &DbErr) -> bool {
    matches!(Code::of(error), Some(Code::Postgres(state)) if state == "40001" || state == "40P01")
}

/// Whether a row with the same unique key exists.
pub fn is_unique_violation(error: &DbErr) -> bool {
    match Code::of(error) {
        // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE, _ROWID (https://www.sqlite.org/rescode.html)
        Some(Code::Sqlite(code)) => matches!(code, 1555 | 2067 | 2579),
        Some(Code::Postgres(state)) => state == "23505",
        None => false,
    }
}

/// The database's own code of an error: SQLite's extended result code, PostgreSQL's SQLSTATE.
pub(crate) enum Code {
    Sqlite(i32),
    Postgres(String),
}

impl Code {
    pub(crate) fn of(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner) => Self::of_runtime(inner),
            _ => None,
        }
    }

    fn of_runtime(error: &RuntimeErr) -> Option<Self> {
        match error {
            RuntimeErr::SqlxError(error) => Self::of_sqlx(error),
            RuntimeErr::Internal(_) => None,
        }
    }

    pub(crate) fn of_sqlx(error: &sqlx::Error) -> Option<Self> {
        let sqlx::Error::Database(error) = error else {
            return None;
        };
        let code = error.code()?;
        match error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
            Some(_) => code.parse().ok().map(Self::Sqlite),
            None => Some(Self::Postgres(code.into_owned())),
        }
    }
}

/// Whether a caller's error was caused by a retryable database error: looks through its sources, so that an operation's own
/// error with a `#[from] DbErr` variant is recognised.
pub(crate) fn caused_by_retryable(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<DbErr>().is_some_and(is_retryable) {
            return true;
        }
        let state = match error.downcast_ref::<RuntimeErr>() {
            Some(inner) => Code::of_runtime(inner),
            None => error.downcast_ref::<sqlx::Error>().and_then(Code::of_sqlx),
        };
        if matches!(state, Some(Code::Postgres(state)) if state == "40001" || state == "40P01") {
            return true;
        }
        next = error.source();
    }
    false
}
