//! Sending what stands in the outbox; mail by SMTP (RFC 5321).

use std::time::Duration;

use ledger::Instant;
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use sea_orm::DbErr;

use super::letter::Written;
use super::page::page;
use super::store::{self, Channel, Waiting};
use crate::app::App;

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// How long one letter may take.
const TIME_MAX: Duration = Duration::from_secs(20);
/// Letters sent in one round.
const ROUND: i64 = 50;
/// How often a letter is tried, over about a day.
const ATTEMPTS_MAX: i64 = 12;
const MINUTE_US: i64 = 60_000_000;

/// What carries letters to people.
pub trait Carrier: Send + Sync {
    /// Which letters it carries.
    const CHANNEL: Channel;

    /// Sends a letter to an address.
    fn send(&self, to: &str, kind: &str, letter: &Written) -> impl Future<Output = Result<(), String>> + Send;
}

/// Where mail goes to, and from whom.
#[derive(Clone)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why mail cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The address of the server.
    #[error(
        "the mail server's address must be smtp://user:password@host:port, smtps:// for TLS from the start, or smtp://…?tls=required: {0}"
    )]
    Server(lettre::transport::smtp::Error),
    /// The sender.
    #[error("the sender of mail must be an address such as `Hansa <hansa@example.com>`: {0}")]
    Sender(lettre::address::AddressError),
}

impl Post {
    /// Mail by a server, e.g. `smtp://user:password@mail.example.com:587?tls=required`, from somebody, e.g. `Hansa <hansa@example.com>`.
    ///
    /// # Errors
    /// When either is not an address.
    pub fn by(server: &str, from: &str) -> Result<Post, PostError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server).map_err(PostError::Server)?;
        Ok(Post { transport: transport.timeout(Some(TIME_MAX)).build(), from: from.parse().map_err(PostError::Sender)? })
    }
}

impl Carrier for Post {
    const CHANNEL: Channel = Channel::Mail;

    async fn send(&self, to: &str, _kind: &str, letter: &Written) -> Result<(), String> {
        let to = Mailbox::new(None, to.parse().map_err(|error: lettre::address::AddressError| error.to_string())?);
        let page = page(letter).map_err(|error| error.to_string())?;
        let both = MultiPart::alternative_plain_html(letter.text.clone(), page);
        let message = Message::builder().from(self.from.clone()).to(to).subject(letter.subject.as_str()).multipart(both);
        let message = message.map_err(|error| error.to_string())?;
        self.transport.send(message).await.map(drop).map_err(|error| error.to_string())
    }
}

/// Sends what is due, once; how many letters were sent. A letter that cannot be sent waits longer each time.
///
/// # Errors
/// When the database fails.
pub async fn deliver(app: &App, carrier: &impl Carrier) -> Result<u64, DbErr> {
    let mut sent = 0;
    for letter in store::due(app.db.read(), channel_of(carrier), app.now(), ROUND).await? {
        let letter = &letter;
        let later = Instant(app.now().0 + wait_us(letter.attempts));
        // Whoever takes it and dies leaves it to be taken again: a letter may come twice, and is not lost.
        if !app.db.write(|tx| async move { store::take(&tx, letter, later).await }).await? {
            continue;
        }
        let done = &pass_on(app, carrier, letter).await;
        if let Err(why) = done {
            tracing::warn!(letter = letter.id, why, "a letter was not sent");
        }
        let (now, over) = (app.now(), letter.attempts + 1 >= ATTEMPTS_MAX);
        app.db
            .write(|tx| async move {
                match done {
                    Ok(()) => store::sent(&tx, &letter.id, now).await,
                    Err(why) => store::failed(&tx, &letter.id, why, over.then_some(now)).await,
                }
            })
            .await?;
        sent += u64::from(done.is_ok());
    }
    Ok(sent)
}

async fn pass_on(app: &App, carrier: &impl Carrier, letter: &Waiting) -> Result<(), String> {
    let (to, written) = opened(app, &letter.sealed)?;
    carrier.send(&to, &letter.kind, &written).await
}

fn channel_of<C: Carrier>(_: &C) -> Channel {
    C::CHANNEL
}

/// To whom a sealed letter goes, and what it says.
pub fn opened(app: &App, sealed: &str) -> Result<(String, Written), String> {
    let text = app.vault.open(store::PURPOSE, sealed).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// A minute after the first attempt, twice as long after each, four hours at most.
fn wait_us(attempts: i64) -> i64 {
    MINUTE_US << attempts.clamp(0, 7) << u32::from(attempts > 7)
}

/// Sends until it is ended.
pub async fn run(app: App, carrier: impl Carrier) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = deliver(&app, &carrier).await {
            tracing::error!(%error, "the outbox could not be read");
        }
    }
}
