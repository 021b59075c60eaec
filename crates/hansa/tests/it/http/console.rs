//! Pages for people: given for navigation alone, under a strict policy; nothing else is ever a page.

use reqwest::{Method, StatusCode};

use super::{Site, sent};

/// With and without a console built in.
#[tokio::test(flavor = "multi_thread")]
async fn pages_are_for_navigation_and_under_a_strict_policy() {
    let database = db::testing::TestDatabase::sqlite(hansa::schema::HISTORY).await;
    let site = Site::on(database.db.clone()).await;
    let go =
        |path: &str| sent(site.ask(Method::GET, path, "").header("accept", "text/html,*/*;q=0.8").header("sec-fetch-mode", "navigate"));
    let mut policies = Vec::new();
    for path in ["/", "/members/acme.inc", "/portal", "/sign-in", "/welcome", "/a/b/c"] {
        let page = go(path).await.is(StatusCode::OK);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!((page.header("cache-control"), page.header("x-content-type-options")), ("no-cache", "nosniff"));
        assert!(!page.body.as_str().unwrap().contains("__CSP_NONCE__"), "the nonce is filled in");
        let policy = page.header("content-security-policy").to_owned();
        for part in ["default-src 'self'", "script-src 'self';", "object-src 'none'", "frame-ancestors 'none'", "'nonce-"] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe"));
        policies.push(policy);
    }
    policies.dedup();
    assert_eq!(policies.len(), 6, "each page has a nonce of its own");
    for path in ["/v1/nothing", "/v1", "/assets/nothing.js", "/openapi.json/x"] {
        go(path).await.refused(StatusCode::NOT_FOUND, "not-found");
    }
    // A program that mistakes an address hears so in its own words.
    site.get("/members/acme", "").await.refused(StatusCode::NOT_FOUND, "not-found");
    sent(site.ask(Method::POST, "/members/acme", "").header("sec-fetch-mode", "navigate"))
        .await
        .refused(StatusCode::NOT_FOUND, "not-found");
    site.stop().await;
}

/// Whatever is answered carries a policy, stands in nobody's frame and says what it is; the description of the interface runs its own scripts alone.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_guarded() {
    let database = db::testing::TestDatabase::sqlite(hansa::schema::HISTORY).await;
    let site = Site::on(database.db.clone()).await;
    let paths =
        ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"];
    let refused = ["/v1/members", "/v1/sign-in/providers", "/nothing", "/assets/nothing.js", "/v1/sign-in/password"];
    for path in paths.iter().chain(&refused) {
        let answer = site.get(path, "").await;
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {part} in {policy}");
        }
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).map(str::trim);
        assert_eq!(scripts, path.starts_with("/docs").then_some("script-src 'self'"), "{path}");
        assert_eq!((answer.header("x-content-type-options"), answer.header("referrer-policy")), ("nosniff", "no-referrer"), "{path}");
        let kind = answer.header("content-type");
        assert!(!kind.starts_with("text/") || kind.contains("charset=utf-8"), "{path}: {kind}");
    }
    site.stop().await;
}
