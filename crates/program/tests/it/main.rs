//! The program and the engine, tested in the words of the field.
#![allow(clippy::unwrap_used, missing_docs)]

mod benefits;
mod desk;
mod diary;
mod earning;
mod missions;
mod mistakes;
mod random;
mod receipts;
mod refunds;
mod shipped;
mod tracks;
mod versions;
mod windows;
