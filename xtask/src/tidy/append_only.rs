//! What happened stays written: no statement changes or deletes a fact, a transfer, a decision or a program version.
//!
//! The database refuses it too, also for statements whose table name this rule cannot see.

use super::Finding;
use super::source::{Repository, words};

/// Tables that only grow.
const APPEND_ONLY: &[&str] = &["fact", "transfer", "decision", "program_version"];

/// No statement in the product updates, deletes or truncates an append-only table.
pub fn statements(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for crate_folder in ["crates/hansa/src/", "crates/db/src/"] {
        for (path, number, line) in repository.product_lines(crate_folder) {
            if let Some(table) = changed_table(line) {
                let message = format!("`{table}` only grows: correct it by a new row, not by changing an old one");
                findings.push(Finding::new(path, number, message));
            }
        }
    }
    findings
}

fn changed_table(line: &str) -> Option<&'static str> {
    let lower = line.to_lowercase();
    let words: Vec<&str> = words(&lower).collect();
    let by_statement = words.windows(3).find_map(|three| match three {
        ["update", table, "set" | "as"] | ["update", "only", table] => append_only(table),
        ["delete", "from", table] | ["truncate", "table", table] => append_only(table),
        _ => None,
    });
    by_statement.or_else(|| {
        let call = lower.split_once("update_rows(")?.1;
        call.split('"').nth(1).and_then(append_only)
    })
}

fn append_only(table: &str) -> Option<&'static str> {
    APPEND_ONLY.iter().find(|known| **known == table).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<&str>) {
        assert_eq!(changed_table(line), expected, "{line}");
    }

    #[test]
    fn changing_an_append_only_table_is_found() {
        check(r#"let sql = "UPDATE fact SET body = $1";"#, Some("fact"));
        check(r#""delete from transfer where member_id = $1""#, Some("transfer"));
        check(r#""DELETE FROM \"decision\" WHERE key = $1""#, Some("decision"));
        check(r#"update_rows(tx, "fact", &["id"], &["body"], rows).await?;"#, Some("fact"));
        check(r#""UPDATE member_state SET facts = $1""#, None);
        check(r#""DELETE FROM lot WHERE member_id = $1""#, None);
        check(r#""INSERT INTO fact (id) VALUES ($1)""#, None);
        check("SELECT id FROM member ORDER BY id FOR UPDATE", None);
    }
}
