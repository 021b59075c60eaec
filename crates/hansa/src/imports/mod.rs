//! Imports: from the files people have to members, contacts and facts.
//!
//! [`read`] gives rows of text out of CSV, XLSX and Parquet; [`mapping`] makes typed things of them. Both name every row they refuse.

mod journal;
pub mod mapping;
pub mod read;
mod run;
mod undo;

pub use run::{Imported, Plan, run};
pub use undo::{Undone, undo};
