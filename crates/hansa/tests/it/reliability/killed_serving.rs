//! `kill -9` at random moments of `hansa serve`, while clients post facts and an endpoint takes webhooks: nothing acknowledged is lost, of every
//! acknowledged fact the endpoint hears at least once, and what it hears twice carries the id it had.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::DateTime;
use hansa::clock::Clock;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::command_line::{Place, STANDARD, command};

const ROUNDS: usize = 8;
const CLIENTS: usize = 8;
const MEMBERS: usize = 5;
/// The endpoint refuses every so manieth message: what is under way when the process dies is sent for the first time or again.
const REFUSED_EVERY: usize = 9;
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn every_acknowledged_fact_is_told_whenever_the_server_is_killed() {
    for (seed, place) in Place::each().enumerate() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (acknowledged, messages) = runtime.block_on(killed_again_and_again(&place, seed as u64));
        check(&place, &acknowledged, &messages);
        // What was written is sound, as whoever comes afterwards sees it.
        let verified = crate::command_line::hansa(&[place.only(), vec!["verify"]].concat()).ends(0);
        assert!(verified.out.contains(" 0 differences"), "{}", verified.out);
    }
}

async fn killed_again_and_again(place: &Place, seed: u64) -> (BTreeSet<String>, Arc<Messages>) {
    crate::command_line::hansa(&[place.only(), vec!["program", "apply", STANDARD]].concat()).ends(0);
    let made = [place.only(), vec!["--json", "key", "create", "load", "--role", "administrator"]].concat();
    let key = crate::command_line::hansa(&made).ends(0).json()["secret"].as_str().unwrap().to_owned();
    let endpoint = Endpoint::open().await;
    let client = hansa::http::outgoing::client().build().unwrap();
    let (address, acknowledged, over) = (Mutex::default(), Mutex::default(), AtomicBool::new(false));
    let town = Arc::new(Town { key, client, address, acknowledged, over });

    let mut server = Server::start(place, &[]).await;
    town.at(&server);
    for member in 0..MEMBERS {
        let id = format!("M{member}");
        assert_eq!(town.post("/v1/members", &json!({ "id": id, "name": id })).await.unwrap().0, 201);
    }
    let new = json!({ "name": "ERP", "url": endpoint.url, "kinds": ["fact.order.completed"] });
    assert_eq!(town.post("/v1/webhooks", &new).await.unwrap().0, 201);

    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(town.clone().posts(client));
    }
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    for round in 0..ROUNDS {
        tokio::time::sleep(Duration::from_millis(chance.random_range(100..1_200))).await;
        server.killed();
        if round % 4 == 3 {
            // It dies while it starts, too.
            let mut starting = Server::spawn(place, &[]);
            tokio::time::sleep(Duration::from_millis(chance.random_range(0..150))).await;
            starting.kill().unwrap();
            starting.wait().unwrap();
        }
        server = Server::start(place, &[]).await;
        town.at(&server);
    }
    town.over.store(true, Ordering::Relaxed);
    clients.join_all().await;
    server.killed();

    // Two hours later every lease has ended and every wait is over.
    endpoint.messages.refuses.store(false, Ordering::Relaxed);
    let later = in_hours(2);
    let server = Server::start(place, &["--now", &later]).await;
    let acknowledged = town.acknowledged.lock().unwrap().clone();
    endpoint.messages.until_all(&acknowledged).await;
    server.killed();
    (acknowledged, endpoint.messages)
}

fn check(place: &Place, acknowledged: &BTreeSet<String>, messages: &Messages) {
    let heard = messages.heard.lock().unwrap();
    let stored: BTreeSet<String> = place.inside(async |town| {
        let sql = "SELECT id FROM fact WHERE kind = 'order.completed'";
        let rows = town.app.db.read().query_all_raw(Statement::from_string(town.app.db.read().get_database_backend(), sql)).await;
        rows.unwrap().iter().map(|row| row.try_get("", "id").unwrap()).collect()
    });
    assert!(acknowledged.is_subset(&stored), "an acknowledged fact is gone");
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut bodies: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, fact, body) in heard.iter() {
        ids.entry(fact).or_default().insert(id);
        bodies.entry(id).or_default().insert(body);
    }
    assert!(ids.keys().all(|fact| stored.contains(*fact)), "what was told is on record");
    assert!(acknowledged.iter().all(|fact| ids.contains_key(fact.as_str())), "of an acknowledged fact nothing was heard");
    assert!(ids.values().all(|ids| ids.len() == 1), "one event, one id: {:?}", ids.iter().find(|(_, ids)| ids.len() > 1));
    assert!(bodies.values().all(|bodies| bodies.len() == 1), "one id, one message");
    let (facts, refused) = (acknowledged.len(), messages.refused.load(Ordering::Relaxed));
    eprintln!(
        "{ROUNDS} kills, {facts} acknowledged facts, {} messages for {} events, {refused} of them refused",
        heard.len(),
        bodies.len()
    );
    assert!(facts > 200 && refused > 10, "{facts} facts, {refused} refused: too few to say anything");
}

