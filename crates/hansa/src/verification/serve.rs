//! Verifications over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sea_orm::ConnectionTrait;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::decide::{Decision, decide};
use super::open::{Moved, assign, open, step};
use super::tell::tell;
use super::view::{CaseView, CasesView, FullView, NewCase, NewDecision, NewEvidence, NewReviewer, Note};
use super::{Act, Case, Evidence, Level, evidence, store};
use crate::app::{App, AppError};
use crate::audit::{self, By};
use crate::http::body::{Body, instant_field, matches, segment, tagged};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::members;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_verifications, open_verification))
        .routes(routes!(read_verification))
        .routes(routes!(add_evidence))
        .routes(routes!(assign_verification))
        .routes(routes!(ask_company))
        .routes(routes!(answer_verification))
        .routes(routes!(decide_verification))
        .routes(routes!(appeal_verification))
        .routes(routes!(withdraw_verification))
}

/// Lists the verification cases of a member, the latest first.
#[utoipa::path(get, path = "/v1/members/{member}/verifications", tag = "verification", params(("member" = String, Path, description = "The member's id.")),
    responses((status = OK, description = "Its cases.", body = CasesView)))]
async fn list_verifications(State(app): State<App>, Path(member): Path<String>) -> Result<Json<CasesView>, Problem> {
    let read = app.db.read();
    if members::find(read, std::iter::once(member.as_str())).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    Ok(Json(CasesView { items: store::of_member(read, &member).await?.iter().map(CaseView::from).collect() }))
}

/// Opens a verification case. A member has one that runs at a time; one of a level that is approved renews it.
#[utoipa::path(post, path = "/v1/members/{member}/verifications", tag = "verification", params(("member" = String, Path, description = "The member's id.")),
    request_body = NewCase, responses((status = CREATED, description = "The case.", body = FullView,
    headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))))]
async fn open_verification(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path(member): Path<String>,
    Body(new): Body<NewCase>,
) -> Result<Response, Problem> {
    let level = new.level.parse().ok().filter(|level| *level != Level::None);
    let level: Level = level.ok_or_else(|| Problem::field("level", "one of basic, verified, audited"))?;
    let (now, member, by, id) = (app.now(), &member, &by, &ids.id("case"));
    let opened = app.db.write(|tx| async move {
        let moved = open(&tx, id.clone(), member, level, by, now).await?;
        told(&tx, moved, by, now).await
    });
    // Two at once: the database lets one run.
    let view = opened.await.map_err(|failed| match failed {
        Failed::Database(error) if db::is_unique_violation(&error) => Problem::new(Code::Refused).saying("a case is not decided yet"),
        other => other.into(),
    })?;
    let place = format!("/v1/members/{}/verifications/{}", segment(&view.case.member), segment(&view.case.id));
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], tagged(view)).into_response())
}

/// Shows a verification case with its evidence and its history.
#[utoipa::path(get, path = "/v1/members/{member}/verifications/{case}", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id.")),
    responses((status = OK, description = "The case.", body = FullView, headers(("ETag" = String, description = "Its version.")))))]
async fn read_verification(State(app): State<App>, Path((member, case)): Path<(String, String)>) -> Result<Response, Problem> {
    let read = app.db.read();
    let found = store::find(read, &member, &case, false).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(tagged(full(read, found).await?).into_response())
}

/// Adds a piece of evidence to a case that is not decided.
#[utoipa::path(post, path = "/v1/members/{member}/verifications/{case}/evidence", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id.")),
    request_body = NewEvidence, responses((status = CREATED, description = "The case.", body = FullView, headers(("ETag" = String, description = "Its version.")))))]
async fn add_evidence(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path((member, case)): Path<(String, String)>,
    Body(new): Body<NewEvidence>,
) -> Result<Response, Problem> {
    if new.source.starts_with("registry:") {
        return Err(Problem::field("source", "`registry:` belongs to look-ups"));
    }
    let now = app.now();
    let one = Evidence {
        id: ids.id("ev"),
        case: case.clone(),
        member: member.clone(),
        field: new.field,
        value: new.value,
        source: new.source,
        observed_at: instant_field("observed_at", new.observed_at.as_deref())?.unwrap_or(now),
        expires_at: instant_field("expires_at", new.expires_at.as_deref())?,
        file: new.file,
        added_by: by.actor.clone(),
        added_at: now,
    };
    let view = changed(&app, (&member, &case), None, &by, &Doing::Evidence(&[one])).await?;
    Ok((StatusCode::CREATED, tagged(view)).into_response())
}

/// Names the staff member who reviews a case.
#[utoipa::path(put, path = "/v1/members/{member}/verifications/{case}/reviewer", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id."),
        ("If-Match" = String, Header, description = "The ETag of the case.")),
    request_body = NewReviewer, responses((status = OK, description = "The case.", body = FullView, headers(("ETag" = String, description = "Its version.")))))]
async fn assign_verification(
    State(app): State<App>,
    by: By,
    Path((member, case)): Path<(String, String)>,
    headers: HeaderMap,
    Body(new): Body<NewReviewer>,
) -> Result<Response, Problem> {
    let view = changed(&app, (&member, &case), Some(&headers), &by, &Doing::Assign(new.reviewer)).await?;
    Ok(tagged(view).into_response())
}

/// Asks the company something; until it answers, the deadline stands still.
#[utoipa::path(post, path = "/v1/members/{member}/verifications/{case}/question", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id.")),
    request_body = Note, responses((status = OK, description = "The case.", body = FullView, headers(("ETag" = String, description = "Its version.")))))]
