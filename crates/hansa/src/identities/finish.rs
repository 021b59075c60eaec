//! A browser comes back from a provider: whom the provider means, and what becomes of it.

use axum::http::HeaderMap;
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};

use super::openid::{Expected, OpenIdError, Said};
use super::view::ComingBack;
use super::{Identity, Provider, link, serve, store};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::problem::{Code, Failed, Problem};
use crate::people::{self, Person};
use crate::registrations;
use crate::sign_in::{self, Before, Entered, Proof};
use crate::sign_up;

/// What a browser began, as it is kept until it comes back.
#[derive(Serialize, Deserialize)]
pub(super) struct Ceremony {
    pub provider: String,
    pub expected: Expected,
    pub purpose: Purpose,
    pub return_to: Option<String>,
    /// The session that the browser had when it left.
    #[serde(default)]
    pub before: Option<Before>,
}

/// What an identity is asked for.
#[derive(Serialize, Deserialize)]
pub(super) enum Purpose {
    /// To sign in.
    SignIn,
    /// To take an invitation, by its token.
    Invitation(String),
    /// To sign an enterprise up, by the ticket of its form, whose address was proven.
    SignUp(String),
    /// To link it to somebody who is signed in.
    Link { person: String, session: String },
}

/// How it ended: signed in or half-way, or linked.
pub(super) struct Finished {
    pub person: Person,
    pub entered: Option<Entered>,
}

/// Why somebody whom the provider knows is not let in: what the caller is told, and what the audit is.
#[derive(Debug)]
struct Refused {
    code: Code,
    why: &'static str,
    person: Option<Box<Person>>,
}

impl Ceremony {
    /// Whether it is this that a provider answers.
    pub(super) fn is_answered(&self, provider: &str, state: &str) -> bool {
        let same = subtle::ConstantTimeEq::ct_eq(self.expected.state.as_bytes(), state.as_bytes());
        self.provider == provider && bool::from(same)
    }
}

/// Asks the provider whom its code means, and lets that person in. Whoever is refused after the provider gave a token stands in the audit.
pub(super) async fn finish(
    app: &App,
    by: &By,
    headers: &HeaderMap,
    provider: &Provider,
    redirect: &str,
    begun: &Ceremony,
    back: ComingBack,
) -> Result<Finished, Problem> {
    if provider.is_foreign(back.iss.as_deref()) {
        return Err(refused(app, by, provider, Refused::of(Code::IdentityRefused, "iss")).await);
    }
    let Some(code) = back.code.filter(|_| back.error.is_none()) else {
        tracing::info!(provider = provider.name, error = back.error, "an identity provider refused somebody");
        return Err(Problem::new(Code::IdentityRefused));
    };
    let said = match provider.finish(redirect, code, &begun.expected, app.now()).await {
        Ok(said) => &said.clone(),
        Err(error @ OpenIdError::Unreachable(_)) => return Err(serve::unreachable(provider, &error)),
        Err(OpenIdError::NoToken(why)) => {
            tracing::warn!(provider = provider.name, why, "an identity provider gave no token");
            return Err(Problem::new(Code::IdentityRefused));
        }
        Err(OpenIdError::Token(word, why)) => {
            tracing::warn!(provider = provider.name, word, why, "what an identity provider said does not hold");
            return Err(refused(app, by, provider, Refused::of(Code::IdentityRefused, word)).await);
        }
    };
    let purpose = &begun.purpose;
    let done = app.db.write(|tx| async move {
        match purpose {
            Purpose::SignIn => enter(&tx, app, by, headers, provider, said).await,
            Purpose::Invitation(token) => take(&tx, app, by, headers, provider, said, token).await,
            Purpose::SignUp(ticket) => join(&tx, app, by, headers, provider, said, ticket).await,
            Purpose::Link { person, session } => add(&tx, app, by, provider, said, person, session).await,
        }
    });
    match done.await {
        Ok(finished) => {
            if let (Some(Entered::In(_)), Some(Before { person, session })) = (&finished.entered, &begun.before) {
                app.db.write(|tx| async move { sign_in::end(&tx, person, session, app.now()).await }).await?;
            }
            Ok(finished)
        }
        Err(Stopped::Failed(failed)) => Err(registrations::serve::taken_meanwhile(failed)),
        Err(Stopped::Refused(one)) => Err(refused(app, by, provider, one).await),
    }
}

/// Why a transaction was rolled back.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Failed(#[from] Failed),
    #[error("{}", .0.why)]
    Refused(Refused),
}

impl From<DbErr> for Stopped {
    fn from(error: DbErr) -> Stopped {
        Stopped::Failed(error.into())
    }
}

impl From<Refused> for Stopped {
    fn from(one: Refused) -> Stopped {
        Stopped::Refused(one)
    }
}

impl Refused {
    fn of(code: Code, why: &'static str) -> Refused {
        Refused { code, why, person: None }
    }
}

/// Somebody signs in: with an identity that is linked, or with the address that the provider has checked, where its word is trusted.
async fn enter<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    headers: &HeaderMap,
    provider: &Provider,
    said: &Said,
) -> Result<Finished, Stopped> {
    if let Some((identity, person)) = whose(conn, app, said).await? {
        let person = may_enter(Some(person))?;
        store::used(conn, &identity, app.now()).await?;
        return entered(conn, app, by, headers, provider, person).await;
    }
    let Some(email) = said.email.as_deref().filter(|_| provider.trust_email) else {
        return Err(Refused::of(Code::IdentityUnlinked, "not linked").into());
    };
    let found = match people::Address::email(email) {
        Ok(address) => people::by_address(conn, &app.vault, &address).await?,
        Err(_) => None,
    };
    let person = may_enter(Some(found.ok_or_else(|| Refused::of(Code::IdentityUnlinked, "not linked"))?))?;
    // Whoever has an identity there already is known by that one: an address that somebody else was given since opens nothing.
    let known = store::of_person(conn, &app.vault, &person.id).await?;
    if known.iter().any(|identity| identity.issuer == said.issuer) {
        return Err(
            Refused { person: Some(Box::new(person)), ..Refused::of(Code::IdentityUnlinked, "known there by another identity") }.into()
        );
    }
    admit(conn, (app, by, headers), provider, said, person).await
}

