//! The languages that Hansa speaks, and which of them a caller asks for.

mod details;

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};

static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "en",
        // Marks around what is put in would break links and codes.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Simplified,
    /// Traditional Chinese.
    Traditional,
    /// English.
    #[default]
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 3] = [Language::Simplified, Language::Traditional, Language::English];

    /// The language of a caller: the first of its `Accept-Language` (RFC 9110, 12.5.4), by weight, that we speak; else English.
    pub fn of(headers: &HeaderMap) -> Language {
        let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut ranges: Vec<(u32, Language)> = text.split(',').filter_map(range).collect();
        // Stable: of equal weights the first said wins.
        ranges.sort_by(|(a, _), (b, _)| b.cmp(a));
        ranges.first().map_or_else(Language::default, |(_, language)| *language)
    }

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Simplified => "zh-CN",
            Language::Traditional => "zh-TW",
            Language::English => "en",
        }
    }

    /// The language of a tag.
    pub fn tagged(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// A text by its key; `None` when this language lacks it.
    pub fn text(self, key: &str) -> Option<String> {
        TEXTS.lookup_single_language::<&str>(&self.identifier(), key, None).ok()
    }

    /// A text by its key with what is to stand in it; the key itself when this language lacks it, which a test refuses.
    pub fn say(self, key: &str, arguments: &HashMap<Cow<'static, str>, FluentValue>) -> String {
        TEXTS.lookup_single_language(&self.identifier(), key, Some(arguments)).unwrap_or_else(|_| key.to_owned())
    }

    /// [`Language::say`] with texts to stand in it.
    pub fn put(self, key: &str, arguments: &[(&'static str, &str)]) -> String {
        self.say(key, &arguments.iter().map(|(name, text)| (Cow::Borrowed(*name), FluentValue::from(*text))).collect())
    }

    fn identifier(self) -> LanguageIdentifier {
        const SIMPLIFIED: LanguageIdentifier = langid!("zh-CN");
        const TRADITIONAL: LanguageIdentifier = langid!("zh-TW");
        const ENGLISH: LanguageIdentifier = langid!("en");
        match self {
            Language::Simplified => SIMPLIFIED,
            Language::Traditional => TRADITIONAL,
            Language::English => ENGLISH,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Language, Infallible> {
        Ok(Language::of(&parts.headers))
    }
}

/// One range of the header with its weight in thousandths.
fn range(text: &str) -> Option<(u32, Language)> {
    let (tag, weight) = text.split_once(';').unwrap_or((text, "q=1"));
    let weight: rust_decimal::Decimal = weight.trim().strip_prefix("q=")?.parse().ok()?;
    let weight = u32::try_from(weight.checked_mul(1_000.into())?.trunc()).ok().filter(|weight| (1..=1_000).contains(weight))?;
    let tag = tag.trim().to_ascii_lowercase();
    let parts: Vec<&str> = tag.split('-').collect();
    let language = match parts.as_slice() {
        ["zh", rest @ ..] if rest.iter().any(|part| ["hant", "tw", "hk", "mo"].contains(part)) => Language::Traditional,
        ["zh", ..] => Language::Simplified,
        ["en", ..] => Language::English,
        _ => return None,
    };
    Some((weight, language))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A key that one language has and another lacks would be told as it is.
    #[test]
    fn every_text_is_there_in_every_language() {
        let written = |tag: &str, file: &str| -> Vec<(String, BTreeSet<String>)> {
            let path = format!("{}/locales/{tag}/{file}.ftl", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
            for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                if let Some((key, _)) = line.split_once(" =").filter(|(key, _)| !key.starts_with(' ')) {
                    found.push((key.to_owned(), BTreeSet::new()));
                }
                let names = line.split('$').skip(1).map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect());
                found.last_mut().expect("a key comes first").1.extend(names);
            }
            found
        };
        for file in ["details", "mail", "problems", "rows", "standing"] {
            let english = written("en", file);
            assert!(english.len() > 5, "{file} has texts");
            for language in Language::ALL {
                assert_eq!(written(language.tag(), file), english, "{file} in {}", language.tag());
                for (key, names) in &english {
                    let arguments = names.iter().map(|name| (Cow::Owned(name.clone()), FluentValue::from("there"))).collect();
                    let said = language.say(key, &arguments);
                    assert!(said != *key && said.matches("there").count() >= names.len(), "{key} in {}: {said}", language.tag());
                }
            }
        }
    }

    #[test]
    fn the_heaviest_language_that_we_speak_is_taken() {
        let of = |text: &str| Language::of(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, text.parse().unwrap())]));
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), Language::Simplified);
        assert_eq!(of("zh-Hant-HK"), Language::Traditional);
        assert_eq!(of("fr, en;q=0.3, zh-TW;q=0.7"), Language::Traditional);
        assert_eq!(of("en;q=0, zh"), Language::Simplified);
        assert_eq!(of("de"), Language::English);
        assert_eq!(of(";;q=x,"), Language::English);
    }
}
