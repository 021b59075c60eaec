//! One registration number: its kind, what it must look like, and the one way in which it is written down.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

use super::check_digits::{mod_11_10, mod_97};
use super::vat::{self, VatError};
use crate::members::credit_code::CreditCode;
use crate::members::is_country;

/// What kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Unified social credit code of China (GB 32100-2015).
    CreditCode,
    /// Registration number on a Chinese business licence before that (GS 15-2006).
    Licence,
    /// Legal entity identifier (ISO 17442).
    Lei,
    /// VAT number of a state of the European Union or of Northern Ireland.
    EuVat,
    /// D-U-N-S number of Dun & Bradstreet.
    Duns,
    /// The number in another register of a country, as that register writes it.
    National,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] = [Kind::CreditCode, Kind::Licence, Kind::Lei, Kind::EuVat, Kind::Duns, Kind::National];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Kind::CreditCode => "credit-code",
            Kind::Licence => "licence",
            Kind::Lei => "lei",
            Kind::EuVat => "eu-vat",
            Kind::Duns => "duns",
            Kind::National => "national",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Kind, String> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            format!("one of {}", names.join(", "))
        })
    }
}

/// A number whose form and check digits are right; whether anybody holds it only its register can say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// What kind.
    pub kind: Kind,
    /// In capitals, half width, without separators.
    pub number: String,
    /// The country that gave it (ISO 3166-1 alpha-2); an LEI and a D-U-N-S number belong to none.
    pub country: Option<String>,
}

/// The longest number of another register, in characters.
pub const NATIONAL_MAX: usize = 64;

/// A field that is not right, and what would be: `number` or `country`.
pub type Wrong = (&'static str, String);

impl Number {
    /// Reads a number. Spaces, hyphens, dots, slashes, small letters and full-width characters are forgiven.
    ///
    /// # Errors
    /// The field that is not right, and which check failed.
    pub fn parse(kind: Kind, text: &str, country: Option<&str>) -> Result<Number, Wrong> {
        let number = compact(text);
        let length = number.chars().count();
        let all = |fits: fn(&u8) -> bool| number.bytes().all(|byte| fits(&byte));
        let wrong = |why: String| Err(("number", why));
        let (number, own) = match kind {
            Kind::CreditCode => match CreditCode::parse(&number) {
                Ok(code) => (code.as_str().to_owned(), Some("CN".to_owned())),
                Err(error) => return wrong(error.to_string()),
            },
            Kind::Licence if length == 18 => return wrong("18 characters are a unified social credit code: kind `credit-code`".to_owned()),
            Kind::Licence if length != 15 || !all(u8::is_ascii_digit) => {
                return wrong("a licence number has 15 digits (GS 15-2006)".to_owned());
            }
            Kind::Licence if !mod_11_10(number.as_bytes()) => return wrong(unfit("licence number", "digit", "GS 15-2006, MOD 11,10")),
            Kind::Licence => (number, Some("CN".to_owned())),
            Kind::Lei if length != 20 || !all(u8::is_ascii_alphanumeric) || !number[18..].bytes().all(|byte| byte.is_ascii_digit()) => {
                return wrong("an LEI has 18 letters or digits and 2 check digits (ISO 17442)".to_owned());
            }
            Kind::Lei if mod_97(number.as_bytes()) != 1 => return wrong(unfit("LEI", "digits", "ISO 17442, MOD 97-10")),
            Kind::Lei => (number, None),
            Kind::EuVat => {
                let (number, country) = vat::parse(&with_state(number, country)).map_err(|error| ("number", vat_wrong(error)))?;
                (number, Some(country))
            }
            // Numbers given since 2006 have no check digit any more.
            Kind::Duns if length != 9 || !all(u8::is_ascii_digit) => return wrong("a D-U-N-S number has 9 digits".to_owned()),
            Kind::Duns => (number, None),
            Kind::National => {
                if length == 0 || length > NATIONAL_MAX || number.chars().any(char::is_control) {
                    return wrong(format!("1 to {NATIONAL_MAX} characters"));
                }
                let given = country.ok_or_else(|| ("country", "the country of the register (ISO 3166-1 alpha-2)".to_owned()))?;
                (number, Some(given.to_owned()))
            }
        };
        if country.is_some_and(|code| !is_country(code)) {
            return Err(("country", "two capital letters (ISO 3166-1 alpha-2), or null".to_owned()));
        }
        match (country, &own) {
            (Some(given), Some(own)) if given != own => Err(("country", format!("this number is one of {own}"))),
            (Some(_), None) => Err(("country", format!("kind `{kind}` belongs to no country: null"))),
            _ => Ok(Number { kind, number, country: own }),
        }
    }

    /// What a number without a kind is most likely, by its form and its country: for what senders call the number in the national register.
    pub fn recognised(text: &str, country: Option<&str>) -> Option<Number> {
        let china = country.is_none_or(|country| country == "CN");
        let chinese = [Kind::CreditCode, Kind::Licence].into_iter().filter(|_| china);
        let typed = chinese.chain([Kind::Lei]).find_map(|kind| Number::parse(kind, text, None).ok());
        typed
            .or_else(|| {
                Number::parse(Kind::EuVat, text, None)
                    .ok()
                    .filter(|found| country.is_none_or(|code| found.country.as_deref() == Some(code)))
            })
            .or_else(|| Number::parse(Kind::National, text, country).ok())
    }
}

/// In capitals and half width, without what people put between the characters.
pub fn compact(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !"-‐‑‒–—−./".contains(*c)).flat_map(char::to_uppercase).collect()
}

