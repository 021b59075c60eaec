use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use hansa::access::Role;
use hansa::http::body::hex;
use reqwest::{Method, StatusCode};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{each, sent};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_request_give_the_first_answer_again() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let post = |once: &'static str, body| sent(site.ask(Method::POST, "/v1/members", key).header("idempotency-key", once).json(&body));
        let first = post("k1", json!({ "name": "Acme" })).await.is(StatusCode::CREATED);
        assert_eq!(first.header("idempotency-replayed"), "");
        let again = post("k1", json!({ "name": "Acme" })).await.is(StatusCode::CREATED);
        assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body), "no second member was made");
        for header in ["etag", "location", "content-type"] {
            assert!(!first.header(header).is_empty() && again.header(header) == first.header(header), "{header}");
        }
        post("k1", json!({ "name": "Other" })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused");
        // A refusal is an answer, too.
        post("k2", json!({ "name": "" })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let refused = post("k2", json!({ "name": "" })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.header("idempotency-replayed"), "true");
        // Another caller's key is another key.
        let stranger = &site.key(Role::MembershipOperator, None).await;
        let theirs = sent(site.ask(Method::POST, "/v1/members", stranger).header("idempotency-key", "k1").json(&json!({ "name": "Acme" })));
        assert_ne!(theirs.await.is(StatusCode::CREATED).body["id"], first.body["id"]);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM member").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_are_done_once() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let post = || sent(site.ask(Method::POST, "/v1/members", key).header("idempotency-key", "same").json(&json!({ "name": "Acme" })));
        let answers = join_all((0..50).map(|_| post())).await;
        for answer in &answers {
            let waiting = answer.status == StatusCode::CONFLICT && answer.body["code"] == "request-in-progress";
            assert!(answer.status == StatusCode::CREATED || waiting, "{answer:?}");
        }
        assert!(answers.iter().any(|answer| answer.status == StatusCode::CREATED));
        assert_eq!(site.town.number("SELECT COUNT(*) FROM member").await, 1);
        post().await.is(StatusCode::CREATED);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM member").await, 1);
    })
    .await;
}

/// The process ended after a request was done and before its answer was kept: the next attempt finds what the first did.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_before_a_crash_is_not_done_again() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let post = |path: &'static str, once: &'static str, body| {
            sent(site.ask(Method::POST, path, key).header("idempotency-key", once).json(&body))
        };
        let gift = json!({ "unit": "points", "amount": 500, "reason": "gift" });
        let made = post("/v1/members", "m", json!({ "name": "Bolt Works" })).await.is(StatusCode::CREATED);
        site.town.member("acme").await;
        let given = post("/v1/members/acme/adjustments", "a", gift.clone()).await.is(StatusCode::CREATED);
        // As if both had been begun two minutes ago and never answered.
        site.town.run("UPDATE request SET status = NULL, headers = NULL, body = NULL, begun_at = begun_at - 120000000").await;
        let again = post("/v1/members", "m", json!({ "name": "Bolt Works" })).await.is(StatusCode::CREATED);
        assert_eq!((&again.body, again.header("idempotency-replayed")), (&made.body, ""));
        let given_again = post("/v1/members/acme/adjustments", "a", gift).await.is(StatusCode::OK);
        assert_eq!((&given_again.body["id"], &given_again.body["left"]["available"]), (&given.body["id"], &json!(500)));
        assert_eq!(site.town.number("SELECT COUNT(*) FROM member").await, 2);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM fact").await, 1);
    })
    .await;
}

/// The answer to making a key shows its secret, and no database keeps it.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_once() {
    each(async |site| {
        let key = &site.key(Role::Administrator, None).await;
        let new = json!({ "name": "ERP", "role": "membership-operator", "scopes": ["facts:write"], "expires_at": "2026-12-01T00:00:00Z" });
        let post = || sent(site.ask(Method::POST, "/v1/keys", key).header("idempotency-key", "once").json(&new));
        let made = post().await.is(StatusCode::CREATED);
        let secret = made.body["secret"].as_str().unwrap().to_owned();
        post().await.refused(StatusCode::CONFLICT, "refused");
        let text = &secret[secret.len() - 43..];
        for (table, column) in [("request", "CAST(body AS TEXT)"), ("api_key", "hash"), ("audit", "after")] {
            let column =
                if site.town.app.db.dialect() == db::Dialect::Postgres && table == "request" { "encode(body, 'escape')" } else { column };
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{text}%'");
            assert_eq!(site.town.number(&sql).await, 0, "{table}");
        }
        assert_eq!(site.get("/v1/keys", &secret).await.status, StatusCode::FORBIDDEN, "the key works, in its scope");
    })
    .await;
}

/// By what a request is known again nobody with the database alone can try passwords.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_a_request_tells_no_password() {
    each(async |site| {
        let path = "/v1/sign-in/password";
        let body = |password: &str| json!({ "email": "ada@example.com", "password": password }).to_string();
        let post = |text: String| {
            let request = site.ask(Method::POST, path, "").header("idempotency-key", "once").header("content-type", "application/json");
            sent(request.body(text))
        };
        post(body("correct heron")).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        assert_eq!(post(body("correct heron")).await.header("idempotency-replayed"), "true", "it is known again");
        post(body("correct crane")).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM request").await, 1);
        for text in [body("correct heron"), format!("POST\0{path}\0{}", body("correct heron"))] {
            let plain = Sha256::digest(text.as_bytes());
            for digest in [hex(&plain), URL_SAFE_NO_PAD.encode(plain)] {
                assert_eq!(site.town.number(&format!("SELECT COUNT(*) FROM request WHERE digest = '{digest}'")).await, 0);
            }
        }
    })
    .await;
}
