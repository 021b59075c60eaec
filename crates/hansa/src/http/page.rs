//! Lists, a page at a time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;

/// Entries on a page, where nothing is said.
pub const LIMIT: u32 = 50;
/// Entries on a page, at most.
pub const LIMIT_MAX: u32 = 200;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many entries there are in all, when `total=true` was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Whether to count all entries.
    pub total: Option<bool>,
}

impl Paging {
    /// How many entries.
    ///
    /// # Errors
    /// When it is none or too many.
    pub fn limit(&self) -> Result<u64, Problem> {
        let limit = self.limit.unwrap_or(LIMIT);
        if (1..=LIMIT_MAX).contains(&limit) {
            return Ok(u64::from(limit));
        }
        Err(Problem::parameter("limit", format!("1 to {LIMIT_MAX}")))
    }

    /// The place after which the page begins.
    ///
    /// # Errors
    /// When it is no place that we gave.
    pub fn place<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        let Some(text) = self.after.as_ref().filter(|text| !text.is_empty()) else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let place = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let wrong = || Problem::parameter("after", "not the `next` of a page of this list");
        place.map(Some).ok_or_else(wrong)
    }
}

/// A place as it is handed out.
pub fn cursor<T: Serialize>(place: &T) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

impl<T> Page<T> {
    /// A page out of one entry more than was asked for, which says whether there are more.
    pub fn of<P: Serialize>(mut items: Vec<T>, limit: u64, total: Option<u64>, place: impl Fn(&T) -> P) -> Page<T> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| cursor(&place(last)));
        Page { items, next, total }
    }
}
