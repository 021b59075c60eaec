//! `import list`, `show` and `undo`: imports are found again, stopped, taken back and brought back.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::importing::orders;
use super::{Place, STANDARD, command};

/// What counts: transfers and decisions in force, and states, after everybody was judged.
fn outcome(place: &Place) -> crate::town::Outcome {
    place.run(&["evaluate"]).ends(0);
    place.inside(async |town| town.outcome().await)
}

/// Undone and imported again, any number of times: the facts count or do not, and nothing is ever there twice.
#[test]
fn an_undone_import_is_brought_back_by_importing_again() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let file = place.file("orders.csv", orders(200));
        let first = place.json(&["import", "orders", &file]);
        let full = outcome(&place);
        let earned = "SELECT CAST(COALESCE(SUM(held + available + reserved), 0) AS BIGINT) FROM lot";
        let all = place.inside(async |town| town.number(earned).await);
        assert!(all > 0);
        let mut last = first["id"].as_str().unwrap().to_owned();
        for round in 1..=3 {
            assert_eq!(place.json(&["import", "undo", &last])["facts"], 200, "round {round}");
            assert_eq!(place.inside(async |town| town.number(earned).await), 0);
            let tried = place.json(&["import", "orders", &file, "--dry-run"]);
            assert_eq!((&tried["brought_back"], &tried["unchanged"]), (&200.into(), &0.into()), "{tried}");
            assert_eq!(place.inside(async |town| town.number(earned).await), 0, "a dry run brings nothing back");
            let again = place.json(&["import", "orders", &file]);
            assert_eq!((&again["brought_back"], &again["unchanged"], &again["facts"]), (&200.into(), &0.into(), &json!({})), "{again}");
            outcome(&place).same_as(&full);
            let idle = place.json(&["import", "orders", &file]);
            assert_eq!((&idle["brought_back"], &idle["unchanged"]), (&0.into(), &200.into()), "{idle}");
            last = again["id"].as_str().unwrap().to_owned();
            // The first import is undone already; what came back belongs to the second.
            assert_eq!(place.json(&["import", "undo", first["id"].as_str().unwrap()])["facts"], 0);
            outcome(&place).same_as(&full);
        }
        assert!(place.run(&["import", "undo", &last]).ends(0).out.starts_with("200 facts no longer count"));
        assert!(place.run(&["import", "orders", &file]).ends(0).out.contains("       200 brought back after an undo\n"));
        assert_eq!(place.inside(async |town| town.number(earned).await), all);
        assert_eq!(place.json(&["verify"])["findings"], 0);
        let told = ["begin_import", "end_import", "undo_import"].map(|action| {
            let sql =
                format!("SELECT COUNT(*) FROM audit WHERE action = '{action}' AND actor = 'command-line' AND subject LIKE 'import:%'");
            place.inside(async |town| town.number(&sql).await)
        });
        assert_eq!(told, [8, 8, 4], "the audit tells of each, and of a second undo nothing");
    }
}

/// What somebody corrected or retracted by a fact of their own stays so: importing the file again is no opinion on it.
#[test]
fn what_others_retracted_is_not_brought_back() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let file = place.file("orders.csv", orders(3));
        let done = place.json(&["import", "orders", &file]);
        let wrong =
            "id,member,kind,occurred_at,corrects,reason\nR1,M01,fact.retracted,2026-06-30,import:order.completed:SO1,never delivered\n";
        let wrong = place.file("wrong.csv", wrong);
        assert_eq!(place.json(&["import", "facts", &wrong])["facts"]["fact.retracted"], 1);
        let before = outcome(&place);
        assert_eq!(place.json(&["import", "orders", &file])["brought_back"], 0);
        outcome(&place).same_as(&before);
        place.run(&["import", "undo", done["id"].as_str().unwrap()]).ends(0);
        assert_eq!(place.json(&["import", "orders", &file])["brought_back"], 3);
        outcome(&place).same_as(&before);
        assert_eq!(place.json(&["verify"])["findings"], 0);
    }
}

/// Members and contacts that an undo removed are made again, and those it put back are changed again.
#[test]
fn members_and_contacts_come_back_too() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let old = place.file("old.csv", "id,name\nM1,Acme\n");
        place.run(&["import", "members", &old]).ends(0);
        let members = place.file("members.csv", "id,name\nM1,Acme Bearings\nM2,Delta\n");
        let contacts = place.file("contacts.csv", "id,member,name\nC1,M1,Li\nC2,M2,Wang\n");
        let names = async |town: &crate::town::Town| {
            let count = "SELECT COUNT(*) FROM contact";
            let named = "SELECT COUNT(*) FROM member WHERE name IN ('Acme Bearings', 'Delta')";
            (town.number(count).await, town.number(named).await)
        };
        for _ in 0..2 {
            let first = place.json(&["import", "members", &members]);
            assert_eq!((&first["members_created"], &first["members_changed"]), (&1.into(), &1.into()), "{first}");
            let second = place.json(&["import", "contacts", &contacts]);
            assert_eq!(second["contacts_created"], 2);
            assert_eq!(place.inside(names), (2, 2));
            let undone = place.json(&["import", "undo", second["id"].as_str().unwrap()]);
            assert_eq!(undone["removed"], 2, "{undone}");
            let undone = place.json(&["import", "undo", first["id"].as_str().unwrap()]);
            assert_eq!((&undone["removed"], &undone["restored"]), (&1.into(), &1.into()), "{undone}");
            assert_eq!(place.inside(names), (0, 0));
        }
        let first = place.json(&["import", "members", &members]);
        place.run(&["import", "undo", first["id"].as_str().unwrap()]).ends(0);
        place.run(&["import", "members", &members]).ends(0);
        // A second undo of the first import must not take back what the second did.
        assert_eq!(place.json(&["import", "undo", first["id"].as_str().unwrap()])["restored"], 0);
        assert_eq!(place.inside(names), (0, 2));
    }
}

