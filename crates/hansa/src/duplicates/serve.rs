//! Likely duplicates over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{CompanyView, DuplicatesView, LikelyView};
use super::{Wanted, like, prepare};
use crate::access::Caller;
use crate::app::App;
use crate::http::Site;
use crate::http::body::{Body, filled};
use crate::http::problem::{Code, Problem};
use crate::members::{self, NAME_MAX, is_country};
use crate::registrations::{self, Number, REGISTRATIONS_MAX};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_duplicates)).routes(routes!(check_duplicates))
}

/// Lists the members that may be the same company as a member, the likeliest first.
#[utoipa::path(get, path = "/v1/members/{member}/duplicates", tag = "members", params(("member" = String, Path, description = "The member's id.")),
    responses((status = OK, description = "Members that may be the same.", body = DuplicatesView)))]
async fn list_duplicates(State(app): State<App>, caller: Caller, Path(member): Path<String>) -> Result<Json<DuplicatesView>, Problem> {
    prepare(&app).await?;
    let read = app.db.read();
    let found = members::find(read, std::iter::once(member.as_str())).await?.remove(&member);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let mut numbers: Vec<Number> = registrations::of_member(read, &member).await?.into_iter().map(|one| one.number).collect();
    numbers.extend(found.registration_number.as_deref().and_then(|text| Number::recognised(text, found.country.as_deref())));
    let wanted = Wanted { id: Some(member), name: found.name, country: found.country, numbers };
    Ok(Json(shown(&app, &wanted, &caller).await?))
}

/// Lists the members that may be a company which is not a member yet; writes nothing.
#[utoipa::path(post, path = "/v1/duplicates", tag = "members", request_body = CompanyView,
    responses((status = OK, description = "Members that may be the same.", body = DuplicatesView)))]
async fn check_duplicates(
    State(app): State<App>,
    caller: Caller,
    Body(company): Body<CompanyView>,
) -> Result<Json<DuplicatesView>, Problem> {
    filled("name", &company.name, NAME_MAX)?;
    if company.country.as_ref().is_some_and(|code| !is_country(code)) {
        return Err(Problem::field("country", "two letters by ISO 3166-1, e.g. CN"));
    }
    if company.registrations.len() > REGISTRATIONS_MAX {
        return Err(Problem::field("registrations", format!("at most {REGISTRATIONS_MAX}")));
    }
    let mut numbers = Vec::new();
    for (place, one) in company.registrations.iter().enumerate() {
        numbers.push(one.number().map_err(|(field, why)| Problem::field(format!("registrations[{place}].{field}"), why))?);
    }
    prepare(&app).await?;
    let wanted = Wanted { id: None, name: company.name, country: company.country, numbers };
    Ok(Json(shown(&app, &wanted, &caller).await?))
}

async fn shown(app: &App, wanted: &Wanted, caller: &Caller) -> Result<DuplicatesView, Problem> {
    let found = like(app.db.read(), wanted, &caller.scope()).await?;
    Ok(DuplicatesView { items: found.into_iter().map(LikelyView::from).collect() })
}
