//! `import`: files in, dry runs, repetition, interruption, undo, rejects.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use super::{Place, STANDARD, command};

pub fn orders(count: usize) -> String {
    let mut text = String::from("member,order,amount,currency,date\n");
    for n in 0..count {
        writeln!(text, "M{:02},SO{n},{}.50,CNY,2026-0{}-{:02}T04:00:00Z", n % 40, 50 + n % 900, 1 + n % 6, 1 + n % 28).unwrap();
    }
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

/// A dry run writes nothing, the first run everything, the second (packed) nothing, the undo takes all of it back.
#[test]
fn an_import_is_tried_done_repeated_and_undone() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let plain = place.file("orders.csv", orders(300));
        let gz = place.file("orders.csv.gz", packed(&orders(300)));
        let size = async |town: &crate::town::Town| {
            (town.size().await, town.number("SELECT COUNT(*) FROM member").await, town.number("SELECT COUNT(*) FROM import").await)
        };
        let empty = place.inside(size);
        let tried = place.json(&["import", "orders", &plain, "--dry-run"]);
        assert_eq!(
            (&tried["accepted"], &tried["members_created"], &tried["id"]),
            (&300.into(), &40.into(), &serde_json::Value::Null),
            "{tried}"
        );
        assert!(place.run(&["import", "orders", &plain, "--dry-run"]).ends(0).out.contains("Nothing was written"));
        assert_eq!(place.inside(size), empty, "a dry run changes nothing");
        let done = place.json(&["import", "orders", &plain]);
        assert_eq!((&done["facts"]["order.completed"], &done["members_created"]), (&300.into(), &40.into()), "{done}");
        place.run(&["evaluate"]).ends(0);
        let before = place.inside(async |town| (town.size().await, town.outcome().await));
        let again = place.json(&["import", "orders", &gz]);
        assert_eq!((&again["unchanged"], &again["facts"]), (&300.into(), &serde_json::json!({})), "{again}");
        let after = place.inside(async |town| (town.size().await, town.outcome().await));
        assert_eq!(after.0, before.0);
        after.1.same_as(&before.1);
        let undone = place.json(&["import", "undo", done["id"].as_str().unwrap()]);
        assert_eq!((&undone["facts"], &undone["kept"]), (&300.into(), &40.into()), "{undone}");
        let left = "SELECT CAST(COALESCE(SUM(held + available + reserved), 0) AS BIGINT) FROM lot";
        assert_eq!(place.inside(async |town| town.number(left).await), 0, "nothing earned is left");
        let verified = place.json(&["verify"]);
        assert_eq!((&verified["findings"], &verified["members"]), (&0.into(), &40.into()));
        assert_eq!(place.json(&["import", "undo", done["id"].as_str().unwrap()])["facts"], 0, "once is enough");
    }
}

#[test]
fn rejected_rows_are_named_with_line_reason_and_text() {
    let place = Place::sqlite();
    place.run(&["program", "apply", STANDARD]).ends(0);
    let text = "member,order,amount,currency,date\nM1,SO1,10.00,CNY,2026-05-01\n,SO2,10.00,CNY,2026-05-01\nM1,SO3,ten,CNY,2026-05-01\n\
                M1,SO4,10.00,CNY,yesterday\nM1,SO5,10.00,Yuan,2026-05-01\nM1,SO6,20.00,CNY,2026-05-02\n";
    let file = place.file("orders.csv", text);
    let rejects = place.file("rejects.csv", "");
    let done = place.json(&["import", "orders", &file, "--rejects", &rejects]);
    assert_eq!((&done["lines"], &done["accepted"], &done["rejected"]), (&6.into(), &2.into(), &4.into()), "{done}");
    let written = std::fs::read_to_string(&rejects).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines.len(), 5, "a header and four rows: {written}");
    for (line, needle) in lines[1..].iter().zip([("3,", "SO2"), ("4,", "ten"), ("5,", "yesterday"), ("6,", "Yuan")]) {
        assert!(line.starts_with(needle.0) || line.contains(&format!(",{}", needle.0)), "{line}");
        assert!(line.contains(needle.1), "the original text: {line}");
    }
    assert!(place.run(&["import", "orders", &file, "--dry-run"]).ends(0).out.contains("4 rejected"));
    assert_eq!(place.json(&["verify"])["findings"], 0);
}

/// A parent may stand further down in the file, or in an earlier batch; one that does not exist, and a company that stands above itself, are refused.
#[test]
fn members_take_their_places_in_the_company_tree() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let text = "id,name,parent\nA1,a,Z9\nB1,b,C1\nC1,c,B1\nD1,d,D1\nE1,e,nobody\nF1,f,E1\nG1,g,A1\nZ9,z,\nH1,h,G1\n";
        let file = place.file("members.csv", text);
        let rejects = place.file("rejects.csv", "");
        for batch in ["1", "3", "2000"] {
            let tried = place.json(&["import", "members", &file, "--dry-run", "--batch", batch]);
            assert_eq!((&tried["accepted"], &tried["rejected"]), (&4.into(), &5.into()), "{batch}: {tried}");
        }
        let done = place.json(&["import", "members", &file, "--rejects", &rejects, "--batch", "2"]);
        assert_eq!((&done["accepted"], &done["rejected"], &done["members_created"]), (&4.into(), &5.into(), &4.into()), "{done}");
        let said = std::fs::read_to_string(&rejects).unwrap();
        for (line, why) in [
            (3, "is a subsidiary of `B1` itself"),
            (4, "is a subsidiary of `C1` itself"),
            (5, "a company is not its own parent"),
            (6, "there is no member `nobody`"),
            (7, "there is no member `E1`"),
        ] {
            let row = said.lines().find(|row| row.starts_with(&format!("{line},parent,"))).unwrap_or_else(|| panic!("{line}: {said}"));
            assert!(row.contains(why), "{row}");
        }
        let above =
            "SELECT COUNT(*) FROM member AS m JOIN member AS p ON p.id = m.parent_id WHERE m.id || p.id IN ('A1Z9', 'G1A1', 'H1G1')";
        assert_eq!(place.inside(async |town| town.number(above).await), 3);
        let later = place.file("later.csv", "id,name,parent\nZ9,z,H1\n");
        let refused = place.json(&["import", "members", &later]);
        assert_eq!(refused["rejected"], 1, "a circle with those that are there: {refused}");
    }
}

