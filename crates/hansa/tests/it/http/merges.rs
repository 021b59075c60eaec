use futures_util::future::join_all;
use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Site, each, sent};

/// What a member is now: its balance of points, what it has earned, its tier.
async fn stands(site: &Site, member: &str) -> (i64, i64, String) {
    let points = site.town.balances(member, "points").await;
    (points.available, points.issued, site.town.tier(member, "buyer").await)
}

/// An enterprise with orders, a contact, a tag, a document and a reward on order.
async fn company(site: &Site, id: &str, orders: &[(&str, i64)], key: &str) {
    let one = site.town.member(id).await;
    for (day, yuan) in orders {
        one.completed(day, &format!("{id}-{day}"), *yuan).await.unwrap();
    }
    let contact = json!({ "id": format!("{id}-li"), "name": "李伟" });
    site.post(&format!("/v1/members/{id}/contacts"), key, contact).await.is(StatusCode::CREATED);
    let custom = format!("/v1/members/{id}/custom");
    let tag = site.get(&custom, key).await.header("etag").to_owned();
    let body = json!({ "tags": [format!("from {id}")] });
    sent(site.ask(Method::PATCH, &custom, key).header("if-match", tag).json(&body)).await.is(StatusCode::OK);
}

async fn merge(site: &Site, into: &str, from: &str, key: &str) -> super::Answer {
    site.post(&format!("/v1/members/{into}/merges"), key, json!({ "from": from, "why": "entered twice" })).await
}

