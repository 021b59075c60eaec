//! Signing in with a provider over HTTP, and the own identities.
//!
//! A browser asks where to go, goes there, and comes back to [`finish_provider_sign_in`] with a code. A page is led on to where it was to go, problems and
//! the second factor after a `#`, which no server is sent; whoever does not ask for pages gets JSON as from every way to sign in.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, http::HeaderName};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::finish::{Ceremony, Finished, Purpose, finish};
use super::view::{AddressView, ByProvider, ComingBack, IdentitiesView, IdentityView, NewIdentity, ProvidersView};
use super::{Provider, of_person, openid, unlink};
use crate::access::Caller;
use crate::app::App;
use crate::audit::By;
use crate::http::body::{Body, Params, segment};
use crate::http::problem::{Code, Problem};
use crate::http::{ShownOnce, Site};
use crate::sign_in::{self, Again, Before, Entered, SignedIn, ceremony, reauthenticate};
use crate::sign_up;

/// The longest address to come back to.
const RETURN_MAX: usize = 300;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_identity_providers))
        .routes(routes!(begin_provider_sign_in))
        .routes(routes!(finish_provider_sign_in))
        .routes(routes!(list_identities, link_identity))
        .routes(routes!(unlink_identity))
}

/// Lists the identity providers with which people sign in.
#[utoipa::path(get, path = "/v1/sign-in/providers", tag = "sign-in", responses((status = OK, description = "The providers.", body = ProvidersView)))]
async fn list_identity_providers(State(app): State<App>) -> Json<ProvidersView> {
    Json(ProvidersView { items: app.providers.all().map(Into::into).collect() })
}

/// Begins to sign in with a provider: says where the browser is to go, and sets a cookie that it is to bring back.
#[utoipa::path(post, path = "/v1/sign-in/provider", tag = "sign-in", request_body = ByProvider,
    responses((status = OK, description = "Where to go.", body = AddressView)))]
async fn begin_provider_sign_in(State(site): State<Site>, headers: HeaderMap, Body(asked): Body<ByProvider>) -> Result<Response, Problem> {
    let purpose = match (asked.invitation, asked.sign_up) {
        (None, None) => Purpose::SignIn,
        (Some(token), None) => Purpose::Invitation(token),
        (None, Some(ticket)) => {
            sign_up::serve::proven(&site.app, &ticket, asked.code.as_deref()).await?;
            Purpose::SignUp(ticket)
        }
        (Some(_), Some(_)) => return Err(Problem::field("sign_up", "either `invitation` or `sign_up`")),
    };
    // Coming back from elsewhere the browser does not bring its session along.
    let before = sign_in::brought(site.app.db.read(), &headers).await?;
    let provider = asked_for(&site, &asked.provider, asked.return_to.as_deref())?;
    begin(&site, provider, asked.return_to, purpose, before).await
}

/// Lists the own identities.
#[utoipa::path(get, path = "/v1/session/identities", tag = "session", responses((status = OK, description = "The identities.", body = IdentitiesView)))]
async fn list_identities(State(app): State<App>, caller: Caller) -> Result<Json<IdentitiesView>, Problem> {
    let found = of_person(app.db.read(), &app.vault, caller.person().unwrap_or_default()).await?;
    let shown = found.into_iter().map(|one| IdentityView::of(one.clone(), app.providers.named(&one.provider)));
    Ok(Json(IdentitiesView { items: shown.collect() }))
}

/// Begins to link an identity of the caller's, after proving once more who it is: says where the browser is to go, and sets a cookie that it is to bring
/// back.
#[utoipa::path(post, path = "/v1/session/identities", tag = "session", request_body = NewIdentity,
    responses((status = OK, description = "Where to go.", body = AddressView)))]
async fn link_identity(State(site): State<Site>, caller: Caller, by: By, Body(asked): Body<NewIdentity>) -> Result<Response, Problem> {
    let provider = asked_for(&site, &asked.provider, asked.return_to.as_deref())?;
    let person = sign_in::own::me(&site.app, &caller).await?;
    reauthenticate(&site, &by, &person, Again { password: asked.password, code: asked.code }).await?;
    let purpose = Purpose::Link { person: person.id, session: caller.session.unwrap_or_default() };
    begin(&site, provider, asked.return_to, purpose, None).await
}

/// Takes an own identity away, after proving once more who it is. A password, or a code by mail, still opens the door.
#[utoipa::path(delete, path = "/v1/session/identities/{identity}", tag = "session", params(("identity" = String, Path, description = "Its id.")),
    request_body = Again, responses((status = NO_CONTENT, description = "Taken away.")))]
async fn unlink_identity(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    Path(identity): Path<String>,
    Body(asked): Body<Again>,
) -> Result<StatusCode, Problem> {
    let app = &site.app;
    let person = sign_in::own::me(app, &caller).await?;
    reauthenticate(&site, &by, &person, asked).await?;
    let (by, person, identity) = (&by, &person, &identity);
    let gone = app.db.write(|tx| async move { unlink(&tx, app, by, person, identity).await }).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::new(Code::NotFound)) }
}

/// The provider that is asked for, and whether the page to come back to is ours.
fn asked_for<'a>(site: &'a Site, provider: &str, return_to: Option<&str>) -> Result<&'a Provider, Problem> {
    if return_to.is_some_and(|path| !own_path(path)) {
        return Err(Problem::field("return_to", format!("a path of this site of at most {RETURN_MAX} characters, e.g. /members")));
    }
    site.app.providers.named(provider).ok_or_else(|| Problem::field("provider", "there is no such provider"))
}

