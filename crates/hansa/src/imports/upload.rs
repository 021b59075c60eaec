//! Files that were sent to be imported, in a folder of their own beside the documents, for a week.

use std::path::{Path, PathBuf};

use axum::body::Bytes;
use db::{OnConflict, insert_rows};
use futures_util::{Stream, StreamExt};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use tokio::io::AsyncWriteExt;

use crate::app::{App, AppError};

/// Bytes of one file at most.
pub const UPLOAD_MAX: u64 = 1 << 30;
/// How long a file is kept, and the rejects of an import, in microseconds: a week.
const KEPT_US: i64 = 7 * 24 * 3_600_000_000;
/// The folder in that of the documents.
const FOLDER: &str = "uploads";
/// The rows that an import refused, in the folder of its job.
const REJECTS: &str = "rejects.csv";

/// A file that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// `upl_…`.
    pub id: String,
    /// What its sender calls it.
    pub name: String,
    /// How long it is.
    pub bytes: i64,
    /// Who sent it.
    pub uploaded_by: String,
    /// When.
    pub uploaded_at: Instant,
}

const COLUMNS: [&str; 5] = ["id", "name", "bytes", "uploaded_by", "uploaded_at"];

/// Why a file could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// More than [`UPLOAD_MAX`].
    #[error("a file has at most {UPLOAD_MAX} bytes")]
    TooLarge,
    /// Nothing at all, or cut short.
    #[error("the body ended before its end")]
    Cut,
    /// No folder was named, or the disk fails.
    #[error("{0}")]
    Folder(String),
}

/// The folder of an upload or a job.
fn folder(app: &App, id: &str) -> Result<PathBuf, String> {
    let files = app.files.as_ref().ok_or("no folder for files was named")?;
    Ok(files.root().join(FOLDER).join(id))
}

/// Where the content of an upload is.
///
/// # Errors
/// When no folder was named.
pub fn path(app: &App, upload: &Upload) -> Result<PathBuf, AppError> {
    Ok(folder(app, &upload.id).map_err(AppError::Refused)?.join(&upload.name))
}

/// Where the rejects of a job go; the folder is made.
///
/// # Errors
/// When no folder was named or it cannot be made.
pub fn rejects(app: &App, job: &str) -> Result<PathBuf, AppError> {
    let folder = folder(app, job).map_err(AppError::Refused)?;
    std::fs::create_dir_all(&folder).map_err(|error| AppError::Refused(format!("{}: {error}", folder.display())))?;
    Ok(folder.join(REJECTS))
}

/// Takes a file in, chunk by chunk; how long it is. What was cut short or too long is gone.
///
/// # Errors
/// As [`UploadError`] says.
pub async fn receive<E>(
    app: &App,
    id: &str,
    name: &str,
    mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<u64, UploadError> {
    let folder = folder(app, id).map_err(UploadError::Folder)?;
    let failed = |error: std::io::Error| UploadError::Folder(format!("{}: {error}", folder.display()));
    tokio::fs::create_dir_all(&folder).await.map_err(failed)?;
    let written = async {
        let mut file = tokio::fs::File::create(folder.join(name)).await.map_err(failed)?;
        let mut bytes = 0;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| UploadError::Cut)?;
            bytes += chunk.len() as u64;
            if bytes > UPLOAD_MAX {
                return Err(UploadError::TooLarge);
            }
            file.write_all(&chunk).await.map_err(failed)?;
        }
        file.sync_all().await.map_err(failed)?;
        Ok(bytes)
    };
    match written.await {
        Ok(bytes) if bytes > 0 => Ok(bytes),
        done => {
            // The first error is the one that counts.
            let _ = tokio::fs::remove_dir_all(&folder).await;
            done.and(Err(UploadError::Cut))
        }
    }
}

/// Writes down that a file was sent.
pub async fn insert<C: ConnectionTrait>(conn: &C, upload: &Upload) -> Result<(), DbErr> {
    let Upload { id, name, bytes, uploaded_by, uploaded_at } = upload.clone();
    let row = vec![id.into(), name.into(), bytes.into(), uploaded_by.into(), uploaded_at.0.into()];
    insert_rows(conn, "upload", &COLUMNS, [row], OnConflict::Ignore { keys: &["id"] }).await.map(drop)
}

/// A file that was sent.
pub async fn find<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Option<Upload>, DbErr> {
    let sql = format!("SELECT {} FROM upload WHERE id = $1", COLUMNS.join(", "));
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id)])).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &QueryResult) -> Result<Upload, DbErr> {
    Ok(Upload {
        id: row.try_get("", "id")?,
        name: row.try_get("", "name")?,
        bytes: row.try_get("", "bytes")?,
        uploaded_by: row.try_get("", "uploaded_by")?,
        uploaded_at: Instant(row.try_get("", "uploaded_at")?),
    })
}

/// Removes what is older than a week, rows and folders; how many folders went.
///
/// # Errors
/// When the folder or the database fails.
pub async fn sweep(app: &App) -> Result<u64, AppError> {
    let Some(files) = &app.files else { return Ok(0) };
    let (until, root) = (app.now().0 - KEPT_US, files.root().join(FOLDER));
    let gone = tokio::task::spawn_blocking(move || old(&root, until)).await.map_err(|error| AppError::Refused(error.to_string()))?;
    let sql = "DELETE FROM upload WHERE uploaded_at < $1";
    app.db
        .write(|tx| async move {
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [Value::from(until)])).await.map(drop)
        })
        .await?;
    Ok(gone)
}

/// Removes the folders of a folder that were last changed before an instant in microseconds.
fn old(root: &Path, until: i64) -> u64 {
    let Ok(found) = std::fs::read_dir(root) else { return 0 };
    let changed = |path: &Path| {
        let since = std::fs::metadata(path).ok()?.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_micros()).ok()
    };
    let old = found.flatten().map(|entry| entry.path()).filter(|path| changed(path).is_some_and(|at| at < until));
    u64::try_from(old.filter(|path| std::fs::remove_dir_all(path).is_ok()).count()).unwrap_or(0)
}
