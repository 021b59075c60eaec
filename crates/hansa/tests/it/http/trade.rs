use futures_util::future::join_all;
use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{Site, each, sent};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_comes_in_and_standing_follows_with_its_receipts() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let taken = site.order("o-1", "acme", 6_120_000, key).await.is(StatusCode::OK);
        let fact = &taken.body["facts"][0];
        assert_eq!((&fact["outcome"], fact["receipts"].as_array().unwrap().is_empty()), (&json!("recorded"), false), "{fact:#}");
        assert_eq!(site.order("o-1", "acme", 6_120_000, key).await.body["facts"][0]["outcome"], "known");
        let other = site.order("o-1", "acme", 100, key).await.is(StatusCode::OK);
        assert_eq!(other.body["facts"][0]["refusal"]["code"], "id-taken");
        let standing = site.get("/v1/members/acme/standing", key).await.is(StatusCode::OK);
        assert_eq!(standing.body["facts"], 1);
        let before = site.get("/v1/members/acme/standing?as_of=2026-06-01T00:00:00Z", key).await.is(StatusCode::OK);
        assert_eq!(before.body["facts"], 0);
        let balances = site.get("/v1/members/acme/balances", key).await.is(StatusCode::OK);
        assert_eq!(balances.body["items"], standing.body["balances"]);
        let earlier = site.get("/v1/members/acme/balances?as_of=2026-06-01T00:00:00Z", key).await.is(StatusCode::OK);
        assert_eq!((&earlier.body["items"], &earlier.body["as_of"]), (&before.body["balances"], &json!("2026-06-01T00:00:00Z")));
        assert_ne!(earlier.body["items"], balances.body["items"]);
        let missions = site.get("/v1/members/acme/missions", key).await.is(StatusCode::OK);
        assert_eq!(missions.body["items"], standing.body["missions"]);
        assert!(!missions.body["items"].as_array().unwrap().is_empty());
        site.get("/v1/members/nobody/missions", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.get("/v1/members/acme/missions?as_of=today", key).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        let facts = site.get("/v1/members/acme/facts?total=true", key).await.is(StatusCode::OK);
        assert_eq!((&facts.body["total"], &facts.body["items"][0]["id"]), (&json!(1), &json!("o-1")));
        assert_eq!(site.get("/v1/members/acme/facts/o-1", key).await.is(StatusCode::OK).body, facts.body["items"][0]);
        site.get("/v1/members/acme/facts/o-2", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.get("/v1/members/nobody/standing", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.town.sound().await;
    })
    .await;
}