async fn ask_company(
    State(app): State<App>,
    by: By,
    Path(place): Path<(String, String)>,
    Body(note): Body<Note>,
) -> Result<Response, Problem> {
    stepped(&app, &place, Act::Ask, note, &by).await
}

/// Answers what the company was asked.
#[utoipa::path(post, path = "/v1/members/{member}/verifications/{case}/answer", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id.")),
    request_body = Note, responses((status = OK, description = "The case.", body = FullView, headers(("ETag" = String, description = "Its version.")))))]
async fn answer_verification(
    State(app): State<App>,
    by: By,
    Path(place): Path<(String, String)>,
    Body(note): Body<Note>,
) -> Result<Response, Problem> {
    stepped(&app, &place, Act::Answer, note, &by).await
}

/// Appeals against a refusal: once, within 30 days.
#[utoipa::path(post, path = "/v1/members/{member}/verifications/{case}/appeal", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id.")),
    request_body = Note, responses((status = OK, description = "The case.", body = FullView, headers(("ETag" = String, description = "Its version.")))))]
async fn appeal_verification(
    State(app): State<App>,
    by: By,
    Path(place): Path<(String, String)>,
    Body(note): Body<Note>,
) -> Result<Response, Problem> {
    stepped(&app, &place, Act::Appeal, note, &by).await
}

/// Takes a case back before it is decided.
#[utoipa::path(post, path = "/v1/members/{member}/verifications/{case}/withdrawal", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id.")),
    request_body = Note, responses((status = OK, description = "The case.", body = FullView, headers(("ETag" = String, description = "Its version.")))))]
async fn withdraw_verification(
    State(app): State<App>,
    by: By,
    Path(place): Path<(String, String)>,
    Body(note): Body<Note>,
) -> Result<Response, Problem> {
    stepped(&app, &place, Act::Withdraw, note, &by).await
}

/// Decides a case as it was read. An approval is a fact: the member's level from now on, until it ends.
#[utoipa::path(post, path = "/v1/members/{member}/verifications/{case}/decision", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id."),
        ("If-Match" = String, Header, description = "The ETag of the case that was looked at.")),
    request_body = NewDecision, responses((status = OK, description = "The case.", body = FullView, headers(("ETag" = String, description = "Its version.")))))]
async fn decide_verification(
    State(app): State<App>,
    by: By,
    Path((member, case)): Path<(String, String)>,
    headers: HeaderMap,
    Body(new): Body<NewDecision>,
) -> Result<Response, Problem> {
    let approve = match new.decision.as_str() {
        "approve" => true,
        "refuse" => false,
        _ => return Err(Problem::field("decision", "`approve` or `refuse`")),
    };
    let decision = Decision { approve, reason: new.reason, expires_at: instant_field("expires_at", new.expires_at.as_deref())? };
    let view = changed(&app, (&member, &case), Some(&headers), &by, &Doing::Decide(decision)).await?;
    Ok(tagged(view).into_response())
}

async fn stepped(app: &App, (member, case): &(String, String), act: Act, Note { note }: Note, by: &By) -> Result<Response, Problem> {
    Ok(tagged(changed(app, (member, case), None, by, &Doing::Step(act, note)).await?).into_response())
}

/// What is done to a case.
pub(super) enum Doing<'a> {
    /// Evidence is added.
    Evidence(&'a [Evidence]),
    /// A reviewer is named, or nobody.
    Assign(Option<String>),
    /// It moves on, with something said.
    Step(Act, String),
    /// It is decided.
    Decide(Decision),
}

/// Changes a case in a transaction that holds it; where a version was named, only that one.
pub(super) async fn changed(
    app: &App,
    (member, id): (&str, &str),
    headers: Option<&HeaderMap>,
    by: &By,
    doing: &Doing<'_>,
) -> Result<FullView, Problem> {
    let now = app.now();
    let written = app.db.write(|tx| async move {
        let before = store::find(&tx, member, id, true).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        if let Some(headers) = headers {
            matches(headers, &full(&tx, before.clone()).await?)?;
        }
        let moved = match doing {
            Doing::Evidence(new) => evidence::add(&tx, &before, new, by, now).await?,
            Doing::Assign(reviewer) => assign(&tx, &before, reviewer.clone(), by, now).await?,
            Doing::Step(act, note) => step(&tx, &before, *act, Some(note.clone()), by, now).await?,
            Doing::Decide(decision) => {
                let timeline = app.timeline_in(&tx).await.map_err(|error| match error {
                    AppError::Database(error) => Failed::Database(error),
                    error => Failed::Told(error.into()),
                })?;
                let moved = decide(&tx, &timeline, &before, decision, by, now).await?;
                tell(&tx, app, &moved.0, if decision.approve { Act::Approve } else { Act::Refuse }).await?;
                moved
            }
        };
        told(&tx, moved, by, now).await
    });
    Ok(written.await?)
}

/// Tells the audit, last, and shows the case.
async fn told<C: ConnectionTrait>(conn: &C, (case, entry): Moved, by: &By, now: ledger::Instant) -> Result<FullView, Failed> {
    let shown = full(conn, case).await?;
    audit::append(conn, entry.into_iter().map(|entry| (by.clone(), entry)).collect(), now).await?;
    Ok(shown)
}

async fn full<C: ConnectionTrait>(conn: &C, case: Case) -> Result<FullView, sea_orm::DbErr> {
    Ok(FullView::of(&case, &store::evidence(conn, &case.id).await?, &store::steps(conn, &case.id).await?))
}
