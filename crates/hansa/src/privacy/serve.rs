//! Privacy over HTTP: consent, export, erasure; for staff and owners, and for everybody about themselves.

use std::fs::File;

use axum::Json;
use axum::body::Body as Stream;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::consent::{self, Consent};
use super::{erase_contact, erase_person, export_contact, export_member, export_person, keys};
use crate::access::Caller;
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::contacts::{self, Contact};
use crate::http::body::{Body, instant_field};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::people::{self, Person};
use crate::sign_in::own::me;
use crate::standing::view::instant;

/// The longest reason, in characters.
const WHY_MAX: usize = 1_000;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_consents, record_consent))
        .routes(routes!(list_own_consents, record_own_consent))
        .routes(routes!(export_member_data))
        .routes(routes!(export_contact_data))
        .routes(routes!(export_own_data))
        .routes(routes!(erase_contact_data))
        .routes(routes!(erase_person_data))
        .routes(routes!(erase_staff_data))
        .routes(routes!(erase_own_data))
}

/// One word of consent, or its withdrawal.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Consent)]
struct ConsentView {
    /// `cns_…`.
    id: String,
    /// For what, e.g. `newsletter`.
    purpose: String,
    /// By which way, e.g. `email`.
    channel: String,
    /// Given, or withdrawn.
    given: bool,
    /// The version of the text that was shown.
    text_version: String,
    /// When it was said.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Who wrote it down.
    actor: String,
}

impl From<Consent> for ConsentView {
    fn from(one: Consent) -> ConsentView {
        let Consent { id, subject: _, purpose, channel, given, text_version, at, actor } = one;
        ConsentView { id, purpose, channel, given, text_version, at, actor }
    }
}

/// What somebody said.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ConsentsView {
    /// What counts now: the latest word for each purpose and channel.
    now: Vec<ConsentView>,
    /// Every word, the latest first.
    history: Vec<ConsentView>,
}

/// A word of consent to be written down.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "newsletter", "channel": "email", "given": true, "text_version": "2026-07" }))]
struct NewConsent {
    /// For what, e.g. `newsletter`, `service-updates`, `surveys`.
    #[schema(pattern = "^[a-z0-9._-]{1,64}$")]
    purpose: String,
    /// By which way, e.g. `email`, `sms`, `phone`, `wecom`.
    #[schema(pattern = "^[a-z0-9._-]{1,64}$")]
    channel: String,
    /// Given, or withdrawn.
    given: bool,
    /// The version of the text that was shown.
    #[schema(min_length = 1, max_length = 64)]
    text_version: String,
    /// When it was said (RFC 3339); now when left out.
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// Why somebody is erased.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "why": "asked for it on 2026-11-20, ticket 4711" }))]
struct Erasure {
    /// Why: it stands in the audit.
    #[schema(min_length = 1, max_length = 1000)]
    why: String,
}

/// Who was erased.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ErasedView {
    /// Whose keys were destroyed, e.g. `contact:c-17`.
    erased: Vec<String>,
}

/// Tells what a contact consented to.
#[utoipa::path(get, path = "/v1/members/{member}/contacts/{contact}/consents", tag = "privacy",
    params(("member" = String, Path, description = "The member's id."), ("contact" = String, Path, description = "The contact's id.")),
    responses((status = OK, description = "What counts, and all that was said.", body = ConsentsView)))]
async fn list_consents(State(app): State<App>, Path((member, id)): Path<(String, String)>) -> Result<Json<ConsentsView>, Problem> {
    let contact = found(&app, &member, &id).await?;
    told(&app, &keys::contact(&contact.id)).await
}

/// Writes down that a contact consented, or withdrew.
#[utoipa::path(post, path = "/v1/members/{member}/contacts/{contact}/consents", tag = "privacy",
    params(("member" = String, Path, description = "The member's id."), ("contact" = String, Path, description = "The contact's id.")),
    request_body = NewConsent, responses((status = CREATED, description = "Written down.", body = ConsentView)))]
async fn record_consent(
    State(app): State<App>,
    by: By,
    ids: Ids,
    Path((member, id)): Path<(String, String)>,
    Body(new): Body<NewConsent>,
) -> Result<(StatusCode, Json<ConsentView>), Problem> {
    let contact = found(&app, &member, &id).await?;
    recorded(&app, &by, &ids, keys::contact(&contact.id), Some(member), new).await
}

/// Tells what one consented to oneself.
#[utoipa::path(get, path = "/v1/session/consents", tag = "privacy", responses((status = OK, description = "What counts, and all that was said.", body = ConsentsView)))]
async fn list_own_consents(State(app): State<App>, caller: Caller) -> Result<Json<ConsentsView>, Problem> {
    let person = me(&app, &caller).await?;
    told(&app, &subject(&person)).await
}

