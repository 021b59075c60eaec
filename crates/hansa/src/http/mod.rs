//! The programming interface over HTTP: one door, the same rules for every operation.
//!
//! A request that comes through a proxy is told where from ([`proxy`]), passes the [`edge`] (its id, its language, its time-out, the shape of every problem), then the [`gate`] (who calls, whether the
//! policies allow it, how often), then, when it changes something and carries a key, [`once`] (the same request is done once), and reaches its
//! handler, which stands with its feature. The document of the interface is made from the handlers and the policies ([`document`]).

pub mod body;
mod console;
mod document;
mod edge;
mod fields;
mod gate;
mod limits;
mod measure;
mod once;
pub mod outgoing;
pub mod page;
pub mod problem;
mod proxy;
mod tls;
pub(crate) mod vendor;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;

pub use document::{Operations, document};
pub use edge::RequestId;
pub(crate) use gate::allowed;
pub use limits::Rates;
pub use once::{Ids, ShownOnce};
use problem::{Code, Problem};
pub use proxy::Proxies;
pub use tls::{Tls, TlsError};

use crate::access::{Asked, Caller, Policy};
use crate::app::App;
use crate::mail::{Post, Texts};
use crate::passkeys::{RelyingParty, RelyingPartyError};
use crate::{
    access, approvals, audit, benefits, contacts, custom, duplicates, events, facts, files, identities, imports, jobs, mail, members,
    merges, passkeys, people, points, privacy, program, registrations, reports, rewards, settings, sign_in, sign_up, simulate, standing,
    verification, webhooks,
};

/// Bytes of a body, at most, where an operation says nothing else.
pub const BODY_MAX: usize = 1 << 20;

/// What every handler can ask for.
#[derive(Clone)]
pub struct Site {
    /// The installation.
    pub app: App,
    inner: Arc<Inner>,
}

struct Inner {
    policy: Policy,
    operations: Operations,
    rates: limits::Limits,
    public_url: String,
    relying_party: Result<RelyingParty, RelyingPartyError>,
    reach: webhooks::Reach,
    sign_up: bool,
    sends: mail::Channels,
}

impl Site {
    /// By what letters are sent; others wait for somebody to hand them on.
    pub fn sends(&self) -> mail::Channels {
        self.inner.sends
    }

    /// Whether enterprises can sign up by themselves.
    pub fn sign_up(&self) -> bool {
        self.inner.sign_up
    }

    /// Whom webhooks may reach.
    pub fn reach(&self) -> webhooks::Reach {
        self.inner.reach
    }

    /// Whether the policies let a caller call another operation too.
    pub(crate) fn allows(&self, caller: &Caller, operation: &str, asked: Asked) -> bool {
        self.inner.policy.allows(caller, operation, asked)
    }

    /// The address at which people reach this site, without a slash at its end.
    pub fn public_url(&self) -> &str {
        &self.inner.public_url
    }

    /// The name of the machine at that address.
    pub(crate) fn public_host(&self) -> &str {
        let rest = self.inner.public_url.split_once("://").map_or(self.inner.public_url.as_str(), |(_, rest)| rest);
        rest.split(['/', ':', '?', '#']).next().unwrap_or_default()
    }

    /// The site that passkeys are made for.
    ///
    /// # Errors
    /// When its address can have none.
    pub(crate) fn relying_party(&self) -> Result<&RelyingParty, Problem> {
        self.inner.relying_party.as_ref().map_err(|error| Problem::new(Code::PasskeysUnavailable).saying(error.to_string()))
    }

    /// Counts an attempt to prove to be somebody.
    ///
    /// # Errors
    /// When there were too many.
    pub fn attempt(&self, whose: &str) -> Result<(), Problem> {
        self.inner.rates.attempt(whose)
    }
}

/// How a site is served.
#[derive(Clone)]
pub struct Settings {
    /// How often one may call.
    pub rates: Rates,
    /// The address at which people reach it, for links in mail.
    pub public_url: String,
    /// Who sends mail; without, it waits in the outbox.
    pub post: Option<Post>,
    /// Who sends short messages; without, they wait there too, and nobody signs up by phone.
    pub texts: Option<Texts>,
    /// Whom webhooks may reach.
    pub reach: webhooks::Reach,
    /// Whether enterprises can sign up by themselves.
    pub sign_up: bool,
    /// The proxies whose word on who called them is taken.
    pub proxies: Proxies,
    /// The certificate, where no proxy ends TLS.
    pub tls: Option<Tls>,
}

impl FromRef<Site> for App {
    fn from_ref(site: &Site) -> App {
        site.app.clone()
    }
}

