//! Settings over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use db::{Hold, hold};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{BrandingView, RetentionView, SettingsChange};
use super::{Retention, Settings, check, current, put};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::Site;
use crate::http::body::{Body, Params, matches, tagged};
use crate::http::problem::{Failed, Problem};
use crate::retention;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(read_settings, change_settings)).routes(routes!(preview_retention)).routes(routes!(read_branding))
}

/// Shows the settings.
#[utoipa::path(get, path = "/v1/settings", tag = "settings",
    responses((status = OK, description = "The settings.", body = Settings, headers(("ETag" = String, description = "Their version.")))))]
async fn read_settings(State(app): State<App>) -> Result<Response, Problem> {
    Ok(tagged(current(app.db.read()).await?).into_response())
}

/// Changes settings.
#[utoipa::path(patch, path = "/v1/settings", tag = "settings",
    params(("If-Match" = String, Header, description = "The ETag of what is changed.")), request_body = SettingsChange,
    responses((status = OK, description = "The settings as they are now.", body = Settings, headers(("ETag" = String, description = "Their version.")))))]
async fn change_settings(
    State(app): State<App>,
    by: By,
    headers: HeaderMap,
    Body(change): Body<SettingsChange>,
) -> Result<Response, Problem> {
    let units: Vec<String> = app.timeline().map(|timeline| timeline.units.iter().map(ToString::to_string).collect()).unwrap_or_default();
    let (units, by, headers, change, now) = (&units, &by, &headers, &change, app.now());
    let after = app.db.write(|tx| async move {
        hold(&tx, "setting", Hold::Alone).await?;
        let before = current(&tx).await?;
        matches(headers, &before)?;
        let after = change.clone().of(&before);
        // A limit whose unit the program has given up since stays until somebody takes it away.
        let known: Vec<String> = before.approvals.adjustments_above.keys().chain(units).cloned().collect();
        check(&after, &known).map_err(|(field, why)| Problem::field(field, why))?;
        if after != before {
            put(&tx, &after).await?;
            let told = |settings: &Settings| Some(serde_json::json!(settings).to_string());
            let (subject, before, after) = ("settings".to_owned(), told(&before), told(&after));
            let entry = Entry { action: "change_settings", member: None, subject, before, after, why: None };
            audit::append(&tx, vec![(by.clone(), entry)], now).await?;
        }
        Ok::<_, Failed>(after)
    });
    Ok(tagged(after.await?).into_response())
}

/// Rules that are asked about.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Rules {
    /// Days after which contacts of silent enterprises would be erased.
    #[param(minimum = 30, maximum = 36500)]
    contacts_days: Option<u32>,
    /// Days after which people who do not sign in would be erased.
    #[param(minimum = 30, maximum = 36500)]
    people_days: Option<u32>,
    /// Days after which documents of decided verifications would be removed.
    #[param(minimum = 30, maximum = 36500)]
    documents_days: Option<u32>,
}

/// Tells how much rules on keeping would erase now. Nothing is changed.
#[utoipa::path(get, path = "/v1/settings/retention-preview", tag = "settings", params(Rules),
    responses((status = OK, description = "How much.", body = RetentionView)))]
async fn preview_retention(State(app): State<App>, Params(rules): Params<Rules>) -> Result<Json<RetentionView>, Problem> {
    let Rules { contacts_days, people_days, documents_days } = rules;
    let asked = Settings { retention: Retention { contacts_days, people_days, documents_days }, ..Settings::default() };
    check(&asked, &[]).map_err(|(field, why)| Problem::parameter(field.trim_start_matches("retention."), why))?;
    Ok(Json(retention::due(app.db.read(), &asked.retention, app.now()).await?))
}

/// Tells how the platform presents itself.
#[utoipa::path(get, path = "/v1/branding", tag = "settings", responses((status = OK, description = "Its name, colour and how it is reached.", body = BrandingView)))]
async fn read_branding(State(app): State<App>) -> Result<Json<BrandingView>, Problem> {
    let platform = current(app.db.read()).await?.platform;
    Ok(Json(BrandingView { name: platform.name, color: platform.color, contact: platform.contact }))
}
