//! What no passkey should answer, and who should not answer with one: refused, whoever signs it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hansa::access::Role;
use hansa::schema::HISTORY;
use hansa::verification::registry::Registries;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::authenticator::{BE, BS, CEREMONY, Device, UP, UV, bytes};
use super::browser::Browser;
use super::{Answer, Site, each};

/// What passkeys were refused for, the oldest first.
async fn whys(site: &Site) -> Vec<String> {
    let key = site.key(Role::Administrator, None).await;
    let audit = site.get("/v1/audit?limit=200", &key).await.is(StatusCode::OK);
    let entries = audit.body["items"].as_array().unwrap().iter().rev();
    entries.filter(|entry| entry["action"] == "refuse_passkey").map(|entry| entry["why"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn refused(answer: Answer) {
    drop(answer.refused(StatusCode::UNAUTHORIZED, "passkey-refused"));
}

#[track_caller]
fn over(answer: Answer) {
    drop(answer.refused(StatusCode::GONE, "sign-in-ended"));
}

/// Whatever does not hold is told to nobody but the audit; and what was begun is over with it.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_hold_opens_nothing() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let mut device = Device::new();
        site.signed_in("ada").await.add_passkey(&mut device, "Phone").await.is(StatusCode::CREATED);
        let tried = async |device: &mut Device, change: &dyn Fn(&mut Value), answered: &dyn Fn(&Device, Value) -> Value| {
            let browser = Browser::new(&site);
            let mut options = browser.door_options().await;
            change(&mut options);
            let answer = device.get(&options).await;
            refused(browser.shows(&answered(device, answer)).await);
            over(browser.shows(&device.get(&options).await).await);
        };
        let (same, as_is) = (|_: &mut Value| {}, |_: &Device, answer: Value| answer);
        let mut elsewhere = Device { origin: "https://login.hansa.example", ..device.clone() };
        tried(&mut elsewhere, &same, &as_is).await;
        let mut port = Device { origin: "https://hansa.example:8443", ..device.clone() };
        tried(&mut port, &same, &as_is).await;
        tried(&mut device, &|options| options["challenge"] = URL_SAFE_NO_PAD.encode([7; 32]).into(), &as_is).await;
        tried(&mut device, &|options| options["userVerification"] = "discouraged".into(), &as_is).await;
        let says = |change: fn(&mut Vec<u8>)| move |device: &Device, answer: Value| device.says(&answer, change);
        tried(&mut device, &same, &says(|data| data[32] &= !UV)).await;
        assert_eq!(whys(&site).await, ["origin", "origin", "challenge", "user not verified", "user not verified"]);
        // Ten tries at once, then the next half minute: a second site goes on.
        let second = Site::of(crate::town::Town { app: site.town.app.clone() }, |_| ()).await;
        let tried = async |device: &mut Device, answered: &dyn Fn(&Device, Value) -> Value| {
            let browser = Browser::new(&second);
            let answer = device.get(&browser.door_options().await).await;
            refused(browser.shows(&answered(device, answer)).await);
        };
        tried(&mut device, &says(|data| data[32] &= !UP)).await;
        tried(&mut device, &says(|data| data[0] ^= 1)).await;
        tried(&mut device, &says(|data| data[32] &= !(BE | BS))).await;
        let forged = |name: &'static str| {
            move |_: &Device, mut answer: Value| {
                let mut said = bytes(&answer["response"][name]);
                *said.last_mut().unwrap() ^= 1;
                answer["response"][name] = URL_SAFE_NO_PAD.encode(said).into();
                answer
            }
        };
        tried(&mut device, &forged("signature")).await;
        tried(&mut device, &forged("userHandle")).await;
        tried(&mut device, &|_, mut answer| {
            answer["response"]["userHandle"] = Value::Null;
            answer
        })
        .await;
        let expected = ["user not present", "relying party", "backup eligibility", "signature", "user handle", "user handle"];
        assert_eq!(whys(&second).await[5..], expected);
        Browser::new(&second).by_passkey(&mut device).await.is(StatusCode::OK);
        // What is no answer at all is told so, and costs nothing.
        let broken = json!({ "credential": { "id": "eHl6" } });
        let told =
            Browser::new(&second).post("/v1/sign-in/passkey", broken).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(told.body["field"], "credential");
    })
    .await;
}

