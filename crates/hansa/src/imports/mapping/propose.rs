//! A mapping guessed from the names of columns.

use super::file::{Mapping, Text};
use super::target::{ImportKind, body_fields, normalised};

/// A guessed mapping.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The guess. It may lack fields that are required: whoever uses it is told which.
    pub mapping: Mapping,
    /// Columns that found no field, in their order.
    pub unused: Vec<String>,
}

/// Matches columns to fields by name, without regard to case, spaces and punctuation, with synonyms in English and Chinese. A column
/// fills one field; of several columns that could fill a field, the one whose name comes first among the synonyms does.
pub fn propose(header: &[String], kind: ImportKind) -> Proposal {
    let names: Vec<String> = header.iter().map(|name| normalised(name)).collect();
    let mut used = vec![false; header.len()];
    let mut mapping = Mapping::new(kind);
    let mut take = |field: &str, words: Vec<String>| {
        let at = words.iter().find_map(|word| (0..names.len()).find(|at| !used[*at] && names[*at] == *word));
        if let Some(at) = at {
            used[at] = true;
            mapping.fields.push((field.to_owned(), Text { text: quoted(&header[at]), ..Text::default() }));
        }
    };
    for target in kind.targets() {
        let own = std::iter::once(normalised(target.name));
        take(target.name, own.chain(target.synonyms.iter().map(|word| (*word).to_owned())).collect());
    }
    if kind == ImportKind::Facts {
        for field in body_fields().filter(|field| kind.target(field).is_none()) {
            take(field, vec![normalised(field)]);
        }
    }
    let unused = header.iter().zip(&used).filter(|(_, used)| !**used).map(|(name, _)| name.clone()).collect();
    Proposal { mapping, unused }
}

/// A column's name as an expression.
pub(super) fn quoted(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}
