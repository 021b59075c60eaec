//! What a company's name comes to when what names share is taken out of it.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::words::{BRANCHES, CHINESE_FORMS, CHINESE_TRADES, LATIN_FORMS, LATIN_PLACES, SIMPLIFIED, region_at};

/// A name taken apart. Everything is in small letters, half width and simplified characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// All that tells the company apart, without spaces; words in Latin letters sorted.
    pub whole: String,
    /// The same as it was written.
    pub core: String,
    /// The part that is most its own.
    pub brand: String,
    /// The rest of it: mostly its trade.
    pub tail: String,
    /// Regions it names.
    pub regions: BTreeSet<String>,
    /// Numbers it names: of two works of one company they are often all that differs.
    pub numbers: Vec<String>,
    /// The legal form as it was written.
    pub form: String,
    /// Whether it names a group of companies.
    pub group: bool,
    /// Whether it is a branch of a company.
    pub branch: bool,
}

impl Name {
    pub fn of(text: &str) -> Name {
        let folded = folded(text);
        if folded.chars().any(ideograph) { chinese(&folded) } else { latin(&folded) }
    }

    /// Under which keys the name is found. Two names have one in common when they are equal, or when the first few characters of them differ by
    /// at most one that was put in, left out or mistaken (keys by deletion, as in SymSpell).
    pub fn keys(&self) -> Vec<String> {
        let core: Vec<char> = self.core.chars().collect();
        let (begin, least) = if self.core.chars().any(ideograph) { (4, 2) } else { (7, 4) };
        let start = &core[..begin.min(core.len())];
        let mut keys = BTreeSet::from([format!("={}", self.whole)]);
        if core.len() >= least {
            keys.insert(start.iter().collect());
        }
        if start.len() > least {
            keys.extend(
                (0..start.len()).map(|out| start.iter().enumerate().filter(|(at, _)| *at != out).map(|(_, c)| c).collect::<String>()),
            );
        }
        if self.whole.is_empty() { Vec::new() } else { keys.into_iter().collect() }
    }
}

fn ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Small letters, half width, without accents, simplified.
fn folded(text: &str) -> String {
    let plain = text.nfkc().flat_map(char::to_lowercase).map(|c| SIMPLIFIED.get(&c).copied().unwrap_or(c));
    let plain = plain.collect::<String>().nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>();
    plain.replace('ß', "ss").replace('ø', "o").replace('æ', "ae").replace('œ', "oe").replace('ł', "l").replace('đ', "d")
}

fn chinese(text: &str) -> Name {
    let mut name = Name::default();
    let text = text.replace("(集团)", "集团");
    let mut rest: Vec<char> = text.chars().filter(|c| c.is_alphanumeric() || "()".contains(*c)).collect();
    let ends = |rest: &[char], end: &str| rest.iter().collect::<String>().ends_with(end);
    if let Some(end) = BRANCHES.iter().find(|end| ends(&rest, end)) {
        name.branch = true;
        rest.truncate(rest.len() - end.chars().count());
        // What stands behind the company's own legal form tells which branch it is.
        let written: String = rest.iter().collect();
        let own = CHINESE_FORMS.iter().filter_map(|(form, _)| Some(written.rfind(form)? + form.len())).max();
        if let Some(own) = own {
            rest = written[..own].chars().collect();
        }
    }
    if let Some((form, group)) = CHINESE_FORMS.iter().find(|(form, _)| ends(&rest, form)) {
        (name.form, name.group) = ((*form).to_owned(), *group);
        rest.truncate(rest.len() - form.chars().count());
    }
    rest = without_brackets(&rest, &mut name);
    // 上海汽车 is called after its city: a region is taken out only where a brand follows.
    while let Some((region, length)) = region_at(&rest) {
        let after: String = rest[length..].iter().collect();
        if after.chars().count() < 2 || CHINESE_TRADES.iter().any(|trade| after.starts_with(trade)) {
            break;
        }
        name.regions.insert(region);
        rest.drain(..length);
    }
    name.core = rest.iter().collect();
    name.numbers = numbers(&rest);
    let trade = (2..rest.len()).find(|at| {
        let after: String = rest[*at..].iter().collect();
        CHINESE_TRADES.iter().any(|trade| after.starts_with(trade))
    });
    let at = trade.unwrap_or(rest.len().min(4));
    (name.brand, name.tail) = (rest[..at].iter().collect(), rest[at..].iter().collect());
    name.whole.clone_from(&name.core);
    name
}

/// Takes brackets out: a region in them is one, anything else stays.
fn without_brackets(text: &[char], name: &mut Name) -> Vec<char> {
    let (Some(open), Some(close)) = (text.iter().position(|c| *c == '('), text.iter().position(|c| *c == ')')) else {
        return text.iter().copied().filter(|c| !"()".contains(*c)).collect();
    };
    if open > close {
        return text.iter().copied().filter(|c| !"()".contains(*c)).collect();
    }
    let inside = &text[open + 1..close];
    match region_at(inside) {
        Some((region, length)) if length == inside.len() => {
            name.regions.insert(region);
            text[..open].iter().chain(&text[close + 1..]).copied().filter(|c| !"()".contains(*c)).collect()
        }
        _ => text.iter().copied().filter(|c| !"()".contains(*c)).collect(),
    }
}

