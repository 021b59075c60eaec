use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret};

use super::browser::{Browser, PASSWORD};
use super::post_office::PostOffice;
use super::{Site, each};
use crate::town::at;

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_a_session_that_can_be_seen_and_ended() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let browser = Browser::new(&site);
        browser.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        for (email, password) in [("ada@example.com", "wrong heron bicycle"), ("nobody@example.com", PASSWORD), ("ada@example.com", "")] {
            browser.password(email, password).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        }
        let entered = browser.password(" Ada@Example.com ", PASSWORD).await.is(StatusCode::OK);
        assert_eq!((&entered.body["state"], &entered.body["person"]["id"]), (&json!("signed-in"), &json!("ada")));
        let me = browser.get("/v1/session").await.is(StatusCode::OK);
        assert_eq!(me.body["person"]["role"], "administrator");
        browser.get("/v1/keys").await.is(StatusCode::OK);
        let other = site.signed_in("ada").await;
        let sessions = browser.get("/v1/sessions").await.is(StatusCode::OK).body["items"].clone();
        let current: Vec<bool> = sessions.as_array().unwrap().iter().map(|one| one["current"].as_bool().unwrap()).collect();
        assert_eq!(current.iter().filter(|current| **current).count(), 1, "{sessions:#}");
        assert_eq!(current.len(), 2);
        let theirs = sessions.as_array().unwrap().iter().find(|one| one["current"] == false).unwrap()["id"].as_str().unwrap();
        browser.remove(&format!("/v1/sessions/{theirs}")).await.is(StatusCode::NO_CONTENT);
        other.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        browser.delete("/v1/session").await.is(StatusCode::NO_CONTENT);
        browser.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        for (table, column) in [("session", "hash"), ("audit", "after"), ("person", "password")] {
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{PASSWORD}%'");
            assert_eq!(site.town.number(&sql).await, 0);
        }
        site.town.sound().await;
    })
    .await;
}

/// A session ends eight hours after its last request, and after seven days whatever happens; a person that is disabled is out at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself_and_with_its_person() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        site.person("bob", Role::Analyst, None).await;
        let (browser, admin) = (site.signed_in("bob").await, site.signed_in("ada").await);
        let hour = 3_600_000_000_i64;
        let shift = |hours: i64| format!("UPDATE session SET seen_at = seen_at - {} WHERE person_id = 'bob'", hours * hour);
        site.town.run(&shift(7)).await;
        browser.get("/v1/session").await.is(StatusCode::OK);
        site.town.run(&shift(7)).await;
        browser.get("/v1/session").await.is(StatusCode::OK);
        site.town.run(&shift(9)).await;
        browser.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        let browser = site.signed_in("bob").await;
        site.town.run("UPDATE session SET expires_at = created_at WHERE person_id = 'bob'").await;
        browser.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        let browser = site.signed_in("bob").await;
        browser.get("/v1/members").await.is(StatusCode::OK);
        admin.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": true }))).await.is(StatusCode::OK);
        browser.get("/v1/members").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        browser.password("bob@example.com", PASSWORD).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        admin.ask(Method::PATCH, "/v1/staff/bob", Some(json!({ "disabled": false }))).await.is(StatusCode::OK);
        browser.get("/v1/members").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        browser.password("bob@example.com", PASSWORD).await.is(StatusCode::OK);
    })
    .await;
}

/// A browser sends the session along wherever a request was written: what changes something must come from here.
#[tokio::test(flavor = "multi_thread")]
async fn another_site_changes_nothing_with_a_session() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let browser = site.signed_in("ada").await;
        let post = || site.ask(Method::POST, "/v1/members", "").json(&json!({ "name": "Acme" }));
        let host = browser.get("/v1/session").await.is(StatusCode::OK);
        drop(host);
        for request in [
            post(),
            post().header("sec-fetch-site", "cross-site"),
            post().header("sec-fetch-site", "same-site"),
            post().header("sec-fetch-site", "none"),
            post().header("origin", "https://evil.example"),
            post().header("origin", "null"),
            post().header("sec-fetch-site", "cross-site").header("origin", site.origin()),
        ] {
            browser.send(request).await.refused(StatusCode::FORBIDDEN, "cross-site");
        }
        assert_eq!(site.town.number("SELECT COUNT(*) FROM member").await, 0);
        browser.send(post().header("origin", site.origin())).await.is(StatusCode::CREATED);
        browser.send(post().header("sec-fetch-site", "same-origin")).await.is(StatusCode::CREATED);
    })
    .await;
}

