//! Units over HTTP: statements, and what is done with units.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use program::expr::Value as Field;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::StatementView;
use super::{Left, Period, Say, Spend, Spent, left, may_say, say_by, spend_by, statement, unit_of};
use crate::access::Caller;
use crate::app::App;
use crate::approvals::{self, ApprovalView, Matter};
use crate::audit::By;
use crate::http::body::{Body, Params, instant, instant_field};
use crate::http::problem::{Code, Problem};
use crate::http::{Ids, Site};
use crate::language::Language;
use crate::settings;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(read_statement))
        .routes(routes!(spend_points))
        .routes(routes!(reserve_points))
        .routes(routes!(commit_reservation))
        .routes(routes!(cancel_reservation))
        .routes(routes!(restore_redemption))
        .routes(routes!(adjust_points))
}

/// Which stretch of time, of which unit.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Stretch {
    /// Of this unit alone.
    unit: Option<String>,
    /// From this instant (RFC 3339); from the beginning when left out.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Up to this instant (RFC 3339); up to now when left out.
    #[param(format = DateTime)]
    to: Option<String>,
}

/// Shows a member's account: opening balance, every movement with its reason, closing balance, open lots.
#[utoipa::path(get, path = "/v1/members/{member}/statement", tag = "points", params(("member" = String, Path, description = "The member's id."), Stretch),
    responses((status = OK, description = "The statement.", body = StatementView)))]
async fn read_statement(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(wanted): Params<Stretch>,
    language: Language,
) -> Result<Json<StatementView>, Problem> {
    let period = Period { from: instant("from", wanted.from.as_deref())?, to: instant("to", wanted.to.as_deref())? };
    Ok(Json(statement(&app, &member, wanted.unit.as_deref(), period, language).await?))
}

/// Units to be spent.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "id": "voucher-7781", "unit": "points", "amount": 1_200, "reference": "SO-20260318-0007" }))]
struct NewSpend {
    /// The id of the fact that says so: the same again changes nothing. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
    /// The unit.
    unit: String,
    /// How much, in the unit's smallest step.
    #[schema(minimum = 1)]
    amount: i64,
    /// What for, e.g. an order's number.
    #[schema(min_length = 1, max_length = 128)]
    reference: Option<String>,
    /// Draw what is missing from the member's parents, where the program pools the unit.
    #[serde(default)]
    pool: bool,
}

/// What was spent, and what is left.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct SpentView {
    /// The id of the fact.
    id: String,
    /// What was drawn.
    drawn: Spent,
    /// What the member has now.
    left: Left,
}

/// Spends units of a member: all of it or nothing.
#[utoipa::path(post, path = "/v1/members/{member}/spends", tag = "points", params(("member" = String, Path, description = "The member's id.")),
    request_body = NewSpend, responses((status = CREATED, description = "Spent.", body = SpentView), (status = OK, description = "Had been spent by the same id before.", body = SpentView)))]
async fn spend_points(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path(member): Path<String>,
    Body(new): Body<NewSpend>,
) -> Result<(StatusCode, Json<SpentView>), Problem> {
    let id = new.id.unwrap_or_else(|| ids.id("spend"));
    let ask = Spend {
        id: id.clone(),
        member,
        unit: new.unit,
        amount: positive(new.amount)?,
        reference: new.reference,
        pool: new.pool,
        actor: Some(by.actor.clone()),
    };
    let drawn = spend_by(&app, &ask, &by).await?;
    let timeline = app.timeline()?;
    let left = left(app.db.read(), &timeline, &ask.member, &ask.unit, drawn.known).await?;
    Ok((created(drawn.known), Json(SpentView { id, drawn, left })))
}

