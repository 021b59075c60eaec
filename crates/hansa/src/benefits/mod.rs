//! Benefits: what a member has of them, whether it may use one, and its use.
//!
//! What a benefit gives, to whom and how much of it, is the program's; that one was given by hand or used is a fact. What was used is undone like any other
//! redemption ([`crate::points`]).

pub mod serve;
