//! The shapes in which standing is told, as JSON and to the page that prints it.

use std::sync::Arc;

use ledger::Instant;
use program::decision::Outcome;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::words::rfc3339;

/// A member's standing as of an instant, with its reasons.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// The member's id.
    pub member: String,
    /// Its name.
    pub name: String,
    /// As of when.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Instant,
    /// The program in force then.
    pub program: NamedView,
    /// The number of its version.
    pub version: u32,
    /// The first day of the member's history; `None` when there was none yet.
    pub joined: Option<String>,
    /// Facts judged.
    pub facts: u64,
    /// Standing on every track.
    pub tracks: Vec<TrackView>,
    /// Every metric.
    pub metrics: Vec<MetricView>,
    /// Balances of every unit.
    pub balances: Vec<BalanceView>,
    /// Benefits the member has.
    pub benefits: Vec<BenefitView>,
    /// Missions that are open or were done.
    pub missions: Vec<MissionView>,
    /// Segments it belongs to.
    pub segments: Vec<NamedView>,
    /// Its stage of life.
    pub stage: Option<NamedView>,
    /// Alerts, service levels and plays that hold now, each with the word of its section and what it sets off.
    pub conditions: Vec<ConditionView>,
    /// The latest receipts, newest first.
    pub receipts: Vec<ReceiptView>,
    /// How many receipts there are in all; `None` where none were asked for.
    pub receipts_in_all: Option<usize>,
    /// Receipts that were taken back, those taken back last first; empty unless they are asked for.
    pub withdrawn: Vec<WithdrawnView>,
}

/// A receipt that was taken back, because a fact came late or was corrected, or because a program changed the past.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WithdrawnView {
    /// When it was taken back.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub withdrawn_at: Instant,
    /// What it said. The facts behind it may be others by now, so it tells no evidence.
    pub receipt: ReceiptView,
}

/// An id and its name, in the language asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedView {
    /// The id in the program.
    pub id: Arc<str>,
    /// The name.
    pub name: String,
}

/// A named condition that holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConditionView {
    /// The section it stands in: `alert`, `service_level` or `play`.
    pub section: &'static str,
    /// The condition.
    pub condition: NamedView,
    /// What it sets off, in words.
    pub triggers: Option<String>,
}

/// Standing on one track.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrackView {
    /// The track.
    pub track: NamedView,
    /// The tier in force.
    pub tier: NamedView,
    /// The tier reached by the rules.
    pub reached: NamedView,
    /// Since when the reached tier is held.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// When it is next reviewed.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub review_at: Option<Instant>,
    /// Until when it is kept after a failed review.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub grace_until: Option<Instant>,
    /// Why staff set the tier in force, when they did.
    pub set_by_hand: Option<String>,
    /// Until when it stays set.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub set_until: Option<Instant>,
    /// The next tier and the way there; `None` at the top.
    pub next: Option<NextTier>,
    /// While a grace runs: the tier reached, and the ways to keep it.
    pub keep: Option<NextTier>,
    /// Every tier of the track, the lowest first, with what each gives.
    pub ladder: Vec<RungView>,
}

/// A tier and the nearest ways to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NextTier {
    /// The tier.
    pub tier: NamedView,
    /// The ways in one sentence.
    pub sentence: String,
    /// The ways themselves, the nearest first; any one of them is enough.
    pub ways: Vec<WayView>,
}

/// Needs that are enough together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WayView {
    /// What is still missing, all of it.
    pub needs: Vec<NeedView>,
}

/// One thing that is missing. Values are exact texts, as those of metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({ "what": "spend_12m", "name": "Purchases, 12 months", "now": "12000", "op": ">=", "needed": "50000", "gap": "38000", "by": "2026-06-30" }))]
pub struct NeedView {
    /// The id of the metric or the profile field; the condition itself where it is not a comparison.
    pub what: Arc<str>,
    /// The metric's name; otherwise as `what`.
    pub name: String,
    /// As it stands; `None` when it is not known.
    pub now: Option<String>,
    /// How the two are compared: `>=`, `>`, `<=`, `<`, `=` or `<>`.
    pub op: String,
    /// What it is compared with.
    pub needed: Option<String>,
    /// How much more (negative: less), for numbers.
    pub gap: Option<String>,
    /// The last day on which what counts now still counts.
    pub by: Option<String>,
}

