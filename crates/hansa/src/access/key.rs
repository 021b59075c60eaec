//! API keys: made once, shown once, kept as a hash.
//!
//! A key reads `hansa_<id>_<secret>`. The secret has 256 bits of chance, so one round of SHA-256 keeps it: there is nothing to guess
//! (OWASP Password Storage, "high-entropy secrets").

use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr};
use subtle::ConstantTimeEq;

use super::caller::{Caller, Role, Whom};
use super::policy::SCOPES;
use super::store::{self, Row};
use crate::clock::{Clock, hash};
use crate::members;

/// The longest life of a key, in microseconds: two years.
pub const LIFE_MAX_US: i64 = 731 * 86_400_000_000;
/// How long the old secret works beside the new one after a rotation, at most, in microseconds: 30 days.
pub const OVERLAP_MAX_US: i64 = 30 * 86_400_000_000;
/// When a key was last used is written down no more often than this, in microseconds: an hour.
const USED_EVERY_US: i64 = 3_600_000_000;
const NAME_MAX: usize = 100;

/// What a new key is to be.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// Whose operations it may call.
    pub role: Role,
    /// The enterprise it acts for; `None` for the platform.
    pub member: Option<String>,
    /// The groups of operations; see [`SCOPES`].
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Instant,
}

/// A key that was just made. Its secret is nowhere else.
#[derive(Clone, Debug)]
pub struct Made {
    /// What is kept.
    pub key: Row,
    /// The whole key, to be shown once.
    pub secret: String,
}

/// Why a key was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database failed.
    #[error("{}", db::describe(.0))]
    Database(#[from] DbErr),
    /// A field is not right.
    #[error("field `{field}`: {why}")]
    Field {
        /// The field.
        field: &'static str,
        /// What would be right.
        why: String,
    },
    /// There is no such key.
    #[error("there is no key `{0}`")]
    Unknown(String),
    /// It has ended already.
    #[error("key `{0}` has been revoked or has expired")]
    Ended(String),
}

/// Makes a key.
///
/// # Errors
/// When a field is not right; nothing is made then.
pub async fn create<C: ConnectionTrait>(conn: &C, new: NewKey, clock: Clock) -> Result<Made, KeyError> {
    let now = clock.now();
    let wrong = |field, why: String| Err(KeyError::Field { field, why });
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return wrong("name", format!("1 to {NAME_MAX} characters"));
    }
    if let Some(unknown) = new.scopes.iter().find(|scope| !SCOPES.contains(&scope.as_str())) {
        return wrong("scopes", format!("there is no scope `{unknown}`; the scopes are {}", SCOPES.join(", ")));
    }
    if new.scopes.is_empty() {
        return wrong("scopes", "a key without scopes can do nothing".to_owned());
    }
    if new.role.of_company() != new.member.is_some() {
        let why = if new.member.is_some() {
            "the role is the platform's: leave `member` out"
        } else {
            "the role is an enterprise's: name the member"
        };
        return wrong("member", why.to_owned());
    }
    if let Some(member) = &new.member
        && members::find(conn, std::iter::once(member.as_str())).await?.is_empty()
    {
        return wrong("member", format!("there is no member `{member}`"));
    }
    if new.expires_at <= now || new.expires_at.0 > now.0.saturating_add(LIFE_MAX_US) {
        return wrong("expires_at", "it must lie ahead, by two years at most".to_owned());
    }
    let (id, secret) = (clock.id("key"), clock.secret());
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let key = Row {
        id: id.clone(),
        name: name.to_owned(),
        role: new.role,
        member: new.member,
        scopes,
        hash: hash(&secret),
        old_hash: None,
        old_until: None,
        created_at: now,
        expires_at: new.expires_at,
        revoked_at: None,
        used_at: None,
    };
    store::insert(conn, &key).await?;
    Ok(Made { secret: written(&id, &secret), key })
}

/// Gives a key a new secret. The old one works on until `overlap_us` from now.
///
/// # Errors
/// When there is no such key or it has ended.
pub async fn rotate<C: ConnectionTrait>(conn: &C, id: &str, overlap_us: i64, clock: Clock) -> Result<Made, KeyError> {
    if !(0..=OVERLAP_MAX_US).contains(&overlap_us) {
        return Err(KeyError::Field { field: "overlap", why: "0 to 30 days".to_owned() });
    }
    let now = clock.now();
    let mut key = living(conn, id, now).await?;
    let secret = clock.secret();
    key.old_hash = Some(std::mem::replace(&mut key.hash, hash(&secret)));
    key.old_until = Some(Instant(now.0 + overlap_us));
    store::update(conn, &key).await?;
    Ok(Made { secret: written(id, &secret), key })
}

/// Ends a key at once.
///
/// # Errors
/// When there is no such key or it has ended.
pub async fn revoke<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<Row, KeyError> {
    let mut key = living(conn, id, now).await?;
    key.revoked_at = Some(now);
    store::update(conn, &key).await?;
    Ok(key)
}

async fn living<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<Row, KeyError> {
    let key = store::find(conn, id).await?.ok_or_else(|| KeyError::Unknown(id.to_owned()))?;
    if ended(&key, now) { Err(KeyError::Ended(id.to_owned())) } else { Ok(key) }
}

/// All keys, newest first.
pub async fn list<C: ConnectionTrait>(conn: &C) -> Result<Vec<Row>, DbErr> {
    store::all(conn).await
}

/// Who calls with a key; `None` when it is no key of ours, was revoked or has expired. Tells whether its use is worth writing down.
///
/// # Errors
/// When the database fails.
pub async fn find_by_secret<C: ConnectionTrait>(conn: &C, whole: &str, now: Instant) -> Result<Option<(Caller, bool)>, DbErr> {
    let Some((id, secret)) = parts(whole) else { return Ok(None) };
    let Some(key) = store::find(conn, &id).await? else { return Ok(None) };
    let given = hash(secret);
    let same = |kept: &str| bool::from(kept.as_bytes().ct_eq(given.as_bytes()));
    let old = key.old_hash.as_deref().zip(key.old_until).is_some_and(|(kept, until)| now < until && same(kept));
    if ended(&key, now) || !(same(&key.hash) || old) {
        return Ok(None);
    }
    let stale = key.used_at.is_none_or(|used| now.0 - used.0 > USED_EVERY_US);
    Ok(Some((Caller { whom: Whom::Key, id: key.id, role: Some(key.role), member: key.member, scopes: key.scopes, session: None }, stale)))
}

/// Writes down that a key was used.
///
/// # Errors
/// When the database fails.
pub async fn used<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    store::used(conn, id, now).await
}

fn ended(key: &Row, now: Instant) -> bool {
    key.revoked_at.is_some() || key.expires_at <= now
}

fn written(id: &str, secret: &str) -> String {
    format!("hansa_{}_{secret}", id.trim_start_matches("key_"))
}

/// The id and the secret of a written key.
fn parts(whole: &str) -> Option<(String, &str)> {
    let (id, secret) = whole.strip_prefix("hansa_")?.split_once('_')?;
    Some((format!("key_{id}"), secret))
}
