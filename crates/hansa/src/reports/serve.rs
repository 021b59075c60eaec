//! Reports over HTTP, as JSON or as CSV.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use program::calendar::{Day, Zone, parse_day};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Dated, journal, liability, movers, tiers};
use crate::app::App;
use crate::cli::output::Sheet;
use crate::http::Site;
use crate::http::body::{Params, instant};
use crate::http::problem::{Code, Problem};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(report_tiers))
        .routes(routes!(report_liability))
        .routes(routes!(report_movers))
        .routes(routes!(report_journal))
}

/// A report.
#[derive(Debug, Serialize, ToSchema)]
struct ReportView {
    /// The columns, in order.
    columns: Vec<&'static str>,
    /// The rows by column; exact decimals as text, beside the whole numbers of their smallest step.
    #[schema(value_type = Vec<Object>)]
    rows: Box<RawValue>,
    /// What it rests on, and its total where it has one.
    notes: Vec<String>,
}

/// Of when, and how it is written.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AsOf {
    /// As of this instant (RFC 3339), recomputed from facts; the present, as it is stored, when left out.
    #[param(format = DateTime)]
    as_of: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$", default = "json")]
    format: Option<String>,
}

/// Since when, until when, and how it is written.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Since {
    /// Compared with this instant (RFC 3339); 90 days before when left out.
    #[param(format = DateTime)]
    since: Option<String>,
    /// As of this instant (RFC 3339), recomputed from facts; the present, as it is stored, when left out.
    #[param(format = DateTime)]
    as_of: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$", default = "json")]
    format: Option<String>,
}

/// Which days, and how they are written.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Days {
    /// From this day on, in the time zone of the program.
    #[param(format = Date)]
    from: Option<String>,
    /// To the end of this day.
    #[param(format = Date)]
    to: Option<String>,
    /// The day of an entry: when it was written down (`posted`), or when it took effect (`effective`).
    #[param(pattern = "^(posted|effective)$", default = "posted")]
    by: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$", default = "json")]
    format: Option<String>,
}

/// Tells how many members are in each tier.
#[utoipa::path(get, path = "/v1/reports/tiers", tag = "reports", params(AsOf),
    responses((status = OK, description = "The report.", content((ReportView = "application/json"), (String = "text/csv")))))]
async fn report_tiers(State(app): State<App>, Params(asked): Params<AsOf>) -> Result<Response, Problem> {
    let format = format(asked.format.as_deref())?;
    let report = tiers(&app, instant("as_of", asked.as_of.as_deref())?).await?;
    told(format, &report.sheet(), vec![report.basis.note(&zone(&app)?)])
}

/// Tells what is owed to members in units, by the month of issue.
#[utoipa::path(get, path = "/v1/reports/liability", tag = "reports", params(AsOf),
    responses((status = OK, description = "The report.", content((ReportView = "application/json"), (String = "text/csv")))))]
async fn report_liability(State(app): State<App>, Params(asked): Params<AsOf>) -> Result<Response, Problem> {
    let format = format(asked.format.as_deref())?;
    let report = liability(&app, instant("as_of", asked.as_of.as_deref())?).await?;
    told(format, &report.sheet(), vec![report.total(), report.basis.note(&zone(&app)?)])
}

/// Tells who rose or fell.
#[utoipa::path(get, path = "/v1/reports/movers", tag = "reports", params(Since),
    responses((status = OK, description = "The report.", content((ReportView = "application/json"), (String = "text/csv")))))]
async fn report_movers(State(app): State<App>, Params(asked): Params<Since>) -> Result<Response, Problem> {
    let format = format(asked.format.as_deref())?;
    let (since, as_of) = (instant("since", asked.since.as_deref())?, instant("as_of", asked.as_of.as_deref())?);
    let (report, zone) = (movers(&app, since, as_of).await?, zone(&app)?);
    told(format, &report.sheet(&zone), vec![report.basis.note(&zone)])
}

/// Tells what was posted day by day between which accounts, for accounting.
#[utoipa::path(get, path = "/v1/reports/journal", tag = "reports", params(Days),
    responses((status = OK, description = "The report.", content((ReportView = "application/json"), (String = "text/csv")))))]
async fn report_journal(State(app): State<App>, Params(asked): Params<Days>) -> Result<Response, Problem> {
    let format = format(asked.format.as_deref())?;
    let by = match asked.by.as_deref() {
        None | Some("posted") => Dated::Posted,
        Some("effective") => Dated::Effective,
        Some(_) => return Err(Problem::parameter("by", "`posted` or `effective`".to_owned())),
    };
    let zone = zone(&app)?;
    let day = |name: &str, text: Option<&str>| text.map(|text| parse_day(text).map_err(|why| Problem::parameter(name, why))).transpose();
    let from = day("from", asked.from.as_deref())?.map(|day| zone.start(day));
    // To the last microsecond of the day.
    let to = day("to", asked.to.as_deref())?.map(|day| ledger::Instant(zone.start(Day(day.0 + 1)).0 - 1));
    told(format, &journal(&app, from, to, by).await?.sheet(), Vec::new())
}

#[derive(Clone, Copy)]
enum Format {
    Json,
    Csv,
}

fn format(text: Option<&str>) -> Result<Format, Problem> {
    match text {
        None | Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        Some(_) => Err(Problem::parameter("format", "`json` or `csv`".to_owned())),
    }
}

fn zone(app: &App) -> Result<Zone, Problem> {
    Ok(app.timeline()?.zone().clone())
}

fn told(format: Format, sheet: &Sheet, notes: Vec<String>) -> Result<Response, Problem> {
    match format {
        Format::Csv => {
            let bytes = sheet.csv().map_err(|_| Problem::new(Code::Internal))?;
            Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
        }
        Format::Json => {
            let rows = RawValue::from_string(sheet.json().trim().to_owned()).map_err(|_| Problem::new(Code::Internal))?;
            Ok(Json(ReportView { columns: sheet.columns.iter().map(|column| column.name).collect(), rows, notes }).into_response())
        }
    }
}
