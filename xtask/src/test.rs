//! `cargo xtask test`: the whole suite on both databases.

use std::process::Command;

use anyhow::{Result, bail};
use db::testing::{Cluster, ClusterError};

use crate::step::{cargo, in_ci, run as run_step, succeeds};

/// Where the tests look for a running PostgreSQL server.
const ADDRESS_VARIABLE: &str = "HANSA_TEST_POSTGRES";

#[derive(clap::Args)]
pub struct Arguments {
    /// Passed on to the test runner, e.g. `-- -E 'package(ledger)'` or `-- refunds`; doc tests are then left out.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Starts one PostgreSQL server for the run, then runs every test of the workspace, then the examples in the documentation.
pub fn run(arguments: &Arguments) -> Result<()> {
    let cluster = cluster()?;
    if !succeeds(Command::new("node").arg("--version")) {
        if in_ci() {
            bail!("there is no Node.js: the tests of identity providers cannot run");
        }
        println!("SKIPPED: everything with an identity provider: there is no Node.js");
    }
    let mut suite = if succeeds(&mut cargo(&["nextest", "--version"])) {
        cargo(&["nextest", "run", "--workspace"])
    } else {
        println!("note: cargo-nextest is not installed; falling back to `cargo test`");
        cargo(&["test", "--workspace", "--lib", "--bins", "--tests"])
    };
    suite.args(&arguments.rest);
    let mut examples = cargo(&["test", "--workspace", "--doc"]);
    for command in [&mut suite, &mut examples] {
        if let Some(cluster) = &cluster {
            command.env(ADDRESS_VARIABLE, cluster.admin_url());
        }
    }
    run_step(&mut suite)?;
    if arguments.rest.is_empty() {
        run_step(&mut examples)?;
    }
    Ok(())
}

/// One private server for all test processes: each test would otherwise start its own.
fn cluster() -> Result<Option<Cluster>> {
    match Cluster::start() {
        Ok(cluster) => Ok(Some(cluster)),
        Err(ClusterError::NoBinaries) if !in_ci() => {
            println!("SKIPPED: everything on PostgreSQL: {}", ClusterError::NoBinaries);
            Ok(None)
        }
        Err(error) => bail!("the PostgreSQL server for the tests did not start: {error}"),
    }
}
