//! The names that the line editor completes: from clap's tree of commands, the console in front,
//! and the lessons.

use std::env;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use clap::builder::ValueHint;
use clap::{Arg, CommandFactory};

use super::{Line, is_line};
use crate::console::ConsoleSnapshot;
use crate::lesson::library::Library;
use crate::prompt;
use crate::prompt::Takes;
use crate::script::inspect::Inside;

/// The names of one session at one moment.
pub(crate) struct Words {
    /// What the console in front knows; none before its first statement.
    pub(crate) published: Option<Arc<Mutex<ConsoleSnapshot>>>,
    /// The names of the consoles.
    pub(crate) consoles: Vec<String>,
}

impl Words {
    fn snapshot(&self) -> Option<MutexGuard<'_, ConsoleSnapshot>> {
        let published = self.published.as_ref()?;
        Some(published.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl prompt::Words for Words {
    fn is_command(&self, line: &str) -> bool {
        let word = line.split(char::is_whitespace).next().unwrap_or(line);
        is_line(line) && self.type_of(word).is_none()
    }

    fn commands(&self) -> &[prompt::Command] {
        commands()
    }

    fn variables(&self) -> Vec<(String, &'static str)> {
        self.snapshot().map_or_else(Vec::new, |known| {
            let pair = |(name, kind): (&String, &&'static str)| (name.clone(), *kind);
            known.variables.iter().map(pair).collect()
        })
    }

    fn type_of(&self, variable: &str) -> Option<&'static str> {
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
        let library = env::current_dir()
            .ok()
            .and_then(|here| Library::open(&here, None).ok());
        library.map_or_else(Vec::new, |library| {
            let name = |entry: &crate::lesson::library::Entry| entry.full_name.clone();
            library.entries().iter().map(name).collect()
        })
    }

    fn consoles(&self) -> Vec<String> {
        self.consoles.clone()
    }
}

/// The table of commands, read from clap's tree once.
fn commands() -> &'static [prompt::Command] {
    static COMMANDS: OnceLock<Vec<prompt::Command>> = OnceLock::new();
    COMMANDS.get_or_init(|| Line::command().get_subcommands().map(command).collect())
}

fn command(clap: &clap::Command) -> prompt::Command {
    let about = clap.get_about().map(ToString::to_string);
    let takes = |arg: &Arg| takes(clap.get_name(), arg);
    let options = clap.get_opts().chain(clap.get_arguments().filter(|arg| {
        // Flags: what `get_opts` leaves out because it takes no value.
        !arg.is_positional() && !arg.get_action().takes_values()
    }));
    prompt::Command {
        name: clap.get_name().into(),
        aliases: clap.get_all_aliases().map(Into::into).collect(),
        about: about.unwrap_or_default(),
        options: options.filter_map(option).collect(),
        takes: clap.get_positionals().map(takes).collect(),
        parts: clap.get_subcommands().map(command).collect(),
    }
}

fn option(arg: &Arg) -> Option<(String, String)> {
    let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
    Some((format!("--{}", arg.get_long()?), about))
}

/// What an argument is, by its type and its name.
fn takes(command: &str, arg: &Arg) -> Takes {
    let choices = arg.get_possible_values();
    if !choices.is_empty() {
        let pair = |choice: &clap::builder::PossibleValue| {
            let about = choice
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            (choice.get_name().to_string(), about)
        };
        return Takes::OneOf(choices.iter().map(pair).collect());
    }
    let path = matches!(
        arg.get_value_hint(),
        ValueHint::AnyPath | ValueHint::FilePath
    );
    match (arg.get_id().as_str(), command) {
        _ if path => Takes::File,
        ("lesson" | "lessons", _) | ("name" | "names", "run" | "lint") => Takes::Lesson,
        ("name" | "names", "console") => Takes::Console,
        ("words", "help") => Takes::Name,
        _ if super::SOURCE.contains(&command) => Takes::Source,
        _ => Takes::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::commands;
    use crate::prompt::{Command, Takes};

    fn find<'a>(table: &'a [Command], name: &str) -> &'a Command {
        table
            .iter()
            .find(|row| row.is_called(name))
            .expect("the command exists")
    }

    #[test]
    fn the_table_tells_what_arguments_are() {
        let lesson = find(commands(), "lesson");
        let run = find(&lesson.parts, "run");
        assert_eq!(run.takes, [Takes::Lesson]);
        assert!(
            run.options.iter().any(|(name, _)| name == "--all"),
            "{:?}",
            run.options
        );
        assert_eq!(find(commands(), "run").takes[0], Takes::File);
        assert_eq!(find(commands(), "help").takes, [Takes::Name]);
        assert!(
            find(commands(), "lab")
                .parts
                .iter()
                .any(|part| part.name == "hosts")
        );
        assert_eq!(find(commands(), "quit").name, "exit");
    }
}
