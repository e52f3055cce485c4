//! What newcomers type at the prompt, and what it says: `tests/slips.txt` has them all.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::terminal::Setup;

const PROMPT: &str = "socklab lab> ";
/// Above it stand lines that are accepted.
const LINE: &str = "----------------------------------------";

/// The answer without the picture of the line, each row of it with its margin.
fn answer(shown: &str) -> String {
    let rows = shown.lines().map(str::trim_end);
    let told = rows.filter(|row| !row.trim_start().starts_with('|'));
    told.fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{row}");
        text
    })
}

#[test]
fn every_slip_ends_in_an_error_that_says_what_to_type() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slips.txt");
    let kept = fs::read_to_string(&path).expect("the slips");
    // Wide enough that no answer wraps.
    let mut terminal = Setup::configured("greeting = false\nhints = false\npager = \"never\"")
        .columns(250)
        .prompt();
    terminal.send("lab on\r");
    terminal.wait_for_prompt_of(PROMPT);
    let (mut said, mut slips, mut silent) = (String::new(), false, Vec::new());
    for line in kept.lines() {
        if line.starts_with('#') || line == LINE {
            slips |= line == LINE;
            let _ = writeln!(said, "{line}");
        }
        let Some(typed) = line.strip_prefix(">>> ") else {
            continue;
        };
        terminal.send(&format!("{typed}\r"));
        let answer = answer(&terminal.wait_for_prompt_of(PROMPT));
        if answer.starts_with("error: ") != slips {
            silent.push(format!("{typed}\n{answer}"));
        }
        let _ = write!(said, "{line}\n{answer}");
    }
    if std::env::var("SCREENS").is_ok_and(|value| value == "accept") {
        fs::write(&path, &said).expect("the answers are kept");
    }
    assert!(
        silent.is_empty(),
        "not as the line says:\n{}",
        silent.join("\n")
    );
    let kept = fs::read_to_string(&path).expect("the slips");
    assert!(said == kept, "the answers are others now:\n{said}");
}
