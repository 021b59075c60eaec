//! Asking registers over HTTP; their answers become evidence.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Elements, LookUpError, Registry};
use crate::app::App;
use crate::audit::By;
use crate::http::body::{Body, tagged};
use crate::http::problem::{Code, Problem};
use crate::http::{Ids, Site};
use crate::verification::serve::{Doing, changed};
use crate::verification::view::FullView;
use crate::verification::{Evidence, TEXT_MAX, store};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_registries)).routes(routes!(look_up_company)).routes(routes!(check_four_elements))
}

/// The registers that can be asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Registries)]
struct RegistriesView {
    /// Their names.
    items: Vec<String>,
}

/// Lists the registers that can be asked.
#[utoipa::path(get, path = "/v1/registries", tag = "verification", responses((status = OK, description = "Their names.", body = RegistriesView)))]
async fn list_registries(State(app): State<App>) -> Json<RegistriesView> {
    Json(RegistriesView { items: app.registries.names().into_iter().map(str::to_owned).collect() })
}

/// What a register is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "registry": "companies", "number": "91350100M000100Y43" }))]
struct LookUp {
    /// The register.
    registry: String,
    /// The registration number.
    #[schema(min_length = 1, max_length = 100)]
    number: String,
}

/// Asks a register what a number stands for; its answer is added to the evidence.
#[utoipa::path(post, path = "/v1/members/{member}/verifications/{case}/look-up", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id.")),
    request_body = LookUp, responses((status = CREATED, description = "The case with the answer.", body = FullView, headers(("ETag" = String, description = "Its version."))),
        (status = BAD_GATEWAY, description = "A problem: `look-up-failed`.")))]
async fn look_up_company(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path(place): Path<(String, String)>,
    Body(asked): Body<LookUp>,
) -> Result<Response, Problem> {
    let registry = registry(&app, &place, &asked.registry).await?;
    bounded("number", &asked.number, 100)?;
    let fields = match registry.company(&asked.number).await? {
        Some(company) => company.fields,
        None => vec![("number".to_owned(), "unknown to the register".to_owned())],
    };
    added(&app, &place, &asked.registry, fields, (&by, &ids)).await
}

/// Four elements that are to belong together. They are passed on to the register and not kept.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "registry": "companies", "name": "华东轴承有限公司", "number": "91350100M000100Y43", "representative": "王芳", "phone": "13800000000" }))]
struct FourElements {
    /// The register.
    registry: String,
    /// The company's name.
    #[schema(min_length = 1, max_length = 300)]
    name: String,
    /// Its registration number.
    #[schema(min_length = 1, max_length = 100)]
    number: String,
    /// The legal representative's name.
    #[schema(min_length = 1, max_length = 100)]
    representative: String,
    /// The legal representative's telephone.
    #[schema(min_length = 1, max_length = 100)]
    phone: String,
}

/// Asks a register whether name, number, legal representative and telephone belong together; its answer is added to the evidence, what was asked is not kept.
#[utoipa::path(post, path = "/v1/members/{member}/verifications/{case}/four-elements", tag = "verification",
    params(("member" = String, Path, description = "The member's id."), ("case" = String, Path, description = "The case's id.")),
    request_body = FourElements, responses((status = CREATED, description = "The case with the answer.", body = FullView, headers(("ETag" = String, description = "Its version."))),
        (status = BAD_GATEWAY, description = "A problem: `look-up-failed`.")))]
async fn check_four_elements(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path(place): Path<(String, String)>,
    Body(asked): Body<FourElements>,
) -> Result<Response, Problem> {
    let FourElements { registry: name_of, name, number, representative, phone } = asked;
    let registry = registry(&app, &place, &name_of).await?;
    bounded("name", &name, 300)?;
    for (field, text) in [("number", &number), ("representative", &representative), ("phone", &phone)] {
        bounded(field, text, 100)?;
    }
    let verdict = registry.four_elements(&Elements { name, number, representative, phone }).await?;
    let value = match (verdict.matches, verdict.differing.join(", ")) {
        (true, _) => "match".to_owned(),
        (false, differing) if differing.is_empty() => "no match".to_owned(),
        (false, differing) => format!("no match: {differing}"),
    };
    added(&app, &place, &name_of, vec![("four-elements".to_owned(), value)], (&by, &ids)).await
}

/// The register, before which it is seen that there is such a case: nobody outside is asked for nothing.
async fn registry<'a>(app: &'a App, (member, case): &(String, String), name: &str) -> Result<&'a dyn Registry, Problem> {
    let found = store::find(app.db.read(), member, case, false).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    if !found.status.running() {
        return Err(Problem::new(Code::Refused).saying(format!("the case is {}", found.status.name())));
    }
    let names = app.registries.names().join(", ");
    app.registries.named(name).ok_or_else(|| Problem::field("registry", format!("one of those that are configured: {names}")))
}

fn bounded(field: &str, text: &str, max: usize) -> Result<(), Problem> {
    let bad = text.trim().is_empty() || text.chars().count() > max || text.chars().any(char::is_control);
    if bad { Err(Problem::field(field, format!("1 to {max} characters"))) } else { Ok(()) }
}

async fn added(
    app: &App,
    (member, case): &(String, String),
    registry: &str,
    fields: Vec<(String, String)>,
    (by, ids): (&By, &Ids),
) -> Result<Response, Problem> {
    let now = app.now();
    let evidence: Vec<Evidence> = fields
        .into_iter()
        .enumerate()
        .map(|(place, (field, value))| Evidence {
            id: format!("{}{place:02}", ids.id("ev")),
            case: case.clone(),
            member: member.clone(),
            field: field.chars().filter(|c| !c.is_control()).take(64).collect(),
            value: value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TEXT_MAX).collect(),
            source: format!("registry:{registry}"),
            observed_at: now,
            expires_at: None,
            file: None,
            added_by: by.actor.clone(),
            added_at: now,
        })
        .collect();
    let view = changed(app, (member, case), None, by, &Doing::Evidence(&evidence)).await?;
    Ok((StatusCode::CREATED, tagged(view)).into_response())
}

impl From<LookUpError> for Problem {
    fn from(error: LookUpError) -> Problem {
        let code = match error {
            LookUpError::NotOffered(_) => Code::Refused,
            LookUpError::Failed { .. } => Code::LookUpFailed,
        };
        Problem::new(code).saying(error.to_string())
    }
}
