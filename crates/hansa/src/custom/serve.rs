//! Values of custom fields and tags over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use db::{Hold, hold};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{CustomChange, CustomView, TagView};
use super::{Custom, Field, TAGS_MAX, bulk, define, store, tag};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::Site;
use crate::http::body::{Body, Params, matches, tagged};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::members;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(read_custom, change_custom))
        .routes(routes!(list_tags))
        .merge(define::operations())
        .merge(bulk::operations())
}

/// Shows the tags and the values of custom fields of a member.
#[utoipa::path(get, path = "/v1/members/{member}/custom", tag = "custom", params(("member" = String, Path, description = "Its id.")),
    responses((status = OK, description = "Its tags and values.", body = CustomView, headers(("ETag" = String, description = "Their version.")))))]
async fn read_custom(State(app): State<App>, Path(member): Path<String>) -> Result<Response, Problem> {
    let fields = store::fields(app.db.read()).await?;
    let custom = store::of(app.db.read(), std::slice::from_ref(&member)).await?.remove(&member).unwrap_or_default();
    Ok(tagged(CustomView::of(&custom, &fields)).into_response())
}

/// Changes the tags and the values of custom fields of a member.
#[utoipa::path(patch, path = "/v1/members/{member}/custom", tag = "custom",
    params(("member" = String, Path, description = "Its id."), ("If-Match" = String, Header, description = "The ETag of what is changed.")),
    request_body = CustomChange,
    responses((status = OK, description = "Its tags and values as they are now.", body = CustomView, headers(("ETag" = String, description = "Their version.")))))]
async fn change_custom(
    State(app): State<App>,
    by: By,
    Path(member): Path<String>,
    headers: HeaderMap,
    Body(change): Body<CustomChange>,
) -> Result<Response, Problem> {
    let now = app.now();
    let (by, id, change, headers) = (&by, &member, &change, &headers);
    let after = app.db.write(|tx| async move {
        hold(&tx, "custom_field", Hold::Still).await?;
        let fields = store::fields(&tx).await?;
        if members::hold(&tx, std::iter::once(id.as_str())).await?.is_empty() {
            return Err(Failed::from(Problem::new(Code::NotFound)));
        }
        let before = store::of(&tx, std::slice::from_ref(id)).await?.remove(id).unwrap_or_default();
        matches(headers, &CustomView::of(&before, &fields))?;
        let mut after = before.clone();
        if let Some(tags) = &change.tags {
            after.tags = read_tags("tags", tags)?;
        }
        put_values(&mut after, &change.values, &fields)?;
        full(&after).map_err(|why| Problem::field("tags", why))?;
        if after != before {
            audit::append(&tx, vec![(by.clone(), noted("change_custom", id, &fields, &before, &after))], now).await?;
            store::write(&tx, &[(id.clone(), before, after.clone())]).await?;
        }
        Ok((after, fields))
    });
    let (after, fields) = after.await?;
    Ok(tagged(CustomView::of(&after, &fields)).into_response())
}

/// Which tags.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How they begin.
    #[param(min_length = 1, max_length = 50, pattern = r"^[^,\x00-\x1f\x7f-\x9f]*[^,\s\x00-\x1f\x7f-\x9f][^,\x00-\x1f\x7f-\x9f]*$")]
    begins: Option<String>,
}

/// Lists the tags that members have, each with how many have it, also of members that you may not see.
#[utoipa::path(get, path = "/v1/tags", tag = "custom", params(Which), responses((status = OK, description = "A page of tags.", body = Page<TagView>)))]
async fn list_tags(State(app): State<App>, Params(which): Params<Which>) -> Result<Json<Page<TagView>>, Problem> {
    let begins = match &which.begins {
        Some(text) => tag(text).map_err(|why| Problem::parameter("begins", why))?,
        None => String::new(),
    };
    let paging = Paging { limit: which.limit, after: which.after, total: None };
    let (limit, after) = (paging.limit()?, paging.place::<String>()?.unwrap_or_default());
    let found = store::tags(app.db.read(), &begins, &after, limit).await?;
    let views = found.into_iter().map(|(tag, members)| TagView { tag, members: u64::try_from(members).unwrap_or(0) });
    Ok(Json(Page::of(views.collect(), limit, None, |one: &TagView| one.tag.clone())))
}

/// What a list of members is asked for: a tag as it is kept, and a field with a value as it is stored.
///
/// # Errors
/// When it is no tag, there is no such field, or its kind has no such value.
pub(crate) async fn asked(
    app: &App,
    said_tag: Option<&str>,
    said_value: Option<&str>,
) -> Result<(Option<String>, Option<(String, String)>), Problem> {
    let found_tag = said_tag.map(tag).transpose().map_err(|why| Problem::parameter("tag", why))?;
    let Some(said) = said_value else { return Ok((found_tag, None)) };
    let (id, value) = said.split_once(':').ok_or_else(|| Problem::parameter("custom", "a field and a value, e.g. `grade:a`".to_owned()))?;
    let field = store::find(app.db.read(), id).await?.ok_or_else(|| Problem::parameter("custom", format!("there is no field `{id}`")))?;
    let value = field.read(value).map_err(|why| Problem::parameter("custom", format!("{id}: {why}")))?;
    Ok((found_tag, Some((field.id, value))))
}

/// Tags that were sent, as they are kept.
pub(super) fn read_tags(name: &str, sent: &[String]) -> Result<BTreeSet<String>, Problem> {
    let read = |(place, one): (usize, &String)| tag(one).map_err(|why| Problem::field(format!("{name}[{place}]"), why));
    sent.iter().enumerate().map(read).collect()
}

/// Puts values that were sent into what is noted.
pub(super) fn put_values(custom: &mut Custom, sent: &BTreeMap<String, Value>, fields: &[Field]) -> Result<(), Problem> {
    for (id, value) in sent {
        let place = || format!("values.{id}");
        let field = fields.iter().find(|field| field.id == *id).ok_or_else(|| Problem::field(place(), "there is no such field"))?;
        if value.is_null() {
            custom.values.remove(id);
        } else {
            custom.values.insert(id.clone(), field.stored(value).map_err(|why| Problem::field(place(), why))?);
        }
    }
    Ok(())
}

/// Whether there is room for so many tags.
pub(super) fn full(custom: &Custom) -> Result<(), String> {
    if custom.tags.len() > TAGS_MAX { Err(format!("at most {TAGS_MAX} of a member")) } else { Ok(()) }
}

pub(super) fn noted(action: &'static str, member: &str, fields: &[Field], before: &Custom, after: &Custom) -> Entry {
    let told = |custom: &Custom| Some(json!(CustomView::of(custom, fields)).to_string());
    Entry {
        action,
        subject: format!("member:{member}"),
        member: Some(member.to_owned()),
        before: told(before),
        after: told(after),
        why: None,
    }
}
