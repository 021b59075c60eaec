//! Signatures of messages that really came, checked by the library that Standard Webhooks publishes, in a process of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use axum::http::HeaderMap;
use db::Db;
use hansa::access::Role;
use hansa::clock::Clock;
use hansa::schema::HISTORY;
use ledger::Instant;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::Site;
use super::webhooks::Endpoint;
use crate::town::Town;

const PATIENCE: Duration = Duration::from_secs(20);
/// Ten minutes; the library allows five.
const FAR_US: i64 = 600_000_000;

/// The library, running.
struct Verifier {
    _running: Child,
    asks: ChildStdin,
    says: Lines<BufReader<ChildStdout>>,
}

impl Verifier {
    fn start(folder: &Path) -> Verifier {
        let mut node = Command::new("node");
        let node = node.arg("verify.js").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut running = node.spawn().unwrap();
        let (asks, says) = (running.stdin.take().unwrap(), BufReader::new(running.stdout.take().unwrap()).lines());
        Verifier { _running: running, asks, says }
    }

    /// The message as it reads it, or why it refuses it.
    async fn check(&mut self, secret: &str, headers: &HeaderMap, body: &str) -> Result<Value, String> {
        let headers: Value = headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
        let line = format!("{}\n", json!({ "secret": secret, "headers": headers, "body": body }));
        self.asks.write_all(line.as_bytes()).await.unwrap();
        let said = tokio::time::timeout(PATIENCE, self.says.next_line()).await.unwrap().unwrap().expect("the library answers");
        let said: Value = serde_json::from_str(&said).unwrap();
        said.get("taken").cloned().ok_or_else(|| said["refused"].as_str().unwrap().to_owned())
    }
}

/// A site whose clock says this, with an endpoint; the endpoint's id and secret, and the key of an administrator.
async fn with_endpoint(db: Db, clock: Clock) -> (Site, Endpoint, String, String, String) {
    let mut town = Town::on(db).await;
    town.app.clock = clock;
    let site = Site::of(town, |_| ()).await;
    let admin = site.key(Role::Administrator, None).await;
    let (endpoint, address) = Endpoint::open(&[]).await;
    let new = json!({ "name": "ERP", "url": format!("http://{address}/hook"), "kinds": ["fact.order.*"] });
    let made = site.post("/v1/webhooks", &admin, new).await.is(StatusCode::CREATED).body;
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (site, endpoint, text("id"), text("secret"), admin)
}

/// An order of now, in signs that are several bytes each.
async fn order(site: &Site, number: &str, admin: &str) {
    let at = chrono::DateTime::from_timestamp_micros(site.town.app.now().0).unwrap().to_rfc3339();
    let body = json!({ "order": number, "amount": 100, "currency": "CNY", "channel": "线下直销" });
    let fact = json!({ "id": number, "member": "华东轴承", "kind": "order.completed", "occurred_at": at, "body": body });
    site.post("/v1/facts", admin, json!({ "facts": [fact] })).await.is(StatusCode::OK);
}

/// What we send is taken by the library with the secret, and with either while two overlap; a wrong secret, a changed body, a changed id, a
/// timestamp that was changed and one that is far from now are refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_published_library_takes_what_we_send_and_nothing_else() {
    let Some(folder) = crate::node::ready("standardwebhooks", "verify.js", "the published library for webhooks") else { return };
    db::testing::each(HISTORY, async |db| {
        let mut library = Verifier::start(&folder);
        let (site, endpoint, id, secret, admin) = with_endpoint(db, Clock::System).await;
        site.town.member("华东轴承").await;
        order(&site, "SO-1", &admin).await;
        let (headers, body) = endpoint.until(1).await.remove(0);
        let taken = library.check(&secret, &headers, &body).await.unwrap();
        assert_eq!((&taken["subject"], &taken["data"]["body"]["channel"]), (&json!("华东轴承"), &json!("线下直销")));
        assert_eq!(taken["id"], headers["webhook-id"].to_str().unwrap());

        let unmatched = Err("No matching signature found".to_owned());
        let wrong = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert_eq!(library.check(wrong, &headers, &body).await, unmatched);
        assert_eq!(library.check(&secret, &headers, &body.replace("SO-1", "SO-2")).await, unmatched);
        for (name, value) in [("webhook-id", "evt_0"), ("webhook-timestamp", &(site.town.app.now().0 / 1_000_000 - 60).to_string())] {
            let mut changed = headers.clone();
            changed.insert(name, value.parse().unwrap());
            assert_eq!(library.check(&secret, &changed, &body).await, unmatched, "{name}");
        }

        let rotated = site.post(&format!("/v1/webhooks/{id}/rotate"), &admin, json!({ "overlap_hours": 1 })).await.is(StatusCode::OK);
        let fresh = rotated.body["secret"].as_str().unwrap().to_owned();
        order(&site, "SO-2", &admin).await;
        let (headers, body) = endpoint.until(2).await.remove(1);
        for secret in [&secret, &fresh] {
            assert_eq!(library.check(secret, &headers, &body).await.unwrap()["data"]["id"], "SO-2");
        }
        assert_eq!(library.check(wrong, &headers, &body).await, unmatched);
        let ended = site.post(&format!("/v1/webhooks/{id}/rotate"), &admin, json!({ "overlap_hours": 0 })).await.is(StatusCode::OK);
        order(&site, "SO-3", &admin).await;
        let (headers, body) = endpoint.until(3).await.remove(2);
        assert!(library.check(ended.body["secret"].as_str().unwrap(), &headers, &body).await.is_ok());
        for secret in [&secret, &fresh] {
            assert_eq!(library.check(secret, &headers, &body).await, unmatched, "without overlap the old secret signs no more");
        }
        site.stop().await;
    })
    .await;
}

/// What was signed long ago, or is said to be signed in the future, is refused whatever its signature.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_published_library_refuses_what_was_signed_at_another_time() {
    let Some(folder) = crate::node::ready("standardwebhooks", "verify.js", "the published library for webhooks") else { return };
    for (shift, why) in [(-FAR_US, "Message timestamp too old"), (FAR_US, "Message timestamp too new")] {
        db::testing::each(HISTORY, async |db| {
            let mut library = Verifier::start(&folder);
            let clock = Clock::Fixed(Instant(Clock::System.now().0 + shift));
            let (site, endpoint, _, secret, admin) = with_endpoint(db, clock).await;
            site.town.member("华东轴承").await;
            order(&site, "SO-1", &admin).await;
            let (headers, body) = endpoint.until(1).await.remove(0);
            assert_eq!(library.check(&secret, &headers, &body).await, Err(why.to_owned()));
            site.stop().await;
        })
        .await;
    }
}
