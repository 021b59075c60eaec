//! The one write path for facts: live, in bulk, late, corrected, and by many at once.
#![allow(clippy::unwrap_used)]

mod append_only;
mod late;
mod live;
