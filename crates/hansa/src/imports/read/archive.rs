//! The look at a workbook's ZIP archive before it is opened: what unpacks to absurd sizes is refused while it is still small.
//!
//! A few kilobytes can unpack to gigabytes (deflate packs up to 1 032 times). The sizes in the archive's directory are held against the
//! limits here; a part that unpacks to more than its size in the directory is an error when it is read there, as any damage.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::ReadError;

/// The most parts a workbook may have.
pub const MAX_PARTS: usize = 10_000;
/// The most bytes all its parts may unpack to.
pub const MAX_UNPACKED: u64 = 4 << 30;
/// The most bytes the parts other than sheets may unpack to: texts and styles are held in memory.
pub const MAX_BESIDE_SHEETS: u64 = 512 << 20;
/// A part of more than [`MAX_FREE`] bytes may unpack to so many times its packed size.
pub const MAX_RATIO: u64 = 250;
/// Parts up to this size may be packed however well.
pub const MAX_FREE: u64 = 8 << 20;

/// Refuses an archive that is out of proportion for a workbook. A damaged one passes: whoever reads it says what is damaged.
pub(super) fn guard(path: &Path) -> Result<(), ReadError> {
    let file = File::open(path).map_err(|error| ReadError::new(path, "", format!("cannot be opened: {error}")))?;
    let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else { return Ok(()) };
    let refuse = |place: String, reason: String| {
        Err(ReadError::new(path, place, format!("{reason}; it is not opened. If it is a real workbook, save it anew, or as CSV")))
    };
    if archive.len() > MAX_PARTS {
        return refuse("archive".into(), format!("it has {} parts, a workbook has at most {MAX_PARTS}", archive.len()));
    }
    let (mut unpacked, mut beside) = (0u64, 0u64);
    for at in 0..archive.len() {
        let Ok(part) = archive.by_index_raw(at) else { continue };
        let (name, size, packed) = (name_of(&part, at), part.size(), part.compressed_size());
        unpacked = unpacked.saturating_add(size);
        if !name.starts_with("xl/worksheets/") {
            beside = beside.saturating_add(size);
        }
        let place = || format!("part `{name}`");
        if size > MAX_FREE && size / packed.max(1) > MAX_RATIO {
            return refuse(place(), format!("it unpacks to {} MiB, {} times its size", size >> 20, size / packed.max(1)));
        }
        if unpacked > MAX_UNPACKED {
            return refuse(place(), format!("with it the workbook unpacks to more than {} MiB", MAX_UNPACKED >> 20));
        }
        if beside > MAX_BESIDE_SHEETS {
            return refuse(place(), format!("with it the parts beside the sheets unpack to more than {} MiB", MAX_BESIDE_SHEETS >> 20));
        }
    }
    Ok(())
}

/// A part's name, or its place where the name cannot be read.
fn name_of<R: Read>(part: &ZipFile<'_, R>, at: usize) -> String {
    part.name().map_or_else(|_| format!("number {}", at + 1), std::borrow::Cow::into_owned)
}
