use hansa::access::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::browser::{Browser, PASSWORD};
use super::each;
use super::post_office::PostOffice;

/// From the invitation to the first request, and nobody but the invited has the link.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_and_signs_in() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        let (office, admin, guest) = (PostOffice::open(), site.signed_in("ada").await, Browser::new(&site));
        let new = json!({ "id": "li.wei", "name": "李伟", "email": "Li.Wei@example.com", "role": "account-manager", "language": "zh-CN" });
        let made = admin.post("/v1/staff", new.clone()).await.is(StatusCode::CREATED);
        assert_eq!((&made.body["email"], &made.body["state"]), (&json!("li.wei@example.com"), &json!("invited")));
        for (field, wrong) in [
            ("id", json!({ "id": "li.wei", "name": "a", "email": "b@example.com", "role": "analyst" })),
            ("email", json!({ "name": "a", "email": "li.wei@example.com", "role": "analyst" })),
            ("email", json!({ "name": "a", "email": "li.wei", "role": "analyst" })),
            ("role", json!({ "name": "a", "email": "b@example.com", "role": "owner" })),
            ("role", json!({ "name": "a", "email": "b@example.com", "role": "king" })),
            ("language", json!({ "name": "a", "email": "b@example.com", "role": "analyst", "language": "fr" })),
            ("name", json!({ "name": " ", "email": "b@example.com", "role": "analyst" })),
        ] {
            let refused = admin.post("/v1/staff", wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field, "{:#}", refused.body);
        }
        guest.password("li.wei@example.com", PASSWORD).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        let letter = site.letter(&office, "li.wei@example.com").await;
        assert!(letter.contains("李伟，您好"), "{letter}");
        let ticket = letter.split("https://hansa.example/welcome#").nth(1).unwrap().split_whitespace().next().unwrap();
        let page = office.last_page("li.wei@example.com").unwrap();
        assert!(page.contains("<html lang=\"zh-CN\">") && page.contains(">设置密码</a>"), "{page}");
        assert!(page.replace("&#x2f;", "/").contains(&format!("href=\"https://hansa.example/welcome#{ticket}\"")), "{page}");
        let chosen = json!({ "ticket": ticket, "password": PASSWORD });
        guest.post("/v1/sign-in/choose-password", chosen.clone()).await.is(StatusCode::OK);
        guest.post("/v1/sign-in/choose-password", chosen).await.refused(StatusCode::GONE, "link-ended");
        assert_eq!(guest.get("/v1/session").await.body["person"]["state"], "active");
        // An account manager sees and serves those it is in charge of.
        let operator = &site.key(Role::MembershipOperator, None).await;
        for (id, manager) in [("hers", json!("li.wei")), ("others", json!(null))] {
            let new = json!({ "id": id, "name": id, "account_manager": manager });
            site.post("/v1/members", operator, new).await.is(StatusCode::CREATED);
        }
        let seen = guest.get("/v1/members?total=true").await.is(StatusCode::OK);
        assert_eq!((&seen.body["total"], &seen.body["items"][0]["id"]), (&json!(1), &json!("hers")));
        guest.get("/v1/members/hers/standing").await.is(StatusCode::OK);
        guest.get("/v1/members/others/standing").await.refused(StatusCode::FORBIDDEN, "forbidden");
        guest.get("/v1/staff").await.refused(StatusCode::FORBIDDEN, "forbidden");
        site.town.sound().await;
    })
    .await;
}

/// An owner invites colleagues, to its own enterprise and to roles of enterprises; nobody of another enterprise learns of them.
#[tokio::test(flavor = "multi_thread")]
async fn an_owner_runs_the_people_of_the_own_enterprise_alone() {
    each(async |site| {
        site.town.members(&["acme".to_owned(), "rival".to_owned()]).await;
        site.person("owner", Role::Owner, Some("acme")).await;
        site.person("spy", Role::Owner, Some("rival")).await;
        let (owner, spy) = (site.signed_in("owner").await, site.signed_in("spy").await);
        let new = |email: &str, role: &str| json!({ "name": "王芳", "email": email, "role": role });
        let made = owner.post("/v1/members/acme/people", new("fang@example.com", "buyer")).await.is(StatusCode::CREATED);
        let id = made.body["id"].as_str().unwrap();
        let refused = owner.post("/v1/members/acme/people", new("x@example.com", "administrator")).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "role");
        let contact = json!({ "name": "王芳", "email": "y@example.com", "role": "buyer", "contact": "c-1" });
        let refused = owner.post("/v1/members/acme/people", contact).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "contact");
        for path in ["/v1/members/acme/people", "/v1/members/nobody/people"] {
            spy.get(path).await.refused(StatusCode::NOT_FOUND, "not-found");
            spy.post(path, new("z@example.com", "owner")).await.refused(StatusCode::NOT_FOUND, "not-found");
        }
        // Nobody is reached by way of another enterprise.
        let around = format!("/v1/members/rival/people/{id}");
        spy.ask(Method::PATCH, &around, Some(json!({ "disabled": true }))).await.refused(StatusCode::NOT_FOUND, "not-found");
        let path = format!("/v1/members/acme/people/{id}");
        owner
            .ask(Method::PATCH, &path, Some(json!({ "role": "risk-officer" })))
            .await
            .refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let changed = owner.ask(Method::PATCH, &path, Some(json!({ "role": "finance", "name": "王芳 Fang" }))).await.is(StatusCode::OK);
        assert_eq!((&changed.body["role"], &changed.body["name"]), (&json!("finance"), &json!("王芳 Fang")));
        let people = owner.get("/v1/members/acme/people").await.is(StatusCode::OK);
        assert_eq!(people.body["items"].as_array().unwrap().len(), 2);
    })
    .await;
}

/// Whoever may change everything cannot shut everybody out.
#[tokio::test(flavor = "multi_thread")]
async fn there_is_always_an_administrator() {
    each(async |site| {
        site.person("ada", Role::Administrator, None).await;
        site.person("bob", Role::Administrator, None).await;
        let (ada, bob) = (site.signed_in("ada").await, site.signed_in("bob").await);
        let demote = json!({ "role": "analyst" });
        ada.ask(Method::PATCH, "/v1/staff/ada", Some(demote.clone())).await.refused(StatusCode::CONFLICT, "refused");
        ada.ask(Method::PATCH, "/v1/staff/bob", Some(demote.clone())).await.is(StatusCode::OK);
        bob.ask(Method::PATCH, "/v1/staff/ada", Some(demote.clone())).await.refused(StatusCode::FORBIDDEN, "forbidden");
        let key = &site.key(Role::Administrator, None).await;
        let last = super::sent(site.ask(Method::PATCH, "/v1/staff/ada", key).json(&demote)).await;
        last.refused(StatusCode::CONFLICT, "refused");
        let last = super::sent(site.ask(Method::PATCH, "/v1/staff/ada", key).json(&json!({ "disabled": true }))).await;
        last.refused(StatusCode::CONFLICT, "refused");
        ada.ask(Method::PATCH, "/v1/staff/nobody", Some(demote)).await.refused(StatusCode::NOT_FOUND, "not-found");
        let rows = site.town.number("SELECT COUNT(*) FROM audit WHERE action = 'change_staff' AND actor = 'staff:ada'").await;
        assert_eq!(rows, 1);
    })
    .await;
}
