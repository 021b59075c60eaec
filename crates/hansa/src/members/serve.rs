//! Members over HTTP.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::Instant;
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::list::{self, Place, Sort, Wanted};
use super::listed::{self, ListedView};
use super::view::{CreatedView, MemberChange, MemberView, NewMember, ProfileChange};
use super::{Member, check, find, hold, merged, put, reset};
use crate::access::{Asked, Caller};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::custom;
use crate::duplicates::{self, view::LikelyView};
use crate::http::body::{Body, Params, etag, matches, segment, tagged};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::language::Language;
use crate::registrations::view::NewRegistration;
use crate::registrations::{self, Number, REGISTRATIONS_MAX, Registration};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_members, create_member))
        .routes(routes!(read_member, change_member))
        .routes(routes!(change_profile))
        .merge(super::complete::operations())
}

/// Which members.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Whether to count all entries.
    total: Option<bool>,
    /// `id` or `name`; with a minus from the end.
    #[param(pattern = "^-?(id|name)$", default = "id")]
    sort: Option<String>,
    /// Part of the name or the registration number, or the beginning of the id.
    #[param(min_length = 1, max_length = 100)]
    search: Option<String>,
    /// Of this country.
    country: Option<String>,
    /// Of this region.
    region: Option<String>,
    /// Of this industry.
    industry: Option<String>,
    /// Subsidiaries of this company.
    parent: Option<String>,
    /// Of this account manager.
    account_manager: Option<String>,
    /// With this registration number.
    registration_number: Option<String>,
    /// Standing in this tier, by its id; only for who may read standings (`standing:read`).
    tier: Option<String>,
    /// Of this track; the first one of the program when left out.
    track: Option<String>,
    /// With this tag; only for who may read tags and custom fields (`custom:read`).
    #[param(min_length = 1, max_length = 50, pattern = r"^[^,\x00-\x1f\x7f-\x9f]*[^,\s\x00-\x1f\x7f-\x9f][^,\x00-\x1f\x7f-\x9f]*$")]
    tag: Option<String>,
    /// With this value of a custom field, e.g. `grade:a`; only for who may read custom fields (`custom:read`).
    #[param(pattern = "^[a-z][a-z0-9_]*:.+$")]
    custom: Option<String>,
}

/// Lists members, each with the tiers and balances that it had when it was last judged.
#[utoipa::path(get, path = "/v1/members", tag = "members", params(Filter), responses((status = OK, description = "A page of members.", body = Page<ListedView>)))]
async fn list_members(
    State(site): State<Site>,
    caller: Caller,
    language: Language,
    Params(filter): Params<Filter>,
) -> Result<Json<Page<ListedView>>, Problem> {
    let app = &site.app;
    // Who may not see something even of a member of its own finds nobody by it.
    let own = (caller.member.as_deref().unwrap_or_default(), Some(caller.id.as_str()));
    for (name, asked, action) in [
        ("tier", filter.tier.is_some(), "read_standing"),
        ("tag", filter.tag.is_some(), "read_custom"),
        ("custom", filter.custom.is_some(), "read_custom"),
    ] {
        if asked && !sees(&site, &caller, action, own) {
            return Err(Problem { field: Some(name.to_owned()), ..Problem::new(Code::Forbidden) });
        }
    }
    let paging = Paging { limit: filter.limit, after: filter.after, total: filter.total };
    let sort = filter.sort.as_deref().unwrap_or("id");
    let (descending, by) = sort.strip_prefix('-').map_or((false, sort), |by| (true, by));
    let sort = match by {
        "id" => Sort::Id,
        "name" => Sort::Name,
        _ => return Err(Problem::parameter("sort", "`id`, `-id`, `name` or `-name`")),
    };
    if filter.search.as_ref().is_some_and(|search| search.trim().is_empty() || search.chars().count() > 100) {
        return Err(Problem::parameter("search", "1 to 100 characters"));
    }
    let equal = [
        ("country", filter.country),
        ("region", filter.region),
        ("industry", filter.industry),
        ("parent_id", filter.parent),
        ("account_manager", filter.account_manager),
        ("registration_number", filter.registration_number),
    ];
    let (tag, custom) = custom::asked(app, filter.tag.as_deref(), filter.custom.as_deref()).await?;
    let wanted = Wanted {
        scope: caller.scope(),
        shown_to_parents: app.parents_see_subsidiaries(),
        search: filter.search,
        equal: equal.into_iter().filter_map(|(column, value)| Some((column, value?))).collect(),
        tier: tier_asked(app, filter.track, filter.tier)?,
        tag,
        custom,
        sort,
        descending,
        after: paging.place::<Place>()?,
        limit: paging.limit()?,
    };
    let found = list::list(app.db.read(), &wanted).await?;
    let total = if paging.total == Some(true) { Some(list::total(app.db.read(), &wanted).await?) } else { None };
    let seen = |action| -> Vec<String> {
        let own = found.iter().filter(|member| sees(&site, &caller, action, (&member.id, member.account_manager.as_deref())));
        own.map(|member| member.id.clone()).collect()
    };
    let mut standings = match app.timeline() {
        Ok(timeline) => listed::standings(app.db.read(), &timeline, &seen("read_standing"), language).await?,
        Err(_) => HashMap::new(),
    };
    let mut noted = listed::noted(app.db.read(), seen("read_custom")).await?;
    let items = found.into_iter().map(|member| {
        let (stands, custom) = (standings.remove(&member.id), noted.remove(&member.id));
        ListedView { member: MemberView::from(member), stands, custom }
    });
    let place = |one: &ListedView| Place { name: (sort == Sort::Name).then(|| one.member.name.clone()), id: one.member.id.clone() };
    Ok(Json(Page::of(items.collect(), wanted.limit, total, place)))
}

