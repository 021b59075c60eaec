//! Rewards over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use program::Timeline;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{NewReward, RewardChange, RewardView};
use super::{Reward, store};
use crate::access::Caller;
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::body::{Body, Params, etag, instant_field, matches, tagged, texts};
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{Ids, Site};
use crate::language::Language;

/// The most that one costs, in the unit's smallest step.
const PRICE_MAX: i64 = 1_000_000_000_000;
const NAME_MAX: usize = 200;
const DESCRIPTION_MAX: usize = 4_000;
const TIERS_MAX: usize = 50;

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_rewards, create_reward)).routes(routes!(read_reward, change_reward))
}

/// Which rewards.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Also those that are not offered; only for the platform's own people.
    all: Option<bool>,
}

/// Lists the rewards that are offered, by id.
#[utoipa::path(get, path = "/v1/rewards", tag = "rewards", params(Filter), responses((status = OK, description = "A page of rewards.", body = Page<RewardView>)))]
async fn list_rewards(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    Params(filter): Params<Filter>,
) -> Result<Json<Page<RewardView>>, Problem> {
    let paging = Paging { limit: filter.limit, after: filter.after, total: None };
    let (limit, after) = (paging.limit()?, paging.place::<String>()?.unwrap_or_default());
    let offered = caller.member.is_some() || filter.all != Some(true);
    let found = store::list(app.db.read(), offered, &after, limit).await?;
    Ok(Json(Page::of(found.iter().map(|one| RewardView::of(one, language)).collect(), limit, None, |one: &RewardView| one.id.clone())))
}

/// Shows a reward.
#[utoipa::path(get, path = "/v1/rewards/{reward}", tag = "rewards", params(("reward" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The reward.", body = RewardView, headers(("ETag" = String, description = "Its version.")))))]
async fn read_reward(State(app): State<App>, caller: Caller, language: Language, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = store::some(app.db.read(), std::iter::once(id.as_str())).await?.pop();
    let found = found.filter(|reward| reward.open || caller.member.is_none()).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(tagged(RewardView::of(&found, language)).into_response())
}

/// Offers a reward.
#[utoipa::path(post, path = "/v1/rewards", tag = "rewards", request_body = NewReward,
    responses((status = CREATED, description = "The reward.", body = RewardView, headers(("ETag" = String, description = "Its version.")))))]
async fn create_reward(
    State(app): State<App>,
    by: By,
    ids: Ids,
    language: Language,
    Body(new): Body<NewReward>,
) -> Result<Response, Problem> {
    let now = app.now();
    let reward = Reward {
        id: new.id.unwrap_or_else(|| ids.id("rwd")),
        names: new.names,
        descriptions: new.descriptions,
        category: new.category,
        unit: new.unit,
        price: new.price,
        stock: new.stock,
        taken: 0,
        per_member: new.per_member,
        tiers: new.tiers,
        from: instant_field("from", new.from.as_deref())?,
        until: instant_field("until", new.until.as_deref())?,
        open: true,
        created_at: now,
    };
    check(&*app.timeline()?, &reward)?;
    let (reward, by) = (&reward, &by);
    let made = app.db.write(|tx| async move {
        if store::lock(&tx, &reward.id).await?.is_some() {
            return Err(Failed::from(Problem { field: Some("id".to_owned()), ..Problem::new(Code::IdTaken) }));
        }
        store::insert(&tx, reward).await?;
        Ok(audit::append(&tx, vec![(by.clone(), offered("create_reward", None, reward))], now).await?)
    });
    made.await?;
    let view = RewardView::of(reward, language);
    Ok((StatusCode::CREATED, [(header::ETAG, etag(&view))], Json(view)).into_response())
}

/// Changes a reward. What was ordered before keeps what it cost.
#[utoipa::path(patch, path = "/v1/rewards/{reward}", tag = "rewards",
    params(("reward" = String, Path, description = "Its id."), ("If-Match" = String, Header, description = "The ETag of what is changed.")),
    request_body = RewardChange,
    responses((status = OK, description = "The reward as it is now.", body = RewardView, headers(("ETag" = String, description = "Its version.")))))]
