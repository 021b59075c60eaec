//! Files: documents of members, kept in a folder beside the database or in a bucket of an S3-compatible store.
//!
//! The content is streamed to disk first, named by its SHA-256 and kept once however often it is sent; what it is, who sent it and when stands in the database.
//! What a sender says about a file counts for nothing but its name: the type is recognised by the content, and only few types are taken. A file becomes
//! visible when all of it is on disk; what was cut short is gone with the request. A file that is removed leaves its row, without its content.
//!
//! Folder or bucket belong to the database as the key ring does, and are in no backup: they are copied beside it.

mod bucket;
mod folder;
pub mod kind;
pub mod serve;
mod store;
mod view;

use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr};

use crate::app::{App, AppError};
use crate::audit::{self, By, Entry};

pub use folder::{Folder, FolderError};
pub use kind::Kind;
pub use store::find;

/// Bytes of one file at most.
pub const FILE_MAX: u64 = 16 << 20;
/// Files of a member at most.
pub const FILES_MAX: u64 = 500;
/// Characters of a name at most.
pub const NAME_MAX: usize = 200;
/// How old what nobody knows must be before it is swept away, in microseconds: an hour, longer than any request.
const STALE_US: i64 = 3_600_000_000;

/// A document of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Made by Hansa (`file_…`).
    pub id: String,
    /// Whose it is.
    pub member: String,
    /// What its sender calls it.
    pub name: String,
    /// What it is, by its content.
    pub kind: Kind,
    /// How long it is.
    pub bytes: i64,
    /// SHA-256 of the content, 64 hexadecimal digits.
    pub sha256: String,
    /// Who sent it.
    pub uploaded_by: String,
    /// When.
    pub uploaded_at: Instant,
    /// When it was removed; its content is gone then.
    pub removed_at: Option<Instant>,
}

/// A rule on keeping removes a document, in the caller's transaction; its content is swept away afterwards.
///
/// # Errors
/// When the database fails.
pub async fn remove_kept<C: ConnectionTrait>(conn: &C, id: &str, by: &By, why: &str, now: Instant) -> Result<(), DbErr> {
    let Some(file) = store::by_id(conn, id).await? else { return Ok(()) };
    store::set_removed(conn, id, now).await?;
    let entry = Entry { why: Some(why.to_owned()), ..serve::told("remove_file", Some(&file), None) };
    audit::append(conn, vec![(by.clone(), entry)], now).await
}

/// Removes from the folder what no row knows: what a process left that ended in the middle of an upload. Returns how many files went.
///
/// # Errors
/// When the folder or the database fails.
pub async fn sweep(app: &App, now: Instant) -> Result<u64, AppError> {
    let Some(folder) = app.files.as_ref() else { return Ok(0) };
    let before = Instant(now.0.saturating_sub(STALE_US));
    let mut gone = folder.sweep_incoming(before).await?;
    for sha256 in folder.content(before).await? {
        let _held = folder.held().await;
        if !store::in_use(app.db.read(), &sha256).await? {
            folder.discard(&sha256).await?;
            gone += 1;
        }
    }
    Ok(gone)
}