/// Units to be set aside.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "id": "checkout-551", "unit": "points", "amount": 1_200, "until": "2026-03-18T10:00:00Z" }))]
struct NewReservation {
    /// The id of the reservation. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
    /// The unit.
    unit: String,
    /// How much, in the unit's smallest step.
    #[schema(minimum = 1)]
    amount: i64,
    /// What for, e.g. an order's number.
    #[schema(min_length = 1, max_length = 128)]
    reference: Option<String>,
    /// When it is let go by itself (RFC 3339).
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// What was said about units, and what is left.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct SaidView {
    /// The id of the fact.
    id: String,
    /// What the member has now.
    left: Left,
}

type Said = Result<(StatusCode, Json<SaidView>), Problem>;

/// Sets units aside for a purchase that may still fail: the first of two phases.
#[utoipa::path(post, path = "/v1/members/{member}/reservations", tag = "points", params(("member" = String, Path, description = "The member's id.")),
    request_body = NewReservation, responses((status = CREATED, description = "Set aside.", body = SaidView), (status = OK, description = "Had been set aside by the same id before.", body = SaidView)))]
async fn reserve_points(State(app): State<App>, by: By, ids: Ids, Path(member): Path<String>, Body(new): Body<NewReservation>) -> Said {
    let mut fields = vec![("unit", text(&new.unit)), ("amount", Field::Int(positive(new.amount)?))];
    fields.extend(new.reference.as_deref().map(|reference| ("reference", text(reference))));
    let until = instant_field("until", new.until.as_deref())?;
    fields.extend(until.map(|at| ("until", Field::Time(at))));
    said(&app, (&by, &ids), "points.reserved", member, new.id, fields, Some(new.unit)).await
}

/// The second phase, or something undone.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "amount": 800 }))]
struct Settling {
    /// The id of the fact that says so. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
    /// How much of it, in the unit's smallest step; all when left out.
    #[schema(minimum = 1)]
    amount: Option<i64>,
}

/// Spends what was set aside, whole or in part; the rest is free again: the second of two phases.
#[utoipa::path(post, path = "/v1/members/{member}/reservations/{reservation}/commit", tag = "points",
    params(("member" = String, Path, description = "The member's id."), ("reservation" = String, Path, description = "The reservation's id.")),
    request_body = Settling, responses((status = CREATED, description = "Spent.", body = SaidView), (status = OK, description = "Had been said by the same id before.", body = SaidView)))]
async fn commit_reservation(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path((member, reservation)): Path<(String, String)>,
    Body(new): Body<Settling>,
) -> Said {
    earlier(&app, (&by, &ids), "points.committed", member, ("reservation", reservation), new).await
}

/// Frees what was set aside.
#[utoipa::path(post, path = "/v1/members/{member}/reservations/{reservation}/cancel", tag = "points",
    params(("member" = String, Path, description = "The member's id."), ("reservation" = String, Path, description = "The reservation's id.")),
    request_body = Cancelling, responses((status = CREATED, description = "Free again.", body = SaidView), (status = OK, description = "Had been said by the same id before.", body = SaidView)))]
async fn cancel_reservation(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path((member, reservation)): Path<(String, String)>,
    Body(new): Body<Cancelling>,
) -> Said {
    earlier(&app, (&by, &ids), "points.released", member, ("reservation", reservation), Settling { id: new.id, amount: None }).await
}

/// A reservation that is let go, always whole.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "id": "cart-551-left" }))]
struct Cancelling {
    /// The id of the fact that says so. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
}

/// Undoes a redemption, whole or in part: the lots get back what was drawn from them.
#[utoipa::path(post, path = "/v1/members/{member}/redemptions/{redemption}/restore", tag = "points",
    params(("member" = String, Path, description = "The member's id."), ("redemption" = String, Path, description = "The id of the fact that spent.")),
    request_body = Settling, responses((status = CREATED, description = "Restored.", body = SaidView), (status = OK, description = "Had been said by the same id before.", body = SaidView)))]
async fn restore_redemption(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path((member, redemption)): Path<(String, String)>,
    Body(new): Body<Settling>,
) -> Said {
    earlier(&app, (&by, &ids), "points.restored", member, ("redemption", redemption), new).await
}

