//! Currencies as ISO 4217 names them.

use iso_currency::Currency;

/// How many decimal digits the minor unit of a currency has. `None` for what is no currency of ISO 4217, among them precious metals and the codes
/// for tests and for none.
pub fn minor_digits(code: &str) -> Option<u32> {
    Currency::from_code(code)?.exponent().map(u32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_standard() {
        for (code, digits) in [("CNY", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("CLF", 4), ("HRK", 2)] {
            assert_eq!(minor_digits(code), Some(digits), "{code}");
        }
        for code in ["QQQ", "ZZZ", "XXX", "XTS", "XAU", "cny", "CN", "", "CNYY"] {
            assert_eq!(minor_digits(code), None, "{code}");
        }
    }
}
