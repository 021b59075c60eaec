//! `cargo xtask ci`: what must hold besides the tests.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::step::{cargo, root, run as run_step, succeeds};
use crate::{interface, tidy};

/// How long each fuzz target runs.
const FUZZ_SECONDS: u32 = 30;

/// What became of a check.
enum Outcome {
    Passed,
    Skipped(String),
}

type Check = fn() -> Result<Outcome>;

const CHECKS: &[(&str, Check)] = &[
    ("format", format),
    ("tidy", repository),
    ("lints", lints),
    ("dependencies", dependencies),
    ("packages", packages),
    ("interface", interface),
    ("fuzz", fuzz),
];

/// Runs every check, also after one has failed, and ends with a table of what passed, failed or was skipped.
pub fn run() -> Result<()> {
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        println!("\n== {name}");
        let started = Instant::now();
        let outcome = match check() {
            Ok(Outcome::Passed) => "passed".to_owned(),
            Ok(Outcome::Skipped(why)) => format!("SKIPPED: {why}"),
            Err(error) => {
                println!("{error:#}");
                failed.push(*name);
                "FAILED".to_owned()
            }
        };
        lines.push(format!("{name:<14}{:>5} s  {outcome}", started.elapsed().as_secs()));
    }
    println!("\n{}", lines.join("\n"));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn format() -> Result<Outcome> {
    run_step(&mut cargo(&["fmt", "--all", "--check"]))?;
    Ok(Outcome::Passed)
}

fn lints() -> Result<Outcome> {
    run_step(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Outcome::Passed)
}

fn repository() -> Result<Outcome> {
    tidy::run()?;
    Ok(Outcome::Passed)
}

fn dependencies() -> Result<Outcome> {
    if !succeeds(&mut cargo(&["deny", "--version"])) {
        return Ok(Outcome::Skipped("cargo-deny is not installed".to_owned()));
    }
    run_step(&mut cargo(&["deny", "--workspace", "check"]))?;
    Ok(Outcome::Passed)
}

/// What the console is built with, against npm's advisories. They are the registry's to tell: not every one does, and none without a network.
fn packages() -> Result<Outcome> {
    let audit = Command::new("npm").args(["--prefix", "console", "audit", "--json"]).current_dir(root()).output();
    let Ok(audit) = audit else { return Ok(Outcome::Skipped("npm is not installed".to_owned())) };
    let told: serde_json::Value = serde_json::from_slice(&audit.stdout).context("npm's answer is no JSON")?;
    let Some(found) = told["metadata"]["vulnerabilities"].as_object() else {
        return Ok(Outcome::Skipped("npm's registry tells no advisories, or cannot be reached".to_owned()));
    };
    let grave: u64 = ["high", "critical"].iter().filter_map(|level| found.get(*level)?.as_u64()).sum();
    if grave > 0 {
        bail!("{grave} packages have grave holes: `npm --prefix console audit` names them");
    }
    Ok(Outcome::Passed)
}

/// Schemathesis needs Python.
fn interface() -> Result<Outcome> {
    if !interface::possible() {
        return Ok(Outcome::Skipped("Schemathesis cannot be installed: it needs Python 3 with venv".to_owned()));
    }
    interface::try_all()?;
    Ok(Outcome::Passed)
}

/// The fuzz targets need cargo-fuzz and a nightly compiler.
fn fuzz() -> Result<Outcome> {
    if !root().join("fuzz/Cargo.toml").is_file() {
        return Ok(Outcome::Skipped("there is no fuzz folder".to_owned()));
    }
    if !succeeds(&mut cargo(&["+nightly", "--version"])) {
        return Ok(Outcome::Skipped("no nightly compiler".to_owned()));
    }
    if !succeeds(&mut cargo(&["fuzz", "--version"])) {
        return Ok(Outcome::Skipped("cargo-fuzz is not installed".to_owned()));
    }
    let listed = cargo(&["+nightly", "fuzz", "list"]).output().context("cannot list the fuzz targets")?;
    if !listed.status.success() {
        bail!("cannot list the fuzz targets: {}", String::from_utf8_lossy(&listed.stderr));
    }
    let limit = format!("-max_total_time={FUZZ_SECONDS}");
    for target in String::from_utf8_lossy(&listed.stdout).lines() {
        run_step(&mut cargo(&["+nightly", "fuzz", "run", target.trim(), "--", &limit]))?;
    }
    Ok(Outcome::Passed)
}
