//! The versions as they are stored.

use std::sync::Arc;

use ledger::Instant;
use program::{Program, Timeline, Version};
use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::app::AppError;

/// One applied version.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AppliedVersion {
    /// Counted up from 1.
    pub number: u32,
    /// From when it judges; `None` for the whole past.
    #[serde(serialize_with = "crate::standing::view::maybe_instant")]
    pub effective_from: Option<Instant>,
    /// When it was applied.
    #[serde(serialize_with = "crate::standing::view::instant")]
    pub applied_at: Instant,
    /// By whom, when known.
    pub applied_by: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// The file.
    #[serde(skip)]
    pub source: String,
}

/// All versions, oldest first.
pub async fn versions<C: ConnectionTrait>(conn: &C) -> Result<Vec<AppliedVersion>, DbErr> {
    let sql = "SELECT number, effective_from, applied_at, applied_by, note, source FROM program_version ORDER BY number";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<AppliedVersion, DbErr> {
        let from: i64 = row.try_get("", "effective_from")?;
        Ok(AppliedVersion {
            number: u32::try_from(row.try_get::<i64>("", "number")?).unwrap_or(u32::MAX),
            effective_from: (from > i64::MIN).then_some(Instant(from)),
            applied_at: Instant(row.try_get("", "applied_at")?),
            applied_by: row.try_get("", "applied_by")?,
            note: row.try_get("", "note")?,
            source: row.try_get("", "source")?,
        })
    };
    rows.iter().map(read).collect()
}

/// The versions as the engine judges by them; `None` when there is none.
pub async fn load_timeline<C: ConnectionTrait>(conn: &C) -> Result<Option<Timeline>, AppError> {
    let mut parsed = Vec::new();
    for version in versions(conn).await? {
        let program = Program::parse(&version.source).map_err(|problems| AppError::Program { number: version.number, problems })?;
        let from = version.effective_from.unwrap_or(Instant::MIN);
        parsed.push(Version { number: version.number, from, program: Arc::new(program) });
    }
    Ok((!parsed.is_empty()).then(|| Timeline::new(parsed)))
}
