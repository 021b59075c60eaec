//! The product, tested as its users meet it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod backup;
mod command_line;
mod demo;
mod facts;
mod http;
mod imports;
mod node;
mod points;
mod reliability;
mod reports;
mod standing;
mod sync;
mod town;
