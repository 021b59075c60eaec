//! Facts, transfers, decisions and lots as rows, and back.

use std::collections::HashMap;
use std::sync::Arc;

use db::{Cell, Row, select_in, select_join};
use ledger::{Draw, Instant, Key, Purpose, Reason, Transfer, UnitIx};
use program::Timeline;
use program::decision::{Decision, Outcome};
use program::fact::{Body, Fact, Kind};
use program::history::Stored;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde::{Serialize, Serializer};

/// A row that no longer says what its program wrote: the database was changed by someone else.
pub fn broken(what: &str, id: &str, why: impl std::fmt::Display) -> DbErr {
    DbErr::Custom(format!("{what} {id} cannot be read: {why}"))
}

pub const FACT_COLUMNS: &[&str] =
    &["id", "member_id", "kind", "occurred_at", "recorded_at", "source", "actor", "corrects", "import_id", "body"];

pub fn fact_row(fact: &Fact, import: Option<&str>) -> Vec<Value> {
    vec![
        text(&fact.id),
        text(&fact.member),
        text(fact.kind.name()),
        fact.occurred_at.0.into(),
        fact.recorded_at.0.into(),
        text(&fact.source),
        maybe(fact.actor.as_deref()),
        maybe(fact.corrects.as_deref()),
        maybe(import),
        fact.body.to_json(fact.kind).into(),
    ]
}

/// Reads `id, member_id, kind, occurred_at, recorded_at, source, actor, corrects, body` by those names.
pub fn fact_from_row(row: &QueryResult) -> Result<Fact, DbErr> {
    let id: String = row.try_get("", "id")?;
    let kind: String = row.try_get("", "kind")?;
    let body: String = row.try_get("", "body")?;
    let kind = Kind::parse(&kind).ok_or_else(|| broken("fact", &id, format!("unknown kind {kind}")))?;
    let body = Body::from_json(kind, &body).map_err(|error| broken("fact", &id, error))?;
    let arc = |text: String| Arc::<str>::from(text);
    Ok(Fact {
        member: arc(row.try_get("", "member_id")?),
        kind,
        occurred_at: Instant(row.try_get("", "occurred_at")?),
        recorded_at: Instant(row.try_get("", "recorded_at")?),
        source: arc(row.try_get("", "source")?),
        actor: row.try_get::<Option<String>>("", "actor")?.map(arc),
        corrects: row.try_get::<Option<String>>("", "corrects")?.map(arc),
        body,
        id: id.into(),
    })
}

/// What [`fact_from_cells`] reads.
pub const FACT_CELLS: &str = "id, kind, occurred_at, recorded_at, source, actor, corrects, body";

/// Reads [`FACT_CELLS`] where they lie; texts that the fact before has too are shared with it.
pub fn fact_from_cells(member: &str, row: &dyn Row, before: Option<&Fact>) -> Result<Fact, DbErr> {
    let text = |column: usize| match row.cell(column)? {
        Cell::Text(text) => Ok(Some(std::str::from_utf8(text).map_err(|error| broken("a fact of member", member, error))?)),
        Cell::Nothing => Ok(None),
        cell => Err(broken("a fact of member", member, format!("column {column} holds {cell:?}"))),
    };
    let number = |column: usize| match row.cell(column)? {
        Cell::Number(number) => Ok(Instant(number)),
        cell => Err(broken("a fact of member", member, format!("column {column} holds {cell:?}"))),
    };
    let (id, name, source, body) = (text(0)?, text(1)?, text(4)?, text(7)?);
    let (Some(id), Some(name), Some(source), Some(body)) = (id, name, source, body) else {
        return Err(broken("a fact of member", member, "it lacks a part"));
    };
    let kind = Kind::parse(name).ok_or_else(|| broken("fact", id, format!("unknown kind {name}")))?;
    let shared = |text: &str, same: Option<&Arc<str>>| same.filter(|same| ***same == *text).map_or_else(|| Arc::from(text), Arc::clone);
    Ok(Fact {
        id: id.into(),
        member: shared(member, before.map(|before| &before.member)),
        kind,
        occurred_at: number(2)?,
        recorded_at: number(3)?,
        source: shared(source, before.map(|before| &before.source)),
        actor: text(5)?.map(|actor| shared(actor, before.and_then(|before| before.actor.as_ref()))),
        corrects: text(6)?.map(Arc::from),
        body: Body::from_json(kind, body).map_err(|error| broken("fact", id, error))?,
    })
}

