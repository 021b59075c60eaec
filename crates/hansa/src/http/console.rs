//! The console and the portal: built files inside the program, and the pages that load them.
//!
//! Pages are templated with a nonce for the style elements that the console makes, and carry a strict content security policy. A page is given for
//! navigation alone: a missing asset or an unknown address of the interface is not found, never a page. Without the feature `embed-console` there
//! is a page that says so.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::problem::{Code, Problem};
use crate::clock::Clock;

/// What stands at `/` where no console was built in.
const HOME: &str = "<!doctype html><meta charset=utf-8><title>Hansa</title><h1>Hansa</h1>\
    <p>Running, built without the console. The programming interface is described under <a href=/docs/>/docs</a>; <a href=/readyz>/readyz</a> says whether it is ready.";
/// What is replaced by the nonce of a page.
const NONCE: &str = "__CSP_NONCE__";
/// The policy of a file of the build: that of a worker is its own file's, and the one that reads documents compiles WebAssembly.
const ASSET_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";
/// Addresses that the smaller entry answers: the portal, and what people without a session see. `vite.config.ts` has the same list.
const LIGHT: [&str; 4] = ["portal", "sign-in", "welcome", "new-password"];
/// What is never a page.
const NO_PAGE: [&str; 4] = ["v1", "assets", "docs", "openapi.json"];

#[cfg(feature = "embed-console")]
mod built {
    /// What `npm run build` made of `console/`.
    #[derive(rust_embed::Embed)]
    #[folder = "$CARGO_MANIFEST_DIR/../../console/dist"]
    struct Built;

    /// A file of the build.
    pub fn file(name: &str) -> Option<std::borrow::Cow<'static, [u8]>> {
        Built::get(name).map(|file| file.data)
    }
}

#[cfg(not(feature = "embed-console"))]
mod built {
    /// There is no build.
    pub fn file(_: &str) -> Option<std::borrow::Cow<'static, [u8]>> {
        None
    }
}

/// Answers whatever no operation answers.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::new(Code::NotFound).into_response();
    }
    let first = path.split('/').next().unwrap_or_default();
    // A member's id may have a dot: only what the build has is a file.
    if first == "assets" || kind(path).is_some() && built::file(path).is_some() {
        return asset(path, request.headers());
    }
    if NO_PAGE.contains(&first) || !navigates(request.headers()) {
        return Problem::new(Code::NotFound).into_response();
    }
    page(if LIGHT.contains(&first) { "portal.html" } else { "index.html" })
}

/// Whether a browser asks for a page.
fn navigates(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    text("sec-fetch-mode").map_or_else(|| text("accept").is_some_and(|accept| accept.contains("text/html")), |mode| mode == "navigate")
}

fn page(name: &str) -> Response {
    let nonce = &Clock::System.secret()[..22];
    let Some(html) = built::file(name).and_then(|bytes| String::from_utf8(bytes.into_owned()).ok()) else {
        return secured(axum::response::Html(HOME).into_response(), nonce);
    };
    secured(axum::response::Html(html.replace(NONCE, nonce)).into_response(), nonce)
}

/// What holds for every page.
fn secured(mut response: Response, nonce: &str) -> Response {
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; style-src-elem 'self' 'nonce-{nonce}'; style-src-attr 'none'; \
         img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    );
    let headers = [
        ("content-security-policy", policy.as_str()),
        ("cache-control", "no-cache"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A file of the build, as small as the caller takes it; what stands under `assets/` has a name of its own for each content.
fn asset(path: &str, headers: &HeaderMap) -> Response {
    // Pages are templated, and the build's own notes are nobody's business.
    let Some(kind) = kind(path).filter(|_| !path.ends_with(".html") && !path.starts_with('.')) else {
        return Problem::new(Code::NotFound).into_response();
    };
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |name: &str| accepts.split(',').any(|one| one.trim().split(';').next() == Some(name));
    let packed = [("br", ".br"), ("gzip", ".gz")].into_iter().filter(|(name, _)| takes(name));
    let packed = packed.filter_map(|(name, end)| Some((Some(name), built::file(&format!("{path}{end}"))?))).next();
    let Some((encoding, bytes)) = packed.or_else(|| Some((None, built::file(path)?))) else {
        return Problem::new(Code::NotFound).into_response();
    };
    let keep = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::new(Body::from(bytes.into_owned()));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(ASSET_POLICY));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The types of what a build has.
fn kind(path: &str) -> Option<&'static str> {
    Some(match path.rsplit('.').next()? {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "html" => "text/html; charset=utf-8",
        "mjs" => "text/javascript; charset=utf-8",
        "bcmap" | "pfb" | "ttf" => "application/octet-stream",
        "wasm" => "application/wasm",
        _ => return None,
    })
}
