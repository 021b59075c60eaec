//! Imports on the wire.

use std::collections::BTreeMap;
use std::path::Path;

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Begun;
use super::job::in_language;
use super::upload::Upload;
use crate::language::Language;
use crate::standing::view::{instant, maybe_instant};

/// How a file is called.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct About {
    /// Its name, 1 to 100 characters; its end tells CSV, XLSX and Parquet apart where the content does not.
    #[param(min_length = 1, max_length = 100, pattern = r"^[^./\\\x00-\x1f\x7f-\x9f][^/\\\x00-\x1f\x7f-\x9f]*$")]
    pub name: String,
}

/// A file that was sent to be imported. It is kept for a week.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Upload)]
pub struct UploadView {
    /// `upl_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How long it is.
    pub bytes: i64,
    /// When it was sent.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub uploaded_at: Instant,
}

impl From<&Upload> for UploadView {
    fn from(upload: &Upload) -> UploadView {
        UploadView { id: upload.id.clone(), name: upload.name.clone(), bytes: upload.bytes, uploaded_at: upload.uploaded_at }
    }
}

/// For what a mapping is wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct For {
    /// `members`, `contacts`, `orders`, `order-lines` or `facts`.
    #[param(pattern = "^(members|contacts|orders|order-lines|facts)$")]
    pub kind: String,
    /// The encoding of delimited text, e.g. `gb18030`; found by looking when left out.
    pub encoding: Option<String>,
    /// The sheet of a workbook; the first when left out.
    pub sheet: Option<String>,
}

/// What a file holds, and a mapping for it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposalView {
    /// The columns by the header.
    pub columns: Vec<String>,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
    /// A mapping file (TOML), guessed from the header, to be changed as needed.
    pub mapping: String,
    /// Columns that found no field.
    pub unused: Vec<String>,
    /// What the mapping lacks.
    pub problems: Vec<String>,
}

/// What is to be imported.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "upload": "upl_0198c1f2a7f07d6e8f1f2a3b4c5d6e7f", "kind": "orders", "dry_run": true }))]
pub struct NewImport {
    /// The file that was sent.
    pub upload: String,
    /// `members`, `contacts`, `orders`, `order-lines` or `facts`.
    #[schema(pattern = "^(members|contacts|orders|order-lines|facts)$")]
    pub kind: String,
    /// A mapping file (TOML); guessed from the header when left out.
    #[schema(max_length = 262144)]
    pub mapping: Option<String>,
    /// Do everything, keep nothing: a preview.
    #[serde(default)]
    pub dry_run: bool,
    /// Judge facts as if they came now, and reject what the rules do not allow.
    #[serde(default)]
    pub live: bool,
    /// Reject facts and contacts of unknown members instead of making those members.
    #[serde(default)]
    pub known_members_only: bool,
    /// The encoding of delimited text; found by looking when left out.
    pub encoding: Option<String>,
    /// The sheet of a workbook; the first when left out.
    pub sheet: Option<String>,
}

/// An import.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportView {
    /// `imp_…`.
    pub id: String,
    /// What the rows were about.
    pub kind: String,
    /// The names of the files.
    pub files: Vec<String>,
    /// `running`, `interrupted` (stopped, killed or failed before the end of its files), `done` or `undone`.
    #[schema(pattern = "^(running|interrupted|done|undone)$")]
    pub state: &'static str,
    /// When it began.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub began_at: Instant,
    /// When it ended.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Instant>,
    /// When it was undone.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub undone_at: Option<Instant>,
    /// Rows read.
    pub lines: u64,
    /// Rows that were used.
    pub accepted: u64,
    /// Rows that the mapping leaves out.
    pub skipped: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Refused rows by reason, in the caller's language where we have it.
    pub reasons: BTreeMap<String, u64>,
    /// Facts on record, by kind.
    pub facts: BTreeMap<String, u64>,
    /// Members made, and changed.
    pub members: [u64; 2],
    /// Contacts made, and changed.
    pub contacts: [u64; 2],
}

/// Imports.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportsView {
    /// The newest first.
    pub items: Vec<ImportView>,
}

impl ImportView {
    /// An import as it stands now.
    pub fn of(begun: Begun, now: Instant, language: Language) -> ImportView {
        let state = begun.state(now).word();
        let said = begun.said.unwrap_or_default();
        let name = |file: &String| Path::new(file).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        ImportView {
            id: begun.id,
            kind: begun.kind,
            files: begun.files.iter().map(name).collect(),
            state,
            began_at: begun.begun,
            ended_at: begun.ended,
            undone_at: begun.undone,
            lines: said.lines,
            accepted: said.accepted,
            skipped: said.skipped,
            rejected: said.rejected,
            reasons: in_language(said.reasons, language),
            facts: begun.wrote.facts,
            members: [begun.wrote.members_created, begun.wrote.members_changed],
            contacts: [begun.wrote.contacts_created, begun.wrote.contacts_changed],
        }
    }
}
