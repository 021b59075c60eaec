//! Standing over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::Explanation;
use super::{Ask, explain, now};
use crate::app::App;
use crate::http::Site;
use crate::http::body::{Params, instant};
use crate::http::problem::{Code, Problem};

/// Receipts in one answer, at most.
const RECEIPTS_MAX: usize = 200;
/// Receipts in one answer, where nothing is said.
const RECEIPTS: usize = 10;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(read_standing))
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
}

/// Shows where a member stands as of any instant, why, and what leads further: tiers with their next reviews and nearest ways, metrics with
/// their windows, balances, benefits with what is left, missions, and the latest receipts.
#[utoipa::path(get, path = "/v1/members/{member}/standing", tag = "standing", params(("member" = String, Path, description = "Its id."), Wanted),
    responses((status = OK, description = "Its standing.", body = Explanation)))]
async fn read_standing(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(wanted): Params<Wanted>,
) -> Result<Json<Explanation>, Problem> {
    let receipts = wanted.receipts.unwrap_or(RECEIPTS);
    if receipts > RECEIPTS_MAX {
        let why = format!("0 to {RECEIPTS_MAX}");
        return Err(Problem { field: Some("receipts".to_owned()), ..Problem::new(Code::InvalidQuery).saying(why) });
    }
    let as_of = instant("as_of", wanted.as_of.as_deref())?;
    if as_of.is_none() && receipts == 0 {
        return Ok(Json(now(&app, &member).await?));
    }
    Ok(Json(explain(&app, &member, Ask { as_of, receipts: Some(receipts) }).await?))
}