/// A tier of a track and what it gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RungView {
    /// The tier.
    pub tier: NamedView,
    /// Whether it is the tier in force or one below it.
    pub reached: bool,
    /// The benefits that it gives.
    pub gives: Vec<NamedView>,
}

/// What a metric says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MetricView {
    /// The metric.
    pub metric: NamedView,
    /// Its value, exact; `None` when it is not known.
    pub value: Option<String>,
    /// The first day of its window; `None` for all time.
    pub from: Option<String>,
    /// The last day looked at.
    pub to: String,
    /// How many facts (or lines) it counts.
    pub facts: i64,
    /// What it counts: `fact` or `line`; `None` for a formula.
    pub counts: Option<&'static str>,
}

/// The balances of one unit, in its smallest step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BalanceView {
    /// The unit.
    pub unit: NamedView,
    /// Digits after the point of its smallest step.
    pub scale: u32,
    /// Can be spent; below zero when the member owes.
    pub available: i64,
    /// Waits for its release.
    pub held: i64,
    /// Set aside for reservations.
    pub reserved: i64,
    /// Owed.
    pub owed: i64,
    /// Spent so far.
    pub spent: i64,
    /// Lapsed so far.
    pub expired: i64,
    /// The lots that lapse soonest.
    pub expiring: Vec<LotView>,
}

/// One lot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LotView {
    /// What is still in it, in the unit's smallest step.
    pub open: i64,
    /// The rule that made it.
    pub rule: Arc<str>,
    /// The fact (or the period) that made it.
    pub fact: Arc<str>,
    /// When it lapses.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
}

/// A benefit that the member has.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BenefitView {
    /// The benefit.
    pub benefit: NamedView,
    /// Since when.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Whether a tier gives it; otherwise it was given by hand.
    pub by_tier: bool,
    /// Until when it was given by hand.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// For a metered benefit: what is left of what was granted.
    pub left: Option<LeftView>,
    /// When a metered benefit is next granted.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub renews_at: Option<Instant>,
}

/// What is left of a metered benefit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeftView {
    /// The unit.
    pub unit: NamedView,
    /// Digits after the point of its smallest step.
    pub scale: u32,
    /// How much, in the unit's smallest step.
    pub amount: i64,
}

/// A mission in its current window.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MissionView {
    /// The mission.
    pub mission: NamedView,
    /// The window by name; `None` when it happens once.
    pub window: Option<String>,
    /// Its last day.
    pub until: Option<String>,
    /// Whether it is done.
    pub done: bool,
    /// Each step.
    pub steps: Vec<StepView>,
    /// Windows done in a row.
    pub streak: u32,
    /// Windows done in all.
    pub completed: u32,
}

/// One step of a mission.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepView {
    /// The step.
    pub step: NamedView,
    /// Whose task it is in the decision chain.
    pub role: Option<Arc<str>>,
    /// Whether it is done.
    pub done: bool,
    /// How far it is, or what is missing.
    pub progress: String,
}

/// A decision with its reasons.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReceiptView {
    /// The same for the same decision in every replay.
    pub key: String,
    /// From when it takes effect.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// The number of the program version that decided.
    pub version: u32,
    /// The rule.
    pub rule: Arc<str>,
    /// The fact that led to it; `None` when time did.
    pub cause: Option<Arc<str>>,
    /// What was decided and why, in a sentence.
    pub sentence: String,
    /// The metrics of a tier decision, each with the facts behind it.
    pub evidence: Vec<EvidenceView>,
    /// The decision as it is stored.
    #[schema(value_type = Object)]
    pub decision: Outcome,
}

/// A metric as a tier decision read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceView {
    /// The metric's id.
    pub metric: Arc<str>,
    /// Its value.
    pub value: Option<String>,
    /// The first day of its window; `None` for all time.
    pub from: Option<String>,
    /// The last day looked at.
    pub to: String,
    /// How many facts of the window it counts.
    pub facts_in_all: usize,
    /// The ids of the latest of them.
    pub facts: Vec<Arc<str>>,
}

pub fn instant<S: Serializer>(at: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*at))
}

pub fn maybe_instant<S: Serializer>(at: &Option<Instant>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => instant(at, serializer),
        None => serializer.serialize_none(),
    }
}
