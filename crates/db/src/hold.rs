//! Tables that are held still on PostgreSQL; SQLite has one writer anyway.

use sea_orm::{ConnectionTrait, DbErr};

use crate::connection::Dialect;

/// How a table is held until the transaction ends. Reading it is free for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It does not change: others may hold it so too.
    Still,
    /// It changes: nobody else holds it.
    Alone,
}

/// Holds a table, waiting for whoever holds it in a way that does not fit.
///
/// # Errors
/// When there is no such table or the database fails.
pub async fn hold<C: ConnectionTrait>(connection: &C, table: &'static str, how: Hold) -> Result<(), DbErr> {
    let mode = match (Dialect::of(connection.get_database_backend()), how) {
        (Dialect::Sqlite, _) => return Ok(()),
        (Dialect::Postgres, Hold::Still) => "SHARE",
        (Dialect::Postgres, Hold::Alone) => "EXCLUSIVE",
    };
    connection.execute_unprepared(&format!("LOCK TABLE {table} IN {mode} MODE")).await.map(drop)
}
