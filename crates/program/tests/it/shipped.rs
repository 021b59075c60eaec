//! The programs that ship are right.

use program::Program;

#[test]
fn the_standard_program_has_no_mistakes() {
    let text = std::fs::read_to_string("../../programs/standard.toml").unwrap();
    if let Err(problems) = Program::parse(&text) {
        panic!("{problems}");
    }
}
