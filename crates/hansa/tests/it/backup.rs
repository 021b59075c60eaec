//! `backup` and `restore`: one archive, either database, all or nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use db::testing::{TestDatabase, each};
use db::{Db, Dialect};
use hansa::app::App;
use hansa::backup::{LEFT_OUT, TABLES, restore, save};
use hansa::clock::Clock;
use hansa::schema::HISTORY;
use sea_orm::{ConnectionTrait, Statement};

use crate::town::{Town, at, number};

async fn busy_town(db: Db) -> Town {
    let town = Town::on(db).await;
    for name in ["华东轴承", "南方'紧固件\"", "= west"] {
        let member = town.member(name).await;
        member.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        member.refunded("2026-04-01", "SO1", 20_000).await.expect("taken");
        member.spent("2026-05-01", "a fan", 1_000).await.expect("taken");
        // Late: a replay, hence reversals in the book.
        member.completed("2026-02-01", "SO0", 7_000).await.expect("taken");
    }
    town.run(
        "INSERT INTO reward (id, names, descriptions, unit, price, taken, tiers, open, created_at) \
         VALUES ('fan', '{\"en\":\"Fan\"}', '{}', 'points', 10, 1, '[]', TRUE, 0)",
    )
    .await;
    town.run(
        "INSERT INTO redemption_order (id, member_id, reward_id, quantity, unit, amount, state, placed_by, placed_at) \
         VALUES ('o', '华东轴承', 'fan', 1, 'points', 10, 'placed', 'staff:li', 0)",
    )
    .await;
    town
}

async fn empty_app(db: &Db) -> App {
    App::with(db.clone(), Clock::Fixed(at("2026-07-01"))).await.expect("the installation opens")
}

async fn archived(app: &App, folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(name);
    save(app, &file, |_, _| {}).await.expect("archived");
    file
}

async fn rows(db: &Db) -> i64 {
    let mut sum = 0;
    for table in TABLES {
        sum += number(db, &format!("SELECT COUNT(*) FROM {}", table.name)).await;
    }
    sum
}

/// A table or column added to the schema and forgotten here would be lost by every backup.
#[tokio::test(flavor = "multi_thread")]
async fn the_archive_knows_every_table_and_column_of_the_schema() {
    each(HISTORY, async |db| {
        let sql = match db.dialect() {
            Dialect::Sqlite => {
                "SELECT t.name AS place, c.name AS name FROM sqlite_master AS t, pragma_table_info(t.name) AS c \
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
            }
            Dialect::Postgres => {
                "SELECT CAST(table_name AS TEXT) AS place, CAST(column_name AS TEXT) AS name \
                 FROM information_schema.columns WHERE table_schema = 'public'"
            }
        };
        let found = db.read().query_all_raw(Statement::from_string(db.read().get_database_backend(), sql)).await.expect("asked");
        let found = found.iter().map(|row| (row.try_get("", "place").expect("a table"), row.try_get("", "name").expect("a column")));
        let schema: BTreeSet<(String, String)> =
            found.filter(|(table, _): &(String, String)| table != "schema_migration" && !LEFT_OUT.contains(&table.as_str())).collect();
        let known = TABLES.iter().flat_map(|table| table.columns.iter().map(|(name, _)| (table.name.to_owned(), (*name).to_owned())));
        assert_eq!(known.collect::<BTreeSet<_>>(), schema);
    })
    .await;
}