/// Whoever tries somebody's address is stopped, and the device on which that person signed in before is not.
#[tokio::test(flavor = "multi_thread")]
async fn trying_is_slowed_down_and_locks_nobody_out() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let known = site.signed_in("ada").await;
        known.delete("/v1/session").await.is(StatusCode::NO_CONTENT);
        let mischief = Browser::new(&site);
        let mut last = mischief.password("ada@example.com", "guess").await;
        for _ in 0..10 {
            last = mischief.password("ada@example.com", "guess").await;
        }
        let late = last.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
        assert!(late.header("retry-after").parse::<u64>().unwrap() >= 1);
        Browser::new(&site).password("ada@example.com", PASSWORD).await.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
        known.password("ada@example.com", PASSWORD).await.is(StatusCode::OK);
        // A device is known for its person, not for others.
        site.person("bob", Role::Analyst, None).await;
        let mut last = known.password("bob@example.com", "guess").await;
        for _ in 0..10 {
            last = known.password("bob@example.com", "guess").await;
        }
        last.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_mail_signs_in_once_on_the_device_that_asked() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (office, browser) = (PostOffice::open(), Browser::new(&site));
        let ask = async || {
            let asked = browser.post("/v1/sign-in/code", json!({ "email": "ada@example.com" })).await.is(StatusCode::ACCEPTED);
            let letter = site.letter(&office, "ada@example.com").await;
            let code: String = letter.split("in is ").nth(1).unwrap().chars().take(6).collect();
            (asked.body["ticket"].as_str().unwrap().to_owned(), code)
        };
        let answer =
            async |ticket: &str, code: &str| browser.post("/v1/sign-in/code/answer", json!({ "ticket": ticket, "code": code })).await;
        let (ticket, code) = ask().await;
        let (second, _) = ask().await;
        answer(&second, &code).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        answer("rubbish", &code).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        assert_eq!(answer(&ticket, &code).await.is(StatusCode::OK).body["state"], "signed-in");
        answer(&ticket, &code).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        browser.get("/v1/session").await.is(StatusCode::OK);
        // Five wrong codes end a ticket.
        let (ticket, code) = ask().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            answer(&ticket, wrong).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        }
        answer(&ticket, &code).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        // It ends by itself after ten minutes.
        let (ticket, code) = ask().await;
        site.town.run("UPDATE ticket SET expires_at = expires_at - 600000000").await;
        answer(&ticket, &code).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        // Nobody learns who has an account.
        let nobody = browser.post("/v1/sign-in/code", json!({ "email": "nobody@example.com" })).await.is(StatusCode::ACCEPTED);
        assert_eq!(nobody.body["ticket"].as_str().unwrap().len(), 43);
        let before = office.count();
        hansa::mail::deliver(&site.town.app, &hansa::mail::Post::by(&office.url(), "Hansa <hansa@example.com>").unwrap()).await.unwrap();
        assert_eq!(office.count(), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_chosen_anew_by_a_link_that_is_good_once() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (office, old, browser) = (PostOffice::open(), site.signed_in("ada").await, Browser::new(&site));
        for email in ["ada@example.com", "nobody@example.com"] {
            let asked = browser.post("/v1/sign-in/new-password", json!({ "email": email })).await.is(StatusCode::ACCEPTED);
            assert_eq!(asked.body, Value::String(String::new()));
        }
        let letter = site.letter(&office, "ada@example.com").await;
        let ticket = letter.split("https://hansa.example/new-password#").nth(1).unwrap().split_whitespace().next().unwrap();
        let choose =
            async |password: &str| browser.post("/v1/sign-in/choose-password", json!({ "ticket": ticket, "password": password })).await;
        for (weak, why) in [("short", "10 to 128"), ("adaada2026", "too easy"), ("password1234", "too easy")] {
            let refused = choose(weak).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert!(refused.body["field"] == "password" && refused.body["detail"].as_str().unwrap().contains(why), "{:#}", refused.body);
        }
        assert_eq!(choose("quiet orange lighthouse").await.is(StatusCode::OK).body["state"], "signed-in");
        browser.get("/v1/session").await.is(StatusCode::OK);
        old.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        choose("another green umbrella").await.refused(StatusCode::GONE, "link-ended");
        browser.password("ada@example.com", PASSWORD).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        browser.password("ada@example.com", "quiet orange lighthouse").await.is(StatusCode::OK);
        assert!(site.letter(&office, "ada@example.com").await.contains("password was changed"));
        // With the password that one knows it goes without a mail.
        let change = |old: &str, new: &str| json!({ "old": old, "new": new });
        let other = Browser::new(&site);
        other.password("ada@example.com", "quiet orange lighthouse").await.is(StatusCode::OK);
        let wrong = browser.post("/v1/session/password", change("guess", "another green umbrella")).await;
        assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "old");
        browser.post("/v1/session/password", change("quiet orange lighthouse", "another green umbrella")).await.is(StatusCode::NO_CONTENT);
        browser.get("/v1/session").await.is(StatusCode::OK);
        other.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_and_each_code_is_good_once() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (office, browser) = (PostOffice::open(), site.signed_in("ada").await);
        let begun = browser.post("/v1/session/second-factor", json!({ "password": PASSWORD })).await.is(StatusCode::OK);
        let secret = begun.body["secret"].as_str().unwrap();
        assert!(begun.body["url"].as_str().unwrap().starts_with("otpauth://totp/Hansa:ada"), "{}", begun.body["url"]);
        assert_eq!(site.town.number(&format!("SELECT COUNT(*) FROM person WHERE totp LIKE '%{secret}%'")).await, 0, "it is stored sealed");
        let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).with_account_name("a").build().unwrap();
        let seconds = u64::try_from(at("2026-07-01").0 / 1_000_000).unwrap();
        let code = |steps: i64| totp.generate(seconds.checked_add_signed(steps * 30).unwrap()).to_string();
        // Not in force before it was confirmed.
        assert_eq!(Browser::new(&site).password("ada@example.com", PASSWORD).await.body["state"], "signed-in");
        browser
            .post("/v1/session/second-factor/confirm", json!({ "code": "000000" }))
            .await
            .refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let confirmed = browser.post("/v1/session/second-factor/confirm", json!({ "code": code(-1) })).await.is(StatusCode::OK);
        let recovery: Vec<String> = serde_json::from_value(confirmed.body["recovery_codes"].clone()).unwrap();
        assert!(recovery.len() == 10 && recovery.iter().all(|code| code.replace('-', "").len() == 28), "{recovery:?}");
        assert!(site.letter(&office, "ada@example.com").await.contains("second factor"));
        let half_way = async || {
            let browser = Browser::new(&site);
            let half = browser.password("ada@example.com", PASSWORD).await.is(StatusCode::OK);
            assert_eq!((&half.body["state"], half.header("set-cookie")), (&json!("second-factor"), ""));
            let ticket = half.body["ticket"].as_str().unwrap().to_owned();
            (browser, ticket)
        };
        let answer = async |(browser, ticket): &(Browser<'_>, String), code: &str| {
            browser.post("/v1/sign-in/second-factor", json!({ "ticket": ticket, "code": code })).await
        };
        let first = half_way().await;
        answer(&first, "123").await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        answer(&first, &code(-1)).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        answer(&first, &code(5)).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        answer(&first, &code(0)).await.is(StatusCode::OK);
        first.0.get("/v1/session").await.is(StatusCode::OK);
        // The same code does not do a second time, nor does the ticket.
        answer(&first, &code(1)).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        let second = half_way().await;
        answer(&second, &code(0)).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        answer(&second, &recovery[3].to_uppercase()).await.is(StatusCode::OK);
        assert_eq!(second.0.get("/v1/session").await.body["recovery_codes"], 9);
        let third = half_way().await;
        answer(&third, &recovery[3]).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        // Codes from when they were shorter are good as they were.
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(b"ada\nk7m2pxq9ra3dntw"));
        site.town.run(&format!("INSERT INTO recovery_code (person_id, hash) VALUES ('ada', '{hash}')")).await;
        answer(&third, "K7M2P-XQ9RA-3DNTW").await.is(StatusCode::OK);
        // Nor does a link by mail go around it.
        browser.post("/v1/session/second-factor/remove", json!({ "code": recovery[4] })).await.is(StatusCode::NO_CONTENT);
        assert_eq!(Browser::new(&site).password("ada@example.com", PASSWORD).await.body["state"], "signed-in");
    })
    .await;
}

