//! Where somebody is reached, and by what it is known when it signs in: an e-mail address or a phone number.

use std::fmt;

/// The longest e-mail address (RFC 5321, 4.5.3.1.3, without the angle brackets).
const EMAIL_MAX: usize = 254;
/// Digits of a phone number with its country (E.164).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// An e-mail address or a phone number, as it is kept: an e-mail address in lower case, a phone number as `+` and digits (E.164). Empty for somebody
/// who was erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// What was given, of which there must be one.
    ///
    /// # Errors
    /// The field that is not right, and what would be.
    pub fn of(email: Option<&str>, phone: Option<&str>) -> Result<Address, (&'static str, String)> {
        match (email, phone) {
            (Some(email), None) => Address::email(email).map_err(|why| ("email", why)),
            (None, Some(phone)) => Address::phone(phone).map_err(|why| ("phone", why)),
            (Some(_), Some(_)) => Err(("phone", "either `email` or `phone`".to_owned())),
            (None, None) => Err(("email", "either `email` or `phone`".to_owned())),
        }
    }

    /// An e-mail address.
    ///
    /// # Errors
    /// What would be right.
    pub fn email(text: &str) -> Result<Address, String> {
        let text = text.trim().to_lowercase();
        if text.len() > EMAIL_MAX || text.parse::<lettre::Address>().is_err() {
            return Err("an address such as li.wei@example.com".to_owned());
        }
        Ok(Address(text))
    }

    /// A phone number.
    ///
    /// # Errors
    /// What would be right.
    pub fn phone(text: &str) -> Result<Address, String> {
        let digits = text.strip_prefix('+').filter(|digits| !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()));
        if digits.is_none_or(|digits| !PHONE_DIGITS.contains(&digits.len())) {
            return Err("a number with its country and nothing but digits after `+`, such as +8613800138000".to_owned());
        }
        Ok(Address(text.to_owned()))
    }

    /// As it was kept.
    pub(super) fn kept(text: String) -> Address {
        Address(text)
    }

    /// The text of either.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The e-mail address, if it is one.
    pub fn as_email(&self) -> Option<&str> {
        Some(&*self.0).filter(|text| text.contains('@'))
    }

    /// The phone number, if it is one.
    pub fn as_phone(&self) -> Option<&str> {
        Some(&*self.0).filter(|text| text.starts_with('+') && !text.contains('@'))
    }

    /// Whether nobody is reached by it any more.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_both() {
        let email = Address::of(Some(" Li.Wei@Example.com "), None).unwrap();
        assert_eq!((email.as_str(), email.as_email(), email.as_phone()), ("li.wei@example.com", Some("li.wei@example.com"), None));
        let odd = Address::of(Some("+1@example.com"), None).unwrap();
        assert_eq!((odd.as_email(), odd.as_phone()), (Some("+1@example.com"), None));
        let phone = Address::of(None, Some("+8613800138000")).unwrap();
        assert_eq!((phone.as_email(), phone.as_phone()), (None, Some("+8613800138000")));
        for wrong in ["13800138000", "+86 138 0013 8000", "+0123456789", "+123456", "+1234567890123456", "+", "", "+86138001380００"] {
            assert_eq!(Address::of(None, Some(wrong)).unwrap_err().0, "phone", "{wrong}");
        }
        assert_eq!(Address::of(None, None).unwrap_err().0, "email");
        assert_eq!(Address::of(Some("a@example.com"), Some("+8613800138000")).unwrap_err().0, "phone");
    }
}
