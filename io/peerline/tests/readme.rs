//! The README's code is the example's: what a newcomer copies is what is compiled and run.

#[test]
fn the_twenty_lines_of_the_readme_are_the_example() {
    let readme = include_str!("../../../README.md");
    let example = include_str!("../../../examples/two_peers.rs");
    let code = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of Rust");
    assert!(example.ends_with(code), "README.md and examples/two_peers.rs differ");
}
