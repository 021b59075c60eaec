//! Spending, with what the company tree shares.
//!
//! A member spends its own units first. Where the unit is pooled, what is missing comes from its parent, then from the parent's parent:
//! each ancestor's part leaves by a `points.shared` fact, arrives by one `points.pooled` fact for each lot drawn (with that lot's expiry),
//! and is spent with the rest. All of it is one transaction: either everything is written or nothing.

use std::collections::HashSet;
use std::sync::Arc;

use ledger::{Instant, UnitIx};
use program::expr::Value as Field;
use program::fact::{Body, Fact, Kind};
use program::{Mode, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::app::{App, AppError};
use crate::facts::{FactError, record, settle_members, states};
use crate::members;

/// How far up a company tree a spend may draw.
pub const MAX_ANCESTORS: usize = 8;

/// Units to be spent.
#[derive(Clone, Debug)]
pub struct Spend {
    /// The id of the fact that says so; sending it again changes nothing.
    pub id: String,
    /// Who spends.
    pub member: String,
    /// The unit.
    pub unit: String,
    /// In the unit's smallest step.
    pub amount: i64,
    /// What for, e.g. an order's number.
    pub reference: Option<String>,
}

/// What a spend drew.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Spent {
    /// It had been spent before by a fact of the same id.
    pub known: bool,
    /// Out of the member's own lots.
    pub own: i64,
    /// Out of lots of other companies of the tree: company, lot, amount.
    pub pooled: Vec<(String, String, i64)>,
}

