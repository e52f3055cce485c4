//! The names at a prompt that a lesson's command shows: those of the console, with commands of its
//! own.

use std::sync::Arc;

use crate::repl::{Command, Words};

/// Says of a line whether it is a command.
pub(super) type IsCommand = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// The names of one moment.
pub(super) struct Vocabulary {
    /// What the console knows.
    console: Arc<dyn Words>,
    commands: Vec<Command>,
    is_command: IsCommand,
}

impl Vocabulary {
    /// The names of a console with these commands in place of the program's.
    pub(super) fn new(
        console: Arc<dyn Words>,
        commands: Vec<Command>,
        is_command: IsCommand,
    ) -> Self {
        Self {
            console,
            commands,
            is_command,
        }
    }
}

impl Words for Vocabulary {
    fn is_command(&self, line: &str) -> bool {
        (self.is_command)(line)
    }

    fn commands(&self) -> &[Command] {
        &self.commands
    }

    fn variables(&self) -> Vec<(String, &'static str)> {
        self.console.variables()
    }

    fn type_of(&self, variable: &str) -> Option<&'static str> {
        self.console.type_of(variable)
    }

    fn functions(&self) -> Vec<(String, String)> {
        self.console.functions()
    }

    fn signature(&self, function: &str) -> Option<String> {
        self.console.signature(function)
    }

    fn lessons(&self) -> Vec<String> {
        self.console.lessons()
    }

    fn consoles(&self) -> Vec<String> {
        self.console.consoles()
    }
}
