//! What the types of arguments complete, at the prompt and in a shell.

use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory};
use clap_complete::engine;

use super::{LessonName, NewLessonName, is, lesson_names, with_candidates};
use crate::commands::line::PromptLine;
use crate::commands::words::SessionWords;
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
    let words = SessionWords {
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
