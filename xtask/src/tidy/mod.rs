//! `cargo xtask tidy`: the repository's own rules, most of them about what must be absent.
//!
//! Each rule reads the sources as text and returns findings. The rules run as ordinary tests too, so a broken one shows up in
//! `make test`. ARCHITECTURE.md lists the invariants that they guard.

mod append_only;
mod documents;
mod layout;
mod purity;
mod separation;
mod source;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

use crate::step::root;
use source::Repository;

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the repository.
    pub path: String,
    /// The line, counted from 1; 0 when the whole file is meant.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Finding { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

type Rule = fn(&Repository) -> Vec<Finding>;

const RULES: &[Rule] = &[
    purity::manifests,
    purity::sources,
    separation::crates,
    separation::db_names_no_feature,
    separation::stores_are_private,
    append_only::statements,
    layout::lengths,
    layout::names,
    documents::links,
    documents::changelog,
];

/// Prints every finding and fails when there is one.
pub fn run() -> Result<()> {
    let findings = check(&root())?;
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} finding(s)", findings.len());
    }
    println!("tidy: nothing to say");
    Ok(())
}

fn check(root: &Path) -> Result<Vec<Finding>> {
    let repository = Repository::read(root)?;
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&repository)).collect();
    findings.sort();
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The repository obeys its own rules.
    #[test]
    fn tidy() {
        let findings = check(&root()).expect("the repository can be read");
        let shown: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "\n{}", shown.join("\n"));
    }
}
