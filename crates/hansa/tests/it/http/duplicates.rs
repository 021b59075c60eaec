use hansa::access::Role;
use hansa::members::{self, Member};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Site, each};

const CODE: &str = "91350100M000100Y43";

async fn companies(site: &Site, names: &[(&str, &str)]) {
    let rows: Vec<Member> =
        names.iter().map(|(id, name)| Member { id: (*id).to_owned(), name: (*name).to_owned(), ..Member::default() }).collect();
    let (rows, now) = (&rows, site.town.app.now());
    site.town.app.db.write(|tx| async move { members::put(&tx, rows, now).await.map(drop) }).await.unwrap();
}

fn found(body: &Value) -> Vec<(&str, u64)> {
    let pair = |item: &'_ Value| (item["member"].as_str().unwrap().to_owned(), item["score"].as_u64().unwrap());
    let pairs: Vec<(String, u64)> = body["items"].as_array().unwrap().iter().map(pair).collect();
    pairs.into_iter().map(|(id, score)| (&*id.leak(), score)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_company_is_found_however_it_is_written() {
    each(async |site| {
        companies(
            &site,
            &[
                ("hd", "华东轴承有限公司"),
                ("hd2", "上海華東軸承股份有限公司"),
                ("hn", "华南轴承有限公司"),
                ("dl", "华东电缆有限公司"),
                ("acme", "Acme Bearings Co., Ltd."),
                ("acme2", "ＡＣＭＥ Bearing (Shanghai) Limited"),
                ("m1", "沈阳第一机床厂"),
                ("m2", "沈阳第二机床厂"),
            ],
        )
        .await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let of = async |id: &str| site.get(&format!("/v1/members/{id}/duplicates"), key).await.is(StatusCode::OK).body;
        let like_hd = of("hd").await;
        assert_eq!(found(&like_hd), [("hd2", 96)], "{like_hd:#}");
        assert_eq!(like_hd["items"][0]["reasons"], json!(["name-equal", "legal-form-differs"]));
        assert_eq!(found(&of("acme").await)[0].0, "acme2");
        assert_eq!(found(&of("m1").await), []);
        site.get("/v1/members/nobody/duplicates", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        let asked = json!({ "name": "華東軸承（上海）有限責任公司" });
        assert_eq!(found(&site.post("/v1/duplicates", key, asked).await.is(StatusCode::OK).body).len(), 2);
        for (field, wrong) in [
            ("name", json!({ "name": " " })),
            ("registrations[0].number", json!({ "name": "a", "registrations": [{ "kind": "lei", "number": "1" }] })),
        ] {
            let refused = site.post("/v1/duplicates", key, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field);
        }
        // A name that changes is found under the new one, and no more under the old.
        companies(&site, &[("hd2", "Something Else Entirely")]).await;
        assert_eq!(found(&of("hd").await), []);
        // Companies see nothing of each other.
        let owner = &site.key(Role::Owner, Some("hd")).await;
        site.get("/v1/members/hd/duplicates", owner).await.refused(StatusCode::FORBIDDEN, "forbidden");
        site.post("/v1/duplicates", owner, json!({ "name": "a" })).await.refused(StatusCode::FORBIDDEN, "forbidden");
    })
    .await;
}

/// A number in common is certain and refused at creation; a likely name is told and hinders nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_member_is_told_of_its_likes() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let first =
            json!({ "id": "a", "name": "华东轴承有限公司", "country": "CN", "registrations": [{ "kind": "credit-code", "number": CODE }] });
        let made = site.post("/v1/members", key, first).await.is(StatusCode::CREATED);
        assert_eq!(made.body["likely_duplicates"], json!(null));
        assert_eq!(site.get("/v1/members/a", key).await.header("etag"), made.header("etag"));
        let asked = json!({ "name": "Another Name", "registrations": [{ "kind": "credit-code", "number": CODE }] });
        let certain = site.post("/v1/duplicates", key, asked).await.is(StatusCode::OK);
        assert_eq!(found(&certain.body), [("a", 100)]);
        assert_eq!(certain.body["items"][0]["reasons"][0], "same-number");
        let second = site.post("/v1/members", key, json!({ "id": "b", "name": "華東軸承集團有限公司", "country": "CN" })).await;
        let second = second.is(StatusCode::CREATED);
        assert_eq!(second.body["likely_duplicates"][0]["member"], "a", "{:#}", second.body);
        assert_eq!(site.get("/v1/members/b", key).await.header("etag"), second.header("etag"));
        let other = site.post("/v1/members", key, json!({ "id": "c", "name": "华东电缆有限公司" })).await.is(StatusCode::CREATED);
        assert_eq!(other.body["likely_duplicates"], json!(null));
    })
    .await;
}

/// Members from before there were keys, as after an upgrade, get theirs when somebody asks.
#[tokio::test(flavor = "multi_thread")]
async fn members_without_keys_get_them() {
    each(async |site| {
        companies(&site, &[("a", "华东轴承有限公司"), ("b", "華東軸承有限公司")]).await;
        site.town.run("DELETE FROM member_name_key").await;
        let key = &site.key(Role::Analyst, None).await;
        let answer = site.get("/v1/members/a/duplicates", key).await.is(StatusCode::OK);
        assert_eq!(found(&answer.body), [("b", 98)]);
        let keys = site.town.number("SELECT COUNT(*) FROM member_name_key").await;
        site.get("/v1/members/b/duplicates", key).await.is(StatusCode::OK);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM member_name_key").await, keys);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM setting WHERE name = 'name-keys'").await, 1);
    })
    .await;
}
