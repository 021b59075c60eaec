//! Rewards and their orders as rows.

use db::{Dialect, OnConflict, insert_rows, update_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

use super::{Order, Reward, State};
use crate::access::Scope;

const REWARD: [&str; 14] = [
    "id",
    "names",
    "descriptions",
    "category",
    "unit",
    "price",
    "stock",
    "taken",
    "per_member",
    "tiers",
    "begins_at",
    "ends_at",
    "open",
    "created_at",
];

const ORDER: [&str; 14] = [
    "id",
    "member_id",
    "reward_id",
    "quantity",
    "unit",
    "amount",
    "state",
    "contact_id",
    "deliver_to",
    "placed_by",
    "placed_at",
    "ended_by",
    "ended_at",
    "note",
];

/// Adds a reward.
pub async fn insert<C: ConnectionTrait>(conn: &C, reward: &Reward) -> Result<(), DbErr> {
    insert_rows(conn, "reward", &REWARD, [row(reward)], OnConflict::Fail).await.map(drop)
}

/// Writes a reward as it is now.
pub async fn update<C: ConnectionTrait>(conn: &C, reward: &Reward) -> Result<(), DbErr> {
    update_rows(conn, "reward", &REWARD[..1], &REWARD[1..], [row(reward)]).await.map(drop)
}

/// A page of rewards by id, one more than asked for where there are more; `offered` leaves out those that are not open.
pub async fn list<C: ConnectionTrait>(conn: &C, offered: bool, after: &str, limit: u64) -> Result<Vec<Reward>, DbErr> {
    let which = if offered { "open AND id > $1" } else { "id > $1" };
    let sql = format!("SELECT {} FROM reward WHERE {which} ORDER BY id LIMIT $2", REWARD.join(", "));
    let values = [Value::from(after), i64::try_from(limit + 1).unwrap_or(i64::MAX).into()];
    rows(conn, &sql, values.into()).await?.iter().map(reward).collect()
}

/// Rewards by their ids.
pub async fn some<C: ConnectionTrait>(conn: &C, ids: impl Iterator<Item = &str>) -> Result<Vec<Reward>, DbErr> {
    let sql = format!("SELECT {} FROM reward WHERE id IN {{keys}}", REWARD.join(", "));
    db::select_in(conn, &sql, &[], ids.map(Value::from)).await?.iter().map(reward).collect()
}

/// A reward that is about to be ordered or changed: on PostgreSQL nobody else does so until this transaction ends.
pub async fn lock<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Reward>, DbErr> {
    let held = match Dialect::of(conn.get_database_backend()) {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE",
    };
    let sql = format!("SELECT {} FROM reward WHERE id = $1{held}", REWARD.join(", "));
    rows(conn, &sql, vec![id.into()]).await?.first().map(reward).transpose()
}

/// How many of a reward a member has ordered and not cancelled.
pub async fn had<C: ConnectionTrait>(conn: &C, reward: &str, member: &str) -> Result<i64, DbErr> {
    let sql = "SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) AS n FROM redemption_order WHERE member_id = $1 AND reward_id = $2 AND state <> $3";
    let values = vec![member.into(), reward.into(), State::Cancelled.name().into()];
    rows(conn, sql, values).await?.first().map_or(Ok(0), |row| row.try_get("", "n"))
}

/// Adds an order.
pub async fn insert_order<C: ConnectionTrait>(conn: &C, order: &Order) -> Result<(), DbErr> {
    insert_rows(conn, "redemption_order", &ORDER, [order_row(order)], OnConflict::Fail).await.map(drop)
}

/// Writes an order as it is now.
pub async fn update_order<C: ConnectionTrait>(conn: &C, order: &Order) -> Result<(), DbErr> {
    update_rows(conn, "redemption_order", &ORDER[..1], &ORDER[1..], [order_row(order)]).await.map(drop)
}

/// An order. Who changes it holds its reward.
pub async fn find_order<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Order>, DbErr> {
    let sql = format!("SELECT {} FROM redemption_order WHERE id = $1", ORDER.join(", "));
    rows(conn, &sql, vec![id.into()]).await?.first().map(order).transpose()
}

/// A place in a list of orders.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// When the order was placed.
    pub at: i64,
    /// Its id.
    pub id: String,
}

