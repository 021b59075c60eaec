//! Who is not let in stands in the audit, and nobody learns there or by waiting who has an account.

use hansa::access::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::browser::{Browser, PASSWORD, SESSION};
use super::post_office::PostOffice;
use super::signing_in::second_factor;
use super::{Site, each};

/// What was refused, the oldest first: to whom, and why.
async fn refused(site: &Site, action: &str) -> Vec<(String, String)> {
    let key = site.key(Role::Administrator, None).await;
    let audit = site.get(&format!("/v1/audit?action={action}&limit=200"), &key).await.is(StatusCode::OK);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    audit.body["items"].as_array().unwrap().iter().rev().map(|one| (text(&one["subject"]), text(&one["why"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_let_in_stands_in_the_audit() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (office, browser) = (PostOffice::open(), Browser::new(&site));
        let rows = async || site.town.number("SELECT COUNT(*) FROM audit").await;
        let not_in = |answer: super::Answer| drop(answer.refused(StatusCode::UNAUTHORIZED, "sign-in-refused"));
        let told = |subject: &str, why: &str| (subject.to_owned(), why.to_owned());
        // Known or not, one row each.
        for email in ["ada@example.com", "nobody@example.com", " Nobody@Example.com "] {
            let before = rows().await;
            not_in(browser.password(email, "wrong heron bicycle").await);
            assert_eq!(rows().await, before + 1, "{email}");
        }
        let seen = refused(&site, "refuse_sign_in").await;
        assert_eq!(seen[0], told("person:ada", "password"));
        assert!(seen[1].0.starts_with("address:") && !seen[1].0.contains("nobody"), "{seen:?}");
        assert_eq!(seen[1], seen[2], "the same address is known again");
        // A code for whoever has the address, and for whoever has not.
        for email in ["ada@example.com", "nobody@example.com"] {
            let asked = browser.post("/v1/sign-in/code", json!({ "email": email })).await.is(StatusCode::ACCEPTED);
            let before = rows().await;
            not_in(browser.post("/v1/sign-in/code/answer", json!({ "ticket": asked.body["ticket"], "code": "none" })).await);
            assert_eq!(rows().await, before + 1, "{email}");
        }
        let ada = site.signed_in("ada").await;
        second_factor(&site, &ada).await;
        let half = browser.password("ada@example.com", PASSWORD).await.is(StatusCode::OK);
        not_in(browser.post("/v1/sign-in/second-factor", json!({ "ticket": half.body["ticket"], "code": "none" })).await);
        not_in(browser.post("/v1/sign-in/second-factor", json!({ "ticket": "rubbish", "code": "none" })).await);
        let expected = [
            told("person:ada", "code"),
            told("ticket:unknown", "ticket"),
            told("person:ada", "second factor"),
            told("ticket:unknown", "ticket"),
        ];
        assert_eq!(refused(&site, "refuse_sign_in").await[3..], expected);
        // Somebody at an open screen who does not know what its person knows.
        for (path, body) in [
            ("/v1/session/password", json!({ "old": "guess", "new": "another green umbrella" })),
            ("/v1/session/second-factor/remove", json!({ "code": "none" })),
            ("/v1/session/passkeys/options", json!({ "code": "none" })),
        ] {
            ada.post(path, body).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        }
        let expected = ["password", "second factor", "second factor"].map(|why| told("person:ada", why));
        assert_eq!(refused(&site, "refuse_proof").await, expected);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM audit WHERE subject LIKE '%nobody@%'").await, 0);
        drop(office);
        site.town.sound().await;
    })
    .await;
}

/// Whoever signs in again in a browser leaves no session behind that somebody could have copied.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_ends_the_one_that_came_along() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        site.person("bob", Role::Analyst, None).await;
        let (browser, elsewhere) = (site.signed_in("ada").await, site.signed_in("ada").await);
        let before = browser.kept(SESSION).unwrap();
        browser.password("bob@example.com", PASSWORD).await.is(StatusCode::OK);
        assert_eq!(browser.get("/v1/session").await.is(StatusCode::OK).body["person"]["id"], "bob");
        let thief = Browser::new(&site);
        thief.keep(SESSION, &before);
        thief.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        elsewhere.get("/v1/session").await.is(StatusCode::OK);
        // Who is refused loses nothing.
        browser.password("bob@example.com", "wrong heron bicycle").await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        browser.get("/v1/session").await.is(StatusCode::OK);
    })
    .await;
}

/// A password rests neither on the person's enterprise nor on the name of this site.
#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_knows_of_somebody_is_no_password() {
    each(async |site| {
        site.town.member("acme").await;
        site.town.run("UPDATE member SET name = 'Nordwind Trading'").await;
        site.person("eve", Role::Owner, Some("acme")).await;
        let eve = site.signed_in("eve").await;
        let choose = |new: &str| eve.post("/v1/session/password", json!({ "old": PASSWORD, "new": new }));
        for weak in ["nordwindtrading", "NordwindTrading1", "hansa.example", "hansaexample1"] {
            let refused = choose(weak).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert!(
                refused.body["field"] == "new" && refused.body["detail"].as_str().unwrap().contains("too easy"),
                "{weak}: {:#}",
                refused.body
            );
        }
        choose("quiet orange lighthouse").await.is(StatusCode::NO_CONTENT);
    })
    .await;
}