async fn begin(
    site: &Site,
    provider: &Provider,
    return_to: Option<String>,
    purpose: Purpose,
    before: Option<Before>,
) -> Result<Response, Problem> {
    let app = &site.app;
    let begun = provider.begin(&redirect(site, provider), app.clock).await;
    let (address, expected) = begun.map_err(|error| unreachable(provider, &error))?;
    let person = if let Purpose::Link { person, .. } = &purpose { Some(person.clone()) } else { None };
    let content = &Ceremony { provider: provider.name.clone(), expected, purpose, return_to, before };
    let person = person.as_deref();
    let begin = |tx| async move { ceremony::begin(&tx, app, ceremony::Kind::Identity, person, content).await };
    let cookie = app.db.write(begin).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Extension(ShownOnce), Json(AddressView { address: address.into() })).into_response())
}

/// Where a provider sends browsers back to.
fn redirect(site: &Site, provider: &Provider) -> String {
    format!("{}/v1/sign-in/providers/{}/callback", site.public_url(), provider.name)
}

/// Takes a browser back from a provider: signs in, asks for the second factor, or links the identity. A page is led on (303).
#[utoipa::path(get, path = "/v1/sign-in/providers/{provider}/callback", tag = "sign-in",
    params(("provider" = String, Path, description = "Its name."), ComingBack),
    responses((status = OK, description = "Signed in, half-way, or linked.", body = sign_in::SignedIn),
        (status = SEE_OTHER, description = "The same for a page, which is led on.")))]
async fn finish_provider_sign_in(
    State(site): State<Site>,
    by: By,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Params(back): Params<ComingBack>,
) -> Result<Response, Problem> {
    let app = &site.app;
    let provider = app.providers.named(&provider).ok_or_else(|| Problem::new(Code::NotFound))?;
    let page = is_page(&headers);
    let state = back.state.as_deref().unwrap_or_default();
    let sent = &headers;
    let taken = app.db.write(|tx| async move {
        let answered = |begun: &Ceremony| begun.is_answered(&provider.name, state);
        ceremony::take(&tx, app, ceremony::Kind::Identity, sent, answered).await
    });
    let Some(begun) = taken.await? else {
        return told(page, None, Err(Problem::new(Code::SignInEnded)));
    };
    let done = finish(app, &by, &headers, provider, &redirect(&site, provider), &begun, back).await;
    told(page, begun.return_to.as_deref(), done.map(|done| (app, done)))
}

/// Tells a program with JSON how it ended, and leads a page on.
fn told(page: bool, return_to: Option<&str>, done: Result<(&App, Finished), Problem>) -> Result<Response, Problem> {
    let gone = AppendHeaders([(header::SET_COOKIE, ceremony::gone(ceremony::Kind::Identity))]);
    if !page {
        return done.map(|(app, Finished { person, entered })| {
            let answer = entered.map_or_else(linked, |entered| entered.answer(app, &person));
            (gone, answer).into_response()
        });
    }
    let door = return_to.map_or_else(|| "/sign-in".to_owned(), |path| format!("/sign-in?to={}", segment(path)));
    Ok(match done {
        Err(problem) => (gone, led_to(&format!("{door}#problem={}", problem.code.name()))).into_response(),
        Ok((app, Finished { person, entered })) => {
            let to = led_to(return_to.unwrap_or(if person.role.of_company() { "/portal" } else { "/" }));
            match entered {
                Some(Entered::In(secret)) => (gone, AppendHeaders(sign_in::cookies(app, &person, secret)), to).into_response(),
                Some(Entered::HalfWay(ticket)) => (gone, led_to(&format!("{door}#second-factor={ticket}"))).into_response(),
                None => (gone, to).into_response(),
            }
        }
    })
}

fn linked() -> Response {
    Json(SignedIn { state: "linked", ticket: None, person: None }).into_response()
}

/// Leads a page on to another one of ours, and tells nobody where it comes from.
fn led_to(path: &str) -> (StatusCode, [(HeaderName, HeaderValue); 2]) {
    let to = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to), (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"))])
}

/// Whether a browser asks for a page: as it says (Fetch Metadata), else by what it takes.
fn is_page(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(HeaderName::from_static("sec-fetch-mode")) {
        Some(mode) => mode == "navigate",
        None => text(header::ACCEPT).is_some_and(|accept| accept.contains("text/html")),
    }
}

/// Whether a path leads to this site whoever reads it: visible ASCII, with a first slash that is not followed by another one.
fn own_path(path: &str) -> bool {
    let plain = path.len() <= RETURN_MAX && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    plain && path.starts_with('/') && !path.starts_with("//")
}

/// A provider that cannot be asked: what happened is for the log, not for whoever is at the door.
pub(super) fn unreachable(provider: &Provider, error: &openid::OpenIdError) -> Problem {
    tracing::warn!(provider = provider.name, %error, "an identity provider gave no answer");
    Problem::new(Code::ProviderFailed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for path in ["/", "/members?tier=gold#x", "/portal"] {
            assert!(own_path(path), "{path}");
        }
        let long = format!("/{}", "x".repeat(RETURN_MAX));
        for path in [
            "",
            "members",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a b",
            "/é",
            "/\r\nx",
            &long,
        ] {
            assert!(!own_path(path), "{path}");
        }
    }
}
