//! `LIKE` and `ILIKE`: `%` is any run of characters, `_` exactly one.
//!
//! Matching never backtracks further than the last `%`, so a hostile pattern costs at most text × pattern, not an exponent.

/// A pattern made ready.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    shape: Shape,
    insensitive: bool,
}

/// Nearly all patterns in use are one of the simple shapes, which the standard library's search answers at once.
#[derive(Clone, Debug)]
enum Shape {
    Exact(Box<str>),
    Prefix(Box<str>),
    Suffix(Box<str>),
    Contains(Box<str>),
    General(Box<[Piece]>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Char(char),
    One,
    Many,
}

impl Pattern {
    /// Reads a pattern; `None` if it ends in its escape character, which has then nothing to escape.
    pub(super) fn new(pattern: &str, escape: Option<char>, insensitive: bool) -> Option<Self> {
        let mut pieces = Vec::with_capacity(pattern.len());
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            let piece = match c {
                _ if Some(c) == escape => Piece::Char(fold(chars.next()?, insensitive)),
                '%' => Piece::Many,
                '_' => Piece::One,
                _ => Piece::Char(fold(c, insensitive)),
            };
            if piece != Piece::Many || pieces.last() != Some(&Piece::Many) {
                pieces.push(piece);
            }
        }
        Some(Self { shape: Shape::of(pieces), insensitive })
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        if self.insensitive {
            let folded: String = text.chars().map(|c| fold(c, true)).collect();
            self.shape.matches(&folded)
        } else {
            self.shape.matches(text)
        }
    }
}

impl Shape {
    fn of(pieces: Vec<Piece>) -> Self {
        let literal = |pieces: &[Piece]| -> Option<Box<str>> {
            let chars: Option<String> = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Char(c) => Some(*c),
                    _ => None,
                })
                .collect();
            chars.map(String::into_boxed_str)
        };
        let simple = match pieces.as_slice() {
            [Piece::Many] => literal(&[]).map(Shape::Prefix),
            [Piece::Many, inner @ .., Piece::Many] => literal(inner).map(Shape::Contains),
            [Piece::Many, rest @ ..] => literal(rest).map(Shape::Suffix),
            [rest @ .., Piece::Many] => literal(rest).map(Shape::Prefix),
            all => literal(all).map(Shape::Exact),
        };
        simple.unwrap_or_else(|| Shape::General(pieces.into()))
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Shape::Exact(whole) => text == &**whole,
            Shape::Prefix(start) => text.starts_with(&**start),
            Shape::Suffix(end) => text.ends_with(&**end),
            Shape::Contains(inner) => text.contains(&**inner),
            Shape::General(pieces) => general(pieces, text),
        }
    }
}

/// Greedy matching: on a mismatch only the last `%` takes one character more.
fn general(pieces: &[Piece], text: &str) -> bool {
    let mut at = 0;
    let mut rest = text.chars();
    let mut last_many: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        let mut ahead = rest.clone();
        let stepped = match pieces.get(at) {
            Some(Piece::Many) if at + 1 == pieces.len() => return true,
            Some(Piece::Many) => {
                last_many = Some((at + 1, rest.clone()));
                at += 1;
                continue;
            }
            Some(Piece::One) => ahead.next().is_some(),
            Some(Piece::Char(c)) => ahead.next() == Some(*c),
            None if rest.as_str().is_empty() => return true,
            None => false,
        };
        if stepped {
            at += 1;
            rest = ahead;
            continue;
        }
        let Some((after, from)) = &mut last_many else {
            return false;
        };
        if from.next().is_none() {
            return false;
        }
        at = *after;
        rest = from.clone();
    }
}

/// One character for one character, so that `_` keeps counting characters of the text.
fn fold(c: char, insensitive: bool) -> char {
    if insensitive { c.to_lowercase().next().unwrap_or(c) } else { c }
}
