//! Personal data: sealed where it is stored, given out, erased for good, consented to; and what becomes of it by upgrades, new keys and backups.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use hansa::access::Role;
use hansa::app::App;
use hansa::clock::Clock;
use hansa::contacts::{self, Contact};
use hansa::schema::HISTORY;
use hansa::{backup, people, privacy};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::{Site, each, sent};
use crate::town::{Town, at, number};

/// A name that stands nowhere else.
const NAME: &str = "王秘密";

async fn with_contact(site: &Site, key: &str) {
    site.town.member("acme").await;
    let new = json!({ "id": "c-1", "name": NAME, "title": "采购经理", "role": "decider", "email": "secret@acme.example", "phone": "+86 154 0000 0001" });
    site.post("/v1/members/acme/contacts", key, new).await.is(StatusCode::CREATED);
    let path = "/v1/members/acme/contacts/c-1";
    let tag = site.get(path, key).await.header("etag").to_owned();
    let change = site.ask(Method::PATCH, path, key).header("If-Match", tag).json(&json!({ "phone": "+86 154 0000 0002" }));
    sent(change).await.is(StatusCode::OK);
    site.post("/v1/members/acme/contacts/c-1/interactions", key, json!({ "channel": "phone" })).await.is(StatusCode::CREATED);
}

/// Every text of every table.
async fn all_texts(town: &Town) -> String {
    let db = &town.app.db;
    let mut all = String::new();
    for table in backup::TABLES.iter().map(|table| table.name).chain(backup::LEFT_OUT.iter().copied()) {
        let sql = match db.dialect() {
            db::Dialect::Postgres => format!("SELECT CAST(t AS TEXT) AS row FROM {table} AS t"),
            db::Dialect::Sqlite => {
                let columns =
                    Statement::from_string(db.read().get_database_backend(), format!("SELECT name FROM pragma_table_info('{table}')"));
                let names = db.read().query_all_raw(columns).await.unwrap();
                let names: Vec<String> = names
                    .iter()
                    .map(|row| {
                        let name: String = row.try_get("", "name").unwrap();
                        format!("COALESCE(CASE WHEN typeof({name}) = 'blob' THEN hex({name}) ELSE CAST({name} AS TEXT) END, '')")
                    })
                    .collect();
                format!("SELECT {} AS row FROM {table}", names.join(" || ' ' || "))
            }
        };
        for row in db.read().query_all_raw(Statement::from_string(db.read().get_database_backend(), sql)).await.unwrap() {
            all.push_str(&row.try_get::<String>("", "row").unwrap());
            all.push('\n');
        }
    }
    all
}

/// What names a person stands in no row as it is, and the audit still tells it to whoever may read it.
#[tokio::test(flavor = "multi_thread")]
async fn what_names_a_person_is_stored_sealed() {
    each(async |site| {
        let (operator, auditor) = (site.key(Role::MembershipOperator, None).await, site.key(Role::Auditor, None).await);
        with_contact(&site, &operator).await;
        site.person("ada", Role::Administrator, None).await;
        let admin = site.signed_in("ada").await;
        let new = json!({ "name": NAME, "email": "secret@acme.example", "role": "buyer", "contact": "c-1" });
        admin.post("/v1/members/acme/people", new).await.is(StatusCode::CREATED);
        let texts = all_texts(&site.town).await;
        for secret in [NAME, "采购经理", "secret@acme.example", "154 0000"] {
            assert!(!texts.contains(secret), "{secret} in {}", texts.lines().find(|line| line.contains(secret)).unwrap());
        }
        assert!(texts.contains("c-1") && texts.contains("decider"), "the test reads the rows");
        let seen = site.get("/v1/members/acme/contacts/c-1", &operator).await.is(StatusCode::OK).body;
        assert_eq!((&seen["name"], &seen["erased"]), (&json!(NAME), &json!(false)));
        let audit = site.get("/v1/audit?subject=contact:c-1&action=change_contact", &auditor).await.is(StatusCode::OK).body;
        assert_eq!(audit["items"][0]["before"]["phone"], "+86 154 0000 0001", "{audit:#}");
        assert_eq!(audit["items"][0]["after"]["phone"], "+86 154 0000 0002");
        site.town.sound().await;
    })
    .await;
}

