//! Opening the database that a command line names.

use std::path::{Path, PathBuf};

use db::{Durability, Location};
use ledger::Instant;
use program::calendar::{Zone, parse_as_of};

use super::Place;
use super::output::{put_json, put_text};
use crate::app::{App, AppError};
use crate::clock::Clock;
use crate::files::Folder;
use crate::vault::Vault;

impl Place {
    pub(crate) fn location(&self) -> Result<Location, AppError> {
        match &self.database_url {
            None => Ok(Location::folder(&self.data)),
            Some(url) => url.parse().map_err(|error: db::LocationError| AppError::Refused(error.to_string())),
        }
    }

    pub(crate) fn clock(&self) -> Result<Clock, AppError> {
        match &self.now {
            None => Ok(Clock::System),
            Some(text) => parse_as_of(text, &Zone::new(chrono_tz::UTC)).map(Clock::Fixed).map_err(AppError::Refused),
        }
    }

    pub(crate) fn durability(&self) -> Result<Durability, AppError> {
        match self.durability.as_str() {
            "full" => Ok(Durability::Full),
            "normal" => Ok(Durability::Normal),
            other => Err(AppError::Refused(format!("durability is `full` or `normal`, not `{other}`"))),
        }
    }

    /// Opens it for writing; a new folder is made when it is missing.
    pub(crate) async fn open(&self) -> Result<App, AppError> {
        App::open(&self.location()?, self.durability()?, self.clock()?).await
    }

    /// [`Place::open`], with the key ring and the folder of files of the database.
    pub(crate) async fn open_keyed(&self) -> Result<App, AppError> {
        Ok(self.keyed(self.open().await?).await?.filed(self.files()?))
    }

    /// Where files are kept. What is on its way, and what is to be imported, is in a folder of this machine in any case.
    fn files(&self) -> Result<Folder, AppError> {
        let usual = match self.database_url {
            Some(_) => PathBuf::from("hansa-files"),
            None => self.data.join("files"),
        };
        match self.files.as_deref() {
            Some(address) if address.starts_with("s3:") => {
                Folder::at(&usual).in_bucket(address).map_err(|error| AppError::Refused(error.to_string()))
            }
            Some(folder) => Ok(Folder::at(Path::new(folder))),
            None => Ok(Folder::at(&usual)),
        }
    }

    /// With the key ring of the database.
    pub(crate) async fn keyed(&self, app: App) -> Result<App, AppError> {
        app.keyed(&self.key_file()).await
    }

    /// The key ring, which must be there.
    pub(crate) fn ring(&self) -> Result<Vault, AppError> {
        let file = self.key_file();
        let missing =
            || AppError::Refused(format!("key ring {}: it is not there; bring the one that belongs to the backup", file.display()));
        Vault::read(&file)?.ok_or_else(missing)
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        let beside = if self.database_url.is_some() { PathBuf::new() } else { self.data.clone() };
        self.key_file.clone().unwrap_or_else(|| beside.join("hansa.key"))
    }

    /// [`Place::look`], with the key ring of the database.
    pub(crate) async fn look_keyed(&self) -> Result<App, AppError> {
        self.keyed(self.look().await?).await
    }

    /// Opens it beside a running writer.
    pub(crate) async fn look(&self) -> Result<App, AppError> {
        App::open_read_only(&self.location()?, self.clock()?).await
    }
}

/// Reads `--as-of`: a date means the end of that day in the program's time zone.
pub(crate) fn as_of(app: &App, text: Option<&str>) -> Result<Instant, AppError> {
    match text {
        None => Ok(app.now()),
        Some(text) => parse_as_of(text, app.timeline()?.zone()).map_err(|error| AppError::Refused(format!("--as-of: {error}"))),
    }
}

/// Reads a day: its first instant in the program's time zone.
pub(crate) fn from_day(zone: &Zone, name: &str, text: &str) -> Result<Instant, AppError> {
    if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) {
        return Ok(Instant(at.timestamp_micros()));
    }
    program::calendar::parse_day(text).map(|day| zone.start(day)).map_err(|error| AppError::Refused(format!("{name}: {error}")))
}

/// Prints one line of an answer; a reader that has gone ends the printing quietly.
pub(crate) fn line(text: &str) {
    let _ = put_text(&format!("{text}\n"));
}

/// Prints an answer as JSON.
pub(crate) fn print_json(value: &serde_json::Value) {
    let _ = put_json(value);
}
