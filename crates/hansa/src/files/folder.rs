//! The folder with the contents: `incoming/` for what is on its way, then a folder for each first two digits of the SHA-256; or, in place of
//! the latter, a bucket elsewhere.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use ledger::Instant;
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Mutex, MutexGuard};
use tokio_util::io::ReaderStream;

use super::FILE_MAX;
use super::bucket::Bucket;
use super::kind::{Kind, TELLING};
use crate::http::body::hex;

const INCOMING: &str = "incoming";
/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// The one way to contents. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Folder {
    root: Arc<PathBuf>,
    /// Where contents are that are not in the folder.
    bucket: Option<Bucket>,
    /// Held while a content and its row come or go together, so that one is never taken away that another upload has just found there.
    hold: Arc<Mutex<()>>,
}

/// Why a content could not be taken or given.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// More than [`FILE_MAX`].
    #[error("a file has at most {FILE_MAX} bytes")]
    TooLarge,
    /// Nothing at all.
    #[error("the file is empty")]
    Empty,
    /// None of the kinds that are taken.
    #[error("the content is none of PDF, JPEG, PNG, WebP and TIFF")]
    Kind,
    /// The sender stopped in the middle.
    #[error("the body ended before its end")]
    Cut,
    /// It is not where it should be.
    #[error("the content of this file is not in the folder of files: was the folder copied back with the database?")]
    Missing,
    /// The store elsewhere.
    #[error("the store of files {address}: {why}")]
    Store {
        /// As it was named.
        address: String,
        /// What happened.
        why: String,
    },
    /// The disk.
    #[error("the folder of files {folder}: {error}")]
    Disk {
        /// Which folder.
        folder: PathBuf,
        /// What happened.
        error: std::io::Error,
    },
}

/// A content that has arrived whole and is not kept yet: dropped, it is gone.
#[derive(Debug)]
pub struct Received {
    path: TempPath,
    /// What it is.
    pub kind: Kind,
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

impl Folder {
    /// The folder at a path; made on first use.
    pub fn at(root: &Path) -> Folder {
        Folder { root: Arc::new(root.to_owned()), bucket: None, hold: Arc::default() }
    }

    /// With contents in a bucket of an S3-compatible store, `s3://bucket/prefix`; the folder is for what is on its way.
    ///
    /// # Errors
    /// When that is no such address, or the standard `AWS_…` variables do not fit.
    pub fn in_bucket(self, address: &str) -> Result<Folder, FolderError> {
        Ok(Folder { bucket: Some(Bucket::at(address)?), ..self })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where things are that are on their way; what is left there goes when it is old.
    pub fn incoming(&self) -> PathBuf {
        self.root.join(INCOMING)
    }

    /// Takes a content in, chunk by chunk. Nothing of it stays where it is cut short, too large or of no kind that is taken.
    ///
    /// # Errors
    /// As [`FolderError`] says.
    pub async fn receive<E>(&self, mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin) -> Result<Received, FolderError> {
        let incoming = self.root.join(INCOMING);
        self.done(tokio::fs::create_dir_all(&incoming).await)?;
        let (file, path) = self.done(NamedTempFile::new_in(&incoming))?.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        let (mut hasher, mut bytes, mut start) = (Sha256::new(), 0, Vec::with_capacity(TELLING));
        let mut kind = None;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| FolderError::Cut)?;
            bytes += chunk.len() as u64;
            if bytes > FILE_MAX {
                return Err(FolderError::TooLarge);
            }
            if kind.is_none() {
                start.extend(chunk.iter().take(TELLING - start.len()));
                kind = Kind::of(&start);
                // Told as soon as it is known: nobody sends megabytes of something else for nothing.
                if kind.is_none() && start.len() == TELLING {
                    return Err(FolderError::Kind);
                }
            }
            hasher.update(&chunk);
            self.done(file.write_all(&chunk).await)?;
        }
        if bytes == 0 {
            return Err(FolderError::Empty);
        }
        let kind = kind.ok_or(FolderError::Kind)?;
        self.done(file.sync_all().await)?;
        Ok(Received { path, kind, bytes, sha256: hex(&hasher.finalize()) })
    }

