//! `demo`, `evaluate`, `verify`, `migrate`, and what is read and kept: `explain`, `statement`, `report`, `backup`, `restore`.

use super::{Place, STANDARD, hansa};
use crate::town::unlock;
use sea_orm::ConnectionTrait;

const DEMO: &[&str] = &["demo", "--members", "25", "--seed", "3", "--as-of", "2026-06-30", "--no-serve"];

/// Every command that reads works on a demo, with `--json` and without, on both databases, and a backup moves to the other one.
#[test]
fn a_demo_is_made_judged_read_and_kept() {
    let mut archives = Vec::new();
    let places: Vec<Place> = Place::each().collect();
    for place in &places {
        let made = place.json(DEMO);
        assert_eq!(made["members"], 25, "{made}");
        assert!(place.run(DEMO).ends(0).out.contains("has members already"));
        let evaluated = place.json(&["evaluate"]);
        assert!(evaluated["members_ticked"].is_u64(), "{evaluated}");
        assert!(place.run(&["evaluate"]).ends(0).out.contains("time passed for"));
        // What lapses does not come back, so nobody is brought to a day that has not come; the end of today is now.
        let ahead = place.run(&["evaluate", "--as-of", "2026-07-03"]).ends(3);
        assert!(ahead.err.contains("--as-of: 2026-07-03 has not come yet"), "{}", ahead.err);
        assert_eq!(place.json(&["evaluate", "--as-of", "2026-07-02"])["as_of"], evaluated["as_of"]);
        let verified = place.json(&["verify"]);
        assert_eq!((&verified["members"], &verified["findings"], &verified["outdated"]), (&25.into(), &0.into(), &0.into()));
        assert!(place.run(&["verify"]).ends(0).out.contains(" 0 differences"));
        for args in [
            &["explain", "M00001"][..],
            &["explain", "M00001", "--as-of", "2025-12-31"],
            &["statement", "M00001"],
            &["report", "tiers"],
            &["report", "liability"],
            &["report", "movers"],
        ] {
            assert!(!place.run(args).ends(0).out.is_empty(), "{args:?}");
            place.json(args);
        }
        let archive = place.file("archive.hansa", "");
        std::fs::remove_file(&archive).unwrap();
        assert!(place.json(&["backup", &archive])["rows"].as_u64().unwrap() > 100);
        assert!(place.run(&["restore", &archive]).ends(3).err.len() > 10, "only into an empty database");
        archives.push((archive, verified, place.json(&["report", "tiers"])));
    }
    let elsewhere: Vec<Place> = Place::each().collect();
    for ((place, from), (archive, verified, tiers)) in elsewhere.iter().zip(places.iter().rev()).zip(archives.iter().rev()) {
        let refused = place.run(&["restore", archive]).ends(3);
        assert!(refused.err.contains("key ring") && refused.err.contains("is not there"), "{}", refused.err);
        std::fs::create_dir_all(place.ring().parent().unwrap()).unwrap();
        std::fs::copy(from.ring(), place.ring()).unwrap();
        let restored = place.json(&["restore", archive]);
        assert!(restored["personal_keys"].as_u64().unwrap() > 10, "{restored}");
        assert_eq!(place.json(&["verify"]), *verified);
        assert_eq!(place.json(&["report", "tiers"]), *tiers);
    }
}

/// Past the database's refusal and with the books changed, `verify` ends with 4 and says what is wrong.
#[test]
fn verification_of_changed_books_ends_with_four() {
    for place in Place::each() {
        place.run(DEMO).ends(0);
        place.inside(async |town| {
            unlock(&town.app.db, "transfer").await;
            let sql = "UPDATE transfer SET amount = amount + 1 WHERE revision = 0 AND member_id = 'M00001'";
            town.app.db.write(|tx| async move { tx.execute_unprepared(sql).await }).await.unwrap();
        });
        let found = place.run(&["verify", "--findings", "1"]).ends(4);
        assert!(found.out.contains("M00001 transfer") && found.out.contains("recomputed:"), "{}", found.out);
        let json = place.run(&["verify", "--json"]).ends(4).json();
        assert!(json["findings"].as_u64().unwrap() > 0 && json["described"][0]["member"] == "M00001", "{json}");
    }
}

#[test]
fn a_new_program_leaves_members_outdated_until_they_are_evaluated() {
    let place = Place::sqlite();
    place.run(DEMO).ends(0);
    let stricter = place.file("stricter.toml", crate::town::STANDARD.replace("spend_12m >= 50000", "spend_12m >= 80000"));
    place.run(&["program", "apply", &stricter]).ends(0);
    assert_eq!(place.json(&["verify"])["outdated"], 25);
    assert_eq!(place.json(&["evaluate"])["members_replayed"], 25);
    assert_eq!(place.json(&["verify"])["outdated"], 0);
    assert_eq!(place.json(&["evaluate"])["members_replayed"], 0);
}

#[test]
fn migrating_makes_the_schema_once() {
    for place in Place::each() {
        let newest = hansa::schema::HISTORY.len();
        let first = place.json(&["migrate"]);
        assert_eq!((&first["from"], &first["to"]), (&0.into(), &newest.into()), "{first}");
        assert!(place.run(&["migrate"]).ends(0).out.contains("nothing to do"));
        place.inside(async |town| {
            let sql = "INSERT INTO schema_migration VALUES (9999, 'from the future', 'x', 0)";
            town.app.db.write(|tx| async move { tx.execute_unprepared(sql).await }).await.unwrap();
        });
        for args in [&["migrate"][..], &["verify"], &["program", "apply", STANDARD]] {
            assert!(place.run(args).ends(1).err.contains("use a newer hansa"), "{args:?}");
        }
    }
}

#[test]
fn a_second_writer_is_told_who_writes() {
    let place = Place::sqlite();
    place.inside(async |_| {
        let told = hansa(&place.args(&["migrate"])).ends(1);
        assert!(told.err.contains(&format!("(process {}) is writing in", std::process::id())), "{}", told.err);
    });
}
