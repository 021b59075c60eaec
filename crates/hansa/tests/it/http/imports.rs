//! A file comes in over HTTP: sent, looked at, tried, imported, its rejects given out, and taken back.

use hansa::access::Role;
use hansa::imports::mapping::Mapping;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Site, each, sent};

const ORDERS: &str = "订单号,客户,完成时间,金额,币种,备注\n\
    SO-1,acme,2026-06-01 10:00,61200.00,CNY,\n\
    SO-2,acme,2026-06-02 10:00,=1+1,CNY,bad amount\n\
    SO-3,,2026-06-03 10:00,5.00,CNY,nobody\n\
    SO-4,新客户,2026-06-04 10:00,80.50,CNY,\n";

async fn upload(site: &Site, name: &str, key: &str, body: impl Into<reqwest::Body>) -> Answer {
    sent(site.ask(Method::POST, &format!("/v1/imports/uploads?name={name}"), key).body(body)).await
}

/// The result of a job that was accepted.
async fn result(site: &Site, accepted: Answer, key: &str) -> Value {
    let id = accepted.is(StatusCode::ACCEPTED).body["id"].as_str().unwrap().to_owned();
    loop {
        let job = site.get(&format!("/v1/jobs/{id}"), key).await.is(StatusCode::OK).body;
        if !["waiting", "running"].contains(&job["state"].as_str().unwrap()) {
            assert_eq!(job["state"], "done", "{job:#}");
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// From the header to the undo, as the console's wizard goes: a trial keeps nothing, the proposal is what the import takes, and rejected rows are named.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_looked_at_tried_imported_and_taken_back() {
    each(async |site| {
        let operator = site.key(Role::MembershipOperator, None).await;
        site.town.member("acme").await;
        let file = upload(&site, "orders.csv", &operator, ORDERS).await.is(StatusCode::CREATED).body;
        assert_eq!((&file["name"], &file["bytes"]), (&json!("orders.csv"), &json!(ORDERS.len())));
        let id = file["id"].as_str().unwrap();
        let proposal = site.get(&format!("/v1/imports/uploads/{id}/proposal?kind=orders"), &operator).await.is(StatusCode::OK).body;
        assert_eq!(proposal["columns"], json!(["订单号", "客户", "完成时间", "金额", "币种", "备注"]));
        assert_eq!(proposal["sample"][3], json!(["SO-4", "新客户", "2026-06-04 10:00", "80.50", "CNY", ""]));
        assert_eq!((&proposal["unused"], &proposal["problems"]), (&json!(["备注"]), &json!([])), "{proposal:#}");
        let mapping = proposal["mapping"].as_str().unwrap();
        let read = Mapping::parse(std::path::Path::new("mapping"), mapping).expect("what is proposed can be sent");
        assert_eq!(read.to_toml(), mapping);

        let size = site.town.size().await;
        let asked = |dry_run: bool| json!({ "upload": id, "kind": "orders", "mapping": mapping, "dry_run": dry_run });
        let tried = result(&site, site.post("/v1/imports", &operator, asked(true)).await, &operator).await;
        let imported = &tried["result"]["imported"];
        assert_eq!(
            (&imported["lines"], &imported["accepted"], &imported["rejected"], &imported["id"]),
            (&json!(4), &json!(2), &json!(2), &Value::Null)
        );
        assert_eq!(site.town.size().await, size, "a trial keeps nothing");
        let rejects = tried["result"]["rejects"].as_array().unwrap();
        assert_eq!((rejects.len(), &rejects[0]["line"], &rejects[1]["line"]), (2, &json!(3), &json!(4)), "{rejects:#?}");
        let csv = site.get(&format!("/v1/imports/rejects/{}", tried["id"].as_str().unwrap()), &operator).await.is(StatusCode::OK);
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        let text = csv.body.as_str().unwrap();
        assert!(text.starts_with("line,column,reason,original") && text.contains("SO-2") && text.contains("SO-3"), "{text}");

        let done = result(&site, site.post("/v1/imports", &operator, asked(false)).await, &operator).await;
        let import = done["result"]["imported"]["id"].as_str().unwrap();
        assert_eq!(site.town.size().await[0], size[0] + 2);
        site.get("/v1/members/%E6%96%B0%E5%AE%A2%E6%88%B7", &operator).await.is(StatusCode::OK);
        let shown = site.get(&format!("/v1/imports/{import}"), &operator).await.is(StatusCode::OK).body;
        assert_eq!(
            (&shown["state"], &shown["files"], &shown["rejected"]),
            (&json!("done"), &json!(["orders.csv"]), &json!(2)),
            "{shown:#}"
        );
        assert_eq!((&shown["facts"]["order.completed"], &shown["members"]), (&json!(2), &json!([1, 0])));
        site.town.sound().await;

        let undone = result(&site, site.post(&format!("/v1/imports/{import}/undo"), &operator, json!({})).await, &operator).await;
        assert_eq!(undone["result"]["undone"]["facts"], 2);
        let listed = site.get("/v1/imports", &operator).await.is(StatusCode::OK).body;
        assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["state"]), (&json!(import), &json!("undone")));
        site.town.sound().await;
        site.stop().await;
    })
    .await;
}

