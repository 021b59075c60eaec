use futures_util::future::join_all;
use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Site, each, sent};

const ACME: &str = "/v1/members/acme/custom";

async fn fields(site: &Site, key: &str) {
    let grade = json!({ "id": "grade", "names": { "zh-CN": "客户分级", "en": "Grade" }, "kind": "choice", "choices": [{ "id": "a" }, { "id": "b" }] });
    for new in [
        grade,
        json!({ "id": "contract", "names": { "en": "Contract" }, "kind": "decimal" }),
        json!({ "id": "seats", "names": { "en": "Seats" }, "kind": "integer" }),
        json!({ "id": "signed", "names": { "en": "Signed" }, "kind": "date" }),
        json!({ "id": "exclusive", "names": { "en": "Exclusive" }, "kind": "boolean" }),
        json!({ "id": "remark", "names": { "en": "Remark" }, "kind": "text" }),
    ] {
        site.post("/v1/custom-fields", key, new).await.is(StatusCode::CREATED);
    }
}

async fn change(site: &Site, key: &str, path: &str, tag: &str, body: &Value) -> Answer {
    sent(site.ask(Method::PATCH, path, key).header("if-match", tag).json(body)).await
}

async fn found(site: &Site, key: &str, query: &str) -> Vec<String> {
    let page = site.get(&format!("/v1/members?total=true&{query}"), key).await.is(StatusCode::OK);
    let ids: Vec<String> = page.body["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(page.body["total"], ids.len());
    ids
}

/// Values are checked by their kind, come back as they went in, and members are found by them.
#[tokio::test(flavor = "multi_thread")]
async fn values_and_tags_are_noted_and_found() {
    each(async |site: Site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        fields(&site, key).await;
        site.town.members(&["acme".to_owned(), "globex".to_owned()]).await;
        let none = site.get(ACME, key).await.is(StatusCode::OK);
        assert_eq!(none.body, json!({ "tags": [], "values": {} }));
        let all = json!({
            "tags": ["VIP", " 重点  客户 ", "vip"],
            "values": { "grade": "a", "contract": "1250.50", "seats": -3, "signed": "2028-02-29", "exclusive": false, "remark": "=1+1 <b>'%_" }
        });
        let noted = change(&site, key, ACME, none.header("etag"), &all).await.is(StatusCode::OK);
        let expected = json!({
            "tags": ["vip", "重点 客户"],
            "values": { "grade": "a", "contract": "1250.5", "seats": -3, "signed": "2028-02-29", "exclusive": false, "remark": "=1+1 <b>'%_" }
        });
        assert_eq!(noted.body, expected);
        let read = site.get(ACME, key).await.is(StatusCode::OK);
        assert_eq!((&read.body, read.header("etag")), (&expected, noted.header("etag")));
        for query in ["tag=Vip", "custom=grade:a", "custom=contract:1250.500", "custom=seats:-3", "custom=exclusive:false&tag=vip&country="] {
            let query = query.trim_end_matches("&country=");
            assert_eq!(found(&site, key, query).await, ["acme"], "{query}");
        }
        assert_eq!(found(&site, key, "tag=vi").await, [""; 0]);
        assert_eq!(found(&site, key, "custom=grade:b").await, [""; 0]);
        let listed = site.get("/v1/members?search=acme", key).await.is(StatusCode::OK);
        assert_eq!(listed.body["items"][0]["custom"], expected);
        for (query, field) in [("custom=grade", "custom"), ("custom=size:1", "custom"), ("custom=grade:c", "custom"), ("tag=a,b", "tag")] {
            let refused = site.get(&format!("/v1/members?{query}"), key).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
            assert_eq!(refused.body["field"], field, "{query}");
        }
        let less = json!({ "values": { "grade": "b", "seats": null, "remark": null } });
        let noted = change(&site, key, ACME, noted.header("etag"), &less).await.is(StatusCode::OK);
        assert_eq!((&noted.body["tags"], &noted.body["values"]["grade"]), (&json!(["vip", "重点 客户"]), &json!("b")));
        assert_eq!(noted.body["values"].as_object().unwrap().len(), 4);
        change(&site, key, ACME, read.header("etag"), &json!({ "tags": [] })).await.refused(StatusCode::PRECONDITION_FAILED, "precondition-failed");
        for (body, field) in [
            (json!({ "values": { "grade": "c" } }), "values.grade"),
            (json!({ "values": { "size": 1 } }), "values.size"),
            (json!({ "values": { "contract": 12.5 } }), "values.contract"),
            (json!({ "tags": ["fine", ""] }), "tags[1]"),
            (json!({ "tags": (0..51).map(|n| format!("t{n}")).collect::<Vec<_>>() }), "tags"),
        ] {
            let refused = change(&site, key, ACME, noted.header("etag"), &body).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field);
        }
        let nobody = "/v1/members/nobody/custom";
        change(&site, key, nobody, "*", &json!({ "tags": ["x"] })).await.refused(StatusCode::NOT_FOUND, "not-found");
        let audited = "SELECT COUNT(*) FROM audit WHERE action = 'change_custom'";
        assert_eq!(site.town.number(audited).await, 2, "what changed nothing is not audited");
    })
    .await;
}

