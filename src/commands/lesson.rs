//! `lesson`: the course. One file for each of its words.

mod accept;
mod check;
mod export;
mod lint;
mod list;
mod network_options;
mod new;
mod progress;
mod record;
mod report_options;
mod run;
mod show;
mod start;
mod starter;
mod vocabulary;
mod watch;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;

use crate::commands::app::App;
use crate::console::Session;
use crate::error::Exit;
use crate::files::{self, Existing};
use crate::lab::Lab;
use crate::lesson::format::model::{Header, Lesson, NetworkKind};
use crate::lesson::format::problem;
use crate::lesson::library::{Entry, Library, Opened, Unopened};
use crate::lesson::results::{Event, Report, Source};
use crate::lesson::run::host::{NetworkChoice, RunHost};
use crate::net::confined::{Confined, Reach};
use crate::net::live_network::LiveNetwork;
use crate::net::network::Network;

/// What `lesson` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Take lessons from DIR before those of `lessons/` and of the program
    #[arg(long, value_name = "DIR", global = true)]
    lessons: Option<PathBuf>,
    /// Let lessons do what the program may: files, Unix sockets anywhere, and with `--live` the network
    #[arg(long, global = true)]
    trust: bool,
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
    fn form(&self) -> Option<report_options::Args> {
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
        .and_then(|here| open(&here, args.lessons.as_deref()))
        .map(|library| {
            if args.trust {
                library.trusted()
            } else {
                library
            }
        });
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
            let mut report = report_options::Args::default().report(shell.screen);
            run::run_one(&entry, NetworkChoice::Lab, report.as_mut(), shell)
        }
        Err(text) => unable(shell, &text),
    }
}

fn open(here: &Path, explicit: Option<&Path>) -> Result<Library, String> {
    Library::open(here, explicit).map_err(|error| error.to_string())
}

impl RunHost for App {
    fn session(&self, header: &Header, choice: NetworkChoice) -> Session {
        fresh_session(header, choice)
    }

    fn attend(&self, session: &Session) {
        App::attend(self, session);
    }

    fn attend_own(&self) {
        App::attend_own(self);
    }

    fn interrupted(&self) -> bool {
        App::interrupted(self)
    }
}

/// A session on the network that a lesson asks for.
fn fresh_session(header: &Header, choice: NetworkChoice) -> Session {
    let network: Arc<dyn Network> = match lab(header, choice) {
        Some(lab) => lab,
        None => Arc::new(LiveNetwork),
    };
    Session::new(within_limits(header, network), Vec::new())
}

/// The network as a lesson may use it.
fn within_limits(header: &Header, network: Arc<dyn Network>) -> Arc<dyn Network> {
    if header.confined {
        Arc::new(Confined::new(network, Reach::Network))
    } else {
        network
    }
}

/// Why a lesson is not begun; none where it is.
fn kept_from(header: &Header, choice: NetworkChoice) -> Option<&'static str> {
    let wants = header.network == NetworkKind::Live && choice != NetworkChoice::Live;
    (wants && header.confined).then_some(
        "it asks for the real network, which a lesson that is not trusted has only with `--live`",
    )
}

/// The lesson's own lab; none where it is on the real network.
fn lab(header: &Header, choice: NetworkChoice) -> Option<Arc<Lab>> {
    let make = match choice {
        // One that is not trusted gets there only by the person's word.
        _ if header.network == NetworkKind::Live && !header.confined => return None,
        NetworkChoice::Live => return None,
        NetworkChoice::Lab => Lab::new,
        NetworkChoice::SharedLab => Lab::mapped,
    };
    let lab = make(&header.hosts);
    for rule in &header.links {
        // A host that there is not has no link.
        let _ = lab.plan_link(rule);
    }
    Some(Arc::new(lab))
}

/// The lesson of a name with its steps; what is wrong is told on the screen.
fn found(library: &Library, name: &str, app: &App) -> Result<(Entry, Source, Lesson), Exit> {
    let entry = library
        .find(name)
        .map_err(|error| unable(app, &error.to_string()))?;
    let (source, lesson) = opened(&entry, app)?;
    Ok((entry, source, lesson))
}

/// A lesson with its steps; what is wrong is told on the screen.
fn opened(entry: &Entry, app: &App) -> Result<Opened, Exit> {
    entry.open().map_err(|why| match why {
        Unopened::Unread(error) => unable(app, &error.to_string()),
        Unopened::Malformed(source, problems) => {
            for found in &problems {
                let colour = app.screen.colour();
                let text = problem::render(&source.path, &source.text, found, colour);
                app.screen.aside_raw(&text);
            }
            Exit::Unable
        }
    })
}

/// Writes a file, one that is there already only by force; what is wrong is told on the screen.
fn write(path: &Path, text: &str, force: bool, app: &App) -> Result<(), Exit> {
    files::write(path, text, Existing::by_force(force)).map_err(|error| {
        let why = if error.is_there_already() {
            let path = path.display();
            format!("`{path}` is there already; `--force` replaces it")
        } else {
            error.to_string()
        };
        unable(app, &why)
    })
}

/// A lesson with steps to run; what is wrong is reported.
fn runnable(entry: &Entry, report: &mut dyn Report) -> Result<Opened, Exit> {
    match entry.open() {
        Ok((source, lesson)) if lesson.steps.is_empty() => {
            let mend = "write a statement that ends in `;`, or an `//@ ask:`";
            let why = format!("`{}` has no step; {mend}", source.path);
            Err(keep_out(report, &entry.full_name, &why))
        }
        Ok(opened) => Ok(opened),
        Err(Unopened::Unread(error)) => Err(keep_out(report, &entry.full_name, &error.to_string())),
        Err(Unopened::Malformed(source, problems)) => {
            report.event(&Event::Unreadable(&source, &problems));
            Err(Exit::Unable)
        }
    }
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
