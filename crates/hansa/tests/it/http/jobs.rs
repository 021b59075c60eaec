//! Jobs: asked for over HTTP, taken by whoever serves, given back, tried again, cancelled; upkeep that returns by itself.

use db::testing::each as each_database;
use hansa::access::Role;
use hansa::jobs::{self, Asked, Kind};
use hansa::language::Language;
use hansa::schema::HISTORY;
use hansa::simulate;
use ledger::Instant;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Site, each};
use crate::town::{STANDARD, Town};

/// The standard program with a first tier that everybody reaches.
fn easier() -> String {
    let easier = STANDARD.replace("enter = \"spend_12m >= 50000", "enter = \"spend_12m >= 1");
    assert_ne!(easier, STANDARD, "the program that ships has this threshold");
    easier
}

/// Asks until a job has ended; the test's own time limit ends it otherwise.
async fn ended(site: &Site, id: &str, key: &str) -> Value {
    loop {
        let job = site.get(&format!("/v1/jobs/{id}"), key).await.is(StatusCode::OK).body;
        if !["waiting", "running"].contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// A simulation asked for over HTTP says what the same simulation says when it is called directly, and nothing of it is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_simulation_runs_as_a_job() {
    each(async |site| {
        let (operator, analyst) = (site.key(Role::MembershipOperator, None).await, site.key(Role::Analyst, None).await);
        site.town.member("acme").await;
        site.order("o-1", "acme", 2_000_000, &operator).await.is(StatusCode::OK);
        let before = site.town.size().await;
        let asked = site.post("/v1/program/simulations", &analyst, json!({ "source": easier() })).await.is(StatusCode::ACCEPTED);
        let id = asked.body["id"].as_str().unwrap().to_owned();
        assert_eq!(asked.header("location"), format!("/v1/jobs/{}", id.replace('_', "%5F")));
        let job = ended(&site, &id, &analyst).await;
        assert_eq!((&job["state"], &job["done"], &job["total"]), (&json!("done"), &json!(1), &json!(1)), "{job:#}");
        let current = site.town.app.timeline().unwrap();
        let candidate = simulate::judging(&current, program::Program::parse(&easier()).unwrap(), None);
        let compared = simulate::simulate(&site.town.app, candidate.clone(), site.town.app.now(), |_| {}).await.unwrap();
        let reasons = simulate::why(&site.town.app, &candidate, &compared.movers, site.town.app.now(), Language::English).await.unwrap();
        assert_eq!(job["result"], simulate::told(&compared, &current, &candidate, site.town.app.now(), &reasons));
        assert_eq!(job["result"]["movers"][0]["member"], "acme", "{job:#}");
        assert_eq!(site.town.size().await, before);
        let listed = site.get("/v1/jobs?kind=simulate", &analyst).await.is(StatusCode::OK);
        assert_eq!((&listed.body["items"][0]["id"], &listed.body["items"][0]["result"]), (&json!(id), &Value::Null));
        site.post("/v1/jobs/nothing/cancel", &operator, json!({})).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.post(&format!("/v1/jobs/{id}/cancel"), &operator, json!({})).await.refused(StatusCode::CONFLICT, "refused");
        let wrong = site.post("/v1/program/simulations", &analyst, json!({ "source": "id = 1" })).await;
        assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY, "program-mistaken").body["field"], "source");
        site.stop().await;
    })
    .await;
}