/// Whether somebody who sees a member in a list, with its id and account manager, may read more of it.
fn sees(site: &Site, caller: &Caller, action: &'static str, (id, account_manager): (&str, Option<&str>)) -> bool {
    let (parents, shown_to_parents) = (caller.member.iter().cloned().collect::<Vec<_>>(), site.app.parents_see_subsidiaries());
    site.allows(caller, action, Asked::Member { id, parents: &parents, account_manager, shown_to_parents })
}

/// The track and tier that are asked for, if the program in force has them.
fn tier_asked(app: &App, track: Option<String>, tier: Option<String>) -> Result<Option<(String, String)>, Problem> {
    let Some(tier) = tier else {
        return if track.is_some() { Err(Problem::parameter("track", "together with `tier`")) } else { Ok(None) };
    };
    let timeline = app.timeline()?;
    let tracks = &timeline.newest().program.tracks;
    let names = |ids: Vec<&str>| format!("one of {}", ids.join(", "));
    let found = tracks.iter().find(|known| track.as_deref().is_none_or(|track| *known.id == *track));
    let Some(found) = found else {
        return Err(Problem::parameter("track", names(tracks.iter().map(|known| &*known.id).collect())));
    };
    if !found.tiers.iter().any(|known| *known.id == *tier) {
        return Err(Problem::parameter("tier", names(found.tiers.iter().map(|known| &*known.id).collect())));
    }
    Ok(Some((found.id.to_string(), tier)))
}

/// Shows a member.
#[utoipa::path(get, path = "/v1/members/{member}", tag = "members", params(("member" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The member.", body = MemberView, headers(("ETag" = String, description = "Its version.")))))]
async fn read_member(State(app): State<App>, Path(member): Path<String>) -> Result<Response, Problem> {
    let found = find(app.db.read(), std::iter::once(member.as_str())).await?.remove(&member);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(tagged(MemberView::from(found)).into_response())
}

/// Creates a member.
#[utoipa::path(post, path = "/v1/members", tag = "members", request_body = NewMember, responses(
    (status = CREATED, description = "The member.", body = CreatedView, headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))))]
async fn create_member(State(app): State<App>, caller: Caller, by: By, ids: Ids, Body(new): Body<NewMember>) -> Result<Response, Problem> {
    let now = app.now();
    let chosen = new.id.is_some();
    let id = new.id.clone().unwrap_or_else(|| ids.id("mem"));
    let numbers = &numbers(&new.registrations, &id, &ids, now)?;
    let (member, by, caller) = (&new.member(id, now), &by, &caller);
    let made = app.db.write(|tx| async move {
        match find(&tx, std::iter::once(member.id.as_str())).await?.remove(&member.id) {
            Some(_) if chosen => return Err(Problem { field: Some("id".to_owned()), ..Problem::new(Code::IdTaken) }.into()),
            // An earlier attempt of this very request made it and did not get to say so.
            Some(made) => return Ok(made),
            None => {}
        }
        if let Some(into) = merged(&tx, std::iter::once(member.id.as_str())).await?.remove(&member.id) {
            let taken = Problem { field: Some("id".to_owned()), ..Problem::new(Code::IdTaken) };
            return Err(taken.saying(format!("`{}` was merged into `{into}`", member.id)).into());
        }
        if let Some((field, why)) = check(&tx, member).await? {
            return Err(Problem::field(field, why).into());
        }
        number_free(&tx, None, member, caller).await?;
        let typed: Vec<Number> = numbers.iter().map(|one| one.number.clone()).collect();
        registrations::serve::free(&tx, &typed, &member.id, caller).await?;
        put(&tx, std::slice::from_ref(member), now).await?;
        audit::append(&tx, vec![(by.clone(), changed("create_member", None, Some(member)))], now).await?;
        registrations::serve::put_down(&tx, numbers, by).await?;
        Ok::<_, Failed>(member.clone())
    });
    let view = MemberView::from(made.await.map_err(registrations::serve::taken_meanwhile)?);
    let (place, tag) = (format!("/v1/members/{}", segment(&view.id)), etag(&view));
    let likely_duplicates = likely(&app, &view, numbers, caller).await?;
    let headers = [(header::LOCATION, place), (header::ETAG, tag)];
    Ok((StatusCode::CREATED, headers, Json(CreatedView { member: view, likely_duplicates })).into_response())
}

