//! Consent: for what somebody may be written to or called, by which way, given or withdrawn, to which text, when, and who wrote it down.
//!
//! Rows only grow; what counts is the latest for each purpose and channel.

use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

/// The longest purpose, channel or version of a text, in characters.
const TEXT_MAX: usize = 64;

/// One word of consent, or its withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// `cns_…`.
    pub id: String,
    /// Whose: the name of the person's key.
    pub subject: String,
    /// For what, e.g. `newsletter`.
    pub purpose: String,
    /// By which way, e.g. `email`.
    pub channel: String,
    /// Given, or withdrawn.
    pub given: bool,
    /// The version of the text that was shown.
    pub text_version: String,
    /// When it was said.
    pub at: Instant,
    /// Who wrote it down.
    pub actor: String,
}

/// The first field that is not right, and what would be.
pub fn check(consent: &Consent, now: Instant) -> Option<(&'static str, String)> {
    let word = |text: &str| {
        (1..=TEXT_MAX).contains(&text.len()) && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c))
    };
    let wrong = || format!("1 to {TEXT_MAX} of a-z, 0-9, `-`, `_`, `.`");
    match consent {
        Consent { purpose, .. } if !word(purpose) => Some(("purpose", wrong())),
        Consent { channel, .. } if !word(channel) => Some(("channel", wrong())),
        Consent { text_version, .. } if !word(&text_version.to_lowercase()) => Some(("text_version", wrong())),
        Consent { at, .. } if *at > now => Some(("at", "not in the future".to_owned())),
        _ => None,
    }
}

const COLUMNS: [&str; 8] = ["id", "subject", "purpose", "channel", "given", "text_version", "said_at", "actor"];

/// Writes one down; one with this id stays as it is.
pub async fn record<C: ConnectionTrait>(conn: &C, consent: &Consent) -> Result<(), DbErr> {
    let Consent { id, subject, purpose, channel, given, text_version, at, actor } = consent.clone();
    let row = vec![id.into(), subject.into(), purpose.into(), channel.into(), given.into(), text_version.into(), at.0.into(), actor.into()];
    insert_rows(conn, "consent", &COLUMNS, [row], OnConflict::Ignore { keys: &["id"] }).await.map(drop)
}

/// All that somebody said, the latest first.
pub async fn said<C: ConnectionTrait>(conn: &C, subject: &str) -> Result<Vec<Consent>, DbErr> {
    let sql = format!("SELECT {} FROM consent WHERE subject = $1 ORDER BY said_at DESC, id DESC", COLUMNS.join(", "));
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(subject)])).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Consent, DbErr> {
    Ok(Consent {
        id: row.try_get("", "id")?,
        subject: row.try_get("", "subject")?,
        purpose: row.try_get("", "purpose")?,
        channel: row.try_get("", "channel")?,
        given: row.try_get("", "given")?,
        text_version: row.try_get("", "text_version")?,
        at: Instant(row.try_get("", "said_at")?),
        actor: row.try_get("", "actor")?,
    })
}
