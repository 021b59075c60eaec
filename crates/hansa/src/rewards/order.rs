//! Placing, fulfilling and cancelling an order: each step with its fact in the caller's transaction, which holds the reward's row first.

use ledger::Instant;
use program::Timeline;
use program::expr::Value as Field;
use sea_orm::ConnectionTrait;

use super::{Order, Reward, State, store};
use crate::audit::By;
use crate::http::problem::{Code, Failed, Problem};
use crate::members;
use crate::points::{Say, say_now};

/// An order to be placed.
pub struct Asked {
    /// Its id; the same again changes nothing.
    pub id: String,
    /// Whose.
    pub member: String,
    /// Of what.
    pub reward: String,
    /// How many.
    pub quantity: i64,
    /// Who receives it.
    pub contact: Option<String>,
    /// Where it is to be sent, sealed.
    pub deliver_to: Option<String>,
}

/// Places an order at the price of the reward as it is held, or finds that it was placed before; whether it was.
///
/// # Errors
/// When the reward is not offered to this member now, there are too few, or the units do not suffice.
pub async fn place<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    asked: Asked,
    by: &By,
    now: Instant,
) -> Result<(bool, Order), Failed> {
    // Said again, it gives the first answer, whatever became of the reward.
    if let Some(before) = store::find_order(conn, &asked.id).await? {
        return again(before, &asked);
    }
    let reward = store::lock(conn, &asked.reward).await?.filter(|reward| reward.open);
    let reward = reward.ok_or_else(|| Problem::field("reward", "no such reward is offered"))?;
    if let Some(meanwhile) = store::find_order(conn, &asked.id).await? {
        return again(meanwhile, &asked);
    }
    let order = Order {
        id: asked.id,
        member: asked.member,
        reward: asked.reward,
        quantity: asked.quantity,
        unit: reward.unit.clone(),
        amount: reward.price.saturating_mul(asked.quantity),
        state: State::Placed,
        contact: asked.contact,
        deliver_to: asked.deliver_to,
        placed_by: by.actor.clone(),
        placed_at: now,
        ended_by: None,
        ended_at: None,
        note: None,
    };
    offered(conn, timeline, &reward, &order, now).await?;
    say(conn, timeline, "points.reserved", &order, &order.id, by, now).await?;
    store::update(conn, &Reward { taken: reward.taken + order.quantity, ..reward }).await?;
    store::insert_order(conn, &order).await?;
    Ok((false, order))
}

fn again(before: Order, asked: &Asked) -> Result<(bool, Order), Failed> {
    let same = before.member == asked.member && before.reward == asked.reward && before.quantity == asked.quantity;
    if same { Ok((true, before)) } else { Err(Problem { field: Some("id".to_owned()), ..Problem::new(Code::IdTaken) }.into()) }
}

/// Ends an order; the order before and after.
///
/// # Errors
/// When there is no such order of this member, or it has ended otherwise.
pub async fn end<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    (member, id): (&str, &str),
    (state, note): (State, Option<&str>),
    by: &By,
    now: Instant,
) -> Result<(Order, Order), Failed> {
    let find = async || -> Result<Order, Failed> {
        let found = store::find_order(conn, id).await?.filter(|order| order.member == member);
        found.ok_or_else(|| Problem::new(Code::NotFound).into())
    };
    let reward = store::lock(conn, &find().await?.reward).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let order = find().await?;
    if order.state == state {
        return Ok((order.clone(), order));
    }
    if order.state != State::Placed {
        return Err(Problem::new(Code::Refused).saying(format!("the order is {}", order.state.name())).into());
    }
    let (kind, said) = match state {
        State::Fulfilled => ("points.committed", "fulfilled"),
        _ => ("points.released", "cancelled"),
    };
    say(conn, timeline, kind, &order, &format!("{id}:{said}"), by, now).await?;
    if state == State::Cancelled {
        store::update(conn, &Reward { taken: reward.taken - order.quantity, ..reward }).await?;
    }
    let after = Order { state, ended_by: Some(by.actor.clone()), ended_at: Some(now), note: note.map(str::to_owned), ..order.clone() };
    store::update_order(conn, &after).await?;
    Ok((order, after))
}

/// Whether a member may order so many of a reward now.
async fn offered<C: ConnectionTrait>(conn: &C, timeline: &Timeline, reward: &Reward, order: &Order, now: Instant) -> Result<(), Failed> {
    let refused = |code: Code, why: String| Err(Problem { field: Some("reward".to_owned()), ..Problem::new(code).saying(why) }.into());
    if reward.from.is_some_and(|from| now < from) || reward.until.is_some_and(|until| now >= until) {
        return refused(Code::NotOffered, "it cannot be ordered at this time".to_owned());
    }
    if !reward.tiers.is_empty() {
        let track = timeline.newest().program.tracks.first().map_or("", |track| &*track.id);
        let tier = members::tier(conn, &order.member, track).await?;
        if !tier.is_some_and(|tier| reward.tiers.contains(&tier)) {
            return refused(Code::NotOffered, format!("it is for members in {}", reward.tiers.join(", ")));
        }
    }
    if let Some(stock) = reward.stock
        && reward.taken + order.quantity > stock
    {
        return refused(Code::SoldOut, format!("{} are left", (stock - reward.taken).max(0)));
    }
    if let Some(most) = reward.per_member {
        let had = store::had(conn, &reward.id, &order.member).await?;
        if had + order.quantity > most {
            return refused(Code::LimitReached, format!("a member may have {most}, this one has {had}"));
        }
    }
    Ok(())
}

async fn say<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    kind: &'static str,
    order: &Order,
    id: &str,
    by: &By,
    now: Instant,
) -> Result<(), Failed> {
    let text = |text: &str| Field::Text(text.into());
    let fields = match kind {
        "points.reserved" => {
            vec![("unit", text(&order.unit)), ("amount", Field::Int(order.amount)), ("reference", text(&order.id))]
        }
        _ => vec![("reservation", text(&order.id))],
    };
    let ask = Say { id: id.to_owned(), member: order.member.clone(), kind, fields, actor: Some(by.actor.clone()) };
    Ok(say_now(conn, timeline, &ask, None, now).await.map(drop)?)
}
