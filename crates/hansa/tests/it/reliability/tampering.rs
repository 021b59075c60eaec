//! What verification finds beside balances: superseded revisions that were changed, damaged indexes, references to nothing.

use db::testing::{TestDatabase, each};
use db::{Db, Location};
use hansa::app::App;
use hansa::clock::Clock;
use hansa::schema::HISTORY;
use hansa::verify::{self, Finding};
use program::Mode;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

use crate::town::{Town, at, number, unlock};

/// A member whose first order was corrected: several transfers and decisions were said, taken back and said again.
async fn corrected(db: Db) -> Town {
    let town = Town::on(db).await;
    let acme = town.member("华东轴承").await;
    acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
    acme.completed("2026-04-01", "SO2", 1_000).await.unwrap();
    acme.spent("2026-05-01", "a fan", 100).await.unwrap();
    let mut right = acme.completion("2026-03-01", "SO1", 600);
    right.id = "华东轴承/completed:SO1:right".into();
    right.corrects = Some("华东轴承/completed:SO1".into());
    town.batch(&[right], Mode::Live).await.remove(0).unwrap();
    town.evaluate("2026-07-01").await;
    assert!(town.number("SELECT COUNT(*) FROM transfer WHERE revision = 1").await > 0);
    assert!(town.number("SELECT COUNT(*) FROM decision WHERE revision = 1").await > 0);
    town.sound().await;
    town
}

/// What verification says after somebody with access to the database has done this.
async fn after(table: &str, sql: &str) -> Vec<Vec<Finding>> {
    let found = std::sync::Mutex::new(Vec::new());
    each(HISTORY, async |db| {
        let town = corrected(db).await;
        unlock(&town.app.db, table).await;
        let done = town.app.db.write(|tx| async move { tx.execute_unprepared(sql).await }).await.unwrap();
        assert!(done.rows_affected() > 0, "{sql}");
        let said = town.verify().await.findings;
        found.lock().unwrap().push(said);
    })
    .await;
    found.into_inner().unwrap()
}

/// Nothing of this moves a balance or a receipt in force, so nothing but the chain tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_taking_back_is_found() {
    for (table, sql) in [
        ("transfer", "UPDATE transfer SET amount = amount + 1 WHERE revision = 1"),
        ("transfer", "UPDATE transfer SET draws = '[[\"a\",\"b\",1]]' WHERE revision = 1"),
        ("transfer", "UPDATE transfer SET credit = 'spent' WHERE revision = 1"),
        ("decision", "UPDATE decision SET rule = 'another' WHERE revision = 1"),
        ("decision", "UPDATE decision SET effective_at = effective_at + 1 WHERE revision = 1"),
    ] {
        for found in after(table, sql).await {
            assert!(!found.is_empty(), "{sql}");
            assert!(found.iter().all(|one| one.what == table && one.key.ends_with(" revision 1")), "{sql}: {found:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_revision_is_found() {
    for (table, sql) in [
        ("transfer", "DELETE FROM transfer WHERE revision = 1"),
        (
            "decision",
            "DELETE FROM decision WHERE revision = 0 AND EXISTS (SELECT 1 FROM decision AS later WHERE later.key = decision.key AND later.revision = 1)",
        ),
    ] {
        for found in after(table, sql).await {
            let gap = found.iter().find(|one| one.recomputed.contains("without a gap"));
            assert!(gap.is_some_and(|one| one.what == table && one.member == "华东轴承"), "{sql}: {found:?}");
        }
    }
}

/// Opens the file past everything that Hansa sets, and runs statements there.
async fn behind(folder: &std::path::Path, statements: &[&str]) {
    let mut options = ConnectOptions::new(format!("sqlite://{}", folder.join("hansa.db").display()));
    options.max_connections(1).min_connections(1);
    let connection = Database::connect(options).await.unwrap();
    for sql in statements {
        connection.execute_unprepared(sql).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn file_of(folder: &std::path::Path, thorough: bool) -> Vec<Finding> {
    let app = App::open_read_only(&Location::folder(folder), Clock::Fixed(at("2026-07-01"))).await.unwrap();
    let found = verify::file(&app, thorough).await.unwrap();
    app.db.close().await.unwrap();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_lost_rows_is_found() {
    let test = TestDatabase::sqlite(HISTORY).await;
    let folder = test.folder().unwrap();
    let town = corrected(test.db.clone()).await;
    let page = number(&town.app.db, "SELECT rootpage FROM sqlite_schema WHERE name = 'contact_member'").await;
    test.db.close().await.unwrap();
    assert_eq!(file_of(folder, false).await, []);
    // The index is hidden while a row goes in, and then it is there again without it.
    behind(folder, &["PRAGMA writable_schema = ON", "DELETE FROM sqlite_schema WHERE name = 'contact_member'"]).await;
    behind(folder, &["INSERT INTO contact (id, member_id, created_at, updated_at) VALUES ('C1', '华东轴承', 0, 0)"]).await;
    let back = format!(
        "INSERT INTO sqlite_schema VALUES ('index', 'contact_member', 'contact', {page}, 'CREATE INDEX contact_member ON contact (member_id)')"
    );
    behind(folder, &["PRAGMA writable_schema = ON", &back]).await;
    let found = file_of(folder, true).await;
    assert!(found.iter().any(|one| one.what == "damage" && one.stored.contains("contact_member")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_refers_to_nothing_is_found() {
    let test = TestDatabase::sqlite(HISTORY).await;
    let folder = test.folder().unwrap();
    let town = corrected(test.db.clone()).await;
    assert_eq!(number(&town.app.db, "SELECT COUNT(*) FROM contact").await, 0);
    test.db.close().await.unwrap();
    let contact = "INSERT INTO contact (id, member_id, created_at, updated_at) VALUES ('C1', 'nobody', 0, 0)";
    behind(folder, &["PRAGMA foreign_keys = OFF", contact]).await;
    let found = file_of(folder, false).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].what, found[0].stored.as_str()),
        ("reference", "row 1 of `contact` refers to a row of `member` that is not there")
    );
    let ran = crate::command_line::hansa(&["--data", folder.to_str().unwrap(), "--json", "verify", "--full"]).ends(4);
    assert_eq!(ran.json()["described"][0]["member"], "the database file");
}
