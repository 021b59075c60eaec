//! The programs in force as this process knows them, and whether another process has applied one since.

use std::sync::{Arc, PoisonError, RwLock};

use program::Timeline;
use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::load_timeline;
use crate::app::AppError;

/// Shared by everything of one [`App`](crate::app::App). Cheap to clone.
#[derive(Clone, Default)]
pub struct InForce(Arc<RwLock<Option<Arc<Timeline>>>>);

impl InForce {
    /// What was read last, however long ago.
    pub fn known(&self) -> Option<Arc<Timeline>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is in force in the database now. Whoever judges asks in the transaction that writes the judgement: the question is one number
    /// out of an index, and the programs are read again only when it has grown.
    ///
    /// # Errors
    /// When no program was ever applied, or a stored one does not parse any more.
    pub async fn current<C: ConnectionTrait>(&self, conn: &C) -> Result<Arc<Timeline>, AppError> {
        let newest = newest(conn).await?.ok_or(AppError::NoProgram)?;
        match self.known().filter(|known| number(known) == newest) {
            Some(known) => Ok(known),
            None => self.reload(conn).await?.ok_or(AppError::NoProgram),
        }
    }

    /// Reads all programs anew.
    ///
    /// # Errors
    /// When a stored one does not parse any more.
    pub async fn reload<C: ConnectionTrait>(&self, conn: &C) -> Result<Option<Arc<Timeline>>, AppError> {
        let fresh = load_timeline(conn).await?.map(Arc::new);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Versions only grow; a slower reader must not put an older state back.
        if kept.as_deref().map(number) < fresh.as_deref().map(number) {
            kept.clone_from(&fresh);
        }
        Ok(fresh)
    }
}

fn number(timeline: &Timeline) -> i64 {
    timeline.versions.last().map_or(0, |last| i64::from(last.number))
}

async fn newest<C: ConnectionTrait>(conn: &C) -> Result<Option<i64>, DbErr> {
    let sql = "SELECT MAX(number) AS newest FROM program_version";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    row.map_or(Ok(None), |row| row.try_get("", "newest"))
}
