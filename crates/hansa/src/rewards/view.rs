//! Rewards and orders on the wire.

use std::collections::BTreeMap;

use ledger::Instant;
use program::definition::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Order, Reward};
use crate::http::body::said;
use crate::language::Language;
use crate::standing::view::{instant, maybe_instant};

/// Something that can be had for units.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Reward, example = json!({
    "id": "calliper", "name": "数显卡尺", "description": "0–150 mm", "names": { "zh-CN": "数显卡尺", "en": "Digital calliper" },
    "descriptions": { "zh-CN": "0–150 mm" }, "category": "tools", "unit": "points", "price": 12_000, "stock": 40, "left": 37, "per_member": 2,
    "tiers": [], "from": null, "until": null, "open": true, "created_at": "2026-07-01T04:00:00Z"
}))]
pub struct RewardView {
    /// Chosen by the sender or made by Hansa (`rwd_…`).
    pub id: String,
    /// Its name, in the language asked for.
    pub name: String,
    /// What it is, in the language asked for.
    pub description: Option<String>,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
    /// What it is, by language.
    pub descriptions: BTreeMap<String, String>,
    /// Under which it is listed.
    pub category: Option<String>,
    /// The unit it is paid in.
    pub unit: String,
    /// What one costs, in the unit's smallest step.
    pub price: i64,
    /// How many there are in all; `null` where that is no limit.
    pub stock: Option<i64>,
    /// How many can still be ordered; `null` where there is no limit.
    pub left: Option<i64>,
    /// How many a member may have in all; `null` where there is no limit.
    pub per_member: Option<i64>,
    /// The tiers of the program's first track whose members may order it; empty for all.
    pub tiers: Vec<String>,
    /// From when it can be ordered.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    /// Until when.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// Whether it is offered.
    pub open: bool,
    /// When it was made.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
}

impl RewardView {
    /// A reward, told in a language.
    pub fn of(reward: &Reward, language: Language) -> RewardView {
        let text = |texts: &BTreeMap<String, String>| Text(texts.clone()).get(language.tag()).map(str::to_owned);
        RewardView {
            id: reward.id.clone(),
            name: text(&reward.names).unwrap_or_else(|| reward.id.clone()),
            description: text(&reward.descriptions),
            names: reward.names.clone(),
            descriptions: reward.descriptions.clone(),
            category: reward.category.clone(),
            unit: reward.unit.clone(),
            price: reward.price,
            stock: reward.stock,
            left: reward.stock.map(|stock| (stock - reward.taken).max(0)),
            per_member: reward.per_member,
            tiers: reward.tiers.clone(),
            from: reward.from,
            until: reward.until,
            open: reward.open,
            created_at: reward.created_at,
        }
    }
}

/// A reward to be offered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "id": "calliper", "names": { "zh-CN": "数显卡尺", "en": "Digital calliper" }, "unit": "points", "price": 12_000, "stock": 40, "per_member": 2 }))]
pub struct NewReward {
    /// Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    pub id: Option<String>,
    /// Its name by language (`zh-CN`, `zh-TW`, `en`), in one at least.
    pub names: BTreeMap<String, String>,
    /// What it is, by language.
    #[serde(default)]
    pub descriptions: BTreeMap<String, String>,
    /// Under which it is listed.
    #[schema(min_length = 1, max_length = 100)]
    pub category: Option<String>,
    /// The unit it is paid in.
    pub unit: String,
    /// What one costs, in the unit's smallest step.
    #[schema(minimum = 1)]
    pub price: i64,
    /// How many there are; without a limit when left out.
    #[schema(minimum = 0)]
    pub stock: Option<i64>,
    /// How many a member may have in all; without a limit when left out.
    #[schema(minimum = 1)]
    pub per_member: Option<i64>,
    /// The tiers of the program's first track whose members may order it; all when left out.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub tiers: Vec<String>,
    /// From when it can be ordered (RFC 3339).
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// Until when (RFC 3339).
    #[schema(format = DateTime)]
    pub until: Option<String>,
}

