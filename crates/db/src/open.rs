//! Opening: the choices, the connections, then the schema.

use std::sync::Arc;

use crate::connection::{Db, Dialect, Inner};
use crate::error::OpenError;
use crate::location::Location;
use crate::migration::Migration;
use crate::scan::Scanners;
use crate::transaction::WriteLog;
use crate::{postgres, sqlite};

/// How a database is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What a commit promises on SQLite. PostgreSQL is set on its server.
    pub durability: Durability,
    /// Read connections on SQLite.
    pub readers: u32,
    /// Connections on PostgreSQL, reading and writing together.
    pub connections: u32,
    /// Whether anything is written.
    pub access: Access,
}

impl Default for Options {
    fn default() -> Self {
        Self { durability: Durability::Full, readers: 4, connections: 16, access: Access::ReadWrite }
    }
}

/// What a commit promises (SQLite's `synchronous`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A committed transaction survives a power cut.
    #[default]
    Full,
    /// A committed transaction survives the end of the process; a power cut may lose the last ones, never half of one.
    Normal,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Takes the lock of a data folder and brings the schema up to date.
    #[default]
    ReadWrite,
    /// Takes no lock, changes nothing, and works beside a writer.
    ReadOnly,
}

impl Db {
    /// Opens the database and brings its schema up to `history`. A read-only handle changes nothing and refuses a database
    /// that is older than `history`.
    pub async fn open(location: &Location, options: &Options, history: &[Migration]) -> Result<Self, OpenError> {
        let db = Self::connect(location, options).await?;
        let prepared = match options.access {
            Access::ReadWrite => db.migrate(history).await.map(|_| ()),
            Access::ReadOnly => db.require(history).await,
        };
        if let Err(error) = prepared {
            // The refusal is what matters; a connection that cannot be closed properly is dropped.
            let _ = db.close().await;
            return Err(error);
        }
        Ok(db)
    }

    /// Opens the connections and leaves the schema alone: for looking at [`Db::version`] and [`Db::pending`] first.
    pub async fn connect(location: &Location, options: &Options) -> Result<Self, OpenError> {
        let (dialect, connections) = match location {
            Location::Folder(folder) => (Dialect::Sqlite, sqlite::connect(folder, options).await?),
            Location::Postgres(url) => (Dialect::Postgres, postgres::connect(location, url, options).await?),
        };
        Ok(Self {
            inner: Arc::new(Inner {
                dialect,
                access: options.access,
                location: location.clone(),
                read: connections.read,
                write: connections.write,
                lock: connections.lock.into(),
                scanners: Scanners::default(),
                log: WriteLog::default(),
            }),
        })
    }
}

/// What opening one kind of database yields.
pub(crate) struct Connections {
    pub(crate) read: sea_orm::DatabaseConnection,
    pub(crate) write: Option<sea_orm::DatabaseConnection>,
    pub(crate) lock: Option<crate::lock::FolderLock>,
}
