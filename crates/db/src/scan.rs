//! Reading very many rows one by one, each looked at where it lies and kept by nobody.
//!
//! On SQLite the asynchronous driver hands every row from its thread to the caller as owned values, which costs several microseconds a
//! row. A scan runs on a thread of its own, with the bundled SQLite's synchronous driver, and looks at each row from inside the
//! statement: being given the cells of a row costs less than stepping to it and asking for each.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::TryStreamExt;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use sea_orm::DbErr;
use sqlx::postgres::PgRow;
use sqlx::{Row as _, TypeInfo, ValueRef as _};

use crate::connection::Db;
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
    idle: Mutex<Vec<Connection>>,
}

impl Scanners {
    fn take(&self, folder: &Path) -> Result<Connection, DbErr> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| open(folder).map_err(refused), Ok)
    }

    fn give_back(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    pub(crate) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn open(folder: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(sqlite_file(folder), flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "mmap_size", MMAP_BYTES)?;
    Ok(connection)
}

fn refused(error: rusqlite::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}

/// What is scanned: columns of the rows of one table that belong to a key.
#[derive(Clone, Copy, Debug)]
pub struct Scan {
    /// The table.
    pub table: &'static str,
    /// The column that the keys are looked up in, a text.
    pub key: &'static str,
    /// What is looked at: columns, or expressions over them, between commas.
    pub columns: &'static str,
}

impl Scan {
    /// SQLite is asked key by key, which costs nothing here, and lets a function of ours look at each row while it stands on it.
    fn sqlite(&self) -> String {
        let Scan { table, key, columns } = self;
        format!("SELECT {LOOK}({columns}) FROM {table} WHERE {key} = ?1")
    }

    /// PostgreSQL is asked for all of them.
    fn postgres(&self) -> String {
        let Scan { table, key, columns } = self;
        format!("SELECT {key}, {columns} FROM {table} WHERE {key} = ANY($1)")
    }
}

impl Db {
    /// Shows every row of all `keys`, with the number of its scan and its key, to `look`, which gathers what it wants in `seen`. Rows
    /// come in no order. Each key or piece of keys is read as of a moment of its own: who needs one moment for all uses
    /// [`Db::read_snapshot`].
    ///
    /// # Errors
    /// When the database fails, or `look` does; `seen` is lost.
    pub async fn scan<S, F>(&self, scans: &'static [Scan], keys: Vec<String>, mut seen: S, mut look: F) -> Result<S, DbErr>
    where
        S: Send + 'static,
        F: FnMut(&mut S, usize, &str, &dyn Row) -> Result<(), DbErr> + Send + 'static,
    {
        let Location::Folder(folder) = self.location() else {
            for (number, scan) in scans.iter().enumerate() {
                let sql = sqlx::AssertSqlSafe(scan.postgres());
                let mut rows = sqlx::query(sql).bind(&keys).fetch(self.read().get_postgres_connection_pool());
                while let Some(row) = rows.try_next().await.map_err(failed)? {
                    look(&mut seen, number, row.try_get(0).map_err(failed)?, &Streamed(&row))?;
                }
            }
            return Ok(seen);
        };
        let (db, folder) = (self.clone(), folder.clone());
        let scanned = tokio::task::spawn_blocking(move || {
            let connection = db.inner.scanners.take(&folder)?;
            let seen = look_at_all(&connection, scans, keys, (seen, look)).map_err(refused)?;
            db.inner.scanners.give_back(connection);
            Ok(seen)
        });
        scanned.await.map_err(|error| DbErr::Custom(error.to_string()))?
    }
}

/// The function that looks at rows inside SQLite.
const LOOK: &str = "look";

/// Who looks, between two statements.
type Between<S, F> = Arc<Mutex<Option<Looking<S, F>>>>;

/// Who looks, and at what.
struct Looking<S, F> {
    seen: S,
    look: F,
    scan: usize,
    key: String,
}

/// The function [`LOOK`] as SQLite knows it: a statement holds who looks from its first row to its last.
struct Look<S, F>(Between<S, F>);

impl<S, F> Aggregate<AssertUnwindSafe<Option<Looking<S, F>>>, Option<i64>> for Look<S, F>
where
    F: FnMut(&mut S, usize, &str, &dyn Row) -> Result<(), DbErr>,
{
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<AssertUnwindSafe<Option<Looking<S, F>>>> {
        Ok(AssertUnwindSafe(held(&self.0).take()))
    }

    fn step(&self, row: &mut Context<'_>, looking: &mut AssertUnwindSafe<Option<Looking<S, F>>>) -> rusqlite::Result<()> {
        let Some(Looking { seen, look, scan, key }) = &mut **looking else { return Err(rusqlite::Error::UnwindingPanic) };
        look(seen, *scan, key, &Arguments(row)).map_err(|error| rusqlite::Error::UserFunctionError(error.into()))
    }

    fn finalize(&self, _: &mut Context<'_>, looking: Option<AssertUnwindSafe<Option<Looking<S, F>>>>) -> rusqlite::Result<Option<i64>> {
        if let Some(AssertUnwindSafe(looking)) = looking {
            *held(&self.0) = looking;
        }
        Ok(None)
    }
}

fn held<S, F>(between: &Between<S, F>) -> MutexGuard<'_, Option<Looking<S, F>>> {
    between.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look_at_all<S, F>(connection: &Connection, scans: &[Scan], keys: Vec<String>, (seen, look): (S, F)) -> rusqlite::Result<S>
where
    S: Send + 'static,
    F: FnMut(&mut S, usize, &str, &dyn Row) -> Result<(), DbErr> + Send + 'static,
{
    let between: Between<S, F> = Arc::new(Mutex::new(Some(Looking { seen, look, scan: 0, key: String::new() })));
    connection.create_aggregate_function(LOOK, -1, FunctionFlags::SQLITE_UTF8, Look(Arc::clone(&between)))?;
    let mut statements = scans.iter().map(|scan| connection.prepare_cached(&scan.sqlite())).collect::<Result<Vec<_>, _>>()?;
    for key in keys {
        if let Some(looking) = &mut *held(&between) {
            looking.key = key.clone();
        }
        for (number, statement) in statements.iter_mut().enumerate() {
            if let Some(looking) = &mut *held(&between) {
                looking.scan = number;
            }
            statement.query_row([&key], |_| Ok(()))?;
        }
    }
    let looking = held(&between).take();
    looking.map(|looking| looking.seen).ok_or(rusqlite::Error::UnwindingPanic)
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(sea_orm::RuntimeErr::SqlxError(error.into()))
}

/// A row inside SQLite, as what [`LOOK`] is called with.
struct Arguments<'a, 'row>(&'a Context<'row>);

impl Row for Arguments<'_, '_> {
    fn width(&self) -> usize {
        self.0.len()
    }

    fn cell(&self, column: usize) -> Result<Cell<'_>, DbErr> {
        if column >= self.0.len() {
            return Err(unfit(column, "there is no such column"));
        }
        Ok(match self.0.get_raw(column) {
            ValueRef::Null => Cell::Nothing,
            ValueRef::Integer(number) => Cell::Number(number),
            ValueRef::Text(text) => Cell::Text(text),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes),
            ValueRef::Real(fraction) => return Err(unfit(column, fraction)),
        })
    }
}

