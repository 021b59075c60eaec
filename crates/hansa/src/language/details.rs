//! What more there is to say of a problem, in the caller's language.
//!
//! Whoever refuses something says why in English, where it happens. `details.ftl` and, for the rows of imports, `rows.ftl` have a message for each
//! such sentence; the English one is at the same time the template by which the sentence is recognised and its arguments are found. A sentence that
//! no template knows stays English.
//!
//! What an argument may be follows from its name: `$why` and `$what` are sentences and words that are known themselves; `$most`, `$least` and `$count`
//! and `$name` have no white space in them, and `$name` no backquote; any other may be anything but empty.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;

use super::Language;

/// The English messages, each on a line of its own.
const ENGLISH: [&str; 2] = [include_str!("../../locales/en/details.ftl"), include_str!("../../locales/en/rows.ftl")];

/// The longest sentence that is looked at, in bytes.
const SENTENCE_MAX: usize = 8_000;

/// How many templates and places in them are tried for one sentence: what callers sent may stand in it, and must not keep us busy.
const TRIES_MAX: u32 = 20_000;

/// A sentence with places for arguments.
#[derive(Debug)]
struct Template {
    key: &'static str,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(&'static str),
    Argument(&'static str),
}

/// All templates, the most specific first.
static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let mut all: Vec<Template> = ENGLISH.into_iter().flat_map(messages).map(|(key, text)| Template { key, parts: parts(text) }).collect();
    all.sort_by_key(|template| std::cmp::Reverse(template.literal()));
    all
});

impl Language {
    /// An English sentence in this language; `None` when it is not known.
    pub fn detail(self, english: &str) -> Option<String> {
        match self {
            Language::English => Some(english.to_owned()),
            _ if english.len() > SENTENCE_MAX => None,
            _ => Search { language: self, left: Cell::new(TRIES_MAX) }.said(english),
        }
    }

    /// An English sentence in this language, or as it is.
    pub fn tell(self, english: String) -> String {
        self.detail(&english).unwrap_or(english)
    }

    /// [`Language::tell`], where there is a sentence; with the tag of its language where that is another one.
    pub fn tell_any(self, english: Option<String>) -> (Option<String>, Option<&'static str>) {
        match english.as_deref().map(|english| self.detail(english)) {
            Some(None) => (english, Some(Language::English.tag())),
            Some(told) => (told, None),
            None => (None, None),
        }
    }
}

/// The messages of a file, as key and text.
fn messages(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "))
}

fn parts(text: &'static str) -> Vec<Part> {
    let mut pieces = text.split("{ $");
    let mut parts: Vec<Part> = pieces.next().map(Part::Text).into_iter().collect();
    for piece in pieces {
        let (argument, text) = piece.split_once(" }").unwrap_or((piece, ""));
        parts.extend([Part::Argument(argument), Part::Text(text)]);
    }
    parts.retain(|part| !matches!(part, Part::Text("")));
    parts
}

impl Template {
    /// How many bytes of it are its own.
    fn literal(&self) -> usize {
        self.parts.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 0 }).sum()
    }
}

/// The search for what a sentence says.
struct Search {
    language: Language,
    left: Cell<u32>,
}

impl Search {
    fn said(&self, sentence: &str) -> Option<String> {
        let found = TEMPLATES.iter().find_map(|template| {
            let mut arguments = Vec::new();
            (self.may_try() && self.fits(&template.parts, sentence, &mut arguments)).then_some((template.key, arguments))
        });
        let (key, arguments) = found?;
        let arguments = arguments.into_iter().map(|(name, value)| (Cow::Borrowed(name), FluentValue::from(value))).collect();
        Some(self.language.say(key, &arguments))
    }

    /// Whether the parts make up the whole of a text. What stands for the arguments is the shortest that fits.
    fn fits(&self, parts: &[Part], text: &str, arguments: &mut Vec<(&'static str, String)>) -> bool {
        match parts {
            [] => text.is_empty(),
            [Part::Text(own), rest @ ..] => text.strip_prefix(own).is_some_and(|after| self.fits(rest, after, arguments)),
            [Part::Argument(name)] => self.put(name, text, arguments),
            [Part::Argument(name), rest @ ..] => {
                let Some(Part::Text(next)) = rest.first() else { return false };
                let before = arguments.len();
                text.match_indices(next).any(|(at, _)| {
                    arguments.truncate(before);
                    self.may_try() && self.fits(rest, &text[at..], arguments) && self.put(name, &text[..at], arguments)
                })
            }
        }
    }

    /// Takes a text for an argument, where it can be that.
    fn put(&self, name: &'static str, text: &str, arguments: &mut Vec<(&'static str, String)>) -> bool {
        let value = match name {
            "why" | "what" => self.said(text),
            "most" | "least" | "count" | "name" if text.contains(char::is_whitespace) => None,
            "name" if text.contains('`') => None,
            _ => Some(text.to_owned()).filter(|text| !text.is_empty()),
        };
        arguments.extend(value.as_ref().map(|value| (name, value.clone())));
        value.is_some()
    }

