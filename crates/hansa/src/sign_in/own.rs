//! What everybody who is signed in may do with the own sign-in.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::reauthenticate::{Again, no_code, reauthenticate};
use super::refused::unproven;
use super::serve::{about, renew_password};
use super::view::{Authenticator, Code as CodeSent, Me, PasswordChange, RecoveryCodes, SessionView, SessionsView};
use super::{cookie, factor, session, words};
use crate::access::Caller;
use crate::app::App;
use crate::audit::{self, By};
use crate::http::body::Body;
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{ShownOnce, Site};
use crate::mail::{self, Letter};
use crate::people::{self, Person, PersonView, password};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(read_session, sign_out))
        .routes(routes!(list_sessions, end_other_sessions))
        .routes(routes!(end_session))
        .routes(routes!(change_password))
        .routes(routes!(begin_second_factor))
        .routes(routes!(confirm_second_factor))
        .routes(routes!(remove_second_factor))
}

/// Shows who is signed in.
#[utoipa::path(get, path = "/v1/session", tag = "session", responses((status = OK, description = "The person and the session.", body = Me)))]
async fn read_session(State(app): State<App>, caller: Caller) -> Result<Json<Me>, Problem> {
    let person = me(&app, &caller).await?;
    let id = caller.session.as_deref().unwrap_or_default();
    let session = session::find(app.db.read(), id).await?.ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    let recovery_codes = factor::recovery_left(app.db.read(), &person.id).await?;
    Ok(Json(Me { person: PersonView::from(&person), session: SessionView::of(session, Some(id)), recovery_codes }))
}

/// Signs out: ends the session.
#[utoipa::path(delete, path = "/v1/session", tag = "session", responses((status = NO_CONTENT, description = "Signed out.")))]
async fn sign_out(State(app): State<App>, caller: Caller, by: By) -> Result<Response, Problem> {
    let person = me(&app, &caller).await?;
    end(&app, &by, &person, caller.session.as_deref().unwrap_or_default(), "sign_out").await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::gone())]).into_response())
}

/// Lists the own sessions, the latest first.
#[utoipa::path(get, path = "/v1/sessions", tag = "session", responses((status = OK, description = "The sessions.", body = SessionsView)))]
async fn list_sessions(State(app): State<App>, caller: Caller) -> Result<Json<SessionsView>, Problem> {
    let found = session::of_person(app.db.read(), caller.person().unwrap_or_default(), app.now()).await?;
    Ok(Json(SessionsView { items: found.into_iter().map(|one| SessionView::of(one, caller.session.as_deref())).collect() }))
}

/// Ends all own sessions but the one in use, after proving once more who it is.
#[utoipa::path(delete, path = "/v1/sessions", tag = "session", request_body = Again, responses((status = NO_CONTENT, description = "Ended.")))]
async fn end_other_sessions(State(site): State<Site>, caller: Caller, by: By, Body(asked): Body<Again>) -> Result<StatusCode, Problem> {
    let app = &site.app;
    let person = me(app, &caller).await?;
    reauthenticate(&site, &by, &person, asked).await?;
    let (person, by, session, now) = (&person, &by, caller.session.as_deref(), app.now());
    let ended = app.db.write(|tx| async move {
        let many = session::end_all(&tx, &person.id, session, now).await?;
        let after = Some(serde_json::json!({ "sessions": many }).to_string());
        audit::append(&tx, vec![(by.clone(), audit::Entry { after, ..about(person, "end_other_sessions") })], now).await
    });
    ended.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of the own sessions at once. For another one than the one in use, somebody proves once more who it is.
#[utoipa::path(delete, path = "/v1/sessions/{session}", tag = "session", params(("session" = String, Path, description = "Its id.")),
    request_body = Again, responses((status = NO_CONTENT, description = "Ended.")))]
async fn end_session(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    Path(session): Path<String>,
    Body(asked): Body<Again>,
) -> Result<StatusCode, Problem> {
    let person = me(&site.app, &caller).await?;
    if caller.session.as_ref() != Some(&session) {
        reauthenticate(&site, &by, &person, asked).await?;
    }
    end(&site.app, &by, &person, &session, "end_session").await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the own password. Every other session ends.
#[utoipa::path(post, path = "/v1/session/password", tag = "session", request_body = PasswordChange,
    responses((status = NO_CONTENT, description = "Changed.")))]
