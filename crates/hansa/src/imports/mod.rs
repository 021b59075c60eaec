//! Imports: from the files people have to members, contacts and facts.
//!
//! [`read`] gives rows of text out of CSV, XLSX and Parquet; [`mapping`] makes typed things of them. Both name every row they refuse.

mod batch;
pub mod job;
mod journal;
mod list;
pub mod mapping;
mod opened;
pub mod read;
mod redo;
mod run;
pub mod serve;
mod tree;
mod undo;
pub mod upload;
mod view;

pub use journal::bring_up;
pub use list::{Begun, MAX_LISTED, Said, State, Wrote, list, show};
pub use run::{Imported, Plan, Watch, run, run_watched};
pub use undo::{Undone, undo};
