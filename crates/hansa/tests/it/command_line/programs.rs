//! `program …`: checking, showing, comparing, simulating, applying, going back.

use super::{Place, STANDARD, hansa};
use crate::town;

const GENEROUS: (&str, &str) = ("spend_12m >= 50000 or", "spend_12m >= 500 or");

#[test]
fn mistakes_are_named_with_file_line_and_column() {
    let place = Place::sqlite();
    let wrong = place.file("wrong.toml", town::STANDARD.replace("value = \"amount\"", "value = \"amuont\""));
    let refused = hansa(&["program", "check", &wrong]).ends(3);
    let first = refused.err.lines().next().unwrap();
    let place_of = first.strip_prefix(&format!("{wrong}:")).expect("the file comes first");
    let mut parts = place_of.splitn(3, ':');
    let (line, column) = (parts.next().unwrap(), parts.next().unwrap());
    assert!(line.parse::<u32>().unwrap() > 1 && column.parse::<u32>().unwrap() >= 1, "{first}");
    assert!(first.contains("amuont") && first.contains("did you mean `amount`?"), "{first}");
    let json = hansa(&["--json", "program", "check", &wrong]).ends(3).json();
    assert_eq!(json["ok"], false);
    assert!(json["problems"][0]["line"].is_u64(), "{json}");
    // The same mistakes are refused wherever a program is given, and nothing is made.
    for args in [&["program", "apply", &wrong][..], &["program", "simulate", &wrong]] {
        assert!(place.run(args).ends(3).err.contains("did you mean `amount`?"));
    }
    hansa(&["program", "check", "/nowhere/program.toml"]).ends(3);
}

#[test]
fn the_program_that_ships_has_no_mistakes() {
    assert!(hansa(&["program", "check", STANDARD]).ends(0).out.contains("no mistakes"));
    let json = hansa(&["program", "check", STANDARD, "--json"]).ends(0).json();
    assert_eq!((&json["ok"], &json["program"]), (&true.into(), &"standard".into()));
}

#[test]
fn a_program_is_applied_compared_simulated_and_rolled_back() {
    for place in Place::each() {
        let generous = place.file("generous.toml", town::STANDARD.replace(GENEROUS.0, GENEROUS.1));
        assert!(place.run(&["evaluate"]).ends(3).err.contains("no program has been applied yet"));
        assert_eq!(place.json(&["program", "apply", STANDARD, "--by", "王芳", "--note", "first"])["number"], 1);
        assert_eq!(place.json(&["program", "apply", STANDARD])["unchanged"], true);
        assert_eq!(place.run(&["program", "show"]).ends(0).out.trim_end(), town::STANDARD.trim_end());
        assert_eq!(place.json(&["program", "show", "--version", "1"])["source"], town::STANDARD);
        assert!(place.run(&["program", "diff", STANDARD]).ends(0).out.contains("says the same"));
        let differences = place.json(&["program", "diff", &generous]);
        assert_eq!(differences["differences"][0]["at"], "track.buyer.tier.silver.enter", "{differences}");
        let rows = "member,order,amount,currency,date\nM1,SO1,900.00,CNY,2026-05-01T04:00:00Z\nM2,SO2,60000.00,CNY,2026-05-01T04:00:00Z\n";
        let orders = place.file("orders.csv", rows);
        place.run(&["import", "orders", &orders]).ends(0);
        place.run(&["evaluate"]).ends(0);
        assert!(place.run(&["program", "simulate", STANDARD]).ends(0).out.contains("Exactly as it stands"));
        assert_eq!(place.json(&["program", "simulate", STANDARD])["equal"], true);
        let moves = place.json(&["program", "simulate", &generous]);
        assert_eq!(
            (&moves["equal"], &moves["moves"][0]["to"], &moves["moves"][0]["members"]),
            (&false.into(), &"silver".into(), &1.into()),
            "{moves}"
        );
        assert!(place.run(&["program", "simulate", &generous]).ends(0).out.contains("M1 buyer: basic → silver"));
        // A version that would change the past must say so.
        let refused = place.run(&["program", "apply", &generous, "--from", "2026-01-01"]).ends(3);
        assert!(refused.err.contains("would change the past"), "{}", refused.err);
        assert_eq!(place.json(&["program", "apply", &generous])["number"], 2);
        place.run(&["evaluate", "--as-of", "2026-07-02"]).ends(0);
        assert_eq!(place.json(&["verify"])["findings"], 0);
        assert!(place.run(&["program", "rollback", "7"]).ends(3).err.contains("versions 1 to 2 exist"));
        assert_eq!(place.json(&["program", "rollback", "1", "--by", "王芳"])["number"], 3);
        let history = place.json(&["program", "history"]);
        assert_eq!((history.as_array().unwrap().len(), &history[2]["note"]), (3, &"back to version 1".into()));
        assert_eq!(place.run(&["program", "history"]).ends(0).out.lines().count(), 3);
        place.run(&["evaluate", "--as-of", "2026-07-02"]).ends(0);
        assert_eq!(place.json(&["verify"])["findings"], 0);
    }
}

#[test]
fn what_is_no_command_line_ends_with_two() {
    for args in
        [&["frobnicate"][..], &[], &["program"], &["import", "orders"], &["evaluate", "--as-off", "x"], &["program", "rollback", "one"]]
    {
        let ended = hansa(args).ends(2);
        assert!(!ended.err.is_empty() && ended.out.is_empty(), "{ended:?}");
    }
    assert!(hansa(&["--help"]).ends(0).out.contains("verify"));
    hansa(&["--version"]).ends(0);
}

#[test]
fn refusals_end_with_three_and_failures_with_one() {
    let place = Place::sqlite();
    let missing = place.run(&["verify"]).ends(1);
    assert!(missing.err.contains("there is no database in"), "{}", missing.err);
    hansa(&["--database-url", "mysql://localhost/x", "verify"]).ends(3);
    let unreachable = hansa(&["--database-url", "postgres://hansa:secret@127.0.0.1:1/x", "verify"]).ends(1);
    assert!(unreachable.err.contains("cannot be opened") && !unreachable.err.contains("secret"), "{}", unreachable.err);
    place.run(&["program", "apply", STANDARD]).ends(0);
    place.run(&["evaluate", "--as-of", "soon"]).ends(3);
    place.run(&["--durability", "none", "evaluate"]).ends(3);
    place.run(&["import", "unicorns", STANDARD]).ends(3);
    place.run(&["import", "orders", "/nowhere.csv"]).ends(3);
    place.run(&["import", "undo", "imp_nothing"]).ends(3);
    assert!(place.run(&["explain", "nobody"]).ends(3).err.contains("there is no member `nobody`"));
}
