//! Verification of companies: cases, their evidence, and what was decided.
//!
//! A case is opened for a member, by the company or by staff, with the level that is wanted. Evidence is added to it: what a field is, by which source, when
//! it was seen and until when it holds, with a document where there is one. A reviewer decides with a reason, by the deadline that the service time gives;
//! while the company is asked something, that time stands still. A refusal can be appealed once, and somebody else decides then. Every step is kept.
//!
//! What an approval comes to is a fact `member.verified`, by the one way in, so that metrics see the level; so is its end ([`lapse`]). A member's level is
//! the highest of its approved cases that have not expired. Which step may follow which is pure ([`rule`]).

mod decide;
mod evidence;
mod lapse;
mod open;
pub mod queue;
pub mod registry;
pub mod rule;
pub mod serve;
mod store;
mod tell;
mod view;

use ledger::Instant;

pub use lapse::lapse;
pub use rule::{Act, Level, Status};
pub use store::{in_force, names_file};

/// Characters of a reason, a note or a value at most.
pub const TEXT_MAX: usize = 1_000;
/// Pieces of evidence in one case at most.
pub const EVIDENCE_MAX: usize = 100;

/// One verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Made by Hansa (`case_…`).
    pub id: String,
    /// Of which member.
    pub member: String,
    /// The level that is wanted.
    pub level: Level,
    /// Where it stands.
    pub status: Status,
    /// The staff member who reviews it.
    pub reviewer: Option<String>,
    /// When it was opened.
    pub opened_at: Instant,
    /// By whom.
    pub opened_by: String,
    /// By when it is to be decided; while the company is asked, as of when it was asked.
    pub deadline: Instant,
    /// Since when the company is asked.
    pub waiting_since: Option<Instant>,
    /// When it was last decided.
    pub decided_at: Option<Instant>,
    /// By whom.
    pub decided_by: Option<String>,
    /// The reason of the decision.
    pub reason: Option<String>,
    /// When an approval ends.
    pub expires_at: Option<Instant>,
    /// When the company appealed.
    pub appealed_at: Option<Instant>,
    /// The approved case of the same level that it renews.
    pub renews: Option<String>,
    /// How many steps it has had.
    pub steps: i64,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Made by Hansa (`ev_…`).
    pub id: String,
    /// In which case.
    pub case: String,
    /// Of which member.
    pub member: String,
    /// What it is about, e.g. `name`, `legal_representative`.
    pub field: String,
    /// What it says. May name a person.
    pub value: String,
    /// Where it comes from, e.g. `document`, `registry:gsxt`.
    pub source: String,
    /// When it was seen.
    pub observed_at: Instant,
    /// Until when it holds.
    pub expires_at: Option<Instant>,
    /// The document.
    pub file: Option<String>,
    /// Who added it.
    pub added_by: String,
    /// When.
    pub added_at: Instant,
}

/// One step of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Counted up from 1.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// By whom.
    pub actor: String,
    /// What was done.
    pub act: Act,
    /// Where the case stood afterwards.
    pub status: Status,
    /// What was said: a question, an answer, a reason.
    pub note: Option<String>,
}
