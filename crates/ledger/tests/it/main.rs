//! The ledger, tested in the words of the field.
#![allow(clippy::unwrap_used, missing_docs)]

mod debts;
mod lots;
mod machine;
mod reports;
mod reservations;
mod till;
mod undoing;
