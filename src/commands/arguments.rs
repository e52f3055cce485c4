//! What an argument of a command is: a type for each kind. clap parses it, and completion at the
//! prompt and in the shell reads it from clap's tree.

use std::any::TypeId;
use std::borrow::Borrow;
use std::env;
use std::ffi::OsStr;
use std::ops::Deref;

use clap::builder::{PossibleValue, ValueHint};
use clap::{Arg, Command};
use clap_complete::engine::ValueCompleter as _;
use clap_complete::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter};

use crate::lab::hosts::{self, Host};
use crate::lesson::library::Library;
use crate::net::link_manners::{ALL_HOSTS, WORDS};
use crate::prompt::Takes;
use crate::script::vocabulary;

macro_rules! text_arguments {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name(String);

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self
            }
        }
    )*};
}

text_arguments! {
    /// A lesson's number, name or path.
    LessonName
    /// The name of a lesson that is still to be written: `15-topic`.
    NewLessonName
    /// The name of an exercise of a lesson.
    ExerciseName
    /// A console's name.
    ConsoleName
    /// A word of a question to help: a function, a constant, a command, a topic.
    HelpWord
    /// A word of a statement, which takes the rest of the line as it is.
    SourceWord
    /// A command's name.
    CommandName
    /// A host of the lab, or all of them.
    LabHost
    /// A word of what a link does, or a number behind one.
    LinkWord
}

/// What completion offers for an argument at the prompt.
pub(crate) fn takes(arg: &Arg) -> Takes {
    let choices = arg.get_possible_values();
    if !choices.is_empty() {
        return Takes::OneOf(choices.iter().map(choice).collect());
    }
    if is::<LessonName>(arg) {
        Takes::Lesson
    } else if is::<ConsoleName>(arg) {
        Takes::Console
    } else if is::<HelpWord>(arg) {
        Takes::Name
    } else if is::<SourceWord>(arg) {
        Takes::Source
    } else if is::<LabHost>(arg) {
        Takes::OneOf(hosts())
    } else if is::<LinkWord>(arg) {
        Takes::OneOf(link_words())
    } else if matches!(
        arg.get_value_hint(),
        ValueHint::AnyPath | ValueHint::FilePath
    ) {
        Takes::File
    } else {
        Takes::Other
    }
}

/// The lab's hosts, each with its first address.
fn hosts() -> Vec<(String, String)> {
    let address = |host: &Host| host.addresses.first().map(ToString::to_string);
    let known = hosts::table(&[]);
    let known = known
        .iter()
        .map(|host| (host.name.clone(), address(host).unwrap_or_default()));
    let all = (ALL_HOSTS.to_string(), "every host".to_string());
    std::iter::once(all).chain(known).collect()
}

fn link_words() -> Vec<(String, String)> {
    let word = |(word, example): (&str, &str)| (word.to_string(), format!("{word} {example}"));
    WORDS.map(word).into()
}

fn choice(value: &PossibleValue) -> (String, String) {
    let about = value.get_help().map(ToString::to_string);
    (value.get_name().into(), about.unwrap_or_default())
}

/// Whether clap parses an argument to this type.
fn is<T: 'static>(arg: &Arg) -> bool {
    arg.get_value_parser().type_id() == TypeId::of::<T>()
}

/// The names of the lessons that can be named in the current directory, in their order.
pub(crate) fn lesson_names() -> Vec<String> {
    let here = env::current_dir().ok();
    let library = here.and_then(|here| Library::open(&here, None).ok());
    library.map_or_else(Vec::new, |library| {
        let entries = library.entries().iter();
        entries.map(|entry| entry.full_name.clone()).collect()
    })
}

/// The tree with what a shell is offered for the arguments that are no files.
pub(crate) fn with_candidates(tree: Command) -> Command {
    let commands: Vec<String> = tree
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    mark(tree, &commands)
}

fn mark(command: Command, commands: &[String]) -> Command {
    let marked = command.mut_args(|arg| {
        if is::<LessonName>(&arg) {
            arg.add(ArgValueCompleter::new(lessons))
        } else if is::<HelpWord>(&arg) {
            arg.add(ArgValueCandidates::new(|| candidates(help_words())))
        } else if is::<LabHost>(&arg) {
            arg.add(ArgValueCandidates::new(|| candidates(names_of(hosts()))))
        } else if is::<LinkWord>(&arg) {
            arg.add(ArgValueCandidates::new(|| {
                candidates(names_of(link_words()))
            }))
        } else if is::<CommandName>(&arg) {
            let commands = commands.to_vec();
            arg.add(ArgValueCandidates::new(move || {
                candidates(commands.clone())
            }))
        } else {
            arg
        }
    });
    marked.mut_subcommands(|command| mark(command, commands))
}

/// The lessons that begin so; the files, where a path was begun.
fn lessons(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed_text = typed.to_string_lossy();
    if typed_text.contains('/') {
        return PathCompleter::file().complete(typed);
    }
    let mut names = lesson_names();
    names.retain(|name| name.starts_with(&*typed_text));
    candidates(names)
}

fn help_words() -> Vec<String> {
    let functions = vocabulary::functions().map(|function| function.name.to_owned());
    let constants = vocabulary::constants_with("").map(|constant| constant.name.to_owned());
    let mut words: Vec<String> = functions.chain(constants).collect();
    words.sort();
    words.dedup();
    words
}

fn names_of(choices: Vec<(String, String)>) -> Vec<String> {
    choices.into_iter().map(|(name, _)| name).collect()
}

fn candidates(names: Vec<String>) -> Vec<CompletionCandidate> {
    names.into_iter().map(CompletionCandidate::new).collect()
}

#[cfg(test)]
mod tests;
