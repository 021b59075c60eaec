//! The project's own chores: `cargo xtask test | ci | interface | tidy | bench`.
//!
//! Everything that a continuous integration server runs, a developer can run here by the same name.

#![allow(clippy::print_stdout, reason = "a command line talks on standard output")]

mod bench;
mod ci;
mod interface;
mod server;
mod step;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The allocator of the `hansa` program, so that what is measured here is what runs there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own chores", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run the whole suite on SQLite and on a private PostgreSQL server that lives for this run.
    Test(test::Arguments),
    /// Check format, lints, repository rules and dependencies; fuzz for a short while where that is possible.
    Ci,
    /// Try the interface against its own description with generated requests.
    Interface,
    /// Check the repository's own rules.
    Tidy,
    /// Measure, and compare with baselines of the same run.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().chore {
        Chore::Test(arguments) => test::run(&arguments),
        Chore::Ci => ci::run(),
        Chore::Interface => interface::try_all(),
        Chore::Tidy => tidy::run(),
        Chore::Bench(arguments) => bench::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
