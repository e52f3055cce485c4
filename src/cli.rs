//! argv: what the program is asked to do, and its exit code.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::Path;

use clap::Parser;

use crate::command::shell::Shell;
use crate::command::{self, PROGRAM, Verb, batch, lesson};
use crate::console::screen::Screen;
use crate::error::{Error, Exit};
use crate::repl;

/// Learn how computers talk to each other: sockets, live, in your terminal
#[derive(Debug, Parser)]
#[command(name = "socklab", version, disable_help_subcommand = true)]
struct Cli {
    /// Evaluate CODE, show its values, and end; ARGS are what `args()` gives it
    #[arg(short = 'c', value_names = ["CODE", "ARGS"], num_args = 1.., allow_hyphen_values = true)]
    code: Vec<String>,
    /// Begin in the lab instead of on the real network
    #[arg(long, global = true)]
    lab: bool,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// The `lesson` program: the course.
#[derive(Debug, Parser)]
#[command(name = "lesson", version, disable_help_subcommand = true)]
struct LessonCli {
    #[command(flatten)]
    args: lesson::Args,
}

/// Runs the program.
pub fn main(argv: impl IntoIterator<Item = OsString>) -> Exit {
    match Cli::try_parse_from(argv) {
        Ok(cli) => run(cli).unwrap_or_else(|error| {
            Screen::of_process().aside(&format!("error: {error}"));
            Exit::Unable
        }),
        Err(error) => refuse(&error),
    }
}

/// The program entered at its `lesson` command, unless it is called `socklab`.
pub fn lesson_main(argv: impl IntoIterator<Item = OsString>) -> Exit {
    let argv: Vec<OsString> = argv.into_iter().collect();
    // A check starts scripts with this very file, called by the other name.
    let called = argv
        .first()
        .and_then(|program| Path::new(program).file_name());
    if called.is_some_and(|name| name == PROGRAM) {
        return main(argv);
    }
    match LessonCli::try_parse_from(argv) {
        Ok(cli) => {
            let mut shell = Shell::new(Screen::of_process(), Vec::new());
            command::from_argv(&Verb::Lesson(cli.args), &mut shell)
        }
        Err(error) => refuse(&error),
    }
}

/// Help and version are no errors; clap knows which stream is meant.
fn refuse(error: &clap::Error) -> Exit {
    let _ = error.print();
    if error.use_stderr() {
        Exit::Unable
    } else {
        Exit::Well
    }
}

fn run(cli: Cli) -> Result<Exit, Error> {
    let screen = Screen::of_process();
    let mut shell = Shell::new(screen, cli.code.get(1..).unwrap_or_default().to_vec());
    if cli.lab {
        shell.use_lab(true);
    }
    if let Some(code) = cli.code.first() {
        return Ok(batch::run(&mut shell, code));
    }
    if let Some(verb) = cli.verb {
        return Ok(command::from_argv(&verb, &mut shell));
    }
    if !io::stdin().is_terminal() {
        let text = repl::read_all()?;
        return Ok(batch::run(&mut shell, &text));
    }
    repl::run(&mut shell, screen, repl::default_file())
}
