//! Lots as rows.

use std::sync::LazyLock;

use db::Dialect;
use ledger::{Instant, Key, Lot, Release, UnitIx};
use program::Timeline;
use sea_orm::{DbErr, QueryResult, Value};
use serde::Deserialize;

use super::rows::{broken, maybe, text};

pub const LOT_COLUMNS: &[&str] = &[
    "member_id",
    "rule",
    "fact_id",
    "unit",
    "amount",
    "held",
    "available",
    "reserved",
    "spent",
    "expired",
    "taken_back",
    "open",
    "reference",
    "priority",
    "created_at",
    "release_at",
    "held_for_event",
    "expires_at",
    "sequence",
    "let_go",
    "due_at",
];

/// What follows from the other columns, and whose lot it is.
const NOT_READ: [&str; 3] = ["member_id", "open", "due_at"];

pub fn lot_row(timeline: &Timeline, member: &str, lot: &Lot) -> Vec<Value> {
    let release_at = match lot.release_at {
        Release::At(at) => Some(at.0),
        Release::Now | Release::OnEvent => None,
    };
    vec![
        text(member),
        text(&lot.key.rule),
        text(&lot.key.fact),
        text(&timeline.units[usize::from(lot.unit.0)]),
        lot.amount.into(),
        lot.held.into(),
        lot.available.into(),
        lot.reserved.into(),
        lot.spent.into(),
        lot.expired.into(),
        lot.taken_back.into(),
        Value::Bool(Some(lot.held + lot.available + lot.reserved > 0)),
        maybe(lot.reference.as_deref()),
        i64::from(lot.priority).into(),
        lot.created_at.0.into(),
        release_at.into(),
        Value::Bool(Some(matches!(lot.release_at, Release::OnEvent))),
        lot.expires_at.map(|at| at.0).into(),
        i64::try_from(lot.sequence).unwrap_or(i64::MAX).into(),
        lot.let_go.into(),
        lot.due().map(|at| at.0).into(),
    ]
}

/// What is read of a lot: [`LOT_COLUMNS`] without [`NOT_READ`], in this order.
#[derive(Deserialize)]
struct Read {
    rule: String,
    fact: String,
    unit: String,
    amount: i64,
    held: i64,
    available: i64,
    reserved: i64,
    spent: i64,
    expired: i64,
    taken_back: i64,
    reference: Option<String>,
    priority: i64,
    created_at: i64,
    release_at: Option<i64>,
    held_for_event: i64,
    expires_at: Option<i64>,
    sequence: i64,
    let_go: i64,
}

/// Reads [`LOT_COLUMNS`] by their places: looking up twenty names takes longer than the rest.
pub fn lot_from_row(timeline: &Timeline, row: &QueryResult) -> Result<Lot, DbErr> {
    let number = |at: usize| row.try_get_by_index::<i64>(at);
    let read = Read {
        rule: row.try_get_by_index(1)?,
        fact: row.try_get_by_index(2)?,
        unit: row.try_get_by_index(3)?,
        amount: number(4)?,
        held: number(5)?,
        available: number(6)?,
        reserved: number(7)?,
        spent: number(8)?,
        expired: number(9)?,
        taken_back: number(10)?,
        reference: row.try_get_by_index(12)?,
        priority: number(13)?,
        created_at: number(14)?,
        release_at: row.try_get_by_index(15)?,
        held_for_event: row.try_get_by_index::<bool>(16)?.into(),
        expires_at: row.try_get_by_index(17)?,
        sequence: number(18)?,
        let_go: number(19)?,
    };
    read.lot(timeline)
}

/// SQL for the lots `l` of a query as one text, which [`lots_from_text`] reads: rows of their own would be handed over one by one.
pub fn packed(dialect: Dialect) -> &'static str {
    static COLUMNS: LazyLock<String> = LazyLock::new(|| {
        let column = |name: &&str| match *name {
            "held_for_event" => "CASE WHEN l.held_for_event THEN 1 ELSE 0 END".to_owned(),
            name => format!("l.{name}"),
        };
        LOT_COLUMNS.iter().filter(|name| !NOT_READ.contains(name)).map(column).collect::<Vec<_>>().join(", ")
    });
    static SQLITE: LazyLock<String> = LazyLock::new(|| format!("json_group_array(json_array({}))", *COLUMNS));
    static POSTGRES: LazyLock<String> = LazyLock::new(|| format!("CAST(json_agg(json_build_array({})) AS TEXT)", *COLUMNS));
    match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    }
}

/// Lots out of a text that [`packed`] made; nothing where there were none.
pub fn lots_from_text(timeline: &Timeline, member: &str, packed: Option<&str>) -> Result<Vec<Lot>, DbErr> {
    let Some(packed) = packed else { return Ok(Vec::new()) };
    let read: Vec<Read> = serde_json::from_str(packed).map_err(|error| broken("a lot of member", member, error))?;
    read.into_iter().map(|read| read.lot(timeline)).collect()
}

impl Read {
    fn lot(self, timeline: &Timeline) -> Result<Lot, DbErr> {
        let unit = timeline.unit(&self.unit).and_then(|at| u16::try_from(at).ok());
        let unit = unit.ok_or_else(|| broken("lot", &self.fact, format!("unknown unit {}", self.unit)))?;
        let release_at = match (self.release_at, self.held_for_event) {
            (_, 1) => Release::OnEvent,
            (Some(at), _) => Release::At(Instant(at)),
            _ => Release::Now,
        };
        Ok(Lot {
            key: Key { rule: self.rule.into(), fact: self.fact.into() },
            unit: UnitIx(unit),
            amount: self.amount,
            held: self.held,
            available: self.available,
            reserved: self.reserved,
            spent: self.spent,
            expired: self.expired,
            taken_back: self.taken_back,
            reference: self.reference.map(Into::into),
            priority: i32::try_from(self.priority).unwrap_or(0),
            created_at: Instant(self.created_at),
            release_at,
            expires_at: self.expires_at.map(Instant),
            sequence: u64::try_from(self.sequence).unwrap_or(0),
            let_go: self.let_go,
        })
    }
}
