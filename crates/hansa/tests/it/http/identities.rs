//! Signing in with an identity provider, tested with a real one.

use hansa::access::Role;
use hansa::app::App;
use hansa::schema::HISTORY;
use hansa::vault::Vault;
use hansa::{backup, privacy};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::browser::{Browser, PASSWORD};
use super::identity_provider::{Works, each};
use super::post_office::PostOffice;
use super::{Answer, Site};
use crate::town::Town;

impl Browser<'_> {
    /// Begins to sign in; where to go.
    pub async fn begin(&self, provider: &str) -> String {
        let begun = self.post("/v1/sign-in/provider", json!({ "provider": provider })).await.is(StatusCode::OK);
        begun.body["address"].as_str().unwrap().to_owned()
    }

    /// Goes to the provider, signs in there, and comes back.
    pub async fn with(&self, works: &Works, provider: &str, person: &str) -> Answer {
        let back = works.visit(&self.begin(provider).await, person).await;
        self.led(&back, false).await
    }

    /// Links an identity.
    pub async fn link(&self, works: &Works, person: &str) -> Answer {
        let begun = self.post("/v1/session/identities", json!({ "provider": "works", "password": PASSWORD })).await.is(StatusCode::OK);
        let back = works.visit(begun.body["address"].as_str().unwrap(), person).await;
        self.led(&back, false).await
    }
}

/// What the audit tells of refusals, the oldest first.
async fn refusals(site: &Site) -> Vec<Value> {
    let key = site.key(Role::Administrator, None).await;
    let audit = site.get("/v1/audit?limit=200", &key).await.is(StatusCode::OK);
    let entries = audit.body["items"].as_array().unwrap().clone();
    entries.into_iter().rev().filter(|entry| entry["action"] == "refuse_identity").collect()
}

