//! Mail, and short messages to those who are known by a phone number: written into an outbox in the transaction of what it tells about, and sent by
//! whoever serves.
//!
//! A letter stands in the outbox sealed, because it carries links and codes; once it was sent, only that it was is kept.

mod letter;
mod page;
mod send;
pub mod serve;
mod store;
mod texts;

pub use letter::{Letter, To, Written};
use send::opened;
pub use send::{Carrier, Post, PostError, deliver, run};
pub use store::{Channel, forget_person};
pub use texts::Texts;

use sea_orm::{ConnectionTrait, DbErr};

use crate::app::App;
use crate::people::Person;
use crate::privacy::{renewed, rewrite};
use crate::vault::Vault;

/// By what letters are sent here.
#[derive(Clone, Copy, Debug)]
pub struct Channels {
    /// Mail.
    pub mail: bool,
    /// Short messages.
    pub texts: bool,
}

impl Channels {
    /// Whether letters of a channel are sent.
    pub fn has(self, channel: Channel) -> bool {
        match channel {
            Channel::Mail => self.mail,
            Channel::Texts => self.texts,
        }
    }
}

/// Puts a letter to a person into the outbox, in the caller's transaction.
///
/// # Errors
/// When the database fails.
pub async fn post<C: ConnectionTrait>(conn: &C, app: &App, person: &Person, letter: &Letter<'_>) -> Result<(), DbErr> {
    post_to(conn, app, &To::from(person), letter).await
}

/// Puts a letter to anybody into the outbox, in the caller's transaction.
///
/// # Errors
/// When the database fails.
pub async fn post_to<C: ConnectionTrait>(conn: &C, app: &App, to: &To<'_>, letter: &Letter<'_>) -> Result<(), DbErr> {
    let sealed = app.vault.seal(store::PURPOSE, &serde_json::json!([to.address.as_str(), letter.written(to)]).to_string());
    let channel = if to.address.as_phone().is_some() { Channel::Texts } else { Channel::Mail };
    store::insert(conn, &app.clock.id("mail"), to.person, channel, letter.kind(), &sealed, app.now()).await
}

/// How long it is kept that a letter was sent, in microseconds: 90 days.
const KEPT_US: i64 = 90 * 24 * 3_600_000_000;

/// Forgets letters that were sent, or given up, long ago; how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_sent<C: ConnectionTrait>(conn: &C, now: ledger::Instant) -> Result<u64, DbErr> {
    store::forget(conn, ledger::Instant(now.0 - KEPT_US)).await
}

/// Seals the letters that wait under the newest key of the ring.
///
/// # Errors
/// When the database fails, or a letter was altered.
pub async fn bring_up<C: ConnectionTrait>(conn: &C, vault: &Vault) -> Result<(), DbErr> {
    let renew = |(id, sealed): (String, String)| Ok((id, renewed(vault, store::PURPOSE, &sealed)?));
    rewrite(conn, ("mail", "sealed"), async |rows| rows.into_iter().map(renew).collect()).await
}
