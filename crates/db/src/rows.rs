//! Writing whole sets of rows. Values are 64-bit integers, 32-bit integers, text, bytes, booleans and doubles, NULLs typed.
//!
//! Names of tables and columns are the caller's constants; they are quoted but never come from outside.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use crate::connection::Dialect;
use crate::relation::{Relation, Rows, check_width, pieces};

/// What happens to a row whose key exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict<'a> {
    /// The statement fails; see [`crate::is_unique_violation`].
    Fail,
    /// The stored row stays.
    Ignore {
        /// The unique columns.
        keys: &'a [&'a str],
    },
    /// The stored row takes the new values. A key must not stand twice in one call: PostgreSQL refuses it.
    Replace {
        /// The unique columns.
        keys: &'a [&'a str],
        /// The columns that change.
        columns: &'a [&'a str],
    },
}

/// Inserts rows in as few statements as the limits of the database allow, and returns how many were written.
///
/// Each row has one value for each of `columns`; a column has one type through all rows. Every piece is a statement of its
/// own, so call it in a transaction.
pub async fn insert_rows<C: ConnectionTrait>(
    connection: &C,
    table: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<Value>>,
    on_conflict: OnConflict<'_>,
) -> Result<u64, DbErr> {
    let mut written = 0;
    for statement in insert_statements(connection, table, columns, rows, on_conflict)? {
        written += connection.execute_raw(statement).await?.rows_affected();
    }
    Ok(written)
}

/// The statements of [`insert_rows`], for those who prepare beside a transaction what they write in it. `connection` only says which SQL it is.
pub fn insert_statements<C: ConnectionTrait>(
    connection: &C,
    table: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<Value>>,
    on_conflict: OnConflict<'_>,
) -> Result<Vec<Statement>, DbErr> {
    statements(connection, table, columns, rows.into_iter().collect(), on_conflict, "")?.collect()
}

/// [`insert_rows`] that returns columns of the rows it wrote, in no particular order; rows that were ignored are not among them.
pub async fn insert_rows_returning<C: ConnectionTrait>(
    connection: &C,
    table: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<Value>>,
    on_conflict: OnConflict<'_>,
    returning: &[&str],
) -> Result<Vec<QueryResult>, DbErr> {
    let tail = format!(" RETURNING {}", quoted(returning));
    let mut written = Vec::new();
    for statement in statements(connection, table, columns, rows.into_iter().collect(), on_conflict, &tail)? {
        written.append(&mut connection.query_all_raw(statement?).await?);
    }
    Ok(written)
}

fn statements<C: ConnectionTrait>(
    connection: &C,
    table: &str,
    columns: &[&str],
    rows: Rows,
    on_conflict: OnConflict<'_>,
    returning: &str,
) -> Result<impl Iterator<Item = Result<Statement, DbErr>> + use<C>, DbErr> {
    check_width(&rows, columns.len())?;
    let backend = connection.get_database_backend();
    let dialect = Dialect::of(backend);
    let head = format!("INSERT INTO {} ({}) ", quote(table), quoted(columns));
    let tail = format!("{}{returning}", on_conflict.sql());
    Ok(pieces(dialect, rows, columns.len(), 0).map(move |piece| {
        let Relation { sql, values } = Relation::of(dialect, piece)?;
        Ok(Statement::from_sql_and_values(backend, format!("{head}{sql}{tail}"), values))
    }))
}

/// Sets `columns` of the rows found by `keys`, and returns how many were found. Each row holds its keys, then its new values.
/// A key must not stand twice in one call: which of its values wins is not defined.
pub async fn update_rows<C: ConnectionTrait>(
    connection: &C,
    table: &str,
    keys: &[&str],
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<u64, DbErr> {
    let rows: Rows = rows.into_iter().collect();
    let width = keys.len() + columns.len();
    check_width(&rows, width)?;
    let backend = connection.get_database_backend();
    let dialect = Dialect::of(backend);
    let table = quote(table);
    let numbered = |(index, name): (usize, &&str)| (index + 1, quote(name));
    let set: Vec<String> = keys
        .iter()
        .chain(columns)
        .enumerate()
        .map(numbered)
        .skip(keys.len())
        .map(|(number, name)| format!("{name} = r.column{number}"))
        .collect();
    let found: Vec<String> =
        keys.iter().enumerate().map(numbered).map(|(number, name)| format!("{table}.{name} = r.column{number}")).collect();
    let (set, found) = (set.join(", "), found.join(" AND "));
    let mut changed = 0;
    for piece in pieces(dialect, rows, width, 0) {
        let Relation { sql, values } = Relation::of(dialect, piece)?;
        let text = format!("UPDATE {table} SET {set} FROM ({sql}) AS r WHERE {found}");
        changed += connection.execute_raw(Statement::from_sql_and_values(backend, text, values)).await?.rows_affected();
    }
    Ok(changed)
}

impl OnConflict<'_> {
    fn sql(&self) -> String {
        match self {
            Self::Fail => String::new(),
            Self::Ignore { keys } => format!(" ON CONFLICT ({}) DO NOTHING", quoted(keys)),
            Self::Replace { keys, columns } => {
                let set: Vec<String> = columns.iter().map(|column| format!("{0} = excluded.{0}", quote(column))).collect();
                format!(" ON CONFLICT ({}) DO UPDATE SET {}", quoted(keys), set.join(", "))
            }
        }
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ")
}
