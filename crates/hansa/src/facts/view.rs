//! Facts on the wire.

use std::sync::Arc;

use ledger::Instant;
use program::fact::Body;
use program::{Fact, Kind};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::http::problem::Problem;
use crate::language::Language;
use crate::standing::view::{ReceiptView, instant};

/// Something that happened.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "so-20260318-0007", "member": "acme", "kind": "order.completed", "occurred_at": "2026-03-18T09:30:00Z",
    "body": { "order": "SO-20260318-0007", "amount": 6_120_000, "currency": "CNY" }
}))]
pub struct NewFact {
    /// Chosen by you and unique in the installation: the same fact sent again changes nothing.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
    /// The enterprise it is about.
    #[schema(min_length = 1, max_length = 128)]
    pub member: String,
    /// What kind of thing happened, e.g. `order.completed`.
    pub kind: String,
    /// When it happened.
    #[schema(format = DateTime)]
    pub occurred_at: String,
    /// The system that says so; the key's name when left out.
    #[schema(min_length = 1, max_length = 128)]
    pub source: Option<String>,
    /// The person behind it.
    #[schema(min_length = 1, max_length = 128)]
    pub actor: Option<String>,
    /// The id of the mistaken fact that this one stands in for.
    #[schema(min_length = 1, max_length = 128)]
    pub corrects: Option<String>,
    /// The details, typed by the kind.
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
}

/// Facts to be recorded together; each is taken or refused alone.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFacts {
    /// 1 to 1 000 of them.
    #[schema(min_items = 1, max_items = 1000)]
    pub facts: Vec<NewFact>,
}

/// What became of facts, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenFacts {
    /// One for each.
    pub facts: Vec<TakenFact>,
}

/// What became of one fact.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenFact {
    /// Its id.
    pub id: String,
    /// `recorded`; `known` when the same fact had been recorded before; `refused`.
    pub outcome: &'static str,
    /// Whether the member's history was judged anew for it.
    pub resettled: bool,
    /// What followed from it, newest last.
    pub receipts: Vec<ReceiptView>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<RefusalView>,
}

/// Why a fact was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalView {
    /// The kind of problem, as in problem documents.
    pub code: &'static str,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, in the caller's language where we have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The language of `detail` (BCP 47), where it is not that of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail_language: Option<&'static str>,
}

impl RefusalView {
    /// Why a fact was refused, in a language.
    pub fn of(problem: Problem, language: Language) -> RefusalView {
        let (detail, detail_language) = language.tell_any(problem.detail);
        RefusalView { code: problem.code.name(), field: problem.field, detail, detail_language }
    }
}

/// A recorded fact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fact)]
pub struct FactView {
    /// Its id.
    pub id: Arc<str>,
    /// The enterprise it is about.
    pub member: Arc<str>,
    /// What kind of thing happened.
    pub kind: &'static str,
    /// When it happened.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Instant,
    /// When Hansa heard of it.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Instant,
    /// The system that said so.
    pub source: Arc<str>,
    /// The person or key behind it.
    pub actor: Option<Arc<str>>,
    /// The fact that this one stands in for.
    pub corrects: Option<Arc<str>>,
    /// The details.
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
}

impl NewFact {
    /// The fact; `now` is when we hear of it.
    ///
    /// # Errors
    /// When a field cannot be read; the problem names it.
    pub fn fact(self, caller: &str, now: Instant) -> Result<Fact, Problem> {
        let kind = Kind::parse(&self.kind).ok_or_else(|| {
            let known: Vec<&str> = Kind::all().map(Kind::name).collect();
            Problem::field("kind", format!("there is no kind `{}`; the kinds are {}", self.kind, known.join(", ")))
        })?;
        let at = chrono::DateTime::parse_from_rfc3339(&self.occurred_at)
            .map_err(|_| Problem::field("occurred_at", "an instant as RFC 3339, e.g. 2026-03-18T09:30:00Z"))?;
        let body = Body::from_json(kind, self.body.get()).map_err(|error| Problem::field("body", error.to_string()))?;
        Ok(Fact {
            id: self.id.into(),
            member: self.member.into(),
            kind,
            occurred_at: Instant(at.timestamp_micros()),
            recorded_at: now,
            source: self.source.map_or_else(|| caller.into(), Arc::from),
            actor: Some(self.actor.map_or_else(|| caller.into(), Arc::from)),
            corrects: self.corrects.map(Arc::from),
            body,
        })
    }
}

impl FactView {
    /// A fact as it is shown.
    pub fn of(fact: &Fact) -> FactView {
        // What was parsed from JSON writes JSON.
        let body = RawValue::from_string(fact.body.to_json(fact.kind)).unwrap_or_default();
        FactView {
            id: fact.id.clone(),
            member: fact.member.clone(),
            kind: fact.kind.name(),
            occurred_at: fact.occurred_at,
            recorded_at: fact.recorded_at,
            source: fact.source.clone(),
            actor: fact.actor.clone(),
            corrects: fact.corrects.clone(),
            body,
        }
    }
}
