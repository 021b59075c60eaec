//! Ceremonies: what a browser has begun and is to end soon, once, and nobody else for it.
//!
//! The browser has a cookie with a secret whose hash is kept; what is expected of the answer stays here, sealed.

use axum::http::{HeaderMap, HeaderValue};
use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cookie;
use crate::app::App;
use crate::clock::hash;

/// How long a ceremony may last, in minutes.
pub const MINUTES: i64 = 10;
const MINUTE_US: i64 = 60_000_000;

/// What a ceremony is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To be told by an identity provider who somebody is.
    Identity,
    /// To register a passkey (WebAuthn level 3, 7.1).
    PasskeyRegistration,
    /// To sign in with a passkey (WebAuthn level 3, 7.2).
    PasskeySignIn,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Identity => "identity",
            Kind::PasskeyRegistration => "passkey registration",
            Kind::PasskeySignIn => "passkey sign-in",
        }
    }

    /// In which cookie its secret is. Passkeys have one of their own: a page offers them without being asked, beside whatever else is going on.
    fn cookie(self) -> &'static str {
        match self {
            Kind::Identity => cookie::CEREMONY,
            Kind::PasskeyRegistration | Kind::PasskeySignIn => cookie::PASSKEY,
        }
    }

    /// What its content is sealed for.
    fn purpose(self) -> String {
        format!("ceremony {}", self.name())
    }
}

/// Begins a ceremony; its cookie. Those that nobody ended in time are forgotten.
///
/// # Errors
/// When the database fails.
pub async fn begin<C: ConnectionTrait, T: Serialize>(
    conn: &C,
    app: &App,
    kind: Kind,
    person: Option<&str>,
    content: &T,
) -> Result<HeaderValue, DbErr> {
    let (now, secret) = (app.now(), app.clock.secret());
    forget_late(conn, now).await?;
    let content = serde_json::to_string(content).map_err(|error| DbErr::Json(error.to_string()))?;
    let row = vec![
        hash(&secret).into(),
        kind.name().into(),
        person.map(str::to_owned).into(),
        app.vault.seal(&kind.purpose(), &content).into(),
        (now.0 + MINUTES * MINUTE_US).into(),
    ];
    insert_rows(conn, "ceremony", &["hash", "kind", "person_id", "sealed", "expires_at"], [row], OnConflict::Fail).await?;
    Ok(cookie::ceremony(kind.cookie(), secret, MINUTES))
}

/// Takes the cookie of a ceremony that has ended away.
pub fn gone(kind: Kind) -> HeaderValue {
    cookie::ceremony_gone(kind.cookie())
}

/// Ends the ceremony that a browser has begun, when the answer is one to it: nobody ends it again. An answer to another one ends nothing.
///
/// # Errors
/// When the database fails.
pub async fn take<C: ConnectionTrait, T: DeserializeOwned>(
    conn: &C,
    app: &App,
    kind: Kind,
    headers: &HeaderMap,
    answered: impl FnOnce(&T) -> bool,
) -> Result<Option<T>, DbErr> {
    let Some(secret) = cookie::sent(headers, kind.cookie()) else { return Ok(None) };
    let (hash, backend) = (hash(secret), conn.get_database_backend());
    let sql = "SELECT sealed FROM ceremony WHERE hash = $1 AND kind = $2 AND expires_at > $3";
    let values = [Value::from(hash.clone()), kind.name().into(), app.now().0.into()];
    let Some(row) = conn.query_one_raw(Statement::from_sql_and_values(backend, sql, values)).await? else { return Ok(None) };
    // What was sealed under a ring from before is over.
    let Ok(content) = app.vault.open(&kind.purpose(), &row.try_get::<String>("", "sealed")?) else { return Ok(None) };
    let content: T = serde_json::from_str(&content).map_err(|error| DbErr::Json(error.to_string()))?;
    if !answered(&content) {
        return Ok(None);
    }
    let sql = "DELETE FROM ceremony WHERE hash = $1";
    let done = conn.execute_raw(Statement::from_sql_and_values(backend, sql, [Value::from(hash)])).await?;
    Ok((done.rows_affected() == 1).then_some(content))
}

/// Forgets ceremonies that nobody ended in time.
async fn forget_late<C: ConnectionTrait>(conn: &C, now: Instant) -> Result<(), DbErr> {
    let sql = "DELETE FROM ceremony WHERE expires_at < $1";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(now.0)])).await.map(drop)
}
