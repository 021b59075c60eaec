//! Tests of the database layer, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used)]

mod gathering;
mod migrations;
mod opening;
mod rows;
mod scanning;
mod speed;
mod transactions;

use db::{Migration, Up};

/// One table with every portable type.
const HISTORY: &[Migration] = &[Migration {
    version: 1,
    name: "items",
    up: Up::Portable(
        "CREATE TABLE item (
            id {text} NOT NULL PRIMARY KEY,
            amount {bigint} NOT NULL,
            note {text},
            body {bytes},
            open {bool} NOT NULL
        ){keyed};
        CREATE TABLE event (seq {identity}, what {text} NOT NULL){strict};
        {append_only event};",
    ),
}];