/// A ceremony is one browser's, for ten minutes, and for one answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_ceremony_is_one_browsers_and_once() {
    each(async |site| {
        for id in ["ada", "bob"] {
            site.person(id, Role::Administrator, None).await;
        }
        let (ada, mut device) = (site.signed_in("ada").await, Device::new());
        ada.add_passkey(&mut device, "Phone").await.is(StatusCode::CREATED);
        // Replayed, also by whoever has the cookie still.
        let browser = Browser::new(&site);
        let answer = device.get(&browser.door_options().await).await;
        let cookie = browser.kept(CEREMONY).unwrap();
        browser.shows(&answer).await.is(StatusCode::OK);
        assert_eq!(browser.kept(CEREMONY), None);
        browser.keep(CEREMONY, &cookie);
        over(browser.shows(&answer).await);
        // In another browser, which began one of its own or none.
        let answer = device.get(&browser.door_options().await).await;
        let thief = Browser::new(&site);
        over(thief.shows(&answer).await);
        thief.door_options().await;
        refused(thief.shows(&answer).await);
        browser.shows(&answer).await.is(StatusCode::OK);
        // Late.
        let late = Browser::new(&site);
        let answer = device.get(&late.door_options().await).await;
        site.town.run("UPDATE ceremony SET expires_at = expires_at - 600000001").await;
        over(late.shows(&answer).await);
        late.door_options().await;
        assert_eq!(site.town.number("SELECT COUNT(*) FROM ceremony").await, 1, "those that nobody ended are forgotten");
        // What was begun for one thing ends nothing else.
        let options = ada.passkey_options().await;
        let mut other = Device::new();
        let made = json!({ "name": "Other", "credential": other.create(&options).await.unwrap() });
        over(ada.shows(&device.get(&options_like(&options)).await).await);
        // Adding one is for the person and the session that began it.
        let bob = site.signed_in("bob").await;
        bob.keep(CEREMONY, &ada.kept(CEREMONY).unwrap());
        over(bob.post("/v1/session/passkeys", made.clone()).await);
        let elsewhere = site.signed_in("ada").await;
        elsewhere.keep(CEREMONY, &ada.kept(CEREMONY).unwrap());
        over(elsewhere.post("/v1/session/passkeys", made.clone()).await);
        ada.post("/v1/session/passkeys", made.clone()).await.is(StatusCode::CREATED);
        over(ada.post("/v1/session/passkeys", made).await);
        assert_eq!(whys(&site).await, ["challenge"]);
    })
    .await;
}

/// What a door would ask with the challenge of adding a passkey.
fn options_like(creation: &Value) -> Value {
    json!({ "challenge": creation["challenge"], "rpId": "hansa.example", "allowCredentials": [], "userVerification": "required" })
}

/// A device whose count goes back is one of two that have the same key (WebAuthn level 3, 6.1.1).
#[tokio::test(flavor = "multi_thread")]
async fn a_cloned_passkey_is_refused() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let mut device = Device { counts: true, ..Device::new() };
        site.signed_in("ada").await.add_passkey(&mut device, "Key").await.is(StatusCode::CREATED);
        Browser::new(&site).by_passkey(&mut device).await.is(StatusCode::OK);
        let mut clone = device.clone();
        Browser::new(&site).by_passkey(&mut device).await.is(StatusCode::OK);
        Browser::new(&site).by_passkey(&mut device).await.is(StatusCode::OK);
        // Once behind, once just as far.
        refused(Browser::new(&site).by_passkey(&mut clone).await);
        refused(Browser::new(&site).by_passkey(&mut clone).await);
        let browser = Browser::new(&site);
        let stopped = clone.get(&browser.door_options().await).await;
        refused(browser.shows(&clone.says(&stopped, |data| data[33..37].fill(0))).await);
        assert_eq!(whys(&site).await, ["counter", "counter", "counter"]);
        Browser::new(&site).by_passkey(&mut device).await.is(StatusCode::OK);
    })
    .await;
}

/// Two answers that were given at once for the same count are one too many.
#[tokio::test(flavor = "multi_thread")]
async fn one_count_opens_once() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let mut device = Device { counts: true, ..Device::new() };
        site.signed_in("ada").await.add_passkey(&mut device, "Key").await.is(StatusCode::CREATED);
        let (one, other, mut clone) = (Browser::new(&site), Browser::new(&site), device.clone());
        let first = device.get(&one.door_options().await).await;
        let second = clone.get(&other.door_options().await).await;
        let (first, second) = tokio::join!(one.shows(&first), other.shows(&second));
        let mut told = [first.status, second.status];
        told.sort();
        assert_eq!(told, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
        assert_eq!(whys(&site).await, ["counter"]);
    })
    .await;
}

/// Nobody comes in who may not, and nobody learns why.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_disabled_people_are_told_the_same() {
    each(async |site| {
        for (id, role) in [("ada", Role::Administrator), ("bob", Role::Analyst)] {
            site.person(id, role, None).await;
        }
        let (ada, bob, mut device) = (site.signed_in("ada").await, site.signed_in("bob").await, Device::new());
        bob.add_passkey(&mut device, "Phone").await.is(StatusCode::CREATED);
        ada.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": true }))).await.is(StatusCode::OK);
        let disabled = Browser::new(&site).by_passkey(&mut device).await;
        // A passkey that was never registered here.
        let mut stranger = Device::new();
        stranger.create(&ada.passkey_options().await).await.unwrap();
        let unknown = Browser::new(&site).by_passkey(&mut stranger).await;
        let shown = |answer: &Answer| {
            let mut body = answer.body.clone();
            body["request"].take();
            (answer.status, body)
        };
        assert_eq!(shown(&disabled), shown(&unknown));
        refused(disabled);
        refused(unknown);
        assert_eq!(whys(&site).await, ["disabled"]);
        ada.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": false }))).await.is(StatusCode::OK);
        Browser::new(&site).by_passkey(&mut device).await.is(StatusCode::OK);
        // Tries are counted, known or not.
        for device in [&mut device, &mut stranger] {
            let mut told = Vec::new();
            for _ in 0..11 {
                told.push(Browser::new(&site).by_passkey(device).await.status);
            }
            assert_eq!(told.last(), Some(&StatusCode::TOO_MANY_REQUESTS), "{told:?}");
        }
    })
    .await;
}

