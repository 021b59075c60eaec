//! What happened to a member and what was decided about it, one behind the other.

use axum::Json;
use axum::extract::{Path, State};
use ledger::Instant;
use program::{Fact, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::receipt::receipt;
use super::view::{ReceiptView, instant};
use crate::app::App;
use crate::facts::{FactView, decision_from_row, fact_from_row};
use crate::http::Site;
use crate::http::body::Params;
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Problem};
use crate::language::Language;
use crate::members;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(read_timeline))
}

/// The most characters of what a kind or a rule begins with.
const ABOUT_MAX: usize = 100;

/// What of it.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Only `facts` or only `receipts`.
    #[param(pattern = "^(facts|receipts)$")]
    only: Option<String>,
    /// Facts whose kind begins so, and no others, e.g. `order.` or `points.spent`; receipts whose rule begins so, e.g. `track:`.
    #[param(max_length = 100)]
    about: Option<String>,
}

/// A fact or a receipt.
#[derive(Debug, Serialize, ToSchema)]
struct Entry {
    /// When it happened, or from when it takes effect.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// `fact` or `receipt`.
    #[schema(pattern = "^(fact|receipt)$")]
    what: &'static str,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<FactView>,
    /// What was decided, without the facts behind it: those the standing tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptView>,
}

/// A place in the timeline: when; whether it is a receipt, which stands before the fact that led to it; its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place(i64, bool, String);

impl Entry {
    fn place(&self) -> Place {
        match (&self.fact, &self.receipt) {
            (Some(fact), _) => Place(self.at.0, false, fact.id.to_string()),
            (_, Some(receipt)) => Place(self.at.0, true, receipt.key.clone()),
            _ => Place(self.at.0, false, String::new()),
        }
    }
}

/// Lists what happened to a member and what was decided about it, the latest first: facts, and receipts that hold. Corrected facts and those that
/// correct them are there too.
#[utoipa::path(get, path = "/v1/members/{member}/timeline", tag = "standing", params(("member" = String, Path, description = "Its id."), Filter),
    responses((status = OK, description = "A page of the timeline.", body = Page<Entry>)))]
async fn read_timeline(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(filter): Params<Filter>,
    language: Language,
) -> Result<Json<Page<Entry>>, Problem> {
    let paging = Paging { limit: filter.limit, after: filter.after, total: None };
    let (limit, after) = (paging.limit()?, paging.place::<Place>()?.unwrap_or(Place(i64::MAX, true, String::new())));
    if filter.about.as_ref().is_some_and(|about| about.chars().count() > ABOUT_MAX) {
        return Err(Problem::parameter("about", format!("at most {ABOUT_MAX} characters")));
    }
    let (facts, receipts) = match filter.only.as_deref() {
        None => (true, true),
        Some("facts") => (true, false),
        Some("receipts") => (false, true),
        Some(_) => return Err(Problem::parameter("only", "`facts` or `receipts`")),
    };
    let (member, about, timeline) = (member.as_str(), filter.about.unwrap_or_default(), app.timeline().ok());
    let found = app.db.read_snapshot(async |tx| {
        if members::find(&tx, std::iter::once(member)).await?.is_empty() {
            return Ok::<_, DbErr>(None);
        }
        let mut entries = Vec::new();
        if facts {
            entries.extend(happened(&tx, member, &about, &after, limit + 1).await?);
        }
        if let Some(timeline) = timeline.as_deref().filter(|_| receipts) {
            entries.extend(decided(&tx, timeline, member, &about, &after, limit + 1, language).await?);
        }
        Ok(Some(entries))
    });
    let mut entries = found.await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.place()));
    entries.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
    Ok(Json(Page::of(entries, limit, None, Entry::place)))
}

/// The text after which nothing begins with this one; the empty text has none.
fn end_of(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

async fn happened<C: ConnectionTrait>(conn: &C, member: &str, about: &str, after: &Place, limit: u64) -> Result<Vec<Entry>, DbErr> {
    let Place(at, receipt, id) = after;
    // After a receipt come the facts of its instant.
    let (at, id) = if *receipt { (at.saturating_add(1), "") } else { (*at, id.as_str()) };
    let ids = members::ids_of(conn, member).await?;
    let sql = format!(
        "SELECT id, member_id, kind, occurred_at, recorded_at, source, actor, corrects, body FROM fact WHERE {own} \
         AND (occurred_at < $1 OR (occurred_at = $1 AND id < $2)) AND kind >= $3 AND kind < $4 ORDER BY occurred_at DESC, id DESC LIMIT $5",
        own = members::among("member_id", 6, &ids)
    );
    let values = [Value::from(at), id.into(), about.into(), end_of(about).into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let values = values.into_iter().chain(ids.into_iter().map(Value::from));
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let entry = |fact: Fact| Entry { at: fact.occurred_at, what: "fact", fact: Some(FactView::of(&fact)), receipt: None };
    rows.iter().map(|row| fact_from_row(row).map(entry)).collect()
}

async fn decided<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    member: &str,
    about: &str,
    after: &Place,
    limit: u64,
    language: Language,
) -> Result<Vec<Entry>, DbErr> {
    let Place(at, receipt_last, key) = after;
    // Before a fact all receipts of its instant have been.
    let key = if *receipt_last { key.as_str() } else { "" };
    let sql = "SELECT d.key, d.effective_at, d.version, d.rule, d.cause, d.body FROM decision AS d WHERE d.member_id = $1 \
               AND (d.effective_at < $2 OR (d.effective_at = $2 AND d.key < $3)) AND d.rule >= $4 AND d.rule < $5 AND d.revision % 2 = 0 \
               AND NOT EXISTS (SELECT 1 FROM decision AS later WHERE later.member_id = d.member_id AND later.key = d.key AND later.revision > d.revision) \
               ORDER BY d.effective_at DESC, d.key DESC LIMIT $6";
    let values = [
        Value::from(member),
        (*at).into(),
        key.into(),
        about.into(),
        end_of(about).into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
    ];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let entry = |decision| {
        let told = receipt(timeline, decision, &[], language);
        Entry { at: told.at, what: "receipt", fact: None, receipt: Some(told) }
    };
    rows.iter().map(|row| decision_from_row(row).map(entry)).collect()
}
