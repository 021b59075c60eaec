//! Where one row of delimited text ends and the next begins, in bounded memory.
//!
//! RFC 4180 with what files in the wild need: rows end at LF or CRLF outside quotes; a quote opens only at the start of a field;
//! text after a closing quote belongs to the field; empty lines are no rows.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2};

use super::MAX_ROW;

/// How often a quote that is never closed is forgiven by starting again behind its first line. Each time costs up to [`MAX_ROW`]
/// bytes of looking, so a file made to exhaust this is given up.
const MAX_RESTARTS: u32 = 64;
const CHUNK: usize = 256 * 1024;

/// Rows of bytes out of a stream.
pub(super) struct Framing<R> {
    source: R,
    delimiter: u8,
    buffer: Vec<u8>,
    /// The bytes of `buffer` that are read and not yet given out.
    held: Range<usize>,
    ended: bool,
    /// The line at `held.start`, from 1.
    line: u64,
    restarts: u32,
}

/// One framed row.
pub(super) enum Framed {
    /// Its first line and its bytes without the line break.
    Row {
        line: u64,
        bytes: Range<usize>,
    },
    /// A row that is no row; reading can go on.
    Bad {
        line: u64,
        reason: String,
        bytes: Range<usize>,
    },
    /// Nothing more can be told apart.
    Lost {
        line: u64,
        reason: String,
    },
    End,
}

/// How looking for the end of a row went.
enum Search {
    /// The row ends before the first index, the next begins at the second.
    Found(usize, usize),
    /// The row is longer than it may be; whether a quote is open.
    TooLong { quoted: bool },
    /// The file ends inside the row.
    Ended { quoted: bool },
}

