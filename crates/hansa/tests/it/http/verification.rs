use hansa::access::Role;
use hansa::verification::lapse;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::post_office::PostOffice;
use super::{Answer, Site, each, sent};

/// A case of a member in the hands of a caller.
struct Case<'a> {
    site: &'a Site,
    place: String,
}

impl<'a> Case<'a> {
    async fn open(site: &'a Site, member: &str, level: &str, key: &str) -> Case<'a> {
        let opened =
            site.post(&format!("/v1/members/{member}/verifications"), key, json!({ "level": level })).await.is(StatusCode::CREATED);
        Case { site, place: opened.header("location").to_owned() }
    }

    async fn read(&self, key: &str) -> Answer {
        self.site.get(&self.place, key).await.is(StatusCode::OK)
    }

    async fn says(&self, what: &str, key: &str, body: Value) -> Answer {
        self.site.post(&format!("{}/{what}", self.place), key, body).await
    }

    /// With the version that is there now.
    async fn decide(&self, key: &str, body: Value) -> Answer {
        let tag = self.read(key).await.header("etag").to_owned();
        let request = self.site.ask(Method::POST, &format!("{}/decision", self.place), key).header("if-match", tag);
        sent(request.json(&body)).await
    }

    async fn evidence(&self, key: &str) -> Answer {
        self.says("evidence", key, json!({ "field": "name", "value": "华东轴承有限公司", "source": "document" })).await
    }
}

fn acts(case: &Answer) -> Vec<&str> {
    case.body["history"].as_array().unwrap().iter().map(|step| step["act"].as_str().unwrap()).collect()
}

async fn level(site: &Site, member: &str) -> String {
    let key = site.key(Role::Auditor, None).await;
    let facts = site.get(&format!("/v1/members/{member}/facts?kind=member.verified"), &key).await.is(StatusCode::OK);
    let levels: Vec<&str> = facts.body["items"].as_array().unwrap().iter().map(|fact| fact["body"]["level"].as_str().unwrap()).collect();
    levels.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_verified_from_its_documents() {
    each(async |site| {
        site.town.members(&["acme".to_owned(), "rival".to_owned()]).await;
        let (owner, rival) = (&site.key(Role::Owner, Some("acme")).await, &site.key(Role::Owner, Some("rival")).await);
        let reviewer = &site.key(Role::RiskOfficer, None).await;
        let case = Case::open(&site, "acme", "verified", owner).await;
        let opened = case.read(owner).await;
        assert_eq!((&opened.body["status"], &opened.body["deadline"]), (&json!("open"), &json!("2026-07-06T04:00:00Z")));
        site.get(&case.place, rival).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.post("/v1/members/acme/verifications", owner, json!({ "level": "basic" })).await.refused(StatusCode::CONFLICT, "refused");
        // A company adds evidence and decides nothing.
        let request = site.ask(Method::POST, "/v1/members/acme/files?name=licence.pdf", owner).body(&b"%PDF-1.7 licence"[..]);
        let file = sent(request).await.is(StatusCode::CREATED);
        let new = json!({ "field": "name", "value": "华东轴承有限公司", "source": "document", "file": file.body["id"], "expires_at": "2026-12-31T00:00:00Z" });
        case.says("evidence", owner, new).await.is(StatusCode::CREATED);
        for (field, wrong) in [
            ("file", json!({ "field": "name", "value": "a", "source": "document", "file": "file_1" })),
            ("value", json!({ "field": "name", "value": " ", "source": "document" })),
            ("source", json!({ "field": "name", "value": "a", "source": "registry:gsxt" })),
            ("observed_at", json!({ "field": "name", "value": "a", "source": "document", "observed_at": "2026-07-02T00:00:00Z" })),
            ("expires_at", json!({ "field": "name", "value": "a", "source": "document", "expires_at": "2026-06-01T00:00:00Z" })),
        ] {
            let refused = case.says("evidence", owner, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field);
        }
        case.says("decision", owner, json!({ "decision": "approve", "reason": "ours" })).await.refused(StatusCode::FORBIDDEN, "forbidden");
        // A reviewer decides what was read, not what has changed since.
        case.says("decision", reviewer, json!({ "decision": "approve", "reason": "a" }))
            .await
            .refused(StatusCode::PRECONDITION_REQUIRED, "precondition-required");
        let stale = site.ask(Method::POST, &format!("{}/decision", case.place), reviewer).header("if-match", opened.header("etag"));
        sent(stale.json(&json!({ "decision": "approve", "reason": "a" }))).await.refused(StatusCode::PRECONDITION_FAILED, "precondition-failed");
        let approved = case.decide(reviewer, json!({ "decision": "approve", "reason": "The licence agrees." })).await.is(StatusCode::OK);
        // Never longer than its evidence.
        assert_eq!((&approved.body["status"], &approved.body["expires_at"]), (&json!("approved"), &json!("2026-12-31T00:00:00Z")));
        assert_eq!(acts(&approved), ["open", "add-evidence", "approve"]);
        assert_eq!(level(&site, "acme").await, "verified");
        case.decide(reviewer, json!({ "decision": "refuse", "reason": "b" })).await.refused(StatusCode::CONFLICT, "refused");
        // What a decision rests on is not removed.
        sent(site.ask(Method::DELETE, file.header("location"), owner)).await.refused(StatusCode::CONFLICT, "refused");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM audit WHERE subject LIKE 'verification:%'").await, 3);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM audit WHERE after LIKE '%华东轴承%' OR why LIKE '%华东轴承%'").await, 0);
        site.town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_appealed_once_and_decided_by_somebody_else() {
    each(async |site| {
        site.town.member("acme").await;
        let owner = &site.key(Role::Owner, Some("acme")).await;
        let (first, second) = (&site.key(Role::RiskOfficer, None).await, &site.key(Role::MembershipOperator, None).await);
        let case = Case::open(&site, "acme", "basic", owner).await;
        case.decide(first, json!({ "decision": "approve", "reason": "of nothing" })).await.refused(StatusCode::CONFLICT, "refused");
        case.evidence(owner).await.is(StatusCode::CREATED);
        case.says("answer", owner, json!({ "note": "?" })).await.refused(StatusCode::CONFLICT, "refused");
        let asked = case.says("question", first, json!({ "note": "Which year?" })).await.is(StatusCode::OK);
        assert_eq!((&asked.body["status"], &asked.body["waiting_since"]), (&json!("waiting"), &json!("2026-07-01T04:00:00Z")));
        case.decide(first, json!({ "decision": "approve", "reason": "a" })).await.refused(StatusCode::CONFLICT, "refused");
        case.says("answer", owner, json!({ "note": "2025" })).await.is(StatusCode::OK);
        case.decide(first, json!({ "decision": "refuse", "reason": "Too old." })).await.is(StatusCode::OK);
        case.evidence(owner).await.refused(StatusCode::CONFLICT, "refused");
        case.says("appeal", owner, json!({ "note": "It is not." })).await.is(StatusCode::OK);
        let own = case.decide(first, json!({ "decision": "refuse", "reason": "Still." })).await.refused(StatusCode::CONFLICT, "refused");
        assert!(own.body["detail"].as_str().unwrap().contains("somebody else"));
        let refused = case.decide(second, json!({ "decision": "refuse", "reason": "Too old indeed." })).await.is(StatusCode::OK);
        assert_eq!(acts(&refused), ["open", "add-evidence", "ask", "answer", "refuse", "appeal", "refuse"]);
        case.says("appeal", owner, json!({ "note": "Again." })).await.refused(StatusCode::CONFLICT, "refused");
        assert_eq!(level(&site, "acme").await, "");
        let again = Case::open(&site, "acme", "basic", owner).await;
        let gone = again.says("withdrawal", owner, json!({ "note": "Later." })).await.is(StatusCode::OK);
        assert_eq!(gone.body["status"], "withdrawn");
        let listed = site.get("/v1/members/acme/verifications", owner).await.is(StatusCode::OK);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 2);
    })
    .await;
}

/// An approval ends at its own instant, whenever that is noticed, and a renewed or lower level that still stands stays in force.
/// Owners alone hear of it, each in the own language.
#[tokio::test(flavor = "multi_thread")]
async fn owners_hear_what_became_of_their_case() {
    each(async |site| {
        site.town.member("acme").await;
        for (person, role) in [("anna", Role::Owner), ("ben", Role::Buyer)] {
            site.person(person, role, Some("acme")).await;
        }
        let office = PostOffice::open();
        let (owner, reviewer) = (&site.key(Role::Owner, Some("acme")).await, &site.key(Role::RiskOfficer, None).await);
        let decided = async |decision: Value| {
            let case = Case::open(&site, "acme", "basic", owner).await;
            case.evidence(owner).await.is(StatusCode::CREATED);
            case.decide(reviewer, decision).await.is(StatusCode::OK);
            site.letter(&office, "anna@example.com").await
        };
        let letter = decided(json!({ "decision": "refuse", "reason": "The stamp is blurred." })).await;
        assert!(letter.contains("was not approved") && letter.contains("The stamp is blurred."), "{letter}");
        let letter = decided(json!({ "decision": "approve", "reason": "It agrees.", "expires_at": "2026-08-01T00:00:00Z" })).await;
        assert!(letter.contains("acme was approved") && !letter.contains("It agrees."), "{letter}");
        assert_eq!(lapse(&site.town.later("2026-09-01").await.app).await.unwrap(), 1);
        site.letter(&office, "anna@example.com").await;
        assert_eq!(site.town.number("SELECT COUNT(*) FROM mail WHERE kind = 'mail-verification-lapsed'").await, 1);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM mail WHERE person_id <> 'anna'").await, 0);
        assert_eq!(office.last("ben@example.com"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_lapses_and_is_renewed() {
    each(async |site| {
        site.town.member("acme").await;
        let (owner, reviewer) = (&site.key(Role::Owner, Some("acme")).await, &site.key(Role::RiskOfficer, None).await);
        let approve = async |wanted: &str, until: &str| {
            let case = Case::open(&site, "acme", wanted, owner).await;
            case.evidence(owner).await.is(StatusCode::CREATED);
            let decision = json!({ "decision": "approve", "reason": "It agrees.", "expires_at": until });
            case.decide(reviewer, decision).await.is(StatusCode::OK)
        };
        approve("basic", "2027-07-01T00:00:00Z").await;
        approve("verified", "2026-08-01T00:00:00Z").await;
        let renewed = approve("verified", "2026-10-01T00:00:00Z").await;
        assert!(renewed.body["renews"].as_str().unwrap().starts_with("case_"));
        assert_eq!(lapse(&site.town.app).await.unwrap(), 0);
        let september = site.town.later("2026-09-01").await;
        assert_eq!(lapse(&september.app).await.unwrap(), 1);
        assert_eq!(level(&site, "acme").await, "verified verified basic", "the renewal stands");
        let november = site.town.later("2026-11-01").await;
        assert_eq!(lapse(&november.app).await.unwrap(), 1);
        assert_eq!(lapse(&november.app).await.unwrap(), 0);
        let facts = site.get("/v1/members/acme/facts?kind=member.verified", reviewer).await.is(StatusCode::OK);
        let items = facts.body["items"].as_array().unwrap();
        let last = items.iter().find(|fact| fact["occurred_at"] == "2026-10-01T00:00:00Z").expect("a fact of the very instant");
        assert_eq!(last["body"]["level"], "basic");
        let next_year = site.town.later("2027-08-01").await;
        assert_eq!(lapse(&next_year.app).await.unwrap(), 1);
        let levels = level(&site, "acme").await;
        assert!(levels.contains("none"), "{levels}");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM verification_case WHERE status = 'expired'").await, 3);
        next_year.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_puts_the_most_urgent_first() {
    each(async |site| {
        let operator = &site.key(Role::MembershipOperator, None).await;
        for (member, level) in [("a", "audited"), ("b", "basic"), ("c", "verified"), ("d", "basic")] {
            site.town.member(member).await;
            Case::open(&site, member, level, operator).await;
        }
        let admin = &site.key(Role::Administrator, None).await;
        let staff = json!({ "id": "li.wei", "name": "Li Wei", "email": "li.wei@hansa.example", "role": "risk-officer" });
        site.post("/v1/staff", admin, staff).await.is(StatusCode::CREATED);
        let ids = |page: &Answer| -> Vec<String> {
            page.body["items"].as_array().unwrap().iter().map(|item| item["member"].as_str().unwrap().to_owned()).collect()
        };
        let of = async |query: &str| ids(&site.get(&format!("/v1/verifications?{query}"), operator).await.is(StatusCode::OK));
        assert_eq!(of("").await, ["b", "d", "c", "a"]);
        let first = site.get("/v1/verifications?limit=3&total=true", operator).await.is(StatusCode::OK);
        assert_eq!((ids(&first), &first.body["total"]), (vec!["b".to_owned(), "d".to_owned(), "c".to_owned()], &json!(4)));
        assert_eq!(of(&format!("after={}", first.body["next"].as_str().unwrap())).await, ["a"]);
        assert_eq!(of("level=basic").await, ["b", "d"]);
        assert_eq!(of("overdue=true").await, [""; 0]);
        assert_eq!(of("status=waiting").await, [""; 0]);
        let case = first.body["items"][0]["id"].as_str().unwrap();
        let place = format!("/v1/members/b/verifications/{case}");
        let tag = site.get(&place, operator).await.header("etag").to_owned();
        let assign = |id: Value| {
            site.ask(Method::PUT, &format!("{place}/reviewer"), operator).header("if-match", &tag).json(&json!({ "reviewer": id }))
        };
        sent(assign(json!("nobody"))).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        sent(assign(json!("li.wei"))).await.is(StatusCode::OK);
        assert_eq!(of("reviewer=li.wei").await, ["b"]);
        assert_eq!(of("reviewer=").await, ["d", "c", "a"]);
        for wrong in ["status=lost", "level=none1", "limit=0", "after=x", "colour=red"] {
            site.get(&format!("/v1/verifications?{wrong}"), operator).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
        }
        let owner = &site.key(Role::Owner, Some("a")).await;
        site.get("/v1/verifications", owner).await.refused(StatusCode::FORBIDDEN, "forbidden");
    })
    .await;
}

/// An account manager opens cases of those it is in charge of, sees nothing of the others', and decides none.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_manager_serves_its_own_members() {
    each(async |site| {
        site.person("li.wei", Role::AccountManager, None).await;
        let operator = &site.key(Role::MembershipOperator, None).await;
        for (id, name, manager) in
            [("own", "华东轴承有限公司", "li.wei"), ("own2", "華東軸承集團公司", "li.wei"), ("other", "华东轴承股份有限公司", "wang.fang")]
        {
            let new = json!({ "id": id, "name": name, "account_manager": manager });
            site.post("/v1/members", operator, new).await.is(StatusCode::CREATED);
        }
        Case::open(&site, "other", "basic", operator).await;
        let manager = site.signed_in("li.wei").await;
        let opened = manager.post("/v1/members/own/verifications", json!({ "level": "basic" })).await.is(StatusCode::CREATED);
        manager.post("/v1/members/other/verifications", json!({ "level": "basic" })).await.refused(StatusCode::FORBIDDEN, "forbidden");
        let place = opened.header("location").to_owned();
        let decision = json!({ "decision": "approve", "reason": "mine" });
        manager.post(&format!("{place}/decision"), decision).await.refused(StatusCode::FORBIDDEN, "forbidden");
        let queue = manager.get("/v1/verifications?total=true").await.is(StatusCode::OK);
        assert_eq!((&queue.body["total"], &queue.body["items"][0]["member"]), (&json!(1), &json!("own")));
        let like = manager.get("/v1/members/own/duplicates").await.is(StatusCode::OK);
        let ids: Vec<&str> = like.body["items"].as_array().unwrap().iter().map(|item| item["member"].as_str().unwrap()).collect();
        assert_eq!(ids, ["own2"]);
        // Nor is it told whose a number is.
        let number = json!({ "kind": "duns", "number": "150483782" });
        site.post("/v1/members/other/registrations", operator, number.clone()).await.is(StatusCode::CREATED);
        let taken = manager.post("/v1/members/own/registrations", number).await.refused(StatusCode::CONFLICT, "number-taken");
        assert!(taken.body["detail"].as_str().unwrap().starts_with("another member has"));
    })
    .await;
}
