//! Check digits that several kinds of numbers share.

/// The value of a digit.
fn digit(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0'))
}

/// A weighted sum of digits, as far as there are weights.
pub(super) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(byte, weight)| digit(*byte) * weight).sum()
}

/// The Luhn sum (ISO/IEC 7812-1, annex B) modulo 10: 0 when the last digit is right.
pub(super) fn luhn(digits: &[u8]) -> u32 {
    let doubled = |at: usize, value: u32| if at.is_multiple_of(2) { value } else { value * 2 / 10 + value * 2 % 10 };
    digits.iter().rev().enumerate().map(|(at, byte)| doubled(at, digit(*byte))).sum::<u32>() % 10
}

/// Whether digits end as ISO/IEC 7064 MOD 11,10 has it.
pub(super) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((last, rest)) = digits.split_last() else { return false };
    let product = rest.iter().fold(10, |product, byte| {
        let sum = (product + digit(*byte)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + digit(*last)) % 10 == 1
}

/// Digits and capital letters modulo 97, a letter as two digits from A = 10 (ISO/IEC 7064 MOD 97-10): 1 when the last two digits are right.
pub(super) fn mod_97(text: &[u8]) -> u32 {
    text.iter().fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + digit(*byte)) % 97,
        _ => (rest * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
    })
}

/// Digits as a number; 0 where there are none or too many.
pub(super) fn number(digits: &[u8]) -> u64 {
    std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standards_hold() {
        assert_eq!(luhn(b"79927398713"), 0);
        assert_ne!(luhn(b"79927398710"), 0);
        // ISO/IEC 7064, the worked examples of MOD 11,10 and MOD 97-10.
        assert!(mod_11_10(b"07945"));
        assert!(!mod_11_10(b"07940"));
        assert_eq!(mod_97(b"79444"), 1);
    }
}
