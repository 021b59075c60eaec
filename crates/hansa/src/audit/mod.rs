//! Who changed what, when, from where, and why: one chain of rows that nobody can alter unseen.
//!
//! Each row carries a hash over itself and the hash before it, so that a row which was altered, removed or put elsewhere breaks the chain at its
//! place; the database refuses to change or delete rows anyway. `hansa verify` walks the chain. Rows are written in the transaction of what they
//! tell about, last, because the end of the chain is locked from then on.

mod chain;
pub mod serve;
mod store;

pub use chain::{Broken, Checked, check};

use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was done: the operation's name, e.g. `change_member`.
    pub action: &'static str,
    /// The enterprise it is about.
    pub member: Option<String>,
    /// What was changed, e.g. `member:acme` or `key:key_…`.
    pub subject: String,
    /// What it was, as JSON; `None` when it is new.
    pub before: Option<String>,
    /// What it is now, as JSON; `None` when it is gone.
    pub after: Option<String>,
    /// Why, where somebody said so.
    pub why: Option<String>,
}

/// Who changes something, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The caller's name, e.g. `key:key_…`.
    pub actor: String,
    /// The network address of the caller.
    pub address: Option<String>,
    /// The id of the request.
    pub request: Option<String>,
}

impl By {
    /// Whoever runs the command line, under the name that was given.
    pub fn machine(name: Option<&str>) -> By {
        By { actor: name.unwrap_or("command-line").to_owned(), address: None, request: None }
    }
}

/// Writes entries at the end of the chain, in the caller's transaction. On PostgreSQL the end is locked until that transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn append<C: ConnectionTrait>(conn: &C, entries: Vec<(By, Entry)>, now: Instant) -> Result<(), DbErr> {
    if entries.is_empty() {
        return Ok(());
    }
    let (mut seq, mut hash) = store::lock_head(conn).await?;
    let rows: Vec<store::Row> = entries
        .into_iter()
        .map(|(by, entry)| {
            seq += 1;
            let row = store::Row::new(seq, by, entry, now, &hash);
            hash.clone_from(&row.hash);
            row
        })
        .collect();
    store::insert(conn, &rows).await?;
    store::set_head(conn, seq, &hash).await
}
