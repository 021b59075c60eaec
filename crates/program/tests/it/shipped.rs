//! What ships beside the code is right: the standard program, and the reference of facts.

use std::fmt::Write as _;

use program::Program;
use program::fact::catalogue::{FieldType, KINDS, KindSpec};

#[test]
fn the_standard_program_has_no_mistakes() {
    let text = std::fs::read_to_string("../../programs/standard.toml").unwrap();
    if let Err(problems) = Program::parse(&text) {
        panic!("{problems}");
    }
}

/// Where the catalogue stands in `docs/facts.md`.
const BEGIN: &str = "<!-- catalogue: begin -->\n";
const END: &str = "<!-- catalogue: end -->";

/// Operators write senders against this page, so it must name every kind and field as the code does.
#[test]
fn the_reference_of_facts_says_what_the_catalogue_says() {
    let written = std::fs::read_to_string("../../docs/facts.md").unwrap().replace("\r\n", "\n");
    let (before, rest) = written.split_once(BEGIN).unwrap();
    let (stands, after) = rest.split_once(END).unwrap();
    let wanted: String = KINDS.iter().map(section).collect();
    if stands != wanted {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("facts.md");
        std::fs::write(&path, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
        panic!("docs/facts.md is behind the catalogue; copy {} over it", path.display());
    }
}

/// The part of the page about one kind.
fn section(kind: &KindSpec) -> String {
    let mut text = format!("### `{}`\n{}\n\n| field | holds | needed |\n|---|---|---|\n", kind.name, kind.about);
    for field in kind.fields {
        let needed = if field.required { "yes" } else { "" };
        writeln!(text, "| `{}` | {} | {needed} |", field.name, holds(field.ty)).unwrap();
    }
    text.push('\n');
    text
}

fn holds(ty: FieldType) -> String {
    match ty {
        FieldType::Int(low, high) => format!("whole number, {} to {}", grouped(low), grouped(high)),
        FieldType::Money => "money in whole minor units".to_owned(),
        FieldType::Currency => "ISO 4217 code".to_owned(),
        FieldType::Decimal => "exact decimal".to_owned(),
        FieldType::Text(most) => format!("text, at most {most} characters"),
        FieldType::OneOf(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        FieldType::Time => "instant, RFC 3339".to_owned(),
        FieldType::Lines => "lines of the order".to_owned(),
    }
}

/// A number with its thousands set apart.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    if number < 0 { format!("−{text}") } else { text }
}
