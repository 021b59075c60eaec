//! Sources over HTTP.

use axum::http::StatusCode;
use db::testing::each;
use hansa::schema::HISTORY;
use hansa::sync::{Asked, SyncError, find};
use serde_json::{Value, json};

use super::erp::{Erp, VARIABLES};
use super::{ORDERS, Office};

fn by_cursor(url: &str) -> String {
    format!(
        "name = \"erp-orders\"\nmapping = \"map.toml\"\nkey = \"no\"\n[rest]\nurl = \"{url}/cursor?shop=east\"\nitems = \"/data/list\"\nbearer_env = \"TOKEN\"\n\
         position = \"updated_at\"\nsince = \"since\"\ncursor = {{ parameter = \"at\", next = \"/next\" }}\n"
    )
}

/// All pages are read, once; the next run asks for what was changed since, and writes what is new.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_reads_on_where_the_last_one_ended() {
    each(HISTORY, async |db| {
        let office = Office::on(db).await;
        office.file("map.toml", ORDERS);
        let (erp, url) = Erp::open().await;
        erp.orders(7);
        let source = by_cursor(&url);
        let dry = office.asks(&source, &VARIABLES, &Asked { dry_run: true, ..Asked::default() }).await.unwrap();
        assert_eq!((dry.rows, dry.facts["order.completed"], dry.imports.len()), (7, 7, 0));
        assert_eq!(office.number("SELECT COUNT(*) FROM fact").await + office.number("SELECT COUNT(*) FROM sync").await, 0);
        erp.queries();

        let first = office.pulls(&source, &VARIABLES).await;
        assert_eq!((first.rows, first.accepted, first.facts["order.completed"], first.rejected), (7, 7, 7, 0));
        assert_eq!(first.position.since, [json!("2026-07-01T00:07:00Z")]);
        assert_eq!(erp.queries(), ["shop=east", "shop=east&at=page-3", "shop=east&at=page-6"]);
        assert_eq!(office.number("SELECT COUNT(*) FROM fact WHERE source = 'erp' AND body LIKE '%100025%'").await, 7, "no digit is lost");
        assert!(office.tidy());
        let stand = find(office.town.app.db.read(), "erp-orders").await.unwrap().unwrap();
        assert_eq!((stand.position, stand.error, stand.source.as_str()), (first.position, None, format!("{url}/cursor").as_str()));

        // Nothing new: the last one is given again and recognised.
        let again = office.pulls(&source, &VARIABLES).await;
        assert_eq!((again.rows, again.unchanged, again.facts.len()), (1, 1, 0));
        assert_eq!(erp.queries(), ["shop=east&since=2026-07-01T00%3A07%3A00Z"]);
        erp.order(8, "00:09:00");
        erp.order(9, "00:08:00");
        let third = office.pulls(&source, &VARIABLES).await;
        assert_eq!((third.rows, third.facts["order.completed"], &third.position.since), (3, 2, &vec![json!("2026-07-01T00:09:00Z")]));
        // One that is told late is behind the position; with an overlap it is found all the same.
        erp.order(10, "00:08:30");
        assert_eq!(office.pulls(&source, &VARIABLES).await.facts.len(), 0);
        let overlapping = format!("overlap_seconds = 60\n{source}");
        erp.queries();
        let late = office.pulls(&overlapping, &VARIABLES).await;
        assert_eq!((late.facts["order.completed"], &late.position), (1, &third.position));
        assert_eq!(erp.queries(), ["shop=east&since=2026-07-01T00%3A08%3A00Z"]);
        let all = office.asks(&source, &VARIABLES, &Asked { from_start: true, ..Asked::default() }).await.unwrap();
        assert_eq!((all.rows, all.unchanged), (10, 10));
        office.town.sound().await;
    })
    .await;
}

/// However a source gives its pages, each of its items comes once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_one_another_as_the_file_says() {
    let (erp, url) = Erp::open().await;
    erp.orders(7);
    let cases = [
        ("items = \"/rows\"\noffset = { parameter = \"from\", limit = 3 }", "/offset", vec!["from=0", "from=3", "from=6"]),
        (
            "items = \"/rows\"\noffset = { parameter = \"page\", limit = 4, limit_parameter = \"size\", pages = true }",
            "/pages",
            vec!["page=1&size=4", "page=2&size=4"],
        ),
        ("link = true", "/link", vec!["", "at=3&since=", "at=6&since="]),
        ("items = \"/data/list\"\ncursor = { parameter = \"at\", next = \"/next\" }", "/cursor", vec!["", "at=page-3", "at=page-6"]),
    ];
    for (paging, way, asked) in cases {
        let database = db::testing::TestDatabase::sqlite(HISTORY).await;
        let office = Office::on(database.db.clone()).await;
        office.file("map.toml", ORDERS);
        let source = format!("name = \"erp\"\nmapping = \"map.toml\"\n[rest]\nurl = \"{url}{way}\"\nbasic_env = \"LOGIN\"\n{paging}\n");
        let ran = office.pulls(&source, &VARIABLES).await;
        assert_eq!((ran.rows, ran.facts["order.completed"]), (7, 7), "{way}");
        assert_eq!(erp.queries(), asked, "{way}");
    }
}

