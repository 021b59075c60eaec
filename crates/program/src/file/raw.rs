//! The program file as it is written: every section and key, with the places of what may have to be pointed at.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) type Words = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub id: Words,
    pub name: Option<RawText>,
    pub time_zone: Words,
    pub currency: Words,
    #[serde(default)]
    pub retroactive: bool,
    #[serde(default)]
    pub parents_see_subsidiaries: bool,
    #[serde(default)]
    pub unit: Vec<RawUnit>,
    #[serde(default)]
    pub metric: Vec<RawMetric>,
    #[serde(default)]
    pub track: Vec<RawTrack>,
    #[serde(default)]
    pub earn: Vec<RawEarn>,
    #[serde(default)]
    pub benefit: Vec<RawBenefit>,
    #[serde(default)]
    pub mission: Vec<RawMission>,
    #[serde(default)]
    pub segment: Vec<RawSegment>,
    #[serde(default)]
    pub stage: Vec<RawSegment>,
    #[serde(default)]
    pub alert: Vec<RawSegment>,
    #[serde(default)]
    pub service_level: Vec<RawSegment>,
    #[serde(default)]
    pub play: Vec<RawSegment>,
}

/// One text for all languages, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum RawText {
    One(String),
    Each(BTreeMap<String, String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawUnit {
    pub id: Words,
    pub name: Option<RawText>,
    pub scale: Option<Spanned<u32>>,
    pub expiry: Option<Words>,
    pub shortfall: Option<Words>,
    pub overdraft: Option<Spanned<i64>>,
    pub reinstatement: Option<Words>,
    pub cost: Option<Words>,
    pub breakage: Option<Words>,
    #[serde(default)]
    pub pool: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMetric {
    pub id: Words,
    pub name: Option<RawText>,
    pub on: Option<Spanned<Vec<Words>>>,
    pub each: Option<Words>,
    #[serde(rename = "where")]
    pub condition: Option<Words>,
    pub value: Option<Words>,
    pub aggregate: Option<Words>,
    pub window: Option<Words>,
    pub refunds: Option<Words>,
    pub formula: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTrack {
    pub id: Words,
    pub name: Option<RawText>,
    pub review: Option<Words>,
    pub upgrade: Option<Words>,
    pub fall: Option<Words>,
    pub grace: Option<Words>,
    #[serde(default)]
    pub tier: Vec<RawTier>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTier {
    pub id: Words,
    pub name: Option<RawText>,
    pub enter: Option<Words>,
    pub keep: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEarn {
    pub id: Words,
    pub name: Option<RawText>,
    pub on: Spanned<Vec<Words>>,
    pub each: Option<Words>,
    #[serde(rename = "where")]
    pub condition: Option<Words>,
    pub unit: Words,
    pub amount: Words,
    pub rounding: Option<Words>,
    pub hold: Option<Words>,
    pub cap: Option<RawCap>,
    pub expiry: Option<Words>,
    pub priority: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCap {
    pub amount: Spanned<i64>,
    pub per: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBenefit {
    pub id: Words,
    pub name: Option<RawText>,
    pub tiers: Option<Spanned<Vec<Words>>>,
    pub kind: Option<Words>,
    pub unit: Option<Words>,
    pub amount: Option<Spanned<i64>>,
    pub per: Option<Words>,
    pub rollover: Option<Words>,
    pub priority: Option<i32>,
    pub price: Option<BTreeMap<String, toml::Value>>,
    pub recipient: Option<Words>,
    pub company_consent: Option<bool>,
    pub cap: Option<Spanned<i64>>,
    pub disclosure: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMission {
    pub id: Words,
    pub name: Option<RawText>,
    #[serde(rename = "where")]
    pub condition: Option<Words>,
    pub window: Option<Words>,
    pub from: Option<Words>,
    pub until: Option<Words>,
    #[serde(default)]
    pub step: Vec<RawStep>,
    pub reward: Option<RawReward>,
    pub streak: Option<RawStreak>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub id: Words,
    pub name: Option<RawText>,
    pub on: Option<Spanned<Vec<Words>>>,
    #[serde(rename = "where")]
    pub condition: Option<Words>,
    pub count: Option<Spanned<i64>>,
    pub when: Option<Words>,
    pub role: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReward {
    pub unit: Words,
    pub amount: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStreak {
    pub every: Spanned<i64>,
    pub reward: RawReward,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSegment {
    pub id: Words,
    pub name: Option<RawText>,
    #[serde(rename = "where")]
    pub condition: Words,
    pub trigger: Option<Spanned<RawTrigger>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTrigger {
    pub task: Option<Words>,
    #[serde(rename = "for")]
    pub assignee: Option<Words>,
    pub within: Option<Words>,
    pub webhook: Option<Words>,
    pub mission: Option<Words>,
    pub benefit: Option<Words>,
}
