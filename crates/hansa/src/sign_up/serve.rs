//! Signing up over HTTP: what nobody yet may call.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use sea_orm::DbErr;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{Confirmed, NewSignUp, SignUpBegun, SignUpView};
use super::{DAYS, Form, MINUTES, join, store};
use crate::app::App;
use crate::audit::By;
use crate::http::body::{Body, short};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{ShownOnce, Site};
use crate::language::Language;
use crate::mail::{self, Letter, To};
use crate::members;
use crate::people::{self, Address, password};
use crate::sign_in;
use crate::sign_in::view::SignedIn;

/// What codes are marked for.
const MARK: &str = "sign-up code";
/// The most characters of a code that somebody sends.
const CODE_MAX: usize = 40;
/// The most characters of a ticket that somebody sends.
const TICKET_MAX: usize = 100;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(read_sign_up, sign_up)).routes(routes!(confirm_sign_up))
}

/// Tells whether enterprises can sign up by themselves.
#[utoipa::path(get, path = "/v1/sign-up", tag = "sign-up", responses((status = OK, description = "Whether they can.", body = SignUpView)))]
async fn read_sign_up(State(site): State<Site>) -> Json<SignUpView> {
    let by = if site.sends().texts { vec!["email", "phone"] } else { vec!["email"] };
    Json(SignUpView { open: site.sign_up(), by })
}

/// Takes the form of an enterprise that wants to become a member, and sends a link to the e-mail address or a code to the phone number. The answer is
/// the same whether anybody has the address already; whoever has it is told so there. Nothing is made before the address is confirmed.
#[utoipa::path(post, path = "/v1/sign-up", tag = "sign-up", request_body = NewSignUp,
    responses((status = ACCEPTED, description = "A letter or a short message is on its way.", body = SignUpBegun)))]
async fn sign_up(State(site): State<Site>, language: Language, Body(new): Body<NewSignUp>) -> Result<Response, Problem> {
    if !site.sign_up() {
        return Err(Problem::new(Code::Forbidden).saying("enterprises are invited here; they do not sign up by themselves"));
    }
    let mut form = Form::from(new);
    form.name = form.name.trim().to_owned();
    form.language.get_or_insert_with(|| language.tag().to_owned());
    let address = checked(&site.app, &form).await?;
    let by_phone = address.as_phone().is_some();
    if by_phone && !site.sends().texts {
        return Err(Problem::field("phone", "no short messages are sent here: sign up by `email`"));
    }
    site.attempt(&format!("address:{address}"))?;
    let (app, form, address, public) = (&site.app, &form, &address, site.public_url());
    let code = &sign_in::digits(&app.clock.secret());
    let written = app.db.write(|tx| async move {
        let known = people::by_address(&tx, &app.vault, address).await?;
        let right = (by_phone && known.is_none()).then(|| app.vault.mark(MARK, code));
        let token = store::insert(&tx, app, &Form { code: right, ..form.clone() }).await?;
        let (link, company) = (format!("{public}/portal/join#{token}"), form.company.trim());
        let letter = match &known {
            Some(_) => Letter::KnownAlready { link: public },
            None if by_phone => Letter::SignUpCode { company, code, minutes: MINUTES },
            None => Letter::SignUp { company, link: &link, days: DAYS },
        };
        let stranger = To::stranger(&form.name, address, form.language.as_deref());
        mail::post_to(&tx, app, &known.as_ref().map_or(stranger, To::from), &letter).await?;
        Ok::<_, DbErr>(token)
    });
    let token = written.await?;
    let begun = if by_phone {
        SignUpBegun { ticket: Some(token), minutes: MINUTES }
    } else {
        SignUpBegun { ticket: None, minutes: DAYS * 24 * 60 }
    };
    Ok((StatusCode::ACCEPTED, Extension(ShownOnce), Json(begun)).into_response())
}

/// The address, and what can be found wrong before it is proven: whether somebody has it, or the registration number, is not told yet.
async fn checked(app: &App, form: &Form) -> Result<Address, Problem> {
    form.number()?;
    let renamed = |field: &str| if field == "name" { "company".to_owned() } else { field.to_owned() };
    if let Some((field, why)) = members::check(app.db.read(), &form.member("sign-up", app.now())).await? {
        return Err(Problem::field(renamed(field), why));
    }
    people::plausible(&form.name, form.language.as_deref()).map_err(|(field, why)| Problem::field(field, why))?;
    form.address()
}

/// Sees to it that who holds a ticket has proven the form's address: by the link itself, or by the code that was sent; each that is not takes one of
/// five tries.
pub(crate) async fn proven(app: &App, ticket: &str, code: Option<&str>) -> Result<(), Problem> {
    short("ticket", ticket, TICKET_MAX)?;
    let form = store::find(app.db.read(), app, ticket).await?.ok_or_else(|| Problem::new(Code::LinkEnded))?;
    if form.phone.is_none() {
        return Ok(());
    }
    let given = code.ok_or_else(|| Problem::field("code", "the six digits out of the short message"))?;
    short("code", given, CODE_MAX)?;
    if !app.db.write(|tx| async move { store::try_code(&tx, ticket).await }).await? {
        return Err(Problem::new(Code::LinkEnded));
    }
    let given = app.vault.mark(MARK, given.trim());
    let fits = form.code.as_ref().is_some_and(|right| bool::from(subtle::ConstantTimeEq::ct_eq(right.as_bytes(), given.as_bytes())));
    if fits {
        Ok(())
    } else {
        Err(Problem::field("code", "the six digits out of the short message; after five wrong ones, ask for another"))
    }
}

/// Takes the link out of the mail, or the ticket with the code out of the short message: makes the member and its owner with the password that was
/// chosen, and signs in. In place of a password, `POST /v1/sign-in/provider` takes an identity.
#[utoipa::path(post, path = "/v1/sign-up/confirm", tag = "sign-up", request_body = Confirmed,
    responses((status = OK, description = "Signed in.", body = SignedIn)))]
async fn confirm_sign_up(State(here): State<Site>, by: By, headers: HeaderMap, Body(asked): Body<Confirmed>) -> Result<Response, Problem> {
    let app = &here.app;
    let weak = |form: &Form| -> Result<(), Problem> {
        let about = [&*form.name, form.email.as_deref().or(form.phone.as_deref()).unwrap_or_default(), &form.company, here.public_host()];
        password::weakness(&asked.password, &about).map_or(Ok(()), |why| Err(Problem::field("password", why)))
    };
    // A password that is refused takes no try.
    weak(&store::find(app.db.read(), app, &asked.ticket).await?.ok_or_else(|| Problem::new(Code::LinkEnded))?)?;
    proven(app, &asked.ticket, asked.code.as_deref()).await?;
    let hash = &password::hash(asked.password).await;
    let (token, by) = (&asked.ticket, &by);
    let made = app.db.write(|tx| async move {
        let mut person = join(&tx, app, token, by).await?;
        people::put_password(&tx, &person.id, hash).await?;
        person.password = Some(hash.clone());
        Ok::<_, Failed>(person)
    });
    let person = made.await.map_err(crate::registrations::serve::taken_meanwhile)?;
    sign_in::serve::go_on(app, by, &headers, &person, None).await
}
