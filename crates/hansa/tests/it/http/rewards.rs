use futures_util::future::join_all;
use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Site, each, sent};

const ORDERS: &str = "/v1/members/acme/redemption-orders";

/// A member with points and a catalogue with one thing in it.
async fn shop(site: &Site, key: &str, reward: Value) {
    site.town.member("acme").await;
    let given = json!({ "unit": "points", "amount": 10_000, "reason": "opening balance" });
    site.post("/v1/members/acme/adjustments", key, given).await.is(StatusCode::CREATED);
    site.post("/v1/rewards", key, reward).await.is(StatusCode::CREATED);
}

fn calliper() -> Value {
    json!({ "id": "calliper", "names": { "zh-CN": "数显卡尺", "en": "Digital calliper" }, "unit": "points", "price": 3_000 })
}

async fn points(site: &Site, key: &str) -> (i64, i64) {
    let balances = site.get("/v1/members/acme/balances", key).await.is(StatusCode::OK);
    let points = balances.body["items"].as_array().unwrap().iter().find(|one| one["unit"]["id"] == "points").cloned().unwrap();
    (points["available"].as_i64().unwrap(), points["reserved"].as_i64().unwrap())
}

/// An order sets its price aside, fulfilling spends it, cancelling gives it back; each is said once.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_placed_fulfilled_and_cancelled() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        shop(&site, key, calliper()).await;
        let buyer = &site.key(Role::Buyer, Some("acme")).await;
        let placed = site.post(ORDERS, buyer, json!({ "id": "first", "reward": "calliper", "quantity": 2 })).await.is(StatusCode::CREATED);
        assert_eq!((&placed.body["amount"], &placed.body["state"]), (&json!(6_000), &json!("placed")));
        assert_eq!(points(&site, key).await, (4_000, 6_000));
        site.post(ORDERS, buyer, json!({ "id": "first", "reward": "calliper", "quantity": 2 })).await.is(StatusCode::OK);
        let other =
            site.post(ORDERS, buyer, json!({ "id": "first", "reward": "calliper" })).await.refused(StatusCode::CONFLICT, "id-taken");
        assert_eq!(other.body["field"], "id");
        site.post(ORDERS, buyer, json!({ "reward": "calliper", "quantity": 2 }))
            .await
            .refused(StatusCode::CONFLICT, "insufficient-balance");
        let second = site.post(ORDERS, buyer, json!({ "reward": "calliper" })).await.is(StatusCode::CREATED).body;
        let act = |order: &str, what: &str| format!("{ORDERS}/{order}/{what}");
        site.post(&act("first", "fulfil"), buyer, json!({})).await.refused(StatusCode::FORBIDDEN, "forbidden");
        let queue = site.get("/v1/redemption-orders", key).await.is(StatusCode::OK);
        let ids: Vec<&Value> = queue.body["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, [&json!("first"), &second["id"]], "the oldest first");
        let done = site.post(&act("first", "fulfil"), key, json!({ "note": "SF1029" })).await.is(StatusCode::OK);
        assert_eq!((&done.body["state"], &done.body["note"]), (&json!("fulfilled"), &json!("SF1029")));
        site.post(&act("first", "fulfil"), key, json!({})).await.is(StatusCode::OK);
        assert_eq!(points(&site, key).await, (1_000, 3_000));
        site.post(&act("first", "cancel"), buyer, json!({})).await.refused(StatusCode::CONFLICT, "refused");
        let gone =
            site.post(&act(second["id"].as_str().unwrap(), "cancel"), buyer, json!({ "note": "not needed" })).await.is(StatusCode::OK);
        assert_eq!(gone.body["state"], "cancelled");
        assert_eq!(points(&site, key).await, (4_000, 0));
        let own = sent(site.ask(Method::GET, ORDERS, buyer).header("accept-language", "zh-CN")).await.is(StatusCode::OK);
        let names: Vec<&Value> = own.body["items"].as_array().unwrap().iter().map(|one| &one["reward_name"]).collect();
        assert_eq!(names, [&json!("数显卡尺"); 2]);
        assert!(site.get("/v1/redemption-orders", key).await.body["items"].as_array().unwrap().is_empty(), "nothing waits");
        site.town.member("other").await;
        let stranger = &site.key(Role::Owner, Some("other")).await;
        site.post(ORDERS, stranger, json!({ "reward": "calliper" })).await.refused(StatusCode::NOT_FOUND, "not-found");
        let audited = "SELECT COUNT(*) FROM audit WHERE action IN ('place_redemption', 'fulfil_redemption', 'cancel_redemption')";
        assert_eq!(site.town.number(audited).await, 4, "each that changed something, once");
        site.town.sound().await;
    })
    .await;
}