/// Which orders.
pub enum Which<'a> {
    /// Of one member, the latest first.
    Member(&'a str),
    /// Of everybody somebody sees, the oldest first.
    Everybody(&'a Scope),
}

/// A page of orders, one more than asked for where there are more.
pub async fn orders<C: ConnectionTrait>(
    conn: &C,
    which: Which<'_>,
    state: Option<State>,
    after: Option<&Place>,
    limit: u64,
) -> Result<Vec<Order>, DbErr> {
    let mut values: Vec<Value> = Vec::new();
    let mut put = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let (whose, step, order_by) = match which {
        Which::Member(member) => (format!("member_id = {}", put(member.into())), "<", "DESC"),
        Which::Everybody(Scope::Managed(manager)) => {
            (format!("member_id IN (SELECT id FROM member WHERE account_manager = {})", put(manager.clone().into())), ">", "ASC")
        }
        Which::Everybody(Scope::Tree(own)) => (format!("member_id = {}", put(own.clone().into())), ">", "ASC"),
        Which::Everybody(Scope::Everybody) => ("1 = 1".to_owned(), ">", "ASC"),
    };
    let mut sql = format!("SELECT {} FROM redemption_order WHERE {whose}", ORDER.join(", "));
    if let Some(state) = state {
        sql.push_str(&format!(" AND state = {}", put(state.name().into())));
    }
    if let Some(after) = after {
        let (at, id) = (put(after.at.into()), put(after.id.clone().into()));
        sql.push_str(&format!(" AND (placed_at, id) {step} ({at}, {id})"));
    }
    let limit = put(i64::try_from(limit + 1).unwrap_or(i64::MAX).into());
    sql.push_str(&format!(" ORDER BY placed_at {order_by}, id {order_by} LIMIT {limit}"));
    rows(conn, &sql, values).await?.iter().map(order).collect()
}

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

fn row(reward: &Reward) -> Vec<Value> {
    vec![
        reward.id.as_str().into(),
        json(&reward.names),
        json(&reward.descriptions),
        reward.category.clone().into(),
        reward.unit.as_str().into(),
        reward.price.into(),
        reward.stock.into(),
        reward.taken.into(),
        reward.per_member.into(),
        json(&reward.tiers),
        reward.from.map(|at| at.0).into(),
        reward.until.map(|at| at.0).into(),
        reward.open.into(),
        reward.created_at.0.into(),
    ]
}

fn reward(row: &QueryResult) -> Result<Reward, DbErr> {
    let instant = |name: &str| row.try_get::<Option<i64>>("", name).map(|at| at.map(Instant));
    Ok(Reward {
        id: row.try_get("", "id")?,
        names: parsed(row, "names")?,
        descriptions: parsed(row, "descriptions")?,
        category: row.try_get("", "category")?,
        unit: row.try_get("", "unit")?,
        price: row.try_get("", "price")?,
        stock: row.try_get("", "stock")?,
        taken: row.try_get("", "taken")?,
        per_member: row.try_get("", "per_member")?,
        tiers: parsed(row, "tiers")?,
        from: instant("begins_at")?,
        until: instant("ends_at")?,
        open: row.try_get("", "open")?,
        created_at: Instant(row.try_get("", "created_at")?),
    })
}

fn order_row(order: &Order) -> Vec<Value> {
    vec![
        order.id.as_str().into(),
        order.member.as_str().into(),
        order.reward.as_str().into(),
        order.quantity.into(),
        order.unit.as_str().into(),
        order.amount.into(),
        order.state.name().into(),
        order.contact.clone().into(),
        order.deliver_to.clone().into(),
        order.placed_by.as_str().into(),
        order.placed_at.0.into(),
        order.ended_by.clone().into(),
        order.ended_at.map(|at| at.0).into(),
        order.note.clone().into(),
    ]
}

fn order(row: &QueryResult) -> Result<Order, DbErr> {
    let state: String = row.try_get("", "state")?;
    Ok(Order {
        id: row.try_get("", "id")?,
        member: row.try_get("", "member_id")?,
        reward: row.try_get("", "reward_id")?,
        quantity: row.try_get("", "quantity")?,
        unit: row.try_get("", "unit")?,
        amount: row.try_get("", "amount")?,
        state: State::named(&state).ok_or_else(|| DbErr::Custom(format!("an order is `{state}`")))?,
        contact: row.try_get("", "contact_id")?,
        deliver_to: row.try_get("", "deliver_to")?,
        placed_by: row.try_get("", "placed_by")?,
        placed_at: Instant(row.try_get("", "placed_at")?),
        ended_by: row.try_get("", "ended_by")?,
        ended_at: row.try_get::<Option<i64>>("", "ended_at")?.map(Instant),
        note: row.try_get("", "note")?,
    })
}

fn json<T: Serialize>(value: &T) -> Value {
    // Serialising plain data into memory does not fail.
    serde_json::to_string(value).unwrap_or_default().into()
}

fn parsed<T: for<'de> Deserialize<'de>>(row: &QueryResult, column: &str) -> Result<T, DbErr> {
    let text: String = row.try_get("", column)?;
    serde_json::from_str(&text).map_err(|error| DbErr::Custom(format!("{column} of a reward: {error}")))
}