/// A bad fact is refused alone, and says which field of which fact.
/// Names and sentences are told in the language that the caller asks for: a receipt, a way to the next tier, a line of the statement.
#[tokio::test(flavor = "multi_thread")]
async fn standing_speaks_the_language_of_the_caller() {
    each(async |site| {
        let key = &site.key(Role::Administrator, None).await;
        site.town.member("acme").await;
        site.order("so-1", "acme", 5_000_000, key).await.is(StatusCode::OK);
        let told = async |path: &str, language: &str| {
            sent(site.ask(Method::GET, path, key).header("accept-language", language)).await.is(StatusCode::OK).body
        };
        for (language, earned, track, more, line) in [
            ("en", "Earned ", "Buyer", " more ", "earned: Growth on orders"),
            ("zh-CN", "获得 ", "采购", "还差", "获得：成长值"),
            ("zh-TW", "獲得 ", "採購", "還差", "獲得：成長值"),
        ] {
            let standing = told("/v1/members/acme/standing?receipts=50", language).await;
            let sentences: Vec<&str> =
                standing["receipts"].as_array().unwrap().iter().map(|one| one["sentence"].as_str().unwrap()).collect();
            assert!(sentences.iter().any(|said| said.starts_with(earned)), "{language}: {sentences:?}");
            let said = &standing["tracks"][0];
            assert!(said["track"]["name"].as_str().unwrap().contains(track), "{language}: {said}");
            assert!(said["next"]["sentence"].as_str().unwrap().contains(more), "{language}: {said}");
            let need = &said["next"]["ways"][0]["needs"][0];
            assert_eq!((need["what"].as_str(), need["op"].as_str()), (Some("spend_12m"), Some(">=")), "{need}");
            let gap: i64 = need["gap"].as_str().unwrap().parse().unwrap();
            let (now, needed) = (need["now"].as_str().unwrap(), need["needed"].as_str().unwrap());
            assert_eq!(gap, needed.parse::<i64>().unwrap() - now.parse::<i64>().unwrap(), "{need}");
            let ladder = said["ladder"].as_array().unwrap();
            let reached: Vec<&str> =
                ladder.iter().filter(|rung| rung["reached"] == true).map(|rung| rung["tier"]["id"].as_str().unwrap()).collect();
            assert_eq!(reached.last(), said["tier"]["id"].as_str().as_ref(), "the tier in force is the highest reached");
            assert!(ladder.iter().any(|rung| rung["gives"].as_array().is_some_and(|gives| !gives.is_empty())), "some tier gives something");
            let statement = told("/v1/members/acme/statement", language).await;
            assert_eq!(statement["units"][1]["lines"][0]["reason"], line, "{language}: {statement}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_answered_fact_by_fact() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let fact = |id: &str, member: &str, kind: &str, at: &str, body| json!({ "id": id, "member": member, "kind": kind, "occurred_at": at, "body": body });
        let (at, body) = ("2026-07-01T04:00:00Z", json!({ "order": "1", "amount": 500, "currency": "CNY" }));
        let facts = json!({ "facts": [
            fact("f1", "acme", "order.completed", at, body.clone()),
            fact("f2", "nobody", "order.completed", at, body.clone()),
            fact("f3", "acme", "order.swallowed", at, body.clone()),
            fact("f4", "acme", "order.completed", "yesterday", body.clone()),
            fact("f5", "acme", "order.completed", at, json!({ "order": "1", "amount": "a lot", "currency": "CNY" })),
        ] });
        let taken = site.post("/v1/facts", key, facts).await.is(StatusCode::OK);
        let told: Vec<(&str, Option<&str>)> = taken.body["facts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fact| (fact["outcome"].as_str().unwrap(), fact["refusal"]["field"].as_str()))
            .collect();
        let refused = |field| ("refused", Some(field));
        assert_eq!(told, [("recorded", None), refused("member"), refused("kind"), refused("occurred_at"), refused("body")], "{:#}", taken.body);
        let many: Vec<_> = (0..1_001).map(|n| fact(&format!("n{n}"), "acme", "order.completed", at, body.clone())).collect();
        site.post("/v1/facts", key, json!({ "facts": many })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        // Larger than any other body may be.
        let note = "x".repeat(2_000);
        let large: Vec<_> = (0..1_000).map(|n| fact(&format!("l{n}{note}"), "acme", "order.completed", at, body.clone())).collect();
        let large = site.post("/v1/facts", key, json!({ "facts": large })).await.is(StatusCode::OK);
        assert!(large.body["facts"].as_array().unwrap().iter().all(|fact| fact["refusal"]["field"] == "id"), "{:#}", large.body["facts"][0]);
        site.post("/v1/facts", key, json!({ "facts": [] })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(site.town.size().await[0], 1);
    })
    .await;
}

async fn with_points(site: &Site, member: &str, points: i64, key: &str) {
    site.town.member(member).await;
    let adjusted = json!({ "unit": "points", "amount": points, "reason": "opening balance" });
    site.post(&format!("/v1/members/{member}/adjustments"), key, adjusted).await.is(StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_reserved_committed_cancelled_and_restored() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        with_points(&site, "acme", 1_000, key).await;
        let reserve = json!({ "id": "r1", "unit": "points", "amount": 600, "until": "2026-07-02T00:00:00Z" });
        let reserved = site.post("/v1/members/acme/reservations", key, reserve.clone()).await.is(StatusCode::CREATED);
        assert_eq!((&reserved.body["left"]["available"], &reserved.body["left"]["reserved"]), (&json!(400), &json!(600)));
        assert_eq!(site.post("/v1/members/acme/reservations", key, reserve).await.is(StatusCode::OK).body["left"]["available"], 400);
        let spend = json!({ "unit": "points", "amount": 401 });
        site.post("/v1/members/acme/spends", key, spend).await.refused(StatusCode::CONFLICT, "insufficient-balance");
        let committed = site.post("/v1/members/acme/reservations/r1/commit", key, json!({ "amount": 250 })).await.is(StatusCode::CREATED);
        assert_eq!((&committed.body["left"]["available"], &committed.body["left"]["reserved"]), (&json!(750), &json!(0)));
        site.post("/v1/members/acme/reservations/r1/cancel", key, json!({})).await.is(StatusCode::CONFLICT);
        let spent =
            site.post("/v1/members/acme/spends", key, json!({ "id": "s1", "unit": "points", "amount": 100 })).await.is(StatusCode::CREATED);
        assert_eq!(spent.body["drawn"]["own"], 100);
        let restored = site.post("/v1/members/acme/redemptions/s1/restore", key, json!({ "amount": 40 })).await.is(StatusCode::CREATED);
        assert_eq!(restored.body["left"]["available"], 690);
        site.post("/v1/members/nobody/spends", key, json!({ "unit": "points", "amount": 1 }))
            .await
            .refused(StatusCode::NOT_FOUND, "not-found");
        site.post("/v1/members/acme/redemptions/s9/restore", key, json!({})).await.refused(StatusCode::NOT_FOUND, "not-found");
        let statement = site.get("/v1/members/acme/statement?unit=points&to=2026-07-02T00:00:00Z", key).await.is(StatusCode::OK);
        assert_eq!(statement.body["units"][0]["closing"], 690, "{:#}", statement.body);
        site.town.sound().await;
    })
    .await;
}

/// Fifty clients spend the same balance at the same moment: one has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_balance_is_spent_once_by_fifty_clients() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        with_points(&site, "acme", 500, key).await;
        let spends =
            (0..50).map(|n| site.post("/v1/members/acme/spends", key, json!({ "id": format!("s{n}"), "unit": "points", "amount": 500 })));
        let statuses: Vec<StatusCode> = join_all(spends).await.into_iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == StatusCode::CREATED).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == StatusCode::CONFLICT).count(), 49);
        assert_eq!(site.town.balances("acme", "points").await.available, 0);
        site.town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_checked_compared_and_applied() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let versions = site.get("/v1/program/versions", key).await.is(StatusCode::OK);
        assert_eq!(versions.body["items"][0]["number"], 1);
        let source = site.get("/v1/program/versions/1", key).await.is(StatusCode::OK).body["source"].as_str().unwrap().to_owned();
        site.get("/v1/program/versions/2", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        let wrong = source.replace("currency = \"CNY\"", "currency = \"CNY\"\ncolour = \"red\"");
        let checked = site.post("/v1/program/check", key, json!({ "source": wrong })).await.is(StatusCode::OK);
        assert_eq!(checked.body["valid"], false);
        assert!(checked.body["problems"][0].as_str().unwrap().contains("colour"), "{:#}", checked.body);
        let mistaken = site.post("/v1/program/versions", key, json!({ "source": wrong })).await;
        mistaken.refused(StatusCode::UNPROCESSABLE_ENTITY, "program-mistaken");
        let better = source.replace("currency = \"CNY\"", "currency = \"CNY\"\nparents_see_subsidiaries = true");
        let checked = site.post("/v1/program/check", key, json!({ "source": better })).await.is(StatusCode::OK);
        assert_eq!(checked.body["differences"][0]["at"], "parents_see_subsidiaries");
        let applied =
            site.post("/v1/program/versions", key, json!({ "source": better, "note": "for groups" })).await.is(StatusCode::CREATED);
        assert_eq!(applied.body["number"], 2);
        assert_eq!(site.post("/v1/program/versions", key, json!({ "source": better })).await.is(StatusCode::OK).body["unchanged"], true);
        let past = json!({ "source": source, "effective_from": "2020-01-01T00:00:00Z" });
        site.post("/v1/program/versions", key, past).await.refused(StatusCode::CONFLICT, "refused");
        let back = async |number: &str, body| site.post(&format!("/v1/program/versions/{number}/rollback"), key, body).await;
        back("9", json!({})).await.refused(StatusCode::NOT_FOUND, "not-found");
        back("one", json!({})).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        back("1", json!({ "effective_from": "2026-06-01T00:00:00Z" })).await.refused(StatusCode::CONFLICT, "refused");
        assert_eq!(back("1", json!({})).await.is(StatusCode::CREATED).body["number"], 3);
        assert_eq!(back("1", json!({})).await.is(StatusCode::OK).body["unchanged"], true);
        let third = site.get("/v1/program/versions/3", key).await.is(StatusCode::OK);
        assert_eq!((&third.body["source"], &third.body["note"]), (&json!(source), &json!("back to version 1")));
    })
    .await;
}
