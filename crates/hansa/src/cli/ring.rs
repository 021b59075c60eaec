//! `ring …`: the keys under which secrets and personal data are stored.

use clap::Subcommand;
use serde_json::json;

use super::place::{line, print_json};
use super::{Ending, Place};
use crate::app::AppError;
use crate::vault::Vault;

#[derive(Debug, Subcommand)]
pub(crate) enum Ring {
    /// Add a key and seal everything under it; the older keys stay for backups taken before
    Rotate,
}

impl Ring {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let Ring::Rotate = self;
        // First the database, which nobody else may be writing to meanwhile.
        let app = place.open().await?;
        let file = place.key_file();
        let number = Vault::add_key(&file)?.newest();
        place.keyed(app).await?;
        if place.json {
            print_json(&json!({ "file": file, "key": number }));
        } else {
            line(&format!("Everything is sealed under key {number} of {} now. Keep a copy of it apart from the data.", file.display()));
        }
        Ok(Ending::Done)
    }
}
