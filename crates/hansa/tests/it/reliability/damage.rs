//! Damaged databases: what is wrong is said, and nothing panics.

use std::fs;
use std::path::Path;

use db::testing::each;
use db::{Durability, Location, OpenError};
use hansa::app::{App, AppError};
use hansa::clock::Clock;
use hansa::schema::HISTORY;
use hansa::tiers::rebuild;
use hansa::verify::verify;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::ConnectionTrait;

use crate::town::{Enterprise, Town, at};

async fn open(folder: &Path) -> Result<App, AppError> {
    App::open(&Location::folder(folder), Durability::Full, Clock::Fixed(at("2026-07-01"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hansa.db"), vec![0x5a; 100_000]).unwrap();
    let error = open(folder.path()).await.err().expect("refused");
    assert!(error.to_string().contains("is not a SQLite database"), "{error}");
}

/// A closed database with some members in it.
async fn filled(folder: &Path) -> Vec<u8> {
    let app = open(folder).await.unwrap();
    hansa::program::apply(&app, crate::town::STANDARD, None, None, None).await.unwrap();
    let town = Town { app: app.clone() };
    for n in 0..6 {
        let acme = town.member(&format!("M{n}")).await;
        let orders: Vec<_> =
            (0..40).map(|order| acme.completion(&format!("2026-0{}-11", 1 + order % 6), &format!("SO{order}"), 5_000)).collect();
        town.bulk(&orders).await;
    }
    app.db.close().await.unwrap();
    fs::read(folder.join("hansa.db")).unwrap()
}

/// Opens and verifies a database file that was damaged; what came of it.
async fn look(bytes: &[u8]) -> Result<usize, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hansa.db"), bytes).unwrap();
    let app = open(folder.path()).await.map_err(|error| error.to_string())?;
    let found = verify(&app, |_| {}).await.map_err(|error| error.to_string())?;
    let town = Town { app: app.clone() };
    let acme = crate::town::Enterprise { town, id: "M1".into() };
    app.submit(acme.completion("2026-06-30", "new", 100)).await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    Ok(found.findings.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_damaged_in_its_middle_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let sound = filled(folder.path()).await;
    assert_eq!(look(&sound).await, Ok(0));
    let mut bytes = sound.clone();
    let (from, to) = (bytes.len() / 4, bytes.len() * 3 / 4);
    bytes[from..to].fill(0xa5);
    let said = look(&bytes).await.expect_err("half of the file is gone");
    assert!(said.contains("damaged") || said.contains("cannot be read"), "{said}");
    // Cut off in the middle, as after a copy that was interrupted.
    let said = look(&sound[..sound.len() / 2]).await.expect_err("half of the file is missing");
    assert!(said.contains("damaged"), "{said}");
}

/// A few flipped bytes anywhere: an error, a finding, or no harm (not every byte of a file says something); never a panic.
#[tokio::test(flavor = "multi_thread")]
async fn flipped_bytes_never_panic() {
    let folder = tempfile::tempdir().unwrap();
    let sound = filled(folder.path()).await;
    let mut chance = ChaCha8Rng::seed_from_u64(4);
    let mut noticed = 0;
    for _ in 0..25 {
        let mut bytes = sound.clone();
        for _ in 0..40 {
            let place = chance.random_range(4096..bytes.len());
            bytes[place] ^= 1 << chance.random_range(0..8);
        }
        let came = look(&bytes).await;
        assert!(!came.as_ref().is_err_and(|said| said.contains("panic")), "{came:?}");
        noticed += usize::from(came != Ok(0));
    }
    assert!(noticed > 0, "forty flipped bits are seldom without consequence");
}

/// Facts that arrive together are written together, but one damaged member must not keep the others out.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_state_names_its_member_and_spares_the_others() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        let before = town.outcome().await;
        let sql = match town.app.db.dialect() {
            db::Dialect::Sqlite => "UPDATE member_state SET state = x'ffffffff' WHERE member_id = '华东轴承'",
            db::Dialect::Postgres => "UPDATE member_state SET state = '\\xffffffff' WHERE member_id = '华东轴承'",
        };
        town.app.db.write(|tx| async move { tx.execute_unprepared(sql).await.map(drop) }).await.unwrap();
        let names: Vec<String> = (0..40).map(|n| format!("M{n}")).collect();
        town.members(&names).await;
        let mut crowd = tokio::task::JoinSet::new();
        for n in 0..80 {
            let id = if n % 4 == 0 { acme.id.clone() } else { names[n % 40].clone() };
            let fact = Enterprise { town: town.clone(), id: id.clone() }.completion("2026-03-02", &format!("SO{n}"), 100);
            let app = town.app.clone();
            crowd.spawn(async move { (id, app.submit(fact).await) });
        }
        for (id, answer) in crowd.join_all().await {
            if id == acme.id {
                let said = answer.unwrap_err().to_string();
                let needle = "member `华东轴承` cannot be judged, nobody else is affected: the state of member 华东轴承 cannot be read";
                assert!(said.contains(needle) && said.contains("`hansa evaluate --rebuild 华东轴承`"), "{said}");
            } else {
                answer.unwrap().unwrap();
            }
        }
        let found = town.verify().await;
        assert_eq!((found.members, found.findings.len()), (41, 1), "{:?}", found.findings);
        assert_eq!((found.findings[0].member.as_str(), found.findings[0].what), ("华东轴承", "unreadable"));
        rebuild(&town.app, &acme.id, town.app.now()).await.unwrap();
        town.evaluate("2026-07-01").await;
        town.sound().await;
        assert_eq!(town.tier(&acme.id, "buyer").await, "silver");
        assert!(town.outcome().await.transfers.iter().filter(|((id, _), _)| *id == acme.id).count() >= before.transfers.len());
        acme.completed("2026-03-02", "SO2", 100).await.unwrap();
        let nobody = rebuild(&town.app, "nobody", town.app.now()).await.unwrap_err();
        assert_eq!(nobody.to_string(), "there is no member `nobody`");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_left_alone() {
    each(HISTORY, async |db| {
        let location = db.location().clone();
        let sql = "INSERT INTO schema_migration VALUES (9999, 'from the future', 'x', 0)";
        db.write(|tx| async move { tx.execute_unprepared(sql).await.map(drop) }).await.unwrap();
        if matches!(location, Location::Folder(_)) {
            db.close().await.unwrap();
        }
        let refused = App::open(&location, Durability::Full, Clock::System).await.err().expect("refused");
        assert!(matches!(refused, AppError::Open(OpenError::Newer { found: 9999, .. })), "{refused}");
        assert!(refused.to_string().contains("use a newer hansa"), "{refused}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_writer_on_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).await.unwrap();
    let refused = open(folder.path()).await.err().expect("refused");
    assert!(matches!(refused, AppError::Open(OpenError::Locked { .. })), "{refused}");
    // Readers are welcome beside it, and the folder is free once the first has closed.
    App::open_read_only(&Location::folder(folder.path()), Clock::System).await.unwrap();
    first.db.close().await.unwrap();
    open(folder.path()).await.unwrap();
}
