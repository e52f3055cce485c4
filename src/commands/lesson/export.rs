//! `lesson export`: a hand-out of a lesson.

use std::io::Write;
use std::path::PathBuf;

use super::{found, write};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::error::Exit;
use crate::lesson::library::Library;
use crate::lesson::output::handout::HandoutFormat;
use crate::term::output::StandardOutput;

/// What `lesson export` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-export")]
pub(crate) struct Args {
    /// Its number, name or path
    name: LessonName,
    /// What to make of it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: HandoutFormat,
    /// Write to FILE instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that is there already
    #[arg(long, requires = "output")]
    force: bool,
}

/// Makes it.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &App) -> Exit {
    let (_, _, lesson) = match found(library, &args.name, shell) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let text = args.format.of(&lesson);
    let Some(path) = &args.output else {
        // What is lost is told at the end.
        let _ = StandardOutput.write_all(text.as_bytes());
        return Exit::Well;
    };
    match write(path, &text, args.force, shell) {
        Ok(()) => {
            shell.screen.line(&format!("written: {}", path.display()));
            Exit::Well
        }
        Err(exit) => exit,
    }
}
