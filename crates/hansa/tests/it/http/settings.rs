use hansa::access::Role;
use hansa::files::Folder;
use hansa::retention;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::approvals::set;
use super::{each, sent};

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_read_changed_and_in_the_audit() {
    each(async |site| {
        let (admin, auditor) = (&site.key(Role::Administrator, None).await, &site.key(Role::Auditor, None).await);
        let first = site.get("/v1/settings", auditor).await.is(StatusCode::OK).body;
        assert_eq!((&first["platform"]["name"], &first["approvals"]["program"]), (&json!(null), &json!(false)));
        set(&site, admin, json!({ "platform": { "name": "华东工业品", "color": "#0B5CAD" } })).await.is(StatusCode::OK);
        let change = json!({ "platform": { "contact": "400-800-1234" }, "retention": { "contacts_days": 1_095 } });
        let after = set(&site, admin, change).await.is(StatusCode::OK).body;
        let platform = json!({ "name": "华东工业品", "color": "#0b5cad", "contact": "400-800-1234" });
        assert_eq!((&after["platform"], &after["retention"]["contacts_days"]), (&platform, &json!(1_095)));
        assert_eq!(site.get("/v1/branding", "").await.is(StatusCode::OK).body, platform);
        for (change, field) in [
            (json!({ "platform": { "color": "#ffff00" } }), "platform.color"),
            (json!({ "platform": { "name": "" } }), "platform.name"),
            (json!({ "approvals": { "adjustments_above": { "stars": 5 } } }), "approvals.adjustments_above.stars"),
            (json!({ "retention": { "people_days": 1 } }), "retention.people_days"),
        ] {
            let refused = set(&site, admin, change).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field);
        }
        set(&site, admin, json!({ "platform": { "logo": "x" } })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        assert_eq!(site.get("/v1/settings", auditor).await.body, after, "what was refused changed nothing");
        set(&site, admin, json!({ "approvals": { "adjustments_above": { "points": 5 } } })).await.is(StatusCode::OK);
        let without = hansa::settings::current(site.town.app.db.read()).await.unwrap();
        assert_eq!(without.approvals.adjustments_above.get("points"), Some(&5));
        // The program has given the unit up since: the limit stays, and the rest can be changed.
        site.town.run(r#"UPDATE setting SET value = REPLACE(value, '"points":5', '"stars":5') WHERE name = 'settings'"#).await;
        let after = set(&site, admin, json!({ "platform": { "contact": null } })).await.is(StatusCode::OK).body;
        assert_eq!((&after["approvals"]["adjustments_above"], &after["platform"]["contact"]), (&json!({ "stars": 5 }), &json!(null)));
        set(&site, admin, json!({ "approvals": { "adjustments_above": {} } })).await.is(StatusCode::OK);
        let audit = site.get("/v1/audit?action=change_settings", auditor).await.body;
        assert_eq!(audit["items"].as_array().unwrap().len(), 5);
        assert_eq!(audit["items"][3]["before"]["platform"]["contact"], json!(null));
        site.get("/v1/settings", &site.key(Role::ServiceAgent, None).await).await.refused(StatusCode::FORBIDDEN, "forbidden");
    })
    .await;
}

/// Who is silent for longer than the settings say is erased, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn what_names_people_is_not_kept_for_ever() {
    each(async |site| {
        let admin = &site.key(Role::Administrator, None).await;
        for id in ["silent", "busy"] {
            site.town.member(id).await;
            let contact = json!({ "id": format!("{id}-li"), "name": "李伟", "email": "li@example.com" });
            site.post(&format!("/v1/members/{id}/contacts"), admin, contact).await.is(StatusCode::CREATED);
        }
        site.person("old", Role::Owner, Some("silent")).await;
        site.person("staff", Role::Administrator, None).await;
        let mut later = site.town.later("2029-07-01").await;
        later.app = later.app.filed(Folder::at(site.folder.path()));
        later.member("busy").await.completed("2029-06-01", "o-1", 100).await.unwrap();
        // Without a rule everything is kept.
        assert_eq!(retention::keep_rules(&later.app).await.unwrap(), json!({ "contacts": 0, "people": 0, "documents": 0 }));
        set(&site, admin, json!({ "retention": { "contacts_days": 365, "people_days": 365 } })).await.is(StatusCode::OK);
        let rules = hansa::settings::current(later.app.db.read()).await.unwrap().retention;
        let due = retention::due(later.app.db.read(), &rules, later.app.now()).await.unwrap();
        assert_eq!((due.contacts, due.people, due.documents), (1, 1, 0));
        assert_eq!(retention::keep_rules(&later.app).await.unwrap(), json!({ "contacts": 1, "people": 1, "documents": 0 }));
        assert_eq!(retention::keep_rules(&later.app).await.unwrap(), json!({ "contacts": 0, "people": 0, "documents": 0 }), "once");
        let seen = async |path: &str| site.get(path, admin).await.is(StatusCode::OK).body;
        assert_eq!(seen("/v1/members/silent/contacts/silent-li").await["erased"], true);
        assert_eq!(seen("/v1/members/busy/contacts/busy-li").await["name"], "李伟");
        let audit = seen("/v1/audit?action=erase").await;
        let told: Vec<(&str, &str)> =
            audit["items"].as_array().unwrap().iter().map(|one| (one["actor"].as_str().unwrap(), one["why"].as_str().unwrap())).collect();
        assert_eq!(told, [("hansa", "kept for 365 days by the settings"); 2]);
        let none = site.get("/v1/settings/retention-preview?contacts_days=30", admin).await.is(StatusCode::OK).body;
        assert_eq!(none, json!({ "contacts": 0, "people": 0, "documents": 0 }), "here it is still the year 2026");
        site.get("/v1/settings/retention-preview?contacts_days=1", admin).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        site.town.sound().await;
    })
    .await;
}