    /// Keeps others from taking contents in or away.
    pub async fn held(&self) -> MutexGuard<'_, ()> {
        self.hold.lock().await
    }

    /// Keeps a content under its name, durably.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn keep(&self, received: Received) -> Result<(), FolderError> {
        if let Some(bucket) = &self.bucket {
            return bucket.put(&received.sha256, self.done(tokio::fs::read(&received.path).await)?).await;
        }
        let place = self.place(&received.sha256);
        let folder = place.parent().unwrap_or(&self.root).to_owned();
        self.done(tokio::fs::create_dir_all(&folder).await)?;
        self.done(received.path.persist(&place).map_err(|error| error.error))?;
        // The name is durable when its folder is.
        let folder = self.done(tokio::fs::File::open(&folder).await)?;
        self.done(folder.sync_all().await)
    }

    /// A content, chunk by chunk.
    ///
    /// # Errors
    /// When it is not there or the disk fails.
    pub async fn open(&self, sha256: &str) -> Result<BoxStream<'static, std::io::Result<Bytes>>, FolderError> {
        if let Some(bucket) = &self.bucket {
            return Ok(bucket.open(sha256).await?.fuse().boxed());
        }
        let file = match tokio::fs::File::open(self.place(sha256)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(FolderError::Missing),
            opened => self.done(opened)?,
        };
        // Whoever compresses it asks once more after its end.
        Ok(ReaderStream::with_capacity(file, CHUNK).fuse().boxed())
    }

    /// Takes a content away; one that is not there is gone already.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn discard(&self, sha256: &str) -> Result<(), FolderError> {
        if let Some(bucket) = &self.bucket {
            return bucket.discard(sha256).await;
        }
        match tokio::fs::remove_file(self.place(sha256)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => self.done(Err(error)),
            _ => Ok(()),
        }
    }

    /// The contents from before an instant, by their SHA-256.
    pub(super) async fn content(&self, before: Instant) -> Result<Vec<String>, FolderError> {
        if let Some(bucket) = &self.bucket {
            return bucket.content(before).await;
        }
        let mut found = Vec::new();
        for (name, path) in self.list(&self.root).await? {
            if name.len() == 2 {
                found.extend(self.list(&path).await?.into_iter().filter(|(_, path)| older(path, before)).map(|(name, _)| name));
            }
        }
        Ok(found)
    }

    /// Removes what has been on its way since before an instant.
    pub(super) async fn sweep_incoming(&self, before: Instant) -> Result<u64, FolderError> {
        let mut gone = 0;
        for (_, path) in self.list(&self.root.join(INCOMING)).await? {
            if older(&path, before) {
                self.done(tokio::fs::remove_file(&path).await)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    async fn list(&self, folder: &Path) -> Result<Vec<(String, PathBuf)>, FolderError> {
        let mut entries = match tokio::fs::read_dir(folder).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            read => self.done(read)?,
        };
        let mut found = Vec::new();
        while let Some(entry) = self.done(entries.next_entry().await)? {
            found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
        }
        Ok(found)
    }

    fn place(&self, sha256: &str) -> PathBuf {
        self.root.join(sha256.get(..2).unwrap_or("00")).join(sha256)
    }

    fn done<T>(&self, done: std::io::Result<T>) -> Result<T, FolderError> {
        done.map_err(|error| FolderError::Disk { folder: self.root.to_path_buf(), error })
    }
}

/// Whether a file was last written before an instant.
fn older(path: &Path, before: Instant) -> bool {
    let micros = u64::try_from(before.0).unwrap_or_default();
    let before = SystemTime::UNIX_EPOCH + Duration::from_micros(micros);
    std::fs::metadata(path).and_then(|about| about.modified()).is_ok_and(|written| written < before)
}
