//! The membership program over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ledger::Instant;
use program::Program;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::apply::{back_to, source_of};
use super::{Applied, AppliedVersion, apply_by, diff, versions};
use crate::access::Caller;
use crate::app::App;
use crate::approvals::{self, ApprovalView, Matter};
use crate::audit::By;
use crate::http::body::{Body, instant_field};
use crate::http::problem::{Code, Problem};
use crate::http::{Ids, Site};
use crate::settings;
use crate::standing::view::{instant as told, maybe_instant};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_program_versions, apply_program))
        .routes(routes!(read_program))
        .routes(routes!(rollback_program))
        .routes(routes!(check_program))
}

/// A version of the program.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct VersionView {
    /// Counted up from 1.
    number: u32,
    /// From when it judges; `null` for the whole past.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_from: Option<Instant>,
    /// When it was applied.
    #[serde(serialize_with = "told")]
    #[schema(value_type = String, format = DateTime)]
    applied_at: Instant,
    /// By whom.
    applied_by: Option<String>,
    /// Why.
    note: Option<String>,
    /// The file, where one version is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl VersionView {
    fn of(version: AppliedVersion, with_source: bool) -> VersionView {
        let AppliedVersion { number, effective_from, applied_at, applied_by, note, source } = version;
        VersionView { number, effective_from, applied_at, applied_by, note, source: with_source.then_some(source) }
    }
}

/// All versions.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct VersionsView {
    /// Oldest first.
    items: Vec<VersionView>,
}

/// Lists the versions of the program, oldest first.
#[utoipa::path(get, path = "/v1/program/versions", tag = "program", responses((status = OK, description = "The versions.", body = VersionsView)))]
async fn list_program_versions(State(app): State<App>) -> Result<Json<VersionsView>, Problem> {
    let all = versions(app.db.read()).await?;
    Ok(Json(VersionsView { items: all.into_iter().map(|version| VersionView::of(version, false)).collect() }))
}

/// Shows a version of the program with its file.
#[utoipa::path(get, path = "/v1/program/versions/{number}", tag = "program", params(("number" = u32, Path, description = "The version's number.")),
    responses((status = OK, description = "The version.", body = VersionView)))]
async fn read_program(State(app): State<App>, Path(number): Path<String>) -> Result<Json<VersionView>, Problem> {
    let number = numbered(&number)?;
    let found = versions(app.db.read()).await?.into_iter().find(|version| version.number == number);
    found.map(|version| Json(VersionView::of(version, true))).ok_or_else(|| Problem::new(Code::NotFound))
}

fn numbered(text: &str) -> Result<u32, Problem> {
    let wrong = |_| Problem::parameter("number", "the number of a version");
    text.parse().map_err(wrong)
}

/// A program to be checked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "source": "id = \"standard\"\ntime_zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n" }))]
struct ProgramText {
    /// The file, TOML.
    #[schema(max_length = 1048576)]
    source: String,
}

/// What checking came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct CheckedView {
    /// Whether it can be applied.
    valid: bool,
    /// Mistakes, each with its line and column.
    problems: Vec<String>,
    /// What is no mistake, but less than it should be.
    warnings: Vec<String>,
    /// What differs from the newest version.
    differences: Vec<DifferenceView>,
}

/// One difference.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct DifferenceView {
    /// Where, e.g. `track.buyer.tier.gold.enter`.
    at: String,
    /// Before; `null` when it is new.
    before: Option<String>,
    /// After; `null` when it is gone.
    after: Option<String>,
}

/// Checks a program and tells what differs from the newest version. Changes nothing.
#[utoipa::path(post, path = "/v1/program/check", tag = "program", request_body = ProgramText,
    responses((status = OK, description = "Its mistakes, if any.", body = CheckedView)))]
async fn check_program(State(app): State<App>, Body(text): Body<ProgramText>) -> Result<Json<CheckedView>, Problem> {
    let newest = versions(app.db.read()).await?.pop().map(|version| version.source).unwrap_or_default();
    let differences = diff(&newest, &text.source).unwrap_or_default();
    let differences = differences.into_iter().map(|one| DifferenceView { at: one.at, before: one.before, after: one.after }).collect();
    Ok(Json(match Program::parse(&text.source) {
        Ok(program) => {
            let warnings = program.warnings.iter().map(ToString::to_string).collect();
            CheckedView { valid: true, problems: Vec::new(), warnings, differences }
        }
        Err(problems) => {
            let problems = problems.0.iter().map(ToString::to_string).collect();
            CheckedView { valid: false, problems, warnings: Vec::new(), differences }
        }
    }))
}