/// What may not be added is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_does_not_hold_is_not_added() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let ada = site.signed_in("ada").await;
        let add = async |device: &mut Device, change: &dyn Fn(&mut Value), answered: &dyn Fn(&mut Value)| {
            let mut options = ada.passkey_options().await;
            change(&mut options);
            let mut made = device.create(&options).await.unwrap();
            answered(&mut made);
            let answer = ada.post("/v1/session/passkeys", json!({ "name": "Key", "credential": made })).await;
            let told = answer.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(told.body["field"], "credential");
            told.body["detail"].as_str().unwrap().rsplit(": ").next().unwrap().to_owned()
        };
        let (same, as_is) = (|_: &mut Value| {}, |_: &mut Value| {});
        let mut elsewhere = Device { origin: "https://login.hansa.example", ..Device::new() };
        assert_eq!(add(&mut elsewhere, &same, &as_is).await, "origin");
        let challenge = |options: &mut Value| options["challenge"] = URL_SAFE_NO_PAD.encode([7; 32]).into();
        assert_eq!(add(&mut Device::new(), &challenge, &as_is).await, "challenge");
        let unverified = |options: &mut Value| options["authenticatorSelection"]["userVerification"] = "discouraged".into();
        assert_eq!(add(&mut Device::new(), &unverified, &as_is).await, "user not verified");
        let nameless = |made: &mut Value| made["clientExtensionResults"]["credProps"] = json!({ "rk": false });
        let why = add(&mut Device::new(), &same, &nameless).await;
        assert!(why.contains("without a name"), "{why}");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM passkey").await, 0);
        // Twenty at most: the rest are put there beside the door.
        let mut full = Device::new();
        ada.add_passkey(&mut full, "First").await.is(StatusCode::CREATED);
        for number in 1..20 {
            let columns = "person_id, mark || '{n}', personal, counter, backed_up, added_at, used_at".replace("{n}", &number.to_string());
            site.town
                .run(&format!(
                    "INSERT INTO passkey SELECT id || '{number}', {columns} FROM passkey WHERE person_id = 'ada' AND LENGTH(mark) = 43"
                ))
                .await;
        }
        let refused = ada.post("/v1/session/passkeys/options", json!({ "password": super::browser::PASSWORD })).await;
        let told = refused.refused(StatusCode::CONFLICT, "refused");
        assert_eq!(told.body["detail"], "20 passkeys at most");
    })
    .await;
}

/// A credential is one person's. Without attestation nothing in the answer is signed: whoever knows somebody's credential can show it as its own
/// (WebAuthn level 3, 7.1, step 26).
#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_one_persons() {
    each(async |site| {
        for id in ["ada", "bob"] {
            site.person(id, Role::Administrator, None).await;
        }
        let (ada, bob, mut device) = (site.signed_in("ada").await, site.signed_in("bob").await, Device::new());
        let his = device.create(&bob.passkey_options().await).await.unwrap();
        bob.post("/v1/session/passkeys", json!({ "name": "Phone", "credential": his })).await.is(StatusCode::CREATED);
        let mut shown = Device::new().create(&ada.passkey_options().await).await.unwrap();
        for part in ["id", "rawId"] {
            shown[part] = his[part].clone();
        }
        shown["response"]["attestationObject"] = his["response"]["attestationObject"].clone();
        let told = ada.post("/v1/session/passkeys", json!({ "name": "Mine", "credential": shown })).await;
        let told = told.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!((&told.body["field"], &told.body["detail"]), (&json!("credential"), &json!("this passkey is there already")));
        let entered = Browser::new(&site).by_passkey(&mut device).await.is(StatusCode::OK);
        assert_eq!(entered.body["person"]["id"], "bob");
    })
    .await;
}

/// Where a site has no name, it says so, and everything else works.
#[tokio::test(flavor = "multi_thread")]
async fn a_site_without_a_name_has_no_passkeys() {
    db::testing::each(HISTORY, async |db| {
        let site = Site::set(db, Registries::default(), |settings| settings.public_url = "https://203.0.113.7".to_owned()).await;
        site.person("ada", Role::Administrator, None).await;
        let ada = site.signed_in("ada").await;
        for (path, body) in [("/v1/sign-in/passkey/options", json!({})), ("/v1/session/passkeys/options", json!({}))] {
            let told = ada.post(path, body).await.refused(StatusCode::CONFLICT, "passkeys-unavailable");
            assert!(told.body["detail"].as_str().unwrap().contains("--public-url"), "{}", told.body);
        }
        assert_eq!(ada.get("/v1/session/passkeys").await.is(StatusCode::OK).body["items"], json!([]));
    })
    .await;
}