/// Fifty who want the last three get three; and nobody more than the rules allow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_and_limits_hold_when_many_come_at_once() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let mut last = calliper();
        last["stock"] = json!(3);
        last["price"] = json!(10);
        shop(&site, key, last).await;
        let answers = join_all((0..50).map(|_| site.post(ORDERS, key, json!({ "reward": "calliper" })))).await;
        let count = |status: StatusCode, code: &str| {
            answers.iter().filter(|answer| answer.status == status && (code.is_empty() || answer.body["code"] == code)).count()
        };
        assert_eq!((count(StatusCode::CREATED, ""), count(StatusCode::CONFLICT, "sold-out")), (3, 47));
        assert_eq!(points(&site, key).await, (9_970, 30));
        assert_eq!(site.get("/v1/rewards/calliper", key).await.body["left"], 0);
        let few = json!({ "id": "few", "names": { "en": "One each" }, "unit": "points", "price": 1, "per_member": 2 });
        site.post("/v1/rewards", key, few).await.is(StatusCode::CREATED);
        let first = site.post(ORDERS, key, json!({ "reward": "few", "quantity": 2 })).await.is(StatusCode::CREATED).body;
        site.post(ORDERS, key, json!({ "reward": "few" })).await.refused(StatusCode::CONFLICT, "limit-reached");
        site.post(&format!("{ORDERS}/{}/cancel", first["id"].as_str().unwrap()), key, json!({})).await.is(StatusCode::OK);
        site.post(ORDERS, key, json!({ "reward": "few" })).await.is(StatusCode::CREATED);
        let noble = json!({ "id": "noble", "names": { "en": "For gold" }, "unit": "points", "price": 1, "tiers": ["gold"] });
        site.post("/v1/rewards", key, noble).await.is(StatusCode::CREATED);
        site.post(ORDERS, key, json!({ "reward": "noble" })).await.refused(StatusCode::CONFLICT, "not-offered");
        site.order("big", "acme", 600_000_000, key).await.is(StatusCode::OK);
        site.post(ORDERS, key, json!({ "reward": "noble" })).await.is(StatusCode::CREATED);
        site.town.sound().await;
    })
    .await;
}