/// Units to be added or taken by staff.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "unit": "points", "amount": -500, "reason": "credited twice" }))]
struct NewAdjustment {
    /// The id of the fact that says so. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
    /// The unit.
    unit: String,
    /// How much, in the unit's smallest step; below zero to take.
    amount: i64,
    /// Why.
    #[schema(min_length = 1, max_length = 300)]
    reason: String,
    /// When what is added lapses (RFC 3339); as the unit has it when left out.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// Adds or takes units, with a reason. More than the settings let one person adjust waits for a second one.
#[utoipa::path(post, path = "/v1/members/{member}/adjustments", tag = "points", params(("member" = String, Path, description = "The member's id.")),
    request_body = NewAdjustment, responses((status = CREATED, description = "Adjusted.", body = SaidView), (status = OK, description = "Had been said by the same id before.", body = SaidView),
        (status = ACCEPTED, description = "It waits for a second person.", body = ApprovalView)))]
async fn adjust_points(
    State(app): State<App>,
    caller: Caller,
    by: By,
    ids: Ids,
    Path(member): Path<String>,
    Body(new): Body<NewAdjustment>,
) -> Result<Response, Problem> {
    let mut fields = vec![("unit", text(&new.unit)), ("amount", Field::Int(new.amount)), ("reason", text(&new.reason))];
    let expires = instant_field("expires_at", new.expires_at.as_deref())?;
    fields.extend(expires.map(|at| ("expires_at", Field::Time(at))));
    if !settings::current(app.db.read()).await?.approvals.ask_for_two(&new.unit, new.amount) {
        return Ok(said(&app, (&by, &ids), "points.adjusted", member, new.id, fields, Some(new.unit)).await?.into_response());
    }
    let fact = new.id.unwrap_or_else(|| ids.id("fact"));
    // What the rules refuse anyway nobody is asked about.
    let say = Say { id: fact.clone(), member: member.clone(), kind: "points.adjusted", fields, actor: Some(by.actor.clone()) };
    may_say(&app, &say).await?;
    let matter = &Matter::AdjustPoints { fact, unit: new.unit, amount: new.amount, reason: new.reason, expires_at: expires };
    let (id, member, caller, by, now) = (&ids.id("apv"), &member, &caller, &by, app.now());
    let waits =
        app.db.write(|tx| async move { approvals::ask(&tx, id.clone(), (matter.clone(), Some(member.clone())), (caller, by), now).await });
    Ok(approvals::serve::asked(waits.await?))
}

/// Says something about a reservation or redemption; its unit is that of the fact that made it.
async fn earlier(
    app: &App,
    from: (&By, &Ids),
    kind: &'static str,
    member: String,
    (name, id): (&'static str, String),
    new: Settling,
) -> Said {
    let unit = unit_of(app, &member, &id).await.map_err(|error| match error {
        crate::app::AppError::Refused(_) => Problem::new(Code::NotFound),
        other => other.into(),
    })?;
    let mut fields = vec![(name, text(&id))];
    if let Some(amount) = new.amount {
        fields.push(("amount", Field::Int(positive(amount)?)));
    }
    said(app, from, kind, member, new.id, fields, unit).await
}

async fn said(
    app: &App,
    (by, ids): (&By, &Ids),
    kind: &'static str,
    member: String,
    id: Option<String>,
    fields: Vec<(&'static str, Field)>,
    unit: Option<String>,
) -> Said {
    let id = id.unwrap_or_else(|| ids.id("fact"));
    let ask = Say { id: id.clone(), member, kind, fields, actor: Some(by.actor.clone()) };
    let left = say_by(app, &ask, unit.as_deref(), by).await?;
    Ok((created(left.known), Json(SaidView { id, left })))
}

fn created(known: bool) -> StatusCode {
    if known { StatusCode::OK } else { StatusCode::CREATED }
}

fn positive(amount: i64) -> Result<i64, Problem> {
    if amount > 0 { Ok(amount) } else { Err(Problem::field("amount", "1 or more, in the unit's smallest step")) }
}

fn text(text: &str) -> Field {
    Field::Text(text.into())
}