/// From one kind of database to the other and back: every row, every standing, and the numbering of facts goes on.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_moves_everything_between_the_databases() {
    let Some(postgres) = TestDatabase::postgres(HISTORY).await else {
        return;
    };
    let [first, second] = [TestDatabase::sqlite(HISTORY).await, TestDatabase::sqlite(HISTORY).await];
    let folder = tempfile::tempdir().expect("a folder");
    let town = busy_town(first.db.clone()).await;
    let before = town.outcome().await;
    let mut file = archived(&town.app, folder.path(), "first").await;
    let mut tables = None;
    for db in [&postgres.db, &second.db] {
        let app = empty_app(db).await;
        let restored = restore(&app, &file, |_, _| {}).await.expect("restored");
        assert_eq!(*tables.get_or_insert_with(|| restored.clone()), restored, "the same rows with the same checksums");
        let moved = Town { app };
        moved.outcome().await.same_as(&before);
        moved.sound().await;
        file = archived(&moved.app, folder.path(), "next").await;
        let highest = number(db, "SELECT MAX(seq) FROM fact").await;
        let acme = moved.member("华东轴承").await;
        acme.completed("2026-06-01", "SO9", 100).await.expect("taken");
        assert!(number(db, "SELECT seq FROM fact WHERE id = '华东轴承/completed:SO9'").await > highest);
        moved.sound().await;
    }
}

/// An archive from before tiers stood in rows of their own tells none: whoever is restored from it is judged anew, and is found by its tier.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_from_before_tiers_had_rows_gets_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let [first, second] = [TestDatabase::sqlite(HISTORY).await, TestDatabase::sqlite(HISTORY).await];
    let town = busy_town(first.db.clone()).await;
    let tiers = "SELECT COUNT(*) FROM member_tier";
    let before = town.number(tiers).await;
    town.run("DELETE FROM member_tier").await;
    let file = archived(&town.app, folder.path(), "town").await;
    let text = String::from_utf8(zstd::decode_all(std::fs::read(&file).expect("there").as_slice()).expect("zstd")).expect("UTF-8");
    let newest = format!("\"schema_version\":{}", HISTORY.last().expect("a history").version);
    let older = text.replacen(&newest, "\"schema_version\":13", 1);
    assert_ne!(older, text);
    std::fs::write(&file, zstd::encode_all(older.as_bytes(), 1).expect("packed")).expect("written");
    let app = empty_app(&second.db).await;
    restore(&app, &file, |_, _| {}).await.expect("restored");
    let moved = Town { app };
    moved.evaluate("2026-07-01").await;
    assert!(before >= 3 && moved.number(tiers).await == before);
    moved.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_restored_into_an_empty_database_only() {
    each(HISTORY, async |db| {
        let folder = tempfile::tempdir().expect("a folder");
        let town = busy_town(db.clone()).await;
        let file = archived(&town.app, folder.path(), "town").await;
        let before = rows(&db).await;
        let refused = restore(&town.app, &file, |_, _| {}).await.expect_err("there is something");
        assert!(refused.to_string().contains("into an empty database only"), "{refused}");
        assert_eq!(rows(&db).await, before);
    })
    .await;
}

/// A disk that lies, a copy that broke off: said clearly, and nothing half-written.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = TestDatabase::sqlite(HISTORY).await;
    let town = busy_town(source.db.clone()).await;
    let whole = std::fs::read(archived(&town.app, folder.path(), "town").await).expect("there");
    let target = TestDatabase::sqlite(HISTORY).await;
    let app = empty_app(&target.db).await;
    let file = folder.path().join("broken");
    let refuse = async |bytes: &[u8]| {
        std::fs::write(&file, bytes).expect("written");
        let error = restore(&app, &file, |_, _| {}).await.expect_err("it is broken").to_string();
        assert_eq!(rows(&target.db).await, 0, "{error}");
        error
    };
    let text = zstd::decode_all(whole.as_slice()).expect("zstd");
    let mut harmless = 0;
    for part in 0..20 {
        let mut flipped = whole.clone();
        flipped[whole.len() * part / 20] ^= 0x10;
        // Some bits of a compressed stream carry nothing: without them everything is still there.
        if zstd::decode_all(flipped.as_slice()).ok().as_ref() == Some(&text) {
            harmless += 1;
        } else {
            let error = refuse(&flipped).await;
            assert!(["damaged", "cut short", "not a backup"].iter().any(|word| error.contains(word)), "{error}");
        }
        let cut = refuse(&whole[..whole.len() * part / 20]).await;
        assert!(["cut short", "not a backup"].iter().any(|word| cut.contains(word)), "{cut}");
    }
    assert!(harmless <= 2, "{harmless} of 20 changed bits went unnoticed");
    assert!(refuse(&whole[..whole.len() - 1]).await.contains("cut short"));
    assert!(refuse(&[whole.as_slice(), b"more"].concat()).await.contains("damaged"));
    assert!(refuse(b"id,name\n1,acme\n").await.contains("not a backup of Hansa"));
    std::fs::write(&file, &whole).expect("written");
    restore(&app, &file, |_, _| {}).await.expect("the archive itself is sound");
}

