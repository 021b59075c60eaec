//! Orders, redemptions and reservations: what is kept beside a member's state until a fact asks for it.
//!
//! A wrong one does no harm until the order is refunded or the redemption undone, so nothing else would find it in time.

use std::collections::HashMap;

use db::select_in;
use ledger::{Redemption, Reservation};
use program::history::Stored;
use program::state::Order;
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde::de::DeserializeOwned;

use super::differences;
use crate::facts::blob;

/// What is stored of some members.
pub struct Kept {
    orders: Of<Order>,
    redemptions: Of<Redemption>,
    reservations: Of<Reservation>,
}

/// By member: each row's own key, and what it holds.
type Of<T> = HashMap<String, Vec<(String, T)>>;

impl Kept {
    pub async fn load<C: ConnectionTrait>(conn: &C, ids: &[String]) -> Result<Kept, DbErr> {
        Ok(Kept {
            orders: stored(conn, "SELECT member_id, number AS key, state FROM member_order WHERE member_id IN {keys}", ids).await?,
            redemptions: stored(
                conn,
                "SELECT member_id, rule || ':' || fact_id AS key, state FROM redemption WHERE member_id IN {keys}",
                ids,
            )
            .await?,
            reservations: stored(
                conn,
                "SELECT member_id, rule || ':' || fact_id AS key, state FROM reservation WHERE member_id IN {keys}",
                ids,
            )
            .await?,
        })
    }

    /// Compares one member's with what a replay made.
    pub fn compare(
        &mut self,
        member: &str,
        orders: Vec<Order>,
        redemptions: Vec<Redemption>,
        reservations: Vec<Reservation>,
        find: &mut impl FnMut(&'static str, String, String, String),
    ) {
        compare("order", self.orders.remove(member), orders, |order| order.order.to_string(), find);
        compare("redemption", self.redemptions.remove(member), redemptions, |spent| spent.key.to_string(), find);
        compare("reservation", self.reservations.remove(member), reservations, |held| held.key.to_string(), find);
    }
}

fn compare<T: PartialEq + Clone + std::fmt::Debug>(
    what: &'static str,
    stored: Option<Vec<(String, T)>>,
    fresh: Vec<T>,
    key: impl Fn(&T) -> String,
    find: &mut impl FnMut(&'static str, String, String, String),
) {
    let stored = stored.unwrap_or_default().into_iter().map(|(key, now)| (key, Stored { revision: 0, now: Some(now) })).collect();
    differences(what, stored, fresh.into_iter().map(|now| (key(&now), now)), |kept| format!("{kept:?}"), find);
}

async fn stored<T: DeserializeOwned, C: ConnectionTrait>(conn: &C, sql: &str, ids: &[String]) -> Result<Of<T>, DbErr> {
    let mut found = Of::new();
    for row in select_in(conn, sql, &[], ids.iter().map(|id| Value::from(id.clone()))).await? {
        let member: String = row.try_get("", "member_id")?;
        let one = blob(&row, "state", &member)?;
        found.entry(member).or_insert_with(Vec::new).push((row.try_get("", "key")?, one));
    }
    Ok(found)
}
