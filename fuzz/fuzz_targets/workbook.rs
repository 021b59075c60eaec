//! Workbooks: no bytes make the reader panic, hang or break its promises.
#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| reading::to_the_end("a.xlsx", bytes));
