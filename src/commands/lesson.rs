//! `lesson`: the course. One file for each of its words.

mod accept;
mod check;
mod export;
mod format;
mod lint;
mod list;
mod new;
mod program;
mod progress;
mod record;
mod run;
mod show;
mod start;
mod starter;
mod verify_solutions;
mod vocabulary;
mod watch;

use std::env;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::error::Exit;
use crate::lesson::library::{Entry, Library, LibraryError};
use crate::lesson::results::Report;
use crate::lesson::results::{Event, Source};

/// What `lesson` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Take lessons from DIR before those of `lessons/` and of the program
    #[arg(long, value_name = "DIR", global = true)]
    lessons: Option<PathBuf>,
    #[command(subcommand)]
    what: LessonCommand,
}

#[derive(Debug, Subcommand)]
enum LessonCommand {
    /// List the course
    #[command(after_help = "Examples:\n  lesson list")]
    List,
    /// Run lessons and check every transcript
    #[command(after_help = "Examples:\n  lesson run 03-getaddrinfo\n  lesson run --all")]
    Run(run::Args),
    /// Be taught: type each step yourself
    #[command(after_help = "Examples:\n  lesson start\n  lesson start 3")]
    Start(start::Args),
    /// Forget how far lessons are taken
    #[command(after_help = "Examples:\n  lesson reset 3\n  lesson reset")]
    Reset(progress::Reset),
    /// Write how far lessons are taken, for another machine
    #[command(after_help = "Examples:\n  lesson export-progress way.json")]
    ExportProgress(progress::Export),
    /// Add what another machine knows of how far lessons are taken
    #[command(after_help = "Examples:\n  lesson import-progress way.json")]
    ImportProgress(progress::Import),
    /// Say what would confuse a learner
    #[command(after_help = "Examples:\n  lesson lint ./my-lesson.rhai")]
    Lint(lint::Args),
    /// Write the script that an exercise begins with
    #[command(
        after_help = "Examples:\n  lesson starter 07-echo\n  lesson starter 07 client --output mine.rhai"
    )]
    Starter(starter::Args),
    /// Check a program of yours against a lesson's exercise
    Check(check::Args),
    /// Write what lessons showed into their transcripts
    Accept(accept::Args),
    /// Begin a lesson of your own
    New(new::Args),
    /// Write a lesson by typing it
    Record(record::Args),
    /// Read a lesson without running it
    Show(show::Args),
    /// Run a lesson again whenever it is saved
    Watch(watch::Args),
    /// Make a hand-out of a lesson
    Export(export::Args),
}

impl LessonCommand {
    /// How it reports, where it writes a report in the end.
    fn form(&self) -> Option<format::Args> {
        match self {
            Self::Run(args) => Some(args.form),
            Self::Lint(args) => Some(args.form),
            Self::Check(args) => Some(args.form),
            _ => None,
        }
    }
}

/// Carries it out.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> Exit {
    // A folder for new lessons need not be there yet.
    let folder = args.lessons.as_deref().unwrap_or(Path::new("lessons"));
    let opened = env::current_dir()
        .map_err(|error| error.to_string())
        .and_then(|here| open(&here, args.lessons.as_deref()));
    match (&args.what, &opened) {
        (LessonCommand::New(args), _) => new::run_command(args, folder, shell),
        (LessonCommand::Record(args), _) => record::run_command(args, folder, shell),
        (what, Err(text)) => match what.form() {
            Some(form) => {
                let mut report = form.report(shell.screen);
                let exit = keep_out(report.as_mut(), "lessons", text);
                report.event(&Event::Closed);
                exit
            }
            None => unable(shell, text),
        },
        (LessonCommand::List, Ok(library)) => list::run_command(library, shell),
        (LessonCommand::Run(args), Ok(library)) => run::run_command(args, library, shell),
        (LessonCommand::Start(args), Ok(library)) => start::run_command(args, library, shell),
        (LessonCommand::Reset(args), Ok(library)) => progress::reset(args, library, shell),
        (LessonCommand::ExportProgress(args), Ok(_)) => progress::export(args, shell),
        (LessonCommand::ImportProgress(args), Ok(_)) => progress::import(args, shell),
        (LessonCommand::Lint(args), Ok(library)) => lint::run_command(args, library, shell),
        (LessonCommand::Starter(args), Ok(library)) => starter::run_command(args, library, shell),
        (LessonCommand::Check(args), Ok(library)) => check::run_command(args, library, shell),
        (LessonCommand::Accept(args), Ok(library)) => accept::run_command(args, library, shell),
        (LessonCommand::Show(args), Ok(library)) => show::run_command(args, library, shell),
        (LessonCommand::Watch(args), Ok(library)) => watch::run_command(args, library, shell),
        (LessonCommand::Export(args), Ok(library)) => export::run_command(args, library, shell),
    }
}

/// Runs the lesson in a file.
pub(crate) fn run_file(path: &Path, shell: &mut App) -> Exit {
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
        Ok(entry) => {
            let mut report = format::Args::default().report(shell.screen);
            run::run_one(&Chosen { entry, word: path }, false, report.as_mut(), shell)
        }
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

impl Chosen {
    /// What reports say of the lesson with these bytes.
    fn source(&self, bytes: &[u8]) -> Source {
        Source {
            name: self.entry.full_name.clone(),
            word: self.word.clone(),
            path: self.entry.path(),
            text: String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// The lessons of the names given, or all of them.
fn choose(library: &Library, names: &[LessonName], all: bool) -> Result<Vec<Chosen>, LibraryError> {
    if all {
        let known = |entry: &Entry| Chosen {
            word: entry.full_name.clone(),
            entry: entry.clone(),
        };
        return Ok(library.entries().iter().map(known).collect());
    }
    names.iter().map(|name| one(library, name)).collect()
}

/// The lesson of a name.
fn one(library: &Library, name: &str) -> Result<Chosen, LibraryError> {
    let entry = library.find(name)?;
    let word = if library.entries().contains(&entry) {
        entry.full_name.clone()
    } else {
        name.into()
    };
    Ok(Chosen { entry, word })
}

/// Reports what kept us from running.
fn keep_out(report: &mut dyn Report, about: &str, why: &str) -> Exit {
    report.event(&Event::Unable { about, why });
    Exit::Unable
}

/// Says what kept us from running.
fn unable(shell: &App, text: &str) -> Exit {
    shell.screen.aside(&format!("error: {text}"));
    Exit::Unable
}
