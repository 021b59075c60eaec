//! Program files: no text makes the parser and its checks panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = program::Program::parse(text);
});