/// Whoever knows the password gets a new ticket as often as allowed, and no more tries of the second factor for it.
#[tokio::test(flavor = "multi_thread")]
async fn tries_of_a_code_count_over_all_tickets() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let ada = site.signed_in("ada").await;
        let begun = ada.post("/v1/session/second-factor", json!({ "password": PASSWORD })).await.is(StatusCode::OK);
        let secret = begun.body["secret"].as_str().unwrap().to_owned();
        let totp = Builder::new().with_secret(Secret::try_from_base32(&secret).unwrap()).with_account_name("a").build().unwrap();
        let code = totp.generate(u64::try_from(at("2026-07-01").0 / 1_000_000).unwrap()).to_string();
        ada.post("/v1/session/second-factor/confirm", json!({ "code": code })).await.is(StatusCode::OK);
        let (thief, mut tried) = (Browser::new(&site), Vec::new());
        for _ in 0..3 {
            let half = thief.password("ada@example.com", PASSWORD).await.is(StatusCode::OK);
            for _ in 0..5 {
                let answer = json!({ "ticket": half.body["ticket"], "code": "000000" });
                tried.push(thief.post("/v1/sign-in/second-factor", answer).await.status);
            }
        }
        assert!(tried[..10].iter().all(|status| *status == StatusCode::UNAUTHORIZED), "{tried:?}");
        assert!(tried[10..].iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS), "{tried:?}");
    })
    .await;
}