pub async fn whys(site: &Site) -> Vec<String> {
    refusals(site).await.iter().map(|entry| entry["why"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_linked_and_opens_the_door() {
    each(async |site, works| {
        let office = PostOffice::open();
        site.person("ada", Role::Administrator, None).await;
        works.knows("ada-at-works", json!({ "email": "ada@works.example", "email_verified": true })).await;
        let listed = site.get("/v1/sign-in/providers", "").await.is(StatusCode::OK);
        assert_eq!(listed.body["items"][0], json!({ "name": "works", "title": "The Works" }));
        let ada = site.signed_in("ada").await;
        assert_eq!(ada.link(&works, "ada-at-works").await.is(StatusCode::OK).body, json!({ "state": "linked" }));
        assert!(site.letter(&office, "ada@example.com").await.contains("The Works"));
        let own = ada.get("/v1/session/identities").await.is(StatusCode::OK).body["items"].clone();
        assert_eq!(
            (&own[0]["provider"], &own[0]["label"], &own[0]["used_at"]),
            (&json!("works"), &json!("ada@works.example"), &Value::Null)
        );

        let browser = Browser::new(&site);
        let entered = browser.with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
        assert_eq!((&entered.body["state"], &entered.body["person"]["id"]), (&json!("signed-in"), &json!("ada")));
        browser.get("/v1/session").await.is(StatusCode::OK);
        let own = browser.get("/v1/session/identities").await.is(StatusCode::OK).body["items"].clone();
        assert_ne!(own[0]["used_at"], Value::Null);

        // Linking it again changes nothing; it can be taken away by its person alone.
        assert_eq!(ada.link(&works, "ada-at-works").await.is(StatusCode::OK).body["state"], "linked");
        site.person("bob", Role::Analyst, None).await;
        let path = format!("/v1/session/identities/{}", own[0]["id"].as_str().unwrap());
        site.signed_in("bob").await.remove(&path).await.refused(StatusCode::NOT_FOUND, "not-found");
        browser.remove(&path).await.is(StatusCode::NO_CONTENT);
        browser.remove(&path).await.refused(StatusCode::NOT_FOUND, "not-found");
        Browser::new(&site).with(&works, "works", "ada-at-works").await.refused(StatusCode::FORBIDDEN, "identity-unlinked");

        let key = site.key(Role::Administrator, None).await;
        let audit = site.get("/v1/audit?subject=person:ada&limit=200", &key).await.is(StatusCode::OK);
        let told: Vec<(&str, &str)> = audit.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .rev()
            .map(|one| (one["action"].as_str().unwrap(), one["actor"].as_str().unwrap()))
            .collect();
        assert_eq!(told, ["sign_in", "link_identity", "sign_in", "unlink_identity"].map(|action| (action, "staff:ada")));
        assert!(audit.body["items"][1]["after"].to_string().contains("works"), "{}", audit.body);
        site.town.sound().await;
    })
    .await;
}

/// Nobody is made by signing in, and nobody comes in who may not.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_disabled_people_are_refused() {
    each(async |site, works| {
        site.person("ada", Role::Administrator, None).await;
        site.person("bob", Role::Analyst, None).await;
        // The address is right and checked, and this provider's word about addresses is not trusted.
        works.knows("bob-at-works", json!({ "email": "bob@example.com", "email_verified": true })).await;
        Browser::new(&site).with(&works, "works", "bob-at-works").await.refused(StatusCode::FORBIDDEN, "identity-unlinked");
        let people = site.town.number("SELECT COUNT(*) FROM person").await;
        assert_eq!((people, site.town.number("SELECT COUNT(*) FROM identity").await), (2, 0));
        let bob = site.signed_in("bob").await;
        bob.link(&works, "bob-at-works").await.is(StatusCode::OK);
        // Somebody else's is somebody else's.
        let ada = site.signed_in("ada").await;
        ada.link(&works, "bob-at-works").await.refused(StatusCode::CONFLICT, "identity-taken");
        // A link that was begun in a session ends with it.
        let begun = bob.post("/v1/session/identities", json!({ "provider": "works", "password": PASSWORD })).await.is(StatusCode::OK);
        let back = works.visit(begun.body["address"].as_str().unwrap(), "bob-elsewhere").await;
        bob.delete("/v1/session").await.is(StatusCode::NO_CONTENT);
        bob.led(&back, false).await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");

        ada.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": true }))).await.is(StatusCode::OK);
        Browser::new(&site).with(&works, "works", "bob-at-works").await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        Browser::new(&site).with(&works, "works-mail", "bob-at-works").await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        assert_eq!(whys(&site).await, ["not linked", "somebody else's", "disabled", "disabled"]);
        assert_eq!(refusals(&site).await[2]["subject"], "person:bob");
        ada.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": false }))).await.is(StatusCode::OK);
        Browser::new(&site).with(&works, "works", "bob-at-works").await.is(StatusCode::OK);

        ada.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": true }))).await.is(StatusCode::OK);
        ada.post("/v1/staff/bob/erase", json!({ "why": "asked for" })).await.is(StatusCode::OK);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM identity").await, 0);
        Browser::new(&site).with(&works, "works", "bob-at-works").await.refused(StatusCode::FORBIDDEN, "identity-unlinked");
    })
    .await;
}

/// Where a provider's word about addresses is trusted, it links whoever has the address; not when the provider has not checked it, and not
/// somebody whom the provider knows already by another name.
#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_address_links() {
    each(async |site, works| {
        site.person("bob", Role::Analyst, None).await;
        for (subject, claims) in [
            ("unchecked", json!({ "email": "bob@example.com", "email_verified": false })),
            ("silent", json!({ "email": "bob@example.com" })),
            ("nobody", json!({ "email": "nobody@example.com", "email_verified": true })),
            ("first", json!({ "email": "Bob@Example.com", "email_verified": true })),
            ("second", json!({ "email": "bob@example.com", "email_verified": true })),
        ] {
            works.knows(subject, claims).await;
        }
        for subject in ["unchecked", "silent", "nobody"] {
            Browser::new(&site).with(&works, "works-mail", subject).await.refused(StatusCode::FORBIDDEN, "identity-unlinked");
        }
        let entered = Browser::new(&site).with(&works, "works-mail", "first").await.is(StatusCode::OK);
        assert_eq!(entered.body["person"]["id"], "bob");
        Browser::new(&site).with(&works, "works-mail", "first").await.is(StatusCode::OK);
        Browser::new(&site).with(&works, "works-mail", "second").await.refused(StatusCode::FORBIDDEN, "identity-unlinked");
        assert_eq!(whys(&site).await, ["not linked", "not linked", "not linked", "known there by another identity"]);
        // By the link alone from now on: the address at the provider may become another one.
        works.knows("first", json!({ "email": "robert@works.example", "email_verified": false })).await;
        Browser::new(&site).with(&works, "works", "first").await.is(StatusCode::OK);
    })
    .await;
}

/// An invitation is taken with an identity instead of a password, once.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_taken_with_an_identity() {
    each(async |site, works| {
        let office = PostOffice::open();
        site.town.member("acme").await;
        let key = site.key(Role::Administrator, None).await;
        let new = json!({ "name": "王芳", "email": "wang.fang@acme.example", "role": "buyer", "language": "en" });
        let person = site.post("/v1/members/acme/people", &key, new).await.is(StatusCode::CREATED).body["id"].clone();
        let letter = site.letter(&office, "wang.fang@acme.example").await;
        let token = letter.split("/welcome#").nth(1).unwrap().split_whitespace().next().unwrap();
        let take = async |token: &str| {
            let browser = Browser::new(&site);
            let begun = browser.post("/v1/sign-in/provider", json!({ "provider": "works", "invitation": token })).await.is(StatusCode::OK);
            let back = works.visit(begun.body["address"].as_str().unwrap(), "fang-at-works").await;
            browser.led(&back, false).await
        };
        take("no-such-invitation").await.refused(StatusCode::GONE, "link-ended");
        let entered = take(token).await.is(StatusCode::OK);
        assert_eq!((&entered.body["person"]["id"], &entered.body["person"]["member"]), (&person, &json!("acme")));
        take(token).await.refused(StatusCode::GONE, "link-ended");
        let chosen = json!({ "ticket": token, "password": PASSWORD });
        Browser::new(&site).post("/v1/sign-in/choose-password", chosen).await.refused(StatusCode::GONE, "link-ended");
        let entered = Browser::new(&site).with(&works, "works", "fang-at-works").await.is(StatusCode::OK);
        assert_eq!(entered.body["person"]["state"], "active");
    })
    .await;
}

