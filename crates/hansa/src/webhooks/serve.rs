//! Webhooks over HTTP.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ledger::Instant;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, Webhook};
use super::view::{DeliveryView, MadeWebhook, NewWebhook, Replay, Replayed, SecretRotation, WebhookChange, WebhookView, WebhooksView};
use super::{WORKS_FOR, sign};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::events;
use crate::http::body::{Body, Params, instant_field};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, ShownOnce, Site};

/// The most endpoints.
const WEBHOOKS_MAX: usize = 50;
/// The most kinds of one endpoint.
const KINDS_MAX: usize = 50;
const HOUR_US: i64 = 3_600_000_000;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, create_webhook))
        .routes(routes!(read_webhook, change_webhook, remove_webhook))
        .routes(routes!(rotate_webhook_secret))
        .routes(routes!(list_deliveries))
        .routes(routes!(replay_deliveries))
}

/// Lists the endpoints.
#[utoipa::path(get, path = "/v1/webhooks", tag = "webhooks", responses((status = OK, description = "The endpoints.", body = WebhooksView)))]
async fn list_webhooks(State(app): State<App>) -> Result<Json<WebhooksView>, Problem> {
    let now = app.now();
    Ok(Json(WebhooksView { items: store::all(app.db.read()).await?.iter().map(|one| WebhookView::of(one, now)).collect() }))
}

type Shown = Result<(StatusCode, Extension<ShownOnce>, Json<MadeWebhook>), Problem>;

/// Makes an endpoint, which hears of what happens from now on. Its secret is shown this once.
#[utoipa::path(post, path = "/v1/webhooks", tag = "webhooks", request_body = NewWebhook,
    responses((status = CREATED, description = "The endpoint and its secret.", body = MadeWebhook)))]
async fn create_webhook(State(site): State<Site>, by: By, ids: Ids, Body(new): Body<NewWebhook>) -> Shown {
    let (app, now) = (&site.app, site.app.now());
    let (secret, sealed) = fresh(app);
    let webhook = Webhook {
        id: ids.id("whk"),
        name: new.name.trim().to_owned(),
        url: new.url,
        kinds: new.kinds,
        secret: sealed,
        old_secret: None,
        old_until: None,
        created_at: now,
        disabled_at: None,
        disabled_why: None,
        place: events::end(app.db.read()).await?,
        failures: 0,
        failing_since: None,
        paused_until: None,
    };
    check(&site, &webhook)?;
    let (webhook, by) = (&webhook, &by);
    app.db
        .write(|tx| async move {
            if store::all(&tx).await?.len() >= WEBHOOKS_MAX {
                return Err(Failed::Told(
                    Problem::new(Code::Refused).saying(format!("there are {WEBHOOKS_MAX} endpoints, which is the most")),
                ));
            }
            store::insert(&tx, webhook).await?;
            audit::append(&tx, vec![(by.clone(), told("create_webhook", None, Some(webhook), now))], now).await?;
            Ok(())
        })
        .await?;
    let webhook = WebhookView::of(webhook, now);
    Ok((StatusCode::CREATED, Extension(ShownOnce), Json(MadeWebhook { webhook, secret })))
}

/// Shows an endpoint.
#[utoipa::path(get, path = "/v1/webhooks/{webhook}", tag = "webhooks", params(("webhook" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The endpoint.", body = WebhookView)))]
async fn read_webhook(State(app): State<App>, Path(id): Path<String>) -> Result<Json<WebhookView>, Problem> {
    let found = store::find(app.db.read(), &id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Json(WebhookView::of(&found, app.now())))
}

/// Changes an endpoint. One that was paused or disabled and is enabled again begins without failures.
#[utoipa::path(patch, path = "/v1/webhooks/{webhook}", tag = "webhooks", params(("webhook" = String, Path, description = "Its id.")), request_body = WebhookChange,
    responses((status = OK, description = "The endpoint as it is now.", body = WebhookView)))]