/// A change: what is given replaces what was, `null` takes it away, what is left out stays (RFC 7396). The unit stays what it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "price": 10_000, "stock": 60 }))]
pub struct RewardChange {
    /// Its name by language.
    pub names: Option<BTreeMap<String, String>>,
    /// What it is, by language.
    pub descriptions: Option<BTreeMap<String, String>>,
    /// Under which it is listed.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub category: Option<Option<String>>,
    /// What one costs from now on; orders keep what they cost.
    pub price: Option<i64>,
    /// How many there are in all, those that were ordered among them.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<i64>)]
    pub stock: Option<Option<i64>>,
    /// How many a member may have in all.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<i64>)]
    pub per_member: Option<Option<i64>>,
    /// The tiers whose members may order it.
    pub tiers: Option<Vec<String>>,
    /// From when it can be ordered (RFC 3339).
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Option<String>>,
    /// Until when (RFC 3339).
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Option<String>>,
    /// Whether it is offered.
    pub open: Option<bool>,
}

/// A member's order of a reward.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RedemptionOrder, example = json!({
    "id": "rdo_01a213", "member": "acme", "reward": "calliper", "reward_name": "数显卡尺", "quantity": 2, "unit": "points", "amount": 24_000, "state": "placed",
    "contact": null, "deliver_to": null, "placed_by": "contact:per_01a2", "placed_at": "2026-07-01T04:00:00Z", "ended_by": null, "ended_at": null, "note": null
}))]
pub struct OrderView {
    /// Chosen by the sender or made by Hansa (`rdo_…`); also the id of the reservation that sets its units aside.
    pub id: String,
    /// Whose.
    pub member: String,
    /// The reward's id.
    pub reward: String,
    /// Its name, in the language asked for.
    pub reward_name: String,
    /// How many.
    pub quantity: i64,
    /// The unit it is paid in.
    pub unit: String,
    /// What it costs in all, in the unit's smallest step.
    pub amount: i64,
    /// `placed`: units are set aside; `fulfilled`: they are spent; `cancelled`: they are free again.
    pub state: &'static str,
    /// The contact that receives it.
    pub contact: Option<String>,
    /// Where it is to be sent; `null` also when the contact was erased.
    pub deliver_to: Option<String>,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub placed_at: Instant,
    /// Who fulfilled or cancelled it.
    pub ended_by: Option<String>,
    /// When.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Instant>,
    /// A tracking or voucher number, or why it was cancelled.
    pub note: Option<String>,
}

impl OrderView {
    /// An order, with the name of its reward and where it goes, opened.
    pub fn of(order: &Order, reward_name: String, deliver_to: Option<String>) -> OrderView {
        OrderView {
            id: order.id.clone(),
            member: order.member.clone(),
            reward: order.reward.clone(),
            reward_name,
            quantity: order.quantity,
            unit: order.unit.clone(),
            amount: order.amount,
            state: order.state.name(),
            contact: order.contact.clone(),
            deliver_to,
            placed_by: order.placed_by.clone(),
            placed_at: order.placed_at,
            ended_by: order.ended_by.clone(),
            ended_at: order.ended_at,
            note: order.note.clone(),
        }
    }
}

/// An order to be placed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reward": "calliper", "quantity": 2 }))]
pub struct NewOrder {
    /// The same again changes nothing. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 80)]
    pub id: Option<String>,
    /// The reward.
    pub reward: String,
    /// How many; one when left out.
    #[schema(minimum = 1, maximum = 1000)]
    pub quantity: Option<i64>,
    /// The contact that receives it; whoever is signed in when left out.
    pub contact: Option<String>,
    /// Where it is to be sent. Kept under the key of the contact.
    #[schema(min_length = 1, max_length = 500)]
    pub deliver_to: Option<String>,
}

/// How an order ends.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "note": "SF1029384756" }))]
pub struct Ending {
    /// A tracking or voucher number, or why it is cancelled.
    #[schema(min_length = 1, max_length = 300)]
    pub note: Option<String>,
}
