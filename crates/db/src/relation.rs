//! Rows as a relation inside one statement: `VALUES` on SQLite, `UNNEST` of one array a column on PostgreSQL.
//!
//! Both are a query with the columns `column1`, `column2`, …, so the statement around them is the same. `UNNEST` has one
//! text for any number of rows, gives every column a type, and costs the client a third of the processor time of `VALUES`.

use std::fmt::Write;

use sea_orm::sea_query::ArrayType;
use sea_orm::{DbErr, Value};

use crate::connection::Dialect;

/// SQLite's `SQLITE_MAX_VARIABLE_NUMBER` (https://www.sqlite.org/limits.html).
const SQLITE_PARAMETERS_MAX: usize = 32_766;
/// Rows in one SQLite statement: more gain nothing and make the prepared statement large.
const SQLITE_ROWS_MAX: usize = 1024;
/// Rows in one PostgreSQL statement: bounds the memory of its arrays.
const POSTGRES_ROWS_MAX: usize = 8192;

/// Rows of equal width, each column of one type.
pub(crate) type Rows = Vec<Vec<Value>>;

/// A query that yields rows, and the values of its parameters.
pub(crate) struct Relation {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

/// Cuts rows into pieces that fit one statement. SQLite's pieces come in few sizes, so that a few prepared statements serve
/// every number of rows, and two or three of them make up any number. `others` counts the parameters of the rest of the statement.
pub(crate) fn pieces(dialect: Dialect, rows: Rows, width: usize, others: usize) -> impl Iterator<Item = Rows> {
    let rows_max = match dialect {
        Dialect::Sqlite => floor_size(SQLITE_PARAMETERS_MAX.saturating_sub(others) / width.max(1)).min(SQLITE_ROWS_MAX),
        Dialect::Postgres => POSTGRES_ROWS_MAX,
    };
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let left = rows.len();
        let size = match dialect {
            _ if left >= rows_max => rows_max,
            Dialect::Sqlite => floor_size(left),
            Dialect::Postgres => left,
        };
        (left > 0).then(|| rows.by_ref().take(size).collect())
    })
}

/// The largest number that is not greater and has all its ones in four neighbouring bits: 1 to 16, 18, 20, … 32, 36, … 960, 1024.
fn floor_size(number: usize) -> usize {
    let number = number.max(1);
    let dropped = number.ilog2().saturating_sub(3);
    number >> dropped << dropped
}

/// Refuses rows that do not have one value for each column, before any of them is sent.
pub(crate) fn check_width(rows: &Rows, width: usize) -> Result<(), DbErr> {
    match rows.iter().find(|row| row.len() != width) {
        Some(row) => Err(DbErr::Custom(format!("a row has {} values for {width} columns", row.len()))),
        None => Ok(()),
    }
}

impl Relation {
    /// The relation of `rows`. Its parameters are the first of the statement.
    pub(crate) fn of(dialect: Dialect, rows: Rows) -> Result<Self, DbErr> {
        match dialect {
            Dialect::Sqlite => Ok(values(rows)),
            Dialect::Postgres => unnest(rows),
        }
    }
}

/// The parameters have no numbers: SQLite finds a numbered parameter by walking through all of them, which for thousands of
/// them takes longer than the statement.
fn values(rows: Rows) -> Relation {
    let width = rows.first().map_or(0, Vec::len);
    let row = format!("({})", vec!["?"; width].join(","));
    let sql = format!("VALUES {}", vec![row.as_str(); rows.len()].join(","));
    Relation { sql, values: rows.into_iter().flatten().collect() }
}

/// An array parameter cannot hold a NULL in SeaORM (it panics), so a column with NULLs brings a second array that says where.
fn unnest(rows: Rows) -> Result<Relation, DbErr> {
    let width = rows.first().map_or(0, Vec::len);
    let height = rows.len();
    let mut columns: Vec<Vec<Value>> = (0..width).map(|_| Vec::with_capacity(height)).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let (mut chosen, mut arrays, mut names) = (String::new(), String::new(), String::new());
    let mut values = Vec::with_capacity(width);
    for (index, column) in columns.into_iter().enumerate() {
        let Column { array, sql_type, nulls } = Column::of(column)?;
        let (comma, number) = (if index == 0 { "" } else { ", " }, index + 1);
        values.push(array);
        let _ = write!(arrays, "{comma}${}::{sql_type}[]", values.len());
        let _ = write!(names, "{comma}c{number}");
        match nulls {
            None => {
                let _ = write!(chosen, "{comma}c{number} AS column{number}");
            }
            Some(nulls) => {
                values.push(nulls);
                let _ = write!(arrays, ", ${}::boolean[]", values.len());
                let _ = write!(names, ", n{number}");
                let _ = write!(chosen, "{comma}CASE WHEN n{number} THEN NULL ELSE c{number} END AS column{number}");
            }
        }
    }
    Ok(Relation { sql: format!("SELECT {chosen} FROM UNNEST({arrays}) AS u({names})"), values })
}

/// One column as an array parameter.
struct Column {
    array: Value,
    sql_type: &'static str,
    /// Where the column is NULL; absent when it nowhere is.
    nulls: Option<Value>,
}

impl Column {
    fn of(column: Vec<Value>) -> Result<Self, DbErr> {
        let (kind, sql_type, filler) = match column.first() {
            Some(Value::BigInt(_)) => (ArrayType::BigInt, "bigint", Value::BigInt(Some(0))),
            Some(Value::Int(_)) => (ArrayType::Int, "integer", Value::Int(Some(0))),
            Some(Value::String(_)) => (ArrayType::String, "text", Value::String(Some(String::new()))),
            Some(Value::Bytes(_)) => (ArrayType::Bytes, "bytea", Value::Bytes(Some(Vec::new()))),
            Some(Value::Bool(_)) => (ArrayType::Bool, "boolean", Value::Bool(Some(false))),
            Some(Value::Double(_)) => (ArrayType::Double, "double precision", Value::Double(Some(0.0))),
            other => return Err(DbErr::Type(format!("rows cannot hold {other:?}"))),
        };
        let mut nulls = Vec::new();
        let mut present = Vec::with_capacity(column.len());
        let same = std::mem::discriminant(&filler);
        for (row, value) in column.into_iter().enumerate() {
            if std::mem::discriminant(&value) != same {
                return Err(DbErr::Type(format!("a column of {sql_type} holds {value:?}")));
            }
            if is_null(&value) {
                nulls.push(row);
                present.push(filler.clone());
            } else {
                present.push(value);
            }
        }
        let nulls = (!nulls.is_empty()).then(|| {
            let mut marks = vec![Value::Bool(Some(false)); present.len()];
            for row in nulls {
                marks[row] = Value::Bool(Some(true));
            }
            Value::Array(ArrayType::Bool, Some(Box::new(marks)))
        });
        Ok(Self { array: Value::Array(kind, Some(Box::new(present))), sql_type, nulls })
    }
}

pub(crate) fn is_null(value: &Value) -> bool {
    matches!(
        value,
        Value::BigInt(None) | Value::Int(None) | Value::String(None) | Value::Bytes(None) | Value::Bool(None) | Value::Double(None)
    )
}
