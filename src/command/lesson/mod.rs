//! `lesson`: the course. One file for each of its words.

mod check;
mod lint;
mod list;
mod program;
mod prove;
mod run;

use std::env;
use std::path::PathBuf;

use clap::Subcommand;

use super::shell::Shell;
use crate::error::Exit;
use crate::lesson::library::{Entry, Library, LibraryError};

/// What `lesson` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Take lessons from DIR before those of `lessons/` and of the program
    #[arg(long, value_name = "DIR", global = true)]
    lessons: Option<PathBuf>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the course
    List,
    /// Run lessons and check every transcript
    Run(run::Args),
    /// Say what would confuse a learner
    Lint(lint::Args),
    /// Check a program of yours against a lesson's exercise
    Check(check::Args),
}

/// Carries it out.
pub(super) fn perform(args: &Args, shell: &mut Shell) -> Exit {
    let opened = env::current_dir()
        .map_err(|error| error.to_string())
        .and_then(|here| open(&here, args.lessons.as_deref()));
    let library = match opened {
        Ok(library) => library,
        Err(text) => return unable(shell, &text),
    };
    match &args.what {
        What::List => list::perform(&library, shell),
        What::Run(args) => run::perform(args, &library, shell),
        What::Lint(args) => lint::perform(args, &library, shell),
        What::Check(args) => check::perform(args, &library, shell),
    }
}

fn open(here: &std::path::Path, explicit: Option<&std::path::Path>) -> Result<Library, String> {
    Library::open(here, explicit).map_err(|error| error.to_string())
}

/// The lessons of the names given, or all of them.
fn choose(library: &Library, names: &[String], all: bool) -> Result<Vec<Entry>, LibraryError> {
    if all {
        return Ok(library.entries().to_vec());
    }
    names.iter().map(|name| library.find(name)).collect()
}

/// Says what kept us from running.
fn unable(shell: &Shell, text: &str) -> Exit {
    shell.screen.aside(&format!("error: {text}"));
    Exit::Unable
}
