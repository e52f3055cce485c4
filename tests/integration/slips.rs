//! What newcomers type at the prompt, and what it says: `tests/slips.txt` has them all.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::builder::piped;
use crate::terminal::Setup;

const PROMPT: &str = "socklab lab> ";
/// What the slips speak of.
const KNOWN: &str = "let data = bytes(\"x\"); let server = create_server(\"127.0.0.1\", 0); let s = socket(); \
                     let done = false; let x = 5; let name = \"Ada\"; let infos = getaddrinfo(\"localhost\", 80)";
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

/// The code that an answer says to type, as a whole statement; none where it is a piece, or a pattern.
fn advice(answer: &str) -> Option<String> {
    let first = answer.lines().next()?;
    let codes: Vec<&str> = first.split('`').skip(1).step_by(2).collect();
    let code = codes.last()?.trim();
    let code = code
        .strip_suffix('{')
        .map_or(code.to_string(), |head| format!("{head}{{ }}"));
    let count = |signs: &str| code.matches(|c: char| signs.contains(c)).count();
    let is_whole = count("([{") == count(")]}") && count("\"") % 2 == 0;
    let is_pattern = ["...", "…", "HOST", "FILE", "NAME"]
        .iter()
        .any(|part| code.contains(part));
    // What waits, for ever or for somebody who calls.
    let waits = ["accept", "loop", "while", "recv", "sleep", "input"]
        .iter()
        .any(|part| code.contains(part));
    let says_to_type = code.contains([' ', '(']) && !code.starts_with(['}', '.']);
    (is_whole && !is_pattern && !waits && says_to_type).then_some(code)
}

#[test]
fn advice_works_when_it_is_followed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let slips = fs::read_to_string(root.join("tests/slips.txt")).expect("the slips");
    let slips = slips.split_once(LINE).expect("a line").1;
    let mut told = String::from(
        "# What came of the advice that each slip of slips.txt gets, when it is typed. \
         `SCREENS=accept` writes it anew.\n",
    );
    let mut asked = None;
    for line in slips.lines() {
        if let Some(slip) = line.strip_prefix(">>> ") {
            asked = Some(slip);
            continue;
        }
        let Some(slip) = asked.take() else { continue };
        let Some(code) = advice(line) else { continue };
        let mut program = piped(format!("lab on\n{KNOWN}\n{code}\n")).start();
        let ended = program.end(Duration::from_secs(20));
        let came = format!("{}{}", ended.stderr, ended.stdout);
        let came = came.lines().next().unwrap_or_default();
        let _ = writeln!(told, ">>> {slip}\n    {code}\n    {came}");
    }
    let path = root.join("tests/advice.txt");
    if std::env::var("SCREENS").is_ok_and(|value| value == "accept") {
        fs::write(&path, &told).expect("the outcomes are kept");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(told == kept, "the outcomes are others now:\n{told}");
}
