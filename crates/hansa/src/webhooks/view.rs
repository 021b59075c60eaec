//! Webhooks on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{Delivery, Webhook};
use crate::events::serve::id;
use crate::standing::view::{instant, maybe_instant};

/// An endpoint, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookView {
    /// `whk_…`.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// The kinds of events it wants; none means all.
    pub kinds: Vec<String>,
    /// `active`, `failing`, `paused` or `disabled`.
    #[schema(pattern = "^(active|failing|paused|disabled)$")]
    pub state: &'static str,
    /// Failures since the last success.
    pub failures: i64,
    /// Until when nothing is tried.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paused_until: Option<Instant>,
    /// Why it was disabled, where Hansa did it.
    pub disabled_why: Option<String>,
    /// Until when messages are signed with the secret before as well.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_secret_until: Option<Instant>,
    /// When it was made.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

impl WebhookView {
    /// An endpoint as it is at an instant.
    pub fn of(webhook: &Webhook, now: Instant) -> WebhookView {
        let paused_until = webhook.paused_until.filter(|until| *until > now);
        let state = match webhook {
            Webhook { disabled_at: Some(_), .. } => "disabled",
            _ if paused_until.is_some() => "paused",
            Webhook { failures: 1.., .. } => "failing",
            _ => "active",
        };
        WebhookView {
            id: webhook.id.clone(),
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            kinds: webhook.kinds.clone(),
            state,
            failures: webhook.failures,
            paused_until,
            disabled_why: webhook.disabled_why.clone(),
            old_secret_until: webhook.old_until.filter(|until| *until > now),
            created_at: webhook.created_at,
        }
    }
}

/// All endpoints.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhooksView {
    /// By id.
    pub items: Vec<WebhookView>,
}

/// An endpoint and its secret, shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeWebhook {
    /// The endpoint.
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// The secret that messages are signed with (`whsec_…`), for a library of Standard Webhooks.
    pub secret: String,
}

/// An endpoint to be made. It hears of what happens from now on.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "ERP", "url": "https://erp.example.com/hansa", "kinds": ["tier.changed", "fact.order.*"] }))]
pub struct NewWebhook {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Where messages go, by HTTPS.
    #[schema(max_length = 2000)]
    pub url: String,
    /// The kinds of events it wants; none means all.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// A change: what is given replaces what was, what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "kinds": ["tier.changed"], "disabled": false }))]
pub struct WebhookChange {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// Where messages go, by HTTPS.
    #[schema(max_length = 2000)]
    pub url: Option<String>,
    /// The kinds of events it wants; none means all.
    pub kinds: Option<Vec<String>>,
    /// Whether nothing is sent to it. When it is taken back, what happened meanwhile is sent, as far as it is kept.
    pub disabled: Option<bool>,
}

/// How long messages are signed with both secrets.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "overlap_hours": 24 }))]
pub struct SecretRotation {
    /// Hours, 0 to 720; 24 when left out.
    #[schema(minimum = 0, maximum = 720)]
    pub overlap_hours: Option<u32>,
}

/// Which deliveries are to be sent again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": "2026-07-01T00:00:00Z", "until": "2026-07-02T00:00:00Z", "all": false }))]
pub struct Replay {
    /// Made from here on (RFC 3339).
    #[schema(format = DateTime)]
    pub from: String,
    /// Made up to here (RFC 3339); now when left out.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// Also those that were taken, not only those that were given up.
    #[serde(default)]
    pub all: bool,
}

/// How many deliveries are sent again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Replayed {
    /// So many.
    pub deliveries: u64,
}

/// What was sent to an endpoint about an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// The event, and the `webhook-id` of the message.
    pub event: String,
    /// Its kind.
    pub kind: String,
    /// `waiting`, `done` or `failed`.
    pub state: &'static str,
    /// How often it was tried.
    pub attempts: i64,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// What was wrong with it.
    pub error: Option<String>,
    /// When it was made.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it is tried next.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Instant>,
    /// When it ended.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Instant>,
    #[serde(skip)]
    pub(super) place: crate::events::Place,
}

impl DeliveryView {
    /// A delivery of an event of a stream.
    pub fn of(stream: &str, one: Delivery) -> DeliveryView {
        DeliveryView {
            event: id(stream, one.place),
            state: match one {
                Delivery { done_at: Some(_), .. } => "done",
                Delivery { failed_at: Some(_), .. } => "failed",
                _ => "waiting",
            },
            kind: one.kind,
            attempts: one.attempts,
            status: one.status,
            error: one.error,
            created_at: one.created_at,
            due_at: one.due_at,
            ended_at: one.done_at.or(one.failed_at),
            place: one.place,
        }
    }
}
