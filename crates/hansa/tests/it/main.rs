//! The product, tested as its users meet it.

mod backup;
mod command_line;
mod demo;
mod facts;
mod imports;
mod points;
mod reliability;
mod reports;
mod standing;
mod town;
