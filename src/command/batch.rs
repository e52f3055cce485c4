//! Input without a person: `-c CODE` and pipes. Like the prompt, without one: values show, and the
//! first error ends it.

use super::shell::{Shell, exit_of};
use crate::console::Manner;
use crate::error::Exit;
use crate::repl::{Next, Shell as _};
use crate::script::scan::{self, Ending, Next as Found};

/// Carries out a text of statements and commands.
pub fn run(shell: &mut Shell, text: &str) -> Exit {
    let text = text.trim_start_matches('\u{feff}');
    let mut from = 0;
    while let Some(rest) = text.get(from..).filter(|rest| !rest.trim().is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        let line = rest.trim_start().lines().next().unwrap_or_default();
        if shell.is_command(line.trim()) {
            from += blank + line.len();
            if let Next::Leave(exit) = shell.command(line.trim()) {
                return exit;
            }
            if shell.failed {
                return Exit::Unable;
            }
            continue;
        }
        let (source, next) = match scan::next_statement(text, from, Ending::Prompt) {
            Found::Statement { span, resume, .. } => (span.of(text), resume),
            Found::End => break,
            // The engine says what is wrong with the rest.
            Found::Incomplete { start, .. } => (text.get(start..).unwrap_or(rest), text.len()),
            Found::Error { .. } => (rest.trim(), text.len()),
        };
        if let Some(failure) = shell.show(Manner::Statement, source, None) {
            return exit_of(&failure);
        }
        from = next;
    }
    Exit::Well
}
