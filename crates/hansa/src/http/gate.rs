//! Who calls, and whether they may.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;

use super::edge::{CallerName, RequestId};
use super::measure::Operation;
use super::problem::{Code, Problem};
use super::{Site, limits};
use crate::access::{self, Asked, Caller, Role, SIGN_IN, Whom};
use crate::audit::By;
use crate::{members, sign_in, traces};

/// Lets a request through when its caller is known, not too quick, and allowed by the policies to call this operation about the enterprise
/// that its path names.
pub async fn gate(State(site): State<Site>, matched: MatchedPath, params: RawPathParams, request: Request, next: Next) -> Response {
    let operation = site.inner.operations.find(request.method(), matched.as_str());
    traces::calls(request.method(), matched.as_str(), operation);
    let mut response = match operation {
        None => Problem::new(Code::MethodNotAllowed).into_response(),
        Some(operation) => called(&site, operation, &params, request, next).await,
    };
    if let Some(operation) = operation {
        response.extensions_mut().insert(Operation(operation.to_owned()));
    }
    response
}

/// Answers whoever calls an operation; the answer tells the edge who it was.
async fn called(site: &Site, operation: &str, params: &RawPathParams, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip());
    let found = match site.inner.policy.group(operation) {
        Some(SIGN_IN) => Ok((Caller::nobody(address), false)),
        _ => known(site, request.headers(), address).await,
    };
    match found {
        Err(problem) => problem.into_response(),
        Ok((caller, stale)) => {
            let name = caller.name();
            let answer = guarded(site, (operation, address), (caller, stale), params, request, next).await;
            let mut response = answer.unwrap_or_else(IntoResponse::into_response);
            response.extensions_mut().insert(CallerName(name));
            response
        }
    }
}

async fn guarded(
    site: &Site,
    (operation, address): (&str, Option<IpAddr>),
    (caller, stale): (Caller, bool),
    params: &RawPathParams,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if caller.session.is_some() && !request.method().is_safe() && !from_here(request.headers()) {
        return Err(Problem::new(Code::CrossSite));
    }
    if stale {
        used(site, &caller).await?;
    }
    // Whoever tries many accounts, or has letters sent, is one address. What is only read there costs nothing.
    let rate = match caller.whom {
        Whom::Nobody if !request.method().is_safe() => site.inner.rates.door(address)?,
        _ => site.inner.rates.caller(&caller)?,
    };
    let member = params.iter().find(|(name, _)| *name == "member").map(|(_, member)| member.to_owned());
    if !allowed(site, &caller, operation, member.as_deref()).await? {
        // Whoever belongs to one enterprise learns nothing of another, not even that it is there.
        let hidden = caller.member.is_some() && member.is_some() && member != caller.member;
        return Err(Problem::new(if hidden { Code::NotFound } else { Code::Forbidden }));
    }
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    request.extensions_mut().insert(By { actor: caller.name(), address: address.map(|address| address.to_string()), request: id });
    request.extensions_mut().insert(caller);
    let wanted = site.inner.operations.fields(operation).map(|fields| fields.taken(request.uri_mut())).transpose()?.flatten();
    let mut response = next.run(request).await;
    if let Some(member) = member.filter(|_| response.extensions().get::<Problem>().is_some_and(|problem| problem.code == Code::NotFound))
        && let Some(into) = members::merged(site.app.db.read(), std::iter::once(member.as_str())).await?.remove(&member)
    {
        let merged = Problem::new(Code::MemberMerged).saying(format!("`{member}` was merged into `{into}`"));
        response = Problem { instead: Some(into), ..merged }.into_response();
    }
    if let Some(wanted) = wanted {
        response = wanted.left_of(response).await?;
    }
    limits::tell(&mut response, &rate);
    Ok(response)
}

/// Who is known by a key or a session, and whether its use is worth writing down.
async fn known(site: &Site, headers: &HeaderMap, address: Option<IpAddr>) -> Result<(Caller, bool), Problem> {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = text.and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (read, now) = (site.app.db.read(), site.app.now());
    let found = match (token, sign_in::sent(headers, sign_in::SESSION)) {
        (Some((_, token)), _) => access::find_by_secret(read, token.trim(), now).await?,
        (None, Some(secret)) => sign_in::caller(read, secret, now).await?,
        (None, None) => None,
    };
    if found.is_none() {
        // Guessing is slowed down by address; nobody who is known is held up by it.
        site.inner.rates.stranger(address)?;
    }
    found.ok_or_else(|| Problem::new(Code::Unauthenticated))
}

/// Writes down that a key or a session was used.
async fn used(site: &Site, caller: &Caller) -> Result<(), DbErr> {
    let now = site.app.now();
    let written = site.app.db.write(|tx| async move {
        match &caller.session {
            Some(session) => sign_in::seen(&tx, session, now).await,
            None => access::used(&tx, &caller.id, now).await,
        }
    });
    written.await
}

/// Whether a browser sends a request for one of our own pages: as it says (Fetch Metadata), else by the origin. A session alone changes nothing,
/// because a browser sends it along wherever the request was written.
fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => {
            let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://"));
            origin.zip(text(header::HOST)).is_some_and(|((_, origin), host)| origin.eq_ignore_ascii_case(host))
        }
    }
}

/// Whether the policies let a caller call an operation, about an enterprise where it names one.
///
/// # Errors
/// When the database fails.
pub(crate) async fn allowed(site: &Site, caller: &Caller, operation: &str, member: Option<&str>) -> Result<bool, Problem> {
    let policy = &site.inner.policy;
    let Some(id) = member else { return Ok(policy.allows(caller, operation, Asked::Platform)) };
    // Only for some does it matter whose the enterprise is.
    let related = caller.member.as_deref().is_some_and(|own| own != id) || caller.role == Some(Role::AccountManager);
    let lineage = if related { members::lineage(site.app.db.read(), id).await? } else { members::Lineage::default() };
    let shown_to_parents = site.app.parents_see_subsidiaries();
    let account_manager = lineage.account_manager.as_deref();
    Ok(policy.allows(caller, operation, Asked::Member { id, parents: &lineage.parents, account_manager, shown_to_parents }))
}

/// The caller, in a handler behind the gate.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| Problem::new(Code::Unauthenticated))
    }
}

/// Who changes something, in a handler behind the gate.
impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<By, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| Problem::new(Code::Unauthenticated))
    }
}
