//! Files on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::File;
use crate::standing::view::instant;

/// A document of a member.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = File, example = json!({
    "id": "file_0198c1f2a7f07d6e8f1f2a3b4c5d6e7f", "member": "acme", "name": "营业执照.pdf", "type": "application/pdf", "bytes": 184_320,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "uploaded_by": "contact:wang.fang", "uploaded_at": "2026-07-01T04:00:00.000000Z"
}))]
pub struct FileView {
    /// Made by Hansa (`file_…`).
    pub id: String,
    /// Whose it is.
    pub member: String,
    /// What its sender calls it.
    pub name: String,
    /// What it is, by its content.
    #[serde(rename = "type")]
    pub media_type: &'static str,
    /// How long it is.
    pub bytes: i64,
    /// SHA-256 of the content.
    pub sha256: String,
    /// Who sent it.
    pub uploaded_by: String,
    /// When.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub uploaded_at: Instant,
}

impl From<&File> for FileView {
    fn from(file: &File) -> FileView {
        FileView {
            id: file.id.clone(),
            member: file.member.clone(),
            name: file.name.clone(),
            media_type: file.kind.media_type(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            uploaded_by: file.uploaded_by.clone(),
            uploaded_at: file.uploaded_at,
        }
    }
}

/// What is said of a file beside its content.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct About {
    /// What it is called, e.g. `营业执照.pdf`.
    #[param(min_length = 1, max_length = 200, pattern = r"^[^/\\\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+$")]
    pub name: String,
}

/// The content of a file, as it is.
#[derive(Debug, ToSchema)]
#[schema(as = Content, value_type = String, format = Binary)]
pub struct ContentView(#[allow(dead_code, reason = "names the shape")] String);