/// What makes an import impossible as a whole is said before anything is written down.
#[test]
fn an_import_that_cannot_begin_leaves_no_trace() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let good = place.file("orders.csv", orders(2));
        let bad = place.file("bad.csv", "colour,shape\nred,round\n");
        let map = place.file("map.toml", "kind = \"members\"\n[fields]\nid = \"member\"\nname = \"order\"\n");
        let wrong: [&[&str]; 5] = [
            &["import", "orders", "/nowhere/orders.csv"],
            &["import", "orders", &bad],
            &["import", "orders", &good, &bad],
            &["import", "orders", &good, "--map", &map],
            &["import", "orders", &good, "--rejects", "/nowhere/rejects.csv"],
        ];
        for arguments in wrong {
            let refused = place.run(arguments).ends(3);
            assert!(!refused.err.contains("has begun"), "{arguments:?}: {}", refused.err);
        }
        assert_eq!(place.inside(async |town| town.number("SELECT COUNT(*) FROM import").await), 0);
    }
}

#[test]
fn facts_of_unknown_members_are_rejected_when_asked() {
    let place = Place::sqlite();
    place.run(&["program", "apply", STANDARD]).ends(0);
    let file = place.file("orders.csv", orders(3));
    let done = place.json(&["import", "orders", &file, "--known-members-only"]);
    assert_eq!((&done["rejected"], &done["reasons"]["field `member`: there is no member `M01`"]), (&3.into(), &1.into()), "{done}");
}

/// Killed in the middle and run again: the same as run once.
#[test]
fn an_interrupted_import_run_again_is_as_if_run_once() {
    const ORDERS: i64 = 4_000;
    let (once, twice) = (Place::sqlite(), Place::sqlite());
    let text = orders(4_000);
    for place in [&once, &twice] {
        place.run(&["program", "apply", STANDARD]).ends(0);
    }
    let file = twice.file("orders.csv", &text);
    let args = twice.args(&["import", "orders", &file, "--batch", "50"]);
    let (mut taken, mut midway, mut patience) = (0, 0, 150);
    // How fast the machine is, is found out by trying.
    for _ in 0..20 {
        let mut process = command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(patience));
        process.kill().unwrap();
        process.wait().unwrap();
        let before = std::mem::replace(&mut taken, twice.inside(async |town| town.size().await[0]));
        assert_eq!(taken % 50, 0, "whole batches only");
        midway += u32::from(taken > before && taken < ORDERS);
        if midway == 3 || taken == ORDERS {
            break;
        }
        patience += if taken == before { 150 } else { 0 };
    }
    assert!(midway > 0, "no kill came in the middle of the import");
    for place in [&once, &twice] {
        let file = place.file("orders.csv", &text);
        let done = place.json(&["import", "orders", &file]);
        assert_eq!(done["accepted"], ORDERS);
        place.run(&["evaluate"]).ends(0);
        assert_eq!(place.json(&["verify"])["findings"], 0);
    }
    let outcome = |place: &Place| place.inside(async |town| town.outcome().await);
    outcome(&twice).same_as(&outcome(&once));
}

/// What happened elsewhere is on record and the ledger follows it; `--live` asks the rules first and rejects what they refuse, row by row.
#[test]
fn a_live_import_rejects_what_the_rules_do_not_allow() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let orders = "member,order,amount,currency,date\nM01,SO1,1000,CNY,2026-01-10T04:00:00Z\n";
        place.run(&["import", "orders", &place.file("orders.csv", orders)]).ends(0);
        let spends = "id,member,kind,occurred_at,unit,amount\n\
                      s1,M01,points.spent,2026-03-01T04:00:00Z,points,600\n\
                      s2,M01,points.spent,2026-03-02T04:00:00Z,points,600\n\
                      u1,M01,benefit.used,2026-03-03T04:00:00Z,points,1\n";
        let file = place.file("spends.csv", spends);
        let rejects = place.file("rejects.csv", "");
        let live = place.json(&["import", "facts", &file, "--live", "--rejects", &rejects]);
        assert_eq!((&live["accepted"], &live["rejected"], &live["facts"]["points.spent"]), (&1.into(), &2.into(), &1.into()), "{live}");
        let said = std::fs::read_to_string(&rejects).unwrap();
        assert!(said.contains("only 400 available, 600 needed") && said.contains("s2"), "{said}");
        place.run(&["import", "undo", live["id"].as_str().unwrap()]).ends(0);
        let recorded = place.json(&["import", "facts", &place.file("two.csv", spends.rsplit_once("u1").unwrap().0)]);
        assert_eq!((&recorded["accepted"], &recorded["rejected"]), (&2.into(), &0.into()), "{recorded}");
        assert!(place.run(&["explain", "M01", "--as-of", "2026-03-05"]).ends(0).out.contains("-200 available"));
        assert_eq!(place.json(&["verify"])["findings"], 0);
    }
}
