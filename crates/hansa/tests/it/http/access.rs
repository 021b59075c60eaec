use std::collections::BTreeSet;
use std::fmt::Write;

use hansa::access::{Asked, Caller, Policy, Role, SCOPES, SESSION, SIGN_IN, Whom};
use hansa::http::document;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Site, each, sent};

/// What everybody may know who stands at the door.
const OPEN: [&str; 4] = ["read_branding", "read_sign_up", "list_identity_providers", "begin_passkey_sign_in"];

/// Every operation of the document, with something in the place of its parameters.
fn operations(member: &str) -> Vec<(Method, String, String, bool)> {
    let document: Value = serde_json::from_str(&document().unwrap().to_json().unwrap()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let about_a_member = path.contains("{member}");
            let filled = path.replace("{member}", member);
            let filled = filled.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/");
            found.push((method, filled, operation["operationId"].as_str().unwrap().to_owned(), about_a_member));
        }
    }
    assert!(found.len() > 20, "the document has operations");
    found
}

async fn call(site: &Site, method: &Method, path: &str, key: &str) -> Answer {
    let request = site.ask(method.clone(), path, key);
    sent(if *method == Method::GET || *method == Method::DELETE { request } else { request.json(&json!({})) }).await
}

/// Whether an empty body was refused for what it lacks.
fn is_wanting(answer: &Answer) -> bool {
    answer.status == StatusCode::UNPROCESSABLE_ENTITY && ["invalid-body", "invalid-field"].map(Value::from).contains(&answer.body["code"])
}

/// Whoever is not known, or no more, gets nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_and_a_revoked_key_reach_no_operation() {
    each(async |site| {
        site.town.member("acme").await;
        let admin = site.key(Role::Administrator, None).await;
        let revoked = site.key(Role::Administrator, None).await;
        let id = format!("key_{}", revoked.split('_').nth(1).unwrap());
        sent(site.ask(Method::DELETE, &format!("/v1/keys/{id}"), &admin)).await.is(StatusCode::OK);
        let forged = format!("{}x", &admin[..admin.len() - 1]);
        let policy = Policy::read().unwrap();
        for (method, path, name, _) in operations("acme") {
            for key in ["", "hansa_1_2", "rubbish", revoked.as_str(), forged.as_str()] {
                let answer = call(&site, &method, &path, key).await;
                match policy.group(&name) {
                    // Whoever is about to sign in must be let in so far; the empty body is refused.
                    Some(SIGN_IN) if OPEN.contains(&name.as_str()) => drop(answer.is(StatusCode::OK)),
                    Some(SIGN_IN) if method == Method::GET => drop(answer.refused(StatusCode::NOT_FOUND, "not-found")),
                    Some(SIGN_IN) => assert!(is_wanting(&answer), "{answer:?}"),
                    _ => drop(answer.refused(StatusCode::UNAUTHORIZED, "unauthenticated")),
                }
            }
        }
    })
    .await;
}

/// What another enterprise may not even know of is not found, whether it is there or not; the rest is forbidden.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_company_learns_nothing() {
    each(async |site| {
        site.town.member("acme").await;
        site.town.member("stranger").await;
        let key = site.key(Role::Owner, Some("stranger")).await;
        let policy = Policy::read().unwrap();
        for member in ["acme", "nobody"] {
            for (method, path, name, about_a_member) in operations(member) {
                let answer = call(&site, &method, &path, &key).await;
                match name.as_str() {
                    "list_members" => {
                        let seen = answer.is(StatusCode::OK);
                        let ids: Vec<&str> =
                            seen.body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
                        assert_eq!(ids, ["stranger"]);
                    }
                    // What is offered is offered to everybody.
                    "list_rewards" => assert_eq!(answer.is(StatusCode::OK).body["items"], serde_json::json!([])),
                    "read_reward" => drop(answer.refused(StatusCode::NOT_FOUND, "not-found")),
                    name if OPEN.contains(&name) => drop(answer.is(StatusCode::OK)),
                    _ if policy.group(&name) == Some(SIGN_IN) && method == Method::GET => {
                        drop(answer.refused(StatusCode::NOT_FOUND, "not-found"))
                    }
                    _ if policy.group(&name) == Some(SIGN_IN) => assert!(is_wanting(&answer), "{answer:?}"),
                    _ if about_a_member => drop(answer.refused(StatusCode::NOT_FOUND, "not-found")),
                    _ => drop(answer.refused(StatusCode::FORBIDDEN, "forbidden")),
                }
            }
        }
        site.get("/v1/members/stranger/standing", &key).await.is(StatusCode::OK);
    })
    .await;
}

