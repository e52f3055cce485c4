//! `lesson show`: read a lesson without running it.

use std::io::{self, IsTerminal, Write};

use super::{Chosen, one, unable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::error::Exit;
use crate::lesson::format::model::Lesson;
use crate::lesson::format::parse;
use crate::lesson::format::problem;
use crate::lesson::library::Library;
use crate::lesson::output::handout;
use crate::lesson::results::Source;
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
    let chosen = match one(library, &args.name) {
        Ok(chosen) => chosen,
        Err(error) => return unable(shell, &error.to_string()),
    };
    if args.source {
        return match chosen.entry.read() {
            Ok(bytes) if io::stdout().is_terminal() => {
                let text = String::from_utf8_lossy(&bytes);
                shell.screen.line(text.trim_end_matches('\n'));
                Exit::Well
            }
            Ok(bytes) => {
                // A copy is the same to the byte; whoever read our output may be gone.
                let mut out = io::stdout().lock();
                let _ = out.write_all(&bytes).and_then(|()| out.flush());
                Exit::Well
            }
            Err(error) => unable(shell, &error.to_string()),
        };
    }
    match read(&chosen, shell) {
        Ok((_, lesson)) => {
            shell.screen.line(&handout::plain(&lesson, width()));
            Exit::Well
        }
        Err(exit) => exit,
    }
}

/// The one lesson of that name, with its steps; what is wrong is told.
pub(crate) fn opened(library: &Library, name: &str, shell: &App) -> Result<(Chosen, Lesson), Exit> {
    let chosen = one(library, name).map_err(|error| unable(shell, &error.to_string()))?;
    let (_, lesson) = read(&chosen, shell)?;
    Ok((chosen, lesson))
}

/// A lesson that can be read; what is wrong with one that cannot is told.
pub(crate) fn read(chosen: &Chosen, shell: &App) -> Result<(Source, Lesson), Exit> {
    let bytes = chosen
        .entry
        .read()
        .map_err(|error| unable(shell, &error.to_string()))?;
    let source = chosen.source(&bytes);
    match parse::parse_bytes(&bytes) {
        Ok(lesson) => Ok((source, lesson)),
        Err(problems) => {
            for found in &problems {
                let colour = shell.screen.colour();
                let text = problem::render(&source.path, &source.text, found, colour);
                shell.screen.aside_raw(&text);
            }
            Err(Exit::Unable)
        }
    }
}

/// The columns of the terminal.
fn width() -> usize {
    screen::columns().unwrap_or(USUAL).min(WIDEST)
}
