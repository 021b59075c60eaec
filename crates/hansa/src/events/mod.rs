//! What happened and was decided, as a stream for others: one event for each fact, and for each decision about a tier, a right, a grant or a mission.
//!
//! An event is written in the transaction of what it tells about, as a pointer; what it says is read from the fact or the decision, which never change.
//! What took effect longer ago than [`HISTORY_US`] when it was written is history and is not told, so that bringing years of orders in tells nobody.

pub mod serve;
mod store;

pub use store::{Event, Place, after, begins, end, forget, forget_before, pointers, stream};

use program::decision::{Decision, Outcome};

/// How long events are kept, and how old something may be to be told, in microseconds: 30 days.
pub const HISTORY_US: i64 = 30 * 24 * 3_600_000_000;

/// What a decision is told as; `None` when it is not.
pub fn kind_of(decision: &Decision) -> Option<&'static str> {
    match decision.outcome {
        Outcome::Tier(_) => Some("tier.changed"),
        Outcome::Entitled { .. } => Some("benefit.changed"),
        Outcome::Granted { .. } => Some("benefit.granted"),
        Outcome::Mission { .. } => Some("mission.changed"),
        _ => None,
    }
}

/// The kinds that decisions are told as.
pub const DECIDED: [&str; 4] = ["tier.changed", "benefit.changed", "benefit.granted", "mission.changed"];

/// Whether a kind is among those asked for, of which each is a kind or the beginning of kinds and `*`; none means all.
pub fn wanted(kinds: &[String], kind: &str) -> bool {
    kinds.is_empty() || kinds.iter().any(|one| one.strip_suffix('*').map_or(one == kind, |begin| kind.starts_with(begin)))
}

/// Whether such kinds can be asked for at all.
///
/// # Errors
/// Names the first one that no event has.
pub fn check_kinds(kinds: &[String]) -> Result<(), String> {
    let facts = program::Kind::all().map(|kind| format!("fact.{}", kind.name()));
    let all: Vec<String> = facts.chain(DECIDED.map(str::to_owned)).collect();
    match kinds.iter().find(|one| !all.iter().any(|kind| wanted(std::slice::from_ref(one), kind))) {
        None => Ok(()),
        Some(one) => Err(format!(
            "no event is called `{one}`; there are {}, and `fact.` with each kind of fact; `fact.order.*` means all that begin so",
            DECIDED.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_asked_for_by_name_or_beginning() {
        let kinds = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert!(wanted(&[], "tier.changed"));
        assert!(wanted(&kinds("tier.changed"), "tier.changed") && !wanted(&kinds("tier.changed"), "tier.changed2"));
        assert!(wanted(&kinds("mission.changed fact.order.*"), "fact.order.completed"));
        assert!(!wanted(&kinds("fact.order.*"), "fact.payment.received"));
        assert_eq!(check_kinds(&kinds("fact.order.* tier.changed *")), Ok(()));
        assert!(check_kinds(&kinds("fact.ordr.*")).unwrap_err().contains("fact.ordr.*"));
    }
}
