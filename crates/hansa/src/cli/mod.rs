//! The command line.
//!
//! Exit codes: 0 done; 1 failed (files, database, network); 2 not a valid command line; 3 refused: the input has mistakes or the rules
//! do not allow it, and nothing was changed; 4 verification found differences; 130 stopped by Ctrl-C.

mod books;
mod demo_access;
mod import;
mod imports;
mod keys;
mod market;
pub mod output;
mod place;
mod points;
mod progress;
mod ring;
mod rules;
mod spans;
mod staff;
mod sync;

mod upkeep;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::app::AppError;

/// Membership and customer operations for business-to-business marketplaces.
#[derive(Debug, Parser)]
#[command(name = "hansa", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the data is and how answers are written.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    /// Folder of the embedded database (SQLite)
    #[arg(long, global = true, env = "HANSA_DATA", value_name = "DIR", default_value = "hansa-data")]
    data: PathBuf,
    /// PostgreSQL instead of the folder: postgres://user:password@host:port/database
    #[arg(long, global = true, env = "HANSA_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// File of the keys under which secrets are stored; made when it is missing. Keep a copy apart from the data [default: hansa.key in the folder of
    /// the embedded database, or in the working folder]
    #[arg(long, global = true, env = "HANSA_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Folder of the documents of members, made when it is missing; or s3://bucket/prefix in an S3-compatible store, which the standard variables AWS_…
    /// describe [default: files in the folder of the embedded database, or hansa-files in the working folder]
    // The name of its own: `import` takes files, too.
    #[arg(id = "kept-files", long = "files", global = true, env = "HANSA_FILES", value_name = "DIR|URL")]
    files: Option<String>,
    /// What a commit promises on SQLite: `full` survives a power cut, `normal` the end of the process
    #[arg(long, global = true, env = "HANSA_DURABILITY", value_name = "full|normal", default_value = "full")]
    durability: String,
    /// Answers as JSON
    #[arg(long, global = true)]
    json: bool,
    /// The present, for reproducible runs: a date or an instant instead of the machine's clock
    #[arg(long, global = true, env = "HANSA_NOW", value_name = "DATE", hide = true)]
    now: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a demo marketplace, judge it, and serve it
    Demo(market::Demo),
    /// Serve the programming interface over HTTP, and the console where it was built in
    Serve(market::Serve),
    /// Bring members, contacts, orders, order lines or facts in from files
    Import(import::Import),
    /// Pull members, contacts, orders, order lines or facts from another system, from where the last run ended
    Sync(sync::Sync),
    /// The membership program: check, show, compare, simulate, apply
    #[command(subcommand)]
    Program(rules::Rules),
    /// Bring every member's standing up to date
    Evaluate(upkeep::Evaluate),
    /// Where a member stands, why, and what leads further
    Explain(books::Explain),
    /// A member's account of points and other units
    Statement(books::StatementOf),
    /// Spend, reserve, restore or adjust what a member has of a unit
    #[command(subcommand)]
    Points(points::Points),
    /// Tiers, liability or movers as a table
    #[command(subcommand)]
    Report(books::Report),
    /// Recompute everything from facts and compare it with what is stored
    Verify(upkeep::Verify),
    /// People of the platform who sign in: invite, list
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Keys of programs that call over HTTP
    #[command(subcommand)]
    Key(keys::Keys),
    /// The key ring under which secrets and personal data are stored
    #[command(subcommand)]
    Ring(ring::Ring),
    /// Print the document of the programming interface (OpenAPI 3.1)
    Openapi,
    /// Write everything into one file
    Backup {
        /// The file to write
        file: PathBuf,
        /// Where the keys of personal data go; one file for all backups, replaced each time [default: hansa-personal-keys.jsonl beside the backup]
        #[arg(long, value_name = "FILE")]
        personal_keys: Option<PathBuf>,
    },
    /// Fill an empty database from a backup
    Restore {
        /// The file to read
        file: PathBuf,
        /// The latest keys of personal data [default: hansa-personal-keys.jsonl beside the backup]
        #[arg(long, value_name = "FILE")]
        personal_keys: Option<PathBuf>,
        /// Restore facts and books alone: whoever is in them is as if erased
        #[arg(long, conflicts_with = "personal_keys")]
        without_personal_data: bool,
    },
    /// Bring the database's schema up to date
    Migrate,
}

/// How a command ended.
pub(crate) enum Ending {
    /// As asked.
    Done,
    /// Differences were found.
    Findings,
    /// Stopped by Ctrl-C before its end.
    Interrupted,
}

/// Reads a number of things of which there must be one.
fn at_least_one() -> clap::builder::RangedU64ValueParser<usize> {
    clap::builder::RangedU64ValueParser::new().range(1..)
}

/// Runs one command line; the exit code.
pub async fn run(cli: Cli) -> u8 {
    match dispatch(cli).await {
        Ok(Ending::Done) => 0,
        Ok(Ending::Findings) => 4,
        // 128 and the number of the signal, as shells have it.
        Ok(Ending::Interrupted) => 130,
        Err(error) => {
            output::note(&error.to_string());
            match error {
                AppError::Refused(_) | AppError::UnknownMember(_) | AppError::NoProgram | AppError::Program { .. } => 3,
                _ => 1,
            }
        }
    }
}

async fn dispatch(cli: Cli) -> Result<Ending, AppError> {
    let place = cli.place;
    match cli.command {
        Command::Demo(demo) => demo.run(&place).await,
        Command::Serve(serve) => serve.run(&place).await,
        Command::Import(import) => import.run(&place).await,
        Command::Sync(sync) => sync.run(&place).await,
        Command::Program(rules) => rules.run(&place).await,
        Command::Evaluate(evaluate) => evaluate.run(&place).await,
        Command::Explain(explain) => explain.run(&place).await,
        Command::Statement(statement) => statement.run(&place).await,
        Command::Points(points) => points.run(&place).await,
        Command::Report(report) => report.run(&place).await,
        Command::Verify(verify) => verify.run(&place).await,
        Command::Staff(staff) => staff.run(&place).await,
        Command::Key(keys) => keys.run(&place).await,
        Command::Ring(ring) => ring.run(&place).await,
        Command::Openapi => market::openapi(),
        Command::Backup { file, personal_keys } => books::backup(&place, &file, personal_keys.as_deref()).await,
        Command::Restore { file, personal_keys, without_personal_data } => {
            books::restore(&place, &file, personal_keys.as_deref(), without_personal_data).await
        }
        Command::Migrate => upkeep::migrate(&place).await,
    }
}
