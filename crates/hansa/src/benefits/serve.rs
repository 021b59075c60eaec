//! Benefits over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use program::expr::Value as Field;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::audit::By;
use crate::facts::FactError;
use crate::http::body::{Body, instant_field};
use crate::http::problem::{Code, Problem};
use crate::http::{Ids, Site};
use crate::language::Language;
use crate::points::{Say, SpendError, may_say, say_by};
use crate::standing::{self, BenefitView};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_benefits))
        .routes(routes!(check_benefit))
        .routes(routes!(use_benefit))
        .routes(routes!(grant_benefit))
        .routes(routes!(revoke_benefit))
}

/// Benefits.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct BenefitsView {
    /// In the order of the program.
    items: Vec<BenefitView>,
}

/// Lists the benefits that a member has now, with what is left of metered ones.
#[utoipa::path(get, path = "/v1/members/{member}/benefits", tag = "benefits", params(("member" = String, Path, description = "The member's id.")),
    responses((status = OK, description = "Its benefits.", body = BenefitsView)))]
async fn list_benefits(State(app): State<App>, Path(member): Path<String>, language: Language) -> Result<Json<BenefitsView>, Problem> {
    Ok(Json(BenefitsView { items: standing::now(&app, &member, language).await?.benefits }))
}

/// A use of a benefit.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "id": "visit-204", "amount": 1, "reference": "SO-20260318-0007", "contact": "c-17" }))]
struct Use {
    /// The id of the fact that says so: the same again changes nothing. Made by Hansa when left out; a check needs none.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
    /// How much, in the unit's smallest step; 1 when left out.
    #[schema(minimum = 1)]
    amount: Option<i64>,
    /// What for, e.g. an order's number.
    #[schema(min_length = 1, max_length = 128)]
    reference: Option<String>,
    /// The contact who gets it, where the benefit goes to persons.
    #[schema(min_length = 1, max_length = 128)]
    contact: Option<String>,
}

/// Whether a benefit may be used.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "allowed": true, "reason": null, "benefit": null }))]
struct CheckView {
    /// Whether it may be used as was asked, now.
    allowed: bool,
    /// Why not.
    reason: Option<String>,
    /// The benefit as the member has it; `null` when it has not.
    benefit: Option<BenefitView>,
}

/// Tells whether a member may use a benefit now, by the very rules of its use. Changes nothing. A benefit that is not metered is a right: to have it is enough.
#[utoipa::path(post, path = "/v1/members/{member}/benefits/{benefit}/check", tag = "benefits",
    params(("member" = String, Path, description = "The member's id."), ("benefit" = String, Path, description = "The benefit's id in the program.")),
    request_body = Use, responses((status = OK, description = "Whether it may.", body = CheckView)))]
async fn check_benefit(
    State(app): State<App>,
    language: Language,
    Path((member, benefit)): Path<(String, String)>,
    Body(asked): Body<Use>,
) -> Result<Json<CheckView>, Problem> {
    let metered = of_program(&app, &benefit)?;
    let held = held(&app, &member, &benefit, language).await?;
    let reason = if metered {
        match may_say(&app, &used(&app.clock.id("check"), &member, &benefit, &asked)?).await {
            Ok(()) => None,
            Err(SpendError::Refused(refused @ FactError::Refused(_))) => Some(refused.to_string()),
            Err(other) => return Err(other.into()),
        }
    } else {
        held.is_none().then(|| format!("the member does not have the benefit `{benefit}`"))
    };
    Ok(Json(CheckView { allowed: reason.is_none(), reason: reason.map(|why| language.tell(why)), benefit: held }))
}

/// What was used, and what is left.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct UsedView {
    /// The id of the fact; by it the use is undone (`/redemptions/{id}/restore`).
    id: String,
    /// Whether the same had been said before, so that nothing changed.
    known: bool,
    /// The benefit as the member has it now; `null` when it no longer has.
    benefit: Option<BenefitView>,
}

type Answered = Result<(StatusCode, Json<UsedView>), Problem>;

/// Uses a metered benefit: all that was asked for, or nothing.
#[utoipa::path(post, path = "/v1/members/{member}/benefits/{benefit}/uses", tag = "benefits",
    params(("member" = String, Path, description = "The member's id."), ("benefit" = String, Path, description = "The benefit's id in the program.")),
    request_body = Use, responses((status = CREATED, description = "Used.", body = UsedView), (status = OK, description = "Had been used by the same id before.", body = UsedView)))]
