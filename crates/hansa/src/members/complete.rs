//! How complete what is known of a member is, and what is missing.

use axum::Json;
use axum::extract::{Path, State};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Member, find};
use crate::app::App;
use crate::http::Site;
use crate::http::problem::{Code, Problem};
use crate::registrations;
use crate::verification::{self, Level};

pub(super) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(read_completeness))
}

/// What a complete member has, and what each of it weighs: a hundred together.
const PARTS: [(&str, u32); 9] = [
    ("name", 5),
    ("registration", 20),
    ("country", 5),
    ("region", 5),
    ("industry", 10),
    ("employees", 5),
    ("contact", 15),
    ("decider", 15),
    ("verification", 20),
];

/// How complete a member is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Completeness)]
pub struct CompletenessView {
    /// 0 to 100: the weights of what is there.
    pub score: u32,
    /// What counts, the same for every member.
    pub parts: Vec<PartView>,
}

/// Something that a complete member has.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = CompletenessPart)]
pub struct PartView {
    /// `name`, `registration` (a registration number), `country`, `region`, `industry`, `employees`, `contact` (somebody there), `decider` (somebody who
    /// decides about purchases) or `verification` (a level that is in force).
    #[schema(pattern = "^(name|registration|country|region|industry|employees|contact|decider|verification)$")]
    pub part: &'static str,
    /// Of a hundred.
    pub weight: u32,
    /// Whether it is there.
    pub there: bool,
}

/// Tells how complete what is known of a member is, and what is missing.
#[utoipa::path(get, path = "/v1/members/{member}/completeness", tag = "members", params(("member" = String, Path, description = "Its id.")),
    responses((status = OK, description = "Its score, and the parts of it.", body = CompletenessView)))]
async fn read_completeness(State(app): State<App>, Path(member): Path<String>) -> Result<Json<CompletenessView>, Problem> {
    let (member, now) = (member.as_str(), app.now());
    let found = app.db.read_snapshot(async |tx| {
        let Some(one) = find(&tx, std::iter::once(member)).await?.remove(member) else { return Ok::<_, DbErr>(None) };
        Ok(Some(completeness(&tx, &one, now).await?))
    });
    Ok(Json(found.await?.ok_or_else(|| Problem::new(Code::NotFound))?))
}

async fn completeness<C: ConnectionTrait>(conn: &C, member: &Member, now: Instant) -> Result<CompletenessView, DbErr> {
    let (contacts, deciders) = people(conn, &member.id).await?;
    let numbered = member.registration_number.is_some() || !registrations::of_member(conn, &member.id).await?.is_empty();
    let verified = verification::in_force(conn, &member.id, now).await? > Level::None;
    let there = |part: &str| match part {
        // Whoever is only known by an id has it for a name.
        "name" => member.name != member.id,
        "registration" => numbered,
        "country" => member.country.is_some(),
        "region" => member.region.is_some(),
        "industry" => member.industry.is_some(),
        "employees" => member.employees.is_some(),
        "contact" => contacts > 0,
        "decider" => deciders > 0,
        _ => verified,
    };
    let parts: Vec<PartView> = PARTS.iter().map(|(part, weight)| PartView { part, weight: *weight, there: there(part) }).collect();
    Ok(CompletenessView { score: parts.iter().filter(|part| part.there).map(|part| part.weight).sum(), parts })
}

/// How many contacts a member has who were not erased, and how many of them decide.
async fn people<C: ConnectionTrait>(conn: &C, member: &str) -> Result<(i64, i64), DbErr> {
    let sql = "SELECT COUNT(*) AS contacts, COUNT(CASE WHEN role = 'decider' THEN 1 END) AS deciders FROM contact AS c WHERE member_id = $1 \
               AND NOT EXISTS (SELECT 1 FROM personal_key AS k WHERE k.subject = 'contact:' || c.id AND k.destroyed_at IS NOT NULL)";
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(member)])).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.try_get("", "contacts")?, row.try_get("", "deciders")?)))
}

#[cfg(test)]
mod tests {
    use super::PARTS;

    #[test]
    fn the_parts_make_a_hundred() {
        assert_eq!(PARTS.iter().map(|(_, weight)| weight).sum::<u32>(), 100);
    }
}
