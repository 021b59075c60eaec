//! Putting an archive into an empty database.

use std::cell::RefCell;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use db::{Dialect, OnConflict, Tx, insert_rows};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde_json::Value as Json;
use tokio::sync::mpsc::{Sender, channel};

use super::archive::{ArchiveError, Header, Reader, Tally};
use super::save::count;
use super::tables::{TABLES, Table};
use crate::app::{App, AppError};
use crate::{events, schema};

/// Rows written at once.
const BATCH: usize = 4_096;
/// Batches read ahead of the writing.
const AHEAD: usize = 2;

/// Restores an archive into an empty database, in one transaction, after the whole archive was read and found intact. `progress`
/// hears how many rows are done, of how many.
///
/// # Errors
/// When the archive is damaged, cut short or of a newer version, or the database is not empty; then nothing has been written.
pub async fn restore(app: &App, file: &Path, progress: impl FnMut(u64, u64)) -> Result<Vec<Tally>, AppError> {
    let path = file.to_owned();
    let (header, checked) =
        tokio::task::spawn_blocking(move || check(&path)).await.unwrap_or_else(|error| resume_unwind(error.into_panic()))?;
    let total = checked.iter().map(|tally| tally.rows).sum();
    let (header_ref, checked_ref, progress) = (&header, &checked, &RefCell::new(progress));
    app.db
        .write(|tx| async move {
            refuse_unless_empty(&tx).await?;
            let (sender, mut batches) = channel(AHEAD);
            let path = file.to_owned();
            let reading = tokio::task::spawn_blocking(move || send(path, &sender));
            let mut done = 0;
            while let Some((table, rows)) = batches.recv().await {
                done += insert_rows(&tx, table.name, &table.names(), rows, OnConflict::Fail).await?;
                (progress.borrow_mut())(done, total);
            }
            let tallies = reading.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))?;
            if tallies != *checked_ref {
                return Err(ArchiveError::Damaged("it was changed while it was read".to_owned()).into());
            }
            continue_sequence(&tx).await?;
            if header_ref.schema_version < schema::TIERS_SINCE {
                // As the upgrade does: the archive does not say who stands in which tier, so everybody is judged anew.
                tx.execute_unprepared(schema::JUDGED_ANEW).await?;
            }
            events::forget(&tx).await?;
            Ok::<_, AppError>(())
        })
        .await?;
    app.reload_timeline().await?;
    Ok(checked)
}

/// Reads the whole archive and keeps nothing of it but its header and the tallies, which hold.
fn check(path: &Path) -> Result<(Header, Vec<Tally>), ArchiveError> {
    let look = |table: &'static Table, columns: &[usize], cells| fit(table, columns, cells).map(drop);
    open(path)?.read(look)
}

fn open(path: &Path) -> Result<Reader, ArchiveError> {
    Reader::open(path, schema::HISTORY.last().map_or(0, |newest| newest.version))
}

/// Rows of one table.
type Batch = (&'static Table, Vec<Vec<Value>>);

/// Sends all rows in batches of one table each; ends early when nobody takes them any more.
fn send(path: PathBuf, sender: &Sender<Batch>) -> Result<Vec<Tally>, ArchiveError> {
    let mut pending: Option<Batch> = None;
    let read = open(&path)?.read(|table, columns, cells| {
        let row = fit(table, columns, cells)?;
        let full = pending.as_ref().is_some_and(|(open, rows)| open.name != table.name || rows.len() >= BATCH);
        if let Some(batch) = pending.take_if(|_| full) {
            sender.blocking_send(batch).map_err(|_| ArchiveError::CutShort("the restore was given up".to_owned()))?;
        }
        pending.get_or_insert_with(|| (table, Vec::with_capacity(BATCH))).1.push(row);
        Ok::<_, ArchiveError>(())
    });
    let (_, tallies) = read?;
    if let Some(batch) = pending {
        // When nobody takes the last batch, whoever should have has failed and says why.
        let _ = sender.blocking_send(batch);
    }
    Ok(tallies)
}

/// A row of the archive as values in the order of the table; columns that the archive does not have stay empty.
fn fit(table: &'static Table, columns: &[usize], cells: Vec<Json>) -> Result<Vec<Value>, ArchiveError> {
    let mut row: Vec<Option<Value>> = table.columns.iter().map(|(_, holds)| holds.archived(Json::Null)).collect();
    for (place, cell) in columns.iter().zip(cells) {
        row[*place] = table.columns[*place].1.archived(cell);
    }
    let missing = row.iter().position(Option::is_none).map(|place| table.columns[place].0);
    match missing {
        Some(column) => Err(ArchiveError::Damaged(format!("a row of {} has a {column} of another type", table.name))),
        None => Ok(row.into_iter().flatten().collect()),
    }
}

async fn refuse_unless_empty(tx: &Tx) -> Result<(), AppError> {
    for table in TABLES {
        let rows = count(tx, table).await?;
        if rows > 0 {
            let name = table.name;
            return Err(AppError::Refused(format!("a backup is restored into an empty database only; here `{name}` has {rows} rows")));
        }
    }
    Ok(())
}

/// New facts are numbered after the highest one restored. SQLite's AUTOINCREMENT sees to it by itself.
async fn continue_sequence(tx: &Tx) -> Result<(), DbErr> {
    if Dialect::of(tx.get_database_backend()) == Dialect::Postgres {
        let sql = "SELECT setval(pg_get_serial_sequence('fact', 'seq'), seq) FROM (SELECT MAX(seq) AS seq FROM fact) AS newest WHERE seq IS NOT NULL";
        tx.query_all_raw(Statement::from_string(tx.get_database_backend(), sql)).await?;
    }
    Ok(())
}
