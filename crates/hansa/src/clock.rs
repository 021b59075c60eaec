//! Time and ids come in from outside: this is the only place that asks the machine for either.

use ledger::Instant;

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
}
