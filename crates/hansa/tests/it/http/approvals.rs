use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Site, each, sent};
use crate::town::STANDARD;

/// Settings that ask for two.
pub async fn set(site: &Site, key: &str, change: Value) -> Answer {
    let tag = site.get("/v1/settings", key).await.is(StatusCode::OK).header("etag").to_owned();
    sent(site.ask(Method::PATCH, "/v1/settings", key).header("if-match", tag).json(&change)).await
}

/// More than one person may adjust alone waits for a second one, wherever it is said.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_adjustment_needs_a_second_person() {
    each(async |site| {
        let admin = &site.key(Role::Administrator, None).await;
        set(&site, admin, json!({ "approvals": { "adjustments_above": { "points": 1_000 } } })).await.is(StatusCode::OK);
        site.town.member("acme").await;
        for (id, role) in [("ann", Role::MembershipOperator), ("ben", Role::MembershipOperator), ("eve", Role::ServiceAgent)] {
            site.person(id, role, None).await;
        }
        let (ann, ben, eve) = (site.signed_in("ann").await, site.signed_in("ben").await, site.signed_in("eve").await);
        let adjust = |amount: i64| json!({ "unit": "points", "amount": amount, "reason": "goodwill" });
        let place = "/v1/members/acme/adjustments";
        ann.post(place, adjust(1_000)).await.is(StatusCode::CREATED);
        let waits = ann.post(place, adjust(1_001)).await.is(StatusCode::ACCEPTED);
        let at = waits.header("location").to_owned();
        assert_eq!((&waits.body["state"], &waits.body["adjustment"]["amount"]), (&json!("open"), &json!(1_001)));
        assert_eq!(site.town.balances("acme", "points").await.available, 1_000, "nothing was done yet");
        let open = ben.get("/v1/approvals?state=open&total=true").await.is(StatusCode::OK).body;
        assert_eq!((&open["total"], &open["items"][0]["id"]), (&json!(1), &waits.body["id"]));

        // Not by who asked, not by a key, not by whoever may not adjust.
        let approve = format!("{at}/approve");
        ann.post(&approve, json!({})).await.refused(StatusCode::CONFLICT, "refused");
        let key = &site.key(Role::MembershipOperator, None).await;
        site.post(&approve, key, json!({})).await.refused(StatusCode::CONFLICT, "refused");
        eve.post(&approve, json!({})).await.refused(StatusCode::FORBIDDEN, "forbidden");
        ben.post(&format!("{at}/withdraw"), json!({})).await.refused(StatusCode::CONFLICT, "refused");
        let done = ben.post(&approve, json!({ "reason": "agreed" })).await.is(StatusCode::OK).body;
        assert_eq!((&done["state"], &done["decided_by"], &done["reason"]), (&json!("approved"), &json!("staff:ben"), &json!("agreed")));
        assert_eq!(site.town.balances("acme", "points").await.available, 2_001);
        ben.post(&approve, json!({})).await.refused(StatusCode::CONFLICT, "refused");
        let fact =
            site.get(&format!("/v1/members/acme/facts/{}", done["adjustment"]["fact"].as_str().unwrap()), admin).await.is(StatusCode::OK);
        assert_eq!(fact.body["actor"], "staff:ann");

        // One is refused with a reason, one is withdrawn by who asked for it.
        let refused = ann.post(place, adjust(-1_500)).await.is(StatusCode::ACCEPTED).header("location").to_owned();
        ben.post(&format!("{refused}/refuse"), json!({ "reason": " " })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let said = ben.post(&format!("{refused}/refuse"), json!({ "reason": "no" })).await.is(StatusCode::OK).body;
        assert_eq!((&said["state"], &said["reason"]), (&json!("refused"), &json!("no")));
        let back = ann.post(place, adjust(5_000)).await.is(StatusCode::ACCEPTED).header("location").to_owned();
        assert_eq!(ann.post(&format!("{back}/withdraw"), json!({})).await.is(StatusCode::OK).body["state"], "withdrawn");
        assert_eq!(site.town.balances("acme", "points").await.available, 2_001);

        // There is no way round it.
        let body = json!({ "unit": "points", "amount": 9_000, "reason": "x" });
        let fact =
            json!({ "id": "round", "member": "acme", "kind": "points.adjusted", "occurred_at": "2026-07-01T04:00:00Z", "body": body });
        let taken = ann.post("/v1/facts", json!({ "facts": [fact] })).await.is(StatusCode::OK).body;
        assert_eq!(taken["facts"][0]["refusal"]["code"], "approval-needed", "{taken:#}");
        let body = json!({ "unit": "points", "amount": 9_000, "from": "elsewhere" });
        let fact =
            json!({ "id": "pooled", "member": "acme", "kind": "points.pooled", "occurred_at": "2026-07-01T04:00:00Z", "body": body });
        let taken = ann.post("/v1/facts", json!({ "facts": [fact] })).await.is(StatusCode::OK).body;
        assert_eq!(taken["facts"][0]["refusal"]["code"], "approval-needed", "{taken:#}");
        // What the rules refuse nobody is asked about.
        ann.post("/v1/members/nobody/adjustments", adjust(5_000)).await.refused(StatusCode::NOT_FOUND, "not-found");
        let audit = site.get("/v1/audit?member=acme", admin).await.body;
        let done: Vec<&str> = audit["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
        for action in ["ask_approval", "approve", "refuse_approval", "withdraw_approval"] {
            assert!(done.contains(&action), "{action} in {done:?}");
        }
        site.town.sound().await;
    })
    .await;
}

/// A key is no second person: neither does it approve, nor does who made it approve what it asked for.
#[tokio::test(flavor = "multi_thread")]
async fn one_pair_of_eyes_does_not_do_for_two() {
    each(async |site| {
        let admin = &site.key(Role::Administrator, None).await;
        set(&site, admin, json!({ "approvals": { "adjustments_above": { "points": 0 } } })).await.is(StatusCode::OK);
        site.town.member("acme").await;
        site.person("ann", Role::Administrator, None).await;
        site.person("ben", Role::MembershipOperator, None).await;
        let (ann, ben) = (site.signed_in("ann").await, site.signed_in("ben").await);
        let new = json!({ "name": "own", "role": "membership-operator", "scopes": ["points:write"], "expires_at": "2026-07-03T00:00:00Z" });
        let own = ann.post("/v1/keys", new).await.is(StatusCode::CREATED).body["secret"].as_str().unwrap().to_owned();
        let adjust = json!({ "unit": "points", "amount": 5, "reason": "goodwill" });
        let waits = site.post("/v1/members/acme/adjustments", &own, adjust).await.is(StatusCode::ACCEPTED).header("location").to_owned();
        let refused = ann.post(&format!("{waits}/approve"), json!({})).await.refused(StatusCode::CONFLICT, "refused");
        assert!(refused.body["detail"].as_str().unwrap().contains("made the key"), "{:#}", refused.body);
        ben.post(&format!("{waits}/approve"), json!({})).await.is(StatusCode::OK);
        assert_eq!(site.town.balances("acme", "points").await.available, 5);
    })
    .await;
}

/// Nobody puts a program into force alone, and what was written for another version is asked for anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_needs_a_second_person() {
    each(async |site| {
        let admin = &site.key(Role::Administrator, None).await;
        set(&site, admin, json!({ "approvals": { "program": true } })).await.is(StatusCode::OK);
        site.person("ann", Role::MembershipOperator, None).await;
        site.person("ben", Role::MembershipOperator, None).await;
        let (ann, ben) = (site.signed_in("ann").await, site.signed_in("ben").await);
        let program = |more: &str| json!({ "source": format!("{STANDARD}\n# {more}\n"), "note": more });
        let (first, second) =
            (ann.post("/v1/program/versions", program("one")).await, ann.post("/v1/program/versions", program("two")).await);
        let (first, second) = (first.is(StatusCode::ACCEPTED), second.is(StatusCode::ACCEPTED));
        assert_eq!((&first.body["action"], &first.body["program"]["base"]), (&json!("apply_program"), &json!(1)));
        let whole = ben.get(first.header("location")).await.is(StatusCode::OK).body;
        assert!(whole["program"]["source"].as_str().unwrap().ends_with("# one\n"));
        let versions = async || site.get("/v1/program/versions", admin).await.body["items"].as_array().unwrap().len();
        assert_eq!(versions().await, 1);
        ann.post(&format!("{}/approve", first.header("location")), json!({})).await.refused(StatusCode::CONFLICT, "refused");
        ben.post(&format!("{}/approve", first.header("location")), json!({})).await.is(StatusCode::OK);
        assert_eq!(versions().await, 2);
        let late = ben.post(&format!("{}/approve", second.header("location")), json!({})).await.refused(StatusCode::CONFLICT, "refused");
        assert!(late.body["detail"].as_str().unwrap().contains("version 2 was applied since"), "{:#}", late.body);
        let back = ben.post("/v1/program/versions/1/rollback", json!({})).await.is(StatusCode::ACCEPTED).header("location").to_owned();
        ann.post(&format!("{back}/approve"), json!({})).await.is(StatusCode::OK);
        let newest = site.get("/v1/program/versions/3", admin).await.is(StatusCode::OK).body;
        assert_eq!((&newest["source"], &newest["applied_by"]), (&json!(STANDARD), &json!("staff:ben")));
        // What is in force already needs nobody.
        ann.post("/v1/program/versions", json!({ "source": STANDARD })).await.is(StatusCode::OK);
    })
    .await;
}
