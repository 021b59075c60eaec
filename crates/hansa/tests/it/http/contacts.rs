use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{each, sent};

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_changed_and_spoken_with() {
    each(async |site| {
        site.town.members(&["acme".to_owned(), "rival".to_owned()]).await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let new = json!({ "id": "c-17", "name": "王芳", "title": "采购经理", "role": "procurement", "phone": "+86 21 5555 0101" });
        let made = site.post("/v1/members/acme/contacts", key, new.clone()).await.is(StatusCode::CREATED);
        site.post("/v1/members/rival/contacts", key, new.clone()).await.refused(StatusCode::CONFLICT, "id-taken");
        site.post("/v1/members/nobody/contacts", key, new).await.refused(StatusCode::NOT_FOUND, "not-found");
        let place = made.header("location").to_owned();
        let read = site.get(&place, key).await.is(StatusCode::OK);
        assert_eq!((&read.body, read.header("etag")), (&made.body, made.header("etag")));
        site.get("/v1/members/rival/contacts/c-17", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        for (field, wrong) in [
            ("name", json!({ "name": " " })),
            ("role", json!({ "name": "a", "role": "king" })),
            ("email", json!({ "name": "a", "email": "x".repeat(201) })),
            ("id", json!({ "id": "a/b", "name": "a" })),
        ] {
            let refused =
                site.post("/v1/members/acme/contacts", key, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field);
        }
        let change = |tag: &str, body| sent(site.ask(Method::PATCH, &place, key).header("if-match", tag).json(&body));
        let changed = change(read.header("etag"), json!({ "role": "decider", "phone": null })).await.is(StatusCode::OK);
        assert_eq!(
            (&changed.body["role"], &changed.body["phone"], &changed.body["title"]),
            (&json!("decider"), &json!(null), &json!("采购经理"))
        );
        change(read.header("etag"), json!({ "role": "user" })).await.refused(StatusCode::PRECONDITION_FAILED, "precondition-failed");
        let logged = site.post(&format!("{place}/interactions"), key, json!({ "id": "i-1", "channel": "phone", "topic": "renewal" })).await;
        logged.is(StatusCode::CREATED);
        site.post("/v1/members/rival/contacts/c-17/interactions", key, json!({ "channel": "phone" }))
            .await
            .refused(StatusCode::NOT_FOUND, "not-found");
        site.order("o-1", "acme", 1_000, key).await.is(StatusCode::OK);
        let facts = site.get("/v1/members/acme/facts?kind=interaction.logged&total=true", key).await.is(StatusCode::OK);
        assert_eq!((&facts.body["total"], &facts.body["items"][0]["body"]["role"]), (&json!(1), &json!("decider")), "{:#}", facts.body);
        // Whoever reads without personal data reads no contacts.
        let analyst = &site.key(Role::Analyst, None).await;
        site.get("/v1/members/acme/contacts", analyst).await.refused(StatusCode::FORBIDDEN, "forbidden");
        let stranger = &site.key(Role::Owner, Some("rival")).await;
        site.get(&place, stranger).await.refused(StatusCode::NOT_FOUND, "not-found");
        let rows = site.town.number("SELECT COUNT(*) FROM audit WHERE subject = 'contact:c-17'").await;
        assert_eq!(rows, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_walked_page_by_page() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::MembershipOperator, None).await;
        for n in 0..7 {
            site.post("/v1/members/acme/contacts", key, json!({ "id": format!("c-{n}"), "name": "a" })).await.is(StatusCode::CREATED);
        }
        let first = site.get("/v1/members/acme/contacts?limit=4&total=true", key).await.is(StatusCode::OK);
        assert_eq!((first.body["items"].as_array().unwrap().len(), &first.body["total"]), (4, &json!(7)));
        let next = first.body["next"].as_str().unwrap();
        let second = site.get(&format!("/v1/members/acme/contacts?limit=4&after={next}"), key).await.is(StatusCode::OK);
        assert_eq!((second.body["items"].as_array().unwrap().len(), &second.body["next"]), (3, &json!(null)));
        site.get("/v1/members/acme/contacts?colour=red", key).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        site.get("/v1/members/nobody/contacts", key).await.refused(StatusCode::NOT_FOUND, "not-found");
    })
    .await;
}
