//! What goes wrong with machines: killed processes, full and read-only disks, damaged files, clocks that jump.
#![allow(clippy::unwrap_used)]

mod clocks;
mod damage;
mod disks;
mod glance;
mod killed;
mod killed_serving;
mod programs;
mod tampering;
