//! Custom fields over HTTP: what there is to be noted.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use db::{Hold, hold};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{FieldChange, FieldView, FieldsView, NewField};
use super::{Choice, FIELDS_MAX, Field, Kind, store};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::Site;
use crate::http::body::{Body, Params, etag, matches, tagged, texts};
use crate::http::problem::{Code, Failed, Problem};
use crate::language::Language;

const NAME_MAX: usize = 100;
const CHOICES_MAX: usize = 100;

pub(super) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_custom_fields, create_custom_field)).routes(routes!(
        read_custom_field,
        change_custom_field,
        remove_custom_field
    ))
}

/// Lists the custom fields of members.
#[utoipa::path(get, path = "/v1/custom-fields", tag = "custom", responses((status = OK, description = "The fields, by id.", body = FieldsView)))]
async fn list_custom_fields(State(app): State<App>, language: Language) -> Result<Json<FieldsView>, Problem> {
    Ok(Json(FieldsView { items: store::fields(app.db.read()).await?.iter().map(|one| FieldView::of(one, language)).collect() }))
}

/// Shows a custom field.
#[utoipa::path(get, path = "/v1/custom-fields/{field}", tag = "custom", params(("field" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The field.", body = FieldView, headers(("ETag" = String, description = "Its version.")))))]
async fn read_custom_field(State(app): State<App>, language: Language, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = store::find(app.db.read(), &id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(tagged(FieldView::of(&found, language)).into_response())
}

/// Makes a custom field, which every member can have a value of.
#[utoipa::path(post, path = "/v1/custom-fields", tag = "custom", request_body = NewField,
    responses((status = CREATED, description = "The field.", body = FieldView, headers(("ETag" = String, description = "Its version.")))))]
async fn create_custom_field(State(app): State<App>, by: By, language: Language, Body(new): Body<NewField>) -> Result<Response, Problem> {
    let now = app.now();
    let field = Field { id: new.id, names: new.names, kind: new.kind, choices: new.choices, created_at: now };
    check(&field)?;
    let (field, by) = (&field, &by);
    let made = app.db.write(|tx| async move {
        hold(&tx, "custom_field", Hold::Alone).await?;
        if store::find(&tx, &field.id).await?.is_some() {
            return Err(Failed::from(Problem { field: Some("id".to_owned()), ..Problem::new(Code::IdTaken) }));
        }
        if store::fields(&tx).await?.len() >= FIELDS_MAX {
            return Err(Problem::new(Code::Refused).saying(format!("there are {FIELDS_MAX} fields, which is the most")).into());
        }
        store::insert(&tx, field).await?;
        Ok(audit::append(&tx, vec![(by.clone(), defined("create_custom_field", None, Some(field)))], now).await?)
    });
    made.await?;
    let view = FieldView::of(field, language);
    Ok((StatusCode::CREATED, [(header::ETAG, etag(&view))], Json(view)).into_response())
}

/// Changes what a custom field is called and what there is to choose from.
#[utoipa::path(patch, path = "/v1/custom-fields/{field}", tag = "custom",
    params(("field" = String, Path, description = "Its id."), ("If-Match" = String, Header, description = "The ETag of what is changed.")),
    request_body = FieldChange,
    responses((status = OK, description = "The field as it is now.", body = FieldView, headers(("ETag" = String, description = "Its version.")))))]