/// Who is erased is nowhere to be read any more, can do nothing, does not come back, and frees the address; books and audit verify.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_gone_and_the_books_stay() {
    each(async |site| {
        let (operator, auditor) = (site.key(Role::MembershipOperator, None).await, site.key(Role::Auditor, None).await);
        with_contact(&site, &operator).await;
        site.person("fang", Role::Buyer, Some("acme")).await;
        site.town.run("UPDATE person SET contact_id = 'c-1' WHERE id = 'fang'").await;
        let fang = site.signed_in("fang").await;
        fang.get("/v1/session").await.is(StatusCode::OK);
        let facts = site.town.size().await;

        let path = "/v1/members/acme/contacts/c-1/erase";
        site.post(path, &operator, json!({ "why": " " })).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        let erased = site.post(path, &operator, json!({ "why": "asked for it" })).await.is(StatusCode::OK);
        assert_eq!(erased.body["erased"], json!(["person:fang", "contact:c-1"]));
        site.post(path, &operator, json!({ "why": "asked for it twice" })).await.is(StatusCode::OK);

        fang.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        let seen = site.get("/v1/members/acme/contacts/c-1", &operator).await.is(StatusCode::OK);
        assert_eq!(
            seen.body,
            json!({ "id": "c-1", "member": "acme", "name": "", "title": null, "role": "decider", "email": null, "phone": null, "erased": true })
        );
        let tag = seen.header("etag").to_owned();
        let change = site.ask(Method::PATCH, "/v1/members/acme/contacts/c-1", &operator).header("If-Match", tag).json(&json!({ "name": "x" }));
        sent(change).await.refused(StatusCode::CONFLICT, "refused");
        let audit = site.get("/v1/audit?subject=contact:c-1", &auditor).await.is(StatusCode::OK).body;
        let told: Vec<_> = audit["items"].as_array().unwrap().iter().map(|one| (one["action"].as_str().unwrap(), &one["after"])).collect();
        let gone = json!({ "erased": true });
        assert_eq!(told, [("erase", &Value::Null), ("change_contact", &gone), ("create_contact", &gone)]);
        assert_eq!(audit["items"][0]["why"], "asked for it");
        let again = Contact { id: "c-1".into(), member: "acme".into(), name: NAME.into(), ..Contact::default() };
        let app = &site.town.app;
        let again = &[again];
        let put = app.db.write(|tx| async move { contacts::put(&tx, &app.vault, again, app.now()).await }).await.unwrap();
        assert_eq!((put.erased, put.created), (vec!["c-1".to_owned()], vec![]));
        // The address is free again.
        let new = json!({ "name": "another", "email": "fang@example.com", "role": "buyer" });
        site.post("/v1/members/acme/people", &operator, new).await.is(StatusCode::CREATED);
        assert_eq!(site.town.size().await, facts, "facts and books are as they were");
        site.town.sound().await;
    })
    .await;
}

