//! Registration numbers as rows.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::{Number, Registration};

const COLUMNS: &[&str] = &["id", "member_id", "kind", "number", "country", "created_at"];

/// Who has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The member.
    pub member: String,
    /// The number.
    pub number: Number,
}

/// Writes numbers. Two members with one number are an error of the database: ask [`holders`] first, in the same transaction.
pub async fn add<C: ConnectionTrait>(conn: &C, new: &[Registration]) -> Result<(), DbErr> {
    let rows = new.iter().map(|one| {
        vec![
            one.id.clone().into(),
            one.member.clone().into(),
            one.number.kind.name().into(),
            one.number.number.clone().into(),
            Value::String(one.number.country.clone()),
            one.created_at.0.into(),
        ]
    });
    insert_rows(conn, "registration", COLUMNS, rows, OnConflict::Fail).await.map(drop)
}

/// The numbers of a member, in the order of their kinds.
pub async fn of_member<C: ConnectionTrait>(conn: &C, member: &str) -> Result<Vec<Registration>, DbErr> {
    let sql = format!("SELECT {} FROM registration WHERE member_id = $1 ORDER BY kind, number, id", COLUMNS.join(", "));
    rows(conn, &sql, vec![member.into()]).await?.iter().map(read).collect()
}

/// One number of a member.
pub async fn find<C: ConnectionTrait>(conn: &C, member: &str, id: &str) -> Result<Option<Registration>, DbErr> {
    let sql = format!("SELECT {} FROM registration WHERE member_id = $1 AND id = $2", COLUMNS.join(", "));
    rows(conn, &sql, vec![member.into(), id.into()]).await?.first().map(read).transpose()
}

/// Takes a number away.
pub async fn remove<C: ConnectionTrait>(conn: &C, id: &str) -> Result<(), DbErr> {
    let sql = "DELETE FROM registration WHERE id = $1";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id)])).await.map(drop)
}

/// Who has one of these numbers, in the list or in the profile.
pub async fn holders<C: ConnectionTrait>(conn: &C, numbers: &[Number]) -> Result<Vec<Holder>, DbErr> {
    let mut found: Vec<Holder> = Vec::new();
    let mut put = |holder: Holder| {
        if !found.contains(&holder) {
            found.push(holder);
        }
    };
    for number in numbers {
        let sql = "SELECT member_id FROM registration WHERE kind = $1 AND number = $2 AND COALESCE(country, '') = COALESCE($3, '')";
        let values = vec![number.kind.name().into(), number.number.clone().into(), Value::String(number.country.clone())];
        for row in rows(conn, sql, values).await? {
            put(Holder { member: row.try_get("", "member_id")?, number: number.clone() });
        }
        // The profile keeps it as it was sent: found where that is the usual way to write it.
        let sql = "SELECT id, registration_number, country FROM member \
                   WHERE (registration_number = $1 OR registration_number = $2) AND merged_into IS NULL";
        for row in rows(conn, sql, vec![number.number.clone().into(), number.number.to_lowercase().into()]).await? {
            let (text, country): (Option<String>, Option<String>) = (row.try_get("", "registration_number")?, row.try_get("", "country")?);
            if text.is_some_and(|text| Number::recognised(&text, country.as_deref()).as_ref() == Some(number)) {
                put(Holder { member: row.try_get("", "id")?, number: number.clone() });
            }
        }
    }
    Ok(found)
}

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

fn read(row: &QueryResult) -> Result<Registration, DbErr> {
    let (kind, number): (String, String) = (row.try_get("", "kind")?, row.try_get("", "number")?);
    let kind = kind.parse().map_err(|_| DbErr::Custom(format!("a registration number of an unknown kind `{kind}`")))?;
    Ok(Registration {
        id: row.try_get("", "id")?,
        member: row.try_get("", "member_id")?,
        number: Number { kind, number, country: row.try_get("", "country")? },
        created_at: Instant(row.try_get("", "created_at")?),
    })
}
