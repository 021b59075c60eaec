//! What differs between two program files, section by section.

use std::collections::BTreeMap;

/// One difference: the entry, the key, before and after.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Difference {
    /// Where, e.g. `track.buyer.tier.gold.enter`.
    pub at: String,
    /// Before; `None` when it is new.
    pub before: Option<String>,
    /// After; `None` when it is gone.
    pub after: Option<String>,
}

/// The differences between two texts that both parse as TOML, in the order of their places.
///
/// # Errors
/// When one of them is not TOML.
pub fn diff(before: &str, after: &str) -> Result<Vec<Difference>, toml::de::Error> {
    let (before, after) = (flat(&before.parse()?), flat(&after.parse()?));
    let mut places: Vec<&String> = before.keys().chain(after.keys()).collect();
    places.sort();
    places.dedup();
    let changed = places.into_iter().filter(|place| before.get(*place) != after.get(*place));
    Ok(changed
        .map(|place| Difference { at: place.clone(), before: before.get(place).cloned(), after: after.get(place).cloned() })
        .collect())
}

/// Every value by its path; entries of lists are named by their `id`.
fn flat(table: &toml::Table) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (key, value) in table {
        walk(key, value, &mut found);
    }
    found
}

fn walk(path: &str, value: &toml::Value, found: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(key, value)| walk(&format!("{path}.{key}"), value, found)),
        toml::Value::Array(entries) if entries.iter().any(toml::Value::is_table) => {
            for (at, entry) in entries.iter().enumerate() {
                let name = entry.get("id").and_then(toml::Value::as_str).map_or_else(|| at.to_string(), str::to_owned);
                found.insert(format!("{path}.{name}"), "present".to_owned());
                walk(&format!("{path}.{name}"), entry, found);
            }
        }
        other => {
            found.insert(path.to_owned(), other.to_string());
        }
    }
}
