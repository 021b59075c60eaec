//! Real trade through the whole product: a British gift wholesaler's year (UCI 352; Chen, Sain and Guo 2012), and three years of the
//! distributor of the classicmodels database.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use super::Place;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");

/// The data set, or `None`, visibly, where it is not installed.
#[expect(clippy::disallowed_methods, reason = "where the test data are is the machine's affair")]
fn data(name: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var_os("HANSA_DATA_DIR").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there; set HANSA_DATA_DIR to the folder of test data", path.display());
        return None;
    }
    Some(path.to_str()?.to_owned())
}

fn whole_year(place: &Place, file: &str) {
    let example = format!("{EXAMPLES}/online-retail");
    let (program, mapping) = (format!("{example}/program.toml"), format!("{example}/mapping.toml"));
    place.run(&["program", "apply", &program]).ends(0);
    let done = place.json(&["import", "order-lines", file, "--map", &mapping, "--rejects", &place.file("rejects.csv", "")]);
    assert_eq!((&done["lines"], &done["rejected"], &done["accepted"]), (&541_909.into(), &135_080.into(), &406_829.into()));
    assert_eq!(done["members_created"], 4_372);
    // Exactly 8 911 407.904 and 611 342.09 before each invoice is rounded to pence.
    assert_eq!(done["in_file"]["order.completed"], json!({ "facts": 18_536, "amount_minor": 891_140_790 }));
    assert_eq!(done["in_file"]["order.refunded"], json!({ "facts": 3_654, "amount_minor": 61_134_209 }));
    place.run(&["evaluate", "--as-of", "2011-12-09"]).ends(0);
    let simulated = place.json(&["program", "simulate", &program, "--as-of", "2011-12-09"]);
    assert_eq!((&simulated["equal"], &simulated["members"]), (&true.into(), &4_372.into()));
    let verified = place.json(&["verify"]);
    assert_eq!((&verified["findings"], &verified["facts"]), (&0.into(), &22_190.into()), "{verified}");
    // Who stands where on the last day, what is owed to members, and why its best customer stands at the top.
    assert_eq!(tiers(place, "2011-12-09"), [("member", 2_687), ("silver", 1_468), ("gold", 195), ("platinum", 22)].map(named));
    assert!(place.run(&["report", "liability", "--as-of", "2011-12-09"]).ends(0).err.contains("net liability: 42 113.46 GBP"));
    let told = place.run(&["explain", "14646", "--as-of", "2011-12-09", "--all"]).ends(0).out;
    for sentence in [
        "Trade: Platinum since 2011-01-19",
        "Points: 516 853 available, 23 455 held",
        "spend_12m: 279 489.02",
        "rose from Silver to Platinum",
    ] {
        assert!(told.contains(sentence), "no `{sentence}` in {told}");
    }
}

fn named((tier, members): (&str, i64)) -> (String, i64) {
    (tier.to_owned(), members)
}

fn tiers(place: &Place, as_of: &str) -> Vec<(String, i64)> {
    let rows = place.json(&["report", "tiers", "--as-of", as_of]);
    let rows = rows.as_array().expect("a list of rows").iter();
    rows.map(|row| (row["tier"].as_str().expect("a tier").to_owned(), row["members"].as_i64().expect("a number"))).collect()
}

/// Members, contacts, orders and payments of a distributor, by the converter and the program that ship with the example.
#[test]
fn three_years_of_a_distributor_are_judged_on_both_databases() {
    let Some(dump) = data("classicmodels/mysqlsampledatabase.sql") else { return };
    let example = format!("{EXAMPLES}/classicmodels");
    let folder = tempfile::tempdir().expect("a folder");
    let Ok(run) = Command::new("python3").arg(format!("{example}/convert.py")).arg(&dump).arg(folder.path()).output() else {
        eprintln!("SKIPPED: there is no python3");
        return;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    for place in Place::each() {
        place.run(&["program", "apply", &format!("{example}/program.toml")]).ends(0);
        for (kind, lines) in [("members", 122), ("contacts", 122), ("order-lines", 2_996), ("facts", 279)] {
            let file = folder.path().join(format!("{kind}.csv"));
            let done = place.json(&["import", kind, file.to_str().expect("Unicode"), "--map", &format!("{example}/{kind}.toml")]);
            assert_eq!((&done["accepted"], &done["rejected"]), (&lines.into(), &0.into()), "{kind}");
        }
        place.run(&["evaluate", "--as-of", "2005-05-31"]).ends(0);
        assert_eq!(tiers(&place, "2005-05-31"), [("dealer", 52), ("partner", 43), ("key-account", 3)].map(named));
        assert!(place.run(&["report", "liability", "--as-of", "2005-05-31"]).ends(0).err.contains("net liability: 85 588.90 USD"));
        let verified = place.json(&["verify"]);
        assert_eq!((&verified["findings"], &verified["facts"], &verified["members"]), (&0.into(), &605.into(), &122.into()), "{verified}");
    }
}

#[test]
fn the_whole_year_gives_the_published_figures() {
    let Some(file) = data("online-retail/online_retail.csv.gz") else { return };
    whole_year(&Place::sqlite(), &file);
}

#[test]
fn the_whole_year_gives_the_published_figures_on_postgresql() {
    let (Some(file), Some(place)) = (data("online-retail/online_retail.csv.gz"), Place::postgres()) else { return };
    whole_year(&place, &file);
}
