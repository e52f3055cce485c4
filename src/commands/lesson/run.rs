//! `lesson run`: carry lessons out and check every transcript.

use super::{keep_out, report_options, runnable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::error::Exit;
use crate::lesson::library::{Entry, Library};
use crate::lesson::results::{Event, Report};
use crate::lesson::run::host;

/// What `lesson run` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lessons-to-run")]
pub(crate) struct Args {
    /// Numbers, names or paths: 3, getaddrinfo, 03-getaddrinfo, ./my.rhai
    #[arg(required_unless_present = "all")]
    names: Vec<LessonName>,
    /// Every lesson of the course
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// On the real network instead of the lab
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    pub(crate) form: report_options::Args,
}

/// Runs them one after the other.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let mut report = args.form.report(shell.screen);
    let exit = match library.choose(&args.names, args.all) {
        Ok(lessons) => run_each(&lessons, args.live, report.as_mut(), shell),
        Err(error) => keep_out(report.as_mut(), &args.names.join(" "), &error.to_string()),
    };
    report.event(&Event::Closed);
    exit
}

fn run_each(lessons: &[Entry], live: bool, report: &mut dyn Report, app: &App) -> Exit {
    let mut exit = Exit::Well;
    for entry in lessons {
        exit = exit.worse(run_one(entry, live, report, app));
        if app.interrupted() {
            return Exit::Interrupted;
        }
    }
    exit
}

/// Reads a lesson and runs it.
pub(crate) fn run_one(entry: &Entry, live: bool, report: &mut dyn Report, app: &App) -> Exit {
    match runnable(entry, report) {
        Err(exit) => exit,
        Ok((source, lesson)) => {
            let summary = host::run(app, &source, &lesson, Some(entry), live, report);
            if summary.is_well() {
                Exit::Well
            } else {
                Exit::Short
            }
        }
    }
}
