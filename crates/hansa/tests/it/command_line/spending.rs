//! `points`: spending, reserving, restoring and adjusting on the command line.

use super::{Place, STANDARD};

/// A group with a hundred points and a subsidiary with thirty.
fn group(place: &Place) {
    place.run(&["program", "apply", STANDARD]).ends(0);
    let members = place.file("members.csv", "id,name,parent\nP,Group,\nB,Branch,P\n");
    place.run(&["import", "members", &members]).ends(0);
    for (member, points) in [("P", "100"), ("B", "30")] {
        let args = [
            "points", "adjust", member, "--unit", "points", "--amount", points, "--reason", "goodwill", "--id", member, "--by", "Chen Wei",
        ];
        let said = place.run(&args).ends(0).out;
        assert_eq!(said, format!("points.adjusted {member} is recorded. {member} has {points} points to spend, 0 set aside.\n"));
    }
}

#[test]
fn a_subsidiary_spends_what_its_parent_has() {
    for place in Place::each() {
        group(&place);
        let spend = |amount, id| ["points", "spend", "B", "--unit", "points", "--amount", amount, "--reference", "SO1", "--id", id];
        let refused = place.run(&spend("80", "s1")).ends(3);
        assert_eq!(refused.err, "only 30 available, 80 needed\n");
        let refused = place.run(&[&spend("500", "s1")[..], &["--pool"]].concat()).ends(3);
        assert_eq!(refused.err, "only 130 available in the company and its parents, 500 needed\n");
        let pooled = [&spend("80", "s1")[..], &["--pool"]].concat();
        let said = place.run(&pooled).ends(0).out;
        assert_eq!(
            said,
            "80 points are spent: s1.\n        30 of its own\n        50 of P, lot adjust:P\nB has 0 points to spend, 0 set aside.\n"
        );
        let again = place.json(&pooled);
        assert_eq!((&again["known"], &again["own"], &again["pooled"][0]["amount"]), (&true.into(), &30.into(), &50.into()), "{again}");
        assert!(place.run(&spend("70", "s1")).ends(3).err.contains("`s1` is the id of another fact"));
        let nobody = place.run(&["points", "spend", "nobody", "--unit", "points", "--amount", "1"]).ends(3);
        assert_eq!(nobody.err, "there is no member `nobody`\n");
        let miles = place.run(&["points", "spend", "B", "--unit", "miles", "--amount", "1"]).ends(3);
        assert!(miles.err.starts_with("--unit: the program has no unit `miles`; it has points, "), "{}", miles.err);
        for amount in ["0", "-5"] {
            assert!(place.run(&spend(amount, "s2")).ends(3).err.contains("amount"), "{amount}");
        }
        assert!(place.run(&spend("1.5", "s2")).ends(3).err.contains("`1.5` is not a whole number, and the unit has no smaller steps"));
        assert_eq!(place.json(&["verify"])["findings"], 0);
        assert!(place.run(&["statement", "B", "--to", "2026-07-02"]).ends(0).out.contains("spent"));
    }
}

#[test]
fn units_are_set_aside_committed_let_go_and_restored() {
    for place in Place::each() {
        group(&place);
        let left = |args: &[&str]| {
            let said = place.json(&[&["points"], args].concat());
            (said["left"]["available"].as_i64().unwrap(), said["left"]["reserved"].as_i64().unwrap(), said["known"].as_bool().unwrap())
        };
        let reserve = ["reserve", "P", "--unit", "points", "--amount", "60", "--id", "r1", "--until", "2026-08-01"];
        assert_eq!(left(&reserve), (40, 60, false));
        assert_eq!(left(&reserve), (40, 60, true));
        assert_eq!(left(&["commit", "P", "r1", "--amount", "50", "--id", "c1"]), (50, 0, false));
        assert!(place.run(&["points", "commit", "P", "r1"]).ends(3).err.contains("reservation `r1` has ended: it was "));
        assert_eq!(left(&["restore", "P", "r1", "--amount", "20"]), (70, 0, false));
        assert_eq!(left(&["restore", "P", "r1"]), (100, 0, false));
        assert_eq!(left(&["reserve", "P", "--unit", "points", "--amount", "100", "--id", "r2"]), (0, 100, false));
        assert_eq!(left(&["cancel", "P", "r2"]), (100, 0, false));
        assert_eq!(left(&["adjust", "P", "--unit", "points", "--amount", "-40", "--reason", "a mistake"]), (60, 0, false));
        assert!(place.run(&["points", "cancel", "B", "r2"]).ends(3).err.contains("member `B` has no reservation or redemption `r2`"));
        assert_eq!(place.json(&["verify"])["findings"], 0);
    }
}
