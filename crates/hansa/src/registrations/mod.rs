//! Registration numbers of members: which company, by the registers of the world.
//!
//! A member has any number of them, each of a [`Kind`] with its own form and check digits ([`Number::parse`]). One number belongs to one member: the
//! database refuses it to a second. What the profile calls `registration_number` is a line of text beside them; where it is recognised as a number of a
//! kind, it counts as one when somebody asks who else has it ([`holders`]).

mod check_digits;
mod number;
pub mod serve;
mod store;
mod vat;
pub mod view;

use ledger::Instant;

pub use number::{Kind, NATIONAL_MAX, Number, Wrong, compact};
pub use store::{Holder, add, find, holders, of_member, remove};

/// Numbers that one member can have.
pub const REGISTRATIONS_MAX: usize = 50;

/// A number of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Made by Hansa (`reg_…`).
    pub id: String,
    /// Whose it is.
    pub member: String,
    /// The number.
    pub number: Number,
    /// When it was put down.
    pub created_at: Instant,
}
