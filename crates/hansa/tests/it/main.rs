//! The product, tested as its users meet it.

mod demo;
mod facts;
mod imports;
mod town;
