//! A British gift wholesaler's year (UCI 352; Chen, Sain and Guo 2012) through the whole product.

use std::path::PathBuf;

use serde_json::json;

use super::Place;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/online-retail");

/// The data set, or `None`, visibly, where it is not installed.
#[expect(clippy::disallowed_methods, reason = "where the test data are is the machine's affair")]
fn data() -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var_os("HANSA_DATA_DIR").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = folder.join("online-retail/online_retail.csv.gz");
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there; set HANSA_DATA_DIR to the folder of test data", path.display());
        return None;
    }
    Some(path.to_str()?.to_owned())
}

fn whole_year(place: &Place, file: &str) {
    let (program, mapping) = (format!("{EXAMPLE}/program.toml"), format!("{EXAMPLE}/mapping.toml"));
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
}

#[test]
fn the_whole_year_gives_the_published_figures() {
    let Some(file) = data() else { return };
    whole_year(&Place::sqlite(), &file);
}

#[test]
#[ignore = "a minute more in an unoptimised build; SQLite runs the same statements"]
fn the_whole_year_gives_the_published_figures_on_postgresql() {
    let (Some(file), Some(place)) = (data(), Place::postgres()) else { return };
    whole_year(&place, &file);
}