/// Why nothing was spent.
#[derive(Debug, thiserror::Error)]
pub enum SpendError {
    /// The database failed.
    #[error("{}", db::describe(.0))]
    Database(#[from] DbErr),
    /// No program, or no such member or unit.
    #[error(transparent)]
    App(#[from] AppError),
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(#[from] FactError),
}

/// Spends units of a member.
///
/// # Errors
/// When the member and, for a pooled unit, its ancestors together have less than the amount.
pub async fn spend(app: &App, ask: &Spend) -> Result<Spent, SpendError> {
    let timeline = app.timeline()?;
    let (timeline, now) = (&*timeline, app.now());
    app.db.write(|tx| async move { spend_in(&tx, timeline, ask, now).await }).await
}

async fn spend_in<C: ConnectionTrait>(conn: &C, timeline: &Timeline, ask: &Spend, now: Instant) -> Result<Spent, SpendError> {
    let unit =
        timeline.unit(&ask.unit).ok_or_else(|| AppError::Refused(format!("field `unit`: the program has no unit `{}`", ask.unit)))?;
    let spend = fact(&ask.id, &ask.member, "points.spent", now, spent_fields(ask, ask.amount))?;
    if known(conn, &ask.id).await? {
        let answer =
            record(conn, timeline, vec![Fact { occurred_at: first_said(conn, &ask.id).await?, ..spend }], Mode::Live, now, None).await?;
        answer.into_iter().next().unwrap_or_else(|| unreachable!("one fact, one answer"))?;
        return Ok(Spent { known: true, ..Spent::default() });
    }
    let tree = ancestors(conn, &ask.member).await?;
    settle_members(conn, timeline, &tree, now, now).await?;
    let balances = states(conn, timeline, &tree).await?;
    let ix = UnitIx(u16::try_from(unit).unwrap_or(u16::MAX));
    let available = |member: &str| balances.get(member).map_or(0, |stored| stored.book.balances(ix).available);
    let own = available(&ask.member).max(0).min(ask.amount);
    let pooled = timeline.version(now).program.units.iter().any(|known| *known.id == *ask.unit && known.pool);
    let mut missing = if pooled { ask.amount - own } else { 0 };
    let mut spent = Spent { own, ..Spent::default() };
    let beyond: i64 = tree[1..].iter().map(|ancestor| available(ancestor).max(0)).sum();
    if missing > 0 && beyond >= missing {
        for (at, ancestor) in tree[1..].iter().enumerate() {
            let part = available(ancestor).max(0).min(missing);
            if part > 0 {
                missing -= part;
                draw_from(conn, timeline, ask, ancestor, part, at, now, &mut spent).await?;
            }
        }
    }
    accept(record(conn, timeline, vec![spend], Mode::Live, now, None).await?)?;
    Ok(spent)
}

/// One ancestor's part: out of its lots, into lots of the member.
#[allow(clippy::too_many_arguments, reason = "a draw over the tree has this many sides")]
async fn draw_from<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    ask: &Spend,
    ancestor: &str,
    part: i64,
    at: usize,
    now: Instant,
    spent: &mut Spent,
) -> Result<(), SpendError> {
    let id = format!("{}:share:{at}", ask.id);
    let text = |text: &str| Field::Text(text.into());
    let fields = vec![("unit", text(&ask.unit)), ("amount", Field::Int(part)), ("to", text(&ask.member)), ("reference", text(&ask.id))];
    accept(record(conn, timeline, vec![fact(&id, ancestor, "points.shared", now, fields)?], Mode::Live, now, None).await?)?;
    let mut arriving = Vec::new();
    for (n, draw) in draws_of(conn, ancestor, &id).await?.into_iter().enumerate() {
        let mut fields = vec![
            ("unit", text(&ask.unit)),
            ("amount", Field::Int(draw.amount)),
            ("from", text(ancestor)),
            ("lot", text(&draw.lot)),
            ("priority", Field::Int(draw.priority)),
            ("reference", text(&ask.id)),
        ];
        fields.extend(draw.expires_at.map(|at| ("expires_at", Field::Time(at))));
        arriving.push(fact(&format!("{}:pool:{at}:{n}", ask.id), &ask.member, "points.pooled", now, fields)?);
        spent.pooled.push((ancestor.to_owned(), draw.lot, draw.amount));
    }
    accept(record(conn, timeline, arriving, Mode::Live, now, None).await?)?;
    Ok(())
}

struct Drawn {
    lot: String,
    amount: i64,
    expires_at: Option<Instant>,
    priority: i64,
}

/// Which lots a share drew, as the ledger has just written it.
async fn draws_of<C: ConnectionTrait>(conn: &C, member: &str, fact: &str) -> Result<Vec<Drawn>, DbErr> {
    let sql = "SELECT draws FROM transfer WHERE member_id = $1 AND cause = $2";
    let values = [Value::from(member), Value::from(format!("share\u{1f}{fact}"))];
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let draws: String = row.map_or(Ok("[]".to_owned()), |row| row.try_get("", "draws"))?;
    let draws: Vec<(String, String, i64)> = serde_json::from_str(&draws).map_err(|error| DbErr::Custom(error.to_string()))?;
    let mut drawn = Vec::new();
    for (rule, lot, amount) in draws {
        let sql = "SELECT expires_at, priority FROM lot WHERE member_id = $1 AND rule = $2 AND fact_id = $3";
        let values = [Value::from(member), Value::from(rule.clone()), Value::from(lot.clone())];
        let Some(row) = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await? else {
            continue;
        };
        let expires_at: Option<i64> = row.try_get("", "expires_at")?;
        drawn.push(Drawn {
            lot: format!("{rule}:{lot}"),
            amount,
            expires_at: expires_at.map(Instant),
            priority: row.try_get("", "priority")?,
        });
    }
    Ok(drawn)
}

/// The member and its ancestors, nearest first; a circle in the tree ends the walk.
async fn ancestors<C: ConnectionTrait>(conn: &C, member: &str) -> Result<Vec<String>, SpendError> {
    let mut tree = vec![member.to_owned()];
    let mut seen: HashSet<String> = tree.iter().cloned().collect();
    while tree.len() <= MAX_ANCESTORS {
        let here = tree[tree.len() - 1].clone();
        let found = members::find(conn, [here.as_str()].into_iter()).await?;
        let Some(known) = found.get(&here) else {
            if tree.len() == 1 {
                return Err(AppError::UnknownMember(here).into());
            }
            tree.pop();
            break;
        };
        match known.parent.clone().filter(|parent| seen.insert(parent.clone())) {
            Some(parent) => tree.push(parent),
            None => break,
        }
    }
    Ok(tree)
}

fn spent_fields(ask: &Spend, amount: i64) -> Vec<(&'static str, Field)> {
    let mut fields = vec![("unit", Field::Text(ask.unit.as_str().into())), ("amount", Field::Int(amount))];
    fields.extend(ask.reference.as_ref().map(|reference| ("reference", Field::Text(reference.as_str().into()))));
    fields
}

fn fact(id: &str, member: &str, kind: &str, now: Instant, fields: Vec<(&str, Field)>) -> Result<Fact, SpendError> {
    let kind = Kind::named(kind);
    let body = Body::build(kind, &fields, Vec::new()).map_err(|error| AppError::Refused(error.to_string()))?;
    let text = |text: &str| -> Arc<str> { text.into() };
    Ok(Fact {
        id: text(id),
        member: text(member),
        kind,
        occurred_at: now,
        recorded_at: now,
        source: text("hansa"),
        actor: None,
        corrects: None,
        body,
    })
}

async fn known<C: ConnectionTrait>(conn: &C, id: &str) -> Result<bool, DbErr> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), "SELECT id FROM fact WHERE id = $1", [Value::from(id)]);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

async fn first_said<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Instant, DbErr> {
    let statement =
        Statement::from_sql_and_values(conn.get_database_backend(), "SELECT occurred_at FROM fact WHERE id = $1", [Value::from(id)]);
    let row = conn.query_one_raw(statement).await?;
    row.map_or(Ok(Instant::MIN), |row| row.try_get("", "occurred_at").map(Instant))
}

fn accept(answers: Vec<crate::facts::Answer>) -> Result<(), FactError> {
    answers.into_iter().try_for_each(|answer| answer.map(drop))
}
