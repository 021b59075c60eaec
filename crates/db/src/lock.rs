//! One writing process for one data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use crate::error::OpenError;

/// The file whose advisory lock the writing process holds; its text is that process' number.
const LOCK_FILE: &str = "hansa.lock";

/// The lock of a data folder. The operating system releases it when the process ends, however it ends, so a file left
/// behind never blocks anybody.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock, or says which process has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, OpenError> {
        let refused = |source| OpenError::folder(folder, source);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join(LOCK_FILE)).map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(source)) => return Err(refused(source)),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The number is a courtesy: without it the refusal stands all the same.
                let _ = file.read_to_string(&mut holder);
                return Err(OpenError::Locked { folder: folder.to_owned(), holder: holder.trim().parse().ok() });
            }
        }
        file.set_len(0).map_err(refused)?;
        write!(file, "{}", std::process::id()).map_err(refused)?;
        Ok(Self { _file: file })
    }
}
