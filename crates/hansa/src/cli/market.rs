//! `demo` and `serve`.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;
use ledger::Instant;
use program::calendar::{Zone, parse_as_of};
use program::{Fact, Mode};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::demo_access::WaysIn;
use super::place::{line, print_json};
use super::progress::bar;
use super::spans::Tracing;
use super::upkeep::bring_up;
use super::{Ending, Place};
use crate::app::{App, AppError};
use crate::demo::{Options, World, generate, write_truth};
use crate::facts::record;
use crate::http::{Proxies, Rates, Settings, Tls, document, serve};
use crate::identities::Providers;
use crate::mail::{Post, Texts};
use crate::verification::registry::Registries;
use crate::webhooks::Reach;
use crate::{contacts, members};
use crate::{duplicates, files, sync};

/// The program that ships and the demo runs under.
const STANDARD: &str = include_str!("../../../../programs/standard.toml");
/// Members written in one transaction with all their facts.
const MEMBERS_PER_BATCH: usize = 100;
/// What the demo keeps aside: the processes' hidden truth.
const TRUTH_FILE: &str = "demo-truth.csv";

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// How many members
    #[arg(long, default_value_t = 2_000, value_parser = super::at_least_one())]
    members: usize,
    /// The same seed gives the same marketplace
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The end of its history: a date; now when left out
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Do not serve afterwards
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    serve: Serve,
}

impl Demo {
    pub(crate) fn tracing(&self) -> &Tracing {
        self.serve.tracing()
    }

    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let zone = Zone::new(chrono_tz::Asia::Shanghai);
        let as_of = match &self.as_of {
            Some(text) => parse_as_of(text, &zone).map_err(AppError::Refused)?,
            None => place.clock()?.now(),
        };
        let app = place.open_keyed().await?;
        if members::count(app.db.read()).await? == 0 {
            let world = generate(&Options::new(self.members, self.seed, as_of));
            fill(&app, &world).await?;
            bring_up(&app, as_of).await?;
            let truth = aside(place);
            write_truth(&world.truth, &truth).map_err(|error| AppError::Refused(format!("{}: {error}", truth.display())))?;
            let ways = WaysIn::make(&app, &world).await?;
            summary(place, &world, &truth, as_of, &ways);
        } else if !place.json {
            line("The database has members already; the demo is left as it is.");
        }
        // Anybody may try out how enterprises sign up.
        let serve = Serve { sign_up: true, ..self.serve };
        if self.no_serve { Ok(Ending::Done) } else { serve.serve(app).await }
    }
}

/// Beside the embedded database; in the working folder for PostgreSQL.
fn aside(place: &Place) -> PathBuf {
    if place.database_url.is_some() { PathBuf::from(TRUTH_FILE) } else { place.data.join(TRUTH_FILE) }
}

/// Applies the standard program and writes a world: every member with its contacts and facts.
pub(crate) async fn fill(app: &App, world: &World) -> Result<(), AppError> {
    crate::program::apply(app, STANDARD, None, Some("demo"), None).await?;
    let timeline = app.timeline()?;
    let (now, timeline) = (app.now(), &timeline);
    for batch in world.members.chunks(1_000) {
        app.db.write(|tx| async move { members::put(&tx, batch, now).await.map(drop).map_err(AppError::from) }).await?;
    }
    for batch in world.contacts.chunks(1_000) {
        app.db.write(|tx| async move { contacts::put(&tx, &app.vault, batch, now).await.map(drop).map_err(AppError::from) }).await?;
    }
    let progress = bar(world.facts.len() as u64, "facts");
    let mut rest: &[Fact] = &world.facts;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(end_of_members(rest, MEMBERS_PER_BATCH));
        rest = after;
        let answers = app
            .db
            .write(|tx| async move { record(&tx, timeline, batch.to_vec(), Mode::Recorded, now, None).await.map_err(AppError::from) })
            .await?;
        if let Some(refused) = answers.iter().find_map(|answer| answer.as_ref().err()) {
            return Err(AppError::Refused(format!("the demo made a fact that is refused: {refused}")));
        }
        progress.inc(batch.len() as u64);
    }
    progress.finish_and_clear();
    Ok(())
}

/// How many facts of a list sorted by member belong to its first so many members.
fn end_of_members(facts: &[Fact], members: usize) -> usize {
    let mut seen = 0;
    let mut last = None;
    for (at, fact) in facts.iter().enumerate() {
        if last != Some(&fact.member) {
            seen += 1;
            last = Some(&fact.member);
            if seen > members {
                return at;
            }
        }
    }
    facts.len()
}

