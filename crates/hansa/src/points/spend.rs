//! Spending, with what the company tree shares.
//!
//! A member spends its own units: gathered with whatever else arrives, like any live fact.
//!
//! Where the unit is pooled and it is asked for, a member spends its own first, and what is missing comes from its parent, then from the parent's parent:
//! each ancestor's part leaves by a `points.shared` fact, arrives by one `points.pooled` fact for each lot drawn (with that lot's expiry),
//! and is spent with the rest. All of it is one transaction: either everything is written or nothing.

use std::collections::HashSet;

use ledger::Instant;
use program::expr::Value as Field;
use program::{Fact, Mode, Refusal, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::say::{Say, SpendError, accept, entry, fact, say_by, say_in, unit_ix};
use super::store;
use crate::app::{App, AppError};
use crate::audit::{self, By};
use crate::facts::{FactError, first_said, moment, record, settle_members, states};
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
    /// Draw what is missing from the member's parents, where the program pools the unit.
    pub pool: bool,
    /// Who spends, where known.
    pub actor: Option<String>,
}

/// What a spend drew.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Spent {
    /// It had been spent before by a fact of the same id.
    pub known: bool,
    /// Out of the member's own lots.
    pub own: i64,
    /// Out of lots of other companies of the tree.
    pub pooled: Vec<Draw>,
}

/// What was drawn from one lot of another company.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
pub struct Draw {
    /// The company.
    pub member: String,
    /// Its lot: the rule and the fact that made it.
    pub lot: String,
    /// How much, in the unit's smallest step.
    pub amount: i64,
}

/// Spends units of a member.
///
/// # Errors
/// When the member and, for a pooled unit, its ancestors together have less than the amount.
pub async fn spend(app: &App, ask: &Spend) -> Result<Spent, SpendError> {
    spend_by(app, ask, &By::machine(ask.actor.as_deref())).await
}

/// [`spend`] for somebody who calls from outside.
///
/// # Errors
/// As [`spend`].
pub async fn spend_by(app: &App, ask: &Spend, by: &By) -> Result<Spent, SpendError> {
    if !ask.pool {
        unit_ix(&*app.timeline_in(app.db.read()).await?, &ask.unit)?;
        let said = say_by(app, &said(ask), None, by).await?;
        return match first_said(app.db.read(), &ask.id).await?.filter(|_| said.known) {
            Some(at) => Ok(first_answer(app.db.read(), ask, at).await?),
            None => Ok(Spent { own: ask.amount, ..Spent::default() }),
        };
    }
    let now = app.now();
    app.db
        .write(|tx| async move {
            let spent = spend_pooled(&tx, &*app.timeline_in(&tx).await?, ask, now).await?;
            if !spent.known {
                audit::append(&tx, vec![(by.clone(), entry("points.spent", &ask.id, &ask.member))], now).await?;
            }
            Ok(spent)
        })
        .await
}

async fn spend_pooled<C: ConnectionTrait>(conn: &C, timeline: &Timeline, ask: &Spend, now: Instant) -> Result<Spent, SpendError> {
    let (ix, say) = (unit_ix(timeline, &ask.unit)?, said(ask));
    let tree = ancestors(conn, &ask.member).await?;
    // This locks the whole tree; what is read afterwards stays so.
    settle_members(conn, timeline, &tree, now, now).await?;
    if let Some(said) = first_said(conn, &ask.id).await? {
        say_in(conn, timeline, &say, said, now).await?;
        return first_answer(conn, ask, said).await;
    }
    let balances = states(conn, timeline, &tree).await?;
    let at = moment(balances.values(), now);
    let available = |member: &str| balances.get(member).map_or(0, |stored| stored.book.balances(ix).available).max(0);
    let pooled = timeline.version(now).program.units.iter().any(|known| *known.id == *ask.unit && known.pool);
    if !pooled {
        let reason = format!("unit `{}` is not pooled: the program in force lets no company draw on its parents' lots of it", ask.unit);
        return Err(AppError::Refused(reason).into());
    }
    let own = available(&ask.member).min(ask.amount);
    let mut missing = ask.amount - own;
    let mut spent = Spent { own, ..Spent::default() };
    let beyond: i64 = tree[1..].iter().map(|ancestor| available(ancestor)).sum();
    if missing > 0 && beyond >= missing {
        for (place, ancestor) in tree[1..].iter().enumerate() {
            let part = available(ancestor).min(missing);
            if part > 0 {
                missing -= part;
                draw_from(conn, timeline, ask, ancestor, part, place, at, &mut spent).await?;
            }
        }
    }
    // A moment later, so that what the parents gave is there to be spent.
    match say_in(conn, timeline, &say, Instant(at.0 + 1), now).await {
        // Said of the whole tree, since that is what was asked.
        Err(SpendError::Refused(FactError::Refused(Refusal::Ledger(ledger::Refusal::Insufficient { needed, .. })))) => {
            Err(SpendError::Beyond { available: available(&ask.member) + beyond, needed })
        }
        said => said.map(|_| spent),
    }
}

