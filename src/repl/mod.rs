//! The prompt: reads lines with rustyline, gathers statements, keeps the history. The only place
//! that names rustyline. What a line does, the [`Shell`] knows.

mod editor;
mod history;
mod piped;

use std::path::PathBuf;

use rustyline::error::ReadlineError;

use crate::console::screen::Screen;
use crate::error::{Error, Exit};
use crate::script::scan;

pub use editor::Editor;
pub use history::default_file;
pub use piped::read_all;

/// What comes after a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The next prompt.
    Go,
    /// The end of the program.
    Leave(Exit),
}

/// What the prompt needs of its owner.
pub trait Shell {
    /// The text before the cursor: `socklab> `.
    fn prompt(&self) -> String;

    /// Whether the line is a command rather than the beginning of a statement.
    fn is_command(&self, line: &str) -> bool;

    /// Carries out a command.
    fn command(&mut self, line: &str) -> Next;

    /// Whether a line is wrong already, so that no further line shall be waited for.
    fn is_hopeless(&self, source: &str) -> bool;

    /// Evaluates a statement and shows what comes of it.
    fn evaluate(&mut self, statement: &str) -> Next;
}

/// Reads and evaluates until the end of input or a command to leave. The history is kept in
/// `history` where that is given and can be written.
pub fn run(shell: &mut dyn Shell, screen: Screen, history: Option<PathBuf>) -> Result<Exit, Error> {
    let mut editor = Editor::new(screen, history)?;
    loop {
        let Some(entry) = editor.read_entry(shell)? else {
            return Ok(Exit::Well);
        };
        if let Next::Leave(exit) = take(shell, &entry) {
            return Ok(exit);
        }
    }
}

/// Carries out what was entered; a paste may be several entries.
fn take(shell: &mut dyn Shell, text: &str) -> Next {
    for entry in split(shell, text) {
        let entry = entry.trim_end();
        let next = if shell.is_command(entry.trim()) {
            shell.command(entry.trim())
        } else {
            shell.evaluate(entry)
        };
        if next != Next::Go {
            return next;
        }
    }
    Next::Go
}

/// Cuts a text into entries, each a command's line or as many lines as its statement needs. Where
/// all lines are there already, an `else` or `catch` may begin one.
pub fn split(shell: &dyn Shell, text: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut entry = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        entry.push_str(line);
        let goes_on = lines.peek().is_some_and(|next| continues(next));
        if is_open(shell, &entry) || goes_on && entry.trim_end().ends_with('}') {
            entry.push('\n');
        } else if entry.trim().is_empty() {
            entry.clear();
        } else {
            entries.push(std::mem::take(&mut entry));
        }
    }
    if !entry.trim().is_empty() {
        entries.push(entry);
    }
    entries
}

/// Whether a line can only go on with the block before it.
fn continues(line: &str) -> bool {
    let word = line
        .trim_start()
        .split(|letter: char| !letter.is_alphanumeric())
        .next();
    matches!(word, Some("else" | "catch"))
}

/// Whether an entry needs another line.
pub fn is_open(shell: &dyn Shell, entry: &str) -> bool {
    !entry.trim().is_empty()
        && !shell.is_command(entry.trim())
        && !shell.is_hopeless(entry)
        && scan::is_incomplete(entry)
}

/// The line editor's error in our words.
fn terminal_error(error: &ReadlineError) -> Error {
    Error::Terminal(error.to_string())
}
