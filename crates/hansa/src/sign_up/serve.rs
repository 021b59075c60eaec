//! Signing up over HTTP: what nobody yet may call.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{Confirmed, NewSignUp, SignUpView};
use super::{DAYS, Form, make, store};
use crate::app::App;
use crate::audit::By;
use crate::http::Site;
use crate::http::body::Body;
use crate::http::problem::{Code, Failed, Problem};
use crate::language::Language;
use crate::mail::{self, Letter, To};
use crate::members;
use crate::people::{self, password};
use crate::sign_in;
use crate::sign_in::view::SignedIn;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(read_sign_up, sign_up)).routes(routes!(confirm_sign_up))
}

/// Tells whether enterprises can sign up by themselves.
#[utoipa::path(get, path = "/v1/sign-up", tag = "sign-up", responses((status = OK, description = "Whether they can.", body = SignUpView)))]
async fn read_sign_up(State(site): State<Site>) -> Json<SignUpView> {
    Json(SignUpView { open: site.sign_up() })
}

/// Takes the form of an enterprise that wants to become a member, and sends a link to the address. The answer is the same whether anybody has the
/// address already; whoever has it is told so by mail. Nothing is made before the link is followed.
#[utoipa::path(post, path = "/v1/sign-up", tag = "sign-up", request_body = NewSignUp,
    responses((status = ACCEPTED, description = "A letter is on its way.")))]
async fn sign_up(State(site): State<Site>, language: Language, Body(new): Body<NewSignUp>) -> Result<StatusCode, Problem> {
    if !site.sign_up() {
        return Err(Problem::new(Code::Forbidden).saying("enterprises are invited here; they do not sign up by themselves"));
    }
    let mut form = Form::from(new);
    form.email = people::canonical(&form.email);
    form.name = form.name.trim().to_owned();
    form.language.get_or_insert_with(|| language.tag().to_owned());
    checked(&site.app, &form).await?;
    site.attempt(&format!("address:{}", form.email))?;
    let (app, form, public) = (&site.app, &form, site.public_url());
    let written = app.db.write(|tx| async move {
        let known = people::by_email(&tx, &app.vault, &form.email).await?;
        let token = store::insert(&tx, app, form).await?;
        match known {
            Some(person) => mail::post(&tx, app, &person, &Letter::KnownAlready { link: public }).await,
            None => {
                let link = format!("{public}/portal/join#{token}");
                let letter = Letter::SignUp { company: form.company.trim(), link: &link, days: DAYS };
                mail::post_to(&tx, app, &To::stranger(&form.name, &form.email, form.language.as_deref()), &letter).await
            }
        }
    });
    written.await?;
    Ok(StatusCode::ACCEPTED)
}

/// What can be found wrong before the address is proven: whether somebody has it, or the number, is not told yet.
async fn checked(app: &App, form: &Form) -> Result<(), Problem> {
    form.number()?;
    let renamed = |field: &str| if field == "name" { "company".to_owned() } else { field.to_owned() };
    if let Some((field, why)) = members::check(app.db.read(), &form.member("sign-up", app.now())).await? {
        return Err(Problem::field(renamed(field), why));
    }
    people::plausible(&form.name, &form.email, form.language.as_deref()).map_err(|(field, why)| Problem::field(field, why))
}

/// Takes the link out of the mail: makes the member and its owner with the password that was chosen, and signs in.
#[utoipa::path(post, path = "/v1/sign-up/confirm", tag = "sign-up", request_body = Confirmed,
    responses((status = OK, description = "Signed in.", body = SignedIn)))]
async fn confirm_sign_up(State(here): State<Site>, by: By, headers: HeaderMap, Body(asked): Body<Confirmed>) -> Result<Response, Problem> {
    let app = &here.app;
    let form = store::find(app.db.read(), app, &asked.ticket).await?.ok_or_else(|| Problem::new(Code::LinkEnded))?;
    if let Some(why) = password::weakness(&asked.password, &[&form.name, &form.email, &form.company, here.public_host()]) {
        return Err(Problem::field("password", why));
    }
    let hash = &password::hash(asked.password).await;
    let (form, token, by) = (&form, &asked.ticket, &by);
    let made = app.db.write(|tx| async move {
        if !store::spend(&tx, token).await? {
            return Err(Failed::Told(Problem::new(Code::LinkEnded)));
        }
        let mut person = make(&tx, app, form, by).await?;
        people::put_password(&tx, &person.id, hash).await?;
        person.password = Some(hash.clone());
        Ok(person)
    });
    let person = made.await.map_err(crate::registrations::serve::taken_meanwhile)?;
    sign_in::serve::go_on(app, by, &headers, &person, None).await
}