async fn change_custom_field(
    State(app): State<App>,
    by: By,
    language: Language,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(change): Body<FieldChange>,
) -> Result<Response, Problem> {
    let now = app.now();
    let (by, id, change, headers) = (&by, &id, &change, &headers);
    let after = app.db.write(|tx| async move {
        hold(&tx, "custom_field", Hold::Alone).await?;
        let before = store::find(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        matches(headers, &FieldView::of(&before, language))?;
        let (names, choices) = (change.names.clone(), change.choices.clone());
        let after = Field {
            names: names.unwrap_or_else(|| before.names.clone()),
            choices: choices.unwrap_or_else(|| before.choices.clone()),
            ..before.clone()
        };
        check(&after)?;
        let used = if after.kind == Kind::Choice { store::values_in_use(&tx, id).await? } else { Default::default() };
        if let Some(gone) = used.iter().find(|used| !after.choices.iter().any(|choice| choice.id == **used)) {
            return Err(Problem::field("choices", format!("with `{gone}`, which members have")).into());
        }
        if after != before {
            store::update(&tx, &after).await?;
            audit::append(&tx, vec![(by.clone(), defined("change_custom_field", Some(&before), Some(&after)))], now).await?;
        }
        Ok::<_, Failed>(after)
    });
    Ok(tagged(FieldView::of(&after.await?, language)).into_response())
}

/// How a field is removed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Removal {
    /// Whether the values that members have go with it; a field with values stays otherwise.
    values: Option<bool>,
}

/// Removes a custom field.
#[utoipa::path(delete, path = "/v1/custom-fields/{field}", tag = "custom", params(("field" = String, Path, description = "Its id."), Removal),
    responses((status = NO_CONTENT, description = "It is gone.")))]
async fn remove_custom_field(
    State(app): State<App>,
    by: By,
    Path(id): Path<String>,
    Params(removal): Params<Removal>,
) -> Result<StatusCode, Problem> {
    let (now, by, id) = (app.now(), &by, &id);
    let gone = app.db.write(|tx| async move {
        hold(&tx, "custom_field", Hold::Alone).await?;
        let before = store::find(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        let used = store::in_use(&tx, id).await?;
        if used > 0 && removal.values != Some(true) {
            let why = format!("{used} members have a value: send `values=true` to remove them too");
            return Err(Failed::from(Problem { field: Some("values".to_owned()), ..Problem::new(Code::Refused).saying(why) }));
        }
        store::remove(&tx, id).await?;
        let why = (used > 0).then(|| format!("with the values of {used} members"));
        let entry = Entry { why, ..defined("remove_custom_field", Some(&before), None) };
        Ok(audit::append(&tx, vec![(by.clone(), entry)], now).await?)
    });
    gone.await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(field: &Field) -> Result<(), Problem> {
    let named = |id: &str, more: &[u8]| {
        (1..=50).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || more.contains(&byte))
    };
    if !named(&field.id, b"_") || !field.id.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Err(Problem::field("id", "1 to 50 of a to z, digits and `_`, a letter first"));
    }
    texts("names", &field.names, NAME_MAX)?;
    if field.names.is_empty() {
        return Err(Problem::field("names", "a name in one language at least"));
    }
    let chooses = field.kind == Kind::Choice;
    if chooses == field.choices.is_empty() || field.choices.len() > CHOICES_MAX {
        let right = if chooses { format!("1 to {CHOICES_MAX}") } else { "none: the kind is another one".to_owned() };
        return Err(Problem::field("choices", right));
    }
    for (place, Choice { id, names }) in field.choices.iter().enumerate() {
        if !named(id, b"_-") || id.starts_with(['_', '-']) {
            return Err(Problem::field(format!("choices[{place}].id"), "1 to 50 of a to z, digits, `_` and `-`, a letter or digit first"));
        }
        if field.choices[..place].iter().any(|before| before.id == *id) {
            return Err(Problem::field(format!("choices[{place}].id"), "another one: it stands there twice"));
        }
        texts(&format!("choices[{place}].names"), names, NAME_MAX)?;
    }
    Ok(())
}

fn defined(action: &'static str, before: Option<&Field>, after: Option<&Field>) -> Entry {
    let told = |field: &Field| json!(FieldView::of(field, Language::English)).to_string();
    let id = after.or(before).map(|field| field.id.as_str()).unwrap_or_default();
    Entry { action, subject: format!("custom-field:{id}"), member: None, before: before.map(told), after: after.map(told), why: None }
}
