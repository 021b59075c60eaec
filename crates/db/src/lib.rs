//! SQLite and PostgreSQL behind one handle. This crate knows no feature of the product.
//!
//! - [`Db::open`] opens a data folder (SQLite) or a PostgreSQL address, takes the folder's lock and brings the schema up to date.
//! - [`Db::read`] and [`Db::read_snapshot`] read; on SQLite from a pool of read-only connections that never block the writer.
//! - [`Db::write`] is the one place that begins, commits, rolls back and, on PostgreSQL, runs a transaction again after a
//!   serialization failure or a deadlock. [`Db::write_beside`] is for a writer that has read and worked out beforehand what it writes.
//! - [`insert_rows`], [`update_rows`], [`select_in`] and [`select_join`] work on whole sets, because on SQLite every statement
//!   is a hand-over to another thread.
//! - [`Db::scan`] looks at very many rows where they lie.
//! - [`Gather`] turns jobs that arrive together into one batch, hence one commit.
//!
//! Portable values: ids are text, money and units are 64-bit integers, instants are 64-bit microseconds since 1970 UTC.
//! Decimals and native timestamps differ between the two databases and are not used.

#[cfg(feature = "testing")]
mod cluster;
mod connection;
mod error;
mod gather;
mod hold;
mod keys;
mod location;
mod lock;
mod migration;
mod open;
mod postgres;
mod relation;
mod rows;
mod scan;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod transaction;

pub use connection::{Db, Dialect};
pub use error::{OpenError, describe, is_retryable, is_unique_violation};
pub use gather::{Gather, GatherError, GatherOptions};
pub use hold::{Hold, hold};
pub use keys::{select_in, select_join};
pub use location::{Location, LocationError};
pub use migration::{Migration, Up};
pub use open::{Access, Durability, Options};
pub use rows::{Insert, OnConflict, insert_rows, insert_rows_returning, insert_together, update_rows};
pub use scan::{Cell, Row, Scan};
pub use transaction::{Isolation, Mark, Tx};
