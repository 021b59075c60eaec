//! What an identity provider should not say, and who comes back that should not: refused, whoever signs it.

use hansa::access::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::Answer;
use super::browser::{Browser, CEREMONY};
use super::identities::whys;
use super::identity_provider::{SECRET, each};

/// Whatever does not hold is refused, and the audit says which check refused it.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_does_not_hold_is_refused() {
    each(async |site, works| {
        site.person("ada", Role::Administrator, None).await;
        site.signed_in("ada").await.link(&works, "ada-at-works").await.is(StatusCode::OK);
        let now = site.town.app.now().0 / 1_000_000;
        let cases = [
            ("nonce", json!({ "claims": { "nonce": "another" } })),
            ("nonce", json!({ "drop": ["nonce"] })),
            ("exp", json!({ "claims": { "exp": now - 1 } })),
            ("iat", json!({ "claims": { "iat": now + 600 } })),
            ("iat", json!({ "claims": { "iat": now - 3_600 } })),
            ("nbf", json!({ "claims": { "nbf": now + 600 } })),
            ("nbf", json!({ "claims": { "nbf": "now" } })),
            ("azp", json!({ "claims": { "azp": "somebody-else" } })),
            ("aud", json!({ "claims": { "aud": "somebody-else" } })),
            ("aud", json!({ "claims": { "aud": ["hansa", "somebody-else"], "azp": "hansa" } })),
            ("iss", json!({ "claims": { "iss": "https://id.example.com" } })),
            ("signature", json!({ "forged": true })),
            ("signature", json!({ "forged": true, "header": { "kid": "unheard-of" } })),
            ("signature", json!({ "header": { "alg": "none" } })),
            ("signature", json!({ "header": { "alg": "HS256" } })),
            ("sub", json!({ "claims": { "sub": "x".repeat(256) } })),
            ("token", json!({ "without": true })),
        ];
        for (why, change) in &cases {
            works.changes(change.clone()).await;
            let browser = Browser::new(&site);
            let answer = browser.with(&works, "works", "ada-at-works").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{why}: {change}: {}", answer.body);
            answer.refused(StatusCode::UNAUTHORIZED, "identity-refused");
            browser.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        }
        assert_eq!(whys(&site).await, cases.each_ref().map(|(why, _)| *why));
        // The same signer, with nothing changed but a name for us that is right.
        works.changes(json!({ "claims": { "azp": "hansa", "nbf": now } })).await;
        Browser::new(&site).with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
        works.changes(Value::Null).await;
        Browser::new(&site).with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
    })
    .await;
}

/// What a browser began it ends once, itself, in time, with the provider it began with.
#[tokio::test(flavor = "multi_thread")]
async fn coming_back_is_good_once_and_for_the_browser_that_left() {
    each(async |site, works| {
        site.person("ada", Role::Administrator, None).await;
        site.signed_in("ada").await.link(&works, "ada-at-works").await.is(StatusCode::OK);
        let browser = Browser::new(&site);
        let back = works.visit(&browser.begin("works").await, "ada-at-works").await;
        let over = |answer: Answer| drop(answer.refused(StatusCode::GONE, "sign-in-ended"));
        over(Browser::new(&site).led(&back, false).await);
        over(browser.led(&back.replace("state=", "state=x"), false).await);
        over(browser.led(&back.replace("/works/", "/works-both/"), false).await);
        over(browser.led("/v1/sign-in/providers/works/callback", false).await);
        // Somebody who began with another provider's state in the same browser.
        let other = Browser::new(&site);
        other.begin("works").await;
        over(other.led(&back, false).await);
        browser.led("/v1/sign-in/providers/none/callback", false).await.refused(StatusCode::NOT_FOUND, "not-found");
        browser.led(&back, false).await.is(StatusCode::OK);
        over(browser.led(&back, false).await);

        let replayed = Browser::new(&site);
        let address = replayed.begin("works").await;
        let state = address.split("state=").nth(1).unwrap().split('&').next().unwrap();
        let used = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
        let mixed = format!("/v1/sign-in/providers/works/callback?code={used}&state={state}");
        replayed.led(&mixed, false).await.refused(StatusCode::UNAUTHORIZED, "identity-refused");

        let said_no = Browser::new(&site);
        let address = said_no.begin("works").await;
        let state = address.split("state=").nth(1).unwrap().split('&').next().unwrap();
        let no = format!("/v1/sign-in/providers/works/callback?error=access_denied&state={state}&iss=https%3A%2F%2Fid.example.com");
        said_no.led(&no, false).await.refused(StatusCode::UNAUTHORIZED, "identity-refused");

        let late = Browser::new(&site);
        let back = works.visit(&late.begin("works").await, "ada-at-works").await;
        site.town.run("UPDATE ceremony SET expires_at = expires_at - 600000000").await;
        over(late.led(&back, false).await);
        late.begin("works").await;
        assert_eq!(site.town.number("SELECT COUNT(*) FROM ceremony").await, 1, "those that nobody ended are forgotten");
        assert_eq!(whys(&site).await, ["iss"]);
    })
    .await;
}

/// A key that is not known is asked for, and whoever forges one makes us ask no more than once a minute.
#[tokio::test(flavor = "multi_thread")]
async fn keys_may_change() {
    each(async |site, works| {
        site.person("ada", Role::Administrator, None).await;
        site.signed_in("ada").await.link(&works, "ada-at-works").await.is(StatusCode::OK);
        assert_eq!(works.keys_asked().await, 1);
        Browser::new(&site).with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
        assert_eq!(works.keys_asked().await, 1);
        works.rotates("second").await;
        Browser::new(&site).with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
        assert_eq!(works.keys_asked().await, 2);
        works.changes(json!({ "forged": true, "header": { "kid": "third" } })).await;
        for _ in 0..3 {
            Browser::new(&site).with(&works, "works", "ada-at-works").await.refused(StatusCode::UNAUTHORIZED, "identity-refused");
        }
        assert_eq!(works.keys_asked().await, 2);
        works.changes(Value::Null).await;
        Browser::new(&site).with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
    })
    .await;
}

/// No secret stands in the database: not the client's, not what a browser holds, not by what the provider knows somebody.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_tells_nothing() {
    each(async |site, works| {
        site.person("ada", Role::Administrator, None).await;
        works.knows("ada-at-works", json!({ "email": "ada@works.example", "email_verified": true })).await;
        let ada = site.signed_in("ada").await;
        ada.link(&works, "ada-at-works").await.is(StatusCode::OK);
        let begun = ada.post("/v1/sign-in/provider", json!({ "provider": "works" })).await.is(StatusCode::OK);
        let cookie = begun.header("set-cookie").split(['=', ';']).nth(1).unwrap().to_owned();
        assert!(begun.header("set-cookie").starts_with(CEREMONY) && cookie.len() == 43);
        let address = begun.body["address"].as_str().unwrap();
        let sent = |name: &str| address.split(&format!("{name}=")).nth(1).unwrap().split('&').next().unwrap().to_owned();
        assert_eq!(sent("code_challenge_method"), "S256");
        for secret in [SECRET.to_owned(), cookie, sent("state"), sent("nonce"), "ada-at-works".to_owned(), "ada@works".to_owned()] {
            for (table, column) in
                [("ceremony", "hash"), ("ceremony", "sealed"), ("identity", "personal"), ("identity", "mark"), ("audit", "after")]
            {
                let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{secret}%'");
                assert_eq!(site.town.number(&sql).await, 0, "{secret} in {table}.{column}");
            }
        }
    })
    .await;
}
