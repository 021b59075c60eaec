//! The membership program and the engine that judges by it.
//!
//! Pure: no I/O, no clock, no randomness. Facts, a program and instants come in as arguments; decisions, transfers and the next
//! state come out. The same code runs live, in imports, in simulation, in resettlement and in verification.

pub mod calendar;
pub mod consent;
pub mod decision;
pub mod definition;
pub mod effect;
pub mod engine;
pub mod evidence;
pub mod expr;
pub mod fact;
pub mod file;
pub mod history;
pub mod memory;
pub mod scope;
pub mod standing;
pub mod state;
pub mod timeline;
pub mod way;

pub use definition::Program;
pub use engine::{Engine, Mode, Out, Refusal};
pub use fact::{Fact, Kind};
pub use file::{Problem, Problems};
pub use state::Member;
pub use timeline::{Timeline, Version};
