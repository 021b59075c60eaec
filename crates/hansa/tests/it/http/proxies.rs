//! Where a request comes from when it comes through proxies.

use hansa::access::Role;
use hansa::http::{Proxies, Rates};
use hansa::schema::HISTORY;
use hansa::verification::registry::Registries;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::browser::PASSWORD;
use super::{Answer, Site, each, sent};

/// Somebody signs in through a proxy that says where from.
async fn enters(site: &Site, lines: &[(&str, &str)]) -> Answer {
    let request = site.ask(Method::POST, "/v1/sign-in/password", "").json(&json!({ "email": "ada@example.com", "password": PASSWORD }));
    sent(lines.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

/// From where the audit says that the last one signed in.
async fn told(site: &Site) -> String {
    let key = site.key(Role::Administrator, None).await;
    let audit = site.get("/v1/audit?action=sign_in&limit=1", &key).await.is(StatusCode::OK);
    audit.body["items"][0]["address"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_says_who_calls() {
    db::testing::each(HISTORY, async |db| {
        let trusted = Proxies::of(&["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()]);
        let rates = Rates { sign_in: 1.try_into().unwrap(), ..Rates::default() };
        let site = Site::set(db, Registries::default(), |settings| (settings.proxies, settings.rates) = (trusted, rates)).await;
        site.person("ada", Role::Administrator, None).await;
        let way = "x-forwarded-for";
        for (lines, from) in [
            (vec![(way, "198.51.100.7")], "198.51.100.7"),
            (vec![(way, "203.0.113.1, 198.51.100.7, 10.0.0.3")], "198.51.100.7"),
            (vec![(way, "203.0.113.1"), (way, "2001:db8::7")], "2001:db8::7"),
            (vec![("forwarded", "for=203.0.113.1, for=\"[2001:db8::8]:4711\";proto=https")], "2001:db8::8"),
            (vec![(way, "nonsense, 198.51.100.300")], "127.0.0.1"),
            (vec![(way, "198.51.100.7"), ("forwarded", "for=203.0.113.1")], "127.0.0.1"),
            (vec![], "127.0.0.1"),
        ] {
            enters(&site, &lines).await.is(StatusCode::OK);
            assert_eq!(told(&site).await, from, "{lines:?}");
        }
        // Each caller has a limit of its own, and not all of them that of the proxy.
        let tries = async |from: &str| {
            let answer = json!({ "ticket": "none", "code": "123456" });
            sent(site.ask(Method::POST, "/v1/sign-in/code/answer", "").header(way, from).json(&answer)).await.status
        };
        let mut last = StatusCode::UNAUTHORIZED;
        for _ in 0..200 {
            last = tries("198.51.100.9").await;
            if last == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(tries("203.0.113.1, 198.51.100.9").await, StatusCode::TOO_MANY_REQUESTS, "what stands before changes nothing");
        assert_eq!(tries("198.51.100.10").await, StatusCode::UNAUTHORIZED);
    })
    .await;
}

/// Where no proxy is trusted everybody may write what it likes, and it counts for nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_does() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        enters(&site, &[("x-forwarded-for", "198.51.100.7"), ("forwarded", "for=198.51.100.7")]).await.is(StatusCode::OK);
        assert_eq!(told(&site).await, "127.0.0.1");
    })
    .await;
}
