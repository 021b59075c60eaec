//! Facts over HTTP.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use futures_util::future::join_all;
use program::Fact;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{FactView, NewFact, NewFacts, RefusalView, TakenFact, TakenFacts};
use super::{Answer, fact_from_row};
use crate::access::Caller;
use crate::app::{App, AppError};
use crate::audit::By;
use crate::http::Site;
use crate::http::body::{Body, Params};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Problem};
use crate::language::Language;
use crate::members::{self, among};
use crate::settings::{self, ADJUSTING, Approvals};
use crate::standing::receipt;

/// Facts in one batch, at most.
pub const BATCH_MAX: usize = 1_000;
/// Bytes of a batch, at most.
const BATCH_BYTES_MAX: usize = 16 << 20;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(record_facts))
        .layer(DefaultBodyLimit::max(BATCH_BYTES_MAX))
        .routes(routes!(list_facts))
        .routes(routes!(read_fact))
}

/// Records facts: each is judged at once, and taken or refused alone. The same fact sent again changes nothing.
#[utoipa::path(post, path = "/v1/facts", tag = "facts", request_body = NewFacts, responses((status = OK, description = "What became of each, in their order.", body = TakenFacts)))]
async fn record_facts(
    State(app): State<App>,
    caller: Caller,
    by: By,
    language: Language,
    Body(new): Body<NewFacts>,
) -> Result<Json<TakenFacts>, Problem> {
    if !(1..=BATCH_MAX).contains(&new.facts.len()) {
        return Err(Problem::field("facts", format!("1 to {BATCH_MAX} of them")));
    }
    let adjusts = new.facts.iter().any(|fact| ADJUSTING.contains(&fact.kind.as_str()));
    let two = &if adjusts { settings::current(app.db.read()).await?.approvals } else { Approvals::default() };
    let (app, by, name, now) = (&app, &by, &caller.name(), app.now());
    let one = |new: NewFact| async move {
        let id = new.id.clone();
        match new.fact(name, now) {
            Ok(fact) if two.stop(&fact) => Ok(refused(id, Problem::new(Code::ApprovalNeeded), language)),
            Ok(fact) => taken(app, id, app.submit_by(fact, by.clone()).await, language),
            Err(problem) => Ok(refused(id, problem, language)),
        }
    };
    let facts = join_all(new.facts.into_iter().map(one)).await.into_iter().collect::<Result<_, Problem>>()?;
    Ok(Json(TakenFacts { facts }))
}

/// An answer for one fact; failures that are not the fact's end the request.
fn taken(app: &App, id: String, answer: Result<Answer, AppError>, language: Language) -> Result<TakenFact, Problem> {
    match answer {
        Ok(Ok(recorded)) => {
            let timeline = app.timeline()?;
            let outcome = if recorded.known { "known" } else { "recorded" };
            // The facts behind each reading are told by the standing; here it is enough what was decided.
            let receipts = recorded.decisions.into_iter().map(|decision| receipt(&timeline, decision, &[], language)).collect();
            Ok(TakenFact { id, outcome, resettled: recorded.resettled, receipts, refusal: None })
        }
        Ok(Err(error)) => Ok(refused(id, error.into(), language)),
        Err(error @ AppError::Damaged { .. }) => Ok(refused(id, error.into(), language)),
        Err(error) => Err(error.into()),
    }
}

fn refused(id: String, problem: Problem, language: Language) -> TakenFact {
    TakenFact { id, outcome: "refused", resettled: false, receipts: Vec::new(), refusal: Some(RefusalView::of(problem, language)) }
}

/// Which facts.
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
    /// Of this kind, e.g. `order.completed`.
    kind: Option<String>,
}

/// Lists what happened to a member, the latest first.
#[utoipa::path(get, path = "/v1/members/{member}/facts", tag = "facts", params(("member" = String, Path, description = "Its id."), Filter),
    responses((status = OK, description = "A page of facts.", body = Page<FactView>)))]
async fn list_facts(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(filter): Params<Filter>,
) -> Result<Json<Page<FactView>>, Problem> {
    let paging = Paging { limit: filter.limit, after: filter.after, total: filter.total };
    let kind = filter.kind.as_deref();
    let limit = paging.limit()?;
    let read = app.db.read();
    if members::find(read, std::iter::once(member.as_str())).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    let ids = members::ids_of(read, &member).await?;
    let found = page(read, &ids, kind, paging.place()?, limit + 1).await?;
    let total = if paging.total == Some(true) { Some(count(read, &ids, kind).await?) } else { None };
    let place = |fact: &FactView| Place(fact.occurred_at.0, fact.id.to_string());
    Ok(Json(Page::of(found.iter().map(FactView::of).collect(), limit, total, place)))
}

/// Shows a fact.
#[utoipa::path(get, path = "/v1/members/{member}/facts/{fact}", tag = "facts",
    params(("member" = String, Path, description = "The member's id."), ("fact" = String, Path, description = "The fact's id.")),
    responses((status = OK, description = "The fact.", body = FactView)))]
async fn read_fact(State(app): State<App>, Path((member, fact)): Path<(String, String)>) -> Result<Json<FactView>, Problem> {
    let ids = members::ids_of(app.db.read(), &member).await?;
    let found = one(app.db.read(), &ids, &fact).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Json(FactView::of(&found)))
}

/// A place in a list of facts: when it happened, and its id.
#[derive(Serialize, Deserialize)]
struct Place(i64, String);

const COLUMNS: &str = "id, member_id, kind, occurred_at, recorded_at, source, actor, corrects, body";

async fn page<C: ConnectionTrait>(
    conn: &C,
    members: &[String],
    kind: Option<&str>,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Fact>, DbErr> {
    let Place(at, id) = after.unwrap_or(Place(i64::MAX, String::new()));
    let sql = format!(
        "SELECT {COLUMNS} FROM fact WHERE {own} AND (occurred_at < $1 OR (occurred_at = $1 AND id < $2)) \
         AND (CAST($4 AS TEXT) IS NULL OR kind = $4) ORDER BY occurred_at DESC, id DESC LIMIT $3",
        own = among("member_id", 5, members)
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [Value::from(at), id.into(), limit.into(), kind.map(str::to_owned).into()];
    let values = values.into_iter().chain(members.iter().map(|id| id.clone().into()));
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(fact_from_row).collect()
}

async fn count<C: ConnectionTrait>(conn: &C, members: &[String], kind: Option<&str>) -> Result<u64, DbErr> {
    let own = among("member_id", 2, members);
    let sql = format!("SELECT COUNT(*) AS n FROM fact WHERE {own} AND (CAST($1 AS TEXT) IS NULL OR kind = $1)");
    let values = std::iter::once(kind.map(str::to_owned).into()).chain(members.iter().map(|id| id.clone().into()));
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or(0))
}

async fn one<C: ConnectionTrait>(conn: &C, members: &[String], id: &str) -> Result<Option<Fact>, DbErr> {
    let sql = format!("SELECT {COLUMNS} FROM fact WHERE id = $1 AND {}", among("member_id", 2, members));
    let values = std::iter::once(Value::from(id)).chain(members.iter().map(|id| id.clone().into()));
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    row.as_ref().map(fact_from_row).transpose()
}
