//! Signing in with passkeys, tested with an authenticator in software.

use db::Db;
use hansa::access::Role;
use hansa::app::App;
use hansa::schema::HISTORY;
use hansa::vault::Vault;
use hansa::{backup, privacy};
use passkey_client::WebauthnError;
use passkey_types::ctap2::Ctap2Error;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::authenticator::{BS, Device, bytes};
use super::browser::{Browser, PASSWORD};
use super::post_office::PostOffice;
use super::signing_in::second_factor;
use super::{Site, each};
use crate::town::Town;

/// A site under a ring in a file.
async fn under(ring: &std::path::Path, db: &Db, town: &Town) -> Site {
    Site::of(Town { app: App::with(db.clone(), town.app.clock).await.unwrap().keyed(ring).await.unwrap() }, |_| ()).await
}

/// From adding one over signing in without a name to taking it away; each step is in the audit and, where it opens or shuts the door, in the mail.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_and_opens_the_door() {
    each(async |site| {
        let (office, mut device) = (PostOffice::open(), Device::new());
        site.person("ada", Role::Administrator, None).await;
        let ada = site.signed_in("ada").await;
        let made = ada.add_passkey(&mut device, " Laptop ").await.is(StatusCode::CREATED).body;
        assert_eq!((&made["name"], &made["used_at"], &made["backed_up"]), (&json!("Laptop"), &Value::Null, &json!(true)));
        assert!(site.letter(&office, "ada@example.com").await.contains("Laptop"));

        let browser = Browser::new(&site);
        let entered = browser.by_passkey(&mut device).await.is(StatusCode::OK);
        assert_eq!((&entered.body["state"], &entered.body["person"]["id"]), (&json!("signed-in"), &json!("ada")));
        browser.get("/v1/session").await.is(StatusCode::OK);
        let own = browser.get("/v1/session/passkeys").await.is(StatusCode::OK).body["items"].clone();
        assert_eq!((own.as_array().unwrap().len(), &own[0]["id"]), (1, &made["id"]));
        assert_ne!(own[0]["used_at"], Value::Null);

        // It is its person's alone.
        site.person("bob", Role::Analyst, None).await;
        let (bob, path) = (site.signed_in("bob").await, format!("/v1/session/passkeys/{}", made["id"].as_str().unwrap()));
        let named = |name: &str| Some(json!({ "name": name }));
        bob.ask(Method::PATCH, &path, named("Mine")).await.refused(StatusCode::NOT_FOUND, "not-found");
        bob.remove(&path).await.refused(StatusCode::NOT_FOUND, "not-found");
        assert_eq!(bob.get("/v1/session/passkeys").await.body["items"], json!([]));
        let renamed = browser.ask(Method::PATCH, &path, named("Desk")).await.is(StatusCode::OK);
        assert_eq!(renamed.body["name"], "Desk");
        for name in ["", "   ", "a\u{7}b", &"x".repeat(61)] {
            browser.ask(Method::PATCH, &path, named(name)).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        }
        Browser::new(&site).by_passkey(&mut device).await.is(StatusCode::OK);
        browser.remove(&path).await.is(StatusCode::NO_CONTENT);
        browser.remove(&path).await.refused(StatusCode::NOT_FOUND, "not-found");
        assert!(site.letter(&office, "ada@example.com").await.contains("no longer sign in with the passkey “Desk”"));
        Browser::new(&site).by_passkey(&mut device).await.refused(StatusCode::UNAUTHORIZED, "passkey-refused");

        let key = site.key(Role::Administrator, None).await;
        let audit = site.get("/v1/audit?subject=person:ada&limit=200", &key).await.is(StatusCode::OK);
        let told = audit.body["items"].as_array().unwrap().iter().rev();
        let told: Vec<_> = told.map(|one| (one["action"].as_str().unwrap(), one["actor"].as_str().unwrap())).collect();
        let expected = ["sign_in", "add_passkey", "sign_in", "rename_passkey", "sign_in", "remove_passkey"];
        assert_eq!(told, expected.map(|action| (action, "staff:ada")));
        assert!(audit.body["items"][1]["after"].to_string().contains(made["id"].as_str().unwrap()), "{}", audit.body);
        site.town.sound().await;
    })
    .await;
}