/// So many hours from now, as the machine's clock says.
fn in_hours(hours: i64) -> String {
    DateTime::from_timestamp_micros(Clock::System.now().0 + hours * 3_600_000_000).unwrap().to_rfc3339()
}

/// Clients and what they were told.
struct Town {
    key: String,
    address: Mutex<String>,
    client: reqwest::Client,
    acknowledged: Mutex<BTreeSet<String>>,
    over: AtomicBool,
}

impl Town {
    fn at(&self, server: &Server) {
        self.address.lock().unwrap().clone_from(&server.address);
    }

    /// One order after the other. What was not acknowledged is sent again, with its id, until it is.
    async fn posts(self: Arc<Town>, client: usize) {
        for n in 0.. {
            let id = format!("c{client}n{n}");
            let body = json!({ "order": id, "amount": 1_000, "currency": "CNY" });
            let fact = json!({ "id": id, "member": format!("M{}", (client + n) % MEMBERS), "kind": "order.completed", "occurred_at": in_hours(0), "body": body });
            let facts = json!({ "facts": [fact] });
            loop {
                match self.post("/v1/facts", &facts).await {
                    Some((200, said)) => {
                        let outcome = said["facts"][0]["outcome"].as_str().unwrap();
                        assert!(matches!(outcome, "recorded" | "known"), "{said:#}");
                        self.acknowledged.lock().unwrap().insert(id);
                        break;
                    }
                    Some((status, said)) => panic!("{status}: {said:#}"),
                    None if self.over.load(Ordering::Relaxed) => return,
                    None => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
            if self.over.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// The answer, if one came whole.
    async fn post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        let address = format!("http://{}{path}", self.address.lock().unwrap());
        let answer = self.client.post(address).bearer_auth(&self.key).json(body).send().await.ok()?;
        Some((answer.status().as_u16(), answer.json().await.ok()?))
    }
}

/// What the endpoint heard: id, fact, body.
#[derive(Default)]
struct Messages {
    heard: Mutex<Vec<(String, String, String)>>,
    came: AtomicUsize,
    refused: AtomicUsize,
    refuses: AtomicBool,
}

impl Messages {
    async fn until_all(&self, facts: &BTreeSet<String>) {
        let all = async {
            loop {
                let missing = {
                    let heard = self.heard.lock().unwrap();
                    let heard: BTreeSet<&str> = heard.iter().map(|(_, fact, _)| fact.as_str()).collect();
                    facts.iter().filter(|fact| !heard.contains(fact.as_str())).count()
                };
                if missing == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        // What is missing then is named by the check.
        let _ = tokio::time::timeout(PATIENCE, all).await;
    }
}

struct Endpoint {
    url: String,
    messages: Arc<Messages>,
}

impl Endpoint {
    async fn open() -> Endpoint {
        let messages = Arc::new(Messages { refuses: AtomicBool::new(true), ..Messages::default() });
        let take = async |State(messages): State<Arc<Messages>>, headers: HeaderMap, body: String| {
            if messages.came.fetch_add(1, Ordering::Relaxed) % REFUSED_EVERY == 0 && messages.refuses.load(Ordering::Relaxed) {
                messages.refused.fetch_add(1, Ordering::Relaxed);
                return StatusCode::SERVICE_UNAVAILABLE;
            }
            let event: Value = serde_json::from_str(&body).unwrap();
            let (id, fact) = (headers["webhook-id"].to_str().unwrap().to_owned(), event["data"]["id"].as_str().unwrap().to_owned());
            messages.heard.lock().unwrap().push((id, fact, body));
            StatusCode::NO_CONTENT
        };
        let router = axum::Router::new().route("/hook", axum::routing::post(take)).with_state(messages.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Endpoint { url, messages }
    }
}

/// `hansa serve`, on the machine's clock unless told otherwise.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn spawn(place: &Place, args: &[&str]) -> Child {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--public-url", "https://hansa.example", "--webhooks-inside", "--rate", "100000"];
        command(&[place.only(), serve.to_vec(), args.to_vec()].concat()).stdout(Stdio::piped()).spawn().unwrap()
    }

    async fn start(place: &Place, args: &[&str]) -> Server {
        let mut process = Server::spawn(place, args);
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let started = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            while !line.contains("http://") {
                line.clear();
                assert!(out.read_line(&mut line).unwrap() > 0, "the server ended before it served");
            }
            line.split("http://").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
        });
        let address = started.await.unwrap();
        let client = hansa::http::outgoing::client().build().unwrap();
        // It says where it is before it answers.
        while client.get(format!("http://{address}/healthz")).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Server { process, address }
    }

    fn killed(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
