//! Signing in over HTTP: what nobody yet may call.
//!
//! Whatever is wrong, the answer is the same and takes as long: nobody learns here who has an account. Attempts are counted by the address they are
//! for, and apart from that by the device where it is known: whoever tries somebody else's address holds up other unknown devices, and not the one on
//! which its person signed in before.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, http::HeaderName};
use sea_orm::DbErr;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::refused::{Whom, refuse};
use super::view::{ByPassword, ChosenPassword, CodeAnswer, Recipient, SignedIn, TicketView};
use super::{cookie, factor, session, words};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::body::{Body, short};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{ShownOnce, Site};
use crate::mail::{self, Letter};
use crate::people::{self, Address, Person, PersonView, Purpose, Ticket, password};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(ask_sign_in_code))
        .routes(routes!(answer_sign_in_code))
        .routes(routes!(answer_second_factor))
        .routes(routes!(ask_new_password))
        .routes(routes!(choose_password))
}

/// The most characters of a ticket and of a code that somebody sends.
const TICKET_MAX: usize = 100;
const CODE_MAX: usize = 40;

type Answered = Result<Response, Problem>;

/// Signs in with a password. Sets the session's cookie, or asks for the second factor.
#[utoipa::path(post, path = "/v1/sign-in/password", tag = "sign-in", request_body = ByPassword,
    responses((status = OK, description = "Signed in, or half-way.", body = SignedIn)))]
async fn sign_in(State(site): State<Site>, by: By, headers: HeaderMap, Body(asked): Body<ByPassword>) -> Answered {
    let app = &site.app;
    let address = address(asked.email.as_deref(), asked.phone.as_deref())?;
    let person = counted(&site, &headers, &address).await?;
    let hash = person.as_ref().and_then(|person| person.password.clone());
    short("password", &asked.password, password::LENGTH_MAX)?;
    let fits = password::fits(asked.password, hash).await;
    match &person {
        Some(person) if fits => go_on(app, &by, &headers, person, None).await,
        Some(person) => Err(refuse(app, &by, Whom::Person(person), "password").await),
        None => Err(refuse(app, &by, Whom::Address(&address), "password").await),
    }
}

/// Sends a code to an address, by mail or as a short message. The answer is the same whether anybody has it.
#[utoipa::path(post, path = "/v1/sign-in/code", tag = "sign-in", request_body = Recipient,
    responses((status = ACCEPTED, description = "If somebody has the address, a code is on its way.", body = TicketView)))]
async fn ask_sign_in_code(State(site): State<Site>, headers: HeaderMap, Body(asked): Body<Recipient>) -> Answered {
    let app = &site.app;
    let person = counted(&site, &headers, &address(asked.email.as_deref(), asked.phone.as_deref())?).await?;
    let (person, code) = (person.as_ref(), &digits(&app.clock.secret()));
    let ticket = app.db.write(|tx| async move {
        let whose = person.map(|person| person.id.as_str());
        let ticket = people::write(&tx, whose, Purpose::Code, Some(&app.vault.mark("code", code)), app.clock).await?;
        if let Some(person) = person {
            mail::post(&tx, app, person, &Letter::Code { code, minutes: Purpose::Code.minutes() }).await?;
        }
        Ok::<_, DbErr>(ticket)
    });
    Ok((StatusCode::ACCEPTED, Extension(ShownOnce), Json(TicketView { ticket: ticket.await? })).into_response())
}

/// Signs in with the code that was sent.
#[utoipa::path(post, path = "/v1/sign-in/code/answer", tag = "sign-in", request_body = CodeAnswer,
    responses((status = OK, description = "Signed in, or half-way.", body = SignedIn)))]
async fn answer_sign_in_code(State(site): State<Site>, by: By, headers: HeaderMap, Body(asked): Body<CodeAnswer>) -> Answered {
    short("code", &asked.code, CODE_MAX)?;
    let app = &site.app;
    let (person, ticket) = ticket_of(&site, &by, &headers, &asked.ticket, Purpose::Code).await?;
    let given = app.vault.mark("code", asked.code.trim());
    let fits = ticket.code.as_ref().is_some_and(|kept| bool::from(subtle::ConstantTimeEq::ct_eq(kept.as_bytes(), given.as_bytes())));
    if !fits {
        return Err(refuse(app, &by, Whom::Person(&person), "code").await);
    }
    go_on(app, &by, &headers, &person, Some(&ticket)).await
}

/// Signs in with the second factor: a code of the authenticator, or a recovery code.
#[utoipa::path(post, path = "/v1/sign-in/second-factor", tag = "sign-in", request_body = CodeAnswer,
    responses((status = OK, description = "Signed in.", body = SignedIn)))]