async fn change_webhook(
    State(site): State<Site>,
    by: By,
    Path(id): Path<String>,
    Body(change): Body<WebhookChange>,
) -> Result<Json<WebhookView>, Problem> {
    let (site, app, now) = (&site, &site.app, site.app.now());
    let (by, id, change) = (&by, &id, &change);
    let after = app.db.write(|tx| async move {
        let before = store::lock(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        let WebhookChange { name, url, kinds, disabled } = change.clone();
        let mut after = Webhook {
            name: name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned()),
            url: url.unwrap_or_else(|| before.url.clone()),
            kinds: kinds.unwrap_or_else(|| before.kinds.clone()),
            ..before.clone()
        };
        match disabled {
            Some(true) => after.disabled_at = after.disabled_at.or(Some(now)),
            Some(false) => {
                after = Webhook { disabled_at: None, disabled_why: None, failures: 0, failing_since: None, paused_until: None, ..after };
            }
            None => {}
        }
        check(site, &after)?;
        if after != before {
            store::update(&tx, &after).await?;
            audit::append(&tx, vec![(by.clone(), told("change_webhook", Some(&before), Some(&after), now))], now).await?;
        }
        Ok::<_, Failed>(after)
    });
    Ok(Json(WebhookView::of(&after.await?, now)))
}

/// Removes an endpoint and the log of its deliveries.
#[utoipa::path(delete, path = "/v1/webhooks/{webhook}", tag = "webhooks", params(("webhook" = String, Path, description = "Its id.")),
    responses((status = NO_CONTENT, description = "It is gone.")))]
async fn remove_webhook(State(app): State<App>, by: By, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let (now, by, id) = (app.now(), &by, &id);
    let gone = app.db.write(|tx| async move {
        let before = store::lock(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        store::remove(&tx, id).await?;
        audit::append(&tx, vec![(by.clone(), told("remove_webhook", Some(&before), None, now))], now).await?;
        Ok::<_, Failed>(())
    });
    gone.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an endpoint a new secret, shown this once; for a while messages are signed with both.
#[utoipa::path(post, path = "/v1/webhooks/{webhook}/rotate", tag = "webhooks", params(("webhook" = String, Path, description = "Its id.")), request_body = SecretRotation,
    responses((status = OK, description = "The endpoint and its new secret.", body = MadeWebhook)))]
async fn rotate_webhook_secret(State(app): State<App>, by: By, Path(id): Path<String>, Body(asked): Body<SecretRotation>) -> Shown {
    let hours = asked.overlap_hours.unwrap_or(24);
    if hours > 720 {
        return Err(Problem::field("overlap_hours", "0 to 720"));
    }
    let ((secret, sealed), now) = (fresh(&app), app.now());
    let (by, id, sealed) = (&by, &id, &sealed);
    let after = app.db.write(|tx| async move {
        let before = store::lock(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        let until = Instant(now.0 + i64::from(hours) * HOUR_US);
        let after = Webhook { secret: sealed.clone(), old_secret: Some(before.secret.clone()), old_until: Some(until), ..before.clone() };
        store::update(&tx, &after).await?;
        audit::append(&tx, vec![(by.clone(), told("rotate_webhook_secret", Some(&before), Some(&after), now))], now).await?;
        Ok::<_, Failed>(after)
    });
    let webhook = WebhookView::of(&after.await?, now);
    Ok((StatusCode::OK, Extension(ShownOnce), Json(MadeWebhook { webhook, secret })))
}

/// Which deliveries.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// `waiting`, `done` or `failed`.
    #[param(pattern = "^(waiting|done|failed)$")]
    state: Option<String>,
}

/// Lists what was sent to an endpoint, the latest event first.
#[utoipa::path(get, path = "/v1/webhooks/{webhook}/deliveries", tag = "webhooks", params(("webhook" = String, Path, description = "Its id."), Filter),
    responses((status = OK, description = "A page of deliveries.", body = Page<DeliveryView>)))]