/// A VAT number without its state, where the country says which.
fn with_state(number: String, country: Option<&str>) -> String {
    let state = match country {
        Some("GR") => "EL",
        Some("GB") => "XI",
        Some(same) => same,
        None => return number,
    };
    if number.starts_with(state) || vat::parse(&number).is_ok() { number } else { format!("{state}{number}") }
}

fn vat_wrong(error: VatError) -> String {
    match error {
        VatError::State => "a VAT number begins with the two letters of a state of the European Union, or XI".to_owned(),
        VatError::Form(form) => format!("after the two letters of the state: {form}"),
        VatError::Check => unfit("VAT number", "digits", "its state's own rule"),
    }
}

/// What is told of check digits. Which ones would fit is not: that would make a right number of any.
fn unfit(what: &str, digits: &str, rule: &str) -> String {
    format!("the check {digits} of the {what} do{} not fit ({rule}): was it typed right?", if digits == "digit" { "es" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: Kind, text: &str, country: Option<&str>, expected: Result<&str, &str>) {
        let found = Number::parse(kind, text, country);
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found.number, expected, "{text}"),
            (Err((field, why)), Err(expected)) => assert!(format!("{field}: {why}").contains(expected), "{text}: {field}: {why}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn licence_numbers_before_the_credit_code() {
        // The example of GS 15-2006; Huawei Technologies; Tencent Computer Systems.
        for right in ["110108000000016", "440301103097413", "440301103448669"] {
            check(Kind::Licence, right, None, Ok(right));
        }
        check(Kind::Licence, "４４０３０１ １０３０９７４１３", Some("CN"), Ok("440301103097413"));
        check(Kind::Licence, "440301103097414", None, Err("number: the check digit"));
        check(Kind::Licence, "44030110309741", None, Err("15 digits"));
        check(Kind::Licence, "91440300708461136T", None, Err("kind `credit-code`"));
        check(Kind::Licence, "440301103097413", Some("DE"), Err("country: this number is one of CN"));
    }

    #[test]
    fn legal_entity_identifiers() {
        // GLEIF, Apple, Deutsche Bank, Bloomberg, Siemens: as GLEIF publishes them.
        let published =
            ["506700GE1G29325QX363", "HWUPKR0MPOU8FGXBT394", "7LTWFZYICNSX8D621K86", "5493001KJTIIGC8Y1R12", "W38RGI023J3WT1HWRP32"];
        for right in published {
            check(Kind::Lei, right, None, Ok(right));
            // Two neighbours changed places: MOD 97-10 sees every such slip.
            let mut slipped = right.as_bytes().to_vec();
            slipped.swap(4, 5);
            if slipped != right.as_bytes() {
                check(Kind::Lei, std::str::from_utf8(&slipped).unwrap(), None, Err("check digits"));
            }
        }
        check(Kind::Lei, "5067-00ge1g29325qx363", None, Ok("506700GE1G29325QX363"));
        check(Kind::Lei, "506700GE1G29325QX36A", None, Err("18 letters or digits"));
        check(Kind::Lei, "506700GE1G29325QX363", Some("CH"), Err("country: kind `lei` belongs to no country"));
    }

    #[test]
    fn the_other_kinds() {
        check(Kind::Duns, "15-048-3782", None, Ok("150483782"));
        check(Kind::Duns, "15048378", None, Err("9 digits"));
        check(Kind::CreditCode, "91350100m000100y43", None, Ok("91350100M000100Y43"));
        check(Kind::CreditCode, "91350100M000100Y44", None, Err("should end with"));
        check(Kind::EuVat, "DE 136.695.976", None, Ok("DE136695976"));
        check(Kind::EuVat, "136695976", Some("DE"), Ok("DE136695976"));
        check(Kind::EuVat, "EL 094259216", Some("GR"), Ok("EL094259216"));
        check(Kind::EuVat, "980780684", Some("GB"), Ok("XI980780684"));
        check(Kind::EuVat, "DE136695976", Some("FR"), Err("country: this number is one of DE"));
        check(Kind::EuVat, "136695976", None, Err("two letters"));
        check(Kind::National, "HRB 98765", Some("DE"), Ok("HRB98765"));
        check(Kind::National, "HRB 98765", None, Err("country: the country of the register"));
        check(Kind::National, " - ", Some("DE"), Err("1 to 64"));
        check(Kind::National, "1", Some("de"), Err("two capital letters"));
    }

    #[test]
    fn a_number_without_a_kind_is_recognised() {
        let kind = |text: &str, country: Option<&str>| Number::recognised(text, country).map(|number| number.kind);
        assert_eq!(kind("91350100M000100Y43", Some("CN")), Some(Kind::CreditCode));
        assert_eq!(kind("440301103097413", None), Some(Kind::Licence));
        assert_eq!(kind("506700GE1G29325QX363", Some("CH")), Some(Kind::Lei));
        assert_eq!(kind("DE136695976", Some("DE")), Some(Kind::EuVat));
        assert_eq!(kind("00012345", Some("GB")), Some(Kind::National));
        assert_eq!(kind("00012345", None), None);
    }
}
