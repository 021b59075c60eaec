use hansa::access::Role;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;

use super::{each, sent};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_created_read_and_changed() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let new = json!({ "id": "华东/1", "name": "华东轴承" });
        site.post("/v1/members", key, new).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let new = json!({ "id": "华东 1", "name": "华东轴承", "country": "CN", "employees": 12 });
        let made = site.post("/v1/members", key, new.clone()).await.is(StatusCode::CREATED);
        site.post("/v1/members", key, new).await.refused(StatusCode::CONFLICT, "id-taken");
        let place = made.header("location").to_owned();
        let read = site.get(&place, key).await.is(StatusCode::OK);
        assert_eq!((&read.body, read.header("etag")), (&made.body, made.header("etag")));
        let change = |tag: &str, body| sent(site.ask(Method::PATCH, &place, key).header("if-match", tag).json(&body));
        sent(site.ask(Method::PATCH, &place, key).json(&json!({})))
            .await
            .refused(StatusCode::PRECONDITION_REQUIRED, "precondition-required");
        let changed = change(read.header("etag"), json!({ "region": "上海", "employees": null })).await.is(StatusCode::OK);
        assert_eq!(
            (&changed.body["region"], &changed.body["employees"], &changed.body["country"]),
            (&json!("上海"), &json!(null), &json!("CN"))
        );
        // Whoever read it before the change must read it again.
        change(read.header("etag"), json!({ "region": "北京" })).await.refused(StatusCode::PRECONDITION_FAILED, "precondition-failed");
        let wrong =
            change(changed.header("etag"), json!({ "country": "cn" })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(wrong.body["field"], "country");
        assert_eq!(site.get(&place, key).await.body["region"], "上海", "what was refused changed nothing");
        let mixed = json!({ "id": "Éclair-7", "name": "Éclair Bearings", "registration_number": "AB_12%" });
        site.post("/v1/members", key, mixed).await.is(StatusCode::CREATED);
        for (search, ids) in [
            ("轴承", vec!["华东 1"]),
            ("华东 1", vec!["华东 1"]),
            ("东 1", vec![]),
            ("没有", vec![]),
            ("BEARing", vec!["Éclair-7"]),
            ("éclair-7", vec![]),
            ("Éclair-7", vec!["Éclair-7"]),
            ("b_12", vec!["Éclair-7"]),
            ("b%12", vec![]),
            ("12%", vec!["Éclair-7"]),
        ] {
            let found = site.get(&format!("/v1/members?search={}", hansa::http::body::segment(search)), key).await.is(StatusCode::OK).body;
            let found: Vec<&str> = found["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
            assert_eq!(found, ids, "{search}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_number_is_checked_by_its_rules_and_a_tree_has_no_circle() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let wrong = json!({ "name": "a", "country": "CN", "registration_number": "91350100M000100Y44" });
        let refused = site.post("/v1/members", key, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.body["field"], "registration_number");
        let right = json!({ "name": "a", "country": "CN", "registration_number": "91350100M000100Y43" });
        let id = site.post("/v1/members", key, right).await.is(StatusCode::CREATED).body["id"].as_str().unwrap().to_owned();
        assert!(id.starts_with("mem_"));
        site.post("/v1/members", key, json!({ "id": "child", "name": "b", "parent": id })).await.is(StatusCode::CREATED);
        let path = format!("/v1/members/{id}");
        let tag = site.get(&path, key).await.header("etag").to_owned();
        let circle = sent(site.ask(Method::PATCH, &path, key).header("if-match", tag).json(&json!({ "parent": "child" }))).await;
        assert_eq!(circle.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "parent");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_walked_page_by_page_in_either_order() {
    each(async |site| {
        let names: Vec<String> = (0..25).map(|n| format!("m{n:02}")).collect();
        site.town.members(&names).await;
        let key = &site.key(Role::Analyst, None).await;
        for sort in ["id", "-id", "name", "-name"] {
            let (mut found, mut after) = (Vec::new(), String::new());
            loop {
                let page = site.get(&format!("/v1/members?limit=10&sort={sort}&total=true{after}"), key).await.is(StatusCode::OK);
                assert_eq!(page.body["total"], 25);
                found.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
                let Some(next) = page.body["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            if sort.starts_with('-') {
                found.reverse();
            }
            assert_eq!(found, names, "sorted by {sort}");
        }
        let few = site.get("/v1/members?search=M2&total=true", key).await.is(StatusCode::OK);
        assert_eq!(few.body["total"], 5, "{:#}", few.body);
        assert_eq!(site.get("/v1/members?search=%25", key).await.body["items"], json!([]), "a percent sign is a percent sign");
        for wrong in ["limit=0", "limit=201", "limit=x", "after=AAAA", "sort=size", "colour=red", "search="] {
            site.get(&format!("/v1/members?{wrong}"), key).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        }
    })
    .await;
}

/// What an enterprise says of itself is its own; what it is and what it is granted is the platform's.
/// A list tells where members stand, finds those in a tier as soon as they rise or fall, and tells it to nobody who may not see standings.
/// However a list is found and sorted, it has the same members, each once.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_a_region_or_an_industry_is_whole_however_it_is_sorted() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let (regions, industries) = (["East", "West"], ["C34", "C35", "C36"]);
        for at in 0..24_usize {
            // Names run against ids, and begin with their region.
            let (id, region) = (format!("m{at:02}"), regions[at % 2]);
            let body = json!({ "id": id, "name": format!("{region} {:02}", 99 - at), "region": region, "industry": industries[at % 3] });
            site.post("/v1/members", key, body).await.is(StatusCode::CREATED);
        }
        for (filter, wanted) in [("region=East", 12), ("industry=C35", 8), ("region=West&industry=C36", 4), ("region=North", 0)] {
            for sort in ["id", "-id", "name", "-name"] {
                let (mut found, mut after) = (Vec::new(), String::new());
                loop {
                    let path = format!("/v1/members?{filter}&sort={sort}&limit=3&total=true{after}");
                    let page = site.get(&path, key).await.is(StatusCode::OK).body;
                    assert_eq!(page["total"], wanted, "{path}");
                    let by = sort.trim_start_matches('-');
                    found.extend(page["items"].as_array().unwrap().iter().map(|one| one[by].as_str().unwrap().to_owned()));
                    let Some(next) = page["next"].as_str() else { break };
                    after = format!("&after={next}");
                }
                if sort.starts_with('-') {
                    found.reverse();
                }
                assert_eq!(found.len(), wanted, "{filter} {sort}");
                assert!(found.is_sorted_by(|a, b| a < b), "{filter} {sort}: {found:?}");
            }
        }
        // Both indexes are used: nobody walks all names to find a region.
        if site.town.app.db.dialect() == db::Dialect::Sqlite {
            for column in ["region", "industry"] {
                let sql = format!(
                    "EXPLAIN QUERY PLAN SELECT id FROM member WHERE merged_into IS NULL AND {column} = 'East' ORDER BY name, id LIMIT 3"
                );
                let row = site.town.app.db.read().query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap().unwrap();
                let plan: String = row.try_get("", "detail").unwrap();
                assert!(plan.contains(&format!("member_{column}")), "{plan}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_tells_and_finds_tiers() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        for id in ["acme", "basic", "silent"] {
            site.town.member(id).await;
        }
        site.order("o-1", "acme", 6_120_000, key).await.is(StatusCode::OK);
        site.order("o-2", "basic", 100, key).await.is(StatusCode::OK);
        let ids = async |query: &str| -> Vec<String> {
            let page = site.get(&format!("/v1/members?{query}"), key).await.is(StatusCode::OK);
            page.body["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(ids("tier=silver").await, ["acme"]);
        assert_eq!(ids("tier=basic&track=buyer").await, ["basic"]);
        let page = site.get("/v1/members", key).await.is(StatusCode::OK);
        let stands = |at: usize| &page.body["items"][at]["stands"];
        assert_eq!(stands(0)["tiers"][0]["tier"], json!({ "id": "silver", "name": "Silver" }));
        assert_eq!(stands(2), &json!(null), "nothing has happened to it yet");
        let standing = site.get("/v1/members/acme/standing", key).await.is(StatusCode::OK);
        let balance = |of: &serde_json::Value, unit: &str| {
            of["balances"].as_array().unwrap().iter().find(|one| one["unit"]["id"] == unit).map(|one| one["available"].clone())
        };
        assert_eq!(balance(stands(0), "points"), balance(&standing.body, "points"));
        // A refund undoes what lifted it, which a replay finds out.
        let refund = json!({ "order": "o-1", "amount": 6_120_000, "currency": "CNY" });
        let fact =
            json!({ "id": "r-1", "member": "acme", "kind": "order.refunded", "occurred_at": "2026-07-01T05:00:00Z", "body": refund });
        site.post("/v1/facts", key, json!({ "facts": [fact] })).await.is(StatusCode::OK);
        let late = json!({ "id": "late", "member": "basic", "kind": "order.completed", "occurred_at": "2026-06-30T04:00:00Z",
            "body": { "order": "late", "amount": 6_120_000, "currency": "CNY" } });
        site.post("/v1/facts", key, json!({ "facts": [late] })).await.is(StatusCode::OK);
        for id in ["acme", "basic"] {
            let now = site.get(&format!("/v1/members/{id}/standing"), key).await.is(StatusCode::OK);
            let tier = now.body["tracks"][0]["tier"]["id"].as_str().unwrap().to_owned();
            assert!(ids(&format!("tier={tier}")).await.contains(&id.to_owned()), "{id} is found in {tier}");
        }
        assert!(ids("tier=silver").await.contains(&"basic".to_owned()), "the late order lifted it");
        let wrong = site.get("/v1/members?tier=tin", key).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        assert_eq!((&wrong.body["field"], &wrong.body["detail"]), (&json!("tier"), &json!("one of basic, silver, gold, diamond")));
        let narrow = &site.key_with(Role::MembershipOperator, None, &["members:read"]).await;
        let page = site.get("/v1/members", narrow).await.is(StatusCode::OK);
        assert_eq!(page.body["items"][0]["stands"], json!(null), "its key says nothing of standings");
        site.get("/v1/members?tier=silver", narrow).await.refused(StatusCode::FORBIDDEN, "forbidden");
        site.town.sound().await;
        // One whose state cannot be read keeps nobody else from being told.
        let bytes = if site.town.app.db.dialect() == db::Dialect::Sqlite { "x'ffffffff'" } else { "'\\xffffffff'" };
        site.town.run(&format!("UPDATE member_state SET state = {bytes} WHERE member_id = 'acme'")).await;
        let page = site.get("/v1/members", key).await.is(StatusCode::OK);
        assert_eq!((&page.body["items"][0]["stands"], page.body["items"][1]["stands"].is_object()), (&json!(null), true));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_keeps_the_profile_and_grants_itself_nothing() {
    each(async |site| {
        site.town.members(&["acme".to_owned(), "rich".to_owned()]).await;
        let key = &site.key(Role::Owner, Some("acme")).await;
        let tag = site.get("/v1/members/acme", key).await.header("etag").to_owned();
        let patch = |path: &'static str, body| sent(site.ask(Method::PATCH, path, key).header("if-match", &tag).json(&body));
        for wish in [json!({ "credit_limit_minor": 1_000_000 }), json!({ "parent": "rich" }), json!({ "account_manager": "me" })] {
            patch("/v1/members/acme", wish.clone()).await.refused(StatusCode::FORBIDDEN, "forbidden");
            patch("/v1/members/acme/profile", wish).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        }
        patch("/v1/members/rich/profile", json!({ "region": "上海" })).await.refused(StatusCode::NOT_FOUND, "not-found");
        let changed = patch("/v1/members/acme/profile", json!({ "region": "上海", "employees": 7 })).await.is(StatusCode::OK);
        assert_eq!((&changed.body["region"], &changed.body["employees"]), (&json!("上海"), &json!(7)));
        patch("/v1/members/acme/profile", json!({ "employees": -1 })).await.refused(StatusCode::PRECONDITION_FAILED, "precondition-failed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_can_be_asked_for_in_part() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        for n in 0..3 {
            site.post("/v1/members", key, json!({ "id": format!("m{n}"), "name": format!("轴承{n}") })).await.is(StatusCode::CREATED);
        }
        let page = site.get("/v1/members?fields=name,id&limit=2&total=true&sort=id", key).await.is(StatusCode::OK).body;
        assert_eq!(page["items"], json!([{ "id": "m0", "name": "轴承0" }, { "id": "m1", "name": "轴承1" }]));
        assert_eq!(page["total"], json!(3));
        let next = page["next"].as_str().unwrap();
        let rest = site.get(&format!("/v1/members?after={next}&limit=2&sort=id&fields=name"), key).await.is(StatusCode::OK).body;
        assert_eq!(rest["items"], json!([{ "name": "轴承2" }]));
        let whole = site.get("/v1/members/m1", key).await;
        let part = site.get("/v1/members/m1?fields=id,country", key).await.is(StatusCode::OK);
        assert_eq!((&part.body, part.header("etag")), (&json!({ "id": "m1", "country": whole.body["country"] }), whole.header("etag")));
        for path in ["/v1/members?fields=nam", "/v1/members/m1?fields=id,", "/v1/members/m1?fields="] {
            let refused = site.get(path, key).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
            assert_eq!(refused.body["field"], "fields");
            assert!(refused.body["detail"].as_str().unwrap().contains("name"), "{}", refused.body);
        }
        let missing = site.get("/v1/members/m9?fields=id", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        assert!(missing.body["title"].is_string(), "a problem stays whole");
        assert_eq!(site.get("/v1/tags?fields=tag", key).await.is(StatusCode::OK).body["items"], json!([]));
    })
    .await;
}

/// What is known of a member counts up to a hundred, and what is missing is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_as_complete_as_what_is_known_of_it() {
    each(async |site| {
        let key = &site.key(Role::Administrator, None).await;
        site.town.member("acme").await;
        let of = async || site.get("/v1/members/acme/completeness", key).await.is(StatusCode::OK).body;
        let bare = of().await;
        assert_eq!((&bare["score"], bare["parts"].as_array().unwrap().len()), (&json!(0), 9));
        let tag = site.get("/v1/members/acme", key).await.header("etag").to_owned();
        let profile =
            json!({ "name": "华东轴承有限公司", "country": "CN", "registration_number": "91350100M000100Y43", "industry": "C3451" });
        sent(site.ask(Method::PATCH, "/v1/members/acme", key).header("if-match", tag).json(&profile)).await.is(StatusCode::OK);
        assert_eq!(of().await["score"], 40);
        site.post("/v1/members/acme/contacts", key, json!({ "id": "li", "name": "李伟", "role": "decider" })).await.is(StatusCode::CREATED);
        assert_eq!(of().await["score"], 70);
        let owner = site.key(Role::Viewer, Some("acme")).await;
        let seen = site.get("/v1/members/acme/completeness", &owner).await.is(StatusCode::OK).body;
        let missing: Vec<&str> = seen["parts"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|part| part["there"] == false)
            .map(|part| part["part"].as_str().unwrap())
            .collect();
        assert_eq!(missing, ["region", "employees", "verification"]);
        let erased = json!({ "why": "asked for it" });
        site.post("/v1/members/acme/contacts/li/erase", key, erased).await.is(StatusCode::OK);
        assert_eq!(of().await["score"], 40, "whoever was erased counts no more");
        site.get("/v1/members/nobody/completeness", key).await.refused(StatusCode::NOT_FOUND, "not-found");
    })
    .await;
}
