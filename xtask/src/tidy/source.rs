//! The repository as text: what is code, what is comment, what is test.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Every text file that a rule looks at, by its path from the root with forward slashes.
pub struct Repository {
    files: BTreeMap<String, String>,
    /// Everything that exists, for links.
    paths: Vec<String>,
}

impl Repository {
    /// Reads Rust sources, manifests and documents; leaves out what is built or hidden.
    pub fn read(root: &Path) -> Result<Self> {
        let mut repository = Repository { files: BTreeMap::new(), paths: Vec::new() };
        repository.enter(root, "")?;
        Ok(repository)
    }

    /// A repository made of these files.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files: BTreeMap<_, _> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Repository { paths: files.keys().cloned().collect(), files }
    }

    fn enter(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let hidden = name.starts_with('.') && name != ".cargo" && name != ".ci";
            if hidden || ["target", "demo-data", "node_modules"].contains(&name.as_str()) {
                continue;
            }
            self.paths.push(path.clone());
            if entry.file_type()?.is_dir() {
                self.enter(&entry.path(), &format!("{path}/"))?;
            } else if [".rs", ".toml", ".md"].iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(entry.path()).with_context(|| format!("cannot read {path}"))?;
                self.files.insert(path, text);
            }
        }
        Ok(())
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether a file or folder is there.
    pub fn exists(&self, path: &str) -> bool {
        path.is_empty() || self.paths.iter().any(|known| known == path.trim_end_matches('/'))
    }

    /// Files below a folder with this ending, as path and text.
    pub fn below<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Lines of Rust below a folder that go into the product, each with its path and number: no comments, no tests.
    pub fn product_lines<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, usize, &'a str)> {
        self.below(folder, ".rs")
            .filter(|(path, _)| !is_test(path))
            .flat_map(|(path, text)| code(text).into_iter().map(move |(number, line)| (path, number, line)))
    }
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.contains("/benches/") || path.ends_with("/tests.rs")
}

/// The lines of a source file without comments and without what stands under `#[cfg(test)]`, numbered from 1.
pub fn code(text: &str) -> Vec<(usize, &str)> {
    let mut kept = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("#[cfg(test)]") {
            // A test module closes with a brace in the column of its attribute.
            let indent = &line[..line.len() - trimmed.len()];
            let opens = lines.by_ref().map(|(_, next)| next).find(|next| !next.trim_start().starts_with("#["));
            if opens.is_some_and(|opens| opens.trim_end().ends_with('{')) {
                lines.by_ref().find(|(_, next)| next.strip_prefix(indent).is_some_and(|rest| rest.starts_with('}')));
            }
            continue;
        }
        if !trimmed.starts_with("//") {
            kept.push((at + 1, line.split_once(" // ").map_or(line, |(before, _)| before)));
        }
    }
    kept
}

/// The identifiers and numbers of a line.
pub fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_tests_are_not_code() {
        let text = "//! doc\nfn a() {} // why\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n\
                    #[cfg(test)]\nmod more;\nfn d() {}\n";
        assert_eq!(code(text), [(2, "fn a() {}"), (9, "fn c() {}"), (12, "fn d() {}")]);
    }

    #[test]
    fn words_are_identifiers() {
        assert_eq!(words("use crate::members::{store, View2};").collect::<Vec<_>>(), ["use", "crate", "members", "store", "View2"]);
    }
}