/// A field is kept as its values need it, and goes with them only when that is said.
#[tokio::test(flavor = "multi_thread")]
async fn fields_are_kept() {
    each(async |site: Site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        fields(&site, key).await;
        site.town.member("acme").await;
        for (field, wrong) in [
            ("id", json!({ "id": "Grade" })),
            ("id", json!({ "id": "1st" })),
            ("names", json!({ "names": {} })),
            ("names.en", json!({ "names": { "en": " " } })),
            ("choices", json!({ "kind": "choice" })),
            ("choices", json!({ "choices": [{ "id": "a" }] })),
            ("choices[1].id", json!({ "kind": "choice", "choices": [{ "id": "a" }, { "id": "a" }] })),
            ("choices[0].names", json!({ "kind": "choice", "choices": [{ "id": "a", "names": { "fr": "A" } }] })),
        ] {
            let mut new = json!({ "id": "other", "names": { "en": "Other" }, "kind": "text" });
            wrong.as_object().unwrap().iter().for_each(|(name, value)| new[name] = value.clone());
            let refused = site.post("/v1/custom-fields", key, new).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field, "{:#}", refused.body);
        }
        let again = json!({ "id": "seats", "names": { "en": "Seats" }, "kind": "text" });
        site.post("/v1/custom-fields", key, again).await.refused(StatusCode::CONFLICT, "id-taken");
        let own = sent(site.ask(Method::GET, "/v1/custom-fields", key).header("accept-language", "zh-CN")).await.is(StatusCode::OK);
        let names: Vec<&Value> = own.body["items"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["Contract", "Exclusive", "客户分级", "Remark", "Seats", "Signed"], "by id");
        change(&site, key, ACME, "*", &json!({ "values": { "grade": "a", "seats": 5 } })).await.is(StatusCode::OK);
        let grade = "/v1/custom-fields/grade";
        let tag = site.get(grade, key).await.is(StatusCode::OK).header("etag").to_owned();
        let refused = change(&site, key, grade, &tag, &json!({ "choices": [{ "id": "b" }, { "id": "c" }] })).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "choices", "a member has `a`");
        let more = json!({ "names": { "en": "Class" }, "choices": [{ "id": "a", "names": { "en": "First" } }, { "id": "c" }] });
        let changed = change(&site, key, grade, &tag, &more).await.is(StatusCode::OK);
        assert_eq!(changed.body["name"], "Class");
        change(&site, key, grade, &tag, &more).await.refused(StatusCode::PRECONDITION_FAILED, "precondition-failed");
        change(&site, key, ACME, "*", &json!({ "values": { "grade": "b" } }))
            .await
            .refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let delete = async |path: &str| sent(site.ask(Method::DELETE, path, key)).await;
        delete(grade).await.refused(StatusCode::CONFLICT, "refused");
        delete("/v1/custom-fields/remark").await.is(StatusCode::NO_CONTENT);
        delete(&format!("{grade}?values=true")).await.is(StatusCode::NO_CONTENT);
        delete(grade).await.refused(StatusCode::NOT_FOUND, "not-found");
        assert_eq!(site.get(ACME, key).await.body, json!({ "tags": [], "values": { "seats": 5 } }));
        let audited = "SELECT COUNT(*) FROM audit WHERE action IN ('create_custom_field', 'change_custom_field', 'remove_custom_field')";
        assert_eq!(site.town.number(audited).await, 9);
        site.town.sound().await;
    })
    .await;
}

