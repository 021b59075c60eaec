//! Orders of rewards over HTTP.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State as Of};
use axum::http::StatusCode;
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::order::Asked;
use super::store::{self, Place, Which};
use super::view::{Ending, NewOrder, OrderView, RewardView};
use super::{Order, State, order};
use crate::access::Caller;
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::contacts;
use crate::http::body::{Body, Params};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::language::Language;
use crate::people;
use crate::privacy::{ERASED, contact as subject, keys_for, opened};

/// The most of one reward in one order.
const QUANTITY_MAX: i64 = 1_000;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_redemptions, place_redemption))
        .routes(routes!(cancel_redemption))
        .routes(routes!(fulfil_redemption))
        .routes(routes!(list_redemption_queue))
}

/// Which orders.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Orders {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// `placed`, `fulfilled` or `cancelled`.
    #[param(pattern = "^(placed|fulfilled|cancelled)$")]
    state: Option<String>,
}

impl Orders {
    fn state(&self) -> Result<Option<State>, Problem> {
        let Some(name) = &self.state else { return Ok(None) };
        let wrong = || Problem::parameter("state", "placed, fulfilled or cancelled");
        State::named(name).map(Some).ok_or_else(wrong)
    }
}

/// Lists a member's orders of rewards, the latest first.
#[utoipa::path(get, path = "/v1/members/{member}/redemption-orders", tag = "rewards", params(("member" = String, Path, description = "The member's id."), Orders),
    responses((status = OK, description = "A page of orders.", body = Page<OrderView>)))]
async fn list_redemptions(
    Of(app): Of<App>,
    Path(member): Path<String>,
    language: Language,
    Params(asked): Params<Orders>,
) -> Result<Json<Page<OrderView>>, Problem> {
    page(&app, Which::Member(&member), asked, language).await
}

/// Lists the orders of every member that one sees, the oldest first; where nothing is said, those that wait to be fulfilled.
#[utoipa::path(get, path = "/v1/redemption-orders", tag = "rewards", params(Orders), responses((status = OK, description = "A page of orders.", body = Page<OrderView>)))]
async fn list_redemption_queue(
    Of(app): Of<App>,
    caller: Caller,
    language: Language,
    Params(asked): Params<Orders>,
) -> Result<Json<Page<OrderView>>, Problem> {
    let state = asked.state.clone().or_else(|| Some(State::Placed.name().to_owned()));
    page(&app, Which::Everybody(&caller.scope()), Orders { state, ..asked }, language).await
}

async fn page(app: &App, which: Which<'_>, asked: Orders, language: Language) -> Result<Json<Page<OrderView>>, Problem> {
    let state = asked.state()?;
    let paging = Paging { limit: asked.limit, after: asked.after, total: None };
    let (limit, after) = (paging.limit()?, paging.place::<Place>()?);
    let found = store::orders(app.db.read(), which, state, after.as_ref(), limit).await?;
    let items = told(app.db.read(), app, &found, language).await?;
    Ok(Json(Page::of(items, limit, None, |one: &OrderView| Place { at: one.placed_at.0, id: one.id.clone() })))
}

/// Orders with the names of their rewards, and where they go.
async fn told<C: ConnectionTrait>(conn: &C, app: &App, orders: &[Order], language: Language) -> Result<Vec<OrderView>, sea_orm::DbErr> {
    let rewards = store::some(conn, orders.iter().map(|order| order.reward.as_str())).await?;
    let names: HashMap<&str, String> = rewards.iter().map(|one| (one.id.as_str(), RewardView::of(one, language).name)).collect();
    let places = opened(conn, &app.vault, orders.iter().map(|order| order.deliver_to.clone()).collect()).await?;
    let view = |(order, place): (&Order, Option<String>)| {
        let name = names.get(order.reward.as_str()).cloned().unwrap_or_else(|| order.reward.clone());
        OrderView::of(order, name, place.filter(|place| place != ERASED))
    };
    Ok(orders.iter().zip(places).map(view).collect())
}

/// Orders a reward: its price is set aside at once.
#[utoipa::path(post, path = "/v1/members/{member}/redemption-orders", tag = "rewards", params(("member" = String, Path, description = "The member's id.")),
    request_body = NewOrder, responses((status = CREATED, description = "Placed.", body = OrderView), (status = OK, description = "Had been placed by the same id before.", body = OrderView)))]