/// What a browser is told is what makes a credential that signs in without a name and verifies its user; a device that has one already refuses a second.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_device_is_asked_for() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (ada, mut device) = (site.signed_in("ada").await, Device::new());
        let asked = ada.passkey_options().await;
        assert_eq!(asked["rp"], json!({ "id": "hansa.example", "name": "Hansa" }));
        assert_eq!((&asked["user"]["name"], &asked["user"]["displayName"]), (&json!("ada@example.com"), &json!("ada")));
        let wanted = json!({ "residentKey": "required", "requireResidentKey": true, "userVerification": "required" });
        assert_eq!((&asked["authenticatorSelection"], &asked["attestation"]), (&wanted, &json!("none")));
        assert_eq!((&asked["timeout"], &asked["excludeCredentials"]), (&json!(600_000), &json!([])));
        ada.add_passkey(&mut device, "First").await.is(StatusCode::CREATED);

        let again = ada.passkey_options().await;
        assert_ne!((&again["challenge"], bytes(&again["challenge"]).len()), (&asked["challenge"], 0));
        assert_eq!(
            again["excludeCredentials"][0]["id"].as_str().map(|id| bytes(&json!(id))),
            device.passkey.as_ref().map(|one| one.credential_id.to_vec())
        );
        let excluded = device.create(&again).await.unwrap_err();
        assert_eq!(excluded, WebauthnError::AuthenticatorError(Ctap2Error::CredentialExcluded.into()));
        // The device knows one person, however many passkeys that has; and it learns nothing else of it.
        let mut second = Device::new();
        ada.add_passkey(&mut second, "Second").await.is(StatusCode::CREATED);
        let handle = |device: &Device| device.passkey.as_ref().and_then(|one| one.user_handle.clone()).unwrap().to_vec();
        assert_eq!((handle(&device), handle(&device).len()), (handle(&second), 16));

        let door = Browser::new(&site).door_options().await;
        assert_eq!(
            (&door["rpId"], &door["userVerification"], &door["allowCredentials"]),
            (&json!("hansa.example"), &json!("required"), &json!([]))
        );
        for device in [&mut device, &mut second] {
            Browser::new(&site).by_passkey(device).await.is(StatusCode::OK);
        }
    })
    .await;
}

/// An open screen adds no passkey: the password is asked for, and where there is a second factor, a code of that. A passkey counts as both.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_by_whoever_proves_once_more_who_it_is() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (ada, mut device) = (site.signed_in("ada").await, Device::new());
        let asked = async |said: Value| ada.post("/v1/session/passkeys/options", said).await;
        for said in [json!({}), json!({ "password": "not it at all" }), json!({ "code": "123456" })] {
            let refused = asked(said).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], "password");
        }
        let recovery = second_factor(&site, &ada).await;
        for said in [json!({}), json!({ "password": PASSWORD }), json!({ "code": "123" })] {
            let refused = asked(said).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], "code");
        }
        let options = asked(json!({ "code": recovery[0] })).await.is(StatusCode::OK).body["public_key"].clone();
        asked(json!({ "code": recovery[0] })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let made = device.create(&options).await.unwrap();
        ada.post("/v1/session/passkeys", json!({ "name": "Key", "credential": made })).await.is(StatusCode::CREATED);
        assert_eq!(Browser::new(&site).password("ada@example.com", PASSWORD).await.body["state"], "second-factor");
        assert_eq!(Browser::new(&site).by_passkey(&mut device).await.is(StatusCode::OK).body["state"], "signed-in");
    })
    .await;
}

/// A contact signs in with its passkey as staff does, and its role and enterprise are its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_contact_signs_in_with_a_passkey() {
    each(async |site| {
        site.town.member("acme").await;
        site.person("eve", Role::Buyer, Some("acme")).await;
        let mut device = Device::new();
        site.signed_in("eve").await.add_passkey(&mut device, "Phone").await.is(StatusCode::CREATED);
        let browser = Browser::new(&site);
        browser.by_passkey(&mut device).await.is(StatusCode::OK);
        let me = browser.get("/v1/session").await.is(StatusCode::OK);
        assert_eq!((&me.body["person"]["role"], &me.body["person"]["member"]), (&json!("buyer"), &json!("acme")));
        let told = browser.get("/v1/session/export").await.is(StatusCode::OK);
        assert!(told.header("content-type").contains("zip"));
    })
    .await;
}

