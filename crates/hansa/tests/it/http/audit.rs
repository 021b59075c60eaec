use hansa::access::Role;
use hansa::audit::check;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use super::{Site, each, sent};

/// Every change of a short day at work.
async fn day_at_work(site: &Site, key: &str) {
    let made = site.post("/v1/members", key, json!({ "id": "acme", "name": "Acme" })).await.is(StatusCode::CREATED);
    let change = site.ask(Method::PATCH, "/v1/members/acme", key).header("if-match", made.header("etag"));
    sent(change.json(&json!({ "region": "上海" }))).await.is(StatusCode::OK);
    site.order("o-1", "acme", 10_000, key).await.is(StatusCode::OK);
    let adjust = json!({ "unit": "points", "amount": 500, "reason": "welcome" });
    site.post("/v1/members/acme/adjustments", key, adjust).await.is(StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_leaves_who_when_from_where_and_what() {
    each(async |site| {
        let key = &site.key(Role::Administrator, None).await;
        day_at_work(&site, key).await;
        let page = site.get("/v1/audit?member=acme", key).await.is(StatusCode::OK);
        let told: Vec<(&str, &str)> = page.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| (change["action"].as_str().unwrap(), change["subject"].as_str().unwrap().split('_').next().unwrap()))
            .collect();
        let expected = [
            ("points.adjusted", "fact:fact"),
            ("record_fact", "fact:o-1"),
            ("change_member", "member:acme"),
            ("create_member", "member:acme"),
        ];
        assert_eq!(told, expected, "{:#}", page.body);
        let change = &page.body["items"][2];
        assert_eq!((&change["before"]["region"], &change["after"]["region"]), (&json!(null), &json!("上海")));
        assert!(change["actor"].as_str().unwrap().starts_with("key:key_"));
        assert_eq!(change["address"], "127.0.0.1");
        assert!(change["request"].as_str().unwrap().starts_with("req_"));
        // What changed nothing is no change.
        let rows = site.town.number("SELECT COUNT(*) FROM audit").await;
        site.order("o-1", "acme", 10_000, key).await.is(StatusCode::OK);
        let tag = site.get("/v1/members/acme", key).await.header("etag").to_owned();
        sent(site.ask(Method::PATCH, "/v1/members/acme", key).header("if-match", tag).json(&json!({ "region": "上海" })))
            .await
            .is(StatusCode::OK);
        site.post("/v1/members", key, json!({ "id": "acme", "name": "Again" })).await.is(StatusCode::CONFLICT);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM audit").await, rows);
        site.town.sound().await;
    })
    .await;
}

/// Whoever alters, removes or appends behind our back is found by `verify`.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_was_tampered_with_is_found() {
    let tampering = [
        ("UPDATE audit SET actor = 'somebody-else' WHERE seq = 3", "row 3 of the audit was altered"),
        ("DELETE FROM audit WHERE seq = 3", "after row 2 of the audit comes row 4"),
        ("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)", "the audit ends with row"),
        ("UPDATE audit SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE seq END WHERE seq IN (2, 3)", "comes row"),
    ];
    for (sql, expected) in tampering {
        each(async |site| {
            let key = &site.key(Role::Administrator, None).await;
            day_at_work(&site, key).await;
            assert!(check(site.town.app.db.read()).await.unwrap().broken.is_empty());
            let db = &site.town.app.db;
            let run = |sql: &str| Statement::from_string(db.read().get_database_backend(), sql.to_owned());
            // The database refuses it as long as its triggers stand.
            db.write(|tx| async move { tx.execute_raw(run(sql)).await }).await.unwrap_err();
            let disarm: &[&str] = match db.dialect() {
                db::Dialect::Sqlite => &["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
                db::Dialect::Postgres => &["ALTER TABLE audit DISABLE TRIGGER ALL"],
            };
            db.write(|tx| async move {
                for sql in disarm.iter().copied().chain([sql]) {
                    tx.execute_raw(run(sql)).await?;
                }
                Ok::<_, sea_orm::DbErr>(())
            })
            .await
            .unwrap();
            let findings = site.town.verify().await.findings;
            assert!(findings.iter().any(|found| found.what == "audit" && found.stored.contains(expected)), "{sql}: {findings:#?}");
        })
        .await;
    }
}