async fn place_redemption(
    Of(app): Of<App>,
    caller: Caller,
    by: By,
    ids: Ids,
    language: Language,
    Path(member): Path<String>,
    Body(new): Body<NewOrder>,
) -> Result<(StatusCode, Json<OrderView>), Problem> {
    let now = app.now();
    let quantity = new.quantity.unwrap_or(1);
    if !(1..=QUANTITY_MAX).contains(&quantity) {
        return Err(Problem::field("quantity", format!("1 to {QUANTITY_MAX}")));
    }
    if new.deliver_to.as_ref().is_some_and(|text| text.trim().is_empty() || text.chars().count() > 500) {
        return Err(Problem::field("deliver_to", "1 to 500 characters"));
    }
    let id = new.id.clone().unwrap_or_else(|| ids.id("rdo"));
    if id.is_empty() || id.len() > 80 || id.chars().any(char::is_control) {
        return Err(Problem::field("id", "1 to 80 characters"));
    }
    let (app, caller, by, new, id, member) = (&app, &caller, &by, &new, &id, &member);
    let placed = app.db.write(|tx| async move {
        let timeline = app.timeline_in(&tx).await.map_err(|error| Failed::Told(error.into()))?;
        let contact = receiver(&tx, app, caller, member, new).await?;
        let deliver_to = match contact.as_deref().zip(new.deliver_to.as_deref()) {
            Some((contact, text)) => Some(keys_for(&tx, &app.vault, &[subject(contact)], now).await?.secret(&subject(contact), text)?),
            None => None,
        };
        let asked = Asked { id: id.clone(), member: member.clone(), reward: new.reward.clone(), quantity, contact, deliver_to };
        let (known, there) = order::place(&tx, &timeline, asked, by, now).await?;
        if !known {
            audit::append(&tx, vec![(by.clone(), ordered("place_redemption", None, &there))], now).await?;
        }
        Ok::<_, Failed>((known, told(&tx, app, &[there], language).await?))
    });
    let (known, mut view) = placed.await?;
    app.told.notify_waiters();
    let view = view.pop().ok_or_else(|| Problem::new(Code::Internal))?;
    Ok((if known { StatusCode::OK } else { StatusCode::CREATED }, Json(view)))
}

/// The contact that receives an order: the one named, who must be of this member, else whoever is signed in.
async fn receiver<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    caller: &Caller,
    member: &str,
    new: &NewOrder,
) -> Result<Option<String>, Failed> {
    let own = match (&new.contact, caller.person().filter(|_| caller.member.is_some())) {
        (None, Some(person)) => people::by_id(conn, &app.vault, person).await?.and_then(|person| person.contact),
        _ => None,
    };
    let contact = new.contact.clone().or(own);
    match &contact {
        Some(id) if !contacts::belongs(conn, id, member).await? => Err(Problem::field("contact", "no such contact of this member").into()),
        None if new.deliver_to.is_some() => Err(Problem::field("contact", "who receives it, where it is to be sent").into()),
        _ => Ok(contact),
    }
}

/// Gives up an order that waits: its units are free again.
#[utoipa::path(post, path = "/v1/members/{member}/redemption-orders/{order}/cancel", tag = "rewards",
    params(("member" = String, Path, description = "The member's id."), ("order" = String, Path, description = "The order's id.")),
    request_body = Ending, responses((status = OK, description = "Cancelled.", body = OrderView)))]
async fn cancel_redemption(
    Of(app): Of<App>,
    by: By,
    language: Language,
    Path(of): Path<(String, String)>,
    Body(ending): Body<Ending>,
) -> Result<Json<OrderView>, Problem> {
    ended(&app, &by, language, of, ("cancel_redemption", State::Cancelled), ending).await
}

/// Says that an order was given: its units are spent.
#[utoipa::path(post, path = "/v1/members/{member}/redemption-orders/{order}/fulfil", tag = "rewards",
    params(("member" = String, Path, description = "The member's id."), ("order" = String, Path, description = "The order's id.")),
    request_body = Ending, responses((status = OK, description = "Fulfilled.", body = OrderView)))]
async fn fulfil_redemption(
    Of(app): Of<App>,
    by: By,
    language: Language,
    Path(of): Path<(String, String)>,
    Body(ending): Body<Ending>,
) -> Result<Json<OrderView>, Problem> {
    ended(&app, &by, language, of, ("fulfil_redemption", State::Fulfilled), ending).await
}

async fn ended(
    app: &App,
    by: &By,
    language: Language,
    (member, id): (String, String),
    (action, state): (&'static str, State),
    ending: Ending,
) -> Result<Json<OrderView>, Problem> {
    if ending.note.as_ref().is_some_and(|note| note.trim().is_empty() || note.chars().count() > 300) {
        return Err(Problem::field("note", "1 to 300 characters"));
    }
    let now = app.now();
    let (member, id, note) = (&member, &id, ending.note.as_deref());
    let done = app.db.write(|tx| async move {
        let timeline = app.timeline_in(&tx).await.map_err(|error| Failed::Told(error.into()))?;
        let (before, after) = order::end(&tx, &timeline, (member, id), (state, note), by, now).await?;
        if before != after {
            audit::append(&tx, vec![(by.clone(), ordered(action, Some(&before), &after))], now).await?;
        }
        Ok::<_, Failed>(told(&tx, app, &[after], language).await?)
    });
    let view = done.await?.pop().ok_or_else(|| Problem::new(Code::Internal))?;
    app.told.notify_waiters();
    Ok(Json(view))
}

/// What the audit tells of an order: everything but where it goes.
fn ordered(action: &'static str, before: Option<&Order>, after: &Order) -> Entry {
    let text = |order: &Order| serde_json::json!(OrderView::of(order, order.reward.clone(), None)).to_string();
    let (member, subject) = (Some(after.member.clone()), format!("redemption:{}", after.id));
    Entry { action, member, subject, before: before.map(text), after: Some(text(after)), why: None }
}
