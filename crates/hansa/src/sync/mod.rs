//! Synchronising: what another system holds is pulled in by a file that says where it is, how its pages follow one another and how its columns become
//! fields, once or on a schedule.
//!
//! A source gives rows; they go the way of every import ([`crate::imports`]): the same mapping, the same checks, the same ids. What is added here is the
//! place that a source was read to. It moves only after what lies before it has been written, so that a process that is killed loses nothing; and
//! because ids follow from the rows, what is read a second time is recognised and doubles nothing.

mod file;
mod position;
mod rest;
mod run;
mod schedule;
mod spool;
mod store;
mod table;

pub use file::{Sync, read};
pub use position::Position;
pub use run::{Asked, Ran, run};
pub use schedule::{Schedule, keep};
pub use store::{Stand, all, find};

use crate::app::AppError;

/// Rows that are gathered for one import, where nothing is said, and at most.
const BATCH: usize = 5_000;
const BATCH_MAX: usize = 100_000;

/// Why a source was not read, or not to its end. What was written before stays, and the next run goes on behind it.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The file is not right.
    #[error("{0}")]
    File(String),
    /// The source does not answer, or not as the file says.
    #[error("`{name}`: {why}")]
    Source {
        /// The name in the file.
        name: String,
        /// What happened.
        why: String,
    },
    /// Somebody else reads the same source to the same place.
    #[error("`{0}`: another process has moved its position; let one process run it")]
    Moved(String),
    /// The import failed.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<sea_orm::DbErr> for SyncError {
    fn from(error: sea_orm::DbErr) -> SyncError {
        SyncError::App(error.into())
    }
}

impl From<SyncError> for AppError {
    fn from(error: SyncError) -> AppError {
        match error {
            SyncError::App(error) => error,
            SyncError::Source { .. } => AppError::Source(error.to_string()),
            refused => AppError::Refused(refused.to_string()),
        }
    }
}
