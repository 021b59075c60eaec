//! Approvals on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Approval, Matter};
use crate::standing::view::{instant, maybe_instant};

/// Something that waits for a second person, or did.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Approval)]
pub struct ApprovalView {
    /// Its id.
    pub id: String,
    /// The operation that it is about: `adjust_points` or `apply_program`.
    #[schema(pattern = "^(adjust_points|apply_program)$")]
    pub action: &'static str,
    /// The member it is about.
    pub member: Option<String>,
    /// The adjustment, where it is one.
    pub adjustment: Option<AdjustmentView>,
    /// The program, where it is one.
    pub program: Option<ProgramView>,
    /// Who asked.
    pub asked_by: String,
    /// When.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Instant,
    /// `open`, `approved`, `refused` or `withdrawn`.
    #[schema(pattern = "^(open|approved|refused|withdrawn)$")]
    pub state: &'static str,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Instant>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
}

/// Units to be added or taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ApprovalAdjustment)]
pub struct AdjustmentView {
    /// The id of the fact that says so when it is approved.
    pub fact: String,
    /// The unit.
    pub unit: String,
    /// How much, in the unit's smallest step; below zero to take.
    pub amount: i64,
    /// Why.
    pub reason: String,
    /// When what is added lapses.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Instant>,
}

/// A program to be put into force.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ApprovalProgram)]
pub struct ProgramView {
    /// The file, where one approval is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// From when it judges; from its approval on when it is `null`.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub effective_from: Option<Instant>,
    /// Why.
    pub note: Option<String>,
    /// The newest version when it was asked for.
    pub base: u32,
}

impl From<Approval> for ApprovalView {
    fn from(one: Approval) -> ApprovalView {
        let action = one.matter.operation();
        let (adjustment, program) = match one.matter {
            Matter::AdjustPoints { fact, unit, amount, reason, expires_at } => {
                (Some(AdjustmentView { fact, unit, amount, reason, expires_at }), None)
            }
            Matter::ApplyProgram { effective_from, note, base, .. } => {
                (None, Some(ProgramView { source: None, effective_from, note, base }))
            }
        };
        ApprovalView {
            id: one.id,
            action,
            member: one.member,
            adjustment,
            program,
            asked_by: one.asked_by,
            asked_at: one.asked_at,
            state: one.state.name(),
            decided_by: one.decided_by,
            decided_at: one.decided_at,
            reason: one.reason,
        }
    }
}

impl ApprovalView {
    /// With the file of a program.
    pub fn whole(one: Approval) -> ApprovalView {
        let text = match &one.matter {
            Matter::ApplyProgram { source, .. } => Some(source.clone()),
            Matter::AdjustPoints { .. } => None,
        };
        let mut view = ApprovalView::from(one);
        if let Some(program) = &mut view.program {
            program.source = text;
        }
        view
    }
}

/// Why something is approved.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "reason": "agreed with finance" }))]
pub struct Approving {
    /// Why.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// Why something is refused.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "the order was never delivered" }))]
pub struct Refusing {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}
