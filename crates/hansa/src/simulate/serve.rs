//! Simulation over HTTP.

use axum::extract::State;
use axum::response::Response;
use program::Program;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Wanted;
use crate::app::App;
use crate::audit::By;
use crate::http::body::{Body, instant_field};
use crate::http::problem::{Code, Problem};
use crate::http::{Ids, Site};
use crate::jobs::Kind;
use crate::jobs::serve::{JobView, accept};
use crate::language::Language;

/// Movers that are named with their reasons, where nothing is said.
const MOVERS: u32 = 20;
/// Movers that are named with their reasons, at most.
const MOVERS_MAX: u32 = 1_000;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(simulate_program))
}

/// What is to be simulated.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Simulation {
    /// The candidate: a program file, TOML.
    #[schema(max_length = 1048576)]
    source: String,
    /// The candidate judges from here on (RFC 3339); all history when left out.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// As of when (RFC 3339); now when left out.
    #[schema(format = DateTime)]
    as_of: Option<String>,
    /// Name so many members who move, with both reasons.
    #[schema(minimum = 0, maximum = 1000, default = 20)]
    movers: Option<u32>,
}

/// Judges all history by another program, as a job. Nothing is written but the job, whose result says who moves and what it costs.
#[utoipa::path(post, path = "/v1/program/simulations", tag = "program", request_body = Simulation,
    responses((status = ACCEPTED, description = "The job.", body = JobView)))]
async fn simulate_program(
    State(app): State<App>,
    by: By,
    ids: Ids,
    language: Language,
    Body(asked): Body<Simulation>,
) -> Result<Response, Problem> {
    if let Err(problems) = Program::parse(&asked.source) {
        return Err(Problem { field: Some("source".to_owned()), ..Problem::new(Code::ProgramMistaken).saying(problems.to_string()) });
    }
    app.timeline()?;
    let movers = asked.movers.unwrap_or(MOVERS);
    if movers > MOVERS_MAX {
        return Err(Problem::field("movers", format!("0 to {MOVERS_MAX}")));
    }
    let wanted = Wanted {
        from: instant_field("from", asked.from.as_deref())?.map(|at| at.0),
        as_of: instant_field("as_of", asked.as_of.as_deref())?.map(|at| at.0),
        source: asked.source,
        language: Some(language.tag().to_owned()),
        movers: usize::try_from(movers).unwrap_or(usize::MAX),
    };
    accept(&app, &by, &ids, Kind::Simulate, &wanted).await
}