/// Consents, or withdraws, oneself.
#[utoipa::path(post, path = "/v1/session/consents", tag = "privacy", request_body = NewConsent,
    responses((status = CREATED, description = "Written down.", body = ConsentView)))]
async fn record_own_consent(
    State(app): State<App>,
    caller: Caller,
    by: By,
    ids: Ids,
    Body(new): Body<NewConsent>,
) -> Result<(StatusCode, Json<ConsentView>), Problem> {
    let person = me(&app, &caller).await?;
    recorded(&app, &by, &ids, subject(&person), person.member.clone(), new).await
}

/// Gives out all that is kept about an enterprise: a ZIP of CSV and JSON.
#[utoipa::path(get, path = "/v1/members/{member}/export", tag = "privacy", params(("member" = String, Path, description = "The member's id.")),
    responses((status = OK, description = "The ZIP.", body = Vec<u8>, content_type = "application/zip")))]
async fn export_member_data(State(app): State<App>, by: By, Path(member): Path<String>) -> Result<Response, Problem> {
    if crate::members::find(app.db.read(), std::iter::once(member.as_str())).await?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    let file = export_member(&app, &member).await?;
    given_out(&app, &by, Some(member.clone()), format!("member:{member}")).await?;
    Ok(sent(file))
}

/// Gives out all that is kept about a contact: a ZIP of CSV and JSON.
#[utoipa::path(get, path = "/v1/members/{member}/contacts/{contact}/export", tag = "privacy",
    params(("member" = String, Path, description = "The member's id."), ("contact" = String, Path, description = "The contact's id.")),
    responses((status = OK, description = "The ZIP.", body = Vec<u8>, content_type = "application/zip")))]
async fn export_contact_data(State(app): State<App>, by: By, Path((member, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let contact = found(&app, &member, &id).await?;
    let file = export_contact(&app, &contact).await?;
    given_out(&app, &by, Some(member), keys::contact(&id)).await?;
    Ok(sent(file))
}

/// Gives out all that is kept about oneself: a ZIP of CSV and JSON.
#[utoipa::path(get, path = "/v1/session/export", tag = "privacy",
    responses((status = OK, description = "The ZIP.", body = Vec<u8>, content_type = "application/zip")))]
async fn export_own_data(State(app): State<App>, caller: Caller, by: By) -> Result<Response, Problem> {
    let person = me(&app, &caller).await?;
    let file = export_person(&app, &person).await?;
    given_out(&app, &by, person.member.clone(), keys::person(&person.id)).await?;
    Ok(sent(file))
}

/// Erases a contact, and whoever signs in as that contact: what names the person is gone, also from the audit and from backups. It cannot be undone.
#[utoipa::path(post, path = "/v1/members/{member}/contacts/{contact}/erase", tag = "privacy",
    params(("member" = String, Path, description = "The member's id."), ("contact" = String, Path, description = "The contact's id.")),
    request_body = Erasure, responses((status = OK, description = "Erased.", body = ErasedView)))]
async fn erase_contact_data(
    State(app): State<App>,
    by: By,
    Path((member, id)): Path<(String, String)>,
    Body(asked): Body<Erasure>,
) -> Result<Json<ErasedView>, Problem> {
    let (why, contact) = (reason(&asked)?, &found(&app, &member, &id).await?);
    let (app, by) = (&app, &by);
    let done =
        app.db.write(|tx| async move { erase_contact(&tx, app, &contact.member, &contact.id, by, why).await.map_err(Failed::Database) });
    Ok(Json(ErasedView { erased: done.await? }))
}

/// Erases somebody of an enterprise who signs in, and the contact that it is. It cannot be undone.
#[utoipa::path(post, path = "/v1/members/{member}/people/{person}/erase", tag = "privacy",
    params(("member" = String, Path, description = "The member's id."), ("person" = String, Path, description = "The person's id.")),
    request_body = Erasure, responses((status = OK, description = "Erased.", body = ErasedView)))]
async fn erase_person_data(
    State(app): State<App>,
    by: By,
    Path((member, person)): Path<(String, String)>,
    Body(asked): Body<Erasure>,
) -> Result<Json<ErasedView>, Problem> {
    erased(&app, &by, Some(&member), &person, reason(&asked)?).await
}

/// Erases somebody of the staff who was disabled before. It cannot be undone.
#[utoipa::path(post, path = "/v1/staff/{person}/erase", tag = "privacy", params(("person" = String, Path, description = "Its id.")),
    request_body = Erasure, responses((status = OK, description = "Erased.", body = ErasedView)))]
async fn erase_staff_data(
    State(app): State<App>,
    by: By,
    Path(person): Path<String>,
    Body(asked): Body<Erasure>,
) -> Result<Json<ErasedView>, Problem> {
    erased(&app, &by, None, &person, reason(&asked)?).await
}

