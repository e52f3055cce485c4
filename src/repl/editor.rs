//! The line editor, set up for a person: multi-line entries, history, a terminal that stays sane.

use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{Behavior, Config, Helper};

use super::history::ENTRIES;
use super::{Shell, is_open, terminal_error};
use crate::console::screen::Screen;
use crate::error::Error;

/// What stands before the further lines of a statement.
const MORE: &str = "...> ";

/// The place for completion, hints and colours.
struct Assistant;

impl Helper for Assistant {}
impl Completer for Assistant {
    type Candidate = String;
}
impl Hinter for Assistant {
    type Hint = String;
}
impl Highlighter for Assistant {}
impl Validator for Assistant {}

/// A line editor with its history.
pub struct Editor {
    lines: rustyline::Editor<Assistant, FileHistory>,
    history: Option<PathBuf>,
    screen: Screen,
}

impl Editor {
    /// An editor on the terminal. A history that cannot be read is begun anew.
    pub fn new(screen: Screen, history: Option<PathBuf>) -> Result<Self, Error> {
        let config = Config::builder()
            .behavior(Behavior::PreferTerm)
            .auto_add_history(false)
            .bracketed_paste(true)
            .build();
        let mut lines = rustyline::Editor::with_config(config).map_err(|e| terminal_error(&e))?;
        lines.set_helper(Some(Assistant));
        lines
            .set_max_history_size(ENTRIES)
            .map_err(|e| terminal_error(&e))?;
        if let Some(file) = &history {
            // The first session has no history yet.
            let _ = lines.load_history(file);
        }
        Ok(Self {
            lines,
            history,
            screen,
        })
    }

    /// Reads a whole entry: a command or statements, over as many lines as it needs. An empty line
    /// given twice ends one that is still open. None at the end of input. Ctrl-C drops the entry.
    pub fn read_entry(&mut self, shell: &dyn Shell) -> Result<Option<String>, Error> {
        let mut entry = String::new();
        loop {
            let prompt = if entry.is_empty() {
                shell.prompt()
            } else {
                MORE.into()
            };
            match self.lines.readline(&prompt) {
                Ok(line) => {
                    let gave_up = line.trim().is_empty() && entry.ends_with("\n\n");
                    entry.push_str(&line);
                    if gave_up || !is_open(shell, &entry) {
                        break;
                    }
                    entry.push('\n');
                }
                Err(ReadlineError::Interrupted) => entry.clear(),
                Err(ReadlineError::Eof) if entry.is_empty() => return Ok(None),
                Err(ReadlineError::Eof) => break,
                Err(error) if is_signal(&error) => {}
                Err(error) => return Err(terminal_error(&error)),
            }
        }
        let entry = entry.trim_end().to_string();
        self.remember(&entry);
        Ok(Some(entry))
    }

    /// Adds an entry to the history, here and in the file; several sessions may share it.
    fn remember(&mut self, entry: &str) {
        if entry.trim().is_empty() || !matches!(self.lines.add_history_entry(entry), Ok(true)) {
            return;
        }
        if let Some(file) = self.history.take() {
            match self.lines.append_history(&file) {
                Ok(()) => self.history = Some(file),
                Err(error) => {
                    let path = file.display();
                    self.screen
                        .aside(&format!("the history is not kept: `{path}`: {error}"));
                }
            }
        }
    }
}

/// A signal came while the line was read: nothing is lost, the line is read again.
fn is_signal(error: &ReadlineError) -> bool {
    match error {
        ReadlineError::Io(error) => error.kind() == std::io::ErrorKind::Interrupted,
        ReadlineError::Signal(_) => true,
        _ => false,
    }
}
