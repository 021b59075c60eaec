//! The original text of rows that may yet be refused.
//!
//! An order can be refused as a whole when its last line has been read, and each of its rows then goes to the reject file as it
//! stood. Texts wait here compressed, at a small fraction of their size.

use std::sync::Arc;

const CHUNK: usize = 256 * 1024;
/// Level 1 is three to five times faster than reading CSV and good enough for rows that resemble each other.
const LEVEL: i32 = 1;

/// Texts by the number that [`Originals::keep`] gave.
#[derive(Default)]
pub(super) struct Originals {
    /// Full chunks, compressed, with the number of their first text.
    closed: Vec<(u64, Vec<u8>)>,
    open: String,
    /// The number of the next text.
    next: u64,
    /// The number of the first text in `open`.
    first_open: u64,
    /// The chunk that was asked for last.
    unpacked: Option<(u64, Arc<str>)>,
}

/// What sets texts apart in a chunk: no row of text holds it, and one that did would lose nothing but its end.
const END: char = '\u{0}';

impl Originals {
    /// Keeps what `write` appends.
    pub(super) fn keep(&mut self, write: impl FnOnce(&mut String)) -> u64 {
        let from = self.open.len();
        write(&mut self.open);
        if self.open[from..].contains(END) {
            let cleaned = self.open[from..].replace(END, "\u{fffd}");
            self.open.truncate(from);
            self.open.push_str(&cleaned);
        }
        self.open.push(END);
        let number = self.next;
        self.next += 1;
        if self.open.len() >= CHUNK {
            let packed = zstd::bulk::compress(self.open.as_bytes(), LEVEL).unwrap_or_default();
            self.closed.push((self.first_open, packed));
            self.first_open = self.next;
            self.open.clear();
        }
        number
    }

    /// The text of this number.
    pub(super) fn get(&mut self, number: u64) -> String {
        if number >= self.first_open {
            return nth(&self.open, number - self.first_open);
        }
        let at = self.closed.partition_point(|(first, _)| *first <= number).saturating_sub(1);
        let Some((first, packed)) = self.closed.get(at) else {
            return String::new();
        };
        let text = match &self.unpacked {
            Some((unpacked, text)) if unpacked == first => text.clone(),
            _ => {
                let bytes = zstd::stream::decode_all(packed.as_slice()).unwrap_or_default();
                let text: Arc<str> = String::from_utf8_lossy(&bytes).into();
                self.unpacked = Some((*first, text.clone()));
                text
            }
        };
        nth(&text, number - first)
    }
}

fn nth(text: &str, number: u64) -> String {
    text.split(END).nth(usize::try_from(number).unwrap_or(usize::MAX)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows must come back as they were, in whatever order, from full chunks and from the open one.
    #[test]
    fn what_is_kept_comes_back() {
        let mut originals = Originals::default();
        let row = |number: u64| format!("536365,85123A,\"WHITE, HEART\",{number},2010-12-01 08:26:00");
        let numbers: Vec<u64> = (0..20_000).map(|number| originals.keep(|text| text.push_str(&row(number)))).collect();
        assert!(originals.closed.len() > 2);
        for number in [0, 19_999, 7, 8_000, 8_001, 12_345] {
            assert_eq!(originals.get(numbers[number as usize]), row(number));
        }
        let odd = originals.keep(|text| text.push_str("a\0b"));
        assert_eq!(originals.get(odd), "a\u{fffd}b");
    }
}