fn unzipped(bytes: Vec<u8>) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
    (0..zip.len())
        .map(|place| {
            let mut file = zip.by_index(place).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

async fn zip(request: reqwest::RequestBuilder) -> BTreeMap<String, String> {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/zip");
    unzipped(response.bytes().await.unwrap().to_vec())
}

/// An export has everything of whom it is about, and nothing of others and no secret; giving it out is told to the audit.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_all_of_its_own_and_nothing_else() {
    each(async |site| {
        let operator = site.key(Role::MembershipOperator, None).await;
        with_contact(&site, &operator).await;
        site.town.member("rival").await;
        site.order("o-acme", "acme", 1_000_000, &operator).await;
        site.order("o-rival", "rival", 2_000_000, &operator).await;
        let hostile = json!({ "id": "c-2", "name": "=HYPERLINK(\"http://evil\")" });
        site.post("/v1/members/acme/contacts", &operator, hostile).await.is(StatusCode::CREATED);
        site.person("fang", Role::Buyer, Some("acme")).await;
        site.town.run("UPDATE person SET contact_id = 'c-1' WHERE id = 'fang'").await;
        site.post(
            "/v1/members/acme/contacts/c-1/consents",
            &operator,
            json!({ "purpose": "news", "channel": "email", "given": true, "text_version": "1" }),
        )
        .await
        .is(StatusCode::CREATED);

        let all = zip(site.ask(Method::GET, "/v1/members/acme/export", &operator)).await;
        for (file, part) in [
            ("contacts.json", NAME),
            ("people.json", "fang@example.com"),
            ("fact.csv", "o-acme"),
            ("transfer.csv", "accrual"),
            ("decision.csv", "o-acme"),
            ("consents.csv", "contact:c-1,news,email,true,1"),
            ("audit.csv", "+86 154 0000 0002"),
            ("contents.json", "member:acme"),
        ] {
            assert!(all[file].contains(part), "{part} in {file}: {}", all[file]);
        }
        let whole: String = all.values().map(String::as_str).collect();
        assert!(!whole.contains("o-rival") && !whole.contains("$argon2"), "{whole}");
        assert!(all["audit.csv"].lines().all(|line| !line.contains(",=")), "no cell is a formula");

        let person = zip(site.ask(Method::GET, "/v1/members/acme/contacts/c-1/export", &operator)).await;
        assert!(person["contact.json"].contains(NAME) && person["person.json"].contains("fang@example.com"));
        assert!(person["facts.csv"].contains("interaction.logged") && !person["facts.csv"].contains("o-acme"));
        let fang = site.signed_in("fang").await;
        let own = fang.get("/v1/session/export").await.is(StatusCode::OK);
        assert_eq!(own.header("content-type"), "application/zip");
        let audit = site.get("/v1/audit?action=export", &site.key(Role::Auditor, None).await).await.body;
        assert_eq!(audit["items"].as_array().unwrap().len(), 3, "{audit:#}");
        site.town.sound().await;
    })
    .await;
}

/// The latest word counts; staff and the person see the same; nothing is taken back but by another word.
#[tokio::test(flavor = "multi_thread")]
async fn consent_is_what_was_said_last() {
    each(async |site| {
        let operator = site.key(Role::MembershipOperator, None).await;
        with_contact(&site, &operator).await;
        site.person("fang", Role::Viewer, Some("acme")).await;
        site.town.run("UPDATE person SET contact_id = 'c-1' WHERE id = 'fang'").await;
        let path = "/v1/members/acme/contacts/c-1/consents";
        let word =
            |given: bool, at: &str| json!({ "purpose": "news", "channel": "email", "given": given, "text_version": "2026-07", "at": at });
        site.post(path, &operator, word(true, "2026-06-01T00:00:00Z")).await.is(StatusCode::CREATED);
        let fang = site.signed_in("fang").await;
        fang.post("/v1/session/consents", word(false, "2026-06-02T00:00:00Z")).await.is(StatusCode::CREATED);
        for (field, wrong) in [
            ("at", word(true, "2027-01-01T00:00:00Z")),
            ("purpose", json!({ "purpose": "a b", "channel": "email", "given": true, "text_version": "1" })),
            ("channel", json!({ "purpose": "news", "channel": "", "given": true, "text_version": "1" })),
        ] {
            let refused = site.post(path, &operator, wrong).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field);
        }
        for seen in [site.get(path, &operator).await, fang.get("/v1/session/consents").await] {
            let seen = seen.is(StatusCode::OK).body;
            assert_eq!((seen["now"].as_array().unwrap().len(), &seen["now"][0]["given"]), (1, &json!(false)), "{seen:#}");
            assert_eq!(seen["history"].as_array().unwrap().len(), 2);
        }
        let app = &site.town.app;
        let changed = app.db.write(|tx| async move { tx.execute_unprepared("UPDATE consent SET given = given").await }).await;
        assert!(changed.is_err(), "the database keeps every word");
        // Whoever erases itself is signed out.
        fang.post("/v1/session/erase", json!({ "why": "I leave" })).await.is(StatusCode::OK);
        fang.get("/v1/session").await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
        let seen = site.get("/v1/members/acme/contacts/c-1", &operator).await.body;
        assert_eq!(seen["erased"], true);
    })
    .await;
}

