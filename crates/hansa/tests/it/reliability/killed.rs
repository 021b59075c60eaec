//! `kill -9` at random moments of a write load: every acknowledged fact is there, the books balance, verification passes.
//!
//! The writer is this very test program, started again as a process of its own; see [`a_writer_until_it_is_killed`].

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use db::{Durability, Location};
use hansa::app::App;
use hansa::clock::Clock;
use hansa::program::apply;
use program::fact::Fact;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use tokio::task::JoinSet;

use crate::town::{STANDARD, Town, at, fact};

/// Tells the started process where to write; without it that test is no writer.
const FOLDER: &str = "HANSA_TEST_KILLED_FOLDER";
const ROUND: &str = "HANSA_TEST_KILLED_ROUND";
const FOLDERS: u64 = 5;
const ROUNDS: u64 = 14;
const CLIENTS: u64 = 8;
const MEMBERS: u64 = 4;

#[test]
fn every_acknowledged_write_survives_being_killed() {
    let mut chance = ChaCha8Rng::seed_from_u64(9);
    let (mut kills, mut under_load, mut survived) = (0, 0, 0);
    for _ in 0..FOLDERS {
        let folder = tempfile::tempdir().unwrap();
        let mut acknowledged = Vec::new();
        for round in 0..ROUNDS {
            let writer = Writer::start(folder.path(), round);
            // Now and then it dies while it opens, migrates or replays its log.
            let during_start = round % 4 == 3;
            let pause = if during_start { chance.random_range(0..60) } else { chance.random_range(5..120) };
            acknowledged.extend(writer.killed(during_start, Duration::from_millis(pause)));
            kills += 1;
            under_load += u32::from(!during_start);
            check(folder.path(), &acknowledged);
        }
        survived += acknowledged.len();
    }
    eprintln!("{kills} kills, {under_load} of them under load, {survived} acknowledged facts, none lost");
    assert!(under_load >= 50 && survived > 500, "{survived} facts are too few to say anything");
}

/// What a restarted process finds, first beside no writer as `hansa verify` looks, then as the next writer.
fn check(folder: &Path, acknowledged: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let app = App::open(&Location::folder(folder), Durability::Full, Clock::Fixed(at("2026-07-01"))).await.unwrap();
        if app.timeline().is_ok() {
            let town = Town { app: app.clone() };
            let rows = db::select_in(
                app.db.read(),
                "SELECT id FROM fact WHERE id IN {keys}",
                &[],
                acknowledged.iter().map(|id| id.clone().into()),
            );
            assert_eq!(rows.await.unwrap().len(), acknowledged.len(), "an acknowledged fact is gone");
            town.sound().await;
        } else {
            assert!(acknowledged.is_empty());
        }
        app.db.close().await.unwrap();
    });
}

/// A process that writes until it is killed.
struct Writer {
    process: Child,
    said: Receiver<String>,
}

impl Writer {
    fn start(folder: &Path, round: u64) -> Writer {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "reliability::killed::a_writer_until_it_is_killed", "--nocapture", "--include-ignored"])
            .env(FOLDER, folder)
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let (tell, said) = channel();
        thread::spawn(move || {
            let mut line = String::new();
            // Half a line is no acknowledgement: whoever reads it cannot tell which fact it names.
            while out.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
                let _ = tell.send(line.trim_end().to_owned());
                line.clear();
            }
        });
        Writer { process, said }
    }

    /// Kills it so long after it is ready, or after it was started; what it had acknowledged.
    fn killed(mut self, during_start: bool, pause: Duration) -> Vec<String> {
        let mut acknowledged = Vec::new();
        if !during_start {
            let ready = |line: String| line == "ready";
            while !ready(self.said.recv_timeout(Duration::from_secs(60)).expect("the writer gets ready")) {}
        }
        thread::sleep(pause);
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        acknowledged.extend(self.said.iter().filter_map(|line| line.strip_prefix("ack ").map(str::to_owned)));
        acknowledged
    }
}

/// The writer: clients that send facts one after another and say which were acknowledged. Never ends by itself.
#[test]
#[ignore = "started by the test that kills it"]
#[expect(clippy::disallowed_methods, reason = "a process started by a test is told where to write")]
fn a_writer_until_it_is_killed() {
    let (Ok(folder), Ok(round)) = (std::env::var(FOLDER), std::env::var(ROUND)) else { return };
    let round: u64 = round.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let app = App::open(&Location::folder(folder), Durability::Full, Clock::Fixed(at("2026-07-01"))).await.unwrap();
        apply(&app, STANDARD, None, None, None).await.unwrap();
        let town = Town { app: app.clone() };
        town.members(&(0..MEMBERS).map(member).collect::<Vec<_>>()).await;
        say("ready");
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let app = app.clone();
            clients.spawn(async move {
                for n in 0.. {
                    let fact = load(round, client, n);
                    let id = fact.id.to_string();
                    if app.submit(fact).await.unwrap().is_ok() {
                        say(&format!("ack {id}"));
                    }
                }
            });
        }
        clients.join_all().await;
    });
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}

fn member(n: u64) -> String {
    format!("M{}", n % MEMBERS)
}

/// Orders, refunds, spending, and late facts that make a member's history be replayed.
fn load(round: u64, client: u64, n: u64) -> Fact {
    let member = member(client + n);
    let id = format!("r{round}c{client}n{n}");
    let order = |n: u64| format!("SO{round}-{client}-{n}");
    let moment = at("2026-01-01").0 + i64::try_from((round * 1_000 + n) * 60_000_000).unwrap();
    let money = |order: String, minor: u64| json!({ "order": order, "amount": minor, "currency": "CNY" });
    let (kind, body) = match n % 6 {
        0 | 3 => ("order.completed", money(order(n), 100_000 + n)),
        1 => ("points.adjusted", json!({ "unit": "points", "amount": 50, "reason": "goodwill" })),
        2 => ("points.spent", json!({ "unit": "points", "amount": 10 + n % 7 })),
        4 => ("order.refunded", money(order(n - 4), 30_000)),
        _ => ("survey.answered", json!({ "survey": "nps", "score": 9 })),
    };
    let day = if n % 18 == 5 { format!("2025-{:02}-{:02}", 1 + n % 12, 1 + n % 28) } else { "2026-01-01".to_owned() };
    let mut fact = fact(&id, &member, kind, &day, body);
    if day == "2026-01-01" {
        fact.occurred_at = ledger::Instant(moment);
        fact.recorded_at = fact.occurred_at;
    }
    fact
}