/// Erases oneself, and the contact that one is; staff ask an administrator. It cannot be undone.
#[utoipa::path(post, path = "/v1/session/erase", tag = "privacy", request_body = Erasure,
    responses((status = OK, description = "Erased, and signed out.", body = ErasedView)))]
async fn erase_own_data(State(app): State<App>, caller: Caller, by: By, Body(asked): Body<Erasure>) -> Result<Json<ErasedView>, Problem> {
    let person = me(&app, &caller).await?;
    let Some(member) = person.member.as_deref() else {
        return Err(Problem::new(Code::Refused).saying("an administrator erases staff, who are disabled before"));
    };
    erased(&app, &by, Some(member), &person.id, reason(&asked)?).await
}

async fn erased(app: &App, by: &By, member: Option<&str>, id: &str, why: &str) -> Result<Json<ErasedView>, Problem> {
    let done = app.db.write(|tx| async move {
        let person = people::by_id(&tx, &app.vault, id).await?.filter(|person| person.member.as_deref() == member);
        let person = person.ok_or_else(|| Problem::new(Code::NotFound))?;
        if member.is_none() && person.disabled_at.is_none() {
            return Err(Problem::new(Code::Refused).saying("disable this staff member first").into());
        }
        erase_person(&tx, app, &person, by, why).await.map_err(Failed::Database)
    });
    Ok(Json(ErasedView { erased: done.await? }))
}

fn reason(asked: &Erasure) -> Result<&str, Problem> {
    let why = asked.why.trim();
    let fits = (1..=WHY_MAX).contains(&why.chars().count());
    if fits { Ok(why) } else { Err(Problem::field("why", format!("1 to {WHY_MAX} characters"))) }
}

async fn found(app: &App, member: &str, id: &str) -> Result<Contact, Problem> {
    let contact = contacts::find(app.db.read(), &app.vault, std::iter::once(id)).await?.remove(id);
    contact.filter(|contact| contact.member == member).ok_or_else(|| Problem::new(Code::NotFound))
}

/// Under which name somebody consents: as the contact that it is, where it is one, so that staff see the same.
fn subject(person: &Person) -> String {
    person.contact.as_deref().map_or_else(|| keys::person(&person.id), keys::contact)
}

async fn told(app: &App, subject: &str) -> Result<Json<ConsentsView>, Problem> {
    let history: Vec<ConsentView> = consent::said(app.db.read(), subject).await?.into_iter().map(ConsentView::from).collect();
    let mut now: Vec<ConsentView> = Vec::new();
    for one in &history {
        if !now.iter().any(|known| (&known.purpose, &known.channel) == (&one.purpose, &one.channel)) {
            now.push(one.clone());
        }
    }
    Ok(Json(ConsentsView { now, history }))
}

async fn recorded(
    app: &App,
    by: &By,
    ids: &Ids,
    subject: String,
    member: Option<String>,
    new: NewConsent,
) -> Result<(StatusCode, Json<ConsentView>), Problem> {
    let now = app.now();
    let at = instant_field("at", new.at.as_deref())?.unwrap_or(now);
    let NewConsent { purpose, channel, given, text_version, .. } = new;
    let consent = &Consent { id: ids.id("cns"), subject, purpose, channel, given, text_version, at, actor: by.actor.clone() };
    if let Some((field, why)) = consent::check(consent, now) {
        return Err(Problem::field(field, why));
    }
    let after = serde_json::json!(ConsentView::from(consent.clone())).to_string();
    let entry = Entry { action: "record_consent", member, subject: consent.subject.clone(), before: None, after: Some(after), why: None };
    let entry = &entry;
    app.db
        .write(|tx| async move {
            consent::record(&tx, consent).await?;
            audit::append(&tx, vec![(by.clone(), entry.clone())], now).await
        })
        .await?;
    Ok((StatusCode::CREATED, Json(ConsentView::from(consent.clone()))))
}

/// Giving out is no change, and is told to the audit all the same.
async fn given_out(app: &App, by: &By, member: Option<String>, subject: String) -> Result<(), Problem> {
    let entry = &Entry { action: "export", member, subject, before: None, after: None, why: None };
    let now = app.now();
    Ok(app.db.write(|tx| async move { audit::append(&tx, vec![(by.clone(), entry.clone())], now).await }).await?)
}

fn sent(file: File) -> Response {
    let stream = tokio_util::io::ReaderStream::new(tokio::fs::File::from_std(file));
    let headers = [(header::CONTENT_TYPE, "application/zip"), (header::CONTENT_DISPOSITION, "attachment; filename=\"hansa-export.zip\"")];
    (headers, Stream::from_stream(stream)).into_response()
}
