//! Broken lessons kept as files, each with the message that a teacher would want beside it.
//!
//! After a change of the words: `UPDATE=1 cargo test --test integration broken`, and read the diff.

use std::env;
use std::fs;
use std::path::Path;

use regex::Regex;

use crate::builder::socklab;

#[test]
fn every_broken_lesson_gets_the_message_that_stands_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the broken lessons")
        .flatten()
        .filter_map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            name.strip_suffix(".rhai").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(names.len() >= 20);
    let port = Regex::new(r"127\.0\.0\.1:\d+").expect("a pattern");
    for name in names {
        let source = fs::read_to_string(folder.join(format!("{name}.rhai"))).expect("a lesson");
        let expected = folder.join(format!("{name}.txt"));
        let lint = socklab()
            .file("it.rhai", &source)
            .args(["lesson", "lint", "./it.rhai"])
            .stdout_has("it.rhai:");
        // What cannot be read ends with 2, what would confuse with 1: the first line says which.
        let text = fs::read_to_string(&expected).unwrap_or_default();
        let code = if text.starts_with("exit 2") { 2 } else { 1 };
        if env::var_os("UPDATE").is_some() {
            let (code, shown) = lint.any_status();
            let shown = port.replace_all(&shown, "127.0.0.1:PORT");
            let fresh = format!("exit {code}\n{shown}");
            fs::write(&expected, fresh).expect("the message is written");
            continue;
        }
        let shown = lint.status(code).stdout;
        let shown = port.replace_all(&shown, "127.0.0.1:PORT");
        assert_eq!(format!("exit {code}\n{shown}"), text, "{name}");
    }
}