async fn change_password(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    Body(asked): Body<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let app = &site.app;
    let person = me(app, &caller).await?;
    site.attempt(&format!("person:{}", person.id))?;
    if !password::fits(asked.old, person.password.clone()).await {
        return Err(unproven(app, &by, &person, "password", Problem::field("old", "this is not your password")).await);
    }
    if let Some(why) = words::weakness(&site, &person, &asked.new).await? {
        return Err(Problem::field("new", why));
    }
    let hash = &password::hash(asked.new).await;
    let (person, by, session) = (&person, &by, caller.session.as_deref());
    app.db.write(|tx| async move { renew_password(&tx, app, by, person, hash, session).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins to set up a second factor, after proving once more who it is: a secret for an authenticator. It is in force once a code of it was confirmed.
#[utoipa::path(post, path = "/v1/session/second-factor", tag = "session", request_body = Again,
    responses((status = OK, description = "For the authenticator.", body = Authenticator)))]
async fn begin_second_factor(State(site): State<Site>, caller: Caller, by: By, Body(asked): Body<Again>) -> Result<Response, Problem> {
    let app = &site.app;
    let person = me(app, &caller).await?;
    if person.second_factor_at.is_some() {
        return Err(Problem::new(Code::Refused).saying("there is one already: take it away first"));
    }
    reauthenticate(&site, &by, &person, asked).await?;
    let (secret, url, sealed) = factor::secret(app, &person).ok_or_else(|| Problem::new(Code::Internal))?;
    let (id, sealed, by, now) = (&person.id, &sealed, &by, app.now());
    app.db
        .write(|tx| async move {
            // As it is now: what was read before the transaction may have changed since.
            let person = people::by_id(&tx, &app.vault, id).await?.filter(|person| person.second_factor_at.is_none());
            let person = person.ok_or_else(|| Problem::new(Code::Refused))?;
            let person = Person { totp: Some(sealed.clone()), totp_step: None, ..person };
            people::update(&tx, &app.vault, &person).await?;
            audit::append(&tx, vec![(by.clone(), about(&person, "begin_second_factor"))], now).await?;
            Ok::<_, Failed>(())
        })
        .await?;
    Ok((Extension(ShownOnce), Json(Authenticator { secret, url })).into_response())
}

/// Puts the second factor into force with a first code. Answers with recovery codes, shown this once.
#[utoipa::path(post, path = "/v1/session/second-factor/confirm", tag = "session", request_body = CodeSent,
    responses((status = OK, description = "In force.", body = RecoveryCodes)))]
async fn confirm_second_factor(State(site): State<Site>, caller: Caller, by: By, Body(asked): Body<CodeSent>) -> Result<Response, Problem> {
    let person = me(&site.app, &caller).await?;
    if person.second_factor_at.is_some() || person.totp.is_none() {
        return Err(Problem::new(Code::Refused).saying("nothing was begun: ask for a secret first"));
    }
    let recovery_codes = proved(&site, &by, &person, &asked.code, true).await?;
    Ok((Extension(ShownOnce), Json(RecoveryCodes { recovery_codes })).into_response())
}

/// Takes the second factor away, with a last code of it.
#[utoipa::path(post, path = "/v1/session/second-factor/remove", tag = "session", request_body = CodeSent,
    responses((status = NO_CONTENT, description = "Taken away.")))]
async fn remove_second_factor(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    Body(asked): Body<CodeSent>,
) -> Result<StatusCode, Problem> {
    let person = me(&site.app, &caller).await?;
    if person.second_factor_at.is_none() {
        return Err(Problem::new(Code::Refused).saying("there is none"));
    }
    proved(&site, &by, &person, &asked.code, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// With a code of it, the second factor is put into force or taken away, and the person is told by mail.
async fn proved(site: &Site, by: &By, person: &Person, code: &str, on: bool) -> Result<Vec<String>, Problem> {
    let app = &site.app;
    site.attempt(&format!("person:{}", person.id))?;
    let done = app.db.write(|tx| async move {
        if !factor::fits(&tx, app, person, code).await? {
            return Err(Failed::Told(no_code()));
        }
        let person = &people::by_id(&tx, &app.vault, &person.id).await?.ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        factor::set(&tx, &app.vault, person, on.then(|| app.now())).await?;
        let codes = if on { factor::recovery_codes(&tx, app, &person.id).await? } else { Vec::new() };
        if !on {
            factor::forget(&tx, &person.id).await?;
        }
        mail::post(&tx, app, person, &Letter::SecondFactorChanged).await?;
        let action = if on { "confirm_second_factor" } else { "remove_second_factor" };
        audit::append(&tx, vec![(by.clone(), about(person, action))], app.now()).await?;
        Ok(codes)
    });
    match done.await {
        Ok(codes) => Ok(codes),
        Err(Failed::Told(problem)) if problem.field.is_some() => Err(unproven(app, by, person, "second factor", problem).await),
        Err(failed) => Err(failed.into()),
    }
}

/// Who calls, as it is now.
pub(crate) async fn me(app: &App, caller: &Caller) -> Result<Person, Problem> {
    let found = people::by_id(app.db.read(), &app.vault, caller.person().unwrap_or_default()).await?;
    found.ok_or_else(|| Problem::new(Code::Unauthenticated))
}

async fn end(app: &App, by: &By, person: &Person, session: &str, action: &'static str) -> Result<(), Problem> {
    let now = app.now();
    let done = app.db.write(|tx| async move {
        if !session::end(&tx, &person.id, session, now).await? {
            return Err(Failed::Told(Problem::new(Code::NotFound)));
        }
        let after = Some(serde_json::json!({ "session": session }).to_string());
        audit::append(&tx, vec![(by.clone(), audit::Entry { after, ..about(person, action) })], now).await?;
        Ok(())
    });
    Ok(done.await?)
}
