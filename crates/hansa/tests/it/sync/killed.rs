//! `hansa sync` and `hansa serve --sync` as processes: killed at random moments, on a schedule, listed.

use std::process::Stdio;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::ORDERS;
use super::erp::Erp;
use crate::command_line::serving::Server;
use crate::command_line::{Place, STANDARD, command};

const COUNT: usize = 1_200;
const VARIABLES: [(&str, &str); 1] = [("ERP_TOKEN", "let me in")];
/// Kills before a run is left alone.
const KILLS: usize = 12;

fn source(url: &str, more: &str) -> String {
    format!(
        "name = \"erp-orders\"\nmapping = \"map.toml\"\nkey = \"no\"\nbatch = 60\n{more}\n[rest]\nurl = \"{url}/cursor?size=30\"\nitems = \"/data/list\"\n\
         bearer_env = \"ERP_TOKEN\"\nposition = \"updated_at\"\nsince = \"since\"\ncursor = {{ parameter = \"at\", next = \"/next\" }}\n"
    )
}

/// Whenever it is killed, what was written stays, the next run goes on behind it, and in the end each order is there once.
#[test]
fn a_run_that_is_killed_goes_on_and_doubles_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for (seed, place) in Place::each().enumerate() {
        let (erp, url) = runtime.block_on(Erp::open());
        erp.orders(COUNT);
        *erp.slow.lock().unwrap() = 5;
        place.run(&["program", "apply", STANDARD]).ends(0);
        place.file("map.toml", ORDERS);
        let file = place.file("erp.toml", source(&url, ""));
        let files = place.file("files", "");
        std::fs::remove_file(&files).unwrap();
        let args = place.args(&["--files", &files, "sync", &file]);
        let mut chance = ChaCha8Rng::seed_from_u64(seed as u64);
        let (mut kills, mut resumed) = (0, 0);
        loop {
            let mut running = command(&args).envs(VARIABLES).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            if kills == KILLS {
                assert!(running.wait().unwrap().success());
                break;
            }
            std::thread::sleep(Duration::from_millis(chance.random_range(150..900)));
            kills += 1;
            let over = running.try_wait().unwrap().is_some();
            running.kill().unwrap();
            running.wait().unwrap();
            let first = erp.queries().first().cloned().unwrap_or_default();
            resumed += usize::from(first.contains("at="));
            if over {
                break;
            }
        }
        assert!(resumed > 0, "it never went on in the middle");
        let counted = place.inside(async |town| {
            let all = town.number("SELECT COUNT(*) FROM fact WHERE kind = 'order.completed'").await;
            (all, town.number("SELECT COUNT(DISTINCT id) FROM fact WHERE kind = 'order.completed'").await)
        });
        assert_eq!(counted, (COUNT as i64, COUNT as i64));
        assert!(place.run(&["verify"]).ends(0).out.contains(" 0 differences"));
        eprintln!("{kills} kills, {resumed} runs that went on in the middle");
        let shown = place.json(&["sync", "show", "erp-orders"]);
        assert_eq!((&shown["state"], &shown["position"]["since"][0]), (&"done".into(), &"2026-07-01T20:00:00Z".into()), "{shown:#}");
    }
}

/// `serve --sync` reads a source that was never read at once, and from then on by its schedule; what came is seen beside it.
#[test]
fn a_server_reads_sources_on_their_schedule() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (erp, url) = runtime.block_on(Erp::open());
    erp.orders(7);
    let place = Place::sqlite();
    place.run(&["program", "apply", STANDARD]).ends(0);
    place.file("map.toml", ORDERS);
    let file = place.file("erp.toml", source(&url, "schedule = \"*/5 * * * *\"\ntime_zone = \"Asia/Shanghai\""));
    let server = Server::with(&place, &["serve", "--sync", &file], &VARIABLES);
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while place.json(&["sync", "list"])[0]["state"] != "done" {
        assert!(std::time::Instant::now() < deadline, "{:#}", place.json(&["sync", "list"]));
        std::thread::sleep(Duration::from_millis(50));
    }
    let shown = place.run(&["sync", "show", "erp-orders"]).ends(0).out;
    assert!(
        shown.contains("7 rows read: 7 accepted, 0 skipped, 0 rejected.") && shown.contains("read to   2026-07-01T00:07:00Z"),
        "{shown}"
    );
    assert!(shown.contains(&format!("{url}/cursor")) && !shown.contains("size=30"), "a query may hold secrets: {shown}");
    assert_eq!(server.interrupted(), Some(0));
    assert_eq!(erp.queries().len(), 1);
    let plain = place.file("once.toml", source(&url, ""));
    let args = place.args(&["serve", "--listen", "127.0.0.1:0", "--sync", &plain]);
    let refused = command(&args).envs(VARIABLES).output().unwrap();
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("there is no `schedule` in it"));
    // By hand, as text.
    erp.order(8, "00:09:00");
    let args = place.args(&["sync", &plain]);
    let ran = command(&args).envs(VARIABLES).output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8(ran.stderr).unwrap());
    assert!(
        said.contains("2 rows read: 2 accepted")
            && said.contains("1 order.completed recorded")
            && said.contains("Read up to 2026-07-01T00:09:00Z."),
        "{said}"
    );
    assert!(place.run(&["sync", "show", "crm"]).ends(3).err.contains("`crm` was never read"));
    *erp.trouble.lock().unwrap() = vec![axum::http::StatusCode::NOT_FOUND];
    let failed = command(&args).envs(VARIABLES).output().unwrap();
    assert_eq!(failed.status.code(), Some(1), "the source failed");
    assert!(place.run(&["sync", "list"]).ends(0).out.contains("failed"));
}
