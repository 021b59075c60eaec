//! The program and the engine, tested in the words of the field.
#![allow(clippy::unwrap_used, missing_docs)]

mod diary;
mod refunds;
mod shipped;
mod windows;
