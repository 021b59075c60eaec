//! Pulling from other systems: a real HTTP server and real databases as sources, into both databases.

mod database;
mod erp;
mod killed;
mod rest;
mod wrong;

use std::path::PathBuf;
use std::sync::Arc;

use hansa::files::Folder;
use hansa::sync::{Asked, Ran, SyncError, read, run};
use tempfile::TempDir;

use crate::town::Town;

/// A town with a folder for its files, and another for what says where sources are.
pub struct Office {
    pub town: Town,
    pub folder: TempDir,
}

impl Office {
    pub async fn on(db: db::Db) -> Office {
        let folder = tempfile::tempdir().unwrap();
        let mut town = Town::on(db).await;
        town.app = town.app.filed(Folder::at(&folder.path().join("files")));
        Office { town, folder }
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Reads the source of a file; secrets are `TOKEN`, `LOGIN` and whatever else is given.
    pub async fn asks(&self, text: &str, variables: &[(&str, &str)], asked: &Asked) -> Result<Ran, SyncError> {
        let path = self.file("source.toml", text);
        let known = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        run(&self.town.app, &read(&path, &known)?, asked, &Arc::default(), &|_| {}).await
    }

    pub async fn pulls(&self, text: &str, variables: &[(&str, &str)]) -> Ran {
        self.asks(text, variables, &Asked::default()).await.unwrap_or_else(|error| panic!("{error}"))
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.town.number(sql).await
    }

    /// Nothing is left of what was on its way.
    pub fn tidy(&self) -> bool {
        std::fs::read_dir(self.folder.path().join("files/incoming")).map_or(true, |mut entries| entries.next().is_none())
    }
}

/// Orders as an ERP tells of them.
pub const ORDERS: &str = r#"
kind = "orders"
currency = "CNY"
source = "erp"
[fields]
member = '"customer.id"'
order = "no"
occurred_at = "done_at"
amount = "total"
"#;
