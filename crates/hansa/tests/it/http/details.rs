//! Why something is refused is told in the caller's language, wherever in the sources it is said.

use std::path::{Path, PathBuf};

use hansa::access::Role;
use hansa::language::Language;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{each, sent};

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_in_the_callers_language() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let told = async |language: &str, body: serde_json::Value| {
            let request = site.ask(Method::POST, "/v1/members", key).header("accept-language", language).json(&body);
            sent(request).await.is(StatusCode::UNPROCESSABLE_ENTITY)
        };
        for (language, why) in [("zh-CN", "1 至 300 个字符"), ("zh-TW", "1 至 300 個字元"), ("en", "1 to 300 characters")] {
            let refused = told(language, json!({ "name": "x".repeat(5_000) })).await;
            assert_eq!((&refused.body["field"], &refused.body["detail"]), (&json!("name"), &json!(why)));
            assert!(refused.body.get("detail_language").is_none(), "{:#}", refused.body);
        }
        // What is not known in the language says in which it is.
        let request = site.ask(Method::POST, "/v1/members", key).header("accept-language", "zh-CN");
        let request = request.header("content-type", "application/json").body(r#"{"name": tru}"#);
        let refused = sent(request).await.is(StatusCode::UNPROCESSABLE_ENTITY).body;
        assert_eq!((&refused["title"], &refused["detail_language"]), (&json!("请求正文不符合此操作的要求。"), &json!("en")), "{refused:#}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_is_refused_says_why_in_the_callers_language() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let fact = json!({ "id": "f-1", "member": "nobody", "kind": "order.completed", "occurred_at": "2026-07-01T04:00:00Z",
            "body": { "order": "f-1", "amount": 5, "currency": "CNY" } });
        let unfit = json!({ "id": "f-2", "member": "nobody", "kind": "order.completed", "occurred_at": "2026-07-01T04:00:00Z",
            "body": { "order": "f-2", "amount": 5, "currency": "XXY" } });
        let request = site.ask(Method::POST, "/v1/facts", key).header("accept-language", "zh-CN");
        let taken = sent(request.json(&json!({ "facts": [fact, unfit] }))).await.is(StatusCode::OK).body;
        assert_eq!(taken["facts"][0]["refusal"]["detail"], "没有会员 `nobody`");
        let unfit = &taken["facts"][1]["refusal"];
        assert_eq!(unfit["detail"], "字段 `currency`：`XXY` 不符合要求，应为：ISO 4217 货币代码，例如 CNY");
        assert!(unfit.get("detail_language").is_none(), "{unfit:#}");
    })
    .await;
}

/// Where a sentence is said to a caller.
const SAID: [&str; 5] = ["Problem::field(", "Problem::parameter(", ".saying(", "AppError::Refused(", "PersonError::Refused("];

/// Sentences that only the command line or a job's log says, and one whose parts are put together where the scan does not look.
const ENGLISH: [&str; 5] = [
    "there is no import `{id}`: `hansa import list` names them all",
    "the reject file cannot be written: {error}",
    "the export cannot be written: {error}",
    "there is no program version {number}: {newest}",
    "case {}: {}",
];

/// Parts of the program that speak to whoever runs it.
const ELSEWHERE: [&str; 5] = ["cli/", "backup/", "verify/", "sync/", "demo/"];

/// What may stand for a part that is put in: a number, a sentence, and words.
const PUT_IN: [&str; 5] = ["7", "true or false", "open", "LEI", "another member"];

/// A sentence that is said somewhere and that no template knows would be told in English to everybody.
#[test]
fn every_sentence_of_the_sources_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut unknown = Vec::new();
    for path in sources(&root) {
        let place = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        if ELSEWHERE.iter().any(|other| place.starts_with(other)) {
            continue;
        }
        let source = Source::of(&std::fs::read_to_string(&path).unwrap());
        for sentence in source.said().filter(|sentence| !ENGLISH.contains(&sentence.as_str()) && !known(sentence)) {
            unknown.push(format!("{place}: {sentence}"));
        }
    }
    assert!(unknown.is_empty(), "add these to locales/*/details.ftl:\n{}", unknown.join("\n"));
}

fn known(sentence: &str) -> bool {
    PUT_IN.iter().any(|part| {
        let mut pieces = sentence.split('{');
        let first = pieces.next().unwrap_or_default().to_owned();
        let filled = pieces.fold(first, |text, piece| text + part + piece.split_once('}').map_or("", |(_, rest)| rest));
        let filled = filled.strip_prefix("field `").and_then(|rest| rest.split_once("`: ")).map_or(filled.as_str(), |(_, why)| why);
        Language::Simplified.detail(filled).is_some()
    })
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A source up to its tests, with comments and the insides of literals taken out, and the literals by their place.
struct Source {
    code: String,
    literals: Vec<(usize, String)>,
}

impl Source {
    fn of(text: &str) -> Source {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let (mut code, mut literals) = (String::new(), Vec::new());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if rest.starts_with("//") {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
            } else if rest.starts_with("'\"'") || rest.starts_with("b'\"'") {
                rest = &rest[rest.find("\"'").unwrap() + 2..];
            } else if rest.starts_with("r\"") || rest.starts_with("r#\"") {
                let end = if rest.starts_with("r\"") { "\"" } else { "\"#" };
                let inside = &rest[rest.find('"').unwrap() + 1..];
                rest = &inside[inside.find(end).unwrap() + end.len()..];
            } else if first == '"' {
                let inside = &rest[1..];
                let end = end(inside);
                literals.push((code.len(), plain(&inside[..end])));
                code.push_str("\"\"");
                rest = &inside[end + 1..];
            } else {
                code.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        Source { code, literals }
    }

    /// The sentences that callers are told.
    fn said(&self) -> impl Iterator<Item = String> {
        let mut found = Vec::new();
        for needle in SAID {
            for (at, _) in self.code.match_indices(needle) {
                let begins = at + needle.len();
                let (first, ends) = arguments(&self.code, begins);
                let begins = if needle.starts_with("Problem::") { first } else { begins };
                let own = self.literals.iter().filter(|(place, _)| (begins..ends).contains(place));
                let own = own.filter(|(place, text)| !self.code[..*place].ends_with("join(") && text.contains(char::is_alphabetic));
                found.extend(own.map(|(_, text)| text.clone()));
            }
        }
        found.into_iter()
    }
}

/// Where the first argument ends, and where all of them do.
fn arguments(code: &str, begins: usize) -> (usize, usize) {
    let (mut depth, mut first) = (0_usize, None);
    for (at, one) in code[begins..].char_indices() {
        match one {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return (first.unwrap_or(begins), begins + at),
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => first = first.or(Some(begins + at)),
            _ => {}
        }
    }
    (begins, code.len())
}

/// Where a literal ends.
fn end(inside: &str) -> usize {
    let mut escaped = false;
    for (at, one) in inside.char_indices() {
        match one {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    inside.len()
}

/// What a literal says.
fn plain(literal: &str) -> String {
    let mut lines = literal.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let whole = lines.fold(first, |text, line| text + line.trim_start());
    whole.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\")
}
