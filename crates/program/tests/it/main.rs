//! The program and the engine, tested in the words of the field.
#![allow(clippy::unwrap_used, missing_docs)]

mod shipped;
