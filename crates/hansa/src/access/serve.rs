//! API keys over HTTP.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::key::{Made, NewKey, create, list, revoke, rotate};
use super::view::{AskedKey, KeyView, KeysView, MadeView, Rotation};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::body::{Body, instant_field};
use crate::http::problem::{Failed, Problem};
use crate::http::{ShownOnce, Site};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_keys, create_key)).routes(routes!(rotate_key)).routes(routes!(revoke_key))
}

/// Lists API keys, newest first.
#[utoipa::path(get, path = "/v1/keys", tag = "access", responses((status = OK, description = "The keys.", body = KeysView)))]
async fn list_keys(State(app): State<App>) -> Result<Json<KeysView>, Problem> {
    Ok(Json(KeysView { items: list(app.db.read()).await?.into_iter().map(KeyView::from).collect() }))
}

type Shown = Result<(StatusCode, Extension<ShownOnce>, Json<MadeView>), Problem>;

/// Makes an API key. Its secret is shown this once.
#[utoipa::path(post, path = "/v1/keys", tag = "access", request_body = AskedKey, responses((status = CREATED, description = "The key and its secret.", body = MadeView)))]
async fn create_key(State(app): State<App>, by: By, Body(asked): Body<AskedKey>) -> Shown {
    let expires_at = instant_field("expires_at", Some(&asked.expires_at))?;
    let new = NewKey {
        name: asked.name,
        role: asked.role.parse().map_err(|why: String| Problem::field("role", why))?,
        member: asked.member,
        scopes: asked.scopes,
        expires_at: expires_at.unwrap_or(app.now()),
    };
    let (new, by, clock) = (&new, &by, app.clock);
    let made = app.db.write(|tx| async move {
        let made = create(&tx, new.clone(), clock).await.map_err(failed)?;
        audit::append(&tx, vec![(by.clone(), entry("create_key", &made))], clock.now()).await?;
        Ok::<_, Failed>(made)
    });
    Ok(shown(StatusCode::CREATED, made.await?))
}

/// Gives an API key a new secret, shown this once; the old one works on for a while.
#[utoipa::path(post, path = "/v1/keys/{key}/rotate", tag = "access", params(("key" = String, Path, description = "The key's id.")), request_body = Rotation,
    responses((status = OK, description = "The key and its new secret.", body = MadeView)))]
async fn rotate_key(State(app): State<App>, by: By, Path(key): Path<String>, Body(asked): Body<Rotation>) -> Shown {
    let (by, id, clock) = (&by, &key, app.clock);
    let overlap_us = i64::from(asked.overlap_hours) * 3_600_000_000;
    let made = app.db.write(|tx| async move {
        let made = rotate(&tx, id, overlap_us, clock).await.map_err(failed)?;
        audit::append(&tx, vec![(by.clone(), entry("rotate_key", &made))], clock.now()).await?;
        Ok::<_, Failed>(made)
    });
    Ok(shown(StatusCode::OK, made.await?))
}

/// Ends an API key at once.
#[utoipa::path(delete, path = "/v1/keys/{key}", tag = "access", params(("key" = String, Path, description = "The key's id.")),
    responses((status = OK, description = "The key, ended.", body = KeyView)))]
async fn revoke_key(State(app): State<App>, by: By, Path(key): Path<String>) -> Result<Json<KeyView>, Problem> {
    let (by, id, now) = (&by, &key, app.now());
    let ended = app.db.write(|tx| async move {
        let ended = revoke(&tx, id, now).await.map_err(failed)?;
        let made = Made { key: ended.clone(), secret: String::new() };
        audit::append(&tx, vec![(by.clone(), entry("revoke_key", &made))], now).await?;
        Ok::<_, Failed>(ended)
    });
    Ok(Json(ended.await?.into()))
}

fn shown(status: StatusCode, made: Made) -> (StatusCode, Extension<ShownOnce>, Json<MadeView>) {
    (status, Extension(ShownOnce), Json(MadeView { key: made.key.into(), secret: made.secret }))
}

/// What the audit tells of a key: everything but its secret.
pub(crate) fn entry(action: &'static str, made: &Made) -> Entry {
    let after = serde_json::json!(KeyView::from(made.key.clone())).to_string();
    Entry { action, member: made.key.member.clone(), subject: format!("key:{}", made.key.id), before: None, after: Some(after), why: None }
}

fn failed(error: super::KeyError) -> Failed {
    match error {
        super::KeyError::Database(error) => Failed::Database(error),
        told => Failed::Told(told.into()),
    }
}
