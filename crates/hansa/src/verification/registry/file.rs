//! A register in a file: a CSV of known companies with a header line. `number` is needed; `representative` and `phone` answer the question of the four
//! elements and are told to nobody; every other column is a field of the company.

use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;

use super::{Company, Elements, LookUpError, Registry, Verdict};
use crate::registrations::compact;

/// How it is configured.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Configured {
    name: String,
    path: PathBuf,
}

impl Configured {
    pub(super) fn open(self, folder: &Path) -> FileRegistry {
        FileRegistry { name: self.name, path: folder.join(self.path) }
    }
}

/// The register. The file is read for each question, so that a new one needs no restart.
#[derive(Clone, Debug)]
pub struct FileRegistry {
    name: String,
    path: PathBuf,
}

/// Columns that name a person.
const PERSONAL: [&str; 2] = ["representative", "phone"];

impl FileRegistry {
    /// The row of a number, as column and value.
    async fn row(&self, number: &str) -> Result<Option<Vec<(String, String)>>, LookUpError> {
        let (path, number) = (self.path.clone(), compact(number));
        let found = tokio::task::spawn_blocking(move || {
            let mut reader = csv::Reader::from_path(&path).map_err(|error| error.to_string())?;
            let columns = reader.headers().map_err(|error| error.to_string())?.clone();
            let place = columns.iter().position(|column| column == "number").ok_or("it has no column `number`")?;
            for row in reader.records() {
                let row = row.map_err(|error| error.to_string())?;
                if row.get(place).is_some_and(|known| compact(known) == number) {
                    let pairs = columns.iter().zip(&row).filter(|(_, value)| !value.trim().is_empty());
                    return Ok(Some(pairs.map(|(column, value)| (column.to_owned(), value.trim().to_owned())).collect()));
                }
            }
            Ok::<_, String>(None)
        });
        let failed = |why: String| LookUpError::Failed { register: self.name.clone(), why };
        found.await.map_err(|error| failed(error.to_string()))?.map_err(failed)
    }
}

impl Registry for FileRegistry {
    fn name(&self) -> &str {
        &self.name
    }

    fn company<'a>(&'a self, number: &'a str) -> BoxFuture<'a, Result<Option<Company>, LookUpError>> {
        async move {
            let row = self.row(number).await?;
            let public = |row: Vec<(String, String)>| row.into_iter().filter(|(column, _)| !PERSONAL.contains(&column.as_str())).collect();
            Ok(row.map(|row| Company { fields: public(row) }))
        }
        .boxed()
    }

    fn four_elements<'a>(&'a self, elements: &'a Elements) -> BoxFuture<'a, Result<Verdict, LookUpError>> {
        async move {
            let Some(row) = self.row(&elements.number).await? else {
                return Ok(Verdict { matches: false, differing: vec!["number".to_owned()] });
            };
            let asked = [("name", &elements.name), ("representative", &elements.representative), ("phone", &elements.phone)];
            let known = |column: &str| row.iter().find(|(name, _)| name == column).map(|(_, value)| compact(value));
            let differing: Vec<String> = asked
                .into_iter()
                .filter(|(column, said)| known(column) != Some(compact(said)))
                .map(|(column, _)| column.to_owned())
                .collect();
            Ok(Verdict { matches: differing.is_empty(), differing })
        }
        .boxed()
    }
}
