//! Verifications on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Case, Evidence, Step};
use crate::standing::view::{instant, maybe_instant};

/// One verification of a company.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = VerificationCase, example = json!({
    "id": "case_0198c1f2a7f07d6e8f1f2a3b4c5d6e7f", "member": "acme", "level": "verified", "status": "open", "reviewer": null, "opened_at": "2026-07-01T04:00:00.000000Z",
    "opened_by": "contact:wang.fang", "deadline": "2026-07-06T04:00:00.000000Z", "waiting_since": null, "decided_at": null, "decided_by": null, "reason": null,
    "expires_at": null, "appealed_at": null, "renews": null
}))]
pub struct CaseView {
    /// Made by Hansa (`case_…`).
    pub id: String,
    /// Of which member.
    pub member: String,
    /// The level that is wanted: `basic`, `verified` or `audited`.
    pub level: &'static str,
    /// `open`, `waiting` (for the company), `approved`, `refused`, `appealed`, `withdrawn` or `expired`.
    pub status: &'static str,
    /// The staff member who reviews it.
    pub reviewer: Option<String>,
    /// When it was opened.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Instant,
    /// By whom.
    pub opened_by: String,
    /// By when it is to be decided. The time in which the company is asked is added when it answers.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Instant,
    /// Since when the company is asked.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Instant>,
    /// When it was last decided.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Instant>,
    /// By whom.
    pub decided_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When an approval ends.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
    /// When the company appealed.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub appealed_at: Option<Instant>,
    /// The approved case that it renews.
    pub renews: Option<String>,
}

impl From<&Case> for CaseView {
    fn from(case: &Case) -> CaseView {
        CaseView {
            id: case.id.clone(),
            member: case.member.clone(),
            level: case.level.name(),
            status: case.status.name(),
            reviewer: case.reviewer.clone(),
            opened_at: case.opened_at,
            opened_by: case.opened_by.clone(),
            deadline: case.deadline,
            waiting_since: case.waiting_since,
            decided_at: case.decided_at,
            decided_by: case.decided_by.clone(),
            reason: case.reason.clone(),
            expires_at: case.expires_at,
            appealed_at: case.appealed_at,
            renews: case.renews.clone(),
        }
    }
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceView {
    /// Made by Hansa (`ev_…`).
    pub id: String,
    /// What it is about, e.g. `name`.
    pub field: String,
    /// What it says.
    pub value: String,
    /// Where it comes from, e.g. `document` or `registry:companies`.
    pub source: String,
    /// When it was seen.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Instant,
    /// Until when it holds.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
    /// The document: one of the member's files.
    pub file: Option<String>,
    /// Who added it.
    pub added_by: String,
}

impl From<&Evidence> for EvidenceView {
    fn from(one: &Evidence) -> EvidenceView {
        EvidenceView {
            id: one.id.clone(),
            field: one.field.clone(),
            value: one.value.clone(),
            source: one.source.clone(),
            observed_at: one.observed_at,
            expires_at: one.expires_at,
            file: one.file.clone(),
            added_by: one.added_by.clone(),
        }
    }
}

/// One step of a case.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = VerificationStep)]
pub struct StepView {
    /// When.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// By whom.
    pub actor: String,
    /// What was done: `open`, `add-evidence`, `assign`, `ask`, `answer`, `approve`, `refuse`, `appeal`, `withdraw`, `expire`.
    pub act: &'static str,
    /// Where the case stood afterwards.
    pub status: &'static str,
    /// What was said.
    pub note: Option<String>,
}

/// A case with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = VerificationCaseInFull)]
pub struct FullView {
    /// The case.
    #[serde(flatten)]
    pub case: CaseView,
    /// Its evidence, in the order in which it was added.
    pub evidence: Vec<EvidenceView>,
    /// Its steps, the first one first.
    pub history: Vec<StepView>,
}

impl FullView {
    pub fn of(case: &Case, evidence: &[Evidence], steps: &[Step]) -> FullView {
        let step = |step: &Step| StepView {
            at: step.at,
            actor: step.actor.clone(),
            act: step.act.name(),
            status: step.status.name(),
            note: step.note.clone(),
        };
        FullView {
            case: CaseView::from(case),
            evidence: evidence.iter().map(EvidenceView::from).collect(),
            history: steps.iter().map(step).collect(),
        }
    }
}

/// The cases of a member.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerificationCases)]
pub struct CasesView {
    /// The latest first.
    pub items: Vec<CaseView>,
}

/// A case to be opened.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "level": "verified" }))]
pub struct NewCase {
    /// The level that is wanted.
    #[schema(pattern = "^(basic|verified|audited)$")]
    pub level: String,
}

/// Evidence to be added.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "field": "name", "value": "华东轴承有限公司", "source": "document", "expires_at": "2030-01-01T00:00:00Z", "file": "file_0198c1f2a7f07d6e8f1f2a3b4c5d6e7f" }))]
pub struct NewEvidence {
    /// What it is about, e.g. `name`, `address`, `legal_representative`.
    #[schema(min_length = 1, max_length = 64)]
    pub field: String,
    /// What it says.
    #[schema(min_length = 1, max_length = 1000)]
    pub value: String,
    /// Where it comes from, e.g. `document`. `registry:` belongs to look-ups.
    #[schema(min_length = 1, max_length = 64)]
    pub source: String,
    /// When it was seen (RFC 3339); now where it is left out.
    pub observed_at: Option<String>,
    /// Until when it holds (RFC 3339).
    pub expires_at: Option<String>,
    /// One of the member's files.
    pub file: Option<String>,
}

/// Who is to review a case.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reviewer": "li.wei" }))]
pub struct NewReviewer {
    /// A staff member's id; `null` for nobody.
    pub reviewer: Option<String>,
}

/// What is said with a step.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "请补充最近一次年报。" }))]
pub struct Note {
    /// The question, the answer, or why.
    #[schema(min_length = 1, max_length = 1000)]
    pub note: String,
}

/// A decision.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "decision": "approve", "reason": "Register and licence agree.", "expires_at": "2027-07-01T00:00:00Z" }))]
pub struct NewDecision {
    /// `approve` or `refuse`.
    #[schema(pattern = "^(approve|refuse)$")]
    pub decision: String,
    /// Why; the company reads it.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
    /// When an approval ends (RFC 3339): two years from now for `basic`, else one, where it is left out; never after the first of its evidence.
    pub expires_at: Option<String>,
}
