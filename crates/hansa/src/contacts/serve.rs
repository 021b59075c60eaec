//! Contacts over HTTP, and what was spoken with them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use program::expr::Value as Field;
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{ContactChange, ContactView, NewContact};
use super::{Contact, check, find, of_member, put, reset};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::body::{Body, Params, matches, segment, tagged};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::points::{Say, say_by};
use crate::{members, privacy};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_contacts, create_contact))
        .routes(routes!(read_contact, change_contact))
        .routes(routes!(log_interaction))
}

/// Lists the contacts of a member, by id.
#[utoipa::path(get, path = "/v1/members/{member}/contacts", tag = "contacts", params(("member" = String, Path, description = "The member's id."), Paging),
    responses((status = OK, description = "A page of contacts.", body = Page<ContactView>)))]
async fn list_contacts(
    State(app): State<App>,
    Path(member): Path<String>,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<ContactView>>, Problem> {
    let (read, limit) = (app.db.read(), paging.limit()?);
    known(read, &member).await?;
    let after: Option<String> = paging.place()?;
    let (found, all) = of_member(read, &app.vault, &member, after.as_deref(), limit + 1).await?;
    let total = (paging.total == Some(true)).then_some(all);
    Ok(Json(Page::of(found.into_iter().map(ContactView::from).collect(), limit, total, |contact: &ContactView| contact.id.clone())))
}

/// Shows a contact.
#[utoipa::path(get, path = "/v1/members/{member}/contacts/{contact}", tag = "contacts",
    params(("member" = String, Path, description = "The member's id."), ("contact" = String, Path, description = "The contact's id.")),
    responses((status = OK, description = "The contact.", body = ContactView, headers(("ETag" = String, description = "Its version.")))))]
async fn read_contact(State(app): State<App>, Path((member, contact)): Path<(String, String)>) -> Result<Response, Problem> {
    let found =
        find(app.db.read(), &app.vault, std::iter::once(contact.as_str())).await?.remove(&contact).filter(|found| found.member == member);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(tagged(ContactView::from(found)).into_response())
}

/// Makes a contact.
#[utoipa::path(post, path = "/v1/members/{member}/contacts", tag = "contacts", params(("member" = String, Path, description = "The member's id.")),
    request_body = NewContact, responses((status = CREATED, description = "The contact.", body = ContactView,
    headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))))]
async fn create_contact(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path(member): Path<String>,
    Body(new): Body<NewContact>,
) -> Result<Response, Problem> {
    let (now, chosen) = (app.now(), new.id.is_some());
    let id = new.id.clone().unwrap_or_else(|| ids.id("con"));
    let (app, contact, by) = (&app, &new.contact(id, member), &by);
    let made = app.db.write(|tx| async move {
        known(&tx, &contact.member).await?;
        match find(&tx, &app.vault, std::iter::once(contact.id.as_str())).await?.remove(&contact.id) {
            Some(_) if chosen => return Err(Problem { field: Some("id".to_owned()), ..Problem::new(Code::IdTaken) }.into()),
            // An earlier attempt of this very request made it and did not get to say so.
            Some(made) => return Ok(made),
            None => {}
        }
        if let Some((field, why)) = check(contact) {
            return Err(Problem::field(field, why).into());
        }
        put(&tx, &app.vault, std::slice::from_ref(contact), now).await?;
        audit::append(&tx, vec![(by.clone(), told(&tx, app, "create_contact", None, contact).await?)], now).await?;
        Ok::<_, Failed>(contact.clone())
    });
    let view = ContactView::from(made.await?);
    let place = format!("/v1/members/{}/contacts/{}", segment(&view.member), segment(&view.id));
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], tagged(view)).into_response())
}

/// Changes a contact.
#[utoipa::path(patch, path = "/v1/members/{member}/contacts/{contact}", tag = "contacts",
    params(("member" = String, Path, description = "The member's id."), ("contact" = String, Path, description = "The contact's id."),
        ("If-Match" = String, Header, description = "The ETag of what is changed.")),
    request_body = ContactChange,
    responses((status = OK, description = "The contact as it is now.", body = ContactView, headers(("ETag" = String, description = "Its version.")))))]
