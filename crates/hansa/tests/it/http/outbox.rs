//! The outbox: what waits can be handed on where no mail is sent, and only there.

use db::testing;
use hansa::access::Role;
use hansa::mail::Post;
use hansa::schema::HISTORY;
use hansa::verification::registry::Registries;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::browser::{Browser, PASSWORD};
use super::post_office::PostOffice;
use super::{Site, each};

fn kinds(list: &Value) -> Vec<(&str, &str)> {
    let text = |letter: &'_ Value, name: &str| letter[name].as_str().map(str::len).unwrap_or_default();
    assert!(list["items"].as_array().unwrap().iter().all(|letter| text(letter, "id") > 5));
    list["items"].as_array().unwrap().iter().map(|letter| (letter["kind"].as_str().unwrap(), letter["state"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_handed_on_where_no_mail_is_sent() {
    each(async |site| {
        let admin = &site.key(Role::Administrator, None).await;
        let new = json!({ "name": "李伟", "email": "li.wei@example.com", "role": "analyst" });
        site.post("/v1/staff", admin, new).await.is(StatusCode::CREATED);
        let listed = site.get("/v1/mail?state=waiting", admin).await.is(StatusCode::OK);
        assert_eq!(kinds(&listed.body), [("invitation", "waiting")]);
        assert!(!listed.body.to_string().contains("welcome#"), "{}", listed.body);
        let id = listed.body["items"][0]["id"].as_str().unwrap();
        let letter = site.get(&format!("/v1/mail/{id}"), admin).await.is(StatusCode::OK);
        assert_eq!((&letter.body["to"], &letter.body["kind"]), (&json!("li.wei@example.com"), &json!("invitation")));
        let ticket = letter.body["text"].as_str().unwrap().split("https://hansa.example/welcome#").nth(1).unwrap();
        let chosen = json!({ "ticket": ticket.split_whitespace().next().unwrap(), "password": PASSWORD });
        Browser::new(&site).post("/v1/sign-in/choose-password", chosen).await.is(StatusCode::OK);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM audit WHERE action = 'read_letter'").await, 1);
        // Who may not read mail does not, and pages and states are as they should be.
        for role in [Role::MembershipOperator, Role::Auditor, Role::Analyst] {
            let key = &site.key(role, None).await;
            site.get("/v1/mail", key).await.refused(StatusCode::FORBIDDEN, "forbidden");
            site.get(&format!("/v1/mail/{id}"), key).await.refused(StatusCode::FORBIDDEN, "forbidden");
        }
        let person = |at: usize| json!({ "name": "a", "email": format!("p{at}@example.com"), "role": "analyst" });
        for at in 0..4 {
            site.post("/v1/staff", admin, person(at)).await.is(StatusCode::CREATED);
        }
        let first = site.get("/v1/mail?limit=3", admin).await.is(StatusCode::OK);
        let rest = site.get(&format!("/v1/mail?limit=3&after={}", first.body["next"].as_str().unwrap()), admin).await.is(StatusCode::OK);
        assert_eq!((kinds(&first.body).len(), kinds(&rest.body).len(), rest.body.get("next")), (3, 2, None));
        site.get("/v1/mail?state=lost", admin).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        site.get("/v1/mail/mail_1", admin).await.refused(StatusCode::NOT_FOUND, "not-found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_letter_says_is_for_its_reader_where_mail_is_sent() {
    testing::each(HISTORY, async |db| {
        let office = PostOffice::open();
        let post = Post::by(&office.url(), "Hansa <hansa@example.com>").unwrap();
        let site = Site::set(db, Registries::default(), |settings| settings.post = Some(post)).await;
        let admin = &site.key(Role::Administrator, None).await;
        let new = json!({ "name": "李伟", "email": "li.wei@example.com", "role": "analyst" });
        site.post("/v1/staff", admin, new).await.is(StatusCode::CREATED);
        let id = site.get("/v1/mail", admin).await.body["items"][0]["id"].as_str().unwrap().to_owned();
        site.get(&format!("/v1/mail/{id}"), admin).await.refused(StatusCode::CONFLICT, "refused");
        site.letter(&office, "li.wei@example.com").await;
        let sent = async || kinds(&site.get("/v1/mail?state=sent", admin).await.is(StatusCode::OK).body).len();
        while sent().await == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(kinds(&site.get("/v1/mail?state=waiting", admin).await.body), []);
        site.stop().await;
    })
    .await;
}