async fn answer_second_factor(State(site): State<Site>, by: By, headers: HeaderMap, Body(asked): Body<CodeAnswer>) -> Answered {
    short("code", &asked.code, CODE_MAX)?;
    let (person, ticket) = ticket_of(&site, &by, &headers, &asked.ticket, Purpose::SecondFactor).await?;
    let (app, person, ticket, by, headers, code) = (&site.app, &person, &ticket, &by, &headers, &asked.code);
    let begun = app.db.write(|tx| async move {
        if !factor::fits(&tx, app, person, code).await? || !people::spend(&tx, ticket, app.now()).await? {
            return Err(Failed::Told(not_you()));
        }
        begin(&tx, app, by, headers, person, None).await
    });
    match begun.await {
        Ok(secret) => Ok(signed_in(app, person, secret)),
        Err(Failed::Told(problem)) if problem.code == Code::SignInRefused => {
            Err(refuse(app, by, Whom::Person(person), "second factor").await)
        }
        Err(failed) => Err(failed.into()),
    }
}

/// Sends a link to choose a new password, by mail or as a short message. The answer is the same whether anybody has the address.
#[utoipa::path(post, path = "/v1/sign-in/new-password", tag = "sign-in", request_body = Recipient,
    responses((status = ACCEPTED, description = "If somebody has the address, a link is on its way.")))]
async fn ask_new_password(State(site): State<Site>, headers: HeaderMap, Body(asked): Body<Recipient>) -> Result<StatusCode, Problem> {
    let (app, public) = (&site.app, site.public_url());
    let person = &counted(&site, &headers, &address(asked.email.as_deref(), asked.phone.as_deref())?).await?;
    let written = app.db.write(|tx| async move {
        let whose = person.as_ref().map(|person| person.id.as_str());
        let token = people::write(&tx, whose, Purpose::NewPassword, None, app.clock).await?;
        let letter = Letter::NewPassword { link: &format!("{public}/new-password#{token}"), minutes: Purpose::NewPassword.minutes() };
        match person {
            Some(person) => mail::post(&tx, app, person, &letter).await,
            None => Ok(()),
        }
    });
    written.await?;
    Ok(StatusCode::ACCEPTED)
}

/// Takes a link out of a mail: chooses the password, ends all other sessions, and signs in.
#[utoipa::path(post, path = "/v1/sign-in/choose-password", tag = "sign-in", request_body = ChosenPassword,
    responses((status = OK, description = "Signed in, or half-way.", body = SignedIn)))]
async fn choose_password(State(site): State<Site>, by: By, headers: HeaderMap, Body(asked): Body<ChosenPassword>) -> Answered {
    let (app, now) = (&site.app, site.app.now());
    short("ticket", &asked.ticket, TICKET_MAX)?;
    let mut found = None;
    for purpose in [Purpose::Invitation, Purpose::NewPassword] {
        if let Some(ticket) = people::redeem(app.db.read(), &asked.ticket, purpose, now).await? {
            found = active(people::by_id(app.db.read(), &app.vault, &ticket.person).await?).map(|person| (person, ticket));
        }
    }
    let (person, ticket) = found.ok_or_else(|| Problem::new(Code::LinkEnded))?;
    if let Some(why) = words::weakness(&site, &person, &asked.password).await? {
        return Err(Problem::field("password", why));
    }
    let hash = &password::hash(asked.password).await;
    let (whose, ticket, by) = (&person, &ticket, &by);
    app.db
        .write(|tx| async move {
            if !people::spend(&tx, ticket, now).await? {
                return Err(Failed::Told(Problem::new(Code::LinkEnded)));
            }
            renew_password(&tx, app, &By { actor: session::actor(whose), ..by.clone() }, whose, hash, None).await?;
            Ok(())
        })
        .await?;
    go_on(app, by, &headers, &person, None).await
}

/// Writes a new password: every other session ends, open links end, and the person is told.
pub(super) async fn renew_password<C: sea_orm::ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    person: &Person,
    hash: &str,
    session: Option<&str>,
) -> Result<(), DbErr> {
    let now = app.now();
    people::put_password(conn, &person.id, hash).await?;
    session::end_all(conn, &person.id, session, now).await?;
    for purpose in [Purpose::Invitation, Purpose::NewPassword, Purpose::SecondFactor, Purpose::Code] {
        people::end(conn, &person.id, purpose, now).await?;
    }
    if person.password.is_some() {
        mail::post(conn, app, person, &Letter::PasswordChanged).await?;
    }
    audit::append(conn, vec![(by.clone(), about(person, "change_password"))], now).await
}

/// The one address that was given.
fn address(email: Option<&str>, phone: Option<&str>) -> Result<Address, Problem> {
    Address::of(email, phone).map_err(|(field, why)| Problem::field(field, why))
}

/// Counts an attempt for an address; who has it.
async fn counted(site: &Site, headers: &HeaderMap, address: &Address) -> Result<Option<Person>, Problem> {
    let person = active(people::by_address(site.app.db.read(), &site.app.vault, address).await?);
    let device = person.as_ref().and_then(|person| cookie::known_device(&site.app, headers, &person.id));
    site.attempt(&device.map_or_else(|| format!("address:{address}"), |nonce| format!("device:{nonce}")))?;
    Ok(person)
}

