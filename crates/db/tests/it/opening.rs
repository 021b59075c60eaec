use std::fs;
use std::process::Command;

use db::testing::{Cluster, TestDatabase};
use db::{Access, Db, Location, LocationError, OnConflict, OpenError, Options, describe, insert_rows};
use sea_orm::{ConnectionTrait, DbErr, Value};
use tempfile::TempDir;

use crate::HISTORY;
use crate::rows::{COLUMNS, add, count, item};

fn read_only() -> Options {
    Options { access: Access::ReadOnly, ..Options::default() }
}

#[test]
fn locations_are_folders_or_postgresql_addresses() {
    assert!(matches!("./data".parse(), Ok(Location::Folder(_))));
    let server: Location = "postgres://ann:secret@db.example:5433/hansa".parse().unwrap();
    assert_eq!(server.to_string(), "postgres://ann@db.example:5433/hansa");
    assert_eq!("".parse::<Location>(), Err(LocationError::Empty));
    assert_eq!("mysql://x/y".parse::<Location>(), Err(LocationError::Scheme("mysql".into())));
    assert_eq!("postgres://ann@db.example".parse::<Location>(), Err(LocationError::NoDatabase));
    assert!(matches!("postgres://[".parse::<Location>(), Err(LocationError::Address(_))));
}

#[tokio::test]
async fn a_second_writer_of_a_folder_is_refused_and_a_reader_is_not() {
    let database = TestDatabase::sqlite(HISTORY).await;
    let refusal = Db::open(database.location(), &Options::default(), HISTORY).await.unwrap_err();
    let text = refusal.to_string();
    assert!(text.contains(&format!("another hansa (process {}) is writing", std::process::id())), "{text}");

    let reader = Db::open(database.location(), &read_only(), HISTORY).await.unwrap();
    add(&database.db, vec![item("a", 1)]).await.unwrap();
    assert_eq!(count(&reader, "item").await, 1);
    let refused: Result<(), DbErr> = reader.write(async |_| Ok(())).await;
    assert!(refused.unwrap_err().to_string().contains("read-only"));
}

#[tokio::test]
async fn the_lock_goes_when_the_handle_is_closed_or_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::folder(folder.path());
    for _ in 0..3 {
        let db = Db::open(&location, &Options::default(), HISTORY).await.unwrap();
        // Closing is enough: a clone that is still about holds nobody up.
        let _clone = db.clone();
        db.close().await.unwrap();
        let again = Db::open(&location, &Options::default(), HISTORY).await.unwrap();
        drop(again);
    }
}

#[tokio::test]
async fn reading_needs_a_database_that_is_not_too_old() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::folder(folder.path());
    assert!(matches!(Db::open(&location, &read_only(), HISTORY).await, Err(OpenError::Missing(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a reader leaves nothing behind");
    Db::open(&location, &Options::default(), &[]).await.unwrap().close().await.unwrap();
    let refusal = Db::open(&location, &read_only(), HISTORY).await.unwrap_err();
    assert!(matches!(refusal, OpenError::Older { found: 0, known: 1 }), "{refusal}");
}

#[tokio::test]
async fn what_is_no_database_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::folder(folder.path());
    fs::write(folder.path().join("hansa.db"), "not a database, but long enough to have a header ".repeat(100)).unwrap();
    for options in [Options::default(), read_only()] {
        let refusal = Db::open(&location, &options, HISTORY).await.unwrap_err();
        assert!(matches!(refusal, OpenError::NotADatabase(_)), "{refusal}");
    }
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let refusal = Db::open(&Location::folder(&file), &Options::default(), HISTORY).await.unwrap_err();
    assert!(refusal.to_string().contains("give a folder, not a file"), "{refusal}");
}

#[tokio::test]
async fn a_damaged_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::folder(folder.path());
    let db = Db::open(&location, &Options::default(), HISTORY).await.unwrap();
    let many: Vec<_> = (0..5_000).map(|n| item(&format!("{n:08}"), n)).collect();
    add(&db, many).await.unwrap();
    assert_eq!(db.integrity_findings().await.unwrap(), Vec::<String>::new());
    db.close().await.unwrap();

    let file = folder.path().join("hansa.db");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xa5);
    fs::write(&file, &bytes).unwrap();
    let db = Db::open(&location, &read_only(), HISTORY).await.unwrap();
    let found = db.integrity_findings().await;
    assert!(found.is_err() || found.is_ok_and(|findings| !findings.is_empty()));

    // A torn schema is refused at once.
    bytes[100..4096].fill(0xa5);
    fs::write(&file, &bytes).unwrap();
    let refusal = Db::open(&location, &Options::default(), HISTORY).await.unwrap_err();
    assert!(matches!(refusal, OpenError::Corrupt { .. } | OpenError::NotADatabase(_)), "{refusal}");
}