/// What passes is tried again; what does not ends the run, and what was written before stays with the position behind it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trouble_over_there_loses_nothing() {
    each(HISTORY, async |db| {
        let office = Office::on(db).await;
        office.file("map.toml", ORDERS);
        let (erp, url) = Erp::open().await;
        erp.orders(7);
        let source = format!("batch = 3\n{}", by_cursor(&url));
        let trouble = |statuses: &[StatusCode]| erp.trouble.lock().unwrap().extend(statuses.iter().rev());
        trouble(&[StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY]);
        let other = [("TOKEN", "nobody")];
        let refused = office.asks(&source, &other, &Asked::default()).await.unwrap_err();
        assert!(matches!(refused, SyncError::Source { .. }), "{refused}");
        assert_eq!(refused.to_string(), "`erp-orders`: it answers 401 Unauthorized: who are you?");
        assert_eq!(erp.queries().len(), 4);
        let stand = find(office.town.app.db.read(), "erp-orders").await.unwrap().unwrap();
        assert!(stand.ended_at.is_some() && stand.error.unwrap().contains("401"));

        // Two batches are written, then it answers no more.
        erp.orders(3);
        let down = erp.clone();
        let breaking = tokio::spawn(async move {
            while down.asked.lock().unwrap().len() < 2 {
                tokio::task::yield_now().await;
            }
            *down.trouble.lock().unwrap() = vec![StatusCode::INTERNAL_SERVER_ERROR; 5];
        });
        *erp.slow.lock().unwrap() = 50;
        let failed = office.asks(&source, &VARIABLES, &Asked::default()).await;
        breaking.await.unwrap();
        *erp.slow.lock().unwrap() = 0;
        let stand = find(office.town.app.db.read(), "erp-orders").await.unwrap().unwrap();
        let outcome: Value = stand.outcome.unwrap();
        assert!(failed.unwrap_err().to_string().contains("500 Internal Server Error: not now"));
        let written = office.number("SELECT COUNT(*) FROM fact WHERE kind = 'order.completed'").await;
        assert!(written >= 3 && stand.position.page.is_some(), "{outcome:#}");
        erp.trouble.lock().unwrap().clear();
        erp.queries();
        let rest = office.pulls(&source, &VARIABLES).await;
        assert!(erp.queries()[0].contains("at=page-"), "it goes on with the page it had come to");
        assert_eq!(office.number("SELECT COUNT(*) FROM fact WHERE kind = 'order.completed'").await, 7);
        assert_eq!(rest.position.since, [json!("2026-07-01T00:07:00Z")]);
        office.town.sound().await;
    })
    .await;
}

/// A page that is not there any more is no end: the run begins anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_gone_lets_the_run_begin_anew() {
    let database = db::testing::TestDatabase::sqlite(HISTORY).await;
    let office = Office::on(database.db.clone()).await;
    office.file("map.toml", ORDERS);
    let (erp, url) = Erp::open().await;
    erp.orders(7);
    let source = by_cursor(&url);
    office.pulls(&source, &VARIABLES).await;
    office.town.run("UPDATE sync SET position = '{\"seen\":\"2026-07-01T00:06:00Z\",\"page\":\"page-6\"}'").await;
    erp.trouble.lock().unwrap().push(StatusCode::GONE);
    erp.queries();
    let ran = office.pulls(&source, &VARIABLES).await;
    assert_eq!((ran.rows, ran.unchanged), (7, 7));
    assert_eq!(erp.queries(), ["shop=east&at=page-6", "shop=east", "shop=east&at=page-3", "shop=east&at=page-6"]);
    // A link that leads elsewhere is not followed: the secret would go with it.
    let elsewhere =
        format!("name = \"erp\"\nmapping = \"map.toml\"\n[rest]\nurl = \"{url}/elsewhere\"\nbearer_env = \"TOKEN\"\nlink = true\n");
    let refused = office.asks(&elsewhere, &VARIABLES, &Asked::default()).await.unwrap_err();
    assert!(refused.to_string().contains("the next page is elsewhere, at http://127.0.0.2:9"), "{refused}");
}

