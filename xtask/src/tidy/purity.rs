//! Pure crates decide, and nothing else: no I/O, no async, no clock, no randomness.

use super::Finding;
use super::source::Repository;

/// The crates that decide.
pub const PURE: &[&str] = &["ledger", "program"];

/// Packages that do I/O, wait, or draw lots.
const IMPURE_PACKAGES: &[&str] = &[
    "async-trait",
    "axum",
    "clap",
    "fastrand",
    "futures",
    "futures-util",
    "getrandom",
    "hyper",
    "log",
    "parquet",
    "rand",
    "rand_chacha",
    "reqwest",
    "rusqlite",
    "sea-orm",
    "sea-orm-migration",
    "sqlx",
    "tempfile",
    "tokio",
    "tracing",
    "uuid",
];

/// Modules of the standard library that reach outside the process or start other work.
const IMPURE_MODULES: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread"];

/// Texts that read a clock, wait, draw lots or print.
const IMPURE_TEXTS: &[&str] = &[
    "SystemTime",
    "Utc::now",
    "Local::now",
    "Instant::now",
    "thread_rng",
    "rand::",
    "async fn",
    "async move",
    ".await",
    "println!",
    "eprintln!",
    "print!(",
    "dbg!",
];

/// Manifests of pure crates name no impure package among what the product uses.
pub fn manifests(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in PURE {
        let path = format!("crates/{name}/Cargo.toml");
        for package in dependencies(repository, &path) {
            if IMPURE_PACKAGES.contains(&package.as_str()) {
                findings.push(Finding::new(&path, 0, format!("crate `{name}` is pure and must not use `{package}`")));
            }
        }
    }
    findings
}

/// Names of the packages a manifest's product code depends on.
pub fn dependencies(repository: &Repository, path: &str) -> Vec<String> {
    let manifest = repository.text(path).and_then(|text| toml::from_str::<toml::Table>(text).ok()).unwrap_or_default();
    let tables = ["dependencies", "build-dependencies"].iter().filter_map(|key| manifest.get(*key)?.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

/// Sources of pure crates reach for nothing outside their arguments.
pub fn sources(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in PURE {
        for (path, number, line) in repository.product_lines(&format!("crates/{name}/src/")) {
            if let Some(what) = impure(line) {
                let message = format!("crate `{name}` is pure: `{what}` belongs to the caller, pass its result in");
                findings.push(Finding::new(path, number, message));
            }
        }
    }
    findings
}

fn impure(line: &str) -> Option<String> {
    if let Some(text) = IMPURE_TEXTS.iter().find(|text| line.contains(**text)) {
        return Some((*text).to_owned());
    }
    for (at, _) in line.match_indices("std::") {
        let rest = &line[at + "std::".len()..];
        let named: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => group.split([',', '}']).map(|item| item.trim().split(':').next().unwrap_or("")).collect(),
            None => rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').take(1).collect(),
        };
        if let Some(module) = named.into_iter().find(|module| IMPURE_MODULES.contains(module)) {
            return Some(format!("std::{module}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<&str>) {
        assert_eq!(impure(line).as_deref(), expected, "{line}");
    }

    #[test]
    fn clocks_files_and_chance_are_found() {
        check("use std::fs;", Some("std::fs"));
        check("use std::{collections::BTreeMap, env, sync::Arc};", Some("std::env"));
        check("let now = chrono::Utc::now();", Some("Utc::now"));
        check("pub async fn settle() {", Some("async fn"));
        check("use std::collections::BTreeMap;", None);
        check("use std::fmt::Write;", None);
        check("fn operand(left: i64) -> i64 {", None);
    }

    #[test]
    fn a_pure_crate_must_not_depend_on_a_database() {
        let manifest = "[dependencies]\nserde.workspace = true\nsqlx = \"0.9\"\n[dev-dependencies]\ntempfile = \"3\"\n";
        let findings = manifests(&Repository::of(&[("crates/ledger/Cargo.toml", manifest)]));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].message.contains("`sqlx`"));
    }
}
