//! The product, tested as its users meet it.

mod demo;