/// The person and the ticket of a token, with one try taken off it. Tries count for the person too: whoever gets one ticket after the other gets no
/// further than with one.
async fn ticket_of(site: &Site, by: &By, headers: &HeaderMap, token: &str, purpose: Purpose) -> Result<(Person, Ticket), Problem> {
    let (app, now) = (&site.app, site.app.now());
    short("ticket", token, TICKET_MAX)?;
    let found = app.db.write(|tx| async move {
        let ticket = people::redeem(&tx, token, purpose, now).await?;
        let Some(ticket) = ticket else { return Ok::<_, DbErr>(None) };
        let left = people::try_code(&tx, &ticket).await?;
        Ok(people::by_id(&tx, &app.vault, &ticket.person).await?.filter(|_| left).map(|person| (person, ticket)))
    });
    let found = found.await?.and_then(|(person, ticket)| Some((active(Some(person))?, ticket)));
    let Some((person, ticket)) = found else { return Err(refuse(app, by, Whom::Ticket, "ticket").await) };
    let device = cookie::known_device(app, headers, &person.id);
    site.attempt(&device.map_or_else(|| format!("code:{}", person.id), |nonce| format!("code:{nonce}")))?;
    Ok((person, ticket))
}

/// After the first factor: a ticket for the second where there is one, else the session.
pub(crate) async fn go_on(app: &App, by: &By, headers: &HeaderMap, person: &Person, used: Option<&Ticket>) -> Answered {
    let entered = app.db.write(|tx| async move {
        if let Some(ticket) = used
            && !people::spend(&tx, ticket, app.now()).await?
        {
            return Err(Failed::Told(not_you()));
        }
        enter(&tx, app, by, headers, person, Proof::default()).await
    });
    Ok(entered.await?.answer(app, person))
}

/// How somebody proved who it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Proof<'a> {
    /// By what, for the audit, where it was neither a password nor a code.
    pub by: Option<&'a str>,
    /// Whether it counts as both factors.
    pub both: bool,
}

/// How far somebody has come who proved who it is.
pub(crate) enum Entered {
    /// Signed in; the secret of the session.
    In(String),
    /// The ticket for the second factor.
    HalfWay(String),
}

/// Begins the session of somebody who proved who it is, or asks for the second factor.
pub(crate) async fn enter<C: sea_orm::ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    headers: &HeaderMap,
    person: &Person,
    proof: Proof<'_>,
) -> Result<Entered, Failed> {
    if person.second_factor_at.is_some() && !proof.both {
        return Ok(Entered::HalfWay(people::write(conn, Some(&person.id), Purpose::SecondFactor, None, app.clock).await?));
    }
    begin(conn, app, by, headers, person, proof.by).await.map(Entered::In)
}

impl Entered {
    /// As the caller is told.
    pub(crate) fn answer(self, app: &App, person: &Person) -> Response {
        match self {
            Entered::In(secret) => signed_in(app, person, secret),
            Entered::HalfWay(ticket) => {
                (Extension(ShownOnce), Json(SignedIn { state: "second-factor", ticket: Some(ticket), person: None })).into_response()
            }
        }
    }
}

/// Begins the session; its secret.
async fn begin<C: sea_orm::ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    headers: &HeaderMap,
    person: &Person,
    proved_by: Option<&str>,
) -> Result<String, Failed> {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let (session, secret) = session::begin(conn, &person.id, by.address.clone(), agent, app.clock).await?;
    // A browser has one session: the one whose cookie came along is over.
    let before = session::brought(conn, headers).await?;
    let by = By { actor: session::actor(person), ..by.clone() };
    let mut after = serde_json::json!({ "session": session.id });
    if let Some(proof) = proved_by {
        after["by"] = proof.into();
    }
    if let Some(session::Before { person, session }) = before {
        session::end(conn, &person, &session, app.now()).await?;
        after["instead_of"] = session.into();
    }
    let entry = Entry { after: Some(after.to_string()), ..about(person, "sign_in") };
    audit::append(conn, vec![(by, entry)], app.now()).await?;
    Ok(secret)
}

/// The cookies of a session and of the device on which it began.
pub(crate) fn cookies(app: &App, person: &Person, secret: String) -> [(HeaderName, HeaderValue); 2] {
    [(header::SET_COOKIE, cookie::session(secret)), (header::SET_COOKIE, cookie::device(app, &person.id))]
}

fn signed_in(app: &App, person: &Person, secret: String) -> Response {
    let view = SignedIn { state: "signed-in", ticket: None, person: Some(PersonView::from(person)) };
    (AppendHeaders(cookies(app, person, secret)), Extension(ShownOnce), Json(view)).into_response()
}

/// An entry about a person that tells nothing but what was done.
pub(crate) fn about(person: &Person, action: &'static str) -> Entry {
    Entry { action, member: person.member.clone(), subject: format!("person:{}", person.id), before: None, after: None, why: None }
}

/// Somebody who may sign in.
pub(crate) fn active(person: Option<Person>) -> Option<Person> {
    person.filter(|person| person.disabled_at.is_none() && !person.erased())
}

pub(super) fn not_you() -> Problem {
    Problem::new(Code::SignInRefused)
}

/// Six digits out of a secret.
pub(crate) fn digits(secret: &str) -> String {
    let number = secret.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(257).wrapping_add(u64::from(byte)));
    format!("{:06}", number % 1_000_000)
}
