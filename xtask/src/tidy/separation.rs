//! Who may know whom: crates, and features inside the product.

use super::Finding;
use super::purity::dependencies;
use super::source::{Repository, words};

/// Which of our crates each crate may use; one that is not listed may use all.
const MAY_USE: &[(&str, &[&str])] = &[("ledger", &[]), ("program", &["ledger"]), ("db", &[])];

/// Words that only a feature would say. (`order`, `point`, `program` and `import` have everyday meanings and are left out.)
const FEATURE_WORDS: &[&str] = &[
    "accrual",
    "benefit",
    "benefits",
    "contact",
    "contacts",
    "entitlement",
    "fact",
    "facts",
    "lot",
    "lots",
    "member",
    "members",
    "mission",
    "missions",
    "redemption",
    "tier",
    "tiers",
];

/// Our crates use each other only as the map allows.
pub fn crates(repository: &Repository) -> Vec<Finding> {
    let ours: Vec<&str> = repository.below("crates/", "/Cargo.toml").filter_map(|(path, _)| path.split('/').nth(1)).collect();
    let mut findings = Vec::new();
    for (name, allowed) in MAY_USE {
        let path = format!("crates/{name}/Cargo.toml");
        for package in dependencies(repository, &path) {
            if ours.contains(&package.as_str()) && !allowed.contains(&package.as_str()) {
                findings.push(Finding::new(&path, 0, format!("crate `{name}` must not know `{package}`")));
            }
        }
    }
    findings
}

/// `db` stores anything and knows nothing of what it stores.
pub fn db_names_no_feature(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, number, line) in repository.product_lines("crates/db/src/") {
        if let Some(word) = words(line).find(|word| FEATURE_WORDS.contains(word)) {
            findings.push(Finding::new(path, number, format!("`db` knows no feature, but says `{word}`")));
        }
    }
    findings
}

/// A feature's SQL is its own: `store` is a private module, so that the compiler keeps the other features out. What a feature offers of
/// it is named one by one, never by a glob.
pub fn stores_are_private(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, number, line) in repository.product_lines("crates/hansa/src/") {
        if opens_store(line) {
            let message = "a feature's `store` is private: offer an operation that takes the caller's transaction";
            findings.push(Finding::new(path, number, message));
        } else if let Some(other) = foreign_store(path, line) {
            findings.push(Finding::new(path, number, format!("this is the `store` of feature `{other}`: call an operation of it")));
        }
    }
    findings
}

/// Whether a line lets others see the module `store` or everything in it.
fn opens_store(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix("pub") else {
        return false;
    };
    let item = rest.split_once(") ").map_or(rest, |(_, item)| item).trim_start();
    let names: Vec<&str> = words(item).collect();
    match names.as_slice() {
        ["mod", "store", ..] | ["use", "store"] | ["use", "self", "store"] => true,
        ["use", ..] => item.contains("store::*"),
        _ => false,
    }
}

/// The other feature whose store a line reaches into, e.g. `points` in `crate::points::store::find`.
fn foreign_store<'a>(path: &str, line: &'a str) -> Option<&'a str> {
    let own = path.strip_prefix("crates/hansa/src/")?.split('/').next()?;
    let rest = &line[line.find("crate::")? + "crate::".len()..];
    let (feature, inside) = rest.split_once("::")?;
    let reached = words(inside).next() == Some("store") || (inside.starts_with('{') && words(inside).any(|word| word == "store"));
    (reached && feature != own).then_some(feature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_knows_none_of_our_crates() {
        let findings = crates(&Repository::of(&[
            ("crates/ledger/Cargo.toml", "[dependencies]\ndb.workspace = true\n"),
            ("crates/program/Cargo.toml", "[dependencies]\nledger.workspace = true\n"),
            ("crates/db/Cargo.toml", ""),
        ]));
        assert_eq!(findings, [Finding::new("crates/ledger/Cargo.toml", 0, "crate `ledger` must not know `db`")]);
    }

    #[test]
    fn db_may_order_rows_but_not_name_members() {
        let source = "/// Rows of a member.\nlet sql = \"SELECT 1 ORDER BY 1\";\nlet table = \"member\";\n";
        let findings = db_names_no_feature(&Repository::of(&[("crates/db/src/rows.rs", source)]));
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn a_store_that_others_could_reach_is_found() {
        let source = "mod store;\npub mod store;\npub(crate) mod store;\npub use store::*;\npub use self::store;\npub use store::{find, put};\n\
                      use crate::points::store::find;\nuse crate::points::{find, store};\nuse crate::members::store;\n";
        let findings = stores_are_private(&Repository::of(&[("crates/hansa/src/members/mod.rs", source)]));
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2, 3, 4, 5, 7, 8]);
    }
}
