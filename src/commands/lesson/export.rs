//! `lesson export`: a hand-out of a lesson.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use super::{found, unable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::error::Exit;
use crate::lesson::library::Library;
use crate::lesson::output::handout::HandoutFormat;
use crate::net::error::reason;

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
}

/// Makes it.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &App) -> Exit {
    let (_, _, lesson) = match found(library, &args.name, shell) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let text = args.format.of(&lesson);
    let Some(path) = &args.output else {
        let mut out = io::stdout().lock();
        // Whoever read our output is gone: there is nobody left to tell.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        return Exit::Well;
    };
    match fs::write(path, text) {
        Ok(()) => {
            shell.screen.line(&format!("written: {}", path.display()));
            Exit::Well
        }
        Err(error) => {
            let why = reason(&error);
            unable(shell, &format!("cannot write `{}`: {why}", path.display()))
        }
    }
}
