//! The one write path for facts: live, in bulk, late, corrected, and by many at once.
#![allow(clippy::unwrap_used)]

mod append_only;
mod arrival;
mod crowd;
mod late;
mod live;
mod paths;
mod retroactive;