/// An enterprise signs up with an identity instead of a password, once.
#[tokio::test(flavor = "multi_thread")]
async fn an_enterprise_signs_up_with_an_identity() {
    each(async |site, works| {
        let (office, stranger) = (PostOffice::open(), Browser::new(&site));
        let form = |email: &str| json!({ "company": "East Works", "country": "DE", "name": "Ada", "email": email, "language": "en" });
        let ticket = async |email: &str| {
            stranger.post("/v1/sign-up", form(email)).await.is(StatusCode::ACCEPTED);
            let letter = site.letter(&office, email).await;
            letter.split("/portal/join#").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
        };
        let begin = async |ticket: &str| stranger.post("/v1/sign-in/provider", json!({ "provider": "works", "sign_up": ticket })).await;
        let take = async |ticket: &str| {
            let begun = begin(ticket).await.is(StatusCode::OK);
            let back = works.visit(begun.body["address"].as_str().unwrap(), "ada-at-works").await;
            stranger.led(&back, false).await
        };
        begin("no-such-ticket").await.refused(StatusCode::GONE, "link-ended");
        let first = ticket("ada@east.example").await;
        let both = json!({ "provider": "works", "sign_up": first, "invitation": "x" });
        let refused = stranger.post("/v1/sign-in/provider", both).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "sign_up");
        let entered = take(&first).await.is(StatusCode::OK);
        let person = &entered.body["person"];
        assert_eq!((&person["role"], &person["email"]), (&json!("owner"), &json!("ada@east.example")));
        let member = person["member"].as_str().unwrap();
        assert_eq!(stranger.get(&format!("/v1/members/{member}")).await.is(StatusCode::OK).body["name"], "East Works");
        begin(&first).await.refused(StatusCode::GONE, "link-ended");
        Browser::new(&site).with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
        // An identity is somebody's already: nothing is made, and the form waits for another way.
        let second = ticket("bea@east.example").await;
        take(&second).await.refused(StatusCode::CONFLICT, "identity-taken");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM person").await, 1);
        let chosen = json!({ "ticket": second, "password": PASSWORD });
        Browser::new(&site).post("/v1/sign-up/confirm", chosen).await.is(StatusCode::OK);
        site.town.sound().await;
    })
    .await;
}

/// Whoever has a second factor is asked for it, unless the provider is configured to count as one.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_is_asked_for_unless_the_provider_counts_as_one() {
    each(async |site, works| {
        site.person("ada", Role::Administrator, None).await;
        let ada = site.signed_in("ada").await;
        ada.link(&works, "ada-at-works").await.is(StatusCode::OK);
        let codes = super::signing_in::second_factor(&site, &ada).await;
        let browser = Browser::new(&site);
        let half = browser.with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
        assert_eq!(half.body["state"], "second-factor");
        browser.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        let answer = json!({ "ticket": half.body["ticket"], "code": codes[0] });
        browser.post("/v1/sign-in/second-factor", answer).await.is(StatusCode::OK);
        browser.get("/v1/session").await.is(StatusCode::OK);
        let entered = Browser::new(&site).with(&works, "works-both", "ada-at-works").await.is(StatusCode::OK);
        assert_eq!(entered.body["state"], "signed-in");
        // A page is led to where the code is asked for.
        let browser = Browser::new(&site);
        let back = works.visit(&browser.begin("works").await, "ada-at-works").await;
        let led = browser.led(&back, true).await.is(StatusCode::SEE_OTHER);
        assert!(led.header("location").starts_with("/sign-in#second-factor="), "{}", led.header("location"));
    })
    .await;
}

