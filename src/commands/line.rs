//! A line of the prompt as a command: whether it is one, and which; the table of commands as
//! completion and colour read it from clap's tree.

use std::sync::OnceLock;

use clap::{Arg, CommandFactory, Parser};

use crate::commands::{Command, arguments};
use crate::prompt;
use crate::prompt::Takes;

/// A prompt's line, or what follows the program's name in a shell.
#[derive(Debug, Parser)]
#[command(
    name = "socklab",
    no_binary_name = true,
    disable_help_subcommand = true
)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub(crate) struct PromptLine {
    #[command(subcommand)]
    verb: Command,
}

/// The table of commands, read from clap's tree once.
pub(crate) fn table() -> &'static [prompt::CommandRow] {
    static COMMANDS: OnceLock<Vec<prompt::CommandRow>> = OnceLock::new();
    COMMANDS.get_or_init(|| {
        PromptLine::command()
            .get_subcommands()
            .map(command)
            .collect()
    })
}

fn command(clap: &clap::Command) -> prompt::CommandRow {
    let about = clap.get_about().map(ToString::to_string);
    let options = clap.get_opts().chain(clap.get_arguments().filter(|arg| {
        // Flags: what `get_opts` leaves out because it takes no value.
        !arg.is_positional() && !arg.get_action().takes_values()
    }));
    prompt::CommandRow {
        name: clap.get_name().into(),
        aliases: clap.get_all_aliases().map(Into::into).collect(),
        about: about.unwrap_or_default(),
        options: options.filter_map(option).collect(),
        takes: clap.get_positionals().map(arguments::takes).collect(),
        parts: clap.get_subcommands().map(command).collect(),
    }
}

fn option(arg: &Arg) -> Option<(String, String)> {
    let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
    Some((format!("--{}", arg.get_long()?), about))
}

/// Reads a line of the prompt as a command; the error is clap's own text.
pub(crate) fn parse(line: &str) -> Result<Command, String> {
    let words = match asked_for(line) {
        Some(name) => vec!["help".into(), "--".into(), name.into()],
        None => match words(line)? {
            // As a shell's command has it: `lab link --help`.
            mut words if words.len() > 1 && asks_for_help(&words) => {
                words.pop();
                vec!["help".into(), "--".into(), words.join(" ")]
            }
            words => words,
        },
    };
    match PromptLine::try_parse_from(words) {
        Ok(line) => Ok(line.verb),
        Err(error) => Err(error.render().to_string().trim_end().to_string()),
    }
}

fn asks_for_help(words: &[String]) -> bool {
    words
        .last()
        .is_some_and(|word| word == "--help" || word == "-h")
}

fn words(line: &str) -> Result<Vec<String>, String> {
    let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let takes_source = row(verb).is_some_and(takes_source);
    if takes_source && !rest.is_empty() && !["-h", "--help"].contains(&rest) {
        return Ok(vec![verb.into(), "--".into(), rest.into()]);
    }
    shlex::split(line).ok_or_else(|| String::from("error: a quote is open; close it and try again"))
}

/// The words of a command, so that two ways to write it are the same: `?recv`, `help("recv")` and
/// `help recv`. None for what is no command.
pub(crate) fn canonical(line: &str) -> Option<Vec<String>> {
    if !is_line(line) {
        return None;
    }
    let mut words = match asked_for(line) {
        Some(name) => vec!["help".into(), name.into()],
        None => words(line).ok()?,
    };
    words.retain(|word| word != "--");
    let row = words.first().and_then(|word| row(word))?;
    words[0].clone_from(&row.name);
    if row.takes == [Takes::Name] {
        for word in &mut words[1..] {
            let name = word.strip_prefix("socket.").unwrap_or(word);
            *word = name.trim_end_matches("()").into();
        }
    }
    Some(words)
}

/// The name in `?name`, `name?` and `? name`, and in `help(name)` as a Python prompt has it.
fn asked_for(line: &str) -> Option<&str> {
    let line = line.trim();
    let called = line
        .trim_end_matches(';')
        .strip_prefix("help(")
        .and_then(|l| l.strip_suffix(')'));
    let called = called.map(|name| name.trim().trim_matches(['"', '\'']));
    let name = called
        .or_else(|| line.strip_prefix('?'))
        .or_else(|| line.strip_suffix('?'))?;
    let name = name.trim().trim_end_matches('?').trim_end_matches("()");
    let fits = |c: char| c.is_alphanumeric() || "_.-/ ".contains(c);
    name.chars().all(fits).then_some(name)
}

