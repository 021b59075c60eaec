//! Which step of a verification may follow which, and by when it is to be decided. Nothing here asks a database or a clock.

use ledger::Instant;

macro_rules! words {
    ($(#[doc = $about:literal])* $name:ident { $($(#[doc = $doc:literal])* $variant:ident => $text:literal,)* }) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $doc])* $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// As it is written.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<$name, String> {
                $name::ALL.iter().copied().find(|one| one.name() == text).ok_or_else(|| format!("one of {}", [$($text),*].join(", ")))
            }
        }
    };
}

words! {
    /// How well a company is known.
    Level {
        /// Not at all.
        None => "none",
        /// Its number and name are right.
        Basic => "basic",
        /// A register and documents agree with it.
        Verified => "verified",
        /// Somebody was there or audited it.
        Audited => "audited",
    }
}

words! {
    /// Where a case stands.
    Status {
        /// To be decided.
        Open => "open",
        /// The company was asked something.
        Waiting => "waiting",
        /// The level was given.
        Approved => "approved",
        /// The level was refused.
        Refused => "refused",
        /// Refused, and to be decided once more.
        Appealed => "appealed",
        /// Taken back before it was decided.
        Withdrawn => "withdrawn",
        /// Approved once; its time is over.
        Expired => "expired",
    }
}

words! {
    /// What is done to a case.
    Act {
        /// It is opened.
        Open => "open",
        /// Evidence is added.
        AddEvidence => "add-evidence",
        /// A reviewer is named.
        Assign => "assign",
        /// The company is asked.
        Ask => "ask",
        /// The company answers.
        Answer => "answer",
        /// The level is given.
        Approve => "approve",
        /// The level is refused.
        Refuse => "refuse",
        /// The company appeals.
        Appeal => "appeal",
        /// It is taken back.
        Withdraw => "withdraw",
        /// Its time is over.
        Expire => "expire",
    }
}

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
/// How long after a refusal it can be appealed, in days.
pub const APPEAL_DAYS: i64 = 30;

impl Level {
    /// The service time: how long a decision may take, in microseconds. Two days, five and ten, nights and holidays included.
    pub fn service(self) -> i64 {
        match self {
            Level::None | Level::Basic => 2 * DAY,
            Level::Verified => 5 * DAY,
            Level::Audited => 10 * DAY,
        }
    }

    /// How long an approval holds where the reviewer says nothing, in microseconds: two years, else one.
    pub fn validity(self) -> i64 {
        if self == Level::Basic { 730 * DAY } else { 365 * DAY }
    }
}

impl Status {
    /// Whether somebody still has to do something.
    pub fn running(self) -> bool {
        matches!(self, Status::Open | Status::Waiting | Status::Appealed)
    }
}

/// Where a case stands after an act; `appealed` says whether it was appealed before.
///
/// # Errors
/// When the act does not fit; the sentence says why.
pub fn after(status: Status, act: Act, appealed: bool) -> Result<Status, String> {
    let undecided = if appealed { Status::Appealed } else { Status::Open };
    Ok(match (act, status) {
        (Act::AddEvidence | Act::Assign, status) if status.running() => status,
        (Act::Ask, Status::Open | Status::Appealed) => Status::Waiting,
        (Act::Answer, Status::Waiting) => undecided,
        (Act::Approve, Status::Open | Status::Appealed) => Status::Approved,
        // Whoever never answers cannot hold a refusal up.
        (Act::Refuse, status) if status.running() => Status::Refused,
        (Act::Appeal, Status::Refused) if !appealed => Status::Appealed,
        (Act::Appeal, Status::Refused) => return Err("a refusal is appealed once".to_owned()),
        (Act::Withdraw, status) if status.running() => Status::Withdrawn,
        (Act::Expire, Status::Approved) => Status::Expired,
        (act, status) => return Err(format!("a case that is {} cannot take `{}`", status.name(), act.name())),
    })
}

/// When an approval ends: as the reviewer says or after the usual time, and not later than the first of its evidence does.
pub fn expiry(level: Level, decided_at: Instant, said: Option<Instant>, evidence: impl Iterator<Item = Instant>) -> Instant {
    let usual = said.unwrap_or(Instant(decided_at.0.saturating_add(level.validity())));
    evidence.filter(|until| *until > decided_at).fold(usual, Instant::min)
}

/// Whether a refusal of this instant can still be appealed.
pub fn appealable(decided_at: Instant, now: Instant) -> bool {
    now.0 <= decided_at.0.saturating_add(APPEAL_DAYS * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_after_every_status() {
        use Status::{Appealed, Approved, Expired, Open, Refused, Waiting, Withdrawn};
        let table: &[(Act, &[(Status, Status)])] = &[
            (Act::Open, &[]),
            (Act::AddEvidence, &[(Open, Open), (Waiting, Waiting), (Appealed, Appealed)]),
            (Act::Assign, &[(Open, Open), (Waiting, Waiting), (Appealed, Appealed)]),
            (Act::Ask, &[(Open, Waiting), (Appealed, Waiting)]),
            (Act::Answer, &[(Waiting, Open)]),
            (Act::Approve, &[(Open, Approved), (Appealed, Approved)]),
            (Act::Refuse, &[(Open, Refused), (Waiting, Refused), (Appealed, Refused)]),
            (Act::Appeal, &[(Refused, Appealed)]),
            (Act::Withdraw, &[(Open, Withdrawn), (Waiting, Withdrawn), (Appealed, Withdrawn)]),
            (Act::Expire, &[(Approved, Expired)]),
        ];
        assert_eq!(table.len(), Act::ALL.len());
        for (act, allowed) in table {
            for status in Status::ALL {
                let expected = allowed.iter().find(|(before, _)| before == status).map(|(_, after)| *after);
                assert_eq!(after(*status, *act, false).ok(), expected, "{} when {}", act.name(), status.name());
            }
        }
        assert_eq!(after(Waiting, Act::Answer, true), Ok(Appealed));
        assert!(after(Refused, Act::Appeal, true).is_err());
    }

    #[test]
    fn an_approval_does_not_outlast_its_evidence() {
        let at = Instant(0);
        let year = Instant(365 * DAY);
        assert_eq!(expiry(Level::Verified, at, None, std::iter::empty()), year);
        assert_eq!(expiry(Level::Basic, at, None, std::iter::empty()), Instant(730 * DAY));
        assert_eq!(expiry(Level::Verified, at, Some(Instant(5)), std::iter::empty()), Instant(5));
        assert_eq!(expiry(Level::Verified, at, None, [Instant(DAY), Instant(2 * DAY), Instant(-1)].into_iter()), Instant(DAY));
        assert!(appealable(at, Instant(30 * DAY)) && !appealable(at, Instant(30 * DAY + 1)));
    }
}