/// Many are changed at once, or none; and nobody who is somebody else's.
#[tokio::test(flavor = "multi_thread")]
async fn many_members_are_tagged_at_once() {
    each(async |site: Site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        fields(&site, key).await;
        let ids: Vec<String> = (0..300).map(|n| format!("m{n:03}")).collect();
        site.town.members(&ids).await;
        let many = |body: Value| site.post("/v1/custom-changes", key, body);
        let first = many(json!({ "members": ids, "add_tags": ["Fair 2026"], "values": { "seats": 2 } })).await.is(StatusCode::OK);
        assert_eq!(first.body, json!({ "changed": 300, "same": 0, "unknown": [] }));
        let again = json!({ "members": ["m001", "nobody", "m002"], "add_tags": ["fair 2026"], "remove_tags": ["x"] });
        assert_eq!(many(again).await.is(StatusCode::OK).body, json!({ "changed": 0, "same": 2, "unknown": ["nobody"] }));
        let less = json!({ "members": ["m001", "m002"], "add_tags": ["late"], "remove_tags": ["fair 2026"], "values": { "seats": null } });
        assert_eq!(many(less).await.is(StatusCode::OK).body["changed"], 2);
        assert_eq!(found(&site, key, "tag=late").await, ["m001", "m002"]);
        let tags = site.get("/v1/tags", key).await.is(StatusCode::OK);
        assert_eq!(tags.body["items"], json!([{ "tag": "fair 2026", "members": 298 }, { "tag": "late", "members": 2 }]));
        let page = site.get("/v1/tags?limit=1", key).await.is(StatusCode::OK);
        let after = page.body["next"].as_str().unwrap().to_owned();
        assert_eq!(site.get(&format!("/v1/tags?limit=1&after={after}"), key).await.body["items"][0]["tag"], "late");
        assert_eq!(site.get("/v1/tags?begins=LA", key).await.body["items"].as_array().unwrap().len(), 1);
        let full: Vec<String> = (0..50).map(|n| format!("t{n}")).collect();
        let refused = many(json!({ "members": ["m000", "m003"], "add_tags": full })).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "add_tags", "with the one it has");
        assert_eq!(site.get("/v1/members/m003/custom", key).await.body["tags"], json!(["fair 2026"]), "nothing is half written");
        for (body, field) in [
            (json!({ "members": [] }), "members"),
            (json!({ "members": ["m001"], "add_tags": ["a"], "remove_tags": ["A"] }), "remove_tags"),
            (json!({ "members": ["m001"], "values": { "seats": "2" } }), "values.seats"),
        ] {
            assert_eq!(many(body).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], field);
        }
        let audited = "SELECT COUNT(*) FROM audit WHERE action = 'change_custom_of_many'";
        assert_eq!(site.town.number(audited).await, 302, "each member in the audit, once for each change");
        site.town.sound().await;
    })
    .await;
}

/// What is noted of an enterprise is the platform's own: the enterprise sees neither it nor who else has it.
#[tokio::test(flavor = "multi_thread")]
async fn enterprises_do_not_see_what_is_noted_of_them() {
    each(async |site: Site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        site.town.member("acme").await;
        change(&site, key, ACME, "*", &json!({ "tags": ["late payer"] })).await.is(StatusCode::OK);
        let owner = &site.key(Role::Owner, Some("acme")).await;
        for path in [ACME, "/v1/tags", "/v1/custom-fields", "/v1/members?tag=late+payer", "/v1/members?custom=a:b"] {
            site.get(path, owner).await.refused(StatusCode::FORBIDDEN, "forbidden");
        }
        assert_eq!(site.get("/v1/members", owner).await.is(StatusCode::OK).body["items"][0]["custom"], Value::Null);
        let analyst = &site.key(Role::Analyst, None).await;
        assert_eq!(site.get(ACME, analyst).await.is(StatusCode::OK).body["tags"], json!(["late payer"]));
        change(&site, analyst, ACME, "*", &json!({ "tags": [] })).await.refused(StatusCode::FORBIDDEN, "forbidden");
    })
    .await;
}

/// Of those who read the same version, one changes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_change_the_same_version_one_does() {
    each(async |site: Site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        site.town.member("acme").await;
        for (path, body) in [(ACME, json!({ "tags": ["a"] })), ("/v1/members/acme", json!({ "region": "上海" }))] {
            let tag = &site.get(path, key).await.is(StatusCode::OK).header("etag").to_owned();
            let body = &body;
            let bodies = (0..12).map(|n| {
                let mut body = body.clone();
                body.as_object_mut().unwrap().values_mut().for_each(|value| match value {
                    Value::Array(tags) => tags.push(json!(format!("t{n}"))),
                    value => *value = json!(format!("区 {n}")),
                });
                body
            });
            let bodies: Vec<Value> = bodies.collect();
            let answers = join_all(bodies.iter().map(|body| change(&site, key, path, tag, body))).await;
            let done = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
            let late = answers.iter().filter(|answer| answer.status == StatusCode::PRECONDITION_FAILED).count();
            assert_eq!((done, late), (1, 11), "{path}");
        }
    })
    .await;
}