pub const TRANSFER_COLUMNS: &[&str] =
    &["member_id", "key", "revision", "unit", "debit", "credit", "amount", "effective_at", "recorded_at", "reason", "cause", "draws"];

/// A transfer as a row; an odd revision takes the transfer back, so its accounts change places and its draws their sign.
pub fn transfer_row(
    timeline: &Timeline,
    member: &str,
    key: String,
    revision: u32,
    transfer: &Transfer,
    recorded_at: Instant,
) -> Vec<Value> {
    let back = revision % 2 == 1;
    let (debit, credit) = if back { (transfer.to, transfer.from) } else { (transfer.from, transfer.to) };
    let sign = if back { -1 } else { 1 };
    vec![
        text(member),
        key.into(),
        i64::from(revision).into(),
        text(&timeline.units[usize::from(transfer.unit.0)]),
        text(debit.as_str()),
        text(credit.as_str()),
        transfer.amount.into(),
        transfer.at.0.into(),
        recorded_at.0.into(),
        text(transfer.reason.as_str()),
        text(&format!("{}\u{1f}{}", transfer.key.rule, transfer.key.fact)),
        serde_json::to_string(&Draws(transfer, sign)).unwrap_or_default().into(),
    ]
}

/// The lots behind a transfer as they are stored, in JSON; a sign turns the amounts round.
pub struct Draws<'t>(pub &'t Transfer, pub i64);

impl Serialize for Draws<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.draws.iter().map(|draw| (&*draw.lot.rule, &*draw.lot.fact, self.1 * draw.amount)))
    }
}

/// The transfers of members by member and key: latest revision, and what is in force.
pub async fn read_transfers<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    members: &[String],
) -> Result<HashMap<String, HashMap<String, Stored<Transfer>>>, DbErr> {
    let sql = "SELECT member_id, key, revision, unit, debit, credit, amount, effective_at, reason, cause, draws FROM transfer \
               WHERE member_id IN {keys} ORDER BY member_id, key, revision";
    let mut found: HashMap<String, HashMap<String, Stored<Transfer>>> = HashMap::new();
    for row in select_in(conn, sql, &[], members.iter().map(|id| Value::from(id.clone()))).await? {
        let member: String = row.try_get("", "member_id")?;
        let key: String = row.try_get("", "key")?;
        let revision: i64 = row.try_get("", "revision")?;
        let now = if revision % 2 == 0 { Some(transfer_from_row(timeline, &row, &key)?) } else { None };
        let revision = u32::try_from(revision).map_err(|error| broken("transfer", &key, error))?;
        found.entry(member).or_default().insert(key, Stored { revision, now });
    }
    Ok(found)
}