/// A company whose parent comes in a later batch keeps its place in the tree, however deep; with `known_members_only` it is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parents_may_come_later() {
    each(HISTORY, async |db| {
        let office = Office::on(db).await;
        office.file("map.toml", "kind = \"members\"\n[fields]\nid = \"id\"\nname = \"name\"\nparent = \"parent\"\n");
        let (erp, url) = Erp::open().await;
        let rows = [
            ("leaf", "Leaf", "branch"),
            ("twig", "Twig", "branch"),
            ("branch", "Branch", "root"),
            ("root", "Root", ""),
            ("lone", "Lone", "nobody"),
        ];
        for (at, (id, name, parent)) in rows.into_iter().enumerate() {
            let row = json!({ "id": id, "name": name, "parent": parent, "updated_at": format!("2026-07-01T01:0{at}:00Z") });
            erp.items.lock().unwrap().push(row);
        }
        let source = format!("columns = [\"id\", \"name\", \"parent\"]\nbatch = 1\n{}", by_cursor(&url)).replace("\"no\"", "\"id\"");
        let (strict, dry) = (format!("known_members_only = true\n{source}"), Asked { dry_run: true, ..Asked::default() });
        let known = office.asks(&strict, &VARIABLES, &dry).await.unwrap();
        assert!(known.reasons.contains_key("parent: there is no member `nobody`"), "{known:?}");
        let ran = office.pulls(&source, &VARIABLES).await;
        assert_eq!((ran.rows, ran.accepted, ran.rejected), (5, 5, 0), "{ran:?}");
        let tree = async |id: &str, name: &str, parent: &str| {
            let sql = format!("SELECT COUNT(*) FROM member WHERE id = '{id}' AND name = '{name}' AND COALESCE(parent_id, '') = '{parent}'");
            assert_eq!(office.number(&sql).await, 1, "{id}");
        };
        for (id, name, parent) in rows {
            tree(id, name, parent).await;
        }
        tree("nobody", "nobody", "").await;
        assert_eq!(office.number("SELECT COUNT(*) FROM member").await, 6);
        // A circle is one, whichever half of it came first.
        erp.items.lock().unwrap().push(json!({ "id": "root", "name": "Root", "parent": "leaf", "updated_at": "2026-07-01T02:00:00Z" }));
        let circle = office.pulls(&source, &VARIABLES).await;
        assert!(circle.reasons.keys().any(|why| why.contains("`leaf` is a subsidiary of `root` itself")), "{circle:?}");
        office.town.sound().await;
    })
    .await;
}

/// Members are brought up to date; of two versions in one batch the later counts; refused rows are named in a file that grows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_follow_the_source_and_refused_rows_are_named() {
    each(HISTORY, async |db| {
        let office = Office::on(db).await;
        office.file("map.toml", "kind = \"members\"\n[fields]\nid = \"id\"\nname = \"name\"\ncountry = \"country\"\n");
        let (erp, url) = Erp::open().await;
        let put = |id: &str, name: Value, changed: &str| {
            let member = json!({ "id": id, "name": name, "country": "CN", "updated_at": format!("2026-07-01T{changed}Z") });
            erp.items.lock().unwrap().push(member);
        };
        put("a", json!("Alt"), "01:00:00");
        put("b", Value::Null, "01:01:00");
        put("c", json!("Citrus"), "01:02:00");
        put("a", json!("Neu"), "01:03:00");
        let source = format!("columns = [\"id\", \"name\", \"country\"]\nrejects = \"rejects.csv\"\n{}", by_cursor(&url))
            .replace("\"no\"", "\"id\"");
        let first = office.pulls(&source, &VARIABLES).await;
        assert_eq!((first.rows, first.members_created, first.rejected), (3, 2, 1));
        assert_eq!(office.number("SELECT COUNT(*) FROM member WHERE id = 'a' AND name = 'Neu'").await, 1);
        put("c", json!("Citrus und Söhne"), "01:04:00");
        put("d", Value::Null, "01:05:00");
        let second = office.pulls(&source, &VARIABLES).await;
        assert_eq!((second.members_changed, second.rejected), (1, 1));
        assert_eq!(office.number("SELECT COUNT(*) FROM member WHERE name = 'Citrus und Söhne'").await, 1);
        let rejects = std::fs::read_to_string(office.folder.path().join("rejects.csv")).unwrap();
        let lines: Vec<&str> = rejects.lines().collect();
        assert_eq!(lines[0], "line,column,reason,original");
        assert_eq!(lines.len(), 3, "{rejects}");
        assert!(lines[1].contains("no name: name is empty") && lines[1].contains("b") && lines[2].contains("d"), "{rejects}");
        let undone = hansa::imports::undo(&office.town.app, &second.imports[0], &hansa::audit::By::machine(None), |_| ()).await.unwrap();
        assert_eq!(undone.restored, 1, "a run is undone as any import is");
    })
    .await;
}
