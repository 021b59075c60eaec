use std::collections::BTreeSet;
use std::path::PathBuf;

use hansa::http::document;
use serde_json::Value;

/// Compares a generated file with the committed one; writes it when it is asked to.
#[track_caller]
pub fn committed(path: &str, text: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    #[allow(clippy::disallowed_methods, reason = "a test's switch")]
    if std::env::var_os("HANSA_UPDATE").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "{path} is not what the code says: run `HANSA_UPDATE=1 cargo xtask test -- committed` and look at what changed");
}

#[test]
fn the_document_is_as_committed() {
    committed("openapi.json", &format!("{}\n", document().unwrap().to_pretty_json().unwrap()));
}

/// Every operation says what it is, has a name of its own, and describes every answer.
#[test]
fn the_document_is_complete() {
    let document: Value = serde_json::from_str(&document().unwrap().to_json().unwrap()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{place}: its name stands there twice");
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{place}: no summary");
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers.values().all(|answer| !answer["description"].as_str().unwrap_or_default().is_empty()),
                "{place}: an answer without words"
            );
            assert!(answers.keys().any(|status| status.starts_with('2')), "{place}: no good end");
            for status in ["401", "403", "404", "429", "500", "503"] {
                assert!(answers.contains_key(status), "{place}: {status} is not described");
            }
        }
    }
}
