//! Reading the rows of many keys at once.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use crate::connection::Dialect;
use crate::relation::{Relation, Rows, check_width, pieces};

/// Runs a query whose text holds `IN {keys}` for all `keys`, in as few statements as the limits allow:
///
/// ```text
/// SELECT id, state FROM member_state WHERE track = $1 AND member_id IN {keys}
/// ```
///
/// `fixed` are the values of `$1`, `$2`, … An `ORDER BY` holds within a piece only, so sort afterwards.
pub async fn select_in<C: ConnectionTrait>(
    connection: &C,
    sql: &str,
    fixed: &[Value],
    keys: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let keys = keys.into_iter().map(|key| vec![key]).collect();
    select(connection, sql, fixed, keys, 1).await
}

/// Runs a query that joins `{keys}` for all rows of keys, for keys of several columns. The relation's columns are `column1`,
/// `column2`, …:
///
/// ```text
/// SELECT a.id, a.balance FROM {keys} AS k JOIN account AS a ON a.member_id = k.column1 AND a.unit = k.column2
/// ```
///
/// `fixed` are the values of `$1`, `$2`, …
pub async fn select_join<C: ConnectionTrait>(
    connection: &C,
    sql: &str,
    fixed: &[Value],
    keys: impl IntoIterator<Item = Vec<Value>>,
) -> Result<Vec<QueryResult>, DbErr> {
    let keys: Rows = keys.into_iter().collect();
    let width = keys.first().map_or(0, Vec::len);
    check_width(&keys, width)?;
    select(connection, sql, fixed, keys, width).await
}

/// `{keys}` stands for a query in brackets, which is what both `IN` and `FROM` take.
async fn select<C: ConnectionTrait>(
    connection: &C,
    sql: &str,
    fixed: &[Value],
    keys: Rows,
    width: usize,
) -> Result<Vec<QueryResult>, DbErr> {
    let (before, after) = sql.split_once("{keys}").ok_or_else(|| DbErr::Custom(format!("the query has no {{keys}}: {sql}")))?;
    let backend = connection.get_database_backend();
    let dialect = Dialect::of(backend);
    let mut found = Vec::new();
    for piece in pieces(dialect, keys, width, fixed.len()) {
        let Relation { sql, mut values } = Relation::of(dialect, piece)?;
        let (before, after) = (shifted(before, values.len())?, shifted(after, values.len())?);
        values.extend_from_slice(fixed);
        let statement = Statement::from_sql_and_values(backend, format!("{before}({sql}){after}"), values);
        found.append(&mut connection.query_all_raw(statement).await?);
    }
    Ok(found)
}

/// Raises the number of every `$1`, `$2`, … by `by`: the parameters of the keys come first.
fn shifted(sql: &str, by: usize) -> Result<String, DbErr> {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let number: usize = part[..end].parse().map_err(|_| DbErr::Custom(format!("'$' without a number in: {sql}")))?;
        text.push_str(&format!("${}{}", number + by, &part[end..]));
    }
    Ok(text)
}
