//! People's keys beside a backup: one file for all backups of an installation, always the latest.
//!
//! A backup does not contain the keys, so that erasing a person reaches the backups that were taken before. The file is replaced with every backup; it
//! tells of destroyed keys too, so that a restored database knows who was erased. Its keys are sealed under the key ring.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::store::{self, Row};
use crate::app::{App, AppError};
use crate::vault::Vault;

/// The name of the file in the folder of the backup, where no other is said.
const NAME: &str = "hansa-personal-keys.jsonl";
/// Keys read and written at once.
const PAGE: i64 = 2_000;
/// What the first line is sealed for.
const CHECK: &str = "personal keys";

/// Why the file of keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// It cannot be read or written.
    #[error("personal keys {}: {why}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Head {
    ring: String,
}

/// Where the keys of a backup are, unless said otherwise: beside it.
pub fn beside(archive: &Path) -> PathBuf {
    archive.with_file_name(NAME)
}

fn wrong(file: &Path, why: impl ToString) -> AppError {
    AppError::from(PrivacyError::File { file: file.to_owned(), why: why.to_string() })
}

/// Writes all keys into a file, in place of an older one of this installation; how many.
///
/// # Errors
/// When the file there belongs to another key ring, or cannot be written.
pub async fn save(app: &App, file: &Path) -> Result<u64, AppError> {
    if file.exists() {
        check(&app.vault, file)?;
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut written = tempfile::NamedTempFile::new_in(folder).map_err(|error| wrong(file, error))?;
    let line = |written: &mut tempfile::NamedTempFile, text: String| writeln!(written, "{text}").map_err(|error| wrong(file, error));
    line(&mut written, serde_json::json!(Head { ring: app.vault.seal(CHECK, "") }).to_string())?;
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let rows = store::page(app.db.read(), &after, PAGE).await?;
        let Some((last, ..)) = rows.last() else { break };
        after.clone_from(last);
        count += rows.len() as u64;
        for row in rows {
            line(&mut written, serde_json::json!(row).to_string())?;
        }
    }
    written.as_file().sync_all().map_err(|error| wrong(file, error))?;
    written.persist(file).map_err(|error| wrong(file, error.error))?;
    Ok(count)
}

/// Puts the keys of a file into the database; how many.
///
/// # Errors
/// When the file is missing, damaged, or belongs to another key ring; then nothing was written.
pub async fn load(app: &App, file: &Path) -> Result<u64, AppError> {
    check(&app.vault, file)?;
    let lines = BufReader::new(File::open(file).map_err(|error| wrong(file, error))?).lines().skip(1);
    let read = |(number, line): (usize, std::io::Result<String>)| {
        let line = line.map_err(|error| wrong(file, error))?;
        serde_json::from_str::<Row>(&line).map_err(|error| wrong(file, format!("line {}: {error}", number + 2)))
    };
    let rows: Vec<Row> = lines.enumerate().map(read).collect::<Result<_, _>>()?;
    let (count, rows) = (rows.len() as u64, &rows);
    app.db.write(|tx| async move { store::put(&tx, rows.clone()).await }).await?;
    Ok(count)
}

/// Whether a file of keys is there and belongs to a ring.
///
/// # Errors
/// When it is not so.
pub fn check(vault: &Vault, file: &Path) -> Result<(), AppError> {
    let mut first = String::new();
    let mut reader = BufReader::new(File::open(file).map_err(|error| wrong(file, error))?);
    reader.read_line(&mut first).map_err(|error| wrong(file, error))?;
    let head: Head = serde_json::from_str(&first).map_err(|_| wrong(file, "it is no file of personal keys"))?;
    let other = |_| wrong(file, "it belongs to another key ring: name one of this installation with --personal-keys");
    vault.open(CHECK, &head.ring).map(drop).map_err(other)
}