/// What a spend drew that was said before: what the parents gave arrived the moment before, by facts named after it.
pub(super) async fn first_answer<C: ConnectionTrait>(conn: &C, ask: &Spend, said: Instant) -> Result<Spent, SpendError> {
    let begins = format!("{}:pool:", ask.id);
    let arrived = store::arrived(conn, &ask.member, Instant(said.0 - 1)).await?;
    // In the order of the draws: nearest parent first, and of each its lots as they were drawn.
    let numbers =
        |fact: &Fact| fact.id[begins.len()..].split(':').map(str::parse::<u32>).collect::<Result<Vec<_>, _>>().unwrap_or_default();
    let mut draws: Vec<&Fact> = arrived.iter().filter(|fact| fact.id.starts_with(&begins)).collect();
    draws.sort_by_cached_key(|fact| numbers(fact));
    let text = |fact: &Fact, name| fact.text(name).map(ToString::to_string).unwrap_or_default();
    let pooled: Vec<Draw> = draws
        .iter()
        .map(|fact| Draw { member: text(fact, "from"), lot: text(fact, "lot"), amount: fact.int("amount").unwrap_or(0) })
        .collect();
    let own = ask.amount - pooled.iter().map(|draw| draw.amount).sum::<i64>();
    Ok(Spent { known: true, own, pooled })
}

/// One ancestor's part: out of its lots, into lots of the member.
#[allow(clippy::too_many_arguments, reason = "a draw over the tree has this many sides")]
pub(super) async fn draw_from<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    ask: &Spend,
    ancestor: &str,
    part: i64,
    place: usize,
    at: Instant,
    spent: &mut Spent,
) -> Result<(), SpendError> {
    let id = format!("{}:share:{place}", ask.id);
    let text = |text: &str| Field::Text(text.into());
    let fields = vec![("unit", text(&ask.unit)), ("amount", Field::Int(part)), ("to", text(&ask.member)), ("reference", text(&ask.id))];
    accept(record(conn, timeline, vec![fact(&id, ancestor, "points.shared", at, fields)?], Mode::Live, at, None).await?)?;
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
        fields.extend(draw.expires_at.map(|expires_at| ("expires_at", Field::Time(expires_at))));
        arriving.push(fact(&format!("{}:pool:{place}:{n}", ask.id), &ask.member, "points.pooled", at, fields)?);
        spent.pooled.push(Draw { member: ancestor.to_owned(), lot: draw.lot, amount: draw.amount });
    }
    accept(record(conn, timeline, arriving, Mode::Live, at, None).await?)?;
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

fn said(ask: &Spend) -> Say {
    let mut fields = vec![("unit", Field::Text(ask.unit.as_str().into())), ("amount", Field::Int(ask.amount))];
    fields.extend(ask.reference.as_ref().map(|reference| ("reference", Field::Text(reference.as_str().into()))));
    Say { id: ask.id.clone(), member: ask.member.clone(), kind: "points.spent", fields, actor: ask.actor.clone() }
}
