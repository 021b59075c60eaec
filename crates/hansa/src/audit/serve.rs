//! The audit over HTTP.

use axum::Json;
use axum::extract::State;
use ledger::Instant;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, Row, Wanted};
use crate::app::App;
use crate::http::Site;
use crate::http::body::Params;
use crate::http::page::{Page, Paging};
use crate::http::problem::Problem;
use crate::privacy;
use crate::standing::view::instant;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// Which changes.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// About this enterprise.
    member: Option<String>,
    /// To this subject, e.g. `member:acme`.
    subject: Option<String>,
    /// By this caller, e.g. `key:key_…`.
    actor: Option<String>,
    /// Of this action, e.g. `change_member`.
    action: Option<String>,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
struct ChangeView {
    /// Its number in the chain.
    seq: i64,
    /// When.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Who.
    actor: String,
    /// From which network address.
    address: Option<String>,
    /// In which request.
    request: Option<String>,
    /// What was done.
    action: String,
    /// About which enterprise.
    member: Option<String>,
    /// To what.
    subject: String,
    /// What it was.
    #[schema(value_type = Option<Object>)]
    before: Option<Box<RawValue>>,
    /// What it is now.
    #[schema(value_type = Option<Object>)]
    after: Option<Box<RawValue>>,
    /// Why.
    why: Option<String>,
    /// The hash that holds it in the chain.
    hash: String,
}

/// Lists who changed what, the latest first.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", params(Filter), responses((status = OK, description = "A page of changes.", body = Page<ChangeView>)))]
async fn list_audit(State(app): State<App>, Params(filter): Params<Filter>) -> Result<Json<Page<ChangeView>>, Problem> {
    let paging = Paging { limit: filter.limit, after: filter.after, total: None };
    let limit = paging.limit()?;
    let wanted = Wanted {
        before: paging.place()?,
        member: filter.member,
        subject: filter.subject,
        actor: filter.actor,
        action: filter.action,
        limit: limit + 1,
    };
    let mut rows = store::latest(app.db.read(), &wanted).await?;
    let texts = rows.iter_mut().flat_map(|row| [row.before.take(), row.after.take()]).collect();
    let mut texts = privacy::opened(app.db.read(), &app.vault, texts).await?.into_iter();
    for row in &mut rows {
        (row.before, row.after) = (texts.next().flatten(), texts.next().flatten());
    }
    Ok(Json(Page::of(rows.into_iter().map(shown).collect(), limit, None, |change: &ChangeView| change.seq)))
}

fn shown(row: Row) -> ChangeView {
    let json = |text: Option<String>| text.and_then(|text| RawValue::from_string(text).ok());
    ChangeView {
        seq: row.seq,
        at: row.at,
        actor: row.actor,
        address: row.address,
        request: row.request,
        action: row.action,
        member: row.member,
        subject: row.subject,
        before: json(row.before),
        after: json(row.after),
        why: row.why,
        hash: row.hash,
    }
}