/// A reward is changed as it was read, checked by the program, and taken off without touching what was ordered.
#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_is_kept() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        shop(&site, key, calliper()).await;
        let viewer = &site.key(Role::Viewer, Some("acme")).await;
        for (field, wrong) in [
            ("unit", json!({ "unit": "gems" })),
            ("price", json!({ "price": 0 })),
            ("names", json!({ "names": {} })),
            ("names.en", json!({ "names": { "en": " " } })),
            ("names", json!({ "names": { "fr": "Pied à coulisse" } })),
            ("tiers", json!({ "tiers": ["tin"] })),
            ("until", json!({ "from": "2026-08-01T00:00:00Z", "until": "2026-07-01T00:00:00Z" })),
            ("id", json!({ "id": "a b" })),
        ] {
            let mut new = calliper();
            new["id"] = json!("other");
            wrong.as_object().unwrap().iter().for_each(|(name, value)| new[name] = value.clone());
            let refused = site.post("/v1/rewards", key, new).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field, "{:#}", refused.body);
        }
        site.post("/v1/rewards", key, calliper()).await.refused(StatusCode::CONFLICT, "id-taken");
        site.post("/v1/rewards", viewer, calliper()).await.refused(StatusCode::FORBIDDEN, "forbidden");
        let read = site.get("/v1/rewards/calliper", key).await.is(StatusCode::OK);
        let change =
            |tag: &str, body: Value| sent(site.ask(Method::PATCH, "/v1/rewards/calliper", key).header("if-match", tag).json(&body));
        site.post(ORDERS, key, json!({ "reward": "calliper" })).await.is(StatusCode::CREATED);
        // The order has taken none of a stock that is no limit, so what was read still stands.
        let dearer = change(read.header("etag"), json!({ "price": 4_000, "open": false })).await.is(StatusCode::OK);
        change(read.header("etag"), json!({ "price": 5_000 })).await.refused(StatusCode::PRECONDITION_FAILED, "precondition-failed");
        assert_eq!(change(dearer.header("etag"), json!({ "stock": 0 })).await.body["field"], "stock", "one is ordered");
        let orders = site.get(ORDERS, viewer).await.is(StatusCode::OK);
        assert_eq!(orders.body["items"][0]["amount"], 3_000);
        assert!(site.get("/v1/rewards", viewer).await.body["items"].as_array().unwrap().is_empty());
        assert_eq!(site.get("/v1/rewards?all=true", key).await.body["items"].as_array().unwrap().len(), 1);
        assert!(site.get("/v1/rewards?all=true", viewer).await.body["items"].as_array().unwrap().is_empty());
        site.get("/v1/rewards/calliper", viewer).await.refused(StatusCode::NOT_FOUND, "not-found");
        // What was ordered before is told again, whatever became of the reward.
        let few = json!({ "id": "few", "names": { "en": "One" }, "unit": "points", "price": 1 });
        let made = site.post("/v1/rewards", key, few).await.is(StatusCode::CREATED);
        assert_eq!(made.header("etag"), site.get("/v1/rewards/few", key).await.header("etag"));
        let order = json!({ "id": "kept", "reward": "few" });
        site.post(ORDERS, key, order.clone()).await.is(StatusCode::CREATED);
        let close = site.ask(Method::PATCH, "/v1/rewards/few", key).header("if-match", "*").json(&json!({ "open": false }));
        sent(close).await.is(StatusCode::OK);
        site.post(ORDERS, key, order).await.is(StatusCode::OK);
        let wrong =
            site.post(ORDERS, key, json!({ "reward": "calliper" })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(wrong.body["field"], "reward");
    })
    .await;
}

/// Where something is sent is kept under the key of who receives it, and gone with it.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_goes_with_its_person() {
    each(async |site| {
        let key = &site.key(Role::Administrator, None).await;
        shop(&site, key, calliper()).await;
        let contact = json!({ "id": "c-1", "name": "林静" });
        site.post("/v1/members/acme/contacts", key, contact).await.is(StatusCode::CREATED);
        let order = json!({ "id": "sent", "reward": "calliper", "deliver_to": "厦门市湖里区 8 号" });
        let refused = site.post(ORDERS, key, order.clone()).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.body["field"], "contact");
        let mut named = order.clone();
        named["contact"] = json!("c-1");
        let placed = site.post(ORDERS, key, named).await.is(StatusCode::CREATED);
        assert_eq!(placed.body["deliver_to"], order["deliver_to"]);
        let plain = "SELECT COUNT(*) FROM redemption_order WHERE deliver_to LIKE '%湖里%'";
        assert_eq!(site.town.number(plain).await, 0);
        let audited = "SELECT COUNT(*) FROM audit WHERE after LIKE '%湖里%'";
        assert_eq!(site.town.number(audited).await, 0);
        site.post("/v1/members/acme/contacts/c-1/erase", key, json!({ "why": "asked for it" })).await.is(StatusCode::OK);
        let after = site.get(ORDERS, key).await.is(StatusCode::OK);
        assert_eq!((&after.body["items"][0]["deliver_to"], &after.body["items"][0]["id"]), (&json!(null), &json!("sent")));
    })
    .await;
}
