//! Approvals over HTTP.

use axum::Json;
use axum::extract::{Path, State as Held};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{Place, Wanted};
use super::view::{ApprovalView, Approving, Refusing};
use super::{Approval, Matter, REASON_MAX, State, decide, store};
use crate::access::Caller;
use crate::app::App;
use crate::audit::By;
use crate::http::Site;
use crate::http::body::{Body, Params, filled, segment, short};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_approvals))
        .routes(routes!(read_approval))
        .routes(routes!(approve))
        .routes(routes!(refuse_approval))
        .routes(routes!(withdraw_approval))
}

/// What somebody gets who asked for something that needs a second person.
pub(crate) fn asked(approval: Approval) -> Response {
    let place = format!("/v1/approvals/{}", segment(&approval.id));
    (StatusCode::ACCEPTED, [(header::LOCATION, place)], Json(ApprovalView::from(approval))).into_response()
}

/// Which approvals.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Whether to count all entries.
    total: Option<bool>,
    /// In this state.
    #[param(pattern = "^(open|approved|refused|withdrawn)$")]
    state: Option<String>,
    /// About this member.
    member: Option<String>,
}

/// Lists what waits for a second person, or did, the latest first.
#[utoipa::path(get, path = "/v1/approvals", tag = "approvals", params(Filter), responses((status = OK, description = "A page of approvals.", body = Page<ApprovalView>)))]
async fn list_approvals(Held(app): Held<App>, Params(filter): Params<Filter>) -> Result<Json<Page<ApprovalView>>, Problem> {
    let named = |name: &str| State::named(name).ok_or_else(|| Problem::parameter("state", "`open`, `approved`, `refused` or `withdrawn`"));
    let state = filter.state.as_deref().map(named).transpose()?;
    let paging = Paging { limit: filter.limit, after: filter.after, total: filter.total };
    let wanted = Wanted { state, member: filter.member, after: paging.place::<Place>()?, limit: paging.limit()? };
    let found = store::list(app.db.read(), &wanted).await?;
    let total = if paging.total == Some(true) { Some(store::total(app.db.read(), &wanted).await?) } else { None };
    let views = found.into_iter().map(ApprovalView::from).collect();
    Ok(Json(Page::of(views, wanted.limit, total, |one: &ApprovalView| Place(one.asked_at.0, one.id.clone()))))
}

/// Shows an approval; of a program with its file.
#[utoipa::path(get, path = "/v1/approvals/{approval}", tag = "approvals", params(("approval" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The approval.", body = ApprovalView)))]
async fn read_approval(Held(app): Held<App>, Path(id): Path<String>) -> Result<Json<ApprovalView>, Problem> {
    let found = store::find(app.db.read(), &id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Json(ApprovalView::whole(found)))
}

/// Approves something, which is done then: by somebody else than who asked.
#[utoipa::path(post, path = "/v1/approvals/{approval}/approve", tag = "approvals", params(("approval" = String, Path, description = "Its id.")),
    request_body = Approving, responses((status = OK, description = "The approval; it is done.", body = ApprovalView)))]
async fn approve(
    Held(site): Held<Site>,
    caller: Caller,
    by: By,
    Path(id): Path<String>,
    Body(asked): Body<Approving>,
) -> Result<Json<ApprovalView>, Problem> {
    let reason = asked.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    short("reason", reason.as_deref().unwrap_or_default(), REASON_MAX)?;
    let (site, caller, by, id, reason, now) = (&site, &caller, &by, &id, &reason, site.app.now());
    let done = site.app.db.write(|tx| async move {
        let one = decide::open(&tx, id).await?;
        decide::may_decide(&tx, site, caller, &one).await?;
        decide::done(&tx, &site.app, &one, by, now).await?;
        decide::ended(&tx, one, (State::Approved, reason.clone()), by, now).await
    });
    let done = done.await?;
    if matches!(done.matter, Matter::ApplyProgram { .. }) {
        site.app.reload_timeline().await?;
        site.app.jobs_asked.notify_one();
    }
    site.app.told.notify_waiters();
    Ok(Json(done.into()))
}

/// Refuses something, which is not done then.
#[utoipa::path(post, path = "/v1/approvals/{approval}/refuse", tag = "approvals", params(("approval" = String, Path, description = "Its id.")),
    request_body = Refusing, responses((status = OK, description = "The approval.", body = ApprovalView)))]
async fn refuse_approval(
    Held(site): Held<Site>,
    caller: Caller,
    by: By,
    Path(id): Path<String>,
    Body(asked): Body<Refusing>,
) -> Result<Json<ApprovalView>, Problem> {
    filled("reason", &asked.reason, REASON_MAX)?;
    let (site, caller, by, id, reason, now) = (&site, &caller, &by, &id, asked.reason.trim(), site.app.now());
    let ended = site.app.db.write(|tx| async move {
        let one = decide::open(&tx, id).await?;
        decide::may_decide(&tx, site, caller, &one).await?;
        decide::ended(&tx, one, (State::Refused, Some(reason.to_owned())), by, now).await
    });
    Ok(Json(ended.await?.into()))
}

/// Withdraws what one asked for.
#[utoipa::path(post, path = "/v1/approvals/{approval}/withdraw", tag = "approvals", params(("approval" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The approval.", body = ApprovalView)))]
async fn withdraw_approval(Held(app): Held<App>, caller: Caller, by: By, Path(id): Path<String>) -> Result<Json<ApprovalView>, Problem> {
    let (caller, by, id, now) = (&caller, &by, &id, app.now());
    let ended = app.db.write(|tx| async move {
        let one = decide::open(&tx, id).await?;
        if one.asked_by != caller.name() {
            return Err(Failed::from(Problem::new(Code::Refused).saying("only who asked withdraws; others refuse")));
        }
        decide::ended(&tx, one, (State::Withdrawn, None), by, now).await
    });
    Ok(Json(ended.await?.into()))
}