fn summary(place: &Place, world: &World, truth: &std::path::Path, as_of: Instant, ways: &WaysIn) {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for fact in &world.facts {
        *kinds.entry(fact.kind.name()).or_default() += 1;
    }
    if place.json {
        print_json(&json!({
            "members": world.members.len(), "contacts": world.contacts.len(), "facts": world.facts.len(), "kinds": kinds,
            "as_of": super::rules::shown(as_of), "truth": truth, "keys": ways.keys.iter().cloned().collect::<BTreeMap<_, _>>(),
            "people": ways.people.iter().cloned().collect::<BTreeMap<_, _>>(), "password": ways.password,
        }));
        return;
    }
    line(&format!(
        "A marketplace of {} enterprises with {} contacts and {} facts over three years, up to {}.",
        world.members.len(),
        world.contacts.len(),
        world.facts.len(),
        super::rules::shown(as_of)
    ));
    for (kind, count) in kinds {
        line(&format!("  {kind:<22} {count:>8}"));
    }
    line(&format!("The hidden truth of its processes is in {}.", truth.display()));
    line(&format!(
        "People who can sign in (staff at `/`, members at `/portal`), all with the password `{}`, shown this once:",
        ways.password
    ));
    for (of, email) in &ways.people {
        line(&format!("  {of:<32} {email}"));
    }
    line("Keys for the programming interface, good for 30 days and shown this once (`Authorization: Bearer …`):");
    for (of, secret) in &ways.keys {
        line(&format!("  {of:<32} {secret}"));
    }
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The address to listen on
    #[arg(long, env = "HANSA_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Requests a second that each key may send, twice as many at once
    #[arg(long, env = "HANSA_RATE", value_name = "N", default_value = "1000")]
    rate: NonZeroU32,
    /// Requests a second to sign in and sign up from each address, sixty times as many at once
    #[arg(long, env = "HANSA_SIGN_IN_RATE", value_name = "N", default_value = "1")]
    sign_in_rate: NonZeroU32,
    /// A network of proxies whose `X-Forwarded-For` or `Forwarded` says who calls, such as 10.0.0.0/8 or an address; may be repeated
    #[arg(long = "trusted-proxy", env = "HANSA_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = network)]
    trusted_proxy: Vec<IpNet>,
    /// The address at which people reach the site, for links in mail and for passkeys [default: http:// (https:// with a certificate) and the address it listens on,
    /// `localhost` on this machine alone]
    #[arg(long, env = "HANSA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// The server that sends mail: smtp://user:password@host:port?tls=required; without one, mail waits in the outbox
    #[arg(long, env = "HANSA_SMTP_URL", value_name = "URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// The gateway that sends short messages, as a TOML file; without one, they wait in the outbox and nobody signs up by phone
    #[arg(long, env = "HANSA_SMS", value_name = "FILE")]
    sms: Option<PathBuf>,
    /// Who mail is from
    #[arg(long, env = "HANSA_MAIL_FROM", value_name = "ADDRESS", default_value = "Hansa <hansa@localhost>")]
    mail_from: String,
    /// Webhooks may reach addresses inside the network, and by HTTP
    #[arg(long, env = "HANSA_WEBHOOKS_INSIDE")]
    webhooks_inside: bool,
    /// Enterprises can sign up by themselves; else they are invited
    #[arg(long, env = "HANSA_SIGN_UP")]
    sign_up: bool,
    /// The registers of companies that reviewers can ask, as a TOML file
    #[arg(long, env = "HANSA_REGISTRIES", value_name = "FILE")]
    registries: Option<PathBuf>,
    /// The identity providers (OpenID Connect) with which people sign in, as a TOML file
    #[arg(long, env = "HANSA_IDENTITY_PROVIDERS", value_name = "FILE")]
    identity_providers: Option<PathBuf>,
    /// The certificate with which TLS is served, as PEM, and those that lead to its authority; read again when it changes and on SIGHUP. Without
    /// one, a proxy ends TLS
    #[arg(long, env = "HANSA_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The key of the certificate, as PEM without a password
    #[arg(long, env = "HANSA_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// A source to pull from on its schedule, as a TOML file; may be repeated
    #[arg(long = "sync", env = "HANSA_SYNC", value_name = "FILE", value_delimiter = ',')]
    sync: Vec<PathBuf>,
    #[command(flatten)]
    tracing: Tracing,
}

