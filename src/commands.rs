//! The commands: one table, clap's tree of subcommands, feeds argv, the prompt and help. One file
//! per command.

pub(crate) mod app;
pub(crate) mod batch;
mod console;
mod definitions;
mod doctor;
mod edit;
mod exit;
mod explain;
mod help;
mod jobs;
mod lab;
pub(crate) mod lesson;
mod run;
mod save;
mod sockets;
mod table;
mod time;
mod vars;
mod words;

use std::sync::LazyLock;

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::app::App;
use crate::error::Exit;
use crate::prompt::Next;

/// A prompt's line, or what follows the program's name in a shell.
#[derive(Debug, Parser)]
#[command(
    name = "socklab",
    no_binary_name = true,
    disable_help_subcommand = true
)]
#[command(disable_help_flag = true, disable_version_flag = true)]
struct Line {
    #[command(subcommand)]
    verb: Command,
}

/// The name under which the program takes all its commands.
pub(crate) const PROGRAM: &str = "socklab";

/// Every command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The course: list its lessons, run them, check them
    #[command(after_help = "Examples:\n  lesson list\n  lesson run 03-getaddrinfo")]
    Lesson(lesson::Args),
    /// The lab: the internet of the course, inside this process
    #[command(after_help = "Examples:\n  lab on\n  lab hosts\n  lab dns")]
    Lab(lab::Args),
    /// Make a console or enter it: a second interpreter beside this one
    #[command(
        after_help = "Ctrl-Z leaves a statement that waits going in its console.\n\n\
                            Examples:\n  console client\n  console main"
    )]
    Console(console::Args),
    /// List the consoles and what each is doing
    #[command(after_help = "Examples:\n  consoles")]
    Consoles,
    /// List the open sockets of all consoles
    #[command(after_help = "\
in: bytes that wait for `recv`, or callers that wait for `accept`
out: bytes that the peer has not acknowledged yet

Examples:\n  sockets")]
    Sockets,
    /// List the variables and functions of this console
    #[command(after_help = "Examples:\n  vars")]
    Vars,
    /// Drop the variables and functions of this console
    #[command(after_help = "Sockets that only they held are closed.\n\nExamples:\n  reset")]
    Reset,
    /// Say in words what an error, a value or a name means
    #[command(after_help = "\
The function `explain(x)` says the same in a script.

Examples:
  explain                     the last error
  explain ECONNREFUSED
  explain s                   a socket: state, addresses, options
  explain [\"10.0.0.1\", 80]")]
    Explain(explain::Args),
    /// Evaluate a statement and say how long it took
    #[command(after_help = "Examples:\n  time getaddrinfo(\"localhost\", 80)")]
    Time(time::Args),
    /// Change the last statement in your editor, then evaluate it
    #[command(after_help = "VISUAL or EDITOR names the editor.\n\nExamples:\n  edit")]
    Edit,
    /// Write the statements of this console as a script
    #[command(after_help = "Those that ended in an error are left out.\n\n\
                            Examples:\n  save server.rhai\n  save --force server.rhai")]
    Save(save::SaveArgs),
    /// Evaluate a script here, as if it were typed
    #[command(after_help = "Examples:\n  load server.rhai")]
    Load(save::LoadArgs),
    /// Run a script: FILE, then what `args()` gives it
    #[command(after_help = "Examples:\n  run client.rhai 127.0.0.1 50000")]
    Run(run::Args),
    /// Look at what this machine has, and say how to mend what it lacks
    #[command(after_help = "Nothing is sent off the machine.\n\nExamples:\n  doctor")]
    Doctor,
    /// Explain a function, a constant, a command or a topic, or search for words
    #[command(after_help = "\
`?recv` and `recv?` say the same at the prompt.

Examples:
  help getaddrinfo
  help AF_INET6
  help \"close wait\"
  help topics
  help commands")]
    Help(help::Args),
    /// Write rhai definition files for editors into a folder
    #[command(after_help = "Examples:\n  definitions editor")]
    Definitions(definitions::Args),
    /// Leave socklab
    #[command(visible_alias = "quit", after_help = "Examples:\n  exit")]
    Exit,
}

/// Carries out a command.
pub(crate) fn run_command(verb: &Command, shell: &mut App) -> Next {
    match verb {
        Command::Lesson(args) => {
            let exit = lesson::run_command(args, shell);
            shell.note(exit)
        }
        Command::Lab(args) => lab::run_command(args, shell),
        Command::Run(args) => {
            let exit = run::run_command(args, shell);
            shell.note(exit)
        }
        Command::Help(args) => help::run_command(args, shell),
        Command::Console(args) => console::run_command(args, shell),
        Command::Consoles => console::list(shell),
        Command::Sockets => sockets::run_command(shell),
        Command::Vars => vars::list(shell),
        Command::Reset => vars::reset(shell),
        Command::Explain(args) => explain::run_command(args, shell),
        Command::Time(args) => time::run_command(args, shell),
        Command::Edit => edit::run_command(shell),
        Command::Save(args) => save::save(args, shell),
        Command::Load(args) => save::load(args, shell),
        Command::Doctor => doctor::run_command(shell),
        Command::Definitions(args) => {
            let exit = definitions::run_command(args, shell);
            shell.note(exit)
        }
        Command::Exit => exit::run_command(shell),
    }
}

/// Carries out the command of a shell's line, and says how it ended.
pub(crate) fn from_argv(verb: &Command, shell: &mut App) -> Exit {
    match run_command(verb, shell) {
        Next::Leave(exit) => exit,
        Next::Go => shell.last,
    }
}

/// The commands whose argument is source text, taken as it stands.
const SOURCE: [&str; 2] = ["explain", "time"];

/// Reads a line of the prompt as a command; the error is clap's own text.
fn parse(line: &str) -> Result<Command, String> {
    let words = match asked_for(line) {
        Some(name) => vec!["help".into(), "--".into(), name.into()],
        None => words(line)?,
    };
    match Line::try_parse_from(words) {
        Ok(line) => Ok(line.verb),
        Err(error) => Err(error.render().to_string().trim_end().to_string()),
    }
}

fn words(line: &str) -> Result<Vec<String>, String> {
    let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    if SOURCE.contains(&verb) && !rest.is_empty() && !["-h", "--help"].contains(&rest) {
        return Ok(vec![verb.into(), "--".into(), rest.into()]);
    }
    shlex::split(line).ok_or_else(|| String::from("error: a quote is open; close it and try again"))
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
fn is_line(line: &str) -> bool {
    if asked_for(line).is_some() {
        return true;
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let also = if SOURCE.contains(&word) { "([#`|" } else { "" };
    let begins = |letter: char| {
        letter.is_alphanumeric() || "\"'-./".contains(letter) || also.contains(letter)
    };
    rest.trim_start().chars().next().is_none_or(begins) && is_verb(word)
}

/// The names of all commands.
fn names() -> Vec<String> {
    let tree = Line::command();
    let names = tree
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned());
    names.collect()
}

/// Whether a word is a command's name.
fn is_verb(word: &str) -> bool {
    // Asked for every line: clap's tree is made once.
    static VERBS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let tree = Line::command();
        let names = tree
            .get_subcommands()
            .flat_map(|verb| std::iter::once(verb.get_name()).chain(verb.get_all_aliases()));
        names.map(String::from).collect()
    });
    VERBS.iter().any(|verb| verb == word)
}

#[cfg(test)]
mod tests {
    use super::{asked_for, is_line, parse};

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
}