#[test]
fn imports_are_listed_newest_first_and_shown() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        assert_eq!(place.json(&["import", "list"]), json!([]));
        let file = place.file("orders.csv", orders(30) + "M01,,1.00,CNY,2026-05-01\n");
        let ran = place.run(&["import", "orders", &file]).ends(0);
        let other = place.file("members.csv", "id,name\nM90,Delta\n");
        let members = place.json(&["import", "members", &other]);
        let listed = place.json(&["import", "list"]);
        assert_eq!(
            (&listed[0]["id"], &listed[0]["kind"], &listed[0]["state"]),
            (&members["id"], &"members".into(), &"done".into()),
            "{listed}"
        );
        let id = listed[1]["id"].as_str().unwrap();
        assert!(ran.err.contains(&format!("Import {id} has begun")), "{}", ran.err);
        assert_eq!(listed[1]["wrote"]["facts"], json!({ "order.completed": 30 }));
        assert_eq!(listed[1]["said"]["rejected"], 1);
        assert_eq!(listed[1]["begun"], "2026-07-01T23:59:59Z");
        assert_eq!(place.json(&["import", "list", "--limit", "1"]).as_array().unwrap().len(), 1);
        place.run(&["import", "undo", id]).ends(0);
        let shown = place.json(&["import", "show", id]);
        assert_eq!((&shown["state"], &shown["undone"]), (&"undone".into(), &"2026-07-01T23:59:59Z".into()), "{shown}");
        let page = place.run(&["import", "show", id]).ends(0).out;
        assert!(page.contains("        30 order.completed recorded") && page.contains("import the same files again"), "{page}");
        assert!(place.run(&["import", "list"]).ends(0).out.contains("orders.csv"));
        assert!(place.run(&["import", "list", "--format", "csv"]).ends(0).out.starts_with("id,kind,files,begun,ended,state,"));
        for args in [&["import", "show", "imp_none"][..], &["import", "undo", "imp_none"]] {
            assert!(place.run(args).ends(3).err.contains("there is no import `imp_none`"), "{args:?}");
        }
        assert!(place.run(&["import", "ordres", &file]).ends(3).err.contains("`ordres` cannot be imported"));
        place.run(&["import", "orders"]).ends(2);
    }
}

/// An import that was killed said its id at its start, is listed as interrupted with what it wrote, and can be undone.
#[test]
fn a_killed_import_is_found_and_undone() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let file = place.file("orders.csv", orders(60));
        let done = place.json(&["import", "orders", &file]);
        let id = done["id"].as_str().unwrap();
        let alter = |sql: &str| {
            place.inside(async |town| {
                town.app.db.write(|tx| async move { tx.execute_unprepared(sql).await }).await.unwrap();
            });
        };
        // Midway: batches are committed, and nothing was said at the end.
        alter("UPDATE import SET finished_at = NULL, counts = '{}'");
        assert_eq!(place.json(&["import", "list"])[0]["state"], "running");
        assert!(place.run(&["import", "show", id]).ends(0).out.contains("it is running, last seen "));
        // As a kill leaves it: three minutes later it has not been heard of.
        alter("UPDATE import SET seen_at = seen_at - 180000000");
        let listed = place.json(&["import", "list"]);
        assert_eq!((&listed[0]["state"], &listed[0]["wrote"]["facts"]["order.completed"]), (&"interrupted".into(), &60.into()), "{listed}");
        assert!(place.run(&["import", "show", id]).ends(0).out.contains("not by itself: it was killed or failed, last seen "));
        assert_eq!(place.json(&["import", "undo", id])["facts"], 60);
        assert_eq!(place.json(&["import", "list"])[0]["state"], "undone");
    }
}

/// Ctrl-C: the batch in hand is finished, what was done is said, and the same command goes on.
#[test]
#[cfg(unix)]
fn ctrl_c_ends_an_import_after_the_batch_in_hand() {
    const ORDERS: i64 = 4_000;
    let (mut patience, mut midway) = (300, false);
    for _ in 0..8 {
        let place = Place::sqlite();
        place.run(&["program", "apply", STANDARD]).ends(0);
        let file = place.file("orders.csv", orders(4_000));
        let args = place.args(&["--json", "import", "orders", &file, "--batch", "50"]);
        let mut process = command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let id = line.split_whitespace().nth(1).unwrap().to_owned();
        std::thread::sleep(Duration::from_millis(patience));
        assert!(Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap().success());
        let mut out = String::new();
        process.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        let code = process.wait().unwrap().code();
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
        assert_eq!(answer["id"], id.as_str());
        let written = answer["facts"]["order.completed"].as_i64().unwrap_or(0);
        assert_eq!((written % 50, answer["accepted"].as_i64()), (0, Some(written)), "whole batches: {answer}");
        if code == Some(0) || written == 0 {
            // How fast the machine is, is found out by trying.
            patience = if written == 0 { patience * 2 } else { patience / 2 };
            continue;
        }
        midway = true;
        assert_eq!((code, &answer["interrupted"]), (Some(130), &true.into()), "{answer}");
        assert!(written < ORDERS);
        assert_eq!(place.json(&["import", "list"])[0]["state"], "interrupted");
        let on = place.json(&["import", "orders", &file]);
        assert_eq!((&on["unchanged"], &on["facts"]["order.completed"]), (&written.into(), &(ORDERS - written).into()), "{on}");
        break;
    }
    assert!(midway, "no Ctrl-C came in the middle of the import");
}