/// Whether a line of the prompt is a command rather than the beginning of a statement, as far as
/// its words tell.
pub(crate) fn is_line(line: &str) -> bool {
    if asked_for(line).is_some() {
        return true;
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let Some(row) = row(word) else { return false };
    let also = if takes_source(row) { "([#`|" } else { "" };
    let begins = |letter: char| {
        letter.is_alphanumeric() || "\"'-./".contains(letter) || also.contains(letter)
    };
    rest.trim_start().chars().next().is_none_or(begins)
}

/// The row of the command with this name; none where the word is no command's.
fn row(word: &str) -> Option<&'static prompt::CommandRow> {
    table().iter().find(|row| row.is_called(word))
}

/// Whether a command takes the rest of its line as a statement.
fn takes_source(row: &prompt::CommandRow) -> bool {
    row.takes.first() == Some(&Takes::Source)
}

#[cfg(test)]
mod tests {
    use super::{asked_for, canonical, is_line, parse, table};
    use crate::prompt::{CommandRow, Takes};

    #[test]
    fn a_question_mark_before_or_behind_a_name_asks_for_help() {
        assert_eq!(asked_for("?recv"), Some("recv"));
        assert_eq!(asked_for("? close wait"), Some("close wait"));
        assert_eq!(asked_for("socket.recv()?"), Some("socket.recv"));
        assert_eq!(asked_for("recv??"), Some("recv"));
        assert_eq!(asked_for("?"), Some(""));
        assert_eq!(asked_for("help('recv');"), Some("recv"));
        assert_eq!(asked_for("help()"), Some(""));
        for statement in ["a ?? b", "x?.y", "f(\"?\")", "print(\"x\")?", "a"] {
            assert_eq!(asked_for(statement), None, "{statement}");
        }
    }

    #[test]
    fn the_ways_to_ask_for_help_are_the_same_command() {
        let asked = canonical("help getservbyname");
        for line in [
            "?getservbyname",
            "getservbyname?",
            "help(\"getservbyname\")",
            "help 'getservbyname'",
            "help  socket.getservbyname",
            "help(getservbyname);",
        ] {
            assert_eq!(canonical(line), asked, "{line}");
        }
        assert_ne!(canonical("help getservbyport"), asked);
        assert_eq!(canonical("getservbyname(\"ssh\")"), None);
    }

    #[test]
    fn a_line_is_a_command_where_its_words_say_so() {
        for line in [
            "vars",
            "time 1 + 1",
            "time (1)",
            "explain [1]",
            "help \"x y\"",
            "exit",
            "quit",
        ] {
            assert!(is_line(line), "{line}");
        }
        for line in [
            "time = 5",
            "explain(x)",
            "vars.len()",
            "help += 1",
            "lab[0]",
            "foo bar",
        ] {
            assert!(!is_line(line), "{line}");
        }
    }

    #[test]
    fn source_text_is_taken_as_it_stands() {
        let parsed = |line: &str| format!("{:?}", parse(line));
        assert!(parsed("time f('a b',  \"c\")").contains(r#"f('a b',  \"c\")"#));
        assert!(parsed("explain -1").contains("\"-1\""));
        assert!(parsed("time").contains("Err("));
        assert!(parsed("save 'a b.rhai' --force").contains("a b.rhai"));
    }

    fn find<'a>(table: &'a [CommandRow], name: &str) -> &'a CommandRow {
        table
            .iter()
            .find(|row| row.is_called(name))
            .expect("the command exists")
    }

    #[test]
    fn the_table_tells_what_arguments_are() {
        let lesson = find(table(), "lesson");
        let run = find(&lesson.parts, "run");
        assert_eq!(run.takes, [Takes::Lesson]);
        assert!(
            run.options.iter().any(|(name, _)| name == "--all"),
            "{:?}",
            run.options
        );
        assert_eq!(find(table(), "run").takes[0], Takes::File);
        assert_eq!(find(table(), "help").takes, [Takes::Name]);
        assert!(
            find(table(), "lab")
                .parts
                .iter()
                .any(|part| part.name == "hosts")
        );
        assert_eq!(find(table(), "quit").name, "exit");
    }
}
