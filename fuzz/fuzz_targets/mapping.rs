//! Mapping files and amounts: no text makes them panic.
#![no_main]

use std::path::Path;

use hansa::imports::mapping::{Mapping, check, parse_amount};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = parse_amount(text);
    if let Ok(mapping) = Mapping::parse(Path::new("map.toml"), text) {
        let _ = check(&mapping, &["id".to_owned(), "name".to_owned(), "amount".to_owned()]);
    }
});
