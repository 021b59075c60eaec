//! People over HTTP: the staff, and the people of an enterprise.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use sea_orm::{ConnectionTrait, DbErr};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{NewColleague, NewStaff, PeopleView, PersonChange, PersonView};
use super::{Address, NewPerson, Person, PersonError, all, by_id, change, create, of_member};
use crate::access::Caller;
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::body::Body;
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::{members, privacy, sign_in};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_staff, invite_staff))
        .routes(routes!(change_staff))
        .routes(routes!(list_people, invite_person))
        .routes(routes!(change_person))
}

/// Lists the staff, by id.
#[utoipa::path(get, path = "/v1/staff", tag = "people", responses((status = OK, description = "The staff.", body = PeopleView)))]
async fn list_staff(State(app): State<App>) -> Result<Json<PeopleView>, Problem> {
    Ok(Json(PeopleView { items: all(app.db.read(), &app.vault).await?.iter().map(PersonView::from).collect() }))
}

/// Invites somebody to the staff: a link to choose a password goes to the address.
#[utoipa::path(post, path = "/v1/staff", tag = "people", request_body = NewStaff, responses((status = CREATED, description = "The person.", body = PersonView)))]
async fn invite_staff(
    State(site): State<Site>,
    by: By,
    ids: Ids,
    Body(new): Body<NewStaff>,
) -> Result<(StatusCode, Json<PersonView>), Problem> {
    let NewStaff { id, name, email, role, language } = new;
    let role = role.parse().map_err(|why: String| Problem::field("role", why))?;
    let address = Address::email(&email).map_err(|why| Problem::field("email", why))?;
    let id = id.unwrap_or_else(|| ids.id("per"));
    invited(&site, &by, "invite_staff", NewPerson { id, name, address, role, member: None, contact: None, language }).await
}

/// Changes a staff member: its name, its role, its language, whether it may sign in.
#[utoipa::path(patch, path = "/v1/staff/{person}", tag = "people", params(("person" = String, Path, description = "Its id.")), request_body = PersonChange,
    responses((status = OK, description = "The person as it is now.", body = PersonView)))]
async fn change_staff(
    State(app): State<App>,
    caller: Caller,
    by: By,
    Path(person): Path<String>,
    Body(change): Body<PersonChange>,
) -> Result<Json<PersonView>, Problem> {
    changed(&app, ("change_staff", &caller, &by), (None, &person), change).await
}

/// Lists the people of an enterprise who can sign in, by id.
#[utoipa::path(get, path = "/v1/members/{member}/people", tag = "people", params(("member" = String, Path, description = "The member's id.")),
    responses((status = OK, description = "Its people.", body = PeopleView)))]
async fn list_people(State(app): State<App>, Path(member): Path<String>) -> Result<Json<PeopleView>, Problem> {
    if members::find(app.db.read(), std::iter::once(member.as_str())).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    Ok(Json(PeopleView { items: of_member(app.db.read(), &app.vault, &member).await?.iter().map(PersonView::from).collect() }))
}

/// Invites somebody of an enterprise: a link to choose a password goes to the address.
#[utoipa::path(post, path = "/v1/members/{member}/people", tag = "people", params(("member" = String, Path, description = "The member's id.")),
    request_body = NewColleague, responses((status = CREATED, description = "The person.", body = PersonView)))]
async fn invite_person(
    State(site): State<Site>,
    by: By,
    ids: Ids,
    Path(member): Path<String>,
    Body(new): Body<NewColleague>,
) -> Result<(StatusCode, Json<PersonView>), Problem> {
    let NewColleague { name, email, phone, role, contact, language } = new;
    let role = role.parse().map_err(|why: String| Problem::field("role", why))?;
    let address = Address::of(email.as_deref(), phone.as_deref()).map_err(|(field, why)| Problem::field(field, why))?;
    let new = NewPerson { id: ids.id("per"), name, address, role, member: Some(member), contact, language };
    invited(&site, &by, "invite_person", new).await
}

