//! The next page as the header `Link` tells it (RFC 8288).

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};

/// The address with the relation `next`, relative to `from`. It must be of the same origin: what proves who we are goes with the request.
pub(super) fn next(headers: &HeaderMap, from: &Url) -> Result<Option<String>, String> {
    let lines = headers.get_all(LINK).into_iter().filter_map(|line| line.to_str().ok());
    let Some(target) = lines.flat_map(links).find(|(_, relations)| relations.split(' ').any(|one| one.eq_ignore_ascii_case("next"))) else {
        return Ok(None);
    };
    let url = from.join(target.0).map_err(|_| format!("Link: `{}` is no address", target.0))?;
    if url.origin() != from.origin() {
        return Err(format!("Link: the next page is elsewhere, at {}; it is not gone to", url.origin().ascii_serialization()));
    }
    Ok(Some(url.to_string()))
}

/// The targets of a line with their relations.
fn links(line: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, parameters)) = after.split_once('>') else { break };
        let own = parameters.split(",").next().unwrap_or_default();
        rest = &parameters[own.len()..];
        let relation =
            own.split(';').filter_map(|one| one.trim().split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
        found.push((target, relation.map_or("", |(_, value)| value.trim().trim_matches('"'))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Option<&str>, &str>) {
        let headers = HeaderMap::from_iter([(LINK, line.parse().unwrap())]);
        let found = next(&headers, &"https://erp.example.com/api/orders?a=b".parse().unwrap());
        match expected {
            Ok(expected) => assert_eq!(found, Ok(expected.map(str::to_owned)), "{line}"),
            Err(why) => assert!(found.clone().unwrap_err().contains(why), "{line}: {found:?}"),
        }
    }

    #[test]
    fn the_next_page_is_found_at_the_same_origin() {
        check("<https://erp.example.com/api/orders?page=2>; rel=\"next\"", Ok(Some("https://erp.example.com/api/orders?page=2")));
        check(
            "</api/orders?page=1>; rel=prev, </api/orders?page=3,4>; rel=\"last next\"",
            Ok(Some("https://erp.example.com/api/orders?page=3,4")),
        );
        check("</api/orders?page=1>; rel=\"prev\"", Ok(None));
        check("<https://evil.example.com/>; rel=next", Err("elsewhere, at https://evil.example.com"));
        check("<http://erp.example.com/>; rel=next", Err("elsewhere"));
        check("nothing", Ok(None));
    }
}
