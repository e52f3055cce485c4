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

use crate::lesson::library::Library;
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
    } else if matches!(
        arg.get_value_hint(),
        ValueHint::AnyPath | ValueHint::FilePath
    ) {
        Takes::File
    } else {
        Takes::Other
    }
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

fn candidates(names: Vec<String>) -> Vec<CompletionCandidate> {
    names.into_iter().map(CompletionCandidate::new).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{Arg, Command, CommandFactory};
    use clap_complete::engine;

    use super::{LessonName, NewLessonName, is, lesson_names, with_candidates};
    use crate::commands::line::PromptLine;
    use crate::commands::words::Words;
    use crate::prompt;

    /// Every argument of the tree that is no flag, with the words that lead to its command.
    fn arguments() -> Vec<(Vec<String>, Arg)> {
        fn walk(command: &Command, words: &[String], found: &mut Vec<(Vec<String>, Arg)>) {
            let valued = command
                .get_arguments()
                .filter(|arg| arg.get_action().takes_values());
            found.extend(valued.map(|arg| (words.to_vec(), arg.clone())));
            for word in command.get_subcommands() {
                let words = [words, &[word.get_name().to_owned()]].concat();
                walk(word, &words, found);
            }
        }
        let mut tree = PromptLine::command();
        tree.build();
        let mut found = Vec::new();
        walk(&tree, &[], &mut found);
        found
    }

    fn taking_lessons() -> Vec<Vec<String>> {
        let found = arguments()
            .into_iter()
            .filter(|(_, arg)| is::<LessonName>(arg));
        found.map(|(words, _)| words).collect()
    }

    #[test]
    fn every_argument_that_takes_a_lesson_completes_lessons_at_the_prompt() {
        let words = Words {
            published: None,
            consoles: Vec::new(),
        };
        let lessons = lesson_names();
        assert!(taking_lessons().len() > 5, "the tree was not walked");
        for command in taking_lessons() {
            let line = format!("{} ", command.join(" "));
            let (_, offered) = prompt::complete(&line, line.len(), &words);
            let offered: Vec<String> = offered.into_iter().map(|found| found.text).collect();
            for lesson in &lessons {
                assert!(offered.contains(lesson), "{line}: {lesson}: {offered:?}");
            }
        }
    }

    #[test]
    fn every_argument_that_takes_a_lesson_completes_lessons_in_a_shell() {
        let lessons = lesson_names();
        for command in taking_lessons() {
            let mut line: Vec<OsString> = vec!["socklab".into()];
            line.extend(command.iter().map(OsString::from));
            line.push("".into());
            let at = line.len() - 1;
            let mut tree = with_candidates(PromptLine::command().no_binary_name(false));
            let found = engine::complete(&mut tree, line, at, None).expect("candidates");
            let found: Vec<_> = found
                .iter()
                .map(|found| found.get_value().to_string_lossy())
                .collect();
            for lesson in &lessons {
                assert!(
                    found.iter().any(|name| name == lesson),
                    "{command:?}: {lesson}: {found:?}"
                );
            }
        }
    }

    /// A plain text would say to nobody what it is.
    #[test]
    fn every_positional_argument_of_lesson_has_a_type_of_its_own() {
        for (words, arg) in arguments() {
            let of_lesson = words.first().is_some_and(|word| word == "lesson");
            let named = ["NAME", "NAMES"].contains(&arg.get_id().as_str().to_uppercase().as_str());
            if of_lesson && named {
                assert!(
                    is::<LessonName>(&arg) || is::<NewLessonName>(&arg),
                    "{words:?} {arg:?}"
                );
            }
            assert!(
                !is::<String>(&arg) || !of_lesson || !arg.is_positional(),
                "{words:?} {arg:?}"
            );
        }
    }
}
