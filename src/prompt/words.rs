//! What the line editor asks of its owner: the names that a line can be written with.

use std::sync::{Arc, Mutex, PoisonError};

use crate::script::catalog::ValueType;
use crate::script::inspect::Inside;

/// The names that a session knows at one moment. The tables of functions and constants are not
/// among them: they are the same for every session.
pub(crate) trait Words: Send + Sync {
    /// Whether a line is a command rather than the beginning of a statement.
    fn is_command(&self, line: &str) -> bool;

    /// The table of commands.
    fn commands(&self) -> &[CommandRow];

    /// The variables with their types, sorted by name.
    fn variables(&self) -> Vec<(String, ValueType)>;

    /// The type of a variable; none where there is no such variable.
    fn type_of(&self, variable: &str) -> Option<ValueType>;

    /// What an array or a map in a variable holds.
    fn inside(&self, variable: &str) -> Inside;

    /// The functions that were defined at the prompt, with their signatures, sorted by name.
    fn functions(&self) -> Vec<(String, String)>;

    /// The signature of a function that was defined at the prompt.
    fn signature(&self, function: &str) -> Option<String>;

    /// The names of the lessons.
    fn lessons(&self) -> Vec<String>;

    /// The names of the consoles.
    fn consoles(&self) -> Vec<String>;
}

/// A command, or a word of one: a row of the table of commands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct CommandRow {
    /// Its name: `lesson`, or `run` in `lesson run`.
    pub(crate) name: String,
    /// Its other names.
    pub(crate) aliases: Vec<String>,
    /// What it does, in one line.
    pub(crate) about: String,
    /// Its options and what they do: `--all`.
    pub(crate) options: Vec<(String, String)>,
    /// What its arguments are; the last one may repeat.
    pub(crate) takes: Vec<Takes>,
    /// The commands in it: `list` and `run` in `lesson`.
    pub(crate) parts: Vec<CommandRow>,
}

impl CommandRow {
    /// Whether this is its name or another of its names.
    pub(crate) fn is_called(&self, word: &str) -> bool {
        self.name == word || self.aliases.iter().any(|alias| alias == word)
    }
}

/// What an argument of a command is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A lesson's name.
    Lesson,
    /// A file.
    File,
    /// A function, a constant, a variable or a command.
    Name,
    /// A console's name.
    Console,
    /// A statement: it takes the rest of the line as it stands.
    Source,
    /// One of these words, with what each means.
    OneOf(Vec<(String, String)>),
    /// Anything else.
    Other,
}

/// The names of the moment, for the parts of the editor that outlive one entry.
#[derive(Clone)]
pub(crate) struct Current(Arc<Mutex<Arc<dyn Words>>>);

impl Current {
    /// These names, until others are set.
    pub(crate) fn new(words: Arc<dyn Words>) -> Self {
        Self(Arc::new(Mutex::new(words)))
    }

    /// The names.
    pub(crate) fn get(&self) -> Arc<dyn Words> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Other names from now on.
    pub(crate) fn set(&self, words: Arc<dyn Words>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }
}
