//! People as rows.

use db::{OnConflict, insert_rows, update_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::Person;
use crate::access::Role;

const COLUMNS: [&str; 14] = [
    "id",
    "name",
    "email",
    "role",
    "member_id",
    "contact_id",
    "language",
    "password",
    "totp",
    "totp_step",
    "second_factor_at",
    "created_at",
    "disabled_at",
    "signed_in_at",
];

/// Adds a person.
pub async fn insert<C: ConnectionTrait>(conn: &C, person: &Person) -> Result<(), DbErr> {
    insert_rows(conn, "person", &COLUMNS, [row(person)], OnConflict::Fail).await.map(drop)
}

/// Writes a person as it is now.
pub async fn update<C: ConnectionTrait>(conn: &C, person: &Person) -> Result<(), DbErr> {
    update_rows(conn, "person", &COLUMNS[..1], &COLUMNS[1..], [row(person)]).await.map(drop)
}

/// Writes the hash of a new password.
pub async fn put_password<C: ConnectionTrait>(conn: &C, id: &str, hash: &str) -> Result<(), DbErr> {
    let sql = "UPDATE person SET password = $1 WHERE id = $2";
    let values = [Value::from(hash), id.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

/// The person with an id.
pub async fn by_id<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Person>, DbErr> {
    one(conn, "id = $1", id).await
}

/// The person with an e-mail address, as [`super::canonical`] has it.
pub async fn by_email<C: ConnectionTrait>(conn: &C, email: &str) -> Result<Option<Person>, DbErr> {
    one(conn, "email = $1", email).await
}

/// Staff, by id.
pub async fn all<C: ConnectionTrait>(conn: &C) -> Result<Vec<Person>, DbErr> {
    some(conn, "member_id IS NULL", Vec::new()).await
}

/// The people of an enterprise, by id.
pub async fn of_member<C: ConnectionTrait>(conn: &C, member: &str) -> Result<Vec<Person>, DbErr> {
    some(conn, "member_id = $1", vec![member.into()]).await
}

/// How many people there are, staff and others.
pub async fn count<C: ConnectionTrait>(conn: &C) -> Result<i64, DbErr> {
    number(conn, "SELECT COUNT(*) AS n FROM person", Vec::new()).await
}

/// How many administrators can sign in beside one.
pub(super) async fn others_lead<C: ConnectionTrait>(conn: &C, id: &str) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) AS n FROM person WHERE role = $1 AND disabled_at IS NULL AND id <> $2";
    number(conn, sql, vec![Role::Administrator.name().into(), id.into()]).await
}

async fn number<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<i64, DbErr> {
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    row.map_or(Ok(0), |row| row.try_get("", "n"))
}

async fn one<C: ConnectionTrait>(conn: &C, which: &str, value: &str) -> Result<Option<Person>, DbErr> {
    Ok(some(conn, which, vec![value.into()]).await?.pop())
}

async fn some<C: ConnectionTrait>(conn: &C, which: &str, values: Vec<Value>) -> Result<Vec<Person>, DbErr> {
    let sql = format!("SELECT {} FROM person WHERE {which} ORDER BY id", COLUMNS.join(", "));
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(read).collect()
}

fn row(person: &Person) -> Vec<Value> {
    vec![
        person.id.clone().into(),
        person.name.clone().into(),
        person.email.clone().into(),
        person.role.name().into(),
        person.member.clone().into(),
        person.contact.clone().into(),
        person.language.clone().into(),
        person.password.clone().into(),
        person.totp.clone().into(),
        person.totp_step.into(),
        person.second_factor_at.map(|at| at.0).into(),
        person.created_at.0.into(),
        person.disabled_at.map(|at| at.0).into(),
        person.signed_in_at.map(|at| at.0).into(),
    ]
}

fn read(row: &QueryResult) -> Result<Person, DbErr> {
    let instant = |column: &str| row.try_get::<Option<i64>>("", column).map(|at| at.map(Instant));
    let role: String = row.try_get("", "role")?;
    Ok(Person {
        id: row.try_get("", "id")?,
        name: row.try_get("", "name")?,
        email: row.try_get("", "email")?,
        role: role.parse().map_err(DbErr::Custom)?,
        member: row.try_get("", "member_id")?,
        contact: row.try_get("", "contact_id")?,
        language: row.try_get("", "language")?,
        password: row.try_get("", "password")?,
        totp: row.try_get("", "totp")?,
        totp_step: row.try_get("", "totp_step")?,
        second_factor_at: instant("second_factor_at")?,
        created_at: Instant(row.try_get("", "created_at")?),
        disabled_at: instant("disabled_at")?,
        signed_in_at: instant("signed_in_at")?,
    })
}
