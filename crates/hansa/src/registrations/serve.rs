//! Registration numbers over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sea_orm::ConnectionTrait;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{NewRegistration, RegistrationView, RegistrationsView};
use super::{Number, REGISTRATIONS_MAX, Registration, add, find, holders, of_member, remove};
use crate::access::{Caller, Scope};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::body::{Body, segment};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::members;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_registrations, add_registration)).routes(routes!(remove_registration))
}

/// Lists the registration numbers of a member.
#[utoipa::path(get, path = "/v1/members/{member}/registrations", tag = "members", params(("member" = String, Path, description = "The member's id.")),
    responses((status = OK, description = "Its numbers.", body = RegistrationsView)))]
async fn list_registrations(State(app): State<App>, Path(member): Path<String>) -> Result<Json<RegistrationsView>, Problem> {
    let read = app.db.read();
    if members::find(read, std::iter::once(member.as_str())).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    Ok(Json(RegistrationsView { items: of_member(read, &member).await?.iter().map(RegistrationView::from).collect() }))
}

/// Puts down a registration number of a member. A number belongs to one member.
#[utoipa::path(post, path = "/v1/members/{member}/registrations", tag = "members", params(("member" = String, Path, description = "The member's id.")),
    request_body = NewRegistration, responses((status = CREATED, description = "The number.", body = RegistrationView,
    headers(("Location" = String, description = "Where it is."))), (status = OK, description = "The member had this number.", body = RegistrationView)))]
async fn add_registration(
    State(app): State<App>,
    caller: Caller,
    by: By,
    ids: Ids,
    Path(member): Path<String>,
    Body(new): Body<NewRegistration>,
) -> Result<Response, Problem> {
    let number = new.number().map_err(|(field, why)| Problem::field(field, why))?;
    let (now, member, by, caller) = (app.now(), &member, &by, &caller);
    let one = &Registration { id: ids.id("reg"), member: member.clone(), number, created_at: now };
    let made = app.db.write(|tx| async move {
        members::find(&tx, std::iter::once(member.as_str())).await?.remove(member).ok_or_else(|| Problem::new(Code::NotFound))?;
        let there = of_member(&tx, member).await?;
        if let Some(known) = there.iter().find(|known| known.number == one.number) {
            return Ok((known.clone(), false));
        }
        if there.len() >= REGISTRATIONS_MAX {
            return Err(Problem::new(Code::Refused)
                .saying(format!("a member has at most {REGISTRATIONS_MAX} registration numbers"))
                .into());
        }
        free(&tx, std::slice::from_ref(&one.number), member, caller).await?;
        put_down(&tx, std::slice::from_ref(one), by).await?;
        Ok::<_, Failed>((one.clone(), true))
    });
    let (made, new) = made.await.map_err(taken_meanwhile)?;
    let place = format!("/v1/members/{}/registrations/{}", segment(&made.member), segment(&made.id));
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::LOCATION, place)], Json(RegistrationView::from(&made))).into_response())
}

/// Takes a registration number away from a member.
#[utoipa::path(delete, path = "/v1/members/{member}/registrations/{registration}", tag = "members",
    params(("member" = String, Path, description = "The member's id."), ("registration" = String, Path, description = "The number's id.")),
    responses((status = OK, description = "The number as it was.", body = RegistrationView)))]
async fn remove_registration(
    State(app): State<App>,
    by: By,
    Path((member, id)): Path<(String, String)>,
) -> Result<Json<RegistrationView>, Problem> {
    let (now, member, id, by) = (app.now(), &member, &id, &by);
    let gone = app.db.write(|tx| async move {
        let there = find(&tx, member, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        remove(&tx, id).await?;
        audit::append(&tx, vec![(by.clone(), told("remove_registration", Some(&there), None))], now).await?;
        Ok::<_, Failed>(there)
    });
    Ok(Json(RegistrationView::from(&gone.await?)))
}

/// Writes numbers and tells the audit.
pub(crate) async fn put_down<C: ConnectionTrait>(conn: &C, new: &[Registration], by: &By) -> Result<(), Failed> {
    add(conn, new).await?;
    if let Some(first) = new.first() {
        let entries = new.iter().map(|one| (by.clone(), told("add_registration", None, Some(one)))).collect();
        audit::append(conn, entries, first.created_at).await?;
    }
    Ok(())
}

/// Whether no other member has these numbers. Who has one is told to those who see all members.
///
/// # Errors
/// When another member has one.
pub(crate) async fn free<C: ConnectionTrait>(conn: &C, numbers: &[Number], member: &str, caller: &Caller) -> Result<(), Failed> {
    let others = holders(conn, numbers).await?;
    match others.into_iter().find(|holder| holder.member != member) {
        Some(holder) => {
            let whose =
                if caller.scope() == Scope::Everybody { format!("member `{}`", holder.member) } else { "another member".to_owned() };
            let why = format!("{whose} has the number {} ({})", holder.number.number, holder.number.kind);
            Err(Problem { field: Some("number".to_owned()), ..Problem::new(Code::NumberTaken).saying(why) }.into())
        }
        None => Ok(()),
    }
}

/// Two that wrote the same number at the same moment: the second is told so.
pub(crate) fn taken_meanwhile(failed: Failed) -> Problem {
    match failed {
        Failed::Database(error) if db::is_unique_violation(&error) => {
            Problem { field: Some("number".to_owned()), ..Problem::new(Code::NumberTaken) }
        }
        other => other.into(),
    }
}

fn told(action: &'static str, before: Option<&Registration>, after: Option<&Registration>) -> Entry {
    let text = |one: &Registration| serde_json::json!(RegistrationView::from(one)).to_string();
    let one = after.or(before);
    Entry {
        action,
        member: one.map(|one| one.member.clone()),
        subject: format!("registration:{}", one.map_or("", |one| one.id.as_str())),
        before: before.map(text),
        after: after.map(text),
        why: None,
    }
}