/// A key can do what its role may, in its scopes, and nothing beside.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_too_weak_and_a_scope_too_narrow_are_refused() {
    each(async |site| {
        site.town.member("acme").await;
        let (viewer, analyst) = (site.key(Role::Viewer, Some("acme")).await, site.key(Role::Analyst, None).await);
        let narrow = site.key_with(Role::Administrator, None, &["standing:read"]).await;
        let policy = Policy::read().unwrap();
        for (method, path, name, _) in operations("acme") {
            let group = policy.group(&name).unwrap();
            if group.ends_with(":write") {
                for key in [&viewer, &analyst] {
                    call(&site, &method, &path, key).await.refused(StatusCode::FORBIDDEN, "forbidden");
                }
            }
            let answer = call(&site, &method, &path, &narrow).await;
            if group == SIGN_IN {
                continue;
            }
            if group == "standing:read" {
                answer.is(StatusCode::OK);
            } else {
                answer.refused(StatusCode::FORBIDDEN, "forbidden");
            }
        }
        site.get("/v1/members/acme", &viewer).await.is(StatusCode::OK);
        site.get("/v1/audit", &analyst).await.refused(StatusCode::FORBIDDEN, "forbidden");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_sees_its_subsidiaries_when_the_program_says_so() {
    each(async |site| {
        let operator = &site.key(Role::MembershipOperator, None).await;
        for (id, parent) in [("group", None), ("branch", Some("group")), ("office", Some("branch")), ("other", None)] {
            site.post("/v1/members", operator, json!({ "id": id, "name": id, "parent": parent })).await.is(StatusCode::CREATED);
        }
        let (key, branch) = (&site.key(Role::Viewer, Some("group")).await, &site.key(Role::Viewer, Some("branch")).await);
        site.get("/v1/members/office/standing", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        let source = crate::town::STANDARD.replace("currency = \"CNY\"", "currency = \"CNY\"\nparents_see_subsidiaries = true");
        site.post("/v1/program/versions", operator, json!({ "source": source })).await.is(StatusCode::CREATED);
        site.get("/v1/members/office/standing", key).await.is(StatusCode::OK);
        site.get("/v1/members/group/standing", branch).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.get("/v1/members/other/standing", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        let listed = site.get("/v1/members?total=true", key).await.is(StatusCode::OK);
        assert_eq!(listed.body["total"], 3);
        // To look is not to spend.
        let buyer = &site.key(Role::Buyer, Some("group")).await;
        let spend = json!({ "unit": "points", "amount": 1 });
        site.post("/v1/members/office/spends", buyer, spend.clone()).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.post("/v1/members/group/spends", buyer, spend).await.refused(StatusCode::CONFLICT, "insufficient-balance");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_rotated_with_overlap_and_expires() {
    each(async |site| {
        let admin = &site.key(Role::Administrator, None).await;
        let new = json!({ "name": "BI", "role": "analyst", "scopes": ["members:read"], "expires_at": "2026-07-03T00:00:00Z" });
        let made = site.post("/v1/keys", admin, new).await.is(StatusCode::CREATED);
        let (id, old) = (made.body["key"]["id"].as_str().unwrap(), made.body["secret"].as_str().unwrap());
        let rotated = site.post(&format!("/v1/keys/{id}/rotate"), admin, json!({ "overlap_hours": 24 })).await.is(StatusCode::OK);
        let fresh = rotated.body["secret"].as_str().unwrap();
        for secret in [old, fresh] {
            site.get("/v1/members", secret).await.is(StatusCode::OK);
        }
        let shown = site.get("/v1/keys", admin).await.is(StatusCode::OK);
        let shown = shown.body["items"].as_array().unwrap().iter().find(|key| key["id"] == id).unwrap();
        assert_ne!(shown["used_at"], json!(null));
        for wrong in [
            json!({ "name": "x", "role": "king", "scopes": ["members:read"], "expires_at": "2026-07-03T00:00:00Z" }),
            json!({ "name": "x", "role": "analyst", "scopes": ["everything"], "expires_at": "2026-07-03T00:00:00Z" }),
            json!({ "name": "x", "role": "analyst", "scopes": [], "expires_at": "2026-07-03T00:00:00Z" }),
            json!({ "name": "x", "role": "owner", "scopes": ["members:read"], "expires_at": "2026-07-03T00:00:00Z" }),
            json!({ "name": "x", "role": "analyst", "scopes": ["members:read"], "expires_at": "2026-06-03T00:00:00Z" }),
        ] {
            site.post("/v1/keys", admin, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        }
        site.post("/v1/keys/key_1/rotate", admin, json!({})).await.refused(StatusCode::NOT_FOUND, "not-found");
    })
    .await;
}

/// Who may do what, as a table that is committed and reviewed: `+` for everything, `own` for the own enterprise (of an account manager: those it is
/// in charge of), `tree` also for subsidiaries that the program shows. Written anew by `HANSA_UPDATE=1 cargo xtask test -- the_table_of_roles`.
#[test]
fn the_table_of_roles_is_as_committed() {
    let policy = Policy::read().unwrap();
    let groups: BTreeSet<&str> = policy.operations().values().map(String::as_str).collect();
    assert_eq!(groups, SCOPES.into_iter().chain([SESSION, SIGN_IN]).collect());
    let mut callers = vec![("nobody", Caller::nobody(None))];
    for role in Role::ALL {
        let whom = if role.of_company() { Whom::Contact } else { Whom::Staff };
        let member = role.of_company().then(|| "own".to_owned());
        let session = Some("s".to_owned());
        callers.push((role.name(), Caller { whom, id: "k".to_owned(), role: Some(role), member, scopes: Vec::new(), session }));
    }
    let mut table = String::from("operation");
    callers.iter().for_each(|(name, _)| write!(table, ",{name}").unwrap());
    table.push('\n');
    let parents = ["own".to_owned()];
    let member = |id, parents, account_manager| Asked::Member { id, parents, account_manager, shown_to_parents: true };
    for name in policy.operations().keys() {
        table.push_str(name);
        for (_, caller) in &callers {
            let allows = |asked| policy.allows(caller, name, asked);
            let cell = if allows(Asked::Platform) || allows(member("other", &[], None)) {
                "+"
            } else if allows(member("sub", &parents, None)) {
                "tree"
            } else if allows(member("own", &[], Some("k"))) {
                "own"
            } else {
                ""
            };
            write!(table, ",{cell}").unwrap();
        }
        table.push('\n');
    }
    super::document::committed("policies/roles.csv", &table);
}

/// A key may do what its role may, in its scopes; whether somebody is staff is nothing that a key can be.
#[test]
fn a_key_may_do_nothing_that_its_role_may_not() {
    let policy = Policy::read().unwrap();
    for role in Role::ALL {
        let member = role.of_company().then(|| "own".to_owned());
        let person = Caller {
            whom: if role.of_company() { Whom::Contact } else { Whom::Staff },
            id: "k".to_owned(),
            role: Some(role),
            member,
            scopes: Vec::new(),
            session: Some("s".to_owned()),
        };
        let scopes = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        let key = Caller { whom: Whom::Key, scopes, session: None, ..person.clone() };
        let bare = Caller { scopes: Vec::new(), ..key.clone() };
        for (name, group) in policy.operations() {
            for asked in [Asked::Platform, Asked::Member { id: "own", parents: &[], account_manager: Some("k"), shown_to_parents: true }] {
                assert!(!policy.allows(&key, name, asked) || policy.allows(&person, name, asked), "{role}: {name}");
                assert!(!policy.allows(&bare, name, asked), "{role}: {name} without a scope");
                assert!(![SESSION, SIGN_IN].contains(&group.as_str()) || !policy.allows(&key, name, asked), "{role}: {name}");
            }
        }
    }
}
