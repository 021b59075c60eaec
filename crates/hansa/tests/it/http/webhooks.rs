//! Events as a stream, and webhooks to a real server: signed, tried again, paused, rotated, replayed.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode as Status};
use db::testing::each as each_database;
use hansa::access::Role;
use hansa::app::App;
use hansa::clock::Clock;
use hansa::events;
use hansa::schema::HISTORY;
use hansa::webhooks::{self, Reach, Sender};
use ledger::Instant;
use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{Site, each, sent};
use crate::town::Town;

/// What an endpoint got, and what it answers.
#[derive(Clone, Default)]
pub struct Endpoint {
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Endpoint {
    /// Answers these, one after the other, and then 204.
    pub async fn open(answers: &[u16]) -> (Endpoint, SocketAddr) {
        let endpoint = Endpoint { got: Arc::default(), answers: Arc::new(Mutex::new(answers.iter().rev().copied().collect())) };
        let take = async |State(endpoint): State<Endpoint>, headers: HeaderMap, body: String| {
            endpoint.got.lock().unwrap().push((headers, body));
            let status = endpoint.answers.lock().unwrap().pop().unwrap_or(204);
            (Status::from_u16(status).unwrap(), "not now\u{7}")
        };
        let router = axum::Router::new().route("/hook", axum::routing::post(take)).with_state(endpoint.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        (endpoint, address)
    }

    fn got(&self) -> Vec<(HeaderMap, String)> {
        self.got.lock().unwrap().clone()
    }

    /// Waits until so many messages came; the test's own time limit ends it otherwise.
    pub async fn until(&self, count: usize) -> Vec<(HeaderMap, String)> {
        loop {
            let got = self.got();
            if got.len() >= count {
                return got;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}

async fn events_of(site: &Site, path: &str, key: &str) -> Value {
    visible(&site.town).await;
    site.get(path, key).await.is(StatusCode::OK).body
}

/// Events from a place on until so many are told: transactions of other databases of the server hold them up as well.
async fn told(town: &Town, mut place: events::Place, count: usize) -> (Vec<events::Event>, events::Place) {
    let mut all = Vec::new();
    for _ in 0..10_000 {
        let (mut more, end) = events::after(&town.app, place, &[], 100).await.unwrap();
        place = end;
        all.append(&mut more);
        if all.len() >= count {
            break;
        }
    }
    (all, place)
}

/// Waits until nobody else's transaction holds up what is written.
async fn visible(town: &Town) {
    let written = usize::try_from(town.number("SELECT COUNT(*) FROM event").await).unwrap();
    assert_eq!(told(town, events::Place::default(), written).await.0.len(), written);
}

/// On PostgreSQL an event with a lower number may be committed after one with a higher: whoever reads waits for it, and gets each once and in one order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_an_older_transaction_is_not_passed_over() {
    let Some(database) = db::testing::TestDatabase::postgres(HISTORY).await else { return };
    let town = Town::on(database.db.clone()).await;
    town.member("acme").await.completed("2026-07-01", "SO1", 1_000).await.expect("taken");
    let written = usize::try_from(town.number("SELECT COUNT(*) FROM event").await).unwrap();
    let (before, place) = told(&town, events::Place::default(), written).await;
    assert!(written > 0 && before.len() == written);
    let again = |id: &str| {
        format!(
            "INSERT INTO event (at, kind, member_id, subject) SELECT 0, '{id}', 'acme', subject FROM event WHERE kind = 'fact.order.completed' AND at > 0"
        )
    };
    let (begun, wait) = (Arc::new(tokio::sync::Notify::new()), Arc::new(tokio::sync::Notify::new()));
    let (db, old, seen, go) = (town.app.db.clone(), again("old"), begun.clone(), wait.clone());
    let older = tokio::spawn(async move {
        let (old, seen, go) = (&old, &seen, &go);
        db.write(|tx| async move {
            tx.execute_unprepared(old).await?;
            seen.notify_one();
            go.notified().await;
            Ok::<_, sea_orm::DbErr>(())
        })
        .await
    });
    begun.notified().await;
    town.run(&again("young")).await;
    let (none, still) = events::after(&town.app, place, &[], 100).await.unwrap();
    assert_eq!((none.len(), still), (0, place), "the younger one is not told before the older");
    wait.notify_one();
    older.await.unwrap().unwrap();
    let (both, end) = told(&town, place, 2).await;
    assert_eq!(both.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["old", "young"]);
    assert!(events::after(&town.app, end, &[], 100).await.unwrap().0.is_empty());
}

/// Whoever asks first, all at once, is told the same name of the stream: an event has one id.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_stream_has_one_name_however_many_ask_first() {
    each_database(HISTORY, async |db| {
        let town = Town::on(db).await;
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let app = town.app.clone();
            asking.spawn(async move { events::stream(&app).await.unwrap() });
        }
        let names: std::collections::HashSet<String> = asking.join_all().await.into_iter().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    })
    .await;
}

/// What happened is told once each, in order, from a place on, by kind; whoever waits hears of it when it happens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_tells_each_event_once_and_whoever_waits_hears() {
    each(async |site| {
        let operator = site.key(Role::MembershipOperator, None).await;
        site.town.member("acme").await;
        let nothing = events_of(&site, "/v1/events", &operator).await;
        assert_eq!(nothing["items"], json!([]));
        site.order("o-1", "acme", 80_000_000, &operator).await.is(StatusCode::OK);
        let first = events_of(&site, "/v1/events", &operator).await;
        let kinds: Vec<&str> = first["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "fact.order.completed").count(), 1, "{kinds:?}");
        assert!(kinds.contains(&"tier.changed"), "{kinds:?}");
        let fact = first["items"].as_array().unwrap().iter().find(|one| one["kind"] == "fact.order.completed").unwrap();
        assert_eq!(
            (&fact["member"], &fact["data"]["id"], &fact["data"]["body"]["amount"]),
            (&json!("acme"), &json!("o-1"), &json!(80_000_000))
        );
        let tier = first["items"].as_array().unwrap().iter().find(|one| one["kind"] == "tier.changed").unwrap();
        assert!(tier["data"]["receipt"]["sentence"].as_str().is_some_and(|text| !text.is_empty()), "{tier:#}");
        assert_eq!(tier["data"]["withdrawn"], false);
        let next = first["next"].as_str().unwrap();
        let rest = events_of(&site, &format!("/v1/events?after={next}"), &operator).await;
        assert_eq!((&rest["items"], rest["next"].as_str()), (&json!([]), Some(next)));
        // One by one it is the same.
        let (mut one_by_one, mut place) = (Vec::new(), String::new());
        loop {
            let page = events_of(&site, &format!("/v1/events?limit=1{place}"), &operator).await;
            if page["items"] == json!([]) {
                break;
            }
            one_by_one.extend(page["items"].as_array().unwrap().clone());
            place = format!("&after={}", page["next"].as_str().unwrap());
        }
        assert_eq!(json!(one_by_one), first["items"]);
        let waiting = format!("/v1/events?after={next}&wait=20&kinds=fact.order.*");
        let (heard, _) = tokio::join!(events_of(&site, &waiting, &operator), async {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            site.order("o-2", "acme", 100, &operator).await.is(StatusCode::OK)
        });
        assert_eq!((heard["items"].as_array().unwrap().len(), &heard["items"][0]["data"]["id"]), (1, &json!("o-2")), "{heard:#}");
        for (query, field) in [("kinds=fact.ordr.completed", "kinds"), ("wait=21", "wait"), ("after=abc", "after"), ("limit=0", "limit")] {
            let refused = site.get(&format!("/v1/events?{query}"), &operator).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
            assert_eq!(refused.body["field"], field);
        }
        // History is not told.
        site.town.member("old").await.completed("2020-03-01", "SO1", 60_000).await.expect("taken");
        let now = events_of(&site, &format!("/v1/events?after={}", heard["next"].as_str().unwrap()), &operator).await;
        assert!(now["items"].as_array().unwrap().iter().all(|one| one["data"]["kind"] != "order.completed"), "{now:#}");
        // What is not kept is not passed over in silence.
        let (app, at) = (&site.town.app, Instant(site.town.app.now().0 + 1));
        app.db.write(|tx| async move { events::forget_before(&tx, at).await }).await.unwrap();
        site.get("/v1/events?limit=1", &operator).await.is(StatusCode::OK);
        let gone = events_of(&site, "/v1/events?after=now", &operator).await["next"].as_str().unwrap().to_owned();
        events_of(&site, &format!("/v1/events?after={gone}"), &operator).await;
        let begin = one_by_one.first().map(|_| place.clone()).unwrap();
        site.get(&format!("/v1/events?limit=1{begin}"), &operator).await.refused(StatusCode::GONE, "position-gone");
        app.db.write(|tx| async move { events::forget(&tx).await }).await.unwrap();
        site.get(&format!("/v1/events?after={gone}"), &operator).await.refused(StatusCode::GONE, "position-gone");
        site.stop().await;
    })
    .await;
}

/// An endpoint gets what it asked for, once, as a signed CloudEvent; with both secrets for a while after a rotation; and its secret stands nowhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_gets_signed_cloud_events() {
    each(async |site| {
        let admin = site.key(Role::Administrator, None).await;
        let (endpoint, address) = Endpoint::open(&[]).await;
        site.town.member("acme").await;
        let new = json!({ "name": "ERP", "url": format!("http://{address}/hook"), "kinds": ["fact.order.*"] });
        let made = site.post("/v1/webhooks", &admin, new).await.is(StatusCode::CREATED);
        let (id, secret) = (made.body["id"].as_str().unwrap().to_owned(), made.body["secret"].as_str().unwrap().to_owned());
        assert!(secret.starts_with("whsec_"));
        site.order("o-1", "acme", 80_000_000, &admin).await.is(StatusCode::OK);
        let got = endpoint.until(1).await;
        let mut ids = Vec::new();
        for (headers, body) in &got {
            let header = |name: &str| headers[name].to_str().unwrap();
            let event: Value = serde_json::from_str(body).unwrap();
            assert_eq!(header("content-type"), "application/cloudevents+json; charset=utf-8");
            assert_eq!(
                (&event["specversion"], &event["source"], &event["subject"]),
                (&json!("1.0"), &json!("https://hansa.example"), &json!("acme"))
            );
            assert_eq!(event["id"], header("webhook-id"));
            let at: i64 = header("webhook-timestamp").parse().unwrap();
            assert_eq!(at, site.town.app.now().0 / 1_000_000);
            verified(&secret, header("webhook-id"), at, body, header("webhook-signature"));
            ids.push(event["id"].clone());
            assert_eq!(event["type"], "hansa.fact.order.completed");
        }
        ids.dedup();
        assert_eq!(ids.len(), got.len(), "each once");
        let rotated = site.post(&format!("/v1/webhooks/{id}/rotate"), &admin, json!({ "overlap_hours": 1 })).await.is(StatusCode::OK);
        let fresh = rotated.body["secret"].as_str().unwrap().to_owned();
        assert_ne!(fresh, secret);
        site.order("o-2", "acme", 100, &admin).await.is(StatusCode::OK);
        let got = endpoint.until(got.len() + 1).await;
        let (headers, body) = got.last().unwrap();
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        for secret in [&fresh, &secret] {
            verified(secret, &header("webhook-id"), header("webhook-timestamp").parse().unwrap(), body, &header("webhook-signature"));
        }
        // What came of it is written after the answer.
        let log = loop {
            let log = site.get(&format!("/v1/webhooks/{id}/deliveries?state=done"), &admin).await.is(StatusCode::OK).body;
            if log["items"][0]["event"] == header("webhook-id") {
                break log;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        assert_eq!((&log["items"][0]["status"], &log["items"][0]["attempts"]), (&json!(204), &json!(1)), "{log:#}");
        let kept = site.town.number(&format!("SELECT COUNT(*) FROM webhook WHERE secret LIKE '%{}%'", &secret[6..20])).await;
        assert_eq!(kept, 0, "the secret is sealed");
        for (field, wrong) in [
            ("url", json!({ "name": "x", "url": "ftp://example.com" })),
            ("kinds", json!({ "name": "x", "url": "https://example.com", "kinds": ["nothing"] })),
            ("name", json!({ "name": " ", "url": "https://example.com" })),
        ] {
            let refused = site.post("/v1/webhooks", &admin, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field);
        }
        sent(site.ask(Method::DELETE, &format!("/v1/webhooks/{id}"), &admin)).await.is(StatusCode::NO_CONTENT);
        site.get(&format!("/v1/webhooks/{id}"), &admin).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.stop().await;
    })
    .await;
}

/// The signature as the specification says it, computed here by itself.
fn verified(secret: &str, id: &str, at: i64, body: &str, signatures: &str) {
    use base64::Engine;
    use hmac::{KeyInit, Mac};
    let key = base64::engine::general_purpose::STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = <hmac::Hmac<sha2::Sha256> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    let right = format!("v1,{}", base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes()));
    assert!(signatures.split(' ').any(|one| one == right), "{signatures}");
}

/// A town on a later instant with the same keys.
fn at_hour(app: &App, hours: i64) -> i64 {
    app.now().0 + hours * 3_600_000_000
}

async fn on(town: &Town, at: i64) -> App {
    let mut app = App::with(town.app.db.clone(), Clock::Fixed(Instant(at))).await.unwrap();
    app.vault = town.app.vault.clone();
    app
}

/// What fails is tried again with the same id, later each time; an endpoint that only fails is paused, then disabled; what is given up can be sent again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_is_tried_again_and_an_endpoint_that_only_fails_is_left_alone() {
    each_database(HISTORY, async |db| {
        let town = Town::on(db).await;
        let (endpoint, address) = Endpoint::open(&[500, 503, 200]).await;
        let sender = Sender::new(Reach::Anybody, "https://hansa.example").unwrap();
        town.member("acme").await;
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let sealed = town.app.vault.seal("webhook", secret);
        let put = format!(
            "INSERT INTO webhook (id, name, url, kinds, secret, created_at, place_xid, place_seq, failures) \
             VALUES ('w', 'w', 'http://{address}/hook', 'fact.order.completed', '{sealed}', 0, 0, 0, 0)"
        );
        town.run(&put).await;
        let order = town.member("acme").await;
        order.completed("2026-07-01", "SO1", 1_000).await.expect("taken");
        // Nothing that a fixed clock holds back: each round is on a later hour.
        let start = town.app.now().0;
        visible(&town).await;
        webhooks::round(&on(&town, start).await, &sender).await.unwrap();
        assert_eq!(endpoint.got().len(), 1);
        webhooks::round(&on(&town, start).await, &sender).await.unwrap();
        assert_eq!(endpoint.got().len(), 1, "not before its time");
        let log = log(&town).await;
        assert_eq!((log.status, log.attempts, log.error.as_deref()), (Some(500), 1, Some("not now")));
        webhooks::round(&on(&town, start + 5_000_000).await, &sender).await.unwrap();
        webhooks::round(&on(&town, start + 40_000_000).await, &sender).await.unwrap();
        let got = endpoint.got();
        assert_eq!(got.len(), 3);
        assert!(
            got.iter().all(|(headers, body)| headers["webhook-id"] == got[0].0["webhook-id"] && *body == got[0].1),
            "always the same message"
        );
        assert_eq!(town.number("SELECT COUNT(*) FROM delivery WHERE done_at IS NOT NULL").await, 1);
        assert_eq!(town.number("SELECT failures FROM webhook").await, 0, "a success closes the breaker");

        // From now on it refuses everything.
        endpoint.answers.lock().unwrap().extend(vec![500; 1_000]);
        for number in 2..=12 {
            order.completed("2026-07-01", &format!("SO{number}"), 1_000).await.expect("taken");
        }
        visible(&town).await;
        webhooks::round(&on(&town, start).await, &sender).await.unwrap();
        assert!(town.number("SELECT failures FROM webhook").await >= 10);
        assert!(town.number("SELECT paused_until FROM webhook").await > start, "it is paused");
        let before = endpoint.got().len();
        webhooks::round(&on(&town, start + 5_000_000).await, &sender).await.unwrap();
        assert_eq!(endpoint.got().len(), before, "and left alone");
        for hour in 1..=130 {
            if hour % 12 == 0 {
                order.completed("2026-07-01", &format!("SO-late-{hour}"), 1_000).await.expect("taken");
            }
            webhooks::round(&on(&town, at_hour(&town.app, hour)).await, &sender).await.unwrap();
        }
        assert_eq!(town.number("SELECT COUNT(*) FROM webhook WHERE disabled_at IS NOT NULL AND disabled_why LIKE '%five days%'").await, 1);
        assert!(
            town.number("SELECT COUNT(*) FROM delivery WHERE failed_at IS NOT NULL").await >= 11,
            "what came first was given up after three days"
        );
        assert!(town.number("SELECT MAX(attempts) FROM delivery").await <= 13);
        // Enabled again and asked for: what was given up comes with the ids it had.
        let ids = |got: &[(HeaderMap, String)]| {
            got.iter().map(|(headers, _)| headers["webhook-id"].clone()).collect::<std::collections::HashSet<_>>()
        };
        let before = ids(&endpoint.got());
        endpoint.answers.lock().unwrap().clear();
        town.run("UPDATE webhook SET disabled_at = NULL, failures = 0, failing_since = NULL, paused_until = NULL").await;
        town.run("UPDATE delivery SET due_at = 0, attempts = 0, failed_at = NULL WHERE failed_at IS NOT NULL").await;
        let later = on(&town, at_hour(&town.app, 200)).await;
        visible(&town).await;
        while webhooks::round(&later, &sender).await.unwrap() > 0 {}
        assert_eq!(town.number("SELECT COUNT(*) FROM delivery WHERE done_at IS NULL").await, 0);
        let facts = town.number("SELECT COUNT(*) FROM event WHERE kind = 'fact.order.completed'").await;
        assert_eq!(town.number("SELECT COUNT(*) FROM delivery").await, facts, "each event is taken once, and none is lost");
        let after = ids(&endpoint.got());
        assert!(before.is_subset(&after) && i64::try_from(after.len()).unwrap() == facts);
    })
    .await;
}

async fn log(town: &Town) -> webhooks::Delivery {
    webhooks::log(town.app.db.read(), "w", "", None, 10).await.unwrap().remove(0)
}
