//! The outermost layer: what holds for every request and every answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
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
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: in the log, in the audit, in every answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Gives the request an id, bounds its time, and puts problems into the caller's language.
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
        let (before, operation) = (response.headers().clone(), response.extensions().get::<measure::Operation>().cloned());
        response = problem.written(language, Some(&id));
        response.headers_mut().extend(before.into_iter().filter(|(name, _)| name.as_ref().is_some_and(kept)));
        if let Some(operation) = operation {
            response.extensions_mut().insert(operation);
        }
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if path.starts_with("/v1/") {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    traces::answered(&span, response.status());
    let took = begun.elapsed();
    measure::count(response.extensions().get::<measure::Operation>(), response.status(), took);
    tracing::info!(%id, %method, %path, status = response.status().as_u16(), took_us = took.as_micros(), from, "request");
    response
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