/// A letter that cannot be sent is tried again, and is not lost; once it was sent, its text is gone.
#[tokio::test(flavor = "multi_thread")]
async fn mail_waits_until_somebody_takes_it() {
    each(async |site: Site| {
        site.person("ada", Role::Administrator, None).await;
        let (office, app) = (PostOffice::open(), &site.town.app);
        let post = hansa::mail::Post::by(&office.url(), "Hansa <hansa@example.com>").unwrap();
        Browser::new(&site).post("/v1/sign-in/code", json!({ "email": "ada@example.com" })).await.is(StatusCode::ACCEPTED);
        office.full(true);
        assert_eq!(hansa::mail::deliver(app, &post).await.unwrap(), 0);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM mail WHERE error LIKE '%550%' AND sealed IS NOT NULL AND attempts = 1").await, 1);
        office.full(false);
        assert_eq!(hansa::mail::deliver(app, &post).await.unwrap(), 0, "not before its time");
        site.town.run("UPDATE mail SET due_at = created_at").await;
        assert_eq!(hansa::mail::deliver(app, &post).await.unwrap(), 1);
        assert_eq!(hansa::mail::deliver(app, &post).await.unwrap(), 0);
        assert_eq!(office.count(), 1);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM mail WHERE sent_at IS NOT NULL AND sealed IS NULL AND error IS NULL").await, 1);
    })
    .await;
}

/// Somebody sets up a second factor; the recovery codes.
pub async fn second_factor(site: &Site, browser: &Browser<'_>) -> Vec<String> {
    let begun = browser.post("/v1/session/second-factor", json!({ "password": PASSWORD })).await.is(StatusCode::OK);
    let secret = begun.body["secret"].as_str().unwrap();
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).with_account_name("a").build().unwrap();
    let code = totp.generate(u64::try_from(site.town.app.now().0 / 1_000_000).unwrap()).to_string();
    let confirmed = browser.post("/v1/session/second-factor/confirm", json!({ "code": code })).await.is(StatusCode::OK);
    confirmed.body["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}
