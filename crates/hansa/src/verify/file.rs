//! The database file itself, on SQLite: its pages, its indexes, and what its rows refer to. PostgreSQL looks after its own.

use super::Finding;
use crate::app::{App, AppError};

/// Checks the file; `thorough` compares every index with its table also where the file is large.
///
/// # Errors
/// When the database fails altogether.
pub async fn file(app: &App, thorough: bool) -> Result<Vec<Finding>, AppError> {
    let damaged = app.db.file_findings(thorough).await?;
    let pointless = app.db.reference_findings().await?;
    let finding = |what: &'static str, right: &str, stored: String| Finding {
        member: "the database file".to_owned(),
        what,
        key: String::new(),
        stored,
        recomputed: right.to_owned(),
    };
    let right = "a sound file: restore a backup";
    let damaged = damaged.into_iter().map(|said| finding("damage", right, said));
    let right = "the row that it refers to";
    Ok(damaged.chain(pointless.into_iter().map(|said| finding("reference", right, said))).collect())
}
