//! The outermost layer: what holds for every request and every answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::measure;
use super::problem::{Code, Problem};
use crate::clock::Clock;
use crate::language::Language;
use crate::traces;

/// How long a request may take.
const TIME_MAX: Duration = Duration::from_secs(30);
/// A request's id that a caller may choose.
const ID_MAX: usize = 64;
/// The policy of answers that are no pages.
const NOTHING_POLICY: &str = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
/// The policy of the description of the interface.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: in the log, in the audit, in every answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Who called, for the log.
#[derive(Clone, Debug)]
pub(super) struct CallerName(pub String);

/// Gives the request an id, bounds its time, puts problems into the caller's language, and writes the line of the log.
pub async fn edge(mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let language = Language::of(request.headers());
    let id = chosen(&request).unwrap_or_else(|| Clock::System.id("req"));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(language);
    let span = traces::request(&method, request.headers(), &id);
    let mut response = match tokio::time::timeout(TIME_MAX, next.run(request)).instrument(span.clone()).await {
        Ok(response) => response,
        Err(_) => {
            let mut late = Response::new(axum::body::Body::empty());
            late.extensions_mut().insert(Problem { retry_after: Some(10), ..Problem::new(Code::Timeout) });
            late
        }
    };
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| untold(&response));
    if let Some(problem) = problem {
        let (before, _) = response.into_parts();
        response = problem.written(language, Some(&id));
        response.headers_mut().extend(before.headers.into_iter().filter(|(name, _)| name.as_ref().is_some_and(kept)));
        response.extensions_mut().extend(before.extensions);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    guard(response.headers_mut(), &path);
    traces::answered(&span, response.status());
    let took = begun.elapsed();
    measure::count(response.extensions().get::<measure::Operation>(), response.status(), took);
    log(&response, (&id, method.as_str(), &path), took, from.as_deref());
    response
}

/// The line of the log: who called what from where, and what came of it. Whoever was refused at the door or by the rules stands there as a warning.
fn log(response: &Response, (id, method, path): (&str, &str, &str), took: Duration, from: Option<&str>) {
    let (status, took_us) = (response.status(), took.as_micros());
    let caller = response.extensions().get::<CallerName>().map(|caller| caller.0.as_str());
    let code = response.extensions().get::<Code>().map(|code| code.name());
    let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS);
    let status = status.as_u16();
    if refused {
        tracing::warn!(%id, %method, %path, status, code, caller, took_us, from, "request");
    } else {
        tracing::info!(%id, %method, %path, status, code, caller, took_us, from, "request");
    }
}

/// What holds for an answer where nothing else was said: it is what it says it is, loads nothing, stands in nobody's frame, and tells nobody whence.
fn guard(headers: &mut HeaderMap, path: &str) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The description of the interface is a page of somebody else's making, with scripts of its own and styles in its elements.
    let docs = path == "/docs" || path.starts_with("/docs/");
    let policy = if docs { DOCS_POLICY } else { NOTHING_POLICY };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    // All text of ours is UTF-8; that of the description comes without saying so.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if let Some(kind) = kind.filter(|kind| kind.starts_with("text/") && !kind.contains("charset"))
        && let Ok(kind) = HeaderValue::from_str(&format!("{kind}; charset=utf-8"))
    {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if path.starts_with("/v1/") {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
}

fn chosen(request: &Request) -> Option<String> {
    let text = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let fits = (1..=ID_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    fits.then(|| text.to_owned())
}

/// Headers that outlive the rewriting of a problem: those that the gate set.
fn kept(name: &HeaderName) -> bool {
    name.as_str().starts_with("ratelimit") || *name == header::ALLOW
}

/// Refusals of the router itself, which come without a body.
fn untold(response: &Response) -> Option<Problem> {
    let code = match response.status() {
        StatusCode::NOT_FOUND if !response.headers().contains_key(header::CONTENT_TYPE) => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        _ => return None,
    };
    Some(Problem::new(code))
}
