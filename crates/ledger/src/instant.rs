//! Instants and keys.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Instant(pub i64);

impl Instant {
    /// Before everything.
    pub const MIN: Instant = Instant(i64::MIN);
    /// After everything.
    pub const MAX: Instant = Instant(i64::MAX);
}

/// Where a lot or a transfer comes from: the rule and the fact (or period) that made it. A replay makes the same keys.
#[derive(Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug, Serialize, Deserialize)]
pub struct Key {
    /// The rule, e.g. `earn:order-points`.
    pub rule: Arc<str>,
    /// The fact's id, or the period for what time makes.
    pub fact: Arc<str>,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.rule, self.fact)
    }
}
