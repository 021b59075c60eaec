//! The stream over HTTP.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Event, Place, after, begins, check_kinds, end, stream};
use crate::app::App;
use crate::http::Site;
use crate::http::body::Params;
use crate::http::page::{LIMIT_MAX, Paging, cursor};
use crate::http::problem::{Code, Problem};
use crate::standing::view::instant;

/// How long a request may wait for an event, in seconds.
const WAIT_MAX: u64 = 20;
/// How often the stream is looked at by whoever waits, where nobody here wakes it.
const EVERY: Duration = Duration::from_millis(500);

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    /// Its id: the same however often it is told.
    pub id: String,
    /// `tier.changed`, `benefit.changed`, `benefit.granted`, `mission.changed`, or `fact.` and the kind of the fact.
    pub kind: String,
    /// When it was written.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// The enterprise it is about.
    pub member: String,
    /// The fact; or the decision's `receipt`, and whether it is `withdrawn`.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

impl EventView {
    /// An event of a stream.
    pub fn of(stream: &str, event: Event) -> EventView {
        let Event { place, at, kind, member, data, .. } = event;
        EventView { id: id(stream, place), kind, at, member, data }
    }
}

/// The id of an event.
pub fn id(stream: &str, place: Place) -> String {
    format!("evt_{stream}_{}_{}", place.0, place.1)
}

/// Which events.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Events looked at, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the answer before; the beginning of what is kept when left out, `now` for what comes from now on.
    after: Option<String>,
    /// Of these kinds, with commas between them; `fact.order.*` means all that begin so.
    kinds: Option<String>,
    /// Seconds to wait for an event when there is none yet.
    #[param(minimum = 0, maximum = 20, default = 0)]
    wait: Option<u64>,
}

/// Events, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
struct EventsView {
    /// The events.
    items: Vec<EventView>,
    /// What to send as `after` to go on, also when there was no event.
    next: String,
}

/// Tells what happened after a place, and waits for it when asked. Events are kept for 30 days.
#[utoipa::path(get, path = "/v1/events", tag = "events", params(Filter), responses((status = OK, description = "Events.", body = EventsView)))]
async fn list_events(State(app): State<App>, Params(filter): Params<Filter>) -> Result<Json<EventsView>, Problem> {
    let limit = Paging { limit: filter.limit, after: None, total: None }.limit()?;
    let kinds: Vec<String> = filter.kinds.iter().flat_map(|kinds| kinds.split(',')).map(|kind| kind.trim().to_owned()).collect();
    check_kinds(&kinds).map_err(|why| Problem::parameter("kinds", why))?;
    let wait = filter.wait.unwrap_or(0);
    if wait > WAIT_MAX {
        return Err(Problem::parameter("wait", format!("0 to {WAIT_MAX} seconds")));
    }
    let name = stream(&app).await?;
    let mut place = match filter.after.as_deref() {
        Some("now") => end(app.db.read()).await?,
        _ => {
            let asked: Option<(String, Place)> = Paging { limit: None, after: filter.after, total: None }.place()?;
            match asked {
                Some((of, _)) if of != name => return Err(Problem::new(Code::PositionGone)),
                Some((_, place)) if place < begins(app.db.read()).await? => return Err(Problem::new(Code::PositionGone)),
                asked => asked.map_or(Place::default(), |(_, place)| place),
            }
        }
    };
    let until = tokio::time::Instant::now() + Duration::from_secs(wait);
    loop {
        let told = app.told.notified();
        let (events, last) = after(&app, place, &kinds, limit).await?;
        let more = last != place;
        place = last;
        if !events.is_empty() || (!more && tokio::time::Instant::now() >= until) {
            let items = events.into_iter().map(|event| EventView::of(&name, event)).collect();
            return Ok(Json(EventsView { items, next: cursor(&(&name, place)) }));
        }
        if !more {
            let _ = tokio::time::timeout(EVERY.min(until - tokio::time::Instant::now()), told).await;
        }
    }
}

const _: () = assert!(LIMIT_MAX == 200, "the documents say so");