/// Two histories of one company are judged as one, exactly as if it had been one from the first order; undone, each is its own again.
#[tokio::test(flavor = "multi_thread")]
async fn two_members_become_one_and_two_again() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let (first, second) = ([("2026-03-01", 60_000), ("2026-05-02", 20_000)], [("2026-02-03", 70_000), ("2026-06-04", 90_000)]);
        company(&site, "acme", &first, key).await;
        company(&site, "acme-2", &second, key).await;
        company(&site, "whole", &[&first[..], &second[..]].concat(), key).await;
        let spent = json!({ "unit": "points", "amount": 100 });
        for one in ["acme-2", "whole"] {
            site.post(&format!("/v1/members/{one}/spends"), key, spent.clone()).await.is(StatusCode::CREATED);
        }
        site.town.evaluate("2026-07-01").await;
        let before = (stands(&site, "acme").await, stands(&site, "acme-2").await);
        let outcome = site.town.outcome().await;

        let preview = site.get("/v1/members/acme/merge-preview?from=acme-2&take=name", key).await.is(StatusCode::OK).body;
        assert_eq!(
            (&preview["moves"]["facts"], &preview["moves"]["contacts"], &preview["after"]["name"]),
            (&json!(3), &json!(1), &json!("acme-2"))
        );
        assert_eq!(site.town.outcome().await, outcome, "looking changes nothing");
        let merged = merge(&site, "acme", "acme-2", key).await.is(StatusCode::CREATED).body;
        assert_eq!((&merged["moved"], &merged["undone_at"]), (&preview["moves"], &Value::Null));
        assert_eq!(stands(&site, "acme").await, stands(&site, "whole").await);
        site.town.sound().await;

        // The other is found by nobody any more, and whoever asks for it is told where it went.
        let gone = site.get("/v1/members/acme-2/standing", key).await.refused(StatusCode::GONE, "member-merged");
        assert_eq!(gone.body["instead"], "acme");
        site.get("/v1/members/acme-2", key).await.refused(StatusCode::GONE, "member-merged");
        site.post("/v1/members", key, json!({ "id": "acme-2", "name": "x" })).await.refused(StatusCode::CONFLICT, "id-taken");
        let listed = site.get("/v1/members", key).await.body;
        assert_eq!(
            listed["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(),
            ["acme", "whole"]
        );
        let contacts = site.get("/v1/members/acme/contacts", key).await.body;
        assert_eq!(contacts["items"].as_array().unwrap().len(), 2);
        assert_eq!(site.get("/v1/members/acme/custom", key).await.body["tags"], json!(["from acme", "from acme-2"]));
        assert_eq!(site.get("/v1/members/acme/facts?total=true", key).await.body["total"], 5);
        let line = site.get("/v1/members/acme/timeline?only=facts", key).await.body;
        assert_eq!(line["items"].as_array().unwrap().len(), 5);

        // Other systems still send under the old id, and again what they sent before.
        let counted = site.order("o-9", "acme-2", 3_000_000, key).await.is(StatusCode::OK);
        assert_eq!(counted.body["facts"][0]["outcome"], "recorded", "{:#}", counted.body);
        site.order("o-9w", "whole", 3_000_000, key).await.is(StatusCode::OK);
        for member in ["acme-2", "acme"] {
            assert_eq!(site.order("o-9", member, 3_000_000, key).await.body["facts"][0]["outcome"], "known");
        }
        assert_eq!(stands(&site, "acme").await, stands(&site, "whole").await);
        site.town.sound().await;

        let place = format!("/v1/members/acme/merges/{}/undo", merged["id"].as_str().unwrap());
        let undone = site.post(&place, key, json!({})).await.is(StatusCode::OK).body;
        assert_ne!(undone["undone_at"], Value::Null);
        site.post(&place, key, json!({})).await.refused(StatusCode::CONFLICT, "refused");
        assert_eq!(stands(&site, "acme").await, before.0);
        let own = site.get("/v1/members/acme-2/facts?total=true", key).await.is(StatusCode::OK).body;
        assert_eq!(own["total"], 4, "{own:#}");
        assert!(own["items"].as_array().unwrap().iter().any(|one| one["id"] == "o-9"), "what came under its id since is its own");
        assert_eq!(stands(&site, "acme-2").await.0, before.1.0, "its points are held as before");
        assert_eq!(site.get("/v1/members/acme/contacts", key).await.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(site.get("/v1/members/acme-2/contacts", key).await.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(site.get("/v1/members/acme/custom", key).await.body["tags"], json!(["from acme"]));
        site.town.sound().await;

        let admin = &site.key(Role::Administrator, None).await;
        for member in ["acme", "acme-2"] {
            let audit = site.get(&format!("/v1/audit?member={member}"), admin).await.body;
            let done: Vec<&str> = audit["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
            assert!(done.contains(&"merge_members") && done.contains(&"undo_merge"), "{done:?}");
        }
    })
    .await;
}

/// Everybody spends at once, half under the old id: never more than there is.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_spends_twice_under_two_ids() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let (one, other) = (site.town.member("one").await, site.town.member("other").await);
        one.given("2026-06-01", 1_000).await.unwrap();
        other.given("2026-06-01", 1_000).await.unwrap();
        merge(&site, "one", "other", key).await.is(StatusCode::CREATED);
        let spend = async |number: usize| {
            let (id, member) = (format!("s-{number}"), if number.is_multiple_of(2) { "one" } else { "other" });
            let body = json!({ "unit": "points", "amount": 90 });
            let fact = json!({ "id": id, "member": member, "kind": "points.spent", "occurred_at": "2026-07-01T04:00:00Z", "body": body });
            let answer = site.post("/v1/facts", key, json!({ "facts": [fact] })).await.is(StatusCode::OK).body;
            answer["facts"][0]["outcome"] == "recorded"
        };
        let taken = join_all((0..60).map(spend)).await.into_iter().filter(|taken| *taken).count();
        assert_eq!((taken, site.town.balances("one", "points").await.available), (22, 2_000 - 22 * 90));
        site.town.sound().await;
    })
    .await;
}