/// Somebody takes an invitation with an identity, which is linked.
async fn take<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    headers: &HeaderMap,
    provider: &Provider,
    said: &Said,
    token: &str,
) -> Result<Finished, Stopped> {
    let ended = || Stopped::Failed(Problem::new(Code::LinkEnded).into());
    let ticket = people::redeem(conn, token, people::Purpose::Invitation, app.now()).await?.ok_or_else(ended)?;
    let person = may_enter(people::by_id(conn, &app.vault, &ticket.person).await?)?;
    if !people::spend(conn, &ticket, app.now()).await? {
        return Err(ended());
    }
    if whose(conn, app, said).await?.is_some() {
        return Err(Refused { person: Some(Box::new(person)), ..Refused::of(Code::IdentityTaken, "somebody's already") }.into());
    }
    admit(conn, (app, by, headers), provider, said, person).await
}

/// An enterprise signs up, and its first owner is known by an identity.
async fn join<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    headers: &HeaderMap,
    provider: &Provider,
    said: &Said,
    ticket: &str,
) -> Result<Finished, Stopped> {
    if let Some((_, owner)) = whose(conn, app, said).await? {
        return Err(Refused { person: Some(Box::new(owner)), ..Refused::of(Code::IdentityTaken, "somebody's already") }.into());
    }
    let person = sign_up::join(conn, app, ticket, by).await?;
    admit(conn, (app, by, headers), provider, said, person).await
}

/// Somebody who is signed in adds an identity. Whose identity it is already keeps it.
async fn add<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    provider: &Provider,
    said: &Said,
    person: &str,
    session: &str,
) -> Result<Finished, Stopped> {
    if !sign_in::goes_on(conn, person, session, app.now()).await? {
        return Err(Stopped::Failed(Problem::new(Code::Unauthenticated).into()));
    }
    let person = may_enter(people::by_id(conn, &app.vault, person).await?)?;
    match whose(conn, app, said).await? {
        Some((_, owner)) if owner.id == person.id => {}
        Some(_) => return Err(Refused { person: Some(Box::new(person)), ..Refused::of(Code::IdentityTaken, "somebody else's") }.into()),
        None => link(conn, app, by, &person, (&identity_of(app, provider, said, &person), &provider.title)).await?,
    }
    Ok(Finished { person, entered: None })
}

/// Whose identity it is. What a backup from before brought back of somebody who was erased is forgotten.
async fn whose<C: ConnectionTrait>(conn: &C, app: &App, said: &Said) -> Result<Option<(String, Person)>, DbErr> {
    let Some((identity, person)) = store::whose(conn, &app.vault, &said.issuer, &said.subject).await? else { return Ok(None) };
    match people::by_id(conn, &app.vault, &person).await?.filter(|person| !person.erased()) {
        Some(person) => Ok(Some((identity, person))),
        None => store::delete(conn, &identity).await.map(|()| None),
    }
}

fn may_enter(person: Option<Person>) -> Result<Person, Refused> {
    match sign_in::active(person.clone()) {
        Some(person) => Ok(person),
        None => Err(Refused { person: person.map(Box::new), ..Refused::of(Code::SignInRefused, "disabled") }),
    }
}

/// Links an identity to a person, and lets it in.
async fn admit<C: ConnectionTrait>(
    conn: &C,
    (app, by, headers): (&App, &By, &HeaderMap),
    provider: &Provider,
    said: &Said,
    person: Person,
) -> Result<Finished, Stopped> {
    link(conn, app, by, &person, (&identity_of(app, provider, said, &person), &provider.title)).await?;
    entered(conn, app, by, headers, provider, person).await
}

async fn entered<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    headers: &HeaderMap,
    provider: &Provider,
    person: Person,
) -> Result<Finished, Stopped> {
    let proof = Proof { by: Some(&provider.name), both: provider.second_factor };
    let entered = sign_in::enter(conn, app, by, headers, &person, proof).await?;
    Ok(Finished { person, entered: Some(entered) })
}

fn identity_of(app: &App, provider: &Provider, said: &Said, person: &Person) -> Identity {
    let now = app.now();
    Identity {
        id: app.clock.id("idn"),
        person: person.id.clone(),
        provider: provider.name.clone(),
        issuer: said.issuer.clone(),
        subject: said.subject.clone(),
        label: said.label.clone(),
        linked_at: now,
        used_at: None,
    }
}

/// Writes a refusal into the audit; what the caller is told.
async fn refused(app: &App, by: &By, provider: &Provider, one: Refused) -> Problem {
    let about = format!("provider:{}", provider.name);
    let entry = Entry { action: "refuse_identity", member: None, subject: about, before: None, after: None, why: Some(one.why.to_owned()) };
    let entry = match &one.person {
        Some(person) => Entry {
            member: person.member.clone(),
            subject: format!("person:{}", person.id),
            after: Some(serde_json::json!({ "provider": provider.name }).to_string()),
            ..entry
        },
        None => entry,
    };
    let written = app.db.write(|tx| {
        let row = vec![(by.clone(), entry.clone())];
        async move { audit::append(&tx, row, app.now()).await }
    });
    match written.await {
        Ok(()) => Problem::new(one.code),
        Err(error) => error.into(),
    }
}
