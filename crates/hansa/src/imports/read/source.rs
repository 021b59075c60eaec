//! The bytes of a file: counted, and seen through gzip.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::ReadError;
use super::archive::{MAX_FREE, MAX_RATIO, MAX_UNPACKED};

/// How many bytes of the file itself have been taken; shared with whoever shows progress.
pub(super) type Taken = Arc<AtomicU64>;

/// The bytes inside a file and how many of the file's own bytes were needed for them.
pub(super) struct Source {
    pub bytes: Box<dyn Read + Send>,
    pub taken: Taken,
    pub size: u64,
}

/// Opens a file, through gzip when it is that.
pub(super) fn open(path: &Path) -> Result<Source, ReadError> {
    let gzip = magic(path)?.starts_with(&[0x1F, 0x8B]);
    let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
    let size = file.metadata().map_err(|error| cannot_open(path, &error))?.len();
    let taken = Taken::default();
    let counted = Counted { file, taken: taken.clone() };
    let bytes: Box<dyn Read + Send> = if gzip {
        let inside = MultiGzDecoder::new(BufReader::with_capacity(128 * 1024, counted));
        Box::new(Unpacked { inside, taken: taken.clone(), unpacked: 0 })
    } else {
        Box::new(counted)
    };
    Ok(Source { bytes, taken, size })
}

/// The first bytes of a file.
pub(super) fn magic(path: &Path) -> Result<Vec<u8>, ReadError> {
    let mut magic = Vec::new();
    let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
    file.take(8).read_to_end(&mut magic).map_err(|error| cannot_open(path, &error))?;
    Ok(magic)
}

/// The refusal for a file whose bytes stop being readable after `taken` of them.
pub(super) fn damaged(path: &Path, taken: &Taken, error: &io::Error) -> ReadError {
    ReadError::new(path, format!("byte {}", taken.load(Ordering::Relaxed)), format!("cannot be read any further: {error}"))
}

fn cannot_open(path: &Path, error: &io::Error) -> ReadError {
    ReadError::new(path, "", format!("cannot be opened: {error}"))
}

/// What comes out of gzip, held to the limits of workbooks: a gzip says itself how much it unpacks to, and may say anything.
struct Unpacked<R> {
    inside: R,
    taken: Taken,
    unpacked: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inside.read(buffer)?;
        self.unpacked += count as u64;
        let packed = self.taken.load(Ordering::Relaxed);
        if self.unpacked > MAX_UNPACKED {
            return Err(io::Error::other(format!("it unpacks to more than {} MiB", MAX_UNPACKED >> 20)));
        }
        if self.unpacked > MAX_FREE && self.unpacked / packed.max(1) > MAX_RATIO {
            return Err(io::Error::other(format!("it unpacks to more than {MAX_RATIO} times its size; send it unpacked")));
        }
        Ok(count)
    }
}

struct Counted {
    file: File,
    taken: Taken,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
