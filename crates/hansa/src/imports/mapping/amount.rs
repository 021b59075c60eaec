//! Money and numbers as people write them, read exactly or refused.

use rust_decimal::Decimal;

/// Signs of currencies that may stand before or after an amount.
const SIGNS: [char; 6] = ['¥', '￥', '£', '$', '€', '元'];

/// Reads an amount: digits with a point, thousands in groups of three set off by commas, a currency sign on either side, a minus or
/// parentheses for less than nothing. `None` for anything else: a guess about money is worse than a refusal.
pub fn parse(text: &str) -> Option<Decimal> {
    let plain = text.trim();
    // Nearly all amounts are plain.
    if plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return digits(plain);
    }
    let (inner, in_parentheses) = match plain.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (plain, false),
    };
    let (inner, signed_before) = minus(inner);
    let inner = inner.strip_prefix(SIGNS).unwrap_or(inner).trim_start();
    let inner = inner.strip_suffix(SIGNS).unwrap_or(inner).trim_end();
    let (inner, signed_after) = if signed_before { (inner, false) } else { minus(inner) };
    let negative = signed_before || signed_after;
    if in_parentheses && negative {
        return None;
    }
    let amount = if inner.contains(',') { digits(&without_groups(inner)?) } else { digits(inner) }?;
    Some(if negative || in_parentheses { -amount } else { amount })
}

fn minus(text: &str) -> (&str, bool) {
    match text.strip_prefix(['-', '−']) {
        Some(rest) => (rest.trim_start(), true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    }
}

/// Takes the commas out of `12,345,678.90`; `None` when a group has not three digits.
fn without_groups(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut plain = first.to_owned();
    if first.is_empty() || first.len() > 3 {
        return None;
    }
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        plain.push_str(group);
    }
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(plain)
}

fn digits(text: &str) -> Option<Decimal> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let points = text.bytes().filter(|byte| *byte == b'.').count();
    if digits == 0 || points > 1 || digits + points != text.len() {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn amounts_are_exact_or_refused() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse(text).map(|amount| amount.to_string()).as_deref(), expected, "{text}");
        };
        check("2.55", Some("2.55"));
        check(" -11062.06 ", Some("-11062.06"));
        check("¥1,234.50", Some("1234.50"));
        check("-£1,234,567", Some("-1234567"));
        check("£ -5.00", Some("-5.00"));
        check("(1,234.50)", Some("-1234.50"));
        check("−3", Some("-3"));
        check("1200元", Some("1200"));
        check(".5", Some("0.5"));
        check("0.001", Some("0.001"));
        // A decimal comma must not become thousands, nor an odd group something else.
        check("1,23", None);
        check("1,2345", None);
        check("1234,567", None);
        check("1.234,56", None);
        check("1e5", None);
        check("--5", None);
        check("(-5)", None);
        check("", None);
        check("-", None);
        check(".", None);
        check("12 000", None);
        check("99999999999999999999999999999999", None);
    }
}
