//! Writing whole sets of rows. Values are 64-bit integers, 32-bit integers, text, bytes, booleans and doubles, NULLs typed.
//!
//! Names of tables and columns are the caller's constants; they are quoted but never come from outside.

use std::fmt::Write;

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use crate::connection::Dialect;
use crate::relation::{Relation, Rows, check_width, is_null, pieces};

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
    for statement in statements(connection, table, columns, rows.into_iter().collect(), on_conflict, "")? {
        written += connection.execute_raw(statement?).await?.rows_affected();
    }
    Ok(written)
}

/// Rows for one table among several, see [`insert_together`].
#[derive(Clone, Debug)]
pub struct Insert<'a> {
    /// The table.
    pub table: &'a str,
    /// Its columns; the first one is never NULL.
    pub columns: &'a [&'a str],
    /// One value for each column, each column of one type.
    pub rows: Vec<Vec<Value>>,
    /// What happens to rows whose key exists.
    pub on_conflict: OnConflict<'a>,
}

/// Statements that insert into several tables in the given order, for those who prepare beside a transaction what they write in it. `connection`
/// only says which SQL it is.
///
/// On SQLite a set of few rows for each table is one statement text, hence one hand-over to the thread of the connection, which costs more than
/// the writing. Each table gets as many rows as the largest needs, filled up with NULLs that are left out again, so that a few prepared texts
/// serve every batch.
pub fn insert_together<C: ConnectionTrait>(connection: &C, inserts: Vec<Insert<'_>>) -> Result<Vec<Statement>, DbErr> {
    let backend = connection.get_database_backend();
    let most = inserts.iter().map(|insert| insert.rows.len()).max().unwrap_or(0);
    if Dialect::of(backend) == Dialect::Postgres || most > TOGETHER_MAX {
        let each = inserts.into_iter().map(|Insert { table, columns, rows, on_conflict }| {
            statements(connection, table, columns, rows, on_conflict, "")?.collect::<Result<Vec<_>, DbErr>>()
        });
        return Ok(each.collect::<Result<Vec<_>, DbErr>>()?.into_iter().flatten().collect());
    }
    let height = filled_size(most);
    let (mut text, mut values) = (String::new(), Vec::new());
    for Insert { table, columns, mut rows, on_conflict } in inserts.into_iter().filter(|insert| !insert.rows.is_empty()) {
        check_width(&rows, columns.len())?;
        if rows.iter().any(|row| row.first().is_none_or(is_null)) {
            return Err(DbErr::Custom(format!("a row of {table} has no {}", columns.first().unwrap_or(&"column"))));
        }
        rows.resize(height, vec![Value::String(None); columns.len()]);
        let relation = Relation::of(Dialect::Sqlite, rows)?;
        let (table, columns, tail) = (quote(table), quoted(columns), on_conflict.sql());
        let _ = write!(text, "INSERT INTO {table} ({columns}) SELECT * FROM ({}) WHERE column1 IS NOT NULL{tail};", relation.sql);
        values.extend(relation.values);
    }
    Ok(if text.is_empty() { Vec::new() } else { vec![Statement::from_sql_and_values(backend, text, values)] })
}

/// The most rows of a table in one text of [`insert_together`]: with more, the hand-overs no longer matter.
const TOGETHER_MAX: usize = 256;

/// The next of 1, 2, 3, 4, 6, 8, 12, …, 32, and from there in steps of a quarter: 40, 48, 56, 64, 80, …
fn filled_size(number: usize) -> usize {
    let half = (number.max(1).next_power_of_two() / 2).max(1);
    let step = if half >= 32 { half / 4 } else { (half / 2).max(1) };
    number.max(1).next_multiple_of(step)
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
