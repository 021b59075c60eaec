//! Unified social credit codes of China: GB 32100-2015, with the organisation code of GB 11714-1997 inside.
//!
//! Eighteen characters: the registration authority (1), the category of the organisation (2), the administrative division of
//! the authority (3 to 8, GB/T 2260), the organisation code with its own check character (9 to 17), and a check character (18).

use std::fmt;

/// The characters of a code in the order of their values 0 to 30: no I, O, S, V, Z (GB 32100-2015, table 2).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weights of the first seventeen characters: powers of 3 modulo 31 (GB 32100-2015, 4.2.5).
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Weights of the eight characters of an organisation code (GB 11714-1997, 3.2).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A code whose form and check characters are right; whether anyone holds it only the register can say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode([u8; 18]);

/// Why a text is not a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not eighteen characters.
    #[error("{found} characters; a unified social credit code has 18")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// A character that its place does not allow.
    #[error("`{found}` at place {place}: {allowed}")]
    Character {
        /// From 1 to 18.
        place: usize,
        /// The character there.
        found: char,
        /// What the place allows.
        allowed: &'static str,
    },
    /// The check character of the organisation code, place 17.
    #[error("the organisation code ends with `{found}`, by GB 11714 it should end with `{expected}`")]
    OrganisationCheck {
        /// By the standard.
        expected: char,
        /// In the text.
        found: char,
    },
    /// The check character of the whole code, place 18.
    #[error("the code ends with `{found}`, by GB 32100 it should end with `{expected}`")]
    Check {
        /// By the standard.
        expected: char,
        /// In the text.
        found: char,
    },
}

impl CreditCode {
    /// Reads a code; spaces around it and small letters are forgiven, nothing else.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let text = text.trim();
        let found = text.chars().count();
        if found != 18 {
            return Err(CreditCodeError::Length { found });
        }
        let mut code = [0; 18];
        for (at, character) in text.chars().enumerate() {
            let refusal = |allowed| CreditCodeError::Character { place: at + 1, found: character, allowed };
            let upper = character.to_ascii_uppercase();
            let byte = u8::try_from(upper).ok().filter(|&byte| value(byte).is_some());
            code[at] = byte.ok_or_else(|| refusal("digits and capital letters without I, O, S, V, Z"))?;
            if (2..8).contains(&at) && !code[at].is_ascii_digit() {
                return Err(refusal("the administrative division is six digits"));
            }
        }
        let expected = organisation_check(&code[8..16]);
        if code[16] != expected {
            return Err(CreditCodeError::OrganisationCheck { expected: expected.into(), found: code[16].into() });
        }
        let expected = check(&code[..17]);
        if code[17] != expected {
            return Err(CreditCodeError::Check { expected: expected.into(), found: code[17].into() });
        }
        Ok(CreditCode(code))
    }

    /// Puts a code together from the first sixteen characters without check characters: authority and category, six digits of
    /// the division, eight characters of the organisation code. The check characters are computed.
    pub fn compose(authority: &str, division: &str, organisation: &str) -> Result<Self, CreditCodeError> {
        let mut text = format!("{authority}{division}{organisation}");
        let found = text.chars().count() + 2;
        if found != 18 || !text.is_ascii() {
            return Err(CreditCodeError::Length { found });
        }
        text.push(organisation_check(&text.as_bytes()[8..16]).into());
        text.push(check(&text.as_bytes()[..17]).into());
        Self::parse(&text)
    }

    /// The eighteen characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The administrative division of the registering authority, six digits of GB/T 2260.
    pub fn division(&self) -> &str {
        &self.as_str()[2..8]
    }

    /// The organisation code with its check character, nine characters without the hyphen of GB 11714.
    pub fn organisation_code(&self) -> &str {
        &self.as_str()[8..17]
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "CreditCode({self})")
    }
}

/// The value of a character from 0 to 30.
fn value(character: u8) -> Option<u32> {
    ALPHABET.iter().position(|&one| one == character).and_then(|at| u32::try_from(at).ok())
}

/// GB 32100-2015, 4.2.5: 31 − (Σ value × weight mod 31), where 31 counts as 0. A character outside the alphabet counts as 0: it
/// is refused elsewhere.
fn check(characters: &[u8]) -> u8 {
    let sum: u32 = characters.iter().zip(WEIGHTS).map(|(&character, weight)| value(character).unwrap_or(0) * weight).sum();
    ALPHABET[((31 - sum % 31) % 31) as usize]
}

/// GB 11714-1997, 3.2: 11 − (Σ value × weight mod 11), where 10 is written X and 11 is written 0; letters count from A = 10
/// through the whole Latin alphabet, other than in GB 32100.
fn organisation_check(characters: &[u8]) -> u8 {
    let sum: u32 = characters
        .iter()
        .zip(ORGANISATION_WEIGHTS)
        .map(|(&character, weight)| char::from(character).to_digit(36).unwrap_or(0) * weight)
        .sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A published example, not computed by this code: it shows that both checks are those of the standards.
    const EXAMPLE: &str = "91350100M000100Y43";

    #[test]
    fn a_published_example_is_valid() {
        let code = CreditCode::parse(EXAMPLE).expect("valid");
        assert_eq!((code.division(), code.organisation_code()), ("350100", "M000100Y4"));
        assert_eq!(CreditCode::compose("91", "350100", "M000100Y"), Ok(code));
    }

    #[test]
    fn spaces_around_and_small_letters_are_forgiven() {
        assert_eq!(CreditCode::parse(" 91350100m000100y43\t"), CreditCode::parse(EXAMPLE));
    }

    /// Each of the two checks must catch every single wrong character in what it covers.
    #[test]
    fn any_one_wrong_character_is_found() {
        for at in 0..18 {
            for &other in ALPHABET {
                let mut wrong = EXAMPLE.as_bytes().to_vec();
                if wrong[at] == other {
                    continue;
                }
                wrong[at] = other;
                let text = String::from_utf8(wrong).expect("ASCII");
                assert!(CreditCode::parse(&text).is_err(), "{text} passed");
            }
        }
    }

    #[test]
    fn refusals_name_the_place() {
        assert_eq!(CreditCode::parse("91"), Err(CreditCodeError::Length { found: 2 }));
        let place = |text: &str| match CreditCode::parse(text) {
            Err(CreditCodeError::Character { place, found, .. }) => Some((place, found)),
            _ => None,
        };
        assert_eq!(place("9135010OM000100Y43"), Some((8, 'O')));
        assert_eq!(place("91A50100M000100Y43"), Some((3, 'A')));
        assert_eq!(place("91350100M000100Y4企"), Some((18, '企')));
        assert_eq!(CreditCode::parse("91350100M000100Y53"), Err(CreditCodeError::OrganisationCheck { expected: '4', found: '5' }));
        assert_eq!(CreditCode::parse("91350100M000100Y44"), Err(CreditCodeError::Check { expected: '3', found: '4' }));
    }
}
