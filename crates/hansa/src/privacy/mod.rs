//! Personal data: what names a person is sealed under a key of that person's own.
//!
//! The keys are rows, each sealed under the installation's key ring. Erasing a person destroys its key, so that the name is gone wherever it was
//! written: in its row, in the audit, in what an import keeps for its undo, and in backups, because backups do not contain the keys. Ids, facts and
//! the audit's chain stay as they are.

mod archive;
mod bring_up;
pub mod consent;
mod erase;
mod export;
mod keys;
pub mod serve;
mod store;

pub use archive::{PrivacyError, beside, check, load, save};
pub use bring_up::{bring_up, renewed, rewrite};
pub use erase::{Erased, erase_contact, erase_person};
pub use export::{export_contact, export_member, export_person};
pub use keys::{Keys, PLAIN, contact, keys_for, keys_of, person};

use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};

use crate::vault::Vault;

/// A text about a person where others stand beside it: whose it is, and the text under that person's key.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    /// Whose key.
    sealed: String,
    /// The text.
    text: String,
}

/// What is read in place of a text about somebody who was erased.
pub const ERASED: &str = r#"{"erased":true}"#;

impl Keys {
    /// A text about a person, as JSON that tells whose key it needs. Nothing of somebody who was erased.
    ///
    /// # Errors
    /// When the key was not loaded.
    pub fn secret(&self, subject: &str, text: &str) -> Result<String, DbErr> {
        let text = self.seal(subject, text)?.unwrap_or_default();
        Ok(serde_json::json!(Sealed { sealed: subject.to_owned(), text }).to_string())
    }
}

/// Texts as they were before they were sealed; others as they are. What was about somebody who was erased reads `{"erased":true}`.
///
/// # Errors
/// When the database fails, or a text was altered.
pub async fn opened<C: ConnectionTrait>(conn: &C, vault: &Vault, texts: Vec<Option<String>>) -> Result<Vec<Option<String>>, DbErr> {
    let sealed: Vec<Option<Sealed>> = texts.iter().map(|text| serde_json::from_str(text.as_deref()?).ok()).collect();
    let keys = keys_of(conn, vault, sealed.iter().flatten().map(|one| one.sealed.as_str())).await?;
    let open = |(text, sealed): (Option<String>, Option<Sealed>)| match sealed {
        None => Ok(text),
        Some(Sealed { sealed, text }) => Ok(Some(keys.open(&sealed, &text)?.unwrap_or_else(|| ERASED.to_owned()))),
    };
    texts.into_iter().zip(sealed).map(open).collect()
}