/// Every feature's operations.
fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .merge(sign_in::serve::operations())
        .merge(sign_in::own::operations())
        .merge(sign_up::serve::operations())
        .merge(mail::serve::operations())
        .merge(identities::serve::operations())
        .merge(passkeys::serve::operations())
        .merge(people::serve::operations())
        .merge(members::serve::operations())
        .merge(merges::serve::operations())
        .merge(registrations::serve::operations())
        .merge(duplicates::serve::operations())
        .merge(contacts::serve::operations())
        .merge(custom::serve::operations())
        .merge(privacy::serve::operations())
        .merge(files::serve::operations())
        .merge(verification::serve::operations())
        .merge(verification::queue::operations())
        .merge(verification::registry::serve::operations())
        .merge(facts::serve::operations())
        .merge(standing::serve::operations())
        .merge(standing::timeline::operations())
        .merge(points::serve::operations())
        .merge(benefits::serve::operations())
        .merge(rewards::serve::operations())
        .merge(rewards::redemptions::operations())
        .merge(program::serve::operations())
        .merge(simulate::serve::operations())
        .merge(jobs::serve::operations())
        .merge(imports::serve::operations())
        .merge(reports::serve::operations())
        .merge(settings::serve::operations())
        .merge(approvals::serve::operations())
        .merge(events::serve::operations())
        .merge(webhooks::serve::operations())
        .merge(access::serve::operations())
        .merge(audit::serve::operations())
}

/// The whole site as a service.
///
/// # Errors
/// When the policies that ship do not hold together.
pub fn site(app: App, settings: &Settings) -> Result<Router, String> {
    let policy = Policy::read()?;
    let (router, openapi) = operations().split_for_parts();
    let (openapi, operations) = document::complete(openapi, &policy)?;
    let public_url = settings.public_url.trim_end_matches('/').to_owned();
    let relying_party = RelyingParty::of(&public_url);
    if let Err(error) = &relying_party {
        tracing::info!(%error, "passkeys are not offered");
    }
    let site = Site {
        app,
        inner: Arc::new(Inner {
            policy,
            operations,
            rates: limits::Limits::new(settings.rates),
            public_url,
            relying_party,
            reach: settings.reach,
            sign_up: settings.sign_up,
            sends: mail::Channels { mail: settings.post.is_some(), texts: settings.texts.is_some() },
        }),
    };
    let panicked = |_: Box<dyn std::any::Any + Send>| {
        tracing::error!("a handler panicked");
        Problem::new(Code::Internal).into_response()
    };
    let guarded = router
        .layer(from_fn_with_state(site.clone(), once::once))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .route_layer(from_fn_with_state(site.clone(), gate::gate));
    let text = openapi.to_pretty_json().map_err(|error| error.to_string())?;
    let router = Router::new()
        .merge(guarded)
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(measure::ready))
        .route("/metrics", get(measure::metrics))
        .route("/openapi.json", get(move || async move { ([(axum::http::header::CONTENT_TYPE, "application/json")], text) }))
        .merge(utoipa_swagger_ui::SwaggerUi::new("/docs").config(utoipa_swagger_ui::Config::from("/openapi.json").validator_url("none")))
        .fallback(console::serve)
        .layer(from_fn(edge::edge))
        .layer(from_fn_with_state(settings.proxies.clone(), proxy::whence))
        .layer(CompressionLayer::new())
        .with_state(site);
    Ok(if settings.tls.is_some() { router.layer(map_response(only_encrypted)) } else { router })
}

/// Tells browsers to come by TLS alone from now on (RFC 6797), for a year, here and under this name.
async fn only_encrypted(mut response: Response) -> Response {
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    response
}

/// Serves until `stop` ends; what was accepted by then is finished.
///
/// # Errors
/// When the policies do not hold together or the listener fails.
pub async fn serve(
    app: App,
    settings: Settings,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), String> {
    let site = site(app.clone(), &settings)?;
    let posting = settings.post.map(|post| tokio::spawn(mail::run(app.clone(), post)));
    let texting = settings.texts.map(|texts| tokio::spawn(mail::run(app.clone(), texts)));
    let sender = webhooks::Sender::new(settings.reach, settings.public_url.trim_end_matches('/'))?;
    let sending = tokio::spawn(webhooks::run(app.clone(), sender));
    let (over, ended) = tokio::sync::oneshot::channel::<()>();
    let working = tokio::spawn(jobs::run(app, async { drop(ended.await) }));
    let served = match &settings.tls {
        None => axum::serve(listener, site.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(stop).await,
        Some(tls) => {
            // Only a listener that is tapped tells axum who calls.
            let listener = tls.listen(listener)?.tap_io(|_| ());
            axum::serve(listener, site.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(stop).await
        }
    };
    let served = served.map_err(|error| error.to_string());
    [posting, texting].into_iter().flatten().for_each(|sending| sending.abort());
    sending.abort();
    drop(over);
    working.await.map_err(|error| error.to_string())?;
    served
}
