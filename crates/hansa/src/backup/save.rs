//! Taking an archive.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use db::Tx;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::archive::{ArchiveError, Header, Tally, Writer};
use super::tables::{TABLES, Table};
use crate::app::{App, AppError};
use crate::standing::words::rfc3339;

/// Rows read at once.
const PAGE: i64 = 5_000;

/// What was archived.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Saved {
    /// Rows and checksum of each table.
    pub tables: Vec<Tally>,
    /// The size of the archive, in bytes.
    pub bytes: u64,
}

/// Archives one state of the whole database into `file`, while others go on writing to the database. An older file of that name is
/// replaced only when the new one is complete. `progress` hears how many rows are done, of how many.
///
/// # Errors
/// When the database cannot be read or the file cannot be written; then nothing of it is left behind.
pub async fn save(app: &App, file: &Path, progress: impl FnMut(u64, u64)) -> Result<Saved, AppError> {
    let partial = partial(file);
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source| AppError::from(ArchiveError::File { path, source })
    };
    let sink = File::create(&partial).map_err(fail(&partial))?;
    let written = write(app, sink, &partial, progress).await;
    let done = written.and_then(|tables| {
        let bytes = fs::metadata(&partial).map_err(fail(&partial))?.len();
        fs::rename(&partial, file).map_err(fail(file))?;
        sync_folder(file).map_err(fail(file))?;
        Ok(Saved { tables, bytes })
    });
    if done.is_err() {
        // The first error is the one that counts.
        let _ = fs::remove_file(&partial);
    }
    done
}

/// The name under which an archive is written until it is complete.
fn partial(file: &Path) -> PathBuf {
    let mut name = file.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".partial");
    file.with_file_name(name)
}

/// A rename survives a power cut once its folder is on the disk.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

async fn write(app: &App, sink: File, path: &Path, mut progress: impl FnMut(u64, u64)) -> Result<Vec<Tally>, AppError> {
    let fail = |source| AppError::from(ArchiveError::File { path: path.to_owned(), source });
    let schema = app.db.version().await?;
    let header = Header::new(schema, rfc3339(app.now()));
    app.db
        .read_snapshot(async |tx| {
            let mut total = 0;
            for table in TABLES {
                total += count(&tx, table).await?;
            }
            let mut writer = Writer::begin(sink, &header).map_err(fail)?;
            let mut done = 0;
            for table in TABLES {
                writer.table(table).map_err(fail)?;
                let mut after: Option<Vec<Value>> = None;
                loop {
                    let rows = page(&tx, table, after.as_deref()).await?;
                    for row in &rows {
                        writer.row(&table.read(row)?).map_err(fail)?;
                    }
                    done += rows.len() as u64;
                    progress(done, total);
                    let Some(last) = rows.last() else { break };
                    let last = table.read(last)?;
                    after = Some(table.key_places().into_iter().map(|place| last[place].clone()).collect());
                }
            }
            writer.end().map_err(fail)
        })
        .await
}

/// The rows of a table in this state of the database.
pub async fn count(tx: &Tx, table: &Table) -> Result<u64, DbErr> {
    let ask = Statement::from_string(tx.get_database_backend(), format!("SELECT COUNT(*) AS rows_in_all FROM {}", table.name));
    let found: i64 = tx.query_one_raw(ask).await?.map_or(Ok(0), |row| row.try_get("", "rows_in_all"))?;
    Ok(u64::try_from(found).unwrap_or(0))
}

/// The next rows after a key.
async fn page(tx: &Tx, table: &Table, after: Option<&[Value]>) -> Result<Vec<QueryResult>, DbErr> {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let key = quoted(table.key);
    let places = (1..=table.key.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
    let beyond = after.map_or_else(String::new, |_| format!(" WHERE ({key}) > ({places})"));
    let sql = format!("SELECT {} FROM {}{beyond} ORDER BY {key} LIMIT {PAGE}", quoted(&table.names()), table.name);
    let values = after.unwrap_or_default().to_vec();
    tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await
}
