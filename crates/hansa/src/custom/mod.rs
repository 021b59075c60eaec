//! Custom fields and tags: what a platform wants to know of its members that Hansa has no word for.
//!
//! A field is defined once, with its kind, and then every value of it is checked; a tag is just said. Both are the platform's own notes:
//! an enterprise does not see its own. They decide nothing: what standing follows from are facts.

mod bulk;
mod define;
mod field;
pub mod serve;
mod store;
mod view;

use std::collections::{BTreeMap, BTreeSet};

pub use field::{Choice, Field, Kind};
pub(crate) use serve::asked;
pub use store::{fields, of, write};
pub(crate) use view::CustomView;

/// The most fields there are.
pub const FIELDS_MAX: usize = 100;
/// The most tags of a member.
pub const TAGS_MAX: usize = 50;
/// The most characters of a tag.
pub const TAG_MAX: usize = 50;
/// The most members that are changed at once.
pub const BULK_MAX: usize = 1_000;

/// What is noted of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Custom {
    /// Its tags.
    pub tags: BTreeSet<String>,
    /// Values as they are stored, by field.
    pub values: BTreeMap<String, String>,
}

/// A tag as it is kept: without a difference of case, and with single spaces; so nobody makes the same one twice.
///
/// # Errors
/// What would be right.
pub fn tag(said: &str) -> Result<String, String> {
    let tag = said.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let right = (1..=TAG_MAX).contains(&tag.chars().count()) && !tag.chars().any(|c| c.is_control() || c == ',');
    right.then_some(tag).ok_or_else(|| format!("1 to {TAG_MAX} characters without a comma"))
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn tags_are_kept_in_one_spelling() {
        for (said, kept) in [("VIP", Some("vip")), ("  重点  客户 ", Some("重点 客户")), ("a\tb", Some("a b")), ("", None), (" ", None)]
        {
            assert_eq!(tag(said).ok().as_deref(), kept, "{said:?}");
        }
        assert!(tag("a,b").is_err() && tag("a\u{7}b").is_err());
        assert!(tag(&"字".repeat(50)).is_ok() && tag(&"字".repeat(51)).is_err());
    }
}
