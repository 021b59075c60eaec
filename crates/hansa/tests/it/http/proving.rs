//! What signing in rests on is changed by whoever proves once more who it is: an open screen is not enough.

use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::authenticator::Device;
use super::browser::{Browser, PASSWORD, SESSION};
use super::signing_in::second_factor;
use super::{each, identity_provider};

const NOT_PROVEN: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Asks without a proof and with a wrong one, which change nothing, and then with the right one.
async fn proven(browser: &Browser<'_>, method: Method, path: &str, body: Value, field: &str, right: &str) -> super::Answer {
    let with = |said: Value| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        browser.ask(method.clone(), path, Some(body))
    };
    for said in [json!({}), json!({ field: "not it at all" })] {
        assert_eq!(with(said).await.refused(NOT_PROVEN, "invalid-field").body["field"], field, "{path}");
    }
    with(json!({ field: right })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_ended_by_whoever_proves_who_it_is() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (here, there, third) = (site.signed_in("ada").await, site.signed_in("ada").await, site.signed_in("ada").await);
        let sessions = there.get("/v1/sessions").await.is(StatusCode::OK).body["items"].clone();
        let current = sessions.as_array().unwrap().iter().find(|one| one["current"] == true).unwrap()["id"].as_str().unwrap();
        let one = format!("/v1/sessions/{current}");
        proven(&here, Method::DELETE, &one, json!({}), "password", PASSWORD).await.is(StatusCode::NO_CONTENT);
        there.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        // All others at once: somebody else's stay.
        site.person("bob", Role::Analyst, None).await;
        let bob = site.signed_in("bob").await;
        third.get("/v1/session").await.is(StatusCode::OK);
        proven(&here, Method::DELETE, "/v1/sessions", json!({}), "password", PASSWORD).await.is(StatusCode::NO_CONTENT);
        third.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        here.get("/v1/session").await.is(StatusCode::OK);
        bob.get("/v1/session").await.is(StatusCode::OK);
        let told = site.town.number("SELECT COUNT(*) FROM audit WHERE action = 'end_other_sessions' AND actor = 'staff:ada'").await;
        assert_eq!(told, 1);
        // The own one is left without a proof.
        let own = here.get("/v1/sessions").await.body["items"][0]["id"].as_str().unwrap().to_owned();
        here.ask(Method::DELETE, &format!("/v1/sessions/{own}"), Some(json!({}))).await.is(StatusCode::NO_CONTENT);
        here.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_and_passkeys_come_and_go_with_a_proof() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (ada, mut device) = (site.signed_in("ada").await, Device::new());
        let passkey = ada.add_passkey(&mut device, "Laptop").await.is(StatusCode::CREATED).body["id"].as_str().unwrap().to_owned();
        let passkey = format!("/v1/session/passkeys/{passkey}");
        proven(&ada, Method::DELETE, &passkey, json!({}), "password", PASSWORD).await.is(StatusCode::NO_CONTENT);
        // Somebody else, because each may try ten times at once.
        site.person("bob", Role::Analyst, None).await;
        let bob = site.signed_in("bob").await;
        let begun = proven(&bob, Method::POST, "/v1/session/second-factor", json!({}), "password", PASSWORD).await.is(StatusCode::OK);
        assert!(begun.body["secret"].is_string());
        // From now on a code is asked for, and the password does not do.
        let recovery = second_factor(&site, &bob).await;
        bob.ask(Method::DELETE, "/v1/sessions", Some(json!({ "password": PASSWORD }))).await.refused(NOT_PROVEN, "invalid-field");
        proven(&bob, Method::DELETE, "/v1/sessions", json!({}), "code", &recovery[0]).await.is(StatusCode::NO_CONTENT);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn identities_come_and_go_with_a_proof() {
    identity_provider::each(async |site, works| {
        site.person("ada", Role::Administrator, None).await;
        let ada = site.signed_in("ada").await;
        let body = json!({ "provider": "works" });
        let begun = proven(&ada, Method::POST, "/v1/session/identities", body, "password", PASSWORD).await.is(StatusCode::OK);
        let back = works.visit(begun.body["address"].as_str().unwrap(), "ada-at-works").await;
        ada.led(&back, false).await.is(StatusCode::OK);
        let own = ada.get("/v1/session/identities").await.body["items"][0]["id"].as_str().unwrap().to_owned();

        // Who comes in by it in the same browser leaves no session behind, although the way back brings none along.
        let before = ada.kept(SESSION).unwrap();
        ada.with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
        let thief = Browser::new(&site);
        thief.keep(SESSION, &before);
        thief.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");

        let own = format!("/v1/session/identities/{own}");
        proven(&ada, Method::DELETE, &own, json!({}), "password", PASSWORD).await.is(StatusCode::NO_CONTENT);
    })
    .await;
}
