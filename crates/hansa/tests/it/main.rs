//! The product, tested as its users meet it.

mod backup;
mod demo;
mod facts;
mod imports;
mod points;
mod reports;
mod standing;
mod town;
