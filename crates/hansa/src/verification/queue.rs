//! The queue of reviewers: cases of all members that somebody sees, the most urgent first.

use axum::Json;
use axum::extract::State;
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Case;
use super::rule::{Level, Status};
use super::store::{self, COLUMNS};
use super::view::CaseView;
use crate::access::{Caller, Scope};
use crate::app::App;
use crate::http::Site;
use crate::http::body::Params;
use crate::http::page::{Page, Paging};
use crate::http::problem::Problem;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_verification_queue))
}

/// Which cases.
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
    /// Of this status; where nothing is said, those that wait for a reviewer: `open` and `appealed`.
    #[param(pattern = "^(open|waiting|approved|refused|appealed|withdrawn|expired)$")]
    status: Option<String>,
    /// Of this level.
    #[param(pattern = "^(basic|verified|audited)$")]
    level: Option<String>,
    /// Of this reviewer; empty for those that nobody reviews.
    reviewer: Option<String>,
    /// Whose deadline is over.
    overdue: Option<bool>,
}

/// A place in the queue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    deadline: i64,
    id: String,
}

/// Lists verification cases, the most urgent first.
#[utoipa::path(get, path = "/v1/verifications", tag = "verification", params(Filter), responses((status = OK, description = "A page of cases.", body = Page<CaseView>)))]
async fn list_verification_queue(
    State(app): State<App>,
    caller: Caller,
    Params(filter): Params<Filter>,
) -> Result<Json<Page<CaseView>>, Problem> {
    let status = filter.status.as_deref().map(str::parse::<Status>).transpose().map_err(|why| Problem::parameter("status", why))?;
    let level = filter.level.as_deref().map(str::parse::<Level>).transpose().map_err(|why| Problem::parameter("level", why))?;
    let paging = Paging { limit: filter.limit, after: filter.after, total: filter.total };
    let (limit, after) = (paging.limit()?, paging.place::<Place>()?);
    let mut asked = Asked { sql: String::new(), values: Vec::new() };
    match status {
        Some(status) => asked.and("status = ", status.name().into()),
        None => asked.sql.push_str(" AND status IN ('open', 'appealed')"),
    }
    match filter.reviewer.as_deref() {
        Some("") => asked.sql.push_str(" AND reviewer IS NULL"),
        Some(reviewer) => asked.and("reviewer = ", reviewer.into()),
        None => {}
    }
    if let Some(level) = level {
        asked.and("level = ", level.name().into());
    }
    match filter.overdue {
        Some(true) => asked.and("deadline < ", app.now().0.into()),
        Some(false) => asked.and("deadline >= ", app.now().0.into()),
        None => {}
    }
    match caller.scope() {
        Scope::Everybody => {}
        Scope::Managed(manager) => {
            asked.and("member_id IN (SELECT id FROM member WHERE account_manager = ", manager.into());
            asked.sql.push(')');
        }
        Scope::Tree(own) => asked.and("member_id = ", own.into()),
    }
    let read = app.db.read();
    let total = if paging.total == Some(true) { Some(asked.count(read).await?) } else { None };
    if let Some(Place { deadline, id }) = after {
        asked.and("(deadline, id) > (", deadline.into());
        asked.values.push(id.into());
        asked.sql.push_str(&format!(", ${})", asked.values.len()));
    }
    let found = asked.page(read, limit + 1).await?;
    let place = |case: &CaseView| Place { deadline: case.deadline.0, id: case.id.clone() };
    Ok(Json(Page::of(found.iter().map(CaseView::from).collect(), limit, total, place)))
}

/// Conditions on cases.
struct Asked {
    sql: String,
    values: Vec<Value>,
}

impl Asked {
    fn and(&mut self, condition: &str, value: Value) {
        self.values.push(value);
        self.sql.push_str(&format!(" AND {condition}${}", self.values.len()));
    }

    async fn count<C: ConnectionTrait>(&self, conn: &C) -> Result<u64, DbErr> {
        let sql = format!("SELECT COUNT(*) AS n FROM verification_case WHERE 1 = 1{}", self.sql);
        let n: i64 = store::rows(conn, &sql, self.values.clone()).await?.first().map_or(Ok(0), |row| row.try_get("", "n"))?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    async fn page<C: ConnectionTrait>(&self, conn: &C, limit: u64) -> Result<Vec<Case>, DbErr> {
        let mut values = self.values.clone();
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        let columns = COLUMNS.join(", ");
        let sql = format!("SELECT {columns} FROM verification_case WHERE 1 = 1{} ORDER BY deadline, id LIMIT ${}", self.sql, values.len());
        store::rows(conn, &sql, values).await?.iter().map(store::read).collect()
    }
}