async fn change_contact(
    State(app): State<App>,
    by: By,
    Path((member, id)): Path<(String, String)>,
    headers: HeaderMap,
    Body(change): Body<ContactChange>,
) -> Result<Response, Problem> {
    let now = app.now();
    let (app, by, member, id, headers, change) = (&app, &by, &member, &id, &headers, &change);
    let after = app.db.write(|tx| async move {
        members::hold(&tx, std::iter::once(member.as_str())).await?;
        let before = find(&tx, &app.vault, std::iter::once(id.as_str())).await?.remove(id).filter(|before| before.member == *member);
        let before = before.ok_or_else(|| Problem::new(Code::NotFound))?;
        matches(headers, &ContactView::from(before.clone()))?;
        if before.erased {
            return Err(Problem::new(Code::Refused).saying("this person was erased and does not come back").into());
        }
        let after = change.clone().of(&before);
        if let Some((field, why)) = check(&after) {
            return Err(Problem::field(field, why).into());
        }
        if after != before {
            reset(&tx, &app.vault, std::slice::from_ref(&after), now).await?;
            audit::append(&tx, vec![(by.clone(), told(&tx, app, "change_contact", Some(&before), &after).await?)], now).await?;
        }
        Ok::<_, Failed>(after)
    });
    Ok(tagged(ContactView::from(after.await?)).into_response())
}

/// Something that was spoken or written with a contact.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "channel": "phone", "topic": "renewal" }))]
struct Interaction {
    /// The id of the fact that says so. Made by Hansa when left out.
    #[schema(min_length = 1, max_length = 100)]
    id: Option<String>,
    /// By which way, e.g. `phone`, `visit`, `wecom`.
    #[schema(min_length = 1, max_length = 64)]
    channel: String,
    /// What about.
    #[schema(min_length = 1, max_length = 200)]
    topic: Option<String>,
}

/// An interaction that was logged.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct LoggedView {
    /// The id of the fact.
    id: String,
    /// Whether the same had been said before, so that nothing changed.
    known: bool,
}

/// Logs that somebody spoke or wrote with a contact, as a fact that metrics count.
#[utoipa::path(post, path = "/v1/members/{member}/contacts/{contact}/interactions", tag = "contacts",
    params(("member" = String, Path, description = "The member's id."), ("contact" = String, Path, description = "The contact's id.")),
    request_body = Interaction, responses((status = CREATED, description = "Logged.", body = LoggedView), (status = OK, description = "Had been logged by the same id before.", body = LoggedView)))]
async fn log_interaction(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path((member, contact)): Path<(String, String)>,
    Body(new): Body<Interaction>,
) -> Result<(StatusCode, Json<LoggedView>), Problem> {
    let found =
        find(app.db.read(), &app.vault, std::iter::once(contact.as_str())).await?.remove(&contact).filter(|found| found.member == member);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let text = |text: &str| Field::Text(text.into());
    let mut fields = vec![("channel", text(&new.channel)), ("contact", text(&contact))];
    fields.extend(found.role.as_deref().map(|role| ("role", text(role))));
    fields.extend(new.topic.as_deref().map(|topic| ("topic", text(topic))));
    let id = new.id.unwrap_or_else(|| ids.id("fact"));
    let say = Say { id, member, kind: "interaction.logged", fields, actor: Some(by.actor.clone()) };
    let known = say_by(&app, &say, None, &by).await?.known;
    Ok((if known { StatusCode::OK } else { StatusCode::CREATED }, Json(LoggedView { id: say.id, known })))
}

async fn known<C: ConnectionTrait>(conn: &C, member: &str) -> Result<(), Failed> {
    match members::find(conn, std::iter::once(member)).await?.is_empty() {
        true => Err(Problem::new(Code::NotFound).into()),
        false => Ok(()),
    }
}

/// What the audit tells of a contact, sealed under its key.
pub(crate) async fn told<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    action: &'static str,
    before: Option<&Contact>,
    after: &Contact,
) -> Result<Entry, DbErr> {
    let subject = privacy::contact(&after.id);
    let keys = privacy::keys_for(conn, &app.vault, std::slice::from_ref(&subject), app.now()).await?;
    let text = |contact: &Contact| keys.secret(&subject, &serde_json::json!(ContactView::from(contact.clone())).to_string());
    let (before, after_text) = (before.map(text).transpose()?, Some(text(after)?));
    Ok(Entry { action, member: Some(after.member.clone()), before, after: after_text, why: None, subject })
}