/// A document goes when every verification that names it was decided long enough ago; what stands in it stays as evidence.
#[tokio::test(flavor = "multi_thread")]
async fn documents_of_verifications_are_removed_in_time() {
    each(async |site| {
        let (admin, reviewer) = (&site.key(Role::Administrator, None).await, &site.key(Role::RiskOfficer, None).await);
        site.town.member("acme").await;
        let sent_in = site.ask(Method::POST, "/v1/members/acme/files?name=licence.pdf", admin).body(&b"%PDF-1.7 licence"[..]);
        let file = sent(sent_in).await.is(StatusCode::CREATED).body["id"].as_str().unwrap().to_owned();
        let case = site.post("/v1/members/acme/verifications", admin, json!({ "level": "basic" })).await.is(StatusCode::CREATED);
        let place = case.header("location").to_owned();
        let evidence = json!({ "field": "name", "value": "acme", "source": "document", "file": file });
        site.post(&format!("{place}/evidence"), admin, evidence).await.is(StatusCode::CREATED);
        let days = |days: u32| hansa::settings::Retention { documents_days: Some(days), ..Default::default() };
        let mut later = site.town.later("2027-07-01").await;
        later.app = later.app.filed(Folder::at(site.folder.path()));
        assert_eq!(retention::due(later.app.db.read(), &days(30), later.app.now()).await.unwrap().documents, 0, "it is still open");
        let tag = site.get(&place, reviewer).await.header("etag").to_owned();
        let decision = site.ask(Method::POST, &format!("{place}/decision"), reviewer).header("if-match", tag);
        sent(decision.json(&json!({ "decision": "refuse", "reason": "unreadable" }))).await.is(StatusCode::OK);
        assert_eq!(retention::due(later.app.db.read(), &days(400), later.app.now()).await.unwrap().documents, 0);
        set(&site, admin, json!({ "retention": { "documents_days": 300 } })).await.is(StatusCode::OK);
        assert_eq!(retention::keep_rules(&later.app).await.unwrap()["documents"], 1);
        site.get(&format!("/v1/members/acme/files/{file}"), admin).await.refused(StatusCode::NOT_FOUND, "not-found");
        let kept = site.get(&place, reviewer).await.is(StatusCode::OK).body;
        assert_eq!(kept["evidence"][0]["value"], "acme");
        let audit = site.get("/v1/audit?action=remove_file", admin).await.body;
        assert_eq!(audit["items"][0]["why"], "kept for 300 days by the settings");
    })
    .await;
}