/// A device may stop keeping a copy elsewhere, or begin to (WebAuthn level 3, 6.1.3).
#[tokio::test(flavor = "multi_thread")]
async fn whether_there_is_a_copy_is_as_the_device_last_said() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (ada, mut device) = (site.signed_in("ada").await, Device::new());
        ada.add_passkey(&mut device, "Phone").await.is(StatusCode::CREATED);
        for copied in [false, true] {
            let browser = Browser::new(&site);
            let answer = device.get(&browser.door_options().await).await;
            let answer = device.says(&answer, |data| if copied { data[32] |= BS } else { data[32] &= !BS });
            browser.shows(&answer).await.is(StatusCode::OK);
            assert_eq!(ada.get("/v1/session/passkeys").await.body["items"][0]["backed_up"], json!(copied));
        }
    })
    .await;
}

/// A passkey holds when the ring has another key, and in a copy of the database; what a copy brings back of somebody who was erased opens nothing, and
/// is in nobody's way.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_outlives_keys_and_backups() {
    each(async |site| {
        let folder = tempfile::tempdir().unwrap();
        let (ring, file, keys) = (folder.path().join("ring"), folder.path().join("old.hansa"), folder.path().join("keys"));
        let db = &site.town.app.db;
        let first = under(&ring, db, &site.town).await;
        let mut devices = [Device::new(), Device::new()];
        for ((id, role), device) in [("ada", Role::Administrator), ("bob", Role::Analyst)].into_iter().zip(&mut devices) {
            first.person(id, role, None).await;
            first.signed_in(id).await.add_passkey(device, "Phone").await.is(StatusCode::CREATED);
        }
        let [hers, his] = &mut devices;
        Vault::add_key(&ring).unwrap();
        let second = under(&ring, db, &site.town).await;
        Browser::new(&second).by_passkey(his).await.is(StatusCode::OK);

        let app = &second.town.app;
        backup::save(app, &file, |_, _| {}).await.unwrap();
        let ada = Browser::new(&second);
        ada.by_passkey(hers).await.is(StatusCode::OK);
        ada.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": true }))).await.is(StatusCode::OK);
        ada.post("/v1/staff/bob/erase", json!({ "why": "asked for" })).await.is(StatusCode::OK);
        assert_eq!(second.town.number("SELECT COUNT(*) FROM passkey").await, 1, "the passkeys of whoever is erased are gone");
        Browser::new(&second).by_passkey(his).await.refused(StatusCode::UNAUTHORIZED, "passkey-refused");
        privacy::save(app, &keys).await.unwrap();
        db::testing::each(HISTORY, async |db| {
            let mut restored = App::with(db, app.clock).await.unwrap();
            restored.vault = app.vault.clone();
            backup::restore(&restored, &file, |_, _| {}).await.unwrap();
            privacy::load(&restored, &keys).await.unwrap();
            let third = Site::of(Town { app: restored }, |_| ()).await;
            assert_eq!(third.town.number("SELECT COUNT(*) FROM passkey").await, 2);
            Browser::new(&third).by_passkey(&mut hers.clone()).await.is(StatusCode::OK);
            Browser::new(&third).by_passkey(&mut his.clone()).await.refused(StatusCode::UNAUTHORIZED, "passkey-refused");
        })
        .await;
    })
    .await;
}

/// What names a passkey, a device or a person stands nowhere in the open.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_tells_nothing_of_a_passkey() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (ada, mut device) = (site.signed_in("ada").await, Device::new());
        let made = device.create(&ada.passkey_options().await).await.unwrap();
        let cookie = ada.kept(super::authenticator::CEREMONY).unwrap();
        ada.post("/v1/session/passkeys", json!({ "name": "Aubergine", "credential": made })).await.is(StatusCode::CREATED);
        assert_eq!(ada.kept(super::authenticator::CEREMONY), None);
        let begun = Browser::new(&site).door_options().await;
        let credential = made["rawId"].as_str().unwrap().trim_end_matches('=').to_owned();
        for secret in [credential, "Aubergine".to_owned(), cookie, begun["challenge"].as_str().unwrap().trim_end_matches('=').to_owned()] {
            for (table, column) in
                [("ceremony", "hash"), ("ceremony", "sealed"), ("passkey", "personal"), ("passkey", "mark"), ("audit", "after")]
            {
                let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{secret}%'");
                assert_eq!(site.town.number(&sql).await, 0, "{secret} in {table}.{column}");
            }
        }
    })
    .await;
}
