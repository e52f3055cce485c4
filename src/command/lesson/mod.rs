//! `lesson`: the course. One file for each of its words.

mod lint;
mod list;
mod progress;
mod run;
mod start;

use std::env;
use std::path::{Path, PathBuf};

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
    /// Be taught: type each step yourself
    Start(start::Args),
    /// Forget how far lessons are taken
    Reset(progress::Reset),
    /// Write how far lessons are taken, for another machine
    ExportProgress(progress::Export),
    /// Add what another machine knows of how far lessons are taken
    ImportProgress(progress::Import),
    /// Say what would confuse a learner
    Lint(lint::Args),
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
        What::Start(args) => start::perform(args, &library, shell),
        What::Reset(args) => progress::reset(args, &library, shell),
        What::ExportProgress(args) => progress::export(args, shell),
        What::ImportProgress(args) => progress::import(args, shell),
        What::Lint(args) => lint::perform(args, &library, shell),
    }
}

/// Runs the lesson in a file.
pub(super) fn run_file(path: &Path, shell: &mut Shell) -> Exit {
    let path = path.display().to_string();
    // A word without a folder would be taken for a lesson's name.
    let path = if path.contains('/') {
        path
    } else {
        format!("./{path}")
    };
    let found = open(Path::new("."), None)
        .and_then(|library| library.find(&path).map_err(|error| error.to_string()));
    match found {
        Ok(entry) => run::run_one(&Chosen { entry, word: path }, false, false, shell),
        Err(text) => unable(shell, &text),
    }
}

fn open(here: &Path, explicit: Option<&Path>) -> Result<Library, String> {
    Library::open(here, explicit).map_err(|error| error.to_string())
}

/// A lesson that was asked for, and the word to ask for it again.
struct Chosen {
    entry: Entry,
    word: String,
}

/// The lessons of the names given, or all of them.
fn choose(library: &Library, names: &[String], all: bool) -> Result<Vec<Chosen>, LibraryError> {
    let known = |entry: Entry| Chosen {
        word: entry.full_name.clone(),
        entry,
    };
    if all {
        return Ok(library.entries().iter().cloned().map(known).collect());
    }
    let find = |name: &String| {
        let entry = library.find(name)?;
        if library.entries().contains(&entry) {
            return Ok(known(entry));
        }
        Ok(Chosen {
            word: name.clone(),
            entry,
        })
    };
    names.iter().map(find).collect()
}

/// Says what kept us from running.
fn unable(shell: &Shell, text: &str) -> Exit {
    shell.screen.aside(&format!("error: {text}"));
    Exit::Unable
}