impl Serve {
    pub(crate) fn tracing(&self) -> &Tracing {
        &self.tracing
    }

    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let app = place.open_keyed().await?;
        self.serve(app).await
    }

    async fn serve(self, app: App) -> Result<Ending, AppError> {
        let preparing = app.clone();
        tokio::spawn(async move {
            if let Err(error) = duplicates::prepare(&preparing).await {
                tracing::error!(%error, "the keys of names could not be made");
            }
        });
        files::sweep(&app, app.now()).await?;
        let app = match &self.registries {
            Some(file) => app.asking(Registries::read(file, variable).map_err(|error| AppError::Refused(error.to_string()))?),
            None => app,
        };
        let app = match &self.identity_providers {
            Some(file) => app.trusting(Providers::read(file, variable).map_err(|error| AppError::Refused(error.to_string()))?),
            None => app,
        };
        let sources = self.sync.iter().map(|file| scheduled(file)).collect::<Result<Vec<_>, _>>()?;
        let post = self.smtp_url.as_deref().map(|server| Post::by(server, &self.mail_from)).transpose();
        let post = post.map_err(|error| AppError::Refused(error.to_string()))?;
        let texts = self.sms.as_deref().map(|file| Texts::read(file, variable)).transpose().map_err(AppError::Refused)?;
        let tls = self.tls_certificate.as_deref().zip(self.tls_key.as_deref()).map(|(certificate, key)| Tls::read(certificate, key));
        let tls = tls.transpose().map_err(|error| AppError::Refused(format!("TLS: {error}")))?;
        let listener = tokio::net::TcpListener::bind(self.listen)
            .await
            .map_err(|error| AppError::Refused(format!("cannot listen on {}: {error}; choose another with --listen", self.listen)))?;
        // Before anybody is told where it is: whoever hears it may end it.
        let stop = told_to_stop().map_err(|error| AppError::Refused(format!("no signal reaches this process: {error}")))?;
        let address = listener.local_addr().unwrap_or(self.listen);
        // Browsers have passkeys for names alone.
        let host = if address.ip().is_loopback() { format!("localhost:{}", address.port()) } else { address.to_string() };
        let here = format!("{}://{host}", if tls.is_some() { "https" } else { "http" });
        line(&format!("Hansa is at {here} — its interface is described at {here}/docs. Press Ctrl-C to stop."));
        let public_url = self.public_url.unwrap_or(here);
        let reach = if self.webhooks_inside { Reach::Anybody } else { Reach::Public };
        let rates = Rates { caller: self.rate, sign_in: self.sign_in_rate, ..Rates::default() };
        let proxies = Proxies::of(&self.trusted_proxy);
        let settings = Settings { rates, public_url, post, texts, reach, sign_up: self.sign_up, proxies, tls };
        let mut pulling = tokio::task::JoinSet::new();
        for source in sources {
            pulling.spawn(sync::keep(app.clone(), source));
        }
        let served = serve(app, settings, listener, stop).await.map_err(AppError::Refused);
        // What is in hand is written whole or not at all, and the next process goes on behind it.
        pulling.shutdown().await;
        served.map(|()| Ending::Done)
    }
}

/// A network, or one address alone.
fn network(text: &str) -> Result<IpNet, String> {
    let alone = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| alone()).map_err(|_| "a network such as 10.0.0.0/8 or fd00::/8, or an address".to_owned())
}

/// A source that is read on a schedule.
fn scheduled(file: &Path) -> Result<sync::Sync, AppError> {
    let source = sync::read(file, &variable)?;
    if source.schedule.is_none() {
        return Err(AppError::Refused(format!("{}: there is no `schedule` in it; `hansa sync` reads it once", file.display())));
    }
    Ok(source)
}

/// A variable that a file of configuration names: keys and secrets stand in the environment, not in the file.
#[allow(clippy::disallowed_methods, reason = "which variables there are the configuration says")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Ends with Ctrl-C, or what a service manager sends (SIGTERM). Both are heard from the call on. SIGHUP, which has certificates read anew, ends nothing.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    // From now on it does not have its usual effect, whoever listens.
    drop(signal(SignalKind::hangup())?);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Prints the document of the programming interface.
pub(crate) fn openapi() -> Result<Ending, AppError> {
    let text = document().and_then(|document| document.to_pretty_json().map_err(|error| error.to_string()));
    line(&text.map_err(AppError::Refused)?);
    Ok(Ending::Done)
}
