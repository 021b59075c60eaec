//! Time and ids come in from outside: this is the only place that asks the machine for either.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ledger::Instant;
use sha2::{Digest, Sha256};

/// Where the present comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always this instant, for tests and reproducible runs.
    Fixed(Instant),
}

impl Clock {
    /// The present.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(self) -> Instant {
        match self {
            Clock::Fixed(at) => at,
            Clock::System => Instant(chrono::Utc::now().timestamp_micros()),
        }
    }

    /// A new id: a prefix and a UUIDv7 (RFC 9562), as TypeIDs are written.
    #[allow(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn id(self, prefix: &str) -> String {
        format!("{prefix}_{}", uuid::Uuid::now_v7().simple())
    }

    /// A new secret: 256 bits from the system's source, in 43 characters of base64url (RFC 4648).
    #[allow(clippy::disallowed_methods, reason = "the one place that makes secrets")]
    pub fn secret(self) -> String {
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    }
}

/// What is kept of a secret: its SHA-256 in base64url. Secrets of 256 bits cannot be guessed, so this needs no salt and no time.
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}