/// Two who write of the same person at the same time use one key; and who was erased meanwhile gets no new one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_a_time_make_one_key() {
    let Some(database) = db::testing::TestDatabase::postgres(HISTORY).await else { return };
    let town = Town::on(database.db.clone()).await;
    let subjects = &["contact:c-1".to_owned()];
    let sealed = || {
        let app = town.app.clone();
        tokio::spawn(async move {
            let app = &app;
            let done = app.db.write(|tx| async move {
                let keys = privacy::keys_for(&tx, &app.vault, &["contact:c-1".to_owned()], app.now()).await?;
                keys.seal("contact:c-1", "text")
            });
            done.await.unwrap().unwrap()
        })
    };
    let all: Vec<_> = (0..16).map(|_| sealed()).collect();
    for one in all {
        let text = one.await.unwrap();
        let keys = privacy::keys_of(town.app.db.read(), &town.app.vault, subjects.iter().map(String::as_str)).await.unwrap();
        assert_eq!(keys.open("contact:c-1", &text).unwrap().as_deref(), Some("text"), "whoever sealed it, it opens");
    }
}

/// Staff are disabled before they are erased, and no owner erases people of another enterprise.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_erases_by_the_way() {
    each(async |site| {
        site.town.members(&["acme".to_owned(), "rival".to_owned()]).await;
        for (id, role, member) in [
            ("ada", Role::Administrator, None),
            ("eve", Role::Analyst, None),
            ("owner", Role::Owner, Some("acme")),
            ("buyer", Role::Buyer, Some("acme")),
            ("spy", Role::Owner, Some("rival")),
        ] {
            site.person(id, role, member).await;
        }
        let (ada, owner, spy) = (site.signed_in("ada").await, site.signed_in("owner").await, site.signed_in("spy").await);
        let why = || json!({ "why": "left" });
        ada.post("/v1/staff/eve/erase", why()).await.refused(StatusCode::CONFLICT, "refused");
        ada.post("/v1/session/erase", why()).await.refused(StatusCode::CONFLICT, "refused");
        ada.post("/v1/staff/buyer/erase", why()).await.refused(StatusCode::NOT_FOUND, "not-found");
        ada.ask(Method::PATCH, "/v1/staff/eve", Some(json!({ "disabled": true }))).await.is(StatusCode::OK);
        ada.post("/v1/staff/eve/erase", why()).await.is(StatusCode::OK);
        spy.post("/v1/members/acme/people/buyer/erase", why()).await.refused(StatusCode::NOT_FOUND, "not-found");
        spy.post("/v1/members/rival/people/buyer/erase", why()).await.refused(StatusCode::NOT_FOUND, "not-found");
        owner.post("/v1/members/acme/people/buyer/erase", why()).await.is(StatusCode::OK);
        let people = owner.get("/v1/members/acme/people").await.body;
        assert_eq!((&people["items"][0]["id"], &people["items"][0]["email"]), (&json!("buyer"), &Value::Null), "{people:#}");
        let back = owner.ask(Method::PATCH, "/v1/members/acme/people/buyer", Some(json!({ "disabled": false }))).await;
        back.refused(StatusCode::CONFLICT, "refused");
    })
    .await;
}