impl<R: Read> Framing<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, delimiter: b',', buffer: vec![0; CHUNK], held: 0..0, ended: false, line: 1, restarts: 0 }
    }

    pub(super) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// The bytes of a row that was just framed.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// The first line of what is still to come, as much of it as a buffer holds.
    pub(super) fn peek_line(&mut self) -> io::Result<&[u8]> {
        while memchr(b'\n', &self.buffer[self.held.clone()]).is_none() && self.held.len() < CHUNK && self.fill()? {}
        let held = &self.buffer[self.held.clone()];
        Ok(&held[..memchr(b'\n', held).unwrap_or(held.len())])
    }

    /// Leaves out bytes that [`Framing::peek_line`] showed.
    pub(super) fn skip(&mut self, count: usize) {
        self.held.start = (self.held.start + count).min(self.held.end);
    }

    /// The next row.
    pub(super) fn next(&mut self) -> io::Result<Framed> {
        loop {
            let line = self.line;
            match self.search()? {
                Search::Found(end, next) => {
                    let row = self.held.start..end;
                    self.line += memchr_iter(b'\n', &self.buffer[self.held.start..next]).count() as u64;
                    self.held.start = next;
                    let row = self.without_return(row);
                    if !row.is_empty() {
                        return Ok(Framed::Row { line, bytes: row });
                    }
                }
                Search::Ended { quoted: false } if self.held.is_empty() => return Ok(Framed::End),
                Search::Ended { quoted: false } => {
                    let row = self.held.clone();
                    self.held.start = self.held.end;
                    let row = self.without_return(row);
                    if !row.is_empty() {
                        return Ok(Framed::Row { line, bytes: row });
                    }
                }
                Search::Ended { quoted: true } => {
                    return Ok(self.after_first_line(line, "a quote is opened and never closed"));
                }
                Search::TooLong { quoted } => return self.too_long(line, quoted),
            }
        }
    }

    fn too_long(&mut self, line: u64, quoted: bool) -> io::Result<Framed> {
        // A row of several lines gives up its first; the others are rows, or become refusals, by themselves.
        if memchr(b'\n', &self.buffer[self.held.clone()]).is_some_and(|end| end <= MAX_ROW) {
            let what = if quoted { "a quote is opened and not closed within 16 MiB" } else { "the row is longer than 16 MiB" };
            return Ok(self.after_first_line(line, what));
        }
        // One enormous line: its beginning is kept for the refusal, the rest is passed over.
        let shown = self.held.start..self.held.start + super::MAX_ORIGINAL + 1;
        let beginning = self.buffer[shown].to_vec();
        loop {
            if let Some(at) = memchr(b'\n', &self.buffer[self.held.clone()]) {
                self.held.start += at + 1;
                self.line += 1;
                break;
            }
            self.held = 0..0;
            if !self.fill()? {
                break;
            }
        }
        let reason = format!("the row is longer than {MAX_ROW} bytes");
        if self.ended && self.held.is_empty() {
            return Ok(Framed::Lost { line, reason: format!("{reason}, and the file ends in it") });
        }
        // The refusal's text goes in front of what is held, where there is room because the line was far longer.
        let room = self.make_room(beginning.len())?;
        self.buffer[room.clone()].copy_from_slice(&beginning);
        Ok(Framed::Bad { line, reason, bytes: room })
    }

    /// Refuses the first line alone and goes on behind it.
    fn after_first_line(&mut self, line: u64, what: &str) -> Framed {
        let held = self.held.clone();
        let end = memchr(b'\n', &self.buffer[held.clone()]).map_or(held.end, |at| held.start + at);
        self.restarts += 1;
        if self.restarts > MAX_RESTARTS {
            return Framed::Lost { line, reason: format!("{what}, for the {MAX_RESTARTS}th time; the rows can no longer be told apart") };
        }
        self.held.start = (end + 1).min(held.end);
        self.line += 1;
        let bytes = self.without_return(held.start..end);
        Framed::Bad { line, reason: what.to_owned(), bytes }
    }

    fn without_return(&self, row: Range<usize>) -> Range<usize> {
        let returned = self.buffer[row.clone()].last() == Some(&b'\r');
        row.start..row.end - usize::from(returned)
    }

    /// Free bytes in front of what is held.
    fn make_room(&mut self, count: usize) -> io::Result<Range<usize>> {
        let held = self.held.len();
        if self.held.start < count {
            self.buffer.resize((count + held).max(self.buffer.len()), 0);
            self.buffer.copy_within(self.held.clone(), count);
            self.held = count..count + held;
        }
        Ok(self.held.start - count..self.held.start)
    }

    fn search(&mut self) -> io::Result<Search> {
        // Offsets are from `held.start`, which `fill` may move.
        let mut at = 0;
        let mut state = State::FieldStart;
        loop {
            let held = &self.buffer[self.held.clone()];
            let found = state.advance(held, &mut at, self.delimiter);
            if let Some(end) = found.filter(|end| *end <= MAX_ROW) {
                return Ok(Search::Found(self.held.start + end, self.held.start + end + 1));
            }
            let quoted = state == State::Quoted;
            if self.held.len() > MAX_ROW {
                return Ok(Search::TooLong { quoted });
            }
            if !self.fill()? {
                return Ok(Search::Ended { quoted });
            }
        }
    }

    /// Reads more behind what is held; `false` at the end of the file.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.held.end + CHUNK > self.buffer.len() {
            self.buffer.copy_within(self.held.clone(), 0);
            self.held = 0..self.held.len();
            if self.held.end + CHUNK > self.buffer.len() {
                let size = (self.buffer.len() * 2).max(self.held.end + CHUNK);
                self.buffer.resize(size, 0);
            }
        }
        loop {
            match self.source.read(&mut self.buffer[self.held.end..self.held.end + CHUNK]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.held.end += count;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    /// Behind a quote inside quotes: either the first half of an escaped quote or the closing one.
    QuoteSeen,
}

impl State {
    /// Moves `at` on until the line feed that ends the row, whose index it gives, or to the end of what is held.
    fn advance(&mut self, held: &[u8], at: &mut usize, delimiter: u8) -> Option<usize> {
        // Nearly all rows have no quote at all.
        if *self == State::FieldStart && *at == 0 {
            match memchr2(b'\n', b'"', held) {
                Some(end) if held[end] == b'\n' => return Some(end),
                Some(_) => {}
                None => {
                    // Without a quote the state follows from the last byte alone.
                    *at = held.len();
                    *self = if held.last().is_none_or(|last| *last == delimiter) { State::FieldStart } else { State::Unquoted };
                    return None;
                }
            }
        }
        while let Some(&byte) = held.get(*at) {
            if *self == State::Quoted {
                // Long quoted text is passed over in one go.
                match memchr(b'"', &held[*at..]) {
                    Some(ahead) => *at += ahead + 1,
                    None => {
                        *at = held.len();
                        return None;
                    }
                }
                *self = State::QuoteSeen;
                continue;
            }
            *self = match (*self, byte) {
                (State::FieldStart | State::QuoteSeen, b'"') => State::Quoted,
                (_, b'\n') => return Some(*at),
                (_, byte) if byte == delimiter => State::FieldStart,
                _ => State::Unquoted,
            };
            *at += 1;
        }
        None
    }
}
