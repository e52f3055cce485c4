//! The names at a prompt that a lesson's command shows: those of the console, with commands of its
//! own.

use std::sync::Arc;

use crate::commands::words;
use crate::console::Session;
use crate::lesson::authoring::record::recorder::{COMMANDS, is_command};
use crate::prompt::{CommandRow, Words};
use crate::script::catalog::ValueType;
use crate::script::inspect::Inside;

/// Says of a line whether it is a command.
pub(crate) type IsCommand = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// The names of one moment.
pub(crate) struct Vocabulary {
    /// What the console knows.
    console: Arc<dyn Words>,
    commands: Vec<CommandRow>,
    is_command: IsCommand,
}

impl Vocabulary {
    /// The names of a console with these commands in place of the program's.
    pub(crate) fn new(
        console: Arc<dyn Words>,
        commands: Vec<CommandRow>,
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

    fn commands(&self) -> &[CommandRow] {
        &self.commands
    }

    fn variables(&self) -> Vec<(String, ValueType)> {
        self.console.variables()
    }

    fn type_of(&self, variable: &str) -> Option<ValueType> {
        self.console.type_of(variable)
    }

    fn inside(&self, variable: &str) -> Inside {
        self.console.inside(variable)
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

/// The names at the prompt of a recording, in one of its consoles.
pub(crate) fn of_recording(session: &Session, console: &str) -> Arc<dyn Words> {
    let names = session.consoles().map(|console| console.name().into());
    let words = Arc::new(words::SessionWords {
        published: session.share_snapshot(console),
        consoles: names.collect(),
    });
    let known = Arc::clone(&words);
    let judge = move |line: &str| is_command(line, &|word| known.type_of(word).is_some());
    let command = |name: &&str| CommandRow {
        name: (*name).into(),
        ..CommandRow::default()
    };
    let commands = COMMANDS.iter().map(command).collect();
    Arc::new(Vocabulary::new(words, commands, Box::new(judge)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Vocabulary;
    use crate::prompt::{Sample, Words as _, complete};

    #[test]
    fn the_keys_of_a_map_complete_with_the_commands_of_a_recording() {
        let words = Vocabulary::new(Arc::new(Sample), Vec::new(), Box::new(|_| false));
        assert_eq!(words.inside("m"), Sample.inside("m"));
        let (_, found) = complete("m.ser", 5, &words);
        let texts: Vec<_> = found.into_iter().map(|found| found.text).collect();
        assert_eq!(texts, ["server"]);
    }
}