/// A full disk is real here: a file system of two megabytes.
#[tokio::test]
async fn a_full_disk_refuses_the_write_and_keeps_the_books() {
    let folder = SmallDisk(tempfile::tempdir().unwrap());
    let folder = &folder.0;
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(folder.path()).output();
    if !mount.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no right to mount a small file system");
        return;
    }
    let location = Location::folder(folder.path());
    let db = Db::open(&location, &Options::default(), HISTORY).await.unwrap();
    let fill = async |from: i64| -> Result<u64, DbErr> {
        let rows: Vec<_> = (from..from + 4_000).map(|n| item(&format!("{n:0100}"), n)).collect();
        add(&db, rows).await
    };
    let mut kept = 0;
    let refusal = loop {
        match fill(kept).await {
            Ok(written) => kept += i64::try_from(written).unwrap(),
            Err(error) => break error,
        }
    };
    let text = describe(&refusal);
    assert!(text.contains("nothing was written"), "{text}");
    assert_eq!(count(&db, "item").await, kept, "the failed transaction left nothing");
    // The connection is fit for use again: a small write either fits or is refused in the same words.
    let small = db.write(|tx| async move { tx.execute_unprepared("DELETE FROM item WHERE amount >= 0").await }).await;
    assert!(small.is_ok() || describe(&small.unwrap_err()).contains("nothing was written"));
    db.close().await.unwrap();
}

/// Unmounts its folder, whatever became of the test.
struct SmallDisk(TempDir);

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).output();
    }
}

/// SQLite rolls back by itself on a full disk; the next transaction must be a real one and not a savepoint of a lost one.
#[tokio::test]
async fn after_a_full_database_the_next_transaction_is_sound() {
    let database = TestDatabase::sqlite(HISTORY).await;
    let db = &database.db;
    let refused: Result<u64, DbErr> = db
        .write(|tx| async move {
            tx.execute_unprepared("PRAGMA max_page_count = 20").await?;
            let rows: Vec<_> = (0..20_000).map(|n| item(&format!("{n:0200}"), n)).collect();
            insert_rows(&tx, "item", &COLUMNS, rows, OnConflict::Fail).await
        })
        .await;
    assert!(describe(&refused.unwrap_err()).contains("the disk is full"));
    let failed: Result<(), DbErr> = db
        .write(|tx| async move {
            tx.execute_unprepared("PRAGMA max_page_count = 1000000").await?;
            insert_rows(&tx, "item", &COLUMNS, [item("gone", 1)], OnConflict::Fail).await?;
            Err(DbErr::Custom("refused".into()))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(count(db, "item").await, 0);
    let kept = add(db, vec![item("kept", 1)]).await.unwrap();
    assert_eq!((kept, count(db, "item").await), (1, 1));
}

#[tokio::test]
async fn a_backup_is_a_whole_database() {
    let database = TestDatabase::sqlite(HISTORY).await;
    add(&database.db, vec![item("a", 1)]).await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    let target = copy.path().join("hansa.db");
    database.db.backup_sqlite(&target).await.unwrap();
    assert!(database.db.backup_sqlite(&target).await.is_err(), "a backup is not overwritten");
    let restored = Db::open(&Location::folder(copy.path()), &Options::default(), HISTORY).await.unwrap();
    assert_eq!(count(&restored, "item").await, 1);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().to_string_lossy().replace('/', "%2F");
    let location: Location = format!("postgres://nobody@{socket}/hansa").parse().unwrap();
    let refusal = Db::open(&location, &Options::default(), HISTORY).await.unwrap_err();
    assert!(refusal.to_string().contains("does not answer"), "{refusal}");
}

#[tokio::test]
async fn a_read_only_server_handle_cannot_write() {
    let Some(database) = TestDatabase::postgres(HISTORY).await else {
        return;
    };
    let reader = Db::open(database.location(), &read_only(), HISTORY).await.unwrap();
    let row = vec![Value::from("sold")];
    let refusal = insert_rows(reader.read(), "event", &["what"], [row], OnConflict::Fail).await.unwrap_err();
    assert!(describe(&refusal).contains("accepts no writes"), "{refusal}");
}

/// A run of the whole suite starts one cluster and hands its address on; it must be gone afterwards.
#[test]
fn a_cluster_goes_with_its_handle() {
    let Ok(cluster) = Cluster::start() else {
        eprintln!("SKIPPED: no PostgreSQL server binaries");
        return;
    };
    let encoded = cluster.admin_url().split(['@', ':']).find(|part| part.starts_with("%2F")).unwrap().to_owned();
    let folder = encoded.replace("%2F", "/");
    assert!(fs::exists(&folder).unwrap());
    drop(cluster);
    assert!(!fs::exists(&folder).unwrap());
}
