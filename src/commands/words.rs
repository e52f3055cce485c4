//! The names that the line editor completes: from clap's tree of commands, the console in front,
//! and the lessons.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::commands::arguments::lesson_names;
use crate::commands::line::{is_line, table};
use crate::console::ConsoleSnapshot;
use crate::prompt;
use crate::script::catalog::ValueType;
use crate::script::inspect::Inside;

/// The names of one session at one moment.
pub(crate) struct SessionWords {
    /// What the console in front knows; none before its first statement.
    pub(crate) published: Option<Arc<Mutex<ConsoleSnapshot>>>,
    /// The names of the consoles.
    pub(crate) consoles: Vec<String>,
}

impl SessionWords {
    fn snapshot(&self) -> Option<MutexGuard<'_, ConsoleSnapshot>> {
        let published = self.published.as_ref()?;
        Some(published.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl prompt::Words for SessionWords {
    fn is_command(&self, line: &str) -> bool {
        let word = line.split(char::is_whitespace).next().unwrap_or(line);
        is_line(line) && self.type_of(word).is_none()
    }

    fn commands(&self) -> &[prompt::CommandRow] {
        table()
    }

    fn variables(&self) -> Vec<(String, ValueType)> {
        self.snapshot().map_or_else(Vec::new, |known| {
            let pair = |(name, kind): (&String, &ValueType)| (name.clone(), *kind);
            known.variables.iter().map(pair).collect()
        })
    }

    fn type_of(&self, variable: &str) -> Option<ValueType> {
        self.snapshot()?.variables.get(variable).copied()
    }

    fn inside(&self, variable: &str) -> Inside {
        let known = self.snapshot();
        let found = known.and_then(|known| known.inside.get(variable).cloned());
        found.unwrap_or_default()
    }

    fn functions(&self) -> Vec<(String, String)> {
        self.snapshot().map_or_else(Vec::new, |known| {
            let pair = |(name, signature): (&String, &String)| (name.clone(), signature.clone());
            known.functions.iter().map(pair).collect()
        })
    }

    fn signature(&self, function: &str) -> Option<String> {
        self.snapshot()?.functions.get(function).cloned()
    }

    fn lessons(&self) -> Vec<String> {
        lesson_names()
    }

    fn consoles(&self) -> Vec<String> {
        self.consoles.clone()
    }
}
