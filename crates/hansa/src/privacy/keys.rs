//! The keys of people.

use std::collections::HashMap;

use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr};

use super::store;
use crate::vault::Vault;

/// The beginning of a text that stands in a row from before it could be sealed.
pub const PLAIN: &str = "plain:";

/// The name of a contact's key.
pub fn contact(id: &str) -> String {
    format!("contact:{id}")
}

/// The name of the key of somebody who signs in.
pub fn person(id: &str) -> String {
    format!("person:{id}")
}

/// Some people's keys, by name; `None` for people who were erased.
pub struct Keys(HashMap<String, Option<Vault>>);

/// The keys of some people, as far as they have any.
///
/// # Errors
/// When the database fails, or a key was altered.
pub async fn keys_of<C: ConnectionTrait>(conn: &C, vault: &Vault, subjects: impl Iterator<Item = &str>) -> Result<Keys, DbErr> {
    let rows = store::find(conn, subjects).await?;
    let keys =
        rows.into_iter().map(|(subject, sealed)| Ok((subject.clone(), sealed.map(|sealed| opened(vault, &subject, &sealed)).transpose()?)));
    keys.collect::<Result<_, DbErr>>().map(Keys)
}

/// [`keys_of`], and new ones for those who have none and were not erased.
///
/// # Errors
/// As [`keys_of`].
pub async fn keys_for<C: ConnectionTrait>(conn: &C, vault: &Vault, subjects: &[String], now: Instant) -> Result<Keys, DbErr> {
    let mut keys = keys_of(conn, vault, subjects.iter().map(String::as_str)).await?;
    let mut made = Vec::new();
    for subject in subjects {
        if !keys.0.contains_key(subject) {
            let key = Vault::fresh();
            made.push((subject.clone(), vault.seal(&purpose(subject), &key.told())));
            keys.0.insert(subject.clone(), Some(key));
        }
    }
    let count = made.len() as u64;
    if store::insert(conn, made, now).await? < count {
        // Another transaction was faster: there is one key for each, and theirs counts.
        return keys_of(conn, vault, subjects.iter().map(String::as_str)).await;
    }
    Ok(keys)
}

fn opened(vault: &Vault, subject: &str, sealed: &str) -> Result<Vault, DbErr> {
    let told = vault.open(&purpose(subject), sealed).map_err(|error| DbErr::Custom(format!("the key of {subject}: {error}")))?;
    Vault::of(&told).ok_or_else(|| DbErr::Custom(format!("the key of {subject} is none")))
}

/// What a person's key is sealed for.
pub(super) fn purpose(subject: &str) -> String {
    format!("key of {subject}")
}

impl Keys {
    /// Whether a person was erased.
    pub fn erased(&self, subject: &str) -> bool {
        matches!(self.0.get(subject), Some(None))
    }

    /// A text sealed for a person; `None` for one who was erased.
    ///
    /// # Errors
    /// When the key was not loaded.
    pub fn seal(&self, subject: &str, text: &str) -> Result<Option<String>, DbErr> {
        let key = self.0.get(subject).ok_or_else(|| DbErr::Custom(format!("the key of {subject} was not loaded")))?;
        Ok(key.as_ref().map(|key| key.seal(subject, text)))
    }

    /// A person's text; `None` when the person was erased, or its key did not come with the backup.
    ///
    /// # Errors
    /// When the text was altered.
    pub fn open(&self, subject: &str, sealed: &str) -> Result<Option<String>, DbErr> {
        if let Some(plain) = sealed.strip_prefix(PLAIN) {
            return Ok(Some(plain.to_owned()));
        }
        let Some(key) = self.0.get(subject).and_then(Option::as_ref) else { return Ok(None) };
        key.open(subject, sealed).map(Some).map_err(|error| DbErr::Custom(format!("what is stored of {subject}: {error}")))
    }
}