async fn change_reward(
    State(app): State<App>,
    by: By,
    language: Language,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(change): Body<RewardChange>,
) -> Result<Response, Problem> {
    let (now, timeline) = (app.now(), &*app.timeline()?);
    let (by, id, change, headers) = (&by, &id, &change, &headers);
    let after = app.db.write(|tx| async move {
        let before = store::lock(&tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        matches(headers, &RewardView::of(&before, language))?;
        let after = changed(&before, change.clone())?;
        check(timeline, &after)?;
        if after != before {
            store::update(&tx, &after).await?;
            audit::append(&tx, vec![(by.clone(), offered("change_reward", Some(&before), &after))], now).await?;
        }
        Ok::<_, Failed>(after)
    });
    Ok(tagged(RewardView::of(&after.await?, language)).into_response())
}

fn changed(before: &Reward, change: RewardChange) -> Result<Reward, Problem> {
    let instant = |name: &str, said: Option<Option<String>>, before| match said {
        None => Ok(before),
        Some(said) => instant_field(name, said.as_deref()),
    };
    Ok(Reward {
        names: change.names.unwrap_or_else(|| before.names.clone()),
        descriptions: change.descriptions.unwrap_or_else(|| before.descriptions.clone()),
        category: change.category.unwrap_or_else(|| before.category.clone()),
        price: change.price.unwrap_or(before.price),
        stock: change.stock.unwrap_or(before.stock),
        per_member: change.per_member.unwrap_or(before.per_member),
        tiers: change.tiers.unwrap_or_else(|| before.tiers.clone()),
        from: instant("from", change.from, before.from)?,
        until: instant("until", change.until, before.until)?,
        open: change.open.unwrap_or(before.open),
        ..before.clone()
    })
}

fn check(timeline: &Timeline, reward: &Reward) -> Result<(), Problem> {
    let id = &reward.id;
    if id.is_empty() || id.len() > 100 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err(Problem::field("id", "1 to 100 letters, digits, `-`, `_` and `.`"));
    }
    texts("names", &reward.names, NAME_MAX)?;
    texts("descriptions", &reward.descriptions, DESCRIPTION_MAX)?;
    if reward.names.is_empty() {
        return Err(Problem::field("names", "a name in one language at least"));
    }
    if reward.category.as_ref().is_some_and(|text| text.trim().is_empty() || text.chars().count() > 100) {
        return Err(Problem::field("category", "1 to 100 characters"));
    }
    let program = &timeline.newest().program;
    if program.unit(&reward.unit).is_none() {
        let units: Vec<&str> = program.units.iter().map(|unit| &*unit.id).collect();
        return Err(Problem::field("unit", format!("one of {}", units.join(", "))));
    }
    if !(1..=PRICE_MAX).contains(&reward.price) {
        return Err(Problem::field("price", format!("1 to {PRICE_MAX}, in the unit's smallest step")));
    }
    if reward.stock.is_some_and(|stock| stock < reward.taken.max(0)) {
        return Err(Problem::field("stock", format!("{} or more: so many are ordered", reward.taken)));
    }
    if reward.per_member.is_some_and(|most| most < 1) {
        return Err(Problem::field("per_member", "1 or more"));
    }
    let tiers: Vec<&str> = program.tracks.first().map(|track| track.tiers.iter().map(|tier| &*tier.id).collect()).unwrap_or_default();
    if reward.tiers.len() > TIERS_MAX || reward.tiers.iter().any(|tier| !tiers.contains(&tier.as_str())) {
        return Err(Problem::field("tiers", format!("of {}", tiers.join(", "))));
    }
    if reward.from.zip(reward.until).is_some_and(|(from, until)| from >= until) {
        return Err(Problem::field("until", "after `from`"));
    }
    Ok(())
}

fn offered(action: &'static str, before: Option<&Reward>, after: &Reward) -> Entry {
    let text = |reward: &Reward| serde_json::json!(RewardView::of(reward, Language::English)).to_string();
    let subject = format!("reward:{}", after.id);
    Entry { action, member: None, subject, before: before.map(text), after: Some(text(after)), why: None }
}