fn transfer_from_row(timeline: &Timeline, row: &QueryResult, key: &str) -> Result<Transfer, DbErr> {
    let bad = |what: &str| broken("transfer", key, format!("bad {what}"));
    let purpose = |name: &str| -> Result<Purpose, DbErr> { Purpose::parse(&row.try_get::<String>("", name)?).ok_or_else(|| bad(name)) };
    let unit: String = row.try_get("", "unit")?;
    let unit = timeline.unit(&unit).and_then(|at| u16::try_from(at).ok()).ok_or_else(|| bad("unit"))?;
    let cause: String = row.try_get("", "cause")?;
    let (rule, fact) = cause.split_once('\u{1f}').ok_or_else(|| bad("cause"))?;
    let draws: Vec<(String, String, i64)> =
        serde_json::from_str(&row.try_get::<String>("", "draws")?).map_err(|error| broken("transfer", key, error))?;
    Ok(Transfer {
        key: Key { rule: rule.into(), fact: fact.into() },
        at: Instant(row.try_get("", "effective_at")?),
        unit: UnitIx(unit),
        from: purpose("debit")?,
        to: purpose("credit")?,
        amount: row.try_get("", "amount")?,
        reason: Reason::parse(&row.try_get::<String>("", "reason")?).ok_or_else(|| bad("reason"))?,
        draws: draws.into_iter().map(|(rule, fact, amount)| Draw { lot: Key { rule: rule.into(), fact: fact.into() }, amount }).collect(),
    })
}

pub const DECISION_COLUMNS: &[&str] = &["member_id", "key", "revision", "effective_at", "recorded_at", "version", "rule", "cause", "body"];

/// A decision as a row; an odd revision withdraws it.
pub fn decision_row(member: &str, revision: u32, decision: &Decision, recorded_at: Instant) -> Vec<Value> {
    vec![
        text(member),
        text(&decision.key),
        i64::from(revision).into(),
        decision.at.0.into(),
        recorded_at.0.into(),
        i64::from(decision.version).into(),
        text(&decision.rule),
        maybe(decision.cause.as_deref()),
        serde_json::to_string(&decision.outcome).unwrap_or_default().into(),
    ]
}

/// Reads `key, effective_at, version, rule, cause, body` by those names.
pub fn decision_from_row(row: &QueryResult) -> Result<Decision, DbErr> {
    let key: String = row.try_get("", "key")?;
    let outcome: Outcome = serde_json::from_str(&row.try_get::<String>("", "body")?).map_err(|error| broken("decision", &key, error))?;
    let version: i64 = row.try_get("", "version")?;
    Ok(Decision {
        at: Instant(row.try_get("", "effective_at")?),
        version: u32::try_from(version).map_err(|error| broken("decision", &key, error))?,
        rule: row.try_get::<String>("", "rule")?.into(),
        cause: row.try_get::<Option<String>>("", "cause")?.map(Into::into),
        outcome,
        key,
    })
}

/// The decisions of members by member and key: latest revision, and what is in force.
pub async fn read_decisions<C: ConnectionTrait>(
    conn: &C,
    members: &[String],
) -> Result<HashMap<String, HashMap<String, Stored<Decision>>>, DbErr> {
    let sql = "SELECT member_id, key, revision, effective_at, version, rule, cause, body FROM decision \
               WHERE member_id IN {keys} ORDER BY member_id, key, revision";
    let mut found: HashMap<String, HashMap<String, Stored<Decision>>> = HashMap::new();
    for row in select_in(conn, sql, &[], members.iter().map(|id| Value::from(id.clone()))).await? {
        let member: String = row.try_get("", "member_id")?;
        let key: String = row.try_get("", "key")?;
        let revision: i64 = row.try_get("", "revision")?;
        let decision = decision_from_row(&row)?;
        let revision = u32::try_from(revision).map_err(|error| broken("decision", &key, error))?;
        found.entry(member).or_default().insert(key, Stored { revision, now: (revision % 2 == 0).then_some(decision) });
    }
    Ok(found)
}

pub fn text(value: &str) -> Value {
    Value::String(Some(value.to_owned()))
}

pub fn maybe(value: Option<&str>) -> Value {
    Value::String(value.map(str::to_owned))
}

/// Rows of member-owned state for pairs of member and key.
pub async fn pairs<C: ConnectionTrait>(conn: &C, sql: &str, keys: Vec<(String, String)>) -> Result<Vec<QueryResult>, DbErr> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    select_join(conn, sql, &[], keys.into_iter().map(|(member, key)| vec![member.into(), key.into()])).await
}
