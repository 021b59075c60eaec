//! Reading very many rows one by one, each looked at where it lies and kept by nobody.
//!
//! On SQLite the asynchronous driver hands every row from its thread to the caller as owned values, which costs several microseconds a
//! row. A scan steps through the rows on a thread of its own, with the bundled SQLite's synchronous driver, and copies nothing.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use futures_util::TryStreamExt;
use rusqlite::OpenFlags;
use rusqlite::types::ValueRef;
use sea_orm::DbErr;
use sqlx::postgres::PgRow;
use sqlx::{Row as _, TypeInfo, ValueRef as _};

use crate::connection::{Db, Dialect};
use crate::location::{Location, sqlite_file};
use crate::sqlite::BUSY_TIMEOUT;

/// As much of the file as SQLite maps at most: a scan reads most pages once, so a cache of its own would only copy them.
const MMAP_BYTES: i64 = 0x7fff_0000;

/// What a row holds in one column. A truth is the number 0 or 1, as SQLite stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'row> {
    /// NULL.
    Nothing,
    /// An integer of any width, or a truth.
    Number(i64),
    /// The bytes of a text, which on SQLite need not be Unicode.
    Text(&'row [u8]),
    /// Bytes.
    Bytes(&'row [u8]),
}

/// A row that is being looked at.
pub trait Row {
    /// How many columns it has.
    fn width(&self) -> usize;

    /// What stands in a column, counted from 0.
    ///
    /// # Errors
    /// There is no such column, or it holds what no portable column does, such as a fraction.
    fn cell(&self, column: usize) -> Result<Cell<'_>, DbErr>;
}

/// Connections to a SQLite file for scans, opened as they are needed.
#[derive(Debug, Default)]
pub(crate) struct Scanners {
    idle: Mutex<Vec<rusqlite::Connection>>,
}

impl Scanners {
    fn take(&self, folder: &Path) -> Result<rusqlite::Connection, DbErr> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| open(folder).map_err(refused), Ok)
    }

    fn give_back(&self, connection: rusqlite::Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    pub(crate) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn open(folder: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(sqlite_file(folder), flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "mmap_size", MMAP_BYTES)?;
    Ok(connection)
}

fn refused(error: rusqlite::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}

impl Db {
    /// Runs queries whose texts hold `IN {keys}` for all `keys` and shows every row, with the number of its query, to `look`, which
    /// gathers what it wants in `seen`. Rows come in no order. Each key or piece of keys is read as of a moment of its own: who needs one
    /// moment for all uses [`Db::read_snapshot`].
    ///
    /// # Errors
    /// When the database fails, or `look` does; `seen` is lost.
    pub async fn scan<S, F>(&self, queries: &'static [&'static str], keys: Vec<String>, mut seen: S, mut look: F) -> Result<S, DbErr>
    where
        S: Send + 'static,
        F: FnMut(&mut S, usize, &dyn Row) -> Result<(), DbErr> + Send + 'static,
    {
        let Location::Folder(folder) = self.location() else {
            for (number, query) in queries.iter().enumerate() {
                let sql = sqlx::AssertSqlSafe(spelled(query, Dialect::Postgres));
                let mut rows = sqlx::query(sql).bind(&keys).fetch(self.read().get_postgres_connection_pool());
                while let Some(row) = rows.try_next().await.map_err(failed)? {
                    look(&mut seen, number, &row)?;
                }
            }
            return Ok(seen);
        };
        let (db, folder) = (self.clone(), folder.clone());
        let scanned = tokio::task::spawn_blocking(move || {
            let connection = db.inner.scanners.take(&folder)?;
            for (number, query) in queries.iter().enumerate() {
                let mut statement = connection.prepare_cached(&spelled(query, Dialect::Sqlite)).map_err(refused)?;
                for key in &keys {
                    let mut rows = statement.query([key]).map_err(refused)?;
                    while let Some(row) = rows.next().map_err(refused)? {
                        look(&mut seen, number, row)?;
                    }
                }
            }
            db.inner.scanners.give_back(connection);
            Ok(seen)
        });
        scanned.await.map_err(|error| DbErr::Custom(error.to_string()))?
    }
}

/// SQLite is asked key by key, which costs nothing here; PostgreSQL for all of them.
fn spelled(query: &str, dialect: Dialect) -> String {
    let among = match dialect {
        Dialect::Sqlite => "= ?1",
        Dialect::Postgres => "= ANY($1)",
    };
    query.replace("IN {keys}", among)
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(sea_orm::RuntimeErr::SqlxError(error.into()))
}

impl Row for rusqlite::Row<'_> {
    fn width(&self) -> usize {
        self.as_ref().column_count()
    }

    fn cell(&self, column: usize) -> Result<Cell<'_>, DbErr> {
        Ok(match self.get_ref(column).map_err(refused)? {
            ValueRef::Null => Cell::Nothing,
            ValueRef::Integer(number) => Cell::Number(number),
            ValueRef::Text(text) => Cell::Text(text),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes),
            ValueRef::Real(fraction) => return Err(unfit(column, fraction)),
        })
    }
}

impl Row for PgRow {
    fn width(&self) -> usize {
        self.len()
    }

    fn cell(&self, column: usize) -> Result<Cell<'_>, DbErr> {
        let value = self.try_get_raw(column).map_err(failed)?;
        if value.is_null() {
            return Ok(Cell::Nothing);
        }
        let kind = value.type_info();
        let unread = |error| unfit(column, error);
        Ok(match kind.name() {
            "INT8" => Cell::Number(self.try_get(column).map_err(failed)?),
            "INT4" => Cell::Number(self.try_get::<i32, _>(column).map_err(failed)?.into()),
            "BOOL" => Cell::Number(self.try_get::<bool, _>(column).map_err(failed)?.into()),
            "BYTEA" => Cell::Bytes(value.as_bytes().map_err(unread)?),
            "TEXT" | "VARCHAR" => Cell::Text(value.as_bytes().map_err(unread)?),
            other => return Err(unfit(column, other)),
        })
    }
}

fn unfit(column: usize, what: impl std::fmt::Display) -> DbErr {
    DbErr::Custom(format!("column {column} of a scanned row holds no portable value: {what}"))
}
