//! The handle itself.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{DatabaseConnection, DbBackend, DbErr};

use crate::location::Location;
use crate::lock::FolderLock;
use crate::open::Access;
use crate::scan::Scanners;
use crate::transaction::WriteLog;

/// One open database. Cheap to clone; all clones share the connections and the folder's lock, which is released when the
/// last clone is dropped or after [`Db::close`].
#[derive(Clone, Debug)]
pub struct Db {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) dialect: Dialect,
    pub(crate) access: Access,
    pub(crate) location: Location,
    pub(crate) read: DatabaseConnection,
    /// Absent when opened read-only. On PostgreSQL the same pool as `read`.
    pub(crate) write: Option<DatabaseConnection>,
    /// Held until the handle is closed or its last clone is dropped.
    pub(crate) lock: Mutex<Option<FolderLock>>,
    /// For [`Db::scan`] on SQLite.
    pub(crate) scanners: Scanners,
    /// Which transactions have been.
    pub(crate) log: WriteLog,
}

/// Which SQL the database speaks. Where a statement must differ, the two texts stand side by side in one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.51, bundled.
    Sqlite,
    /// PostgreSQL 12 or newer.
    Postgres,
}

impl Db {
    /// Which SQL this database speaks.
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// Where the database is.
    pub fn location(&self) -> &Location {
        &self.inner.location
    }

    /// Whether writing was asked for when it was opened.
    pub fn access(&self) -> Access {
        self.inner.access
    }

    /// The connections to read from. Two statements may see two states of the database; for one state use [`Db::read_snapshot`].
    pub fn read(&self) -> &DatabaseConnection {
        &self.inner.read
    }

    pub(crate) fn writer(&self) -> Result<&DatabaseConnection, DbErr> {
        self.inner.write.as_ref().ok_or_else(|| DbErr::Custom(format!("{} was opened read-only", self.inner.location)))
    }

    /// Closes every connection once its present statement is done. Clones of the handle are of no use afterwards.
    ///
    /// The writer goes last: on SQLite the last connection moves the write-ahead log into the file, if it may write.
    pub async fn close(&self) -> Result<(), DbErr> {
        self.inner.scanners.close();
        self.inner.read.clone().close().await?;
        if let Some(write) = &self.inner.write {
            write.clone().close().await?;
        }
        drop(self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
        Ok(())
    }
}

impl Dialect {
    /// The dialect of a SeaORM connection or transaction.
    pub fn of(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Sqlite => Self::Sqlite,
            _ => Self::Postgres,
        }
    }

    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}
