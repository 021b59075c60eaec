//! Merging over HTTP.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::combine::{Pair, Wanted, combine, pair, separate};
use super::view::{MergeView, MergesView, MovesView, NewMerge, PreviewView};
use super::{FACTS_MAX, Merge, WHY_MAX, store};
use crate::access::Caller;
use crate::app::{App, AppError};
use crate::audit::{self, By, Entry};
use crate::http::body::{Body, Params, filled};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site, allowed};
use crate::members::serve::changed;
use crate::members::{self, Member};

/// Numbers of orders that are named.
const SAME_ORDERS_MAX: i64 = 20;
/// Merges that are listed.
const LISTED_MAX: u64 = 200;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_merges, merge_members)).routes(routes!(preview_merge)).routes(routes!(undo_merge))
}

/// What would be merged.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct From {
    /// The member that would be merged into the one of the path.
    #[param(min_length = 1, max_length = 128)]
    from: String,
    /// Fields of its profile that would be taken, with commas between them.
    #[param(
        pattern = "^(name|registration_number|country|region|industry|employees|account_manager|credit_limit|registered_at)(,(name|registration_number|country|region|industry|employees|account_manager|credit_limit|registered_at))*$"
    )]
    take: Option<String>,
}

/// Shows what merging another member into this one would do; nothing is changed.
#[utoipa::path(get, path = "/v1/members/{member}/merge-preview", tag = "merges",
    params(("member" = String, Path, description = "The id of the member that goes on."), From),
    responses((status = OK, description = "What would go over, and what the member would be.", body = PreviewView)))]
async fn preview_merge(
    State(site): State<Site>,
    caller: Caller,
    Path(member): Path<String>,
    Params(asked): Params<From>,
) -> Result<Json<PreviewView>, Problem> {
    seen(&site, &caller, "preview_merge", &asked.from).await.map_err(in_query)?;
    let take = asked.take.iter().flat_map(|fields| fields.split(',')).map(str::to_owned).collect();
    let wanted = &Wanted { survivor: member, source: asked.from, take };
    let app = &site.app;
    // On PostgreSQL a lock is taken, which a reader may not.
    let view = app.db.write(|tx| async move {
        let pair = pair(&tx, wanted).await?;
        let mut rows = BTreeMap::new();
        for (table, _) in store::TABLES {
            rows.insert(table, store::owned(&tx, table, &pair.source.id).await?);
        }
        let children = i64::try_from(store::subsidiaries(&tx, &pair.source.id).await?.len()).unwrap_or(i64::MAX);
        let moves = MovesView::of(pair.facts, children, &rows);
        let same_orders = store::same_orders(&tx, &pair.source.id, &pair.survivor.id, SAME_ORDERS_MAX).await?;
        let Pair { survivor, source, after, .. } = pair;
        Ok::<_, Failed>(PreviewView { survivor: survivor.into(), source: source.into(), after: after.into(), moves, same_orders })
    });
    Ok(Json(view.await.map_err(|failed| in_query(failed.into()))?))
}

/// What is said of a field of a body, of a parameter: a member that is asked for and not there is not found.
fn in_query(problem: Problem) -> Problem {
    let code = match (problem.code, problem.field.as_deref()) {
        (Code::InvalidField, Some("from")) => Code::NotFound,
        (Code::InvalidField, _) => Code::InvalidQuery,
        (code, _) => code,
    };
    Problem { code, ..problem }
}

/// Merges another member into this one: its people, documents, orders and facts are this one's from then on, and both histories are judged anew as one.
/// Facts that are still sent under its id count for this one. It can be undone.
#[utoipa::path(post, path = "/v1/members/{member}/merges", tag = "merges", params(("member" = String, Path, description = "The id of the member that goes on.")),
    request_body = NewMerge, responses((status = CREATED, description = "The merge.", body = MergeView)))]