/// What is wrong is told by its field before anything begins, and nothing is left of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_is_refused_by_its_field() {
    each(async |site| {
        let operator = site.key(Role::MembershipOperator, None).await;
        for name in ["..%2Fx.csv", ".hidden", "a%2Fb", ""] {
            let refused = upload(&site, name, &operator, "a,b\n").await.refused(StatusCode::BAD_REQUEST, "invalid-query");
            assert_eq!(refused.body["field"], "name", "{name}");
        }
        upload(&site, "empty.csv", &operator, "").await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        let file = upload(&site, "a.csv", &operator, "a,b\n1,2\n").await.is(StatusCode::CREATED).body;
        let id = file["id"].as_str().unwrap();
        for (field, wrong) in [
            ("kind", json!({ "upload": id, "kind": "things" })),
            ("upload", json!({ "upload": "upl_none", "kind": "orders" })),
            ("mapping", json!({ "upload": id, "kind": "orders", "mapping": "kind = \"orders\"\n[fields]\nordr = \"a\"\n" })),
            ("mapping", json!({ "upload": id, "kind": "orders", "mapping": "kind = \"facts\"\n[fields]\nmember = \"a\"\n" })),
        ] {
            let refused = site.post("/v1/imports", &operator, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field, "{:#}", refused.body);
        }
        let proposal = site.get(&format!("/v1/imports/uploads/{id}/proposal?kind=orders"), &operator).await.is(StatusCode::OK).body;
        assert!(!proposal["problems"].as_array().unwrap().is_empty(), "{proposal:#}");
        let refused = site.get(&format!("/v1/imports/uploads/{id}/proposal?kind=things"), &operator).await;
        assert_eq!(refused.refused(StatusCode::BAD_REQUEST, "invalid-query").body["field"], "kind");
        // A file that does not fit as a whole fails its job, with the reason.
        let accepted = site.post("/v1/imports", &operator, json!({ "upload": id, "kind": "orders" })).await.is(StatusCode::ACCEPTED);
        let job = loop {
            let job = site.get(&format!("/v1/jobs/{}", accepted.body["id"].as_str().unwrap()), &operator).await.body;
            if !job["error"].is_null() {
                break job;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        assert_eq!((&job["state"], job["error"].as_str().is_some_and(|why| why.contains("member"))), (&json!("failed"), true), "{job:#}");
        site.get("/v1/imports/imp_none", &operator).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.post("/v1/imports/imp_none/undo", &operator, json!({})).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.get("/v1/imports/rejects/job_none", &operator).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.stop().await;
    })
    .await;
}

/// A file that still names a member that was merged: its own row is left alone, and its people, subsidiaries and orders go to the one that goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_follows_a_merge() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        for id in ["acme", "old"] {
            site.town.member(id).await;
        }
        let merge = json!({ "from": "old", "why": "one company" });
        let merge = site.post("/v1/members/acme/merges", key, merge).await.is(StatusCode::CREATED).body["id"].as_str().unwrap().to_owned();
        let run = async |kind: &str, text: &str| {
            let file = upload(&site, &format!("{kind}.csv"), key, text.to_owned()).await.is(StatusCode::CREATED).body;
            let asked = json!({ "upload": file["id"], "kind": kind });
            result(&site, site.post("/v1/imports", key, asked).await, key).await["result"]["imported"].clone()
        };
        let members = run("members", "id,name,parent\nold,Old Name Ltd,\nchild,Child,old\n").await;
        assert_eq!((&members["accepted"], &members["rejected"]), (&json!(2), &json!(0)), "{members:#}");
        assert_eq!(site.get("/v1/members/child", key).await.is(StatusCode::OK).body["parent"], "acme");
        let contacts = run("contacts", "id,member,name\nli,old,李伟\n").await;
        let orders = run("orders", "order,member,occurred_at,amount,currency\nSO-1,old,2026-06-01 10:00,612.00,CNY\n").await;
        assert_eq!((&contacts["rejected"], &orders["rejected"], &orders["facts"]["order.completed"]), (&json!(0), &json!(0), &json!(1)));
        assert_eq!(site.get("/v1/members/acme/contacts/li", key).await.is(StatusCode::OK).body["name"], "李伟");
        assert_eq!(site.get("/v1/members/acme/standing", key).await.is(StatusCode::OK).body["facts"], 1);
        site.town.sound().await;
        // Parted again, the order is the old member's own; the name that the file had for it was never written.
        site.post(&format!("/v1/members/acme/merges/{merge}/undo"), key, json!({})).await.is(StatusCode::OK);
        assert_eq!(site.get("/v1/members/old", key).await.is(StatusCode::OK).body["name"], "old");
        assert_eq!(site.get("/v1/members/old/standing", key).await.is(StatusCode::OK).body["facts"], 1);
        site.town.sound().await;
    })
    .await;
}

/// What needs a second person is no way in through a file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_adjusts_no_more_than_one_person_may() {
    each(async |site| {
        let admin = &site.key(Role::Administrator, None).await;
        let change = json!({ "approvals": { "adjustments_above": { "points": 100 } } });
        super::approvals::set(&site, admin, change).await.is(StatusCode::OK);
        site.town.member("acme").await;
        let text = "id,member,kind,occurred_at,unit,amount,reason\na,acme,points.adjusted,2026-06-01,points,100,x\nb,acme,points.adjusted,2026-06-01,points,-101,x\n";
        let file = upload(&site, "facts.csv", admin, text).await.is(StatusCode::CREATED).body;
        let done = result(&site, site.post("/v1/imports", admin, json!({ "upload": file["id"], "kind": "facts" })).await, admin).await;
        let (imported, rejects) = (&done["result"]["imported"], &done["result"]["rejects"]);
        assert_eq!((&imported["facts"]["points.adjusted"], &imported["rejected"]), (&json!(1), &json!(1)), "{done:#}");
        assert_eq!((&rejects[0]["line"], &rejects[0]["column"]), (&json!(3), &json!("amount")), "{rejects:#}");
        assert!(rejects[0]["reason"].as_str().unwrap().contains("second person"), "{rejects:#}");
        assert_eq!(site.town.balances("acme", "points").await.available, 100);
    })
    .await;
}
