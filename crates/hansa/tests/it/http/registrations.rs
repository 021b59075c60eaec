use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{each, sent};

const CODE: &str = "91350100M000100Y43";

#[tokio::test(flavor = "multi_thread")]
async fn a_member_has_numbers_of_several_registers() {
    each(async |site| {
        site.town.members(&["acme".to_owned(), "rival".to_owned()]).await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let path = "/v1/members/acme/registrations";
        let made =
            site.post(path, key, json!({ "kind": "credit-code", "number": "９１３５０１００ m000100y43" })).await.is(StatusCode::CREATED);
        assert_eq!((&made.body["number"], &made.body["country"]), (&json!(CODE), &json!("CN")));
        let again = site.post(path, key, json!({ "kind": "credit-code", "number": CODE })).await.is(StatusCode::OK);
        assert_eq!(again.body["id"], made.body["id"]);
        for new in [
            json!({ "kind": "lei", "number": "506700GE1G29325QX363" }),
            json!({ "kind": "eu-vat", "number": "136 695 976", "country": "DE" }),
            json!({ "kind": "duns", "number": "15-048-3782" }),
            json!({ "kind": "national", "number": "HRB 98765", "country": "DE" }),
            json!({ "kind": "licence", "number": "440301103097413" }),
        ] {
            site.post(path, key, new).await.is(StatusCode::CREATED);
        }
        let listed = site.get(path, &site.key(Role::Viewer, Some("acme")).await).await.is(StatusCode::OK);
        let numbers: Vec<&str> = listed.body["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap()).collect();
        assert_eq!(numbers, [CODE, "150483782", "DE136695976", "506700GE1G29325QX363", "440301103097413", "HRB98765"]);
        for (field, wrong) in [
            ("kind", json!({ "kind": "passport", "number": "1" })),
            ("number", json!({ "kind": "credit-code", "number": "91350100M000100Y44" })),
            ("number", json!({ "kind": "lei", "number": "506700GE1G29325QX364" })),
            ("country", json!({ "kind": "national", "number": "1" })),
            ("country", json!({ "kind": "eu-vat", "number": "DE136695976", "country": "AT" })),
        ] {
            let refused = site.post(path, key, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field, "{:#}", refused.body);
        }
        let place = made.header("location").to_owned();
        let elsewhere = place.replace("acme", "rival");
        sent(site.ask(Method::DELETE, &elsewhere, key)).await.refused(StatusCode::NOT_FOUND, "not-found");
        sent(site.ask(Method::DELETE, &place, key)).await.is(StatusCode::OK);
        sent(site.ask(Method::DELETE, &place, key)).await.refused(StatusCode::NOT_FOUND, "not-found");
        // What nobody has any more another may have.
        site.post("/v1/members/rival/registrations", key, json!({ "kind": "credit-code", "number": CODE })).await.is(StatusCode::CREATED);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM audit WHERE subject LIKE 'registration:%'").await, 8);
    })
    .await;
}

/// A number belongs to one member, wherever it stands; who has it is told only to those who see everybody.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_belongs_to_one_member() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let first = json!({ "id": "a", "name": "a", "registrations": [{ "kind": "credit-code", "number": CODE }, { "kind": "duns", "number": "150483782" }] });
        site.post("/v1/members", key, first).await.is(StatusCode::CREATED);
        assert_eq!(site.get("/v1/members/a/registrations", key).await.body["items"].as_array().unwrap().len(), 2);
        for (field, second) in [
            ("number", json!({ "name": "b", "registrations": [{ "kind": "credit-code", "number": CODE }] })),
            ("registration_number", json!({ "name": "b", "country": "CN", "registration_number": CODE })),
        ] {
            let refused = site.post("/v1/members", key, second).await.refused(StatusCode::CONFLICT, "number-taken");
            assert_eq!(refused.body["field"], field);
            assert!(refused.body["detail"].as_str().unwrap().contains("member `a`"));
        }
        // The other way round: it stands in a profile, and the second puts it down.
        let named = json!({ "id": "c", "name": "c", "country": "GB", "registration_number": "00445790" });
        site.post("/v1/members", key, named).await.is(StatusCode::CREATED);
        site.post("/v1/members/a/registrations", key, json!({ "kind": "national", "number": "00445790", "country": "GB" }))
            .await
            .refused(StatusCode::CONFLICT, "number-taken");
        site.post("/v1/members/a/registrations", key, json!({ "kind": "national", "number": "00445790", "country": "IE" })).await.is(StatusCode::CREATED);
        // The same digits in another register are another number.
        site.post("/v1/members", key, json!({ "name": "d", "country": "US", "registration_number": "150483782" })).await.is(StatusCode::CREATED);
        let wrong = json!({ "name": "e", "registrations": [{ "kind": "duns", "number": "1" }] });
        let refused = site.post("/v1/members", key, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.body["field"], "registrations[0].number");
        let tag = site.get("/v1/members/c", key).await.header("etag").to_owned();
        let change = json!({ "country": "CN", "registration_number": CODE });
        sent(site.ask(Method::PATCH, "/v1/members/c", key).header("if-match", tag).json(&change)).await.refused(StatusCode::CONFLICT, "number-taken");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM member").await, 3);
    })
    .await;
}

/// Ten at once put the same number down for ten members: one has it.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_gets_the_number() {
    each(async |site| {
        let names: Vec<String> = (0..10).map(|n| format!("m{n}")).collect();
        site.town.members(&names).await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let asked = names.iter().map(|name| {
            let path = format!("/v1/members/{name}/registrations");
            let (site, key) = (&site, key);
            async move { site.post(&path, key, json!({ "kind": "credit-code", "number": CODE })).await.status }
        });
        let answers = futures_util::future::join_all(asked).await;
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::CREATED).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::CONFLICT).count(), 9, "{answers:?}");
    })
    .await;
}
