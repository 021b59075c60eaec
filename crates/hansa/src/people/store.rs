//! People as rows.

use db::{OnConflict, insert_rows, update_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

use super::{Address, Person};
use crate::access::Role;
use crate::app::App;
use crate::privacy::{self, Keys, keys_for, keys_of, rewrite};
use crate::vault::Vault;

const COLUMNS: [&str; 14] = [
    "id",
    "personal",
    "email_mark",
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

/// What an address is found by.
const MARK: &str = "email";

/// What names the person, as it is sealed.
#[derive(Default, Serialize, Deserialize)]
struct Personal {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

/// Adds a person.
pub async fn insert<C: ConnectionTrait>(conn: &C, vault: &Vault, person: &Person) -> Result<(), DbErr> {
    let row = row(conn, vault, person).await?;
    insert_rows(conn, "person", &COLUMNS, [row], OnConflict::Fail).await.map(drop)
}

/// Writes a person as it is now.
pub async fn update<C: ConnectionTrait>(conn: &C, vault: &Vault, person: &Person) -> Result<(), DbErr> {
    let row = row(conn, vault, person).await?;
    update_rows(conn, "person", &COLUMNS[..1], &COLUMNS[1..], [row]).await.map(drop)
}

/// Seals what names people where it still stands as it was, and marks their addresses under the newest key of the ring.
pub async fn bring_up<C: ConnectionTrait>(conn: &C, app: &App) -> Result<(), DbErr> {
    rewrite(conn, ("person", "personal"), async |rows| {
        for (id, _) in &rows {
            if let Some(person) = by_id(conn, &app.vault, id).await?.filter(|person| !person.erased()) {
                update(conn, &app.vault, &person).await?;
            }
        }
        Ok(Vec::new())
    })
    .await
}

/// A person's row without what names it; its address is free again.
pub async fn blank<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE person SET personal = '', email_mark = $1, password = NULL, totp = NULL, totp_step = NULL, second_factor_at = NULL, \
               disabled_at = COALESCE(disabled_at, $2) WHERE id = $3";
    let values = [Value::from(format!("erased:{id}")), now.0.into(), id.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

/// Writes the hash of a new password.
pub async fn put_password<C: ConnectionTrait>(conn: &C, id: &str, hash: &str) -> Result<(), DbErr> {
    let sql = "UPDATE person SET password = $1 WHERE id = $2";
    let values = [Value::from(hash), id.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

/// The person with an id.
pub async fn by_id<C: ConnectionTrait>(conn: &C, vault: &Vault, id: &str) -> Result<Option<Person>, DbErr> {
    one(conn, vault, "id = $1", id).await
}

/// The person with an address.
pub async fn by_address<C: ConnectionTrait>(conn: &C, vault: &Vault, address: &Address) -> Result<Option<Person>, DbErr> {
    one(conn, vault, "email_mark = $1", &vault.mark(MARK, address.as_str())).await
}

/// Staff, by id.
pub async fn all<C: ConnectionTrait>(conn: &C, vault: &Vault) -> Result<Vec<Person>, DbErr> {
    some(conn, vault, "member_id IS NULL", Vec::new()).await
}

/// The people of an enterprise, by id.
pub async fn of_member<C: ConnectionTrait>(conn: &C, vault: &Vault, member: &str) -> Result<Vec<Person>, DbErr> {
    some(conn, vault, "member_id = $1", vec![member.into()]).await
}

/// Whether an id is that of somebody of the staff.
pub async fn of_staff<C: ConnectionTrait>(conn: &C, id: &str) -> Result<bool, DbErr> {
    Ok(number(conn, "SELECT COUNT(*) AS n FROM person WHERE id = $1 AND member_id IS NULL", vec![id.into()]).await? > 0)
}

/// The people that a contact is.
pub async fn of_contact<C: ConnectionTrait>(conn: &C, vault: &Vault, contact: &str) -> Result<Vec<Person>, DbErr> {
    some(conn, vault, "contact_id = $1", vec![contact.into()]).await
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

async fn one<C: ConnectionTrait>(conn: &C, vault: &Vault, which: &str, value: &str) -> Result<Option<Person>, DbErr> {
    Ok(some(conn, vault, which, vec![value.into()]).await?.pop())
}

async fn some<C: ConnectionTrait>(conn: &C, vault: &Vault, which: &str, values: Vec<Value>) -> Result<Vec<Person>, DbErr> {
    let sql = format!("SELECT {} FROM person WHERE {which} ORDER BY id", COLUMNS.join(", "));
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let ids: Vec<String> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?;
    let subjects: Vec<String> = ids.iter().map(|id| privacy::person(id)).collect();
    let keys = keys_of(conn, vault, subjects.iter().map(String::as_str)).await?;
    rows.iter().zip(&subjects).map(|(row, subject)| read(row, &keys, subject)).collect()
}

async fn row<C: ConnectionTrait>(conn: &C, vault: &Vault, person: &Person) -> Result<Vec<Value>, DbErr> {
    let subject = privacy::person(&person.id);
    let keys = keys_for(conn, vault, std::slice::from_ref(&subject), person.created_at).await?;
    let (email, phone) = (person.address.as_email().map(str::to_owned), person.address.as_phone().map(str::to_owned));
    let personal = serde_json::json!(Personal { name: person.name.clone(), email, phone }).to_string();
    let mark = if person.erased() { format!("erased:{}", person.id) } else { vault.mark(MARK, person.address.as_str()) };
    Ok(vec![
        person.id.clone().into(),
        keys.seal(&subject, &personal)?.unwrap_or_default().into(),
        mark.into(),
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
    ])
}

fn read(row: &QueryResult, keys: &Keys, subject: &str) -> Result<Person, DbErr> {
    let instant = |column: &str| row.try_get::<Option<i64>>("", column).map(|at| at.map(Instant));
    let role: String = row.try_get("", "role")?;
    let opened = keys.open(subject, &row.try_get::<String>("", "personal")?)?;
    let broken = |error: serde_json::Error| DbErr::Custom(format!("what is stored of {subject}: {error}"));
    let Personal { name, email, phone } = opened.map_or(Ok(Personal::default()), |text| serde_json::from_str(&text)).map_err(broken)?;
    Ok(Person {
        id: row.try_get("", "id")?,
        name,
        address: Address::kept(email.or(phone).unwrap_or_default()),
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
