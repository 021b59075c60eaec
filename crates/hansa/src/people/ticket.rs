//! Tickets: links and codes that prove once that somebody reads a mailbox or knows a password.
//!
//! Who holds a ticket's token has it; the database keeps its hash alone. A ticket with a code needs both, and bears five wrong ones.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::clock::{Clock, hash};

/// How many codes may be tried on one ticket.
const TRIES_MAX: i64 = 5;
const MINUTE_US: i64 = 60_000_000;

/// What a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To choose the first password.
    Invitation,
    /// To choose another password, because the old one is forgotten.
    NewPassword,
    /// To sign in with a code that was sent by mail.
    Code,
    /// To give the second factor after the first.
    SecondFactor,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Purpose::Invitation => "invitation",
            Purpose::NewPassword => "new-password",
            Purpose::Code => "code",
            Purpose::SecondFactor => "second-factor",
        }
    }

    /// How long it is good, in minutes.
    pub fn minutes(self) -> i64 {
        match self {
            Purpose::Invitation => 7 * 24 * 60,
            Purpose::NewPassword => 60,
            Purpose::Code => 10,
            Purpose::SecondFactor => 5,
        }
    }
}

/// A ticket that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whose it is.
    pub person: String,
    /// The mark of the code that goes with it.
    pub code: Option<String>,
    hash: String,
}

/// Writes a ticket; its token. Earlier invitations and links of the person end with a new one. Nobody's ticket is written like any other, so that
/// it takes as long, and is good for nothing.
pub async fn write<C: ConnectionTrait>(
    conn: &C,
    person: Option<&str>,
    purpose: Purpose,
    code: Option<&str>,
    clock: Clock,
) -> Result<String, DbErr> {
    let (now, token) = (clock.now(), clock.secret());
    if matches!(purpose, Purpose::Invitation | Purpose::NewPassword) {
        end(conn, person.unwrap_or_default(), purpose, now).await?;
    }
    let row = vec![
        hash(&token).into(),
        person.map(str::to_owned).into(),
        purpose.name().into(),
        code.map(str::to_owned).into(),
        0_i64.into(),
        now.0.into(),
        (now.0 + purpose.minutes() * MINUTE_US).into(),
    ];
    let columns = ["hash", "person_id", "purpose", "code", "tries", "created_at", "expires_at"];
    insert_rows(conn, "ticket", &columns, [row], OnConflict::Fail).await?;
    Ok(token)
}

/// Ends the person's open tickets of one purpose.
pub async fn end<C: ConnectionTrait>(conn: &C, person: &str, purpose: Purpose, now: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE ticket SET used_at = $1 WHERE person_id = $2 AND purpose = $3 AND used_at IS NULL";
    let values = [Value::from(now.0), person.into(), purpose.name().into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

/// The ticket of a token, when it is for this and still good.
pub async fn redeem<C: ConnectionTrait>(conn: &C, token: &str, purpose: Purpose, now: Instant) -> Result<Option<Ticket>, DbErr> {
    let sql = "SELECT person_id, code FROM ticket WHERE hash = $1 AND purpose = $2 AND person_id IS NOT NULL AND used_at IS NULL AND expires_at > $3 AND tries < $4";
    let hash = hash(token);
    let values = [Value::from(hash.clone()), purpose.name().into(), now.0.into(), TRIES_MAX.into()];
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    row.map(|row| Ok(Ticket { person: row.try_get("", "person_id")?, code: row.try_get("", "code")?, hash })).transpose()
}

/// Counts a try, before it is known how it ends; whether there was one left.
pub async fn try_code<C: ConnectionTrait>(conn: &C, ticket: &Ticket) -> Result<bool, DbErr> {
    let sql = "UPDATE ticket SET tries = tries + 1 WHERE hash = $1 AND tries < $2";
    let values = [Value::from(ticket.hash.clone()), TRIES_MAX.into()];
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a ticket up; whether nobody else was faster.
pub async fn spend<C: ConnectionTrait>(conn: &C, ticket: &Ticket, now: Instant) -> Result<bool, DbErr> {
    let sql = "UPDATE ticket SET used_at = $1 WHERE hash = $2 AND used_at IS NULL";
    let values = [Value::from(now.0), ticket.hash.clone().into()];
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets tickets that have been good for nothing for a day; how many. Until then wrong codes count.
pub async fn forget_ended<C: ConnectionTrait>(conn: &C, now: Instant) -> Result<u64, DbErr> {
    let (sql, day_us) = ("DELETE FROM ticket WHERE expires_at < $1", 24 * 60 * MINUTE_US);
    let values = [Value::from(now.0 - day_us)];
    Ok(conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?.rows_affected())
}

/// Forgets the tickets of a person.
pub async fn forget_tickets<C: ConnectionTrait>(conn: &C, person: &str) -> Result<(), DbErr> {
    let sql = "DELETE FROM ticket WHERE person_id = $1";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(person)])).await.map(drop)
}