/// Rows from before there were keys are sealed when the database is first opened with its ring; a new key of the ring seals everything again.
#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_seals_what_was_there_and_a_new_key_seals_it_again() {
    let before: Vec<db::Migration> = HISTORY.iter().filter(|step| step.version < 6).cloned().collect();
    db::testing::each(&before, async |db| {
        let write = |sql: &'static str| {
            let db = db.clone();
            async move { db.write(|tx| async move { tx.execute_unprepared(sql).await.map(drop) }).await.unwrap() }
        };
        write("INSERT INTO member (id, name, created_at, updated_at) VALUES ('acme', 'acme', 0, 0)").await;
        write("INSERT INTO contact (id, member_id, name, title, role, email, phone, created_at, updated_at) VALUES ('c-1', 'acme', '王\"秘密', NULL, 'user', 'a@b.example', NULL, 0, 0)").await;
        write("INSERT INTO person (id, name, email, role, created_at) VALUES ('ada', '艾达', 'ada@example.com', 'administrator', 0)").await;
        write("INSERT INTO import (id, kind, files, mapping, started_at, counts) VALUES ('imp', 'contacts', '[]', '', 0, '{}')").await;
        write("INSERT INTO import_change (import_id, entity, entity_id, before) VALUES ('imp', 'contact', 'c-1', '{\"id\":\"c-1\",\"member\":\"acme\",\"name\":\"王秘密\"}')").await;
        db.migrate(HISTORY).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let ring = folder.path().join("ring");
        let open = async || App::with(db.clone(), Clock::Fixed(at("2026-07-01"))).await.unwrap().keyed(&ring).await.unwrap();
        for number in 1..=3 {
            let app = open().await;
            assert_eq!(app.vault.newest(), number);
            let town = Town { app };
            let texts = all_texts(&town).await;
            assert!(!texts.contains("秘密") && !texts.contains("艾达") && !texts.contains("a@b.example"), "{texts}");
            let app = &town.app;
            let contact = contacts::find(db.read(), &app.vault, std::iter::once("c-1")).await.unwrap().remove("c-1").unwrap();
            assert_eq!((contact.name.as_str(), contact.email.as_deref(), contact.erased), ("王\"秘密", Some("a@b.example"), false));
            let ada = people::by_address(db.read(), &app.vault, &people::Address::email("ada@example.com").unwrap()).await.unwrap().unwrap();
            assert_eq!((ada.id.as_str(), ada.name.as_str()), ("ada", "艾达"));
            let under = number_of(&town, &format!("SELECT COUNT(*) FROM personal_key WHERE sealed LIKE '{number}.%'")).await;
            assert_eq!(under, number_of(&town, "SELECT COUNT(*) FROM personal_key").await);
            hansa::vault::Vault::add_key(&ring).unwrap();
        }
    })
    .await;
}

async fn number_of(town: &Town, sql: &str) -> i64 {
    number(&town.app.db, sql).await
}

/// A backup taken before somebody was erased does not bring the name back, because the keys beside it are the latest.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_backup_does_not_bring_the_erased_back() {
    each(async |site| {
        let operator = site.key(Role::MembershipOperator, None).await;
        with_contact(&site, &operator).await;
        site.post("/v1/members/acme/contacts", &operator, json!({ "id": "c-2", "name": "李留下" })).await.is(StatusCode::CREATED);
        let folder = tempfile::tempdir().unwrap();
        let (old, keys) = (folder.path().join("old.hansa"), folder.path().join("keys"));
        let app = &site.town.app;
        backup::save(app, &old, |_, _| {}).await.unwrap();
        assert_eq!(privacy::save(app, &keys).await.unwrap(), 2);
        site.post("/v1/members/acme/contacts/c-1/erase", &operator, json!({ "why": "asked" })).await.is(StatusCode::OK);
        privacy::save(app, &keys).await.unwrap();
        let text = std::fs::read_to_string(&keys).unwrap();
        assert!(text.lines().any(|line| line.starts_with("[\"contact:c-1\",null,")), "{text}");

        db::testing::each(HISTORY, async |db| {
            let mut restored = App::with(db.clone(), app.clock).await.unwrap();
            assert!(privacy::load(&restored, &keys).await.unwrap_err().to_string().contains("another key ring"));
            restored.vault = app.vault.clone();
            backup::restore(&restored, &old, |_, _| {}).await.unwrap();
            privacy::load(&restored, &keys).await.unwrap();
            let found = contacts::find(db.read(), &restored.vault, ["c-1", "c-2"].into_iter()).await.unwrap();
            assert_eq!((found["c-1"].erased, found["c-1"].name.as_str()), (true, ""));
            assert_eq!((found["c-2"].erased, found["c-2"].name.as_str()), (false, "李留下"));
            let other = App::with(db, app.clock).await.unwrap();
            assert!(
                privacy::save(&other, &keys).await.unwrap_err().to_string().contains("another key ring"),
                "nobody's keys are written over"
            );
        })
        .await;
    })
    .await;
}
