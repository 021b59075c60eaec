//! hansa

pub mod contacts;
pub mod demo;
pub mod members;
