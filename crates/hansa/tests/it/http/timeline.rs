//! The timeline: facts and receipts, one behind the other.

use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Site, each, sent};

/// When, what, and its name, of each entry.
fn entries(page: &Value) -> Vec<(String, bool, String)> {
    let entry = |entry: &Value| {
        let receipt = entry["what"] == "receipt";
        let name = if receipt { &entry["receipt"]["key"] } else { &entry["fact"]["id"] };
        assert_eq!((entry.get("fact").is_some(), entry.get("receipt").is_some()), (!receipt, receipt), "{entry}");
        (entry["at"].as_str().unwrap().to_owned(), receipt, name.as_str().unwrap().to_owned())
    };
    page["items"].as_array().unwrap().iter().map(entry).collect()
}

async fn order(site: &Site, key: &str, id: &str, at: &str, amount: i64) {
    let body = json!({ "order": id, "amount": amount, "currency": "CNY" });
    let fact = json!({ "id": id, "member": "acme", "kind": "order.completed", "occurred_at": at, "body": body });
    let taken = site.post("/v1/facts", key, json!({ "facts": [fact] })).await.is(StatusCode::OK);
    assert_eq!(taken.body["facts"][0]["outcome"], "recorded", "{}", taken.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_and_what_was_decided_stand_one_behind_the_other() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::MembershipOperator, None).await;
        order(&site, key, "so-1", "2026-03-01T00:00:00Z", 6_120_000).await;
        // Two at one instant.
        for id in ["so-2", "so-3"] {
            order(&site, key, id, "2026-04-01T00:00:00Z", 100_000).await;
        }
        // It comes late, and what was decided after it is decided anew.
        order(&site, key, "so-0", "2026-02-01T00:00:00Z", 9_000_000).await;
        // Time passes by itself only where somebody serves for long.
        site.town.evaluate("2026-07-01T04:00:00Z").await;
        let read = async |query: &str| site.get(&format!("/v1/members/acme/timeline{query}"), key).await.is(StatusCode::OK).body;
        let all = read("?limit=200").await;
        let whole = entries(&all);
        assert!(whole.is_sorted_by(|a, b| a > b), "{whole:?}");
        assert_eq!(whole.iter().filter(|entry| !entry.1).count(), 4);
        let standing = site.get("/v1/members/acme/standing?receipts=200", key).await.is(StatusCode::OK);
        let mut receipts: Vec<&str> =
            standing.body["receipts"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
        let mut told: Vec<&str> = whole.iter().filter(|entry| entry.1).map(|entry| entry.2.as_str()).collect();
        receipts.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, receipts);
        for size in [1, 2, 3, 7] {
            let (mut paged, mut query) = (Vec::new(), format!("?limit={size}"));
            loop {
                let page = read(&query).await;
                assert!(entries(&page).len() <= size);
                paged.extend(entries(&page));
                let Some(next) = page["next"].as_str() else { break };
                query = format!("?limit={size}&after={next}");
            }
            assert_eq!(paged, whole, "pages of {size}");
        }
        let of = |page: &Value| entries(page).into_iter().map(|entry| entry.2).collect::<Vec<_>>();
        assert_eq!(of(&read("?only=facts").await), ["so-3", "so-2", "so-1", "so-0"]);
        assert_eq!(of(&read("?only=receipts&limit=200").await).len(), receipts.len());
        let tracks = of(&read("?only=receipts&about=track:").await);
        assert!(!tracks.is_empty() && tracks.iter().all(|key| key.starts_with("track:")), "{tracks:?}");
        assert_eq!(of(&read("?about=order.").await).len(), 4);
        assert_eq!(of(&read("?about=payment.").await).len(), 0);
        let request = site.ask(Method::GET, "/v1/members/acme/timeline?only=receipts&about=track:&limit=1", key);
        let chinese = sent(request.header("accept-language", "zh-CN")).await.is(StatusCode::OK);
        let sentence = chinese.body["items"][0]["receipt"]["sentence"].as_str().unwrap().to_owned();
        assert!(sentence.contains("采购"), "{sentence}");
        site.get("/v1/members/acme/timeline?only=gossip", key).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        site.get("/v1/members/nobody/timeline", key).await.refused(StatusCode::NOT_FOUND, "not-found");
    })
    .await;
}