async fn list_deliveries(
    State(app): State<App>,
    Path(id): Path<String>,
    Params(filter): Params<Filter>,
) -> Result<Json<Page<DeliveryView>>, Problem> {
    let paging = Paging { limit: filter.limit, after: filter.after, total: None };
    let (read, limit) = (app.db.read(), paging.limit()?);
    if filter.state.as_ref().is_some_and(|state| !["waiting", "done", "failed"].contains(&state.as_str())) {
        return Err(Problem::parameter("state", "`waiting`, `done` or `failed`"));
    }
    store::find(read, &id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let stream = events::stream(&app).await?;
    let found = store::log(read, &id, filter.state.as_deref().unwrap_or_default(), paging.place()?, limit + 1).await?;
    Ok(Json(Page::of(found.into_iter().map(|one| DeliveryView::of(&stream, one)).collect(), limit, None, |one: &DeliveryView| one.place)))
}

/// Sends deliveries of a range of time again, with the ids they had: those that were given up, or all.
#[utoipa::path(post, path = "/v1/webhooks/{webhook}/replay", tag = "webhooks", params(("webhook" = String, Path, description = "Its id.")), request_body = Replay,
    responses((status = OK, description = "They are due now.", body = Replayed)))]
async fn replay_deliveries(
    State(app): State<App>,
    by: By,
    Path(id): Path<String>,
    Body(asked): Body<Replay>,
) -> Result<Json<Replayed>, Problem> {
    let now = app.now();
    let from = instant_field("from", Some(&asked.from))?.unwrap_or(now);
    let until = instant_field("until", asked.until.as_deref())?.unwrap_or(now);
    let (by, id) = (&by, &id);
    let done = app.db.write(|tx| async move {
        let webhook = store::lock(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        let deliveries = store::again(&tx, id, (from, until), !asked.all, now).await?;
        let after = serde_json::json!({ "from": from.0, "until": until.0, "all": asked.all, "deliveries": deliveries }).to_string();
        let entry = Entry { after: Some(after), ..told("replay_deliveries", None, Some(&webhook), now) };
        audit::append(&tx, vec![(by.clone(), entry)], now).await?;
        Ok::<_, Failed>(deliveries)
    });
    let deliveries = done.await?;
    app.told.notify_waiters();
    Ok(Json(Replayed { deliveries }))
}

/// A secret, and how it is kept.
fn fresh(app: &App) -> (String, String) {
    let secret = sign::secret(&URL_SAFE_NO_PAD.decode(app.clock.secret()).unwrap_or_default());
    let sealed = app.vault.seal(WORKS_FOR, &secret);
    (secret, sealed)
}

fn check(site: &Site, webhook: &Webhook) -> Result<(), Problem> {
    let name = webhook.name.chars().count();
    if !(1..=100).contains(&name) || webhook.name.chars().any(char::is_control) {
        return Err(Problem::field("name", "1 to 100 characters"));
    }
    site.reach().check(&webhook.url).map_err(|why| Problem::field("url", why))?;
    if webhook.url.len() > 2_000 {
        return Err(Problem::field("url", "2 000 characters at most"));
    }
    if webhook.kinds.len() > KINDS_MAX {
        return Err(Problem::field("kinds", format!("{KINDS_MAX} at most")));
    }
    events::check_kinds(&webhook.kinds).map_err(|why| Problem::field("kinds", why))
}

fn told(action: &'static str, before: Option<&Webhook>, after: Option<&Webhook>, now: Instant) -> Entry {
    let text = |webhook: &Webhook| serde_json::json!(WebhookView::of(webhook, now)).to_string();
    let id = before.or(after).map_or("", |webhook| webhook.id.as_str());
    Entry { action, member: None, subject: format!("webhook:{id}"), before: before.map(text), after: after.map(text), why: None }
}
