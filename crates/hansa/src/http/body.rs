//! Reading bodies and parameters so that what is wrong is told by its place.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use ledger::Instant;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use super::problem::{Code, Problem};
use crate::language::Language;

/// A JSON body.
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") && !kind.eq_ignore_ascii_case("application/merge-patch+json") {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| match error.into_response_status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge),
            _ => Problem::new(Code::InvalidBody).saying("the body ended before its end"),
        })?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| Problem::new(Code::InvalidBody).saying(format!("no UTF-8 after {} bytes", error.valid_up_to())))?;
        read(text).map(Body)
    }
}

/// Reads a JSON object; what is wrong is told with its path.
///
/// # Errors
/// When it is no JSON of this shape.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    // A list would be read by the places of the fields, which have none.
    if text.trim_start().starts_with('[') {
        return Err(Problem::new(Code::InvalidBody).saying("a JSON object, not a list"));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let field = (path != ".").then_some(path);
        Problem { field, ..Problem::new(Code::InvalidBody).saying(error.inner().to_string()) }
    })?;
    reader.end().map_err(|error| Problem::new(Code::InvalidBody).saying(error.to_string()))?;
    Ok(value)
}

trait StatusOf {
    fn into_response_status(self) -> StatusCode;
}

impl<T: axum::response::IntoResponse> StatusOf for T {
    fn into_response_status(self) -> StatusCode {
        self.into_response().status()
    }
}

/// The parameters of a query.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Params<T>, Problem> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        read.map(|Query(params)| Params(params)).map_err(|error| Problem::new(Code::InvalidQuery).saying(error.body_text()))
    }
}

/// An instant in a parameter.
///
/// # Errors
/// When it is none.
pub fn instant(name: &str, text: Option<&str>) -> Result<Option<Instant>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let at = chrono::DateTime::parse_from_rfc3339(text)
        .map_err(|_| Problem::parameter(name, "an instant as RFC 3339, e.g. 2026-03-18T09:30:00Z"))?;
    Ok(Some(Instant(at.timestamp_micros())))
}

/// An instant in a field of a body.
///
/// # Errors
/// When it is none.
pub fn instant_field(name: &str, text: Option<&str>) -> Result<Option<Instant>, Problem> {
    instant(name, text).map_err(|problem| Problem { code: Code::InvalidField, ..problem })
}

/// The name of a version: a hash of what is shown, so that equal content has an equal name (a strong entity tag, RFC 9110, 8.8.3).
pub fn etag<T: Serialize>(shown: &T) -> String {
    let text = serde_json::to_vec(shown).unwrap_or_default();
    format!("\"{}\"", hex(&Sha256::digest(&text)[..12]))
}

/// A field of a change that stands there, be it `null`; what is left out stays as it is (RFC 7396).
pub fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A text as one segment of a path.
pub fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Checks the length of a text that nothing else is checked of: of a secret, of a name that somebody claims to have.
///
/// # Errors
/// When it has more characters than `most`.
pub fn short(field: &str, text: &str, most: usize) -> Result<(), Problem> {
    if text.chars().count() > most { Err(Problem::field(field, format!("at most {most} characters"))) } else { Ok(()) }
}

/// Checks that a text says something, in so many characters at most.
///
/// # Errors
/// When it does not.
pub fn filled(field: &str, text: &str, most: usize) -> Result<(), Problem> {
    let right = !text.trim().is_empty() && text.chars().count() <= most;
    if right { Ok(()) } else { Err(Problem::field(field, format!("1 to {most} characters"))) }
}

/// Checks texts by language: each of at most so many characters.
///
/// # Errors
/// When a language is none of ours, or a text is empty or too long.
pub fn texts(field: &str, texts: &BTreeMap<String, String>, most: usize) -> Result<(), Problem> {
    for (tag, text) in texts {
        if Language::tagged(tag).is_none() {
            return Err(Problem::field(field, "by `zh-CN`, `zh-TW` or `en`"));
        }
        filled(&format!("{field}.{tag}"), text, most)?;
    }
    Ok(())
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Something shown with its version.
pub fn tagged<T: Serialize>(shown: T) -> ([(header::HeaderName, String); 1], Json<T>) {
    ([(header::ETAG, etag(&shown))], Json(shown))
}

/// Whether a change is meant for what is there now.
///
/// # Errors
/// When the request does not say which version it changes, or another one.
pub fn matches<T: Serialize>(headers: &HeaderMap, there: &T) -> Result<(), Problem> {
    let said = headers.get(header::IF_MATCH).ok_or_else(|| Problem::new(Code::PreconditionRequired))?;
    let tag = etag(there);
    let fits = said.to_str().is_ok_and(|said| said.split(',').any(|one| one.trim() == "*" || one.trim() == tag));
    if fits { Ok(()) } else { Err(Problem::new(Code::PreconditionFailed)) }
}
