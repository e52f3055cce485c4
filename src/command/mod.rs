//! The commands: one table, clap's tree of subcommands, feeds argv, the prompt and help. One file
//! per command.

pub mod batch;
mod definitions;
mod exit;
mod help;
mod lab;
pub mod lesson;
mod run;
pub mod shell;

use clap::{CommandFactory, Parser, Subcommand};

use crate::error::Exit;
use crate::repl::Next;
use shell::Shell;

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
    verb: Verb,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The course: list its lessons, run them, check them
    Lesson(lesson::Args),
    /// The lab: the internet of the course, inside this process
    Lab(lab::Args),
    /// Run a script: FILE, then what `args()` gives it
    Run(run::Args),
    /// Explain a function, a constant or a command
    Help(help::Args),
    /// Write rhai definition files for editors into a folder
    Definitions(definitions::Args),
    /// Leave socklab
    #[command(visible_alias = "quit")]
    Exit,
}

/// Carries out a command.
pub fn perform(verb: &Verb, shell: &mut Shell) -> Next {
    match verb {
        Verb::Lesson(args) => {
            let exit = lesson::perform(args, shell);
            shell.note(exit)
        }
        Verb::Lab(args) => lab::perform(args, shell),
        Verb::Run(args) => {
            let exit = run::perform(args, shell);
            shell.note(exit)
        }
        Verb::Help(args) => help::perform(args, shell),
        Verb::Definitions(args) => {
            let exit = definitions::perform(args, shell);
            shell.note(exit)
        }
        Verb::Exit => exit::perform(shell),
    }
}

/// Carries out the command of a shell's line, and says how it ended.
pub fn from_argv(verb: &Verb, shell: &mut Shell) -> Exit {
    match perform(verb, shell) {
        Next::Leave(exit) => exit,
        Next::Go => shell.last,
    }
}

/// Reads a line of the prompt as a command; the error is clap's own text.
fn parse(line: &str) -> Result<Verb, String> {
    let words = shlex::split(line)
        .ok_or_else(|| String::from("error: a quote is open; close it and try again"))?;
    match Line::try_parse_from(words) {
        Ok(line) => Ok(line.verb),
        Err(error) => Err(error.render().to_string().trim_end().to_string()),
    }
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
    Line::command()
        .get_subcommands()
        .any(|verb| verb.get_name() == word || verb.get_all_aliases().any(|alias| alias == word))
}
