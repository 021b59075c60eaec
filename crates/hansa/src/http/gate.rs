//! Who calls, and whether they may.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::edge::RequestId;
use super::measure::Operation;
use super::problem::{Code, Problem};
use super::{Site, limits};
use crate::access::{self, Asked, Caller, Role, SIGN_IN};
use crate::audit::By;
use crate::{members, sign_in, traces};

/// Lets a request through when its caller is known, not too quick, and allowed by the policies to call this operation about the enterprise
/// that its path names.
pub async fn gate(State(site): State<Site>, matched: MatchedPath, params: RawPathParams, request: Request, next: Next) -> Response {
    let operation = site.inner.operations.find(request.method(), matched.as_str());
    traces::calls(request.method(), matched.as_str(), operation);
    let mut response = match operation {
        None => Problem::new(Code::MethodNotAllowed).into_response(),
        Some(operation) => guarded(&site, operation, &params, request, next).await.unwrap_or_else(IntoResponse::into_response),
    };
    if let Some(operation) = operation {
        response.extensions_mut().insert(Operation(operation.to_owned()));
    }
    response
}

async fn guarded(site: &Site, operation: &str, params: &RawPathParams, mut request: Request, next: Next) -> Result<Response, Problem> {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip());
    let caller = if site.inner.policy.group(operation) == Some(SIGN_IN) {
        Caller::nobody(address)
    } else {
        known(site, request.method(), request.headers(), address).await?
    };
    let rate = site.inner.rates.caller(&caller)?;
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

async fn known(site: &Site, method: &Method, headers: &HeaderMap, address: Option<IpAddr>) -> Result<Caller, Problem> {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = text.and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (read, now) = (site.app.db.read(), site.app.now());
    let found = match (token, sign_in::sent(headers, sign_in::SESSION)) {
        (Some((_, token)), _) => access::find_by_secret(read, token.trim(), now).await?,
        (None, Some(secret)) => sign_in::caller(read, secret, now).await?,
        (None, None) => None,
    };
    let Some((caller, stale)) = found else {
        // Guessing is slowed down by address; nobody who is known is held up by it.
        site.inner.rates.stranger(address)?;
        return Err(Problem::new(Code::Unauthenticated));
    };
    if caller.session.is_some() && !method.is_safe() && !from_here(headers) {
        return Err(Problem::new(Code::CrossSite));
    }
    if stale {
        let caller = &caller;
        let used = site.app.db.write(|tx| async move {
            match &caller.session {
                Some(session) => sign_in::seen(&tx, session, now).await,
                None => access::used(&tx, &caller.id, now).await,
            }
        });
        used.await?;
    }
    Ok(caller)
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

async fn allowed(site: &Site, caller: &Caller, operation: &str, member: Option<&str>) -> Result<bool, Problem> {
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
