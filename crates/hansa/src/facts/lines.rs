//! Rows as texts, written as the database packs them and compared with what it packed.

use serde::Serialize;

/// Between the fields of a row; what is packed holds no control characters but the unit separator in a transfer's cause.
pub const FIELD: char = '\u{1c}';
/// Between rows.
pub const RECORD: char = '\u{1e}';
/// In place of NULL.
pub const NOTHING: char = '\u{1d}';

/// Rows one behind the other in one piece of memory, which is used again.
#[derive(Default)]
pub struct Lines {
    text: Vec<u8>,
    /// Where each row ends.
    ends: Vec<usize>,
    /// Whether a row has begun, so that a field comes behind another.
    begun: bool,
}

impl Lines {
    fn field(&mut self) -> &mut Vec<u8> {
        if self.begun {
            self.text.push(FIELD as u8);
        }
        self.begun = true;
        &mut self.text
    }

    pub fn text(&mut self, text: &str) -> &mut Lines {
        self.joined(&[text])
    }

    /// A field made of several texts.
    pub fn joined(&mut self, parts: &[&str]) -> &mut Lines {
        let field = self.field();
        parts.iter().for_each(|part| field.extend_from_slice(part.as_bytes()));
        self
    }

    pub fn maybe(&mut self, text: Option<&str>) -> &mut Lines {
        match text {
            Some(text) => self.text(text),
            None => {
                self.field().push(NOTHING as u8);
                self
            }
        }
    }

    pub fn number(&mut self, number: i64) -> &mut Lines {
        self.json(&number)
    }

    pub fn maybe_number(&mut self, number: Option<i64>) -> &mut Lines {
        match number {
            Some(number) => self.number(number),
            None => self.maybe(None),
        }
    }

    pub fn json(&mut self, value: &impl Serialize) -> &mut Lines {
        // Serialising plain data into memory does not fail.
        let _ = serde_json::to_writer(self.field(), value);
        self
    }

    pub fn hex(&mut self, bytes: &[u8]) -> &mut Lines {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let field = self.field();
        field.reserve(2 * bytes.len());
        for byte in bytes {
            field.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        self
    }

    /// Ends a row.
    pub fn end(&mut self) {
        self.ends.push(self.text.len());
        self.begun = false;
    }

    /// Forgets all rows, keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Whether the stored rows, so many of them in one text, are these, in whatever order they stand.
    pub fn are(&self, count: usize, stored: &str) -> bool {
        if count != self.ends.len() {
            return false;
        }
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let mut rows: Vec<&[u8]> = starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end]).collect();
        rows.sort_unstable();
        // SQLite reads rows by their keys, with which they begin: most often they are in order.
        let mut rest = stored.as_bytes();
        let in_order = rows.iter().enumerate().all(|(at, row)| {
            let after = if at == 0 { Some(rest) } else { rest.strip_prefix(&[RECORD as u8]) };
            after.and_then(|rest| rest.strip_prefix(*row)).map(|after| rest = after).is_some()
        });
        if in_order {
            return rest.is_empty();
        }
        let mut stored: Vec<&[u8]> = stored.split(RECORD).map(str::as_bytes).collect();
        stored.sort_unstable();
        stored == rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Lines {
        let mut lines = Lines::default();
        lines.text("b").number(-7).maybe(None).end();
        lines.joined(&["a", "b"]).hex(&[0, 255]).maybe(Some("")).end();
        lines.text("").json(&("x", 1)).end();
        lines
    }

    #[test]
    fn rows_are_found_equal_in_any_order_and_only_all_of_them() {
        let rows = ["\u{1c}[\"x\",1]", "ab\u{1c}00FF\u{1c}", "b\u{1c}-7\u{1c}\u{1d}"];
        let mut lines = lines();
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let stored = order.map(|at| rows[at]).join("\u{1e}");
            assert!(lines.are(3, &stored), "{order:?}");
            assert!(!lines.are(2, &stored) && !lines.are(4, &stored));
            assert!(!lines.are(3, &format!("{stored}!")) && !lines.are(3, &stored[1..]));
        }
        assert!(!lines.are(3, &[rows[0], rows[1], rows[1]].join("\u{1e}")));
        assert!(!lines.are(3, &[rows[0], rows[1], rows[2], ""].join("\u{1e}")));
        lines.clear();
        assert!(lines.are(0, "") && !lines.are(1, ""));
    }
}
