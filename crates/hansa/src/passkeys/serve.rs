//! Passkeys over HTTP: signing in with one, and the own ones.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, http::HeaderName};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{ByPasskey, NewPasskey, OptionsView, PasskeyChange, PasskeyView, PasskeysView};
use super::{NAME_MAX, name, of_person, register, remove, rename, sign_in};
use crate::access::Caller;
use crate::app::App;
use crate::audit::By;
use crate::http::body::Body;
use crate::http::problem::{Code, Problem};
use crate::http::{ShownOnce, Site};
use crate::sign_in::ceremony::{Kind, gone};
use crate::sign_in::own::me;
use crate::sign_in::{Again, SignedIn, reauthenticate};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(begin_passkey_sign_in))
        .routes(routes!(sign_in_with_passkey))
        .routes(routes!(begin_passkey))
        .routes(routes!(list_passkeys, add_passkey))
        .routes(routes!(rename_passkey, remove_passkey))
}

/// Begins to sign in with a passkey, without a name: says what to ask the authenticators for, and sets a cookie that the browser is to bring back.
#[utoipa::path(post, path = "/v1/sign-in/passkey/options", tag = "sign-in",
    responses((status = OK, description = "For `navigator.credentials.get`.", body = OptionsView)))]
async fn begin_passkey_sign_in(State(site): State<Site>) -> Result<Response, Problem> {
    sign_in::begin(&site).await.and_then(|(options, cookie)| asked_for(&options, cookie))
}

/// Signs in with a passkey. Sets the session's cookie: no second factor is asked for.
#[utoipa::path(post, path = "/v1/sign-in/passkey", tag = "sign-in", request_body = ByPasskey,
    responses((status = OK, description = "Signed in.", body = SignedIn)))]
async fn sign_in_with_passkey(
    State(site): State<Site>,
    by: By,
    headers: HeaderMap,
    Body(asked): Body<ByPasskey>,
) -> Result<Response, Problem> {
    let (person, entered) = sign_in::finish(&site, &by, &headers, &answer(asked.credential)?).await?;
    Ok((ended(Kind::PasskeySignIn), entered.answer(&site.app, &person)).into_response())
}

/// Lists the own passkeys.
#[utoipa::path(get, path = "/v1/session/passkeys", tag = "session", responses((status = OK, description = "The passkeys.", body = PasskeysView)))]
async fn list_passkeys(State(app): State<App>, caller: Caller) -> Result<Json<PasskeysView>, Problem> {
    let found = of_person(app.db.read(), &app.vault, caller.person().unwrap_or_default()).await?;
    Ok(Json(PasskeysView { items: found.into_iter().map(Into::into).collect() }))
}

/// Begins to add a passkey, after proving once more who it is: says what to ask the authenticator for, and sets a cookie that the browser is to bring
/// back.
#[utoipa::path(post, path = "/v1/session/passkeys/options", tag = "session", request_body = Again,
    responses((status = OK, description = "For `navigator.credentials.create`.", body = OptionsView)))]
async fn begin_passkey(State(site): State<Site>, caller: Caller, by: By, Body(asked): Body<Again>) -> Result<Response, Problem> {
    site.relying_party()?;
    let person = me(&site.app, &caller).await?;
    reauthenticate(&site, &by, &person, asked).await?;
    register::begin(&site, &caller, &person).await.and_then(|(options, cookie)| asked_for(&options, cookie))
}

/// Adds a passkey, with which the caller signs in from now on.
#[utoipa::path(post, path = "/v1/session/passkeys", tag = "session", request_body = NewPasskey,
    responses((status = CREATED, description = "Added.", body = PasskeyView)))]
async fn add_passkey(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    headers: HeaderMap,
    Body(asked): Body<NewPasskey>,
) -> Result<Response, Problem> {
    let name = named(&asked.name)?;
    let person = me(&site.app, &caller).await?;
    let made = register::finish(&site, (&caller, &by), &headers, &person, name, &answer(asked.credential)?).await?;
    Ok((StatusCode::CREATED, ended(Kind::PasskeyRegistration), Json(PasskeyView::from(made))).into_response())
}

/// Gives an own passkey another name.
#[utoipa::path(patch, path = "/v1/session/passkeys/{passkey}", tag = "session", params(("passkey" = String, Path, description = "Its id.")),
    request_body = PasskeyChange, responses((status = OK, description = "The passkey.", body = PasskeyView)))]
async fn rename_passkey(
    State(app): State<App>,
    caller: Caller,
    by: By,
    Path(passkey): Path<String>,
    Body(asked): Body<PasskeyChange>,
) -> Result<Json<PasskeyView>, Problem> {
    let (name, person) = (&named(&asked.name)?, &me(&app, &caller).await?);
    let (app, by, passkey) = (&app, &by, &passkey);
    let renamed = app.db.write(|tx| async move { rename(&tx, app, by, person, passkey, name).await }).await?;
    renamed.map(|one| Json(one.into())).ok_or_else(|| Problem::new(Code::NotFound))
}

/// Takes an own passkey away, after proving once more who it is. A password, or a code by mail, still opens the door.
#[utoipa::path(delete, path = "/v1/session/passkeys/{passkey}", tag = "session", params(("passkey" = String, Path, description = "Its id.")),
    request_body = Again, responses((status = NO_CONTENT, description = "Taken away.")))]
async fn remove_passkey(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    Path(passkey): Path<String>,
    Body(asked): Body<Again>,
) -> Result<StatusCode, Problem> {
    let app = &site.app;
    let person = me(app, &caller).await?;
    reauthenticate(&site, &by, &person, asked).await?;
    let (by, person, passkey) = (&by, &person, &passkey);
    let gone = app.db.write(|tx| async move { remove(&tx, app, by, person, passkey).await }).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::new(Code::NotFound)) }
}

fn asked_for<T: Serialize>(options: &T, cookie: HeaderValue) -> Result<Response, Problem> {
    let public_key = serde_json::to_value(options).map_err(|_| Problem::new(Code::Internal))?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Extension(ShownOnce), Json(OptionsView { public_key })).into_response())
}

fn ended(kind: Kind) -> AppendHeaders<[(HeaderName, HeaderValue); 1]> {
    AppendHeaders([(header::SET_COOKIE, gone(kind))])
}

/// What an authenticator answered, through its browser.
fn answer<T: DeserializeOwned>(said: serde_json::Value) -> Result<T, Problem> {
    serde_json::from_value(said).map_err(|error| Problem::field("credential", format!("what `toJSON()` of the credential writes: {error}")))
}

fn named(text: &str) -> Result<String, Problem> {
    name(text).ok_or_else(|| Problem::field("name", format!("1 to {NAME_MAX} characters")))
}
