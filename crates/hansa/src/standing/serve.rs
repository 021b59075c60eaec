//! Standing over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{BalanceView, Explanation, MissionView, instant as told};
use super::{Ask, explain, now};
use crate::app::App;
use crate::http::Site;
use crate::http::body::{Params, instant};
use crate::http::problem::Problem;
use crate::language::Language;

/// Receipts in one answer, at most.
const RECEIPTS_MAX: usize = 200;
/// Receipts in one answer, where nothing is said.
const RECEIPTS: usize = 10;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(read_standing)).routes(routes!(read_balances)).routes(routes!(list_missions))
}

/// As of when, and how much.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// As of this instant (RFC 3339); now when left out.
    #[param(format = DateTime)]
    as_of: Option<String>,
    /// How many receipts, the latest first: 0 to 200. Without any, the present is told at once, however long the history.
    #[param(minimum = 0, maximum = 200, default = 10)]
    receipts: Option<usize>,
    /// How many receipts that were taken back after a late or corrected fact, the latest first: 0 to 200.
    #[param(minimum = 0, maximum = 200, default = 0)]
    withdrawn: Option<usize>,
}

/// Shows where a member stands as of any instant, why, and what leads further: tiers with their next reviews and nearest ways, metrics with
/// their windows, balances, benefits with what is left, missions, and the latest receipts.
#[utoipa::path(get, path = "/v1/members/{member}/standing", tag = "standing", params(("member" = String, Path, description = "Its id."), Wanted),
    responses((status = OK, description = "Its standing.", body = Explanation)))]
async fn read_standing(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(wanted): Params<Wanted>,
    language: Language,
) -> Result<Json<Explanation>, Problem> {
    let receipts = wanted.receipts.unwrap_or(RECEIPTS);
    let withdrawn = wanted.withdrawn.unwrap_or(0);
    for (field, asked) in [("receipts", receipts), ("withdrawn", withdrawn)] {
        if asked > RECEIPTS_MAX {
            let why = format!("0 to {RECEIPTS_MAX}");
            return Err(Problem::parameter(field, why));
        }
    }
    let as_of = instant("as_of", wanted.as_of.as_deref())?;
    if as_of.is_none() && receipts == 0 && withdrawn == 0 {
        return Ok(Json(now(&app, &member, language).await?));
    }
    Ok(Json(explain(&app, &member, Ask { as_of, receipts: Some(receipts), withdrawn, language }).await?))
}

/// As of when.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AsOf {
    /// As of this instant (RFC 3339); now when left out.
    #[param(format = DateTime)]
    as_of: Option<String>,
}

/// Balances.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct BalancesView {
    /// As of when.
    #[serde(serialize_with = "told")]
    #[schema(value_type = String, format = DateTime)]
    as_of: Instant,
    /// Of every unit.
    items: Vec<BalanceView>,
}

/// Shows what a member has of every unit as of any instant: to spend, waiting, set aside, owed, and the lots that lapse soonest.
#[utoipa::path(get, path = "/v1/members/{member}/balances", tag = "standing", params(("member" = String, Path, description = "The member's id."), AsOf),
    responses((status = OK, description = "Its balances.", body = BalancesView)))]
async fn read_balances(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(wanted): Params<AsOf>,
    language: Language,
) -> Result<Json<BalancesView>, Problem> {
    let found = present_or_past(&app, &member, &wanted, language).await?;
    Ok(Json(BalancesView { as_of: found.as_of, items: found.balances }))
}

/// Missions.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct MissionsView {
    /// As of when.
    #[serde(serialize_with = "told")]
    #[schema(value_type = String, format = DateTime)]
    as_of: Instant,
    /// Those that are open or were done.
    items: Vec<MissionView>,
}

/// Lists a member's missions as of any instant: how far each step is, whose task it is, and until when.
#[utoipa::path(get, path = "/v1/members/{member}/missions", tag = "standing", params(("member" = String, Path, description = "The member's id."), AsOf),
    responses((status = OK, description = "Its missions.", body = MissionsView)))]
async fn list_missions(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(wanted): Params<AsOf>,
    language: Language,
) -> Result<Json<MissionsView>, Problem> {
    let found = present_or_past(&app, &member, &wanted, language).await?;
    Ok(Json(MissionsView { as_of: found.as_of, items: found.missions }))
}

async fn present_or_past(app: &App, member: &str, wanted: &AsOf, language: Language) -> Result<Explanation, Problem> {
    Ok(match instant("as_of", wanted.as_of.as_deref())? {
        None => now(app, member, language).await?,
        as_of => explain(app, member, Ask { as_of, receipts: Some(0), withdrawn: 0, language }).await?,
    })
}