async fn use_benefit(
    State(app): State<App>,
    by: By,
    ids: Ids,
    language: Language,
    Path((member, benefit)): Path<(String, String)>,
    Body(asked): Body<Use>,
) -> Answered {
    of_program(&app, &benefit)?;
    let id = asked.id.clone().unwrap_or_else(|| ids.id("use"));
    said(&app, &by, &benefit, language, used(&id, &member, &benefit, &asked)?).await
}

/// A benefit to be given or taken by hand.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "until": "2026-12-31T16:00:00Z" }))]
struct Grant {
    /// The id of the fact that says so. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
    /// Until when (RFC 3339); for good when left out.
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// Gives a member a benefit by hand, whatever its tier.
#[utoipa::path(post, path = "/v1/members/{member}/benefits/{benefit}/grants", tag = "benefits",
    params(("member" = String, Path, description = "The member's id."), ("benefit" = String, Path, description = "The benefit's id in the program.")),
    request_body = Grant, responses((status = CREATED, description = "Given.", body = UsedView), (status = OK, description = "Had been given by the same id before.", body = UsedView)))]
async fn grant_benefit(
    State(app): State<App>,
    by: By,
    ids: Ids,
    language: Language,
    Path((member, benefit)): Path<(String, String)>,
    Body(asked): Body<Grant>,
) -> Answered {
    of_program(&app, &benefit)?;
    let until = instant_field("until", asked.until.as_deref())?;
    let mut fields = vec![("benefit", text(&benefit))];
    fields.extend(until.map(|at| ("until", Field::Time(at))));
    let id = asked.id.unwrap_or_else(|| ids.id("fact"));
    said(&app, &by, &benefit, language, Say { id, member, kind: "benefit.granted", fields, actor: None }).await
}

/// A benefit that was given by hand, to be taken away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "id": "revoke-acme-7" }))]
struct Revocation {
    /// The id of the fact that says so. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
}

/// Takes away a benefit that was given by hand; what a tier gives stays.
#[utoipa::path(post, path = "/v1/members/{member}/benefits/{benefit}/revoke", tag = "benefits",
    params(("member" = String, Path, description = "The member's id."), ("benefit" = String, Path, description = "The benefit's id in the program.")),
    request_body = Revocation, responses((status = CREATED, description = "Taken away.", body = UsedView), (status = OK, description = "Had been taken away by the same id before.", body = UsedView)))]
async fn revoke_benefit(
    State(app): State<App>,
    by: By,
    ids: Ids,
    language: Language,
    Path((member, benefit)): Path<(String, String)>,
    Body(asked): Body<Revocation>,
) -> Answered {
    of_program(&app, &benefit)?;
    let id = asked.id.unwrap_or_else(|| ids.id("fact"));
    let fields = vec![("benefit", text(&benefit))];
    said(&app, &by, &benefit, language, Say { id, member, kind: "benefit.revoked", fields, actor: None }).await
}

async fn said(app: &App, by: &By, benefit: &str, language: Language, say: Say) -> Answered {
    let say = Say { actor: Some(by.actor.clone()), ..say };
    let left = say_by(app, &say, None, by).await?;
    let status = if left.known { StatusCode::OK } else { StatusCode::CREATED };
    let benefit = held(app, &say.member, benefit, language).await?;
    Ok((status, Json(UsedView { id: say.id, known: left.known, benefit })))
}

fn used(id: &str, member: &str, benefit: &str, asked: &Use) -> Result<Say, Problem> {
    let mut fields = vec![("benefit", text(benefit))];
    if let Some(amount) = asked.amount {
        if amount < 1 {
            return Err(Problem::field("amount", "1 or more, in the unit's smallest step"));
        }
        fields.push(("amount", Field::Int(amount)));
    }
    fields.extend(asked.reference.as_deref().map(|reference| ("reference", text(reference))));
    fields.extend(asked.contact.as_deref().map(|contact| ("contact", text(contact))));
    Ok(Say { id: id.to_owned(), member: member.to_owned(), kind: "benefit.used", fields, actor: None })
}

/// Whether the benefit of the path is metered, when the program in force has it.
fn of_program(app: &App, benefit: &str) -> Result<bool, Problem> {
    let timeline = app.timeline()?;
    let program = &timeline.version(app.now()).program;
    let at = program.benefit(benefit).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(matches!(program.benefits[at].gives, program::definition::Gives::Metered(_)))
}

async fn held(app: &App, member: &str, benefit: &str, language: Language) -> Result<Option<BenefitView>, Problem> {
    Ok(standing::now(app, member, language).await?.benefits.into_iter().find(|held| *held.benefit.id == *benefit))
}

fn text(text: &str) -> Field {
    Field::Text(text.into())
}
