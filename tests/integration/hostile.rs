//! Lines that nobody should type, through a real pseudo-terminal: the program goes on, and the
//! terminal is told nothing that came with them. Many more are looked at without a terminal in
//! `src/prompt/hostile.rs`.

use std::time::Duration;

use crate::hostile_pieces::PIECES;
use crate::prompt::assert_harmless;
use crate::terminal::{CTRL_C, PROMPT, Setup, Terminal};

/// How many lines are pasted.
const LINES: usize = 500;
/// A line of a mebibyte in a debug build, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

fn session() -> Terminal {
    Setup::configured("greeting = false\npager = \"never\"").prompt()
}

fn paste(line: &str) -> String {
    format!("\x1b[200~{line}\x1b[201~")
}

/// The program answers, in this console.
#[track_caller]
fn assert_answers(terminal: &mut Terminal) {
    terminal.send(CTRL_C);
    terminal.wait_for_prompt();
    assert_eq!(terminal.enter("6 * 7"), "42");
}

#[test]
fn hostile_lines_do_no_harm() {
    let mut terminal = session();
    // A congruential generator: the same lines in every run.
    let mut state = 2026_u64;
    let mut next = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap_or_default() % below
    };
    for number in 0..LINES {
        let count = 1 + next(12);
        let line: String = (0..count).map(|_| PIECES[next(PIECES.len())]).collect();
        if number % 2 == 0 {
            // Two more Enters end what is open.
            terminal.send(&format!("{}\r\r\r", paste(&line)));
            terminal.send(&format!("'done ' + '{number}'\r"));
            terminal.wait_for(&format!("\"done {number}\""));
            terminal.wait_for_screen("the prompt", |shown| {
                shown.trim_end().ends_with(PROMPT.trim())
            });
        } else {
            let before = terminal.lines_begun();
            // A list of hundreds asks first: no.
            terminal.send(&format!("{}\tn{CTRL_C}", paste(&line)));
            terminal.wait_for_lines(before + 1);
        }
        if number % 50 == 0 {
            assert_answers(&mut terminal);
        }
    }
    assert_answers(&mut terminal);
    assert_harmless(&terminal);
}

#[test]
fn a_line_of_a_mebibyte_is_read_and_evaluated() {
    let mut terminal = session();
    let long = "x".repeat(1 << 20);
    terminal.send(&paste(&format!("len('{long}')")));
    terminal.wait_until("the line's end", PATIENCE, |shown| shown.ends_with("x')"));
    terminal.send("\r");
    terminal.wait_until("its length", PATIENCE, |shown| {
        shown.contains("\n1048576\n")
    });
    assert_answers(&mut terminal);
}

#[test]
fn deep_nesting_and_wide_letters_are_errors_or_values() {
    let mut terminal = session();
    let deep = format!("{}1{}", "(".repeat(2_000), ")".repeat(2_000));
    terminal.send(&format!("{}\r", paste(&deep)));
    let shown = terminal.wait_for_prompt();
    assert!(shown.contains("exceeds maximum complexity"), "{shown}");
    assert_eq!(terminal.enter("'漢字👩‍👩‍👧'.len()"), "7");
    assert_eq!(
        terminal.enter("let ü = 5"),
        "error: `ü` cannot stand here; write what belongs before it, or remove it\n | let ü = 5\n |     ^"
    );
}
