//! The prompt: reads lines with rustyline, gathers statements, keeps the history. The only place
//! that names rustyline. What a line does, the [`PromptHost`] knows.

mod assistant;
mod call;
mod candidates;
mod chain;
mod colour;
mod command_words;
mod complete;
mod editor;
mod entry;
mod greeting;
mod hint;
mod history;
mod indent;
mod keys;
mod menu;
mod paths;
mod piped;
mod settings;
mod words;

#[cfg(test)]
mod hostile;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustyline::error::ReadlineError;

use crate::error::{Error, Exit};
use crate::script::statements::CutSource;
use crate::term::notices::Notices;
use crate::term::screen::Screen;

#[cfg(test)]
pub(crate) use complete::complete;
#[cfg(test)]
pub(crate) use complete::tests::Sample;
pub(crate) use editor::Editor;
pub(crate) use entry::EntryPart;
pub(crate) use history::default_file;
pub(crate) use piped::{PipedParts, read_all};
pub(crate) use settings::Settings;
pub(crate) use words::{CommandRow, Takes, Words};

/// What comes after a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterLine {
    /// The next prompt.
    Go,
    /// The end of the program.
    Leave(Exit),
}

/// What the prompt needs of its owner.
pub(crate) trait PromptHost {
    /// The text before the cursor: `socklab> `.
    fn prompt(&self) -> String;

    /// Whether the line is a command rather than the beginning of a statement.
    fn is_command(&self, line: &str) -> bool;

    /// Carries out a command.
    fn command(&mut self, line: &str) -> AfterLine;

    /// Where consoles in the background leave text for the person at the prompt.
    fn notices(&self) -> &Notices;

    /// Evaluates a statement and shows what comes of it.
    fn evaluate(&mut self, statement: CutSource) -> AfterLine;

    /// Whether the last statement ended in an error, so that pasted ones behind it shall not run.
    fn fell_short(&self) -> bool;

    /// Says that this many statements and commands of an entry are not carried out; none or more.
    fn left_out(&mut self, _count: usize) {}

    /// The names that the next entry can be written with.
    fn words(&self) -> Arc<dyn Words>;

    /// What a question that is asked now can be answered with; the arrow keys go through it.
    fn choices(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Reads and evaluates until the end of input or a command to leave. The history is kept in
/// `history` where that is given and can be written.
pub(crate) fn run(
    shell: &mut dyn PromptHost,
    screen: Screen,
    settings: &Settings,
    history: Option<PathBuf>,
) -> Result<Exit, Error> {
    let state = history.as_deref().and_then(Path::parent);
    if let Some(greeting) = settings.greeting.then(|| greeting::first(state)).flatten() {
        screen.line(greeting);
    }
    let mut editor = Editor::new(screen, settings, history, shell.words())?;
    editor.show_notices(shell.notices());
    loop {
        let next = match editor.read_entry(shell)? {
            Some(entry) => carry_out(shell, entry.parts),
            // The end of input leaves as the command does.
            None => shell.command("exit"),
        };
        if let AfterLine::Leave(exit) = next {
            return Ok(exit);
        }
    }
}

/// Carries out statements and commands one after the other, up to the first that fails.
fn carry_out(shell: &mut dyn PromptHost, parts: Vec<EntryPart>) -> AfterLine {
    let count = parts.len();
    for (at, part) in parts.into_iter().enumerate() {
        let (next, is_command) = carry_out_one(shell, part);
        if next != AfterLine::Go {
            return next;
        }
        if !is_command && shell.fell_short() {
            shell.left_out(count - at - 1);
            return next;
        }
    }
    AfterLine::Go
}

/// Carries out one part; says also whether it is a command, which those before it may have changed.
fn carry_out_one(shell: &mut dyn PromptHost, part: EntryPart) -> (AfterLine, bool) {
    if shell.is_command(part.text()) {
        return (shell.command(part.text()), true);
    }
    (shell.evaluate(part.into_statement()), false)
}

/// Carries out a text that is there already, as if it had been typed.
pub(crate) fn play(shell: &mut dyn PromptHost, text: &str) -> AfterLine {
    let parts = split(shell, text);
    carry_out(shell, parts)
}

/// Cuts a text into parts, each a command's line or as many lines as its statement needs. Where all
/// lines are there already, an `else` or `catch` may begin one.
pub(crate) fn split(shell: &dyn PromptHost, text: &str) -> Vec<EntryPart> {
    entry::parts(&*shell.words(), text.trim_start_matches('\u{feff}'))
}

/// Whether an entry needs another line.
pub(crate) fn is_open(shell: &dyn PromptHost, entry: &str) -> bool {
    entry::is_open(&*shell.words(), entry)
}

/// The line editor's error in our words.
fn terminal_error(error: &ReadlineError) -> Error {
    Error::Terminal(error.to_string())
}