/// A page is led on inside this site, whatever was asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_led_on_inside_this_site() {
    each(async |site, works| {
        site.person("ada", Role::Administrator, None).await;
        let ada = site.signed_in("ada").await;
        ada.link(&works, "ada-at-works").await.is(StatusCode::OK);
        for evil in ["https://evil.example", "//evil.example", "/\\evil.example", "members", "", "/\r\nset-cookie: x"] {
            for path in ["/v1/sign-in/provider", "/v1/session/identities"] {
                let body = json!({ "provider": "works", "return_to": evil });
                let refused = ada.post(path, body).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
                assert_eq!(refused.body["field"], "return_to");
            }
        }
        ada.post("/v1/sign-in/provider", json!({ "provider": "none" })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let page = async |person: &str, return_to: Option<&str>| {
            let browser = Browser::new(&site);
            let body = json!({ "provider": "works", "return_to": return_to });
            let begun = browser.post("/v1/sign-in/provider", body).await.is(StatusCode::OK);
            let back = works.visit(begun.body["address"].as_str().unwrap(), person).await;
            let led = browser.led(&back, true).await.is(StatusCode::SEE_OTHER);
            assert_eq!(led.header("referrer-policy"), "no-referrer");
            (browser.get("/v1/session").await.status, led.header("location").to_owned())
        };
        assert_eq!(page("ada-at-works", None).await, (StatusCode::OK, "/".to_owned()));
        assert_eq!(page("ada-at-works", Some("/members?tier=gold#x")).await, (StatusCode::OK, "/members?tier=gold#x".to_owned()));
        let stranger = page("stranger", Some("/members?a=b")).await;
        assert_eq!(stranger, (StatusCode::UNAUTHORIZED, "/sign-in?to=%2Fmembers%3Fa%3Db#problem=identity-unlinked".to_owned()));
        let late = Browser::new(&site).led("/v1/sign-in/providers/works/callback?code=1&state=2", true).await.is(StatusCode::SEE_OTHER);
        assert_eq!(late.header("location"), "/sign-in#problem=sign-in-ended");
    })
    .await;
}

/// A link holds when the ring has another key, and in a copy of the database; what a copy brings back of somebody who was erased opens nothing, and is
/// in nobody's way.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_outlives_keys_and_backups() {
    each(async |site, works| {
        let folder = tempfile::tempdir().unwrap();
        let (ring, file, keys) = (folder.path().join("ring"), folder.path().join("old.hansa"), folder.path().join("keys"));
        let opened =
            async || Town { app: App::with(site.town.app.db.clone(), site.town.app.clock).await.unwrap().keyed(&ring).await.unwrap() };
        let first = works.site(opened().await).await;
        for (id, role) in [("ada", Role::Administrator), ("bob", Role::Analyst)] {
            first.person(id, role, None).await;
            first.signed_in(id).await.link(&works, &format!("{id}-at-works")).await.is(StatusCode::OK);
        }
        Vault::add_key(&ring).unwrap();
        let second = works.site(opened().await).await;
        Browser::new(&second).with(&works, "works", "bob-at-works").await.is(StatusCode::OK);

        let app = &second.town.app;
        backup::save(app, &file, |_, _| {}).await.unwrap();
        let ada = second.signed_in("ada").await;
        ada.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": true }))).await.is(StatusCode::OK);
        ada.post("/v1/staff/bob/erase", json!({ "why": "asked for" })).await.is(StatusCode::OK);
        privacy::save(app, &keys).await.unwrap();
        db::testing::each(HISTORY, async |db| {
            let mut restored = App::with(db, app.clock).await.unwrap();
            restored.vault = app.vault.clone();
            backup::restore(&restored, &file, |_, _| {}).await.unwrap();
            privacy::load(&restored, &keys).await.unwrap();
            let third = works.site(Town { app: restored }).await;
            assert_eq!(third.town.number("SELECT COUNT(*) FROM identity").await, 2);
            Browser::new(&third).with(&works, "works", "ada-at-works").await.is(StatusCode::OK);
            Browser::new(&third).with(&works, "works", "bob-at-works").await.refused(StatusCode::FORBIDDEN, "identity-unlinked");
            third.signed_in("ada").await.link(&works, "bob-at-works").await.is(StatusCode::OK);
        })
        .await;
    })
    .await;
}