fn latin(text: &str) -> Name {
    let mut name = Name::default();
    let joined = text.replace(['.', '\'', '’'], "").replace("hong kong", "hongkong").replace('&', " and ");
    let mut words: Vec<&str> = joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut form = Vec::new();
    while words.len() > 1 && words.last().is_some_and(|word| LATIN_FORMS.contains(word)) {
        form.extend(words.pop());
    }
    // Some stand in front: PT, UAB, OOO.
    if words.len() > 1 && form.is_empty() && words.first().is_some_and(|word| LATIN_FORMS.contains(word)) {
        form.push(words.remove(0));
    }
    name.form = form.into_iter().rev().collect::<Vec<_>>().join(" ");
    for (word, place) in LATIN_PLACES {
        if words.len() > 1 && words.contains(word) {
            words.retain(|one| one != word);
            name.regions.insert((*place).to_owned());
        }
    }
    name.group = words.len() > 1 && words.last().is_some_and(|word| ["group", "holding", "holdings"].contains(word));
    words.retain(|word| !["the", "and"].contains(word));
    name.numbers = words.iter().filter(|word| word.chars().all(|c| c.is_ascii_digit())).map(|word| (*word).to_owned()).collect();
    name.core = words.concat();
    name.brand = words.first().map(|word| (*word).to_owned()).unwrap_or_default();
    name.tail = words.iter().skip(1).copied().collect::<Vec<_>>().join(" ");
    words.sort_unstable();
    name.whole = words.concat();
    name
}

/// Runs of digits, and Chinese numerals after 第 or before 号, 厂 and the like.
fn numbers(text: &[char]) -> Vec<String> {
    const NUMERALS: &str = "零一二三四五六七八九十百";
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let fits = |c: &char| c.is_ascii_digit() || NUMERALS.contains(*c);
        let length = text[at..].iter().take_while(|c| fits(c)).count();
        let run: String = text[at..at + length].iter().collect();
        let ordinal =
            at.checked_sub(1).is_some_and(|before| text[before] == '第') || text.get(at + length).is_some_and(|c| "号厂建局".contains(*c));
        if length > 0 && (ordinal || run.chars().all(|c| c.is_ascii_digit())) {
            found.push(run);
        }
        at += length.max(1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, core: &str, brand: &str, regions: &[&str]) {
        let name = Name::of(text);
        assert_eq!((name.core.as_str(), name.brand.as_str()), (core, brand), "{name:?}");
        assert_eq!(name.regions.iter().map(String::as_str).collect::<Vec<_>>(), regions, "{name:?}");
    }

    #[test]
    fn names_come_to_what_tells_them_apart() {
        check("华东轴承有限公司", "华东轴承", "华东", &[]);
        check("華東軸承股份有限公司", "华东轴承", "华东", &[]);
        check("华为技术（上海）有限公司", "华为技术", "华为", &["上海"]);
        check("上海市恒通机械制造有限责任公司", "恒通机械制造", "恒通", &["上海"]);
        check("江苏省苏州市恒通机械有限公司", "恒通机械", "恒通", &["江苏", "苏州"]);
        check("上海汽车集团股份有限公司", "上海汽车", "上海", &[]);
        check("上海恒通机械（集团）有限公司", "恒通机械", "恒通", &["上海"]);
        check("恒通机械有限公司南京分公司", "恒通机械", "恒通", &[]);
        check("ＡＢＢ（中国）有限公司", "abb", "abb", &["中国"]);
        check("Acme Bearings Co., Ltd.", "acmebearings", "acme", &[]);
        check("ACME BEARINGS (SHANGHAI) CO LTD", "acmebearings", "acme", &["上海"]);
        check("The Müller & Söhne GmbH & Co. KG", "mullersohne", "muller", &[]);
        check("PT Astra", "astra", "astra", &[]);
        check("Société Générale S.A.", "societegenerale", "societe", &[]);
        check("Co Ltd", "co", "co", &[]);
        check("有限公司", "", "", &[]);
        check("", "", "", &[]);
    }

    #[test]
    fn numbers_are_found_where_they_tell_apart() {
        for (text, expected) in
            [("第一机床厂", "一"), ("沈阳第二机床厂", "二"), ("三一重工", ""), ("中建八局", "八"), ("Studio 54 Ltd", "54")]
        {
            assert_eq!(Name::of(text).numbers.concat(), expected, "{text}");
        }
    }

    /// Whatever the text, nothing breaks, and a name has few keys.
    #[test]
    fn any_text_is_a_name() {
        proptest::proptest!(|(text in "\\PC{0,40}")| {
            proptest::prop_assert!(Name::of(&text).keys().len() <= 9);
        });
    }
}
