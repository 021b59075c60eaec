//! What a report rests on: what is stored, or a replay as of an instant.

use ledger::Instant;
use program::calendar::Zone;

use crate::standing::words::{grouped, time};

/// What a report rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Every member's facts, replayed up to this instant.
    Replayed(Instant),
    /// The stored state.
    Stored {
        /// The present.
        now: Instant,
        /// Members for whom something has fallen due, or the program has changed, since they were judged.
        behind: u64,
        /// The earliest instant at which something fell due that has not been done.
        due_since: Option<Instant>,
    },
}

impl Basis {
    /// As of when.
    pub fn at(&self) -> Instant {
        match self {
            Basis::Replayed(at) => *at,
            Basis::Stored { now, .. } => *now,
        }
    }

    /// The sentence that goes with the report.
    pub fn note(&self, zone: &Zone) -> String {
        match self {
            Basis::Replayed(at) => format!("as of {}, replayed from the facts", time(zone, *at)),
            Basis::Stored { now, behind: 0, .. } => {
                format!("as of {}, from the stored state; every member is up to date", time(zone, *now))
            }
            Basis::Stored { behind, due_since, .. } => {
                let members = grouped(&behind.to_string());
                let since = due_since.map_or_else(
                    || "the program has changed since they were judged".to_owned(),
                    |at| format!("the stored state is complete up to {}", time(zone, at)),
                );
                format!(
                    "{members} members are not up to date: {since}. `hansa evaluate` brings them there; --as-of replays the facts instead"
                )
            }
        }
    }
}