/// A program to be applied.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewVersion {
    /// The file, TOML.
    #[schema(max_length = 1048576)]
    source: String,
    /// From when it judges (RFC 3339); from now on when left out.
    #[schema(format = DateTime)]
    effective_from: Option<String>,
    /// Why.
    #[schema(max_length = 1000)]
    note: Option<String>,
}

/// What applying came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct AppliedView {
    /// The version's number.
    number: u32,
    /// From when it judges; `null` for the whole past.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_from: Option<Instant>,
    /// Whether the same text was in force already, so that nothing was done.
    unchanged: bool,
}

/// Puts a program into force. A version that reaches into the past says `retroactive = true` in its file. Where the settings ask for a second person,
/// it waits for one.
#[utoipa::path(post, path = "/v1/program/versions", tag = "program", request_body = NewVersion,
    responses((status = CREATED, description = "In force.", body = AppliedView), (status = OK, description = "Was in force already.", body = AppliedView),
        (status = ACCEPTED, description = "It waits for a second person.", body = ApprovalView)))]
async fn apply_program(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    ids: Ids,
    Body(new): Body<NewVersion>,
) -> Result<Response, Problem> {
    if let Err(problems) = Program::parse(&new.source) {
        return Err(Problem { field: Some("source".to_owned()), ..Problem::new(Code::ProgramMistaken).saying(problems.to_string()) });
    }
    let from = instant_field("effective_from", new.effective_from.as_deref())?;
    put(&site.app, (&caller, &by, &ids), new.source, from, new.note).await
}

/// When an older version is to judge again.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "effective_from": "2027-01-01T00:00:00+08:00" }))]
struct Rollback {
    /// From when it judges (RFC 3339); from now on when left out.
    #[schema(format = DateTime)]
    effective_from: Option<String>,
}

/// Puts an older version into force again, as a new version. What was judged under the others stays as it was.
#[utoipa::path(post, path = "/v1/program/versions/{number}/rollback", tag = "program", params(("number" = u32, Path, description = "The version's number.")),
    request_body = Rollback,
    responses((status = CREATED, description = "In force.", body = AppliedView), (status = OK, description = "Was in force already.", body = AppliedView),
        (status = ACCEPTED, description = "It waits for a second person.", body = ApprovalView)))]
async fn rollback_program(
    State(site): State<Site>,
    caller: Caller,
    by: By,
    ids: Ids,
    Path(number): Path<String>,
    Body(asked): Body<Rollback>,
) -> Result<Response, Problem> {
    let number = numbered(&number)?;
    let from = instant_field("effective_from", asked.effective_from.as_deref())?;
    if !versions(site.app.db.read()).await?.iter().any(|version| version.number == number) {
        return Err(Problem::new(Code::NotFound));
    }
    let source = source_of(&site.app, number).await?;
    put(&site.app, (&caller, &by, &ids), source, from, Some(back_to(number))).await
}

/// Puts a program into force, or asks for a second person where the settings say so. The very first one nobody could approve against anything.
async fn put(
    app: &App,
    (caller, by, ids): (&Caller, &By, &Ids),
    source: String,
    from: Option<Instant>,
    note: Option<String>,
) -> Result<Response, Problem> {
    let newest = versions(app.db.read()).await?.pop();
    let two = settings::current(app.db.read()).await?.approvals.program;
    let Some(newest) = newest.filter(|newest| two && newest.source != source) else {
        return Ok(applied(apply_by(app, &source, from, by, note.as_deref()).await?).into_response());
    };
    let matter = &Matter::ApplyProgram { source, effective_from: from, note, base: newest.number };
    let (id, now) = (&ids.id("apv"), app.now());
    let waits = app.db.write(|tx| async move { approvals::ask(&tx, id.clone(), (matter.clone(), None), (caller, by), now).await });
    Ok(approvals::serve::asked(waits.await?))
}

fn applied(applied: Applied) -> (StatusCode, Json<AppliedView>) {
    let Applied { number, effective_from, unchanged } = applied;
    let status = if unchanged { StatusCode::OK } else { StatusCode::CREATED };
    (status, Json(AppliedView { number, effective_from, unchanged }))
}
