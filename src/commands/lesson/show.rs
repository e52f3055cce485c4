//! `lesson show`: read a lesson without running it.

use std::io::{self, IsTerminal, Write};

use super::{opened, unable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::error::Exit;
use crate::lesson::library::Library;
use crate::lesson::output::handout;
use crate::term::output::StandardOutput;
use crate::term::screen;

/// What `lesson show` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-show")]
pub(crate) struct Args {
    /// Its number, name or path
    name: LessonName,
    /// The file as it is
    #[arg(long)]
    source: bool,
}

/// The widest text that reads well, in columns.
const WIDEST: usize = 100;
/// The width where nobody tells.
const USUAL: usize = 80;

/// Shows it.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &App) -> Exit {
    let entry = match library.find(&args.name) {
        Ok(entry) => entry,
        Err(error) => return unable(shell, &error.to_string()),
    };
    if args.source {
        return match entry.read() {
            Ok(bytes) if io::stdout().is_terminal() => {
                let text = String::from_utf8_lossy(&bytes);
                shell.screen.line(text.trim_end_matches('\n'));
                Exit::Well
            }
            Ok(bytes) => {
                // A copy is the same to the byte; what is lost is told at the end.
                let _ = StandardOutput.write_all(&bytes);
                Exit::Well
            }
            Err(error) => unable(shell, &error.to_string()),
        };
    }
    match opened(&entry, shell) {
        Ok((_, lesson)) => {
            shell.screen.line(&handout::plain(&lesson, width()));
            Exit::Well
        }
        Err(exit) => exit,
    }
}

/// The columns of the terminal.
fn width() -> usize {
    screen::columns().unwrap_or(USUAL).min(WIDEST)
}
