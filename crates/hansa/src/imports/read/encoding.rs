//! Which encoding a text file is in, and its text as UTF-8.
//!
//! UTF-8 is checked first because text in another encoding is almost never valid UTF-8 by chance. What is not UTF-8 and is valid
//! GB18030 (GB 18030-2022; a superset of GBK and GB 2312) is taken for that: it is what Excel in mainland China writes.

use std::io::{self, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, GB18030, UTF_8};

use super::{ReadError, source};

/// How much of a file is looked at, in bytes after gzip. A file that changes its encoding behind that is refused row by row.
const LOOK: u64 = 64 << 20;
const CHUNK: usize = 256 * 1024;

/// The encoding that was asked for, or the one the file is in.
pub(super) fn of(path: &Path, asked: Option<&str>) -> Result<&'static Encoding, ReadError> {
    if let Some(label) = asked {
        return Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            ReadError::new(path, "encoding", format!("`{label}` is no known encoding; write e.g. utf-8, gb18030, big5 or windows-1252"))
        });
    }
    let mut check = Utf8Check::default();
    if let Some(encoding) = look(path, |chunk| check.at(chunk))? {
        return Ok(encoding);
    }
    if check.holds() {
        return Ok(UTF_8);
    }
    let mut tallies = Look::new();
    look(path, |chunk| {
        tallies.at(chunk);
        true
    })?;
    tallies.verdict().map_err(|position| {
        ReadError::new(path, format!("byte {position}"), "this text is neither UTF-8 nor GB18030; name its encoding, e.g. windows-1252")
    })
}

/// Shows the beginning of a file chunk by chunk as long as that is wanted; the encoding if it begins with a byte order mark.
fn look(path: &Path, mut at: impl FnMut(&[u8]) -> bool) -> Result<Option<&'static Encoding>, ReadError> {
    let source = source::open(path)?;
    let taken = source.taken;
    let mut bytes = source.bytes.take(LOOK);
    let mut chunk = vec![0; CHUNK];
    let mut begun = false;
    loop {
        match bytes.read(&mut chunk) {
            Ok(0) => return Ok(None),
            Ok(count) => {
                if let Some((encoding, _)) = (!begun).then(|| Encoding::for_bom(&chunk[..count])).flatten() {
                    return Ok(Some(encoding));
                }
                begun = true;
                if !at(&chunk[..count]) {
                    return Ok(None);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What was read so far decides; whoever reads the rows meets the same damage and says where.
            Err(_) if begun => return Ok(None),
            Err(error) => return Err(source::damaged(path, &taken, &error)),
        }
    }
}

/// Whether all chunks together are UTF-8.
#[derive(Default)]
struct Utf8Check {
    /// The beginning of a character that the next chunk ends.
    carried: Vec<u8>,
    failed: bool,
}

impl Utf8Check {
    /// Whether looking further makes sense.
    fn at(&mut self, chunk: &[u8]) -> bool {
        let mut rest = chunk;
        while !self.carried.is_empty() && !rest.is_empty() && !self.failed {
            self.carried.push(rest[0]);
            rest = &rest[1..];
            match std::str::from_utf8(&self.carried) {
                Ok(_) => self.carried.clear(),
                Err(error) => self.failed = error.error_len().is_some(),
            }
        }
        if let Err(error) = std::str::from_utf8(rest) {
            self.failed |= error.error_len().is_some();
            self.carried = rest[error.valid_up_to()..].to_vec();
        }
        !self.failed
    }

    fn holds(&self) -> bool {
        !self.failed
    }
}

/// What a file looks like so far.
struct Look {
    position: u64,
    utf8: Tally,
    gb18030: Tally,
}

/// How well a file fits one encoding.
struct Tally {
    decoder: Decoder,
    malformed: u64,
    first_malformed: Option<u64>,
    beyond_ascii: u64,
}

impl Look {
    fn new() -> Self {
        Self { position: 0, utf8: Tally::new(UTF_8), gb18030: Tally::new(GB18030) }
    }

    fn at(&mut self, chunk: &[u8]) {
        let mut text = String::with_capacity(CHUNK);
        self.utf8.count(chunk, self.position, &mut text);
        self.gb18030.count(chunk, self.position, &mut text);
        self.position += chunk.len() as u64;
    }

    /// The encoding, or the first byte that fits none.
    fn verdict(&self) -> Result<&'static Encoding, u64> {
        let mostly = |tally: &Tally, share: u64| tally.malformed == 0 || tally.malformed * share < tally.beyond_ascii;
        if mostly(&self.utf8, 10) {
            Ok(UTF_8)
        } else if mostly(&self.gb18030, 100) {
            Ok(GB18030)
        } else {
            Err(self.utf8.first_malformed.unwrap_or_default())
        }
    }
}

impl Tally {
    fn new(encoding: &'static Encoding) -> Self {
        Self { decoder: encoding.new_decoder_without_bom_handling(), malformed: 0, first_malformed: None, beyond_ascii: 0 }
    }

    fn count(&mut self, chunk: &[u8], position: u64, text: &mut String) {
        let mut from = 0;
        while from < chunk.len() {
            text.clear();
            let (result, read) = self.decoder.decode_to_string_without_replacement(&chunk[from..], text, false);
            if !text.is_ascii() {
                self.beyond_ascii += text.chars().filter(|one| !one.is_ascii()).count() as u64;
            }
            from += read;
            if let DecoderResult::Malformed(..) = result {
                self.malformed += 1;
                self.first_malformed.get_or_insert((position + from as u64).saturating_sub(1));
            }
        }
    }
}

/// Text of any encoding as UTF-8. Bytes that are not in the encoding become U+FFFD, by which their row is refused later.
pub(super) struct Utf8<R> {
    source: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// The part of `input` that is not decoded yet.
    pending: std::ops::Range<usize>,
    ended: bool,
    finished: bool,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(source: R, encoding: &'static Encoding) -> Self {
        Self { source, decoder: encoding.new_decoder(), input: vec![0; 64 * 1024], pending: 0..0, ended: false, finished: false }
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // The decoder needs room for the longest character.
        if out.len() < 8 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the buffer is too small"));
        }
        while !self.finished {
            if self.pending.is_empty() && !self.ended {
                let count = self.source.read(&mut self.input)?;
                self.pending = 0..count;
                self.ended = count == 0;
            }
            let (result, read, written, _) = self.decoder.decode_to_utf8(&self.input[self.pending.clone()], out, self.ended);
            self.pending.start += read;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
