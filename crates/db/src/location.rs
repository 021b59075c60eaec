//! Where a database is: a data folder or a PostgreSQL address.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

/// The file of the SQLite database inside a data folder.
const SQLITE_FILE: &str = "hansa.db";

/// A data folder holding a SQLite database, or the address of a PostgreSQL database.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// The folder of the SQLite file `hansa.db`.
    Folder(PathBuf),
    /// A `postgres://user:password@host:port/database` address.
    Postgres(String),
}

/// An address that names no database.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LocationError {
    /// Nothing was given.
    #[error("no database was given: {ALLOWED}")]
    Empty,
    /// The address begins with something other than `postgres://`.
    #[error("'{0}://' is not a kind of database that is known here: {ALLOWED}")]
    Scheme(String),
    /// A PostgreSQL address that cannot be read.
    #[error("the PostgreSQL address cannot be read ({0}): {ALLOWED}")]
    Address(String),
    /// A PostgreSQL address without the name of a database.
    #[error("the PostgreSQL address names no database: {ALLOWED}")]
    NoDatabase,
}

const ALLOWED: &str = "give a data folder (SQLite) or postgres://user:password@host:port/database";

impl Location {
    /// The SQLite database in a data folder.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self::Folder(path.into())
    }

    /// The SQLite file, when this is a folder.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        match self {
            Self::Folder(folder) => Some(sqlite_file(folder)),
            Self::Postgres(_) => None,
        }
    }
}

pub(crate) fn sqlite_file(folder: &Path) -> PathBuf {
    folder.join(SQLITE_FILE)
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        if text.trim().is_empty() {
            return Err(LocationError::Empty);
        }
        match text.split_once("://") {
            None => Ok(Self::folder(text)),
            Some(("postgres" | "postgresql", _)) => {
                let options = PgConnectOptions::from_str(text).map_err(|error| LocationError::Address(error.to_string()))?;
                if options.get_database().is_none_or(str::is_empty) {
                    return Err(LocationError::NoDatabase);
                }
                Ok(Self::Postgres(text.to_owned()))
            }
            Some((scheme, _)) => Err(LocationError::Scheme(scheme.to_owned())),
        }
    }
}

/// Shows the folder, or the address without its password and options, so that it can be logged.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Postgres(url) => {
                let Ok(options) = PgConnectOptions::from_str(url) else {
                    return f.write_str("postgres://…");
                };
                let host = match options.get_socket() {
                    Some(socket) => socket.display().to_string(),
                    None => options.get_host().to_owned(),
                };
                let database = options.get_database().unwrap_or_default();
                write!(f, "postgres://{}@{host}:{}/{database}", options.get_username(), options.get_port())
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}