/// The members that a new one is likely the same as. It is there already: whether both are one company people decide.
async fn likely(app: &App, new: &MemberView, numbers: &[Registration], caller: &Caller) -> Result<Vec<LikelyView>, Problem> {
    // Where the keys of older members are still being made, those that have theirs are compared: nobody waits for the rest.
    let numbers = numbers.iter().map(|one| one.number.clone()).collect();
    let wanted = duplicates::Wanted { id: Some(new.id.clone()), name: new.name.clone(), country: new.country.clone(), numbers };
    let found = duplicates::like(app.db.read(), &wanted, &caller.scope()).await?;
    Ok(found.into_iter().filter(|one| one.score.points >= duplicates::LIKELY).map(LikelyView::from).collect())
}

/// The registration numbers of a new member, checked.
fn numbers(new: &[NewRegistration], member: &str, ids: &Ids, now: Instant) -> Result<Vec<Registration>, Problem> {
    if new.len() > REGISTRATIONS_MAX {
        return Err(Problem::field("registrations", format!("at most {REGISTRATIONS_MAX}")));
    }
    let mut found: Vec<Registration> = Vec::new();
    for (place, one) in new.iter().enumerate() {
        let number = one.number().map_err(|(field, why)| Problem::field(format!("registrations[{place}].{field}"), why))?;
        if found.iter().any(|known| known.number == number) {
            return Err(Problem::field(format!("registrations[{place}].number"), "the same number stands there twice"));
        }
        found.push(Registration { id: format!("{}{place:02}", ids.id("reg")), member: member.to_owned(), number, created_at: now });
    }
    Ok(found)
}

/// Whether the number in the profile, where it is new there, belongs to nobody else.
async fn number_free<C: ConnectionTrait>(conn: &C, before: Option<&Member>, after: &Member, caller: &Caller) -> Result<(), Failed> {
    let recognised = |member: &Member| Number::recognised(member.registration_number.as_deref()?, member.country.as_deref());
    match recognised(after) {
        Some(number) if before.and_then(recognised).as_ref() != Some(&number) => {
            let checked = registrations::serve::free(conn, &[number], &after.id, caller).await;
            checked.map_err(|failed| match failed {
                Failed::Told(problem) => Problem { field: Some("registration_number".to_owned()), ..problem }.into(),
                failed => failed,
            })
        }
        _ => Ok(()),
    }
}

/// Changes a member.
#[utoipa::path(patch, path = "/v1/members/{member}", tag = "members",
    params(("member" = String, Path, description = "Its id."), ("If-Match" = String, Header, description = "The ETag of what is changed.")),
    request_body = MemberChange,
    responses((status = OK, description = "The member as it is now.", body = MemberView, headers(("ETag" = String, description = "Its version.")))))]
async fn change_member(
    State(app): State<App>,
    caller: Caller,
    by: By,
    Path(member): Path<String>,
    headers: HeaderMap,
    Body(change): Body<MemberChange>,
) -> Result<Response, Problem> {
    changed_to(&app, "change_member", (&caller, &by, &member, &headers), &change).await
}

/// Changes what an enterprise says of itself.
#[utoipa::path(patch, path = "/v1/members/{member}/profile", tag = "members",
    params(("member" = String, Path, description = "Its id."), ("If-Match" = String, Header, description = "The ETag of the member as it was read.")),
    request_body = ProfileChange,
    responses((status = OK, description = "The member as it is now.", body = MemberView, headers(("ETag" = String, description = "Its version.")))))]
async fn change_profile(
    State(app): State<App>,
    caller: Caller,
    by: By,
    Path(member): Path<String>,
    headers: HeaderMap,
    Body(change): Body<ProfileChange>,
) -> Result<Response, Problem> {
    changed_to(&app, "change_profile", (&caller, &by, &member, &headers), &change.into()).await
}

async fn changed_to(
    app: &App,
    action: &'static str,
    (caller, by, id, headers): (&Caller, &By, &str, &HeaderMap),
    change: &MemberChange,
) -> Result<Response, Problem> {
    let now = app.now();
    let after = app
        .db
        .write(|tx| async move {
            let before = hold(&tx, std::iter::once(id)).await?.pop().ok_or_else(|| Problem::new(Code::NotFound))?;
            matches(headers, &MemberView::from(before.clone()))?;
            let after = change.clone().of(&before);
            if let Some((field, why)) = check(&tx, &after).await? {
                return Err(Problem::field(field, why).into());
            }
            if after != before {
                number_free(&tx, Some(&before), &after, caller).await?;
                reset(&tx, std::slice::from_ref(&after), now).await?;
                audit::append(&tx, vec![(by.clone(), changed(action, Some(&before), Some(&after)))], now).await?;
            }
            Ok::<_, Failed>(after)
        })
        .await?;
    Ok(tagged(MemberView::from(after)).into_response())
}

pub(crate) fn changed(action: &'static str, before: Option<&Member>, after: Option<&Member>) -> Entry {
    let told = |member: Option<&Member>| member.map(|member| serde_json::json!(MemberView::from(member.clone())).to_string());
    let id = after.or(before).map(|member| member.id.clone()).unwrap_or_default();
    Entry { action, subject: format!("member:{id}"), member: Some(id), before: told(before), after: told(after), why: None }
}
