//! The programming interface, tested over real connections.

mod access;
mod approvals;
mod audit;
mod authenticator;
mod benefits;
mod browser;
mod console;
mod contacts;
mod custom;
mod details;
mod document;
mod duplicates;
mod files;
mod identities;
mod identity_provider;
mod identity_refusals;
mod imports;
mod jobs;
mod members;
mod merges;
mod once;
mod outbox;
mod passkey_refusals;
mod passkeys;
mod people;
mod post_office;
mod privacy;
mod problems;
mod proving;
mod proxies;
mod refusals;
mod registrations;
mod registries;
mod reports;
mod rewards;
mod settings;
mod signing_in;
mod signing_up;
mod standard_webhooks;
mod texts;
mod timeline;
mod trade;
mod verification;
mod webhooks;

use std::net::SocketAddr;

use db::Db;
use hansa::access::{NewKey, Role, SCOPES, create};
use hansa::http::{Proxies, Rates, Settings, serve};
use hansa::schema::HISTORY;
use hansa::verification::registry::Registries;
use ledger::Instant;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::town::Town;

/// A town that is served, and somebody who calls.
pub struct Site {
    pub town: Town,
    /// Where contents of files are.
    pub folder: tempfile::TempDir,
    address: SocketAddr,
    client: reqwest::Client,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<Result<(), String>>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Site {
    pub async fn on(db: Db) -> Site {
        Site::set(db, Registries::default(), |_| ()).await
    }

    pub async fn at_rates(db: Db, rates: Rates) -> Site {
        Site::asking(db, rates, Registries::default()).await
    }

    /// With registers of companies.
    pub async fn asking(db: Db, rates: Rates, registries: Registries) -> Site {
        Site::set(db, registries, |settings| settings.rates = rates).await
    }

    /// With settings of its own.
    pub async fn set(db: Db, registries: Registries, set: impl FnOnce(&mut Settings)) -> Site {
        let mut town = Town::on(db).await;
        town.app = town.app.asking(registries);
        Site::of(town, set).await
    }

    /// A town that is there already.
    async fn of(mut town: Town, set: impl FnOnce(&mut Settings)) -> Site {
        // A second call finds it there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        town.app = town.app.filed(hansa::files::Folder::at(folder.path()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (public_url, reach) = ("https://hansa.example/".to_owned(), hansa::webhooks::Reach::Anybody);
        let rates = Rates { stranger: 1_000.try_into().unwrap(), sign_in: 1_000.try_into().unwrap(), ..Rates::default() };
        let mut settings =
            Settings { rates, public_url, post: None, texts: None, reach, sign_up: true, proxies: Proxies::default(), tls: None };
        set(&mut settings);
        let served = tokio::spawn(serve(town.app.clone(), settings, listener, async { drop(stopped.await) }));
        let client = hansa::http::outgoing::client().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Site { town, folder, address, client, stop: Some(stop), served }
    }

    /// A key of a role with every scope.
    pub async fn key(&self, role: Role, member: Option<&str>) -> String {
        self.key_with(role, member, &SCOPES).await
    }

    pub async fn key_with(&self, role: Role, member: Option<&str>, scopes: &[&str]) -> String {
        let expires_at = Instant(self.town.app.now().0 + 86_400_000_000);
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let new = &NewKey { name: "test".to_owned(), role, member: member.map(str::to_owned), scopes, expires_at };
        let clock = self.town.app.clock;
        self.town.app.db.write(|tx| async move { create(&tx, new.clone(), clock).await.map_err(Wrong) }).await.unwrap().secret
    }

    /// Where our own pages come from.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A request before it is sent.
    pub fn ask(&self, method: Method, path: &str, key: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        if key.is_empty() { request } else { request.bearer_auth(key) }
    }

    pub async fn get(&self, path: &str, key: &str) -> Answer {
        sent(self.ask(Method::GET, path, key)).await
    }

    pub async fn post(&self, path: &str, key: &str, body: Value) -> Answer {
        sent(self.ask(Method::POST, path, key).json(&body)).await
    }

    /// An order of an enterprise that happens now; its answer.
    pub async fn order(&self, id: &str, member: &str, amount: i64, key: &str) -> Answer {
        let body = json!({ "order": id, "amount": amount, "currency": "CNY" });
        let fact = json!({ "id": id, "member": member, "kind": "order.completed", "occurred_at": "2026-07-01T04:00:00Z", "body": body });
        self.post("/v1/facts", key, json!({ "facts": [fact] })).await
    }

    /// Asks the server to stop and waits until it has.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        self.served.await.unwrap().unwrap();
    }
}

/// A refusal in a transaction of a test.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Wrong(hansa::access::KeyError);

impl From<sea_orm::DbErr> for Wrong {
    fn from(error: sea_orm::DbErr) -> Wrong {
        Wrong(error.into())
    }
}

pub async fn sent(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.expect("the body arrives");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, headers, body }
}

impl Answer {
    #[track_caller]
    pub fn is(self, status: StatusCode) -> Answer {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// Refused with this code.
    #[track_caller]
    pub fn refused(self, status: StatusCode, code: &str) -> Answer {
        let answer = self.is(status);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.body["code"], code, "{:#}", answer.body);
        assert_eq!(answer.body["status"], status.as_u16());
        answer
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Runs a test on both databases.
pub async fn each(body: impl AsyncFn(Site)) {
    db::testing::each(HISTORY, async |db| body(Site::on(db).await).await).await;
}
