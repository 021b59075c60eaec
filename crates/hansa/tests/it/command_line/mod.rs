//! The command line as people and scripts meet it: the real program, its answers, its exit codes.
#![allow(clippy::unwrap_used)]

mod bucket;
mod importing;
mod judging;
mod programs;
mod real_data;
pub mod serving;
mod spending;
mod tls;
mod traced;
mod undoing;

use std::process::{Command, Output};

use db::Location;
use db::testing::TestDatabase;
use serde_json::Value;
use tempfile::TempDir;

/// The program that ships, as a file.
pub const STANDARD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../programs/standard.toml");

/// The program with nothing of this machine's settings.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hansa"));
    for name in ["DATA", "DATABASE_URL", "KEY_FILE", "NOW", "DURABILITY", "LISTEN", "LOG"] {
        command.env_remove(format!("HANSA_{name}"));
    }
    command.env_remove("HANSA_FILES");
    for name in ["EXPORTER_OTLP_ENDPOINT", "EXPORTER_OTLP_TRACES_ENDPOINT", "SDK_DISABLED", "TRACES_EXPORTER", "SERVICE_NAME"] {
        command.env_remove(format!("OTEL_{name}"));
    }
    command.args(args);
    command
}

/// Runs a command line to its end.
pub fn hansa(args: &[&str]) -> Ran {
    let Output { status, stdout, stderr } = command(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { line: args.join(" "), code: status.code(), out: text(stdout), err: text(stderr) }
}

/// What a command line came to.
#[derive(Debug)]
pub struct Ran {
    line: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// It ended with this code; a panic never counts as an ending.
    #[track_caller]
    pub fn ends(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "hansa {}\n{}\n{}", self.line, self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("hansa {}: {error}\n{}", self.line, self.out))
    }
}

/// An empty installation and the day on which everything in it happens.
pub struct Place {
    args: Vec<String>,
    pub location: Location,
    _database: Option<TestDatabase>,
    folder: TempDir,
}

impl Place {
    pub fn sqlite() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Place { args: vec!["--data".into(), data.to_str().unwrap().into()], location: Location::folder(data), _database: None, folder }
    }

    /// `None` where no server can be had.
    pub fn postgres() -> Option<Place> {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let database = runtime.block_on(TestDatabase::postgres(&[]))?;
        let location = database.location().clone();
        let Location::Postgres(url) = &location else { return None };
        let folder = tempfile::tempdir().unwrap();
        let ring = folder.path().join("hansa.key").to_str().unwrap().to_owned();
        let args = vec!["--database-url".into(), url.clone(), "--key-file".into(), ring];
        Some(Place { args, location, _database: Some(database), folder })
    }

    /// One on each database.
    pub fn each() -> impl Iterator<Item = Place> {
        [Some(Place::sqlite()), Place::postgres()].into_iter().flatten()
    }

    /// Where it is, and nothing about the day.
    pub fn only(&self) -> Vec<&str> {
        self.args.iter().map(String::as_str).collect()
    }

    pub fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        let place = self.args.iter().map(String::as_str);
        place.chain(["--now", "2026-07-01"]).chain(args.iter().copied()).collect()
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        hansa(&self.args(args))
    }

    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[&["--json"], args].concat()).ends(0).json()
    }

    /// Its data folder.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Where its key ring is.
    pub fn ring(&self) -> std::path::PathBuf {
        if self._database.is_some() { self.folder.path().join("hansa.key") } else { self.folder.path().join("data/hansa.key") }
    }

    /// A file beside the installation.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Works on the installation from inside this process, then lets it go.
    pub fn inside<T>(&self, work: impl AsyncFnOnce(&crate::town::Town) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let clock = hansa::clock::Clock::Fixed(crate::town::at("2026-07-01"));
            let app = hansa::app::App::open(&self.location, db::Durability::Full, clock).await.unwrap();
            let town = crate::town::Town { app };
            let done = work(&town).await;
            town.app.db.close().await.unwrap();
            done
        })
    }
}