    fn may_try(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[track_caller]
    fn check(english: &str, simplified: &str, traditional: &str) {
        assert_eq!(Language::Simplified.detail(english).as_deref(), Some(simplified), "{english}");
        assert_eq!(Language::Traditional.detail(english).as_deref(), Some(traditional), "{english}");
        assert_eq!(Language::English.detail(english).as_deref(), Some(english));
    }

    #[test]
    fn a_sentence_is_told_in_each_language() {
        check("1 to 100 characters", "1 至 100 个字符", "1 至 100 個字元");
        check("this is not your password", "密码不正确", "密碼不正確");
        check("only 5 available, 30 needed", "可用 5，需要 30", "可用 5，需要 30");
        check("one of basic, silver, gold", "可选值：basic, silver, gold", "可選值：basic, silver, gold");
    }

    /// What stands in a sentence may be a sentence or a word itself, but not what somebody sent.
    #[test]
    fn what_a_sentence_holds_is_told_too() {
        check("reservation `r-1` has ended: it was committed", "预留 `r-1` 已结束：已确认", "預留 `r-1` 已結束：已確認");
        check("the program in force has no tier `open`", "现行会员方案中没有等级 `open`", "現行會員方案中沒有等級 `open`");
        check("there is no member `a member`", "没有会员 `a member`", "沒有會員 `a member`");
        check(
            "body: field `amount`: `x` does not fit; expected money in whole minor units",
            "body：字段 `amount`：`x` 不符合要求，应为：以最小货币单位计的整数金额",
            "body：欄位 `amount`：`x` 不符合要求，應為：以最小貨幣單位計的整數金額",
        );
        check(
            "too easy to guess: This is a top-10 common password; a few words that have nothing to do with each other are good",
            "过于容易猜到：这是最常见的十个密码之一；建议使用几个互不相关的词",
            "過於容易猜到：這是最常見的十個密碼之一；建議使用幾個互不相關的詞",
        );
        check(
            "the check digits of the LEI do not fit (ISO 17442, MOD 97-10): was it typed right?",
            "LEI的校验位不符（ISO 17442, MOD 97-10）：请核对是否输入有误",
            "LEI的檢查碼不符（ISO 17442, MOD 97-10）：請核對是否輸入有誤",
        );
    }

    #[test]
    fn the_most_specific_template_wins() {
        check("1 to 20", "1 至 20", "1 至 20");
        check("1 to 20 of them", "1 至 20 项", "1 至 20 項");
        check("1 to 20 characters without a comma", "1 至 20 个字符，不含逗号", "1 至 20 個字元，不含逗號");
        check("one of open, or null", "可选值：open，或 null", "可選值：open，或 null");
        check("`a` is not one of b, c", "`a` 不在可选值之内：b, c", "`a` 不在可選值之內：b, c");
    }

    #[test]
    fn a_sentence_that_is_not_known_stays_english() {
        for unknown in
            ["", "nobody ever said this", "1 to 20 apples", "no such thing: 1 to 20 apples", "reservation `r-1` has ended: somehow"]
        {
            assert_eq!(Language::Simplified.detail(unknown), None, "{unknown}");
        }
        assert_eq!(Language::Simplified.tell_any(Some("somehow".to_owned())), (Some("somehow".to_owned()), Some("en")));
        assert_eq!(Language::English.tell_any(Some("somehow".to_owned())), (Some("somehow".to_owned()), None));
        assert_eq!(Language::Simplified.tell_any(None), (None, None));
    }

    /// Callers' texts stand in sentences: however they are made, they are given up soon.
    #[test]
    fn a_sentence_made_to_be_tried_for_long_is_given_up() {
        for hostile in
            ["a: ".repeat(2_500), "a: b at line 1 column 2 ".repeat(300), "` is of ` on line ".repeat(400), "x".repeat(SENTENCE_MAX + 1)]
        {
            assert_eq!(Language::Traditional.detail(&hostile), None);
        }
    }

    /// Two messages of one sentence, or one that is cut wrongly, would never be told.
    #[test]
    fn every_message_is_a_template_of_its_own() {
        let texts: Vec<(&str, &str)> = ENGLISH.into_iter().flat_map(messages).collect();
        assert_eq!(texts.iter().map(|(_, text)| text).collect::<BTreeSet<_>>().len(), texts.len());
        let lines = ENGLISH.into_iter().flat_map(str::lines).filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(lines.count(), texts.len(), "each on one line");
        for template in TEMPLATES.iter() {
            assert!(template.literal() > 0, "{}", template.key);
            assert!(!template.parts.windows(2).any(|two| matches!(two, [Part::Argument(_), Part::Argument(_)])), "{}", template.key);
            let braces = template.parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains(['{', '}'])));
            assert!(!braces, "{}: a brace is left", template.key);
        }
    }
}
