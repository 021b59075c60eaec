//! How likely two names are one company: 0 to 100, and why.

use super::name::Name;
use super::words::apart;

/// From here on a member is shown as a possible duplicate.
pub const POSSIBLE: u8 = 60;
/// From here on it is likely, and whoever creates a member is told.
pub const LIKELY: u8 = 85;

/// Why a score is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Both have one registration number.
    SameNumber,
    /// The names are equal once forms, regions and ways of writing are taken out.
    NameEqual,
    /// The brand is the same.
    BrandEqual,
    /// The brand is nearly the same.
    BrandSimilar,
    /// The trade is the same or nearly.
    TradeSimilar,
    /// The regions in the names cannot both be right.
    RegionDiffers,
    /// The countries are different.
    CountryDiffers,
    /// The names carry different numbers.
    NumbersDiffer,
    /// One is a branch.
    Branch,
    /// One is a group.
    Group,
    /// The legal forms are different.
    FormDiffers,
}

impl Reason {
    /// As it is written in answers.
    pub fn name(self) -> &'static str {
        match self {
            Reason::SameNumber => "same-number",
            Reason::NameEqual => "name-equal",
            Reason::BrandEqual => "brand-equal",
            Reason::BrandSimilar => "brand-similar",
            Reason::TradeSimilar => "trade-similar",
            Reason::RegionDiffers => "region-differs",
            Reason::CountryDiffers => "country-differs",
            Reason::NumbersDiffer => "numbers-differ",
            Reason::Branch => "branch",
            Reason::Group => "group",
            Reason::FormDiffers => "legal-form-differs",
        }
    }
}

/// A score with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// 0 to 100.
    pub points: u8,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// Compares two names and countries. Equal names are worth 98; else the brand counts 55 and the trade 45 of 92, and a brand that is not similar
/// ends it. What speaks against takes away: a number 60, a region 25, a country 20, a branch or group 10, a legal form 2.
pub(super) fn score(one: &Name, other: &Name, countries: [Option<&str>; 2]) -> Score {
    let mut reasons = Vec::new();
    let brand = alike(&one.brand, &other.brand);
    let mut points: u32 = if one.whole.is_empty() || other.whole.is_empty() {
        0
    } else if one.whole == other.whole {
        reasons.push(Reason::NameEqual);
        98
    } else if brand < 60 {
        0
    } else {
        let trade = alike(&one.tail, &other.tail);
        reasons.push(if brand == 100 { Reason::BrandEqual } else { Reason::BrandSimilar });
        if trade >= 60 {
            reasons.push(Reason::TradeSimilar);
        }
        92 * (brand * 55 + trade * 45) / 10_000
    };
    let mut against = |holds: bool, reason: Reason, less: u32| {
        if holds {
            reasons.push(reason);
            points = points.saturating_sub(less);
        }
    };
    against(one.numbers != other.numbers, Reason::NumbersDiffer, 60);
    let regions_apart =
        !one.regions.is_empty() && !other.regions.is_empty() && one.regions.iter().any(|a| other.regions.iter().any(|b| apart(a, b)));
    against(regions_apart, Reason::RegionDiffers, 25);
    against(countries[0].zip(countries[1]).is_some_and(|(a, b)| a != b), Reason::CountryDiffers, 20);
    against(one.branch != other.branch, Reason::Branch, 10);
    against(one.group != other.group, Reason::Group, 10);
    against(!one.form.is_empty() && !other.form.is_empty() && one.form != other.form, Reason::FormDiffers, 2);
    Score { points: u8::try_from(points).unwrap_or(100), reasons }
}

/// How alike two texts are, in percent: 100 less the share of characters to change (Levenshtein).
fn alike(one: &str, other: &str) -> u32 {
    let longest = one.chars().count().max(other.chars().count());
    if longest == 0 {
        return 100;
    }
    let changes = strsim::levenshtein(one, other);
    u32::try_from(100 - 100 * changes.min(longest) / longest).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(one: &str, other: &str) -> (u8, Vec<Reason>) {
        let (a, b) = (Name::of(one), Name::of(other));
        let (there, back) = (score(&a, &b, [None; 2]), score(&b, &a, [None; 2]));
        assert_eq!(there.points, back.points, "{one} and {other} either way");
        (there.points, there.reasons)
    }

    #[test]
    fn one_company_written_in_two_ways_is_likely() {
        for (one, other) in [
            ("华东轴承有限公司", "華東軸承股份有限公司"),
            ("华东轴承有限公司", "上海华东轴承有限公司"),
            ("华为技术有限公司", "华为技术（中国）有限公司"),
            ("恒通精密轴承制造有限公司", "恒通精密轴承制照有限公司"),
            ("ＡＣＭＥ　ＢＥＡＲＩＮＧＳ", "Acme Bearings Co., Ltd."),
            ("Acme Bearings Co., Ltd.", "ACME BEARING CO LTD"),
            ("Bearings Acme Inc.", "Acme Bearings LLC"),
            ("Müller Maschinenbau GmbH", "Muller Maschinenbau GmbH & Co. KG"),
            ("Acme (Shanghai) Trading Co., Ltd.", "Acme Trading"),
        ] {
            let (points, reasons) = points(one, other);
            assert!(points >= LIKELY, "{one} and {other}: {points} {reasons:?}");
        }
    }

    #[test]
    fn what_may_be_one_is_shown() {
        for (one, other) in [
            ("华东轴承有限公司", "华东轴承制造有限公司"),
            ("上海恒通机械有限公司", "北京恒通机械有限公司"),
            ("恒通机械有限公司", "恒通机械有限公司南京分公司"),
            ("Acme Bearings Ltd", "Acne Bearings Ltd"),
        ] {
            let (points, reasons) = points(one, other);
            assert!((POSSIBLE..98).contains(&points), "{one} and {other}: {points} {reasons:?}");
        }
    }

    /// Names that share most of their characters and are other companies.
    #[test]
    fn what_only_sounds_alike_is_not_likely() {
        for (one, other, at_most) in [
            ("沈阳第一机床厂", "沈阳第二机床厂", 40),
            ("上海恒通机械有限公司", "北京恒通机械有限公司", 84),
            ("恒通机械有限公司", "恒通电子有限公司", 59),
            ("恒通精密轴承制造有限公司", "恒达精密轴承制造有限公司", 59),
            ("上海汽车集团股份有限公司", "北京汽车集团股份有限公司", 59),
            ("华东电缆有限公司", "华南电缆有限公司", 59),
            ("中国建筑第八工程局有限公司", "中国建筑第五工程局有限公司", 40),
            ("Delta Electronics Inc.", "Delta Airlines Inc.", 80),
            ("General Motors", "General Electric", 75),
            ("Northern Steel Ltd", "Southern Steel Ltd", 80),
            ("Shanghai Trading Co", "Beijing Trading Co", 84),
            ("有限公司", "股份有限公司", 0),
        ] {
            let (points, reasons) = points(one, other);
            assert!(points <= at_most, "{one} and {other}: {points} {reasons:?}");
        }
    }

    #[test]
    fn countries_speak_against() {
        let (a, b) = (Name::of("Acme Bearings Ltd"), Name::of("Acme Bearings Ltd"));
        assert_eq!(score(&a, &b, [Some("GB"), Some("GB")]).points, 98);
        let apart = score(&a, &b, [Some("GB"), Some("US")]);
        assert_eq!((apart.points, apart.reasons), (78, vec![Reason::NameEqual, Reason::CountryDiffers]));
    }
}