/// A program that was applied judges everybody without anybody asking: the upkeep is due at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_applied_program_judges_everybody_by_itself() {
    each(async |site| {
        let operator = site.key(Role::MembershipOperator, None).await;
        site.town.member("acme").await;
        site.order("o-1", "acme", 2_000_000, &operator).await.is(StatusCode::OK);
        let tier = site.town.tier("acme", "buyer").await;
        let source = format!("retroactive = true\n{}", easier());
        site.post("/v1/program/versions", &operator, json!({ "source": source, "effective_from": "2026-01-01T00:00:00+08:00" }))
            .await
            .is(StatusCode::CREATED);
        loop {
            let job = site.get("/v1/jobs/evaluate", &operator).await.is(StatusCode::OK).body;
            if !job["finished_at"].is_null() {
                assert_eq!((&job["state"], &job["error"]), (&json!("waiting"), &Value::Null), "{job:#}");
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_ne!(site.town.tier("acme", "buyer").await, tier);
        site.town.sound().await;
        site.post("/v1/jobs/evaluate/cancel", &operator, json!({})).await.refused(StatusCode::CONFLICT, "refused");
        site.post("/v1/jobs/tidy/run", &operator, json!({})).await.is(StatusCode::ACCEPTED);
        site.stop().await;
    })
    .await;
}

async fn asked(town: &Town, id: &str, input: &str) {
    let asked =
        &Asked { id: id.to_owned(), kind: Kind::Simulate, actor: "staff:test".to_owned(), input: input.to_owned(), due_at: town.app.now() };
    town.app.db.write(|tx| async move { jobs::ask(&tx, asked.clone(), town.app.now()).await }).await.unwrap();
}

async fn job(town: &Town, id: &str) -> jobs::Job {
    jobs::find(town.app.db.read(), id).await.unwrap().expect("the job is there")
}

/// A job whose process died is taken again when its lease has ended, and fails when that happens too often; a refusal fails at once.
#[tokio::test]
async fn what_nobody_finished_is_begun_again_and_not_for_ever() {
    each_database(HISTORY, async |db| {
        let town = Town::on(db).await;
        asked(&town, "j-wrong", "no JSON").await;
        let source = serde_json::to_string(STANDARD).unwrap();
        asked(&town, "j-left", &format!("{{\"source\":{source},\"movers\":0}}")).await;
        let died = "UPDATE job SET state = 'running', attempts = attempts + 1, due_at = due_at + 60000000 WHERE id = 'j-left'";
        town.run(died).await;
        assert_eq!(jobs::round(&town.app).await.unwrap(), 1);
        let wrong = job(&town, "j-wrong").await;
        assert_eq!((wrong.state.as_str(), wrong.due_at), ("failed", None));
        assert!(wrong.error.is_some_and(|error| !error.is_empty()));
        assert_eq!(job(&town, "j-left").await.attempts, 1);

        let later = town.later("2026-07-02").await;
        assert!(jobs::round(&later.app).await.unwrap() >= 1, "its lease has ended");
        let left = job(&later, "j-left").await;
        assert_eq!((left.state.as_str(), left.attempts, left.error), ("done", 2, None));

        asked(&later, "j-deadly", "{}").await;
        later.run("UPDATE job SET state = 'running', attempts = 5 WHERE id = 'j-deadly'").await;
        jobs::round(&later.app).await.unwrap();
        let deadly = job(&later, "j-deadly").await;
        assert_eq!((deadly.state.as_str(), deadly.attempts, deadly.due_at), ("failed", 5, None));
    })
    .await;
}

/// Upkeep has one row a kind, is due again in its time, and removes what ended long ago and nothing else.
#[tokio::test]
async fn upkeep_returns_and_removes_what_has_ended() {
    each_database(HISTORY, async |db| {
        let town = Town::on(db).await;
        assert_eq!(jobs::round(&town.app).await.unwrap(), 0, "nothing is due on the first day");
        let now = town.app.now().0;
        let day = 86_400_000_000_i64;
        let (old, young) = (now - 100 * day, now);
        town.run("INSERT INTO person (id, email_mark, role, created_at) VALUES ('p', 'p', 'auditor', 0)").await;
        for (name, at) in [("old", old), ("young", young)] {
            town.run(&format!(
                "INSERT INTO session (id, person_id, hash, created_at, seen_at, expires_at) VALUES ('{name}', 'p', '{name}', {at}, {at}, {at})"
            ))
            .await;
            town.run(&format!(
                "INSERT INTO ticket (hash, person_id, purpose, tries, created_at, expires_at) VALUES ('{name}', 'p', 'code', 0, {at}, {at})"
            ))
            .await;
            town.run(&format!(
                "INSERT INTO mail (id, person_id, kind, created_at, due_at, attempts, sent_at) VALUES ('{name}', 'p', 'k', {at}, {at}, 1, {at})"
            ))
            .await;
            asked(&town, name, "{}").await;
            town.run(&format!("UPDATE job SET state = 'done', due_at = NULL, finished_at = {at} WHERE id = '{name}'")).await;
        }
        town.run(&format!("INSERT INTO mail (id, person_id, kind, sealed, created_at, due_at, attempts) VALUES ('waits', 'p', 'k', 's', {old}, {old}, 1)"))
            .await;
        let later = town.later("2026-07-02").await;
        assert_eq!(jobs::round(&later.app).await.unwrap(), 4);
        let tidy = job(&later, "tidy").await;
        let told: Value = serde_json::from_str(tidy.result.as_deref().unwrap()).unwrap();
        assert_eq!(told, json!({ "sessions": 1, "tickets": 1, "sign_ups": 0, "letters": 1, "jobs": 1, "files": 0, "deliveries": 0, "events": 0 }));
        assert_eq!(tidy.due_at, Some(Instant(later.app.now().0 + 6 * 3_600_000_000)));
        assert_eq!(job(&later, "evaluate").await.attempts, 1);
        for (table, left) in [("session", 1), ("ticket", 1), ("mail", 2), ("job", 5)] {
            assert_eq!(later.number(&format!("SELECT COUNT(*) FROM {table}")).await, left, "{table}");
        }
        assert_eq!(jobs::round(&later.app).await.unwrap(), 0);
    })
    .await;
}