/// A row from PostgreSQL, whose first column is the key.
struct Streamed<'row>(&'row PgRow);

impl Row for Streamed<'_> {
    fn width(&self) -> usize {
        self.0.len() - 1
    }

    fn cell(&self, column: usize) -> Result<Cell<'_>, DbErr> {
        let (row, place) = (self.0, column + 1);
        let value = row.try_get_raw(place).map_err(failed)?;
        if value.is_null() {
            return Ok(Cell::Nothing);
        }
        let kind = value.type_info();
        let unread = |error| unfit(column, error);
        Ok(match kind.name() {
            "INT8" => Cell::Number(row.try_get(place).map_err(failed)?),
            "INT4" => Cell::Number(row.try_get::<i32, _>(place).map_err(failed)?.into()),
            "BOOL" => Cell::Number(row.try_get::<bool, _>(place).map_err(failed)?.into()),
            "BYTEA" => Cell::Bytes(value.as_bytes().map_err(unread)?),
            "TEXT" | "VARCHAR" => Cell::Text(value.as_bytes().map_err(unread)?),
            other => return Err(unfit(column, other)),
        })
    }
}

fn unfit(column: usize, what: impl std::fmt::Display) -> DbErr {
    DbErr::Custom(format!("column {column} of a scanned row holds no portable value: {what}"))
}
