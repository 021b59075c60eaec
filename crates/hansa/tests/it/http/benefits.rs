use futures_util::future::join_all;
use hansa::access::Role;
use hansa::language::Language;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Site, each};

async fn gold(site: &Site, key: &str) {
    site.town.member("acme").await;
    site.order("o-1", "acme", 600_000_000, key).await.is(StatusCode::OK);
}

fn left(answer: &Value) -> i64 {
    answer["benefit"]["left"]["amount"].as_i64().unwrap_or_else(|| panic!("{answer:#}"))
}

/// What a check says is what the use then does; what was used is undone like any redemption.
#[tokio::test(flavor = "multi_thread")]
async fn a_metered_benefit_is_checked_used_and_given_back() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        site.town.member("small").await;
        gold(&site, key).await;
        let check = async |member: &str, benefit: &str, amount: i64| {
            let asked = json!({ "amount": amount });
            site.post(&format!("/v1/members/{member}/benefits/{benefit}/check"), key, asked).await.is(StatusCode::OK).body
        };
        let uses = "/v1/members/acme/benefits/quotes/uses";
        let listed = site.get("/v1/members/acme/benefits", key).await.is(StatusCode::OK);
        let has = |id: &str| listed.body["items"].as_array().unwrap().iter().any(|item| item["benefit"]["id"] == id);
        assert!(has("quotes") && has("priority-service"), "{:#}", listed.body);
        assert_eq!(check("acme", "priority-service", 1).await["allowed"], true);
        let refused = check("small", "priority-service", 1).await;
        assert_eq!((&refused["allowed"], &refused["benefit"]), (&json!(false), &json!(null)));
        let refused = check("small", "quotes", 1).await;
        assert!(refused["allowed"] == false && refused["reason"].as_str().unwrap().contains("quotes"), "{refused:#}");
        let all = left(&check("acme", "quotes", 1).await);
        assert_eq!(
            (check("acme", "quotes", all).await["allowed"].clone(), check("acme", "quotes", all + 1).await["allowed"].clone()),
            (json!(true), json!(false))
        );
        assert_eq!(site.town.number("SELECT COUNT(*) FROM fact").await, 1, "a check writes nothing");
        let used = site.post(uses, key, json!({ "id": "visit-1", "amount": all - 1 })).await.is(StatusCode::CREATED);
        assert_eq!(left(&used.body), 1);
        site.post(uses, key, json!({ "id": "visit-1", "amount": all - 1 })).await.is(StatusCode::OK);
        site.post(uses, key, json!({ "amount": 2 })).await.refused(StatusCode::CONFLICT, "insufficient-balance");
        assert_eq!(check("acme", "quotes", 2).await["allowed"], false);
        site.post("/v1/members/acme/redemptions/visit-1/restore", key, json!({ "amount": 3 })).await.is(StatusCode::CREATED);
        assert_eq!(left(&check("acme", "quotes", 4).await), 4);
        for (path, body) in [("nothing/check", json!({})), ("nothing/uses", json!({}))] {
            site.post(&format!("/v1/members/acme/benefits/{path}"), key, body).await.refused(StatusCode::NOT_FOUND, "not-found");
        }
        site.post("/v1/members/nobody/benefits/quotes/check", key, json!({})).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.post(uses, key, json!({ "amount": 0 })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        site.town.sound().await;
    })
    .await;
}

/// Many at once never use more than there is.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_use_what_there_is_and_no_more() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        gold(&site, key).await;
        let all = left(&site.post("/v1/members/acme/benefits/quotes/check", key, json!({})).await.body);
        let uses = (0..50).map(|_| site.post("/v1/members/acme/benefits/quotes/uses", key, json!({})));
        let answers = join_all(uses).await;
        let done = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
        assert_eq!(i64::try_from(done).unwrap(), all.min(50));
        assert!(answers.iter().all(|answer| answer.status == StatusCode::CREATED || answer.body["code"] == "insufficient-balance"));
        site.town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_is_given_by_hand_and_taken_away() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        site.town.member("small").await;
        let path = |what: &str| format!("/v1/members/small/benefits/dedicated-manager/{what}");
        let allowed = async || site.post(&path("check"), key, json!({})).await.body["allowed"].clone();
        assert_eq!(allowed().await, false);
        let given = site.post(&path("grants"), key, json!({ "until": "2026-12-31T16:00:00Z" })).await.is(StatusCode::CREATED);
        assert_eq!(given.body["benefit"]["until"], "2026-12-31T16:00:00Z");
        assert_eq!(allowed().await, true);
        site.post(&path("revoke"), key, json!({})).await.is(StatusCode::CREATED);
        assert_eq!(allowed().await, false);
        let wrong = site.post(&path("grants"), key, json!({ "until": "tomorrow" })).await;
        assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "until");
        let audited = site.town.number("SELECT COUNT(*) FROM audit WHERE action IN ('benefit.granted', 'benefit.revoked')").await;
        assert_eq!(audited, 2);
    })
    .await;
}

/// The present out of what is stored is the present out of all facts, to the last letter.
#[tokio::test(flavor = "multi_thread")]
async fn the_stored_present_is_the_judged_present() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        gold(&site, key).await;
        site.town.member("quiet").await;
        let world = hansa::demo::generate(&hansa::demo::Options::new(30, 7, site.town.app.now()));
        let (members, now) = (&world.members, site.town.app.now());
        site.town.app.db.write(|tx| async move { hansa::members::put(&tx, members, now).await.map(drop) }).await.unwrap();
        site.town.bulk(&world.facts).await;
        let later = ["2026-07-01", "2026-07-20", "2027-03-01"];
        let ids: Vec<String> =
            world.members.iter().map(|member| member.id.clone()).chain(["acme".to_owned(), "quiet".to_owned()]).collect();
        for day in later {
            // On the later days much has fallen due since the state was stored; then it is judged anew, and after an evaluation stored again.
            for evaluated in [false, true] {
                let town = site.town.later(day).await;
                if evaluated {
                    town.evaluate(day).await;
                }
                for id in &ids {
                    let judged = hansa::standing::explain(&town.app, id, hansa::standing::Ask { receipts: Some(0), ..Default::default() })
                        .await
                        .unwrap();
                    let judged = hansa::standing::Explanation { receipts_in_all: None, ..judged };
                    let stored = hansa::standing::now(&town.app, id, Language::English).await.unwrap();
                    assert_eq!(json!(stored), json!(judged), "{id} on {day}");
                }
            }
        }
    })
    .await;
}