/// Changes somebody of an enterprise: name, role, language, whether it may sign in.
#[utoipa::path(patch, path = "/v1/members/{member}/people/{person}", tag = "people",
    params(("member" = String, Path, description = "The member's id."), ("person" = String, Path, description = "The person's id.")), request_body = PersonChange,
    responses((status = OK, description = "The person as it is now.", body = PersonView)))]
async fn change_person(
    State(app): State<App>,
    caller: Caller,
    by: By,
    Path((member, person)): Path<(String, String)>,
    Body(change): Body<PersonChange>,
) -> Result<Json<PersonView>, Problem> {
    changed(&app, ("change_person", &caller, &by), (Some(&member), &person), change).await
}

async fn invited(site: &Site, by: &By, action: &'static str, new: NewPerson) -> Result<(StatusCode, Json<PersonView>), Problem> {
    let (app, new, public) = (&site.app, &new, site.public_url());
    super::plausible(&new.name, new.language.as_deref()).map_err(|(field, why)| Problem::field(field, why))?;
    let made = app.db.write(|tx| async move {
        // An earlier attempt of this very request made it and did not get to say so.
        if let Some(known) = by_id(&tx, &app.vault, &new.id).await?.filter(|known| known.address == new.address && known.role == new.role) {
            return Ok(known);
        }
        let person = create(&tx, &app.vault, new.clone(), app.now()).await.map_err(failed)?;
        sign_in::invite(&tx, app, &person, public).await?;
        audit::append(&tx, vec![(by.clone(), told(&tx, app, action, None, &person).await?)], app.now()).await?;
        Ok::<_, Failed>(person)
    });
    Ok((StatusCode::CREATED, Json(PersonView::from(&made.await?))))
}

async fn changed(
    app: &App,
    (action, caller, by): (&'static str, &Caller, &By),
    (member, id): (Option<&str>, &str),
    change_to: PersonChange,
) -> Result<Json<PersonView>, Problem> {
    let (now, change_to) = (app.now(), &change_to);
    if caller.person() == Some(id) && (change_to.role.is_some() || change_to.disabled.is_some()) {
        return Err(Problem::new(Code::Refused).saying("nobody changes the own role or disables the own access: ask somebody else"));
    }
    let after = app.db.write(|tx| async move {
        let before = by_id(&tx, &app.vault, id).await?.filter(|before| before.member.as_deref() == member);
        let before = before.ok_or_else(|| Problem::new(Code::NotFound))?;
        if before.erased() {
            return Err(Problem::new(Code::Refused).saying("this person was erased and does not come back").into());
        }
        let after = change_to.clone().of(&before, now).map_err(|why| Problem::field("role", why))?;
        if after != before {
            change(&tx, &app.vault, &before, &after).await.map_err(failed)?;
            if after.disabled_at.is_some() {
                sign_in::end_all(&tx, id, None, now).await?;
            }
            audit::append(&tx, vec![(by.clone(), told(&tx, app, action, Some(&before), &after).await?)], now).await?;
        }
        Ok::<_, Failed>(after)
    });
    Ok(Json(PersonView::from(&after.await?)))
}

/// What the audit tells of a person, sealed under its key.
pub(crate) async fn told<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    action: &'static str,
    before: Option<&Person>,
    after: &Person,
) -> Result<Entry, DbErr> {
    let subject = privacy::person(&after.id);
    let keys = privacy::keys_for(conn, &app.vault, std::slice::from_ref(&subject), app.now()).await?;
    let text = |person: &Person| keys.secret(&subject, &serde_json::json!(PersonView::from(person)).to_string());
    let (before, after_text) = (before.map(text).transpose()?, Some(text(after)?));
    Ok(Entry { action, member: after.member.clone(), before, after: after_text, why: None, subject })
}

fn failed(error: PersonError) -> Failed {
    match error {
        PersonError::Database(error) => Failed::Database(error),
        PersonError::Field { field, why } => Problem::field(field, why).into(),
        PersonError::Unknown => Problem::new(Code::NotFound).into(),
        PersonError::Refused(why) => Problem::new(Code::Refused).saying(why).into(),
    }
}