async fn merge_members(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    ids: Ids,
    Path(member): Path<String>,
    Body(new): Body<NewMerge>,
) -> Result<(StatusCode, Json<MergeView>), Problem> {
    filled("why", &new.why, WHY_MAX)?;
    seen(&site, &caller, "merge_members", &new.from).await?;
    let app = &site.app;
    let wanted = &Wanted { survivor: member, source: new.from, take: new.take };
    let (id, why, by, now) = (&ids.id("mrg"), new.why.trim(), &by, app.now());
    let merged = app.db.write(|tx| async move {
        // An earlier attempt of this very request did it and did not get to say so.
        if let Some(done) = store::hold(&tx, &wanted.survivor, id).await? {
            return Ok::<_, Failed>(done);
        }
        let pair = pair(&tx, wanted).await?;
        let (before, source, after) = (pair.survivor.clone(), pair.source.clone(), pair.after.clone());
        let timeline = timeline(app, &tx).await?;
        let merge = combine(&tx, timeline.as_deref(), pair, (id.clone(), &by.actor, why), now).await?;
        let entries = told(by, "merge_members", &merge, [&before, &after], Some(&source));
        audit::append(&tx, entries, now).await?;
        Ok(merge)
    });
    let merge = merged.await?;
    app.told.notify_waiters();
    Ok((StatusCode::CREATED, Json(merge.into())))
}

/// Lists the members that were merged into this one, the latest first, also merges that were undone.
#[utoipa::path(get, path = "/v1/members/{member}/merges", tag = "merges", params(("member" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The merges.", body = MergesView)))]
async fn list_merges(State(app): State<App>, Path(member): Path<String>) -> Result<Json<MergesView>, Problem> {
    if members::find(app.db.read(), std::iter::once(member.as_str())).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    let found = store::of(app.db.read(), &member, LISTED_MAX).await?;
    Ok(Json(MergesView { items: found.into_iter().map(MergeView::from).collect() }))
}

/// Undoes a merge: what went over goes back, and each member is judged by its own facts. What was sent under the merged member's id since is its own.
#[utoipa::path(post, path = "/v1/members/{member}/merges/{merge}/undo", tag = "merges",
    params(("member" = String, Path, description = "The member that went on."), ("merge" = String, Path, description = "The merge's id.")),
    responses((status = OK, description = "The merge, undone.", body = MergeView)))]
async fn undo_merge(State(app): State<App>, by: By, Path((member, merge)): Path<(String, String)>) -> Result<Json<MergeView>, Problem> {
    let (app, by, member, merge, now) = (&app, &by, &member, &merge, app.now());
    let undone = app.db.write(|tx| async move {
        let timeline = timeline(app, &tx).await?;
        let (merge, before, after) = separate(&tx, timeline.as_deref(), member, merge, now).await?;
        audit::append(&tx, told(by, "undo_merge", &merge, [&before, &after], None), now).await?;
        Ok::<_, Failed>(merge)
    });
    let merge = undone.await?;
    app.told.notify_waiters();
    Ok(Json(merge.into()))
}

/// Whether the caller may do this with the other member too; else there is none.
async fn seen(site: &Site, caller: &Caller, operation: &'static str, id: &str) -> Result<(), Problem> {
    if allowed(site, caller, operation, Some(id)).await? { Ok(()) } else { Err(Problem::field("from", "there is no such member")) }
}

/// The program in force; without one nothing was ever judged.
async fn timeline<C: ConnectionTrait>(app: &App, conn: &C) -> Result<Option<std::sync::Arc<program::Timeline>>, Failed> {
    match app.timeline_in(conn).await {
        Ok(timeline) => Ok(Some(timeline)),
        Err(AppError::NoProgram) => Ok(None),
        Err(AppError::Database(error)) => Err(Failed::Database(error)),
        Err(error) => Err(Failed::Told(error.into())),
    }
}

/// Both members' books tell of it.
fn told(by: &By, action: &'static str, merge: &Merge, [before, after]: [&Member; 2], source: Option<&Member>) -> Vec<(By, Entry)> {
    let why = (action == "merge_members").then(|| merge.why.clone());
    let view = serde_json::json!(MergeView::from(merge.clone()));
    let mut own = changed(action, Some(before), Some(after));
    if let Some(text) = &own.after {
        let member: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        own.after = Some(serde_json::json!({ "member": member, "merge": view }).to_string());
    }
    let other = Entry {
        action,
        subject: format!("member:{}", merge.source),
        member: Some(merge.source.clone()),
        before: source.and_then(|source| changed(action, None, Some(source)).after),
        after: Some(view.to_string()),
        why: why.clone(),
    };
    vec![(by.clone(), Entry { why, ..own }), (by.clone(), other)]
}

const _: () = assert!(FACTS_MAX == 50_000, "the documents say so");
