//! Signing up: a form, a letter, a member with its owner.

use db::testing;
use hansa::schema::HISTORY;
use hansa::verification::registry::Registries;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::browser::{Browser, PASSWORD};
use super::post_office::PostOffice;
use super::{Site, each};
use hansa::access::Role;

const NUMBER: &str = "91350100M000100Y43";

fn form(name: &str, email: &str) -> Value {
    json!({
        "company": "华东轴承有限公司", "country": "CN", "region": "上海", "employees": 120, "name": name, "email": email, "language": "zh-CN",
        "registration": { "kind": "credit-code", "number": NUMBER },
    })
}

/// Members that signed up.
async fn members(site: &Site) -> i64 {
    site.town.number("SELECT COUNT(*) FROM member WHERE id LIKE 'mem_%'").await
}

/// The ticket of the link in the last letter to an address.
async fn ticket(site: &Site, office: &PostOffice, email: &str) -> String {
    let letter = site.letter(office, email).await;
    let after = letter.split("https://hansa.example/portal/join#").nth(1).unwrap_or_else(|| panic!("no link in {letter}"));
    after.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enterprise_signs_up_and_stands_on_the_lowest_tier() {
    each(async |site| {
        let (office, browser) = (PostOffice::open(), Browser::new(&site));
        assert_eq!(browser.get("/v1/sign-up").await.is(StatusCode::OK).body, json!({ "open": true, "by": ["email"] }));
        let answer = browser.post("/v1/sign-up", form("李伟", " Li.Wei@Example.com ")).await.is(StatusCode::ACCEPTED);
        assert_eq!(answer.body, json!({ "ticket": null, "minutes": 4_320 }));
        // Nothing is made yet, and what waits says nothing to who reads the database.
        assert_eq!(members(&site).await, 0);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM sign_up WHERE sealed LIKE '%li.wei%' OR sealed LIKE '%轴承%'").await, 0);
        let letter = site.letter(&office, "li.wei@example.com").await;
        assert!(letter.contains("李伟，您好") && letter.contains("华东轴承有限公司"), "{letter}");
        let ticket = ticket(&site, &office, "li.wei@example.com").await;
        let chosen = |ticket: &str, password: &str| json!({ "ticket": ticket, "password": password });
        browser.post("/v1/sign-up/confirm", chosen("x", PASSWORD)).await.refused(StatusCode::GONE, "link-ended");
        let weak = browser.post("/v1/sign-up/confirm", chosen(&ticket, "1234567890")).await;
        assert_eq!(weak.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "password");
        let signed = browser.post("/v1/sign-up/confirm", chosen(&ticket, PASSWORD)).await.is(StatusCode::OK);
        let person = &signed.body["person"];
        assert_eq!((&signed.body["state"], &person["role"], &person["name"]), (&json!("signed-in"), &json!("owner"), &json!("李伟")));
        let member = person["member"].as_str().unwrap().to_owned();
        let read = async |path: &str| browser.get(&format!("/v1/members/{member}{path}")).await.is(StatusCode::OK).body;
        let company = read("").await;
        assert_eq!(
            (&company["name"], &company["region"], &company["employees"]),
            (&json!("华东轴承有限公司"), &json!("上海"), &json!(120))
        );
        assert_eq!(read("/registrations").await["items"][0]["number"], NUMBER);
        let standing = read("/standing").await;
        assert_eq!((&standing["facts"], &standing["tracks"][0]["tier"]["id"]), (&json!(1), &json!("basic")), "{standing:#}");
        // The link is good once, and the password is what was chosen.
        browser.post("/v1/sign-up/confirm", chosen(&ticket, PASSWORD)).await.refused(StatusCode::GONE, "link-ended");
        Browser::new(&site).password("li.wei@example.com", PASSWORD).await.is(StatusCode::OK);
        let auditor = &site.key(Role::Auditor, None).await;
        let trail = site.get(&format!("/v1/audit?member={member}"), auditor).await.is(StatusCode::OK);
        let done: Vec<&str> = trail.body["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        for action in ["create_member", "confirm_sign_up", "add_registration", "sign_in"] {
            assert!(done.contains(&action), "no {action} in {done:?}");
        }
        site.town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_a_mistake_names_the_field() {
    each(async |site| {
        let browser = Browser::new(&site);
        for (field, value) in [
            ("company", json!(" ")),
            ("country", json!("Atlantis")),
            ("employees", json!(-1)),
            ("registration.number", json!({ "kind": "credit-code", "number": "91350100M000100Y44" })),
            ("registration.kind", json!({ "kind": "passport", "number": "1" })),
            ("name", json!("")),
            ("email", json!("li.wei")),
            ("language", json!("fr")),
        ] {
            let mut wrong = form("李伟", "li.wei@example.com");
            wrong[field.split('.').next().unwrap()] = value;
            let refused = browser.post("/v1/sign-up", wrong).await;
            assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], field);
        }
        let mut more = form("李伟", "li.wei@example.com");
        more["role"] = json!("administrator");
        browser.post("/v1/sign-up", more).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM sign_up").await + site.town.number("SELECT COUNT(*) FROM mail").await, 0);
    })
    .await;
}

/// Who has an account gets another letter and the same answer; a number that another member has is found when the address is proven.
#[tokio::test(flavor = "multi_thread")]
async fn known_addresses_and_numbers_are_told_to_those_concerned_alone() {
    each(async |site| {
        let (office, browser) = (PostOffice::open(), Browser::new(&site));
        let confirm = async |email: &str| {
            let chosen = json!({ "ticket": ticket(&site, &office, email).await, "password": PASSWORD });
            Browser::new(&site).post("/v1/sign-up/confirm", chosen).await
        };
        let first = browser.post("/v1/sign-up", form("李伟", "li.wei@example.com")).await.is(StatusCode::ACCEPTED);
        confirm("li.wei@example.com").await.is(StatusCode::OK);
        let again = browser.post("/v1/sign-up", form("别人", "li.wei@example.com")).await.is(StatusCode::ACCEPTED);
        assert_eq!(again.body, first.body);
        let letter = site.letter(&office, "li.wei@example.com").await;
        assert!(letter.contains("李伟，您好") && letter.contains("https://hansa.example\r\n") && !letter.contains("join#"), "{letter}");
        browser.post("/v1/sign-up", form("王芳", "wang@example.com")).await.is(StatusCode::ACCEPTED);
        for _ in 0..2 {
            let taken = confirm("wang@example.com").await.refused(StatusCode::CONFLICT, "number-taken");
            assert!(!taken.body.to_string().contains("mem_"), "{}", taken.body);
        }
        assert_eq!(members(&site).await, 1);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM person").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_makes_one_member_and_is_forgotten_in_time() {
    each(async |site| {
        let (office, browser) = (PostOffice::open(), Browser::new(&site));
        let mut other = form("李伟", "li.wei@example.com");
        other.as_object_mut().unwrap().remove("registration");
        browser.post("/v1/sign-up", other.clone()).await.is(StatusCode::ACCEPTED);
        let chosen = json!({ "ticket": ticket(&site, &office, "li.wei@example.com").await, "password": PASSWORD });
        let (one, two) = (Browser::new(&site), Browser::new(&site));
        let (one, two) = tokio::join!(one.post("/v1/sign-up/confirm", chosen.clone()), two.post("/v1/sign-up/confirm", chosen));
        let mut both = [one.status.as_u16(), two.status.as_u16()];
        both.sort_unstable();
        assert_eq!(both, [200, 410]);
        assert_eq!(members(&site).await, 1);
        other["email"] = json!("late@example.com");
        browser.post("/v1/sign-up", other).await.is(StatusCode::ACCEPTED);
        let late = ticket(&site, &office, "late@example.com").await;
        let now = site.town.app.now();
        let sql = &format!("UPDATE sign_up SET expires_at = {}", now.0);
        site.town.app.db.write(|tx| async move { sea_orm::ConnectionTrait::execute_unprepared(&tx, sql).await }).await.unwrap();
        let refused = browser.post("/v1/sign-up/confirm", json!({ "ticket": late, "password": PASSWORD })).await;
        refused.refused(StatusCode::GONE, "link-ended");
        let forgotten = site.town.app.db.write(|tx| async move { hansa::sign_up::forget_ended(&tx, now).await }).await.unwrap();
        assert_eq!((forgotten, site.town.number("SELECT COUNT(*) FROM sign_up").await), (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_members_are_invited_nobody_signs_up() {
    testing::each(HISTORY, async |db| {
        let site = Site::set(db, Registries::default(), |settings| settings.sign_up = false).await;
        let browser = Browser::new(&site);
        assert_eq!(browser.get("/v1/sign-up").await.is(StatusCode::OK).body, json!({ "open": false, "by": ["email"] }));
        browser.post("/v1/sign-up", form("李伟", "li.wei@example.com")).await.refused(StatusCode::FORBIDDEN, "forbidden");
        site.stop().await;
    })
    .await;
}
