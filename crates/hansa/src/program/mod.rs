//! The membership program of this installation: its versions, applied once and never changed.
//!
//! A version is in force from its date; the newest one in effect judges. A version that reaches into the past says so in its file
//! (`retroactive = true`), and then every member's history is judged anew and the difference posted.

mod apply;
mod diff;
mod in_force;
pub mod serve;
mod versions;

pub use apply::{Applied, NewVersion, apply, apply_by, apply_in, rollback};
pub use diff::diff;
pub use in_force::InForce;
pub use versions::{AppliedVersion, load_timeline, versions};
