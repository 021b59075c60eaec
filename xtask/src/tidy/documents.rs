//! Documents point at what exists.

use super::Finding;
use super::source::Repository;

/// Every relative link of a Markdown file leads to a file or folder.
pub fn links(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in repository.below("", ".md") {
        let mut fenced = false;
        for (at, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue;
            }
            for target in targets(line) {
                if !resolve(path, target).is_some_and(|file| repository.exists(&file)) {
                    findings.push(Finding::new(path, at + 1, format!("the link leads nowhere: {target}")));
                }
            }
        }
    }
    findings
}

/// The files a line links to, without anchors; addresses on the web are left out.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split_once(')')?.0;
        let file = target.split('#').next().unwrap_or(target);
        (!file.is_empty() && !file.contains(':')).then_some(file)
    })
}

/// The path from the root of a link in the document at `from`; `None` when it leaves the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The change log has a place for what is not released yet.
pub fn changelog(repository: &Repository) -> Vec<Finding> {
    let has = repository.text("CHANGELOG.md").is_some_and(|text| text.lines().any(|line| line.starts_with("## [Unreleased]")));
    if has { Vec::new() } else { vec![Finding::new("CHANGELOG.md", 0, "a heading `## [Unreleased]` is missing")] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_link_is_found_and_a_live_one_is_not() {
        let text = "[a](../README.md) [b](adr/0001.md#why) [c](https://example.org/x) [d](#here)\n[e](gone.md)\n```\n[f](x)\n```\n";
        let repository = Repository::of(&[("README.md", ""), ("docs/adr/0001.md", ""), ("docs/a.md", text)]);
        assert_eq!(links(&repository), [Finding::new("docs/a.md", 2, "the link leads nowhere: gone.md")]);
    }

    #[test]
    fn a_link_out_of_the_repository_is_dead() {
        assert_eq!(resolve("README.md", "../x"), None);
        assert_eq!(resolve("docs/a.md", "../x").as_deref(), Some("x"));
    }

    #[test]
    fn a_change_log_needs_its_unreleased_part() {
        assert!(changelog(&Repository::of(&[("CHANGELOG.md", "# Changes\n\n## [Unreleased]\n")])).is_empty());
        assert_eq!(changelog(&Repository::of(&[])).len(), 1);
    }
}
