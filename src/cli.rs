//! argv: what the program is asked to do, and its exit code.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use clap::Parser;

use crate::command::shell::Shell;
use crate::command::{self, Verb, batch};
use crate::console::screen::Screen;
use crate::error::{Error, Exit};
use crate::repl;

/// Learn how computers talk to each other: sockets, live, in your terminal
#[derive(Debug, Parser)]
#[command(name = "socklab", version, disable_help_subcommand = true)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    /// Evaluate CODE, show its values, and end
    #[arg(short = 'c', value_name = "CODE")]
    code: Option<String>,
    /// Begin in the lab instead of on the real network
    #[arg(long, global = true)]
    lab: bool,
    /// What `args()` gives the code
    #[arg(value_name = "ARGS", requires = "code", trailing_var_arg = true)]
    args: Vec<String>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// Runs the program.
pub fn main(argv: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(argv) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; clap knows which stream is meant.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Unable
            } else {
                Exit::Well
            };
        }
    };
    run(cli).unwrap_or_else(|error| {
        Screen::of_process().aside(&format!("error: {error}"));
        Exit::Unable
    })
}

/// The program entered at its `lesson` command.
pub fn lesson_main(argv: impl IntoIterator<Item = OsString>) -> Exit {
    let mut argv = argv.into_iter();
    let program = argv.next().unwrap_or_default();
    main([program, "lesson".into()].into_iter().chain(argv))
}

fn run(cli: Cli) -> Result<Exit, Error> {
    let screen = Screen::of_process();
    let mut shell = Shell::new(screen, cli.args);
    if cli.lab {
        shell.use_lab(true);
    }
    if let Some(code) = cli.code {
        return Ok(batch::run(&mut shell, &code));
    }
    if let Some(verb) = cli.verb {
        return Ok(command::from_argv(&verb, &mut shell));
    }
    if !io::stdin().is_terminal() {
        let text = repl::read_all()?;
        return Ok(batch::run(&mut shell, &text));
    }
    let (settings, wrong) = repl::Settings::of_user();
    for line in wrong {
        screen.aside(&line);
    }
    shell.screen = settings.screen(screen);
    let screen = shell.screen;
    repl::run(&mut shell, screen, &settings, repl::default_file())
}
