//! Jobs over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::Instant;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Asked, Job, Kind, ask, cancel, find, hurry, list};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::body::{Params, segment};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::imports;
use crate::language::Language;
use crate::standing::view::{instant, maybe_instant};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_jobs)).routes(routes!(read_job)).routes(routes!(cancel_job)).routes(routes!(run_job))
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobView {
    /// `job_…`, or the name of its kind for upkeep that returns by itself.
    id: String,
    /// What it does: `evaluate`, `tidy`, `lapse`, `retain`, `simulate`, `import`, `undo`.
    kind: &'static str,
    /// Who asked for it.
    actor: String,
    /// `waiting`, `running`, `done`, `failed` or `cancelled`.
    state: String,
    /// How much is done.
    done: i64,
    /// Of how much, where that is known.
    total: Option<i64>,
    /// When it was asked for.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it is due, while it waits.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Instant>,
    /// When it was last begun.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Instant>,
    /// When it last ended.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Instant>,
    /// What came of it; not in lists.
    #[schema(value_type = Option<Object>)]
    result: Option<Box<RawValue>>,
    /// Why it last failed, in the caller's language where we have it.
    error: Option<String>,
}

impl JobView {
    /// A job, with what it says in a language where we have it.
    fn of(job: Job, language: Language) -> JobView {
        let result = match job.kind {
            Kind::Import => job.result.map(|text| imports::job::told(text, language)),
            _ => job.result,
        };
        JobView {
            id: job.id,
            kind: job.kind.name(),
            actor: job.actor,
            done: job.done,
            total: job.total,
            created_at: job.created_at,
            due_at: job.due_at.filter(|_| job.state == "waiting"),
            state: job.state,
            started_at: job.started_at,
            finished_at: job.finished_at,
            result: result.and_then(|text| RawValue::from_string(text).ok()),
            error: job.error.map(|why| language.tell(why)),
        }
    }
}

/// Which jobs.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Of this kind.
    kind: Option<String>,
}

/// Lists jobs, the latest first, without their results.
#[utoipa::path(get, path = "/v1/jobs", tag = "jobs", params(Filter), responses((status = OK, description = "A page of jobs.", body = Page<JobView>)))]
async fn list_jobs(State(app): State<App>, language: Language, Params(filter): Params<Filter>) -> Result<Json<Page<JobView>>, Problem> {
    let paging = Paging { limit: filter.limit, after: filter.after, total: None };
    let limit = paging.limit()?;
    let jobs = list(app.db.read(), filter.kind.as_deref(), paging.place()?, limit + 1).await?;
    let shown = jobs.into_iter().map(|job| JobView::of(Job { result: None, ..job }, language)).collect();
    Ok(Json(Page::of(shown, limit, None, |job: &JobView| (job.created_at.0, job.id.clone()))))
}

/// Shows a job with what came of it.
#[utoipa::path(get, path = "/v1/jobs/{job}", tag = "jobs", params(("job" = String, Path, description = "The job's id.")),
    responses((status = OK, description = "The job.", body = JobView)))]
async fn read_job(State(app): State<App>, language: Language, Path(id): Path<String>) -> Result<Json<JobView>, Problem> {
    find(app.db.read(), &id).await?.map(|job| Json(JobView::of(job, language))).ok_or_else(|| Problem::new(Code::NotFound))
}

/// Cancels a job that waits or runs. What it has done by then stays done; upkeep is never cancelled.
#[utoipa::path(post, path = "/v1/jobs/{job}/cancel", tag = "jobs", params(("job" = String, Path, description = "The job's id.")),
    responses((status = OK, description = "The job, which has ended.", body = JobView)))]
async fn cancel_job(State(app): State<App>, by: By, language: Language, Path(id): Path<String>) -> Result<Json<JobView>, Problem> {
    let (now, by, id) = (app.now(), &by, &id);
    let ended = app.db.write(|tx| async move {
        let job = find(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        if !cancel(&tx, &job, now).await? {
            let why = if job.kind.every_us().is_some() { "upkeep returns by itself and is never cancelled" } else { "it has ended" };
            return Err(Problem::new(Code::Refused).saying(why).into());
        }
        audit::append(&tx, vec![(by.clone(), told("cancel_job", &job))], now).await?;
        find(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound).into())
    });
    ended.await.map(|job: Job| Json(JobView::of(job, language))).map_err(Failed::into)
}

/// Lets upkeep run now instead of in its time.
#[utoipa::path(post, path = "/v1/jobs/{job}/run", tag = "jobs", params(("job" = String, Path, description = "`evaluate`, `tidy`, `lapse` or `retain`.")),
    responses((status = ACCEPTED, description = "It is due.", body = JobView)))]
async fn run_job(
    State(app): State<App>,
    by: By,
    language: Language,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<JobView>), Problem> {
    let (now, by, id) = (app.now(), &by, &id);
    let due = app.db.write(|tx| async move {
        let job = find(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        if job.kind.every_us().is_none() {
            return Err(Problem::new(Code::Refused).saying("only upkeep (`evaluate`, `tidy`, `lapse`, `retain`) is run again").into());
        }
        hurry(&tx, job.kind, now).await?;
        audit::append(&tx, vec![(by.clone(), told("run_job", &job))], now).await?;
        find(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound).into())
    });
    let job: Job = due.await.map_err(|failed: Failed| Problem::from(failed))?;
    app.jobs_asked.notify_one();
    Ok((StatusCode::ACCEPTED, Json(JobView::of(job, language))))
}

/// Asks for a job on behalf of a request; its answer.
///
/// # Errors
/// When the database fails.
pub async fn accept<T: Serialize>(app: &App, by: &By, ids: &Ids, kind: Kind, input: &T) -> Result<Response, Problem> {
    let input = serde_json::to_string(input).map_err(|_| Problem::new(Code::Internal))?;
    let now = app.now();
    let asked = &Asked { id: ids.id("job"), kind, actor: by.actor.clone(), input, due_at: now };
    let job = app.db.write(|tx| async move {
        ask(&tx, asked.clone(), now).await?;
        let job = find(&tx, &asked.id).await?.ok_or_else(|| Problem::new(Code::Internal))?;
        audit::append(&tx, vec![(by.clone(), told("ask_job", &job))], now).await?;
        Ok::<_, Failed>(job)
    });
    let job = job.await?;
    app.jobs_asked.notify_one();
    let place = format!("/v1/jobs/{}", segment(&job.id));
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], Json(JobView::of(job, Language::default()))).into_response())
}

fn told(action: &'static str, job: &Job) -> Entry {
    let after = Some(serde_json::json!({ "kind": job.kind.name() }).to_string());
    Entry { action, member: None, subject: format!("job:{}", job.id), before: None, after, why: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document names the kinds that there are.
    #[test]
    fn every_kind_has_a_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::named("nothing"), None);
    }
}
