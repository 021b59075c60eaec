//! One portable archive of everything, taken while work goes on, and put back into an empty database of either kind.
//!
//! An archive is a zstd stream of lines of JSON. The first says what it is: format, schema version, time. Then, for each table in the
//! order of its references, a line with its name and columns, and a line for each row. The last line holds the number of rows and the
//! SHA-256 of the lines of each table; an archive without it is cut short. All rows are of one state of the database. Numbers stay
//! 64-bit integers and bytes are hexadecimal, so SQLite and PostgreSQL write the same archive and read each other's.
//!
//! Nothing is restored before the whole archive has been read and its checksums hold, and then in one transaction.

mod archive;
mod restore;
mod save;
pub mod tables;

pub use archive::{ArchiveError, Header, Tally};
pub use restore::restore;
pub use save::{Saved, save};
pub use tables::{LEFT_OUT, TABLES, Table};