/// Merges one after another point at the last survivor, and are undone from the last to the first.
#[tokio::test(flavor = "multi_thread")]
async fn merges_follow_each_other() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        for id in ["a", "b", "c"] {
            site.town.member(id).await.given("2026-06-01", 100).await.unwrap();
        }
        site.post("/v1/members", key, json!({ "id": "child", "name": "child", "parent": "a" })).await.is(StatusCode::CREATED);
        let first = merge(&site, "b", "a", key).await.is(StatusCode::CREATED).body["id"].as_str().unwrap().to_owned();
        assert_eq!(site.get("/v1/members/child", key).await.body["parent"], "b");
        let second = merge(&site, "c", "b", key).await.is(StatusCode::CREATED).body["id"].as_str().unwrap().to_owned();
        assert_eq!((site.town.balances("c", "points").await.available, site.town.balances("b", "points").await.available), (300, 0));
        assert_eq!(site.get("/v1/members/a", key).await.refused(StatusCode::GONE, "member-merged").body["instead"], "c");
        assert_eq!(site.get("/v1/members/child", key).await.body["parent"], "c");
        site.town.member("d").await;
        let twice = merge(&site, "d", "a", key).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert!(twice.body["detail"].as_str().unwrap().contains("was merged into `c`"), "{:#}", twice.body);
        site.post(&format!("/v1/members/b/merges/{first}/undo"), key, json!({})).await.refused(StatusCode::GONE, "member-merged");
        site.post(&format!("/v1/members/c/merges/{second}/undo"), key, json!({})).await.is(StatusCode::OK);
        assert_eq!(site.get("/v1/members/a", key).await.refused(StatusCode::GONE, "member-merged").body["instead"], "b");
        site.post(&format!("/v1/members/b/merges/{first}/undo"), key, json!({})).await.is(StatusCode::OK);
        for id in ["a", "b", "c"] {
            assert_eq!(site.town.balances(id, "points").await.available, 100, "{id}");
        }
        assert_eq!(site.get("/v1/members/child", key).await.body["parent"], "a");
        site.town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_merged_is_refused_and_says_why() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        for id in ["head", "other"] {
            site.town.member(id).await;
        }
        site.post("/v1/members", key, json!({ "id": "sub", "name": "sub", "parent": "head" })).await.is(StatusCode::CREATED);
        let field = async |into: &str, body: Value| {
            let refused = site.post(&format!("/v1/members/{into}/merges"), key, body).await;
            refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"].as_str().unwrap().to_owned()
        };
        assert_eq!(field("head", json!({ "from": "head", "why": "x" })).await, "from");
        assert_eq!(field("head", json!({ "from": "nobody", "why": "x" })).await, "from");
        assert_eq!(field("head", json!({ "from": "other", "why": " " })).await, "why");
        assert_eq!(field("head", json!({ "from": "other", "why": "x", "take": ["name", "colour"] })).await, "take[1]");
        merge(&site, "nobody", "head", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        let circle = merge(&site, "sub", "head", key).await.refused(StatusCode::CONFLICT, "refused");
        assert!(circle.body["detail"].as_str().unwrap().contains("the other way round"), "{:#}", circle.body);
        site.get("/v1/members/sub/merge-preview?from=head", key).await.refused(StatusCode::CONFLICT, "refused");
        site.get("/v1/members/sub/merge-preview?from=nobody", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.get("/v1/members/sub/merge-preview?from=other&take=colour", key).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        for member in ["head", "other"] {
            site.post(&format!("/v1/members/{member}/verifications"), key, json!({ "level": "basic" })).await.is(StatusCode::CREATED);
        }
        let running = merge(&site, "head", "other", key).await.refused(StatusCode::CONFLICT, "refused");
        assert!(running.body["detail"].as_str().unwrap().contains("verification"), "{:#}", running.body);
        let manager = site.key(Role::ServiceAgent, None).await;
        merge(&site, "head", "sub", &manager).await.refused(StatusCode::FORBIDDEN, "forbidden");
        merge(&site, "head", "sub", key).await.is(StatusCode::CREATED);
        let gone = site.get("/v1/members?parent=head", key).await.body;
        assert_eq!(gone["items"], json!([]));
    })
    .await;
}
