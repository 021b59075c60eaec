//! The cookies: the session; the device, by which a browser that signed in before is known again; the ceremony that a browser has begun.
//!
//! All are bound to this host and to encrypted connections by their prefix (RFC 6265bis, 4.1.3.2), out of reach of scripts, and not sent along
//! from other sites. One ceremony's alone comes along when another site leads here: whoever proves there who it is comes back that way.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

use crate::app::App;

/// The cookie of the session.
pub const SESSION: &str = "__Host-hansa";
/// The cookie of the device.
pub const DEVICE: &str = "__Host-hansa-device";
/// The cookie of a ceremony that goes by another site.
pub(super) const CEREMONY: &str = "__Host-hansa-ceremony";
/// The cookie of a ceremony with a passkey.
pub(super) const PASSKEY: &str = "__Host-hansa-passkey";
/// How long a device is known, in days.
const DEVICE_DAYS: i64 = 365;

/// A cookie that was sent.
pub fn sent<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn set(name: &'static str, value: String, minutes: Option<i64>) -> HeaderValue {
    let along = if name == CEREMONY { SameSite::Lax } else { SameSite::Strict };
    let mut made = Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(along).build();
    made.set_max_age(minutes.map(cookie::time::Duration::minutes));
    HeaderValue::from_str(&made.to_string()).unwrap_or_else(|_| unreachable!("a cookie of ours is plain"))
}

/// Sets the session's cookie.
pub(super) fn session(secret: String) -> HeaderValue {
    set(SESSION, secret, None)
}

/// Takes the session's cookie away.
pub(super) fn gone() -> HeaderValue {
    set(SESSION, String::new(), Some(0))
}

/// Sets the cookie of a ceremony.
pub(super) fn ceremony(name: &'static str, secret: String, minutes: i64) -> HeaderValue {
    set(name, secret, Some(minutes))
}

/// Takes the cookie of a ceremony away.
pub(super) fn ceremony_gone(name: &'static str) -> HeaderValue {
    set(name, String::new(), Some(0))
}

/// Makes the device known for a person: `nonce.mark`, which nobody without the key ring can make.
pub(super) fn device(app: &App, person: &str) -> HeaderValue {
    let nonce = app.clock.secret();
    let mark = app.vault.mark("device", &format!("{nonce}.{person}"));
    set(DEVICE, format!("{nonce}.{mark}"), Some(DEVICE_DAYS * 24 * 60))
}

/// The device that a request comes from, when this person signed in on it before.
pub(crate) fn known_device<'a>(app: &App, headers: &'a HeaderMap, person: &str) -> Option<&'a str> {
    let (nonce, mark) = sent(headers, DEVICE)?.split_once('.')?;
    let right = app.vault.mark("device", &format!("{nonce}.{person}"));
    bool::from(subtle::ConstantTimeEq::ct_eq(right.as_bytes(), mark.as_bytes())).then_some(nonce)
}
