//! Sizes and names of files.

use super::Finding;
use super::source::Repository;

/// A file longer than this is two things.
const MAX_LINES: usize = 400;

/// Files that are longer all the same, with the length each may have. This list may only shrink.
const LONGER: &[(&str, usize)] = &[];

/// How far a listed length may lie above the file's own before it has to be lowered.
const SLACK: usize = 25;

/// Names that say nothing about what is in a file.
const EMPTY_NAMES: &[&str] =
    &["common", "helper", "helpers", "manager", "managers", "misc", "models", "service", "services", "types", "util", "utils"];

/// No source file is longer than [`MAX_LINES`], save the listed ones, and those do not grow.
pub fn lengths(repository: &Repository) -> Vec<Finding> {
    check_lengths(repository, LONGER)
}

fn check_lengths(repository: &Repository, longer: &[(&str, usize)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in repository.below("", ".rs") {
        let lines = text.lines().count();
        let listed = longer.iter().find(|(known, _)| *known == path).map(|(_, allowed)| *allowed);
        let message = match listed {
            None if lines > MAX_LINES => format!("{lines} lines, {MAX_LINES} are allowed: which two things is this?"),
            Some(allowed) if lines > allowed => {
                format!("{lines} lines, {allowed} are listed: the list may only shrink")
            }
            Some(_) if lines <= MAX_LINES => "short enough: take it off the list in xtask/src/tidy/layout.rs".to_owned(),
            Some(allowed) if lines + SLACK < allowed => format!("{lines} lines: lower the listed {allowed}"),
            _ => continue,
        };
        findings.push(Finding::new(path, 0, message));
    }
    for (path, _) in longer.iter().filter(|(path, _)| repository.text(path).is_none()) {
        findings.push(Finding::new(path, 0, "listed as a long file, but gone: take it off the list"));
    }
    findings
}

/// Files and folders are called by the field's words.
pub fn names(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, _) in repository.below("", ".rs") {
        let parts = path.trim_end_matches(".rs").split('/');
        if let Some(part) = parts.into_iter().find(|part| EMPTY_NAMES.contains(part)) {
            findings.push(Finding::new(path, 0, format!("`{part}` says nothing: name it after what is in it")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: usize, longer: &[(&str, usize)], expected: Option<&str>) {
        let text = "x\n".repeat(lines);
        let findings = check_lengths(&Repository::of(&[("a.rs", &text)]), longer);
        assert_eq!(findings.first().map(|finding| finding.message.as_str()), expected);
    }

    #[test]
    fn the_list_of_long_files_only_shrinks() {
        check(400, &[], None);
        check(401, &[], Some("401 lines, 400 are allowed: which two things is this?"));
        check(450, &[("a.rs", 450)], None);
        check(451, &[("a.rs", 450)], Some("451 lines, 450 are listed: the list may only shrink"));
        check(410, &[("a.rs", 450)], Some("410 lines: lower the listed 450"));
        check(400, &[("a.rs", 450)], Some("short enough: take it off the list in xtask/src/tidy/layout.rs"));
        check(1, &[("b.rs", 450)], Some("listed as a long file, but gone: take it off the list"));
    }

    #[test]
    fn empty_names_are_found_in_files_and_folders() {
        let repository = Repository::of(&[("crates/a/src/utils.rs", ""), ("crates/common/src/lib.rs", ""), ("crates/a/src/lot.rs", "")]);
        let found: Vec<String> = names(&repository).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["crates/a/src/utils.rs", "crates/common/src/lib.rs"]);
    }
}