/// Checksums of our own catch what was changed by someone who can pack it again.
#[tokio::test(flavor = "multi_thread")]
async fn an_edited_archive_does_not_pass() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = TestDatabase::sqlite(HISTORY).await;
    let town = busy_town(source.db.clone()).await;
    let whole = std::fs::read(archived(&town.app, folder.path(), "town").await).expect("there");
    let text = String::from_utf8(zstd::decode_all(whole.as_slice()).expect("zstd")).expect("UTF-8");
    let target = TestDatabase::sqlite(HISTORY).await;
    let app = empty_app(&target.db).await;
    let dropped: Vec<&str> = text.lines().filter(|line| !line.contains("\"points.spent\"")).collect();
    let edits = [
        (text.replace("6000000", "6000001"), "checksum of the table fact"),
        (dropped.join("\n") + "\n", "the table fact should have 12 rows and has 9"),
        (text.replace("\"table\":\"lot\"", "\"table\":\"lots\""), "a table lots that nobody knows"),
        (text.replace("\"schema_version\":", "\"schema_version\":9"), "of schema version 9"),
        (text.replace("\"format_version\":1", "\"format_version\":2"), "of format 2"),
    ];
    for (edited, said) in edits {
        let file = folder.path().join("edited");
        std::fs::write(&file, zstd::encode_all(edited.as_bytes(), 1).expect("packed")).expect("written");
        let error = restore(&app, &file, |_, _| {}).await.expect_err("edited").to_string();
        assert!(error.contains(said), "{said}: {error}");
        assert_eq!(rows(&target.db).await, 0);
    }
}

/// The archive is of one moment, although facts go on coming in: what is restored is whole and sound.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_taken_while_work_goes_on() {
    each(HISTORY, async |db| {
        let folder = tempfile::tempdir().expect("a folder");
        let town = busy_town(db.clone()).await;
        let acme = town.member("华东轴承").await;
        let orders = async {
            for order in 0..40 {
                acme.completed("2026-06-01", &format!("L{order}"), 100).await.expect("taken");
            }
        };
        let ((), file) = tokio::join!(orders, archived(&town.app, folder.path(), "live"));
        let target = TestDatabase::sqlite(HISTORY).await;
        let app = empty_app(&target.db).await;
        restore(&app, &file, |_, _| {}).await.expect("restored");
        Town { app }.sound().await;
    })
    .await;
}

/// A failed backup leaves neither a half archive nor a lost old one.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_archive_stays_until_the_new_one_is_complete() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = TestDatabase::sqlite(HISTORY).await;
    let town = busy_town(source.db.clone()).await;
    let file = archived(&town.app, folder.path(), "town").await;
    let before = std::fs::read(&file).expect("there");
    archived(&town.app, folder.path(), "town").await;
    assert_eq!(std::fs::read(&file).expect("replaced"), before, "the same state gives the same archive");
    let nowhere = folder.path().join("no such folder").join("town");
    let error = save(&town.app, &nowhere, |_, _| {}).await.expect_err("no folder").to_string();
    assert!(error.contains("no such folder"), "{error}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
    assert_eq!(left, ["town"]);
}
