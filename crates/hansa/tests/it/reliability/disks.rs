//! Full and read-only disks: a clear error, nothing half-written, and everything works once there is room again.

use std::fs;
use std::path::Path;
use std::process::Command;

use db::testing::TestDatabase;
use hansa::imports::mapping::ImportKind;
use hansa::imports::read::ReadOptions;
use hansa::imports::{Plan, run};
use hansa::schema::HISTORY;
use sea_orm::ConnectionTrait;
use tempfile::TempDir;

use crate::command_line::hansa;
use crate::town::Town;

/// Orders of many members, enough to fill a small disk.
fn orders(path: &Path, rows: usize) {
    let mut text = String::from("member,order,amount,currency,date\n");
    for row in 0..rows {
        text.push_str(&format!(
            "M{:03},SO{row},{}.00,CNY,2026-0{}-{:02}T04:00:00Z\n",
            row % 100,
            100 + row % 9_000,
            1 + row % 6,
            1 + row % 28
        ));
    }
    fs::write(path, text).unwrap();
}

fn plan(file: &Path) -> Plan {
    Plan {
        kind: ImportKind::parse("orders").unwrap(),
        files: vec![file.to_owned()],
        mapping: None,
        rejects: None,
        batch: 200,
        dry_run: false,
        known_members_only: false,
        parents_come: false,
        live: false,
        by: hansa::audit::By::machine(None),
        two: hansa::settings::Approvals::default(),
        read: ReadOptions::default(),
    }
}

/// SQLite refuses to grow its file beyond so many pages: what a full disk says, without filling one.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_fills_the_disk_leaves_whole_batches_only() {
    let test = TestDatabase::sqlite(HISTORY).await;
    let town = Town::on(test.db.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    orders(&file, 2_000);
    let pages = town.number("PRAGMA page_count").await;
    let limit = format!("PRAGMA max_page_count = {}", pages + 300);
    let limit = &limit;
    test.db.write(|tx| async move { tx.execute_unprepared(limit).await.map(drop) }).await.unwrap();
    let error = run(&town.app, &plan(&file), &|_, _| {}).await.unwrap_err().to_string();
    assert!(error.contains("the disk is full; nothing was written; free some space"), "{error}");
    let taken = town.size().await[0];
    assert!(taken > 0 && taken < 2_000 && taken % 200 == 0, "{taken} facts are no whole number of batches");
    town.sound().await;
    // There is room again: the same import takes up where it stopped.
    test.db.write(|tx| async move { tx.execute_unprepared("PRAGMA max_page_count = 1000000").await.map(drop) }).await.unwrap();
    let done = run(&town.app, &plan(&file), &|_, _| {}).await.unwrap();
    assert_eq!((done.rejected, done.unchanged), (0, u64::try_from(taken).unwrap()));
    assert_eq!(town.size().await[0], 2_000);
    town.sound().await;
}

/// A small file system of its own, gone when this is dropped.
struct Disk(TempDir);

impl Disk {
    /// `None`, with a note, where this user may not mount one.
    fn of(megabytes: u32) -> Option<Disk> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if !mounted.is_ok_and(|done| done.status.success()) {
            eprintln!("SKIPPED: this user may not mount a small disk");
            return None;
        }
        Some(Disk(folder))
    }

    fn remount(&self, options: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.0.path()).status().unwrap();
        assert!(done.success(), "remount,{options}");
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A disk left behind is the test machine's loss only.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_said_and_survived() {
    let Some(disk) = Disk::of(4) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    orders(&file, 6_000);
    let file = file.to_str().unwrap();
    let data = format!("{}/data", disk.path());
    let there = |args: &[&str]| hansa(&[&["--data", &data, "--now", "2026-07-01"], args].concat());
    there(&["program", "apply", crate::command_line::STANDARD]).ends(0);
    let refused = there(&["import", "orders", file, "--batch", "500"]).ends(1);
    assert!(refused.err.contains("disk is full") || refused.err.contains("disk failed"), "{}", refused.err);
    disk.remount("size=64m");
    there(&["verify"]).ends(0);
    there(&["import", "orders", file, "--batch", "500"]).ends(0);
    let verified = there(&["--json", "verify"]).ends(0).json();
    assert_eq!((&verified["facts"], &verified["findings"]), (&6_000.into(), &0.into()));
}

#[test]
fn a_read_only_folder_is_said_and_can_still_be_read() {
    let Some(disk) = Disk::of(16) else { return };
    let data = format!("{}/data", disk.path());
    let there = |args: &[&str]| hansa(&[&["--data", &data], args].concat());
    there(&["demo", "--members", "3", "--as-of", "2026-06-30", "--no-serve"]).ends(0);
    disk.remount("ro");
    let refused = there(&["evaluate"]).ends(1);
    assert!(refused.err.contains("read-only") || refused.err.contains("Read-only"), "{}", refused.err);
    let new = hansa(&["--data", &format!("{}/new", disk.path()), "evaluate"]).ends(1);
    assert!(new.err.contains("cannot be used"), "{}", new.err);
    there(&["verify"]).ends(0);
    there(&["report", "tiers"]).ends(0);
    disk.remount("rw");
    there(&["verify"]).ends(0);
}
