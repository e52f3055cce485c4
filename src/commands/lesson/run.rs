//! `lesson run`: carry lessons out and check every transcript.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use super::{fresh_session, keep_out, kept_from, network_options, report_options, runnable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::console::InterruptTarget;
use crate::error::Exit;
use crate::lesson::library::{Entry, Library, Opened, Unopened};
use crate::lesson::results::{Event, Report, Summary};
use crate::lesson::run::host::{self, NetworkChoice};
use crate::lesson::run::side_by_side::{self, MakeSession, Planned};

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
    /// How many lessons to run at a time where each has ports of its own; the number of processors
    /// unless you say
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    network: network_options::Args,
    #[command(flatten)]
    pub(crate) form: report_options::Args,
}

/// Runs them, and reports them in order.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let mut report = args.form.report(shell.screen);
    let exit = match library.choose(&args.names, args.all) {
        Ok(lessons) => run_each(&lessons, args, report.as_mut(), shell),
        Err(error) => keep_out(report.as_mut(), &args.names.join(" "), &error.to_string()),
    };
    report.event(&Event::Closed);
    exit
}

fn run_each(lessons: &[Entry], args: &Args, report: &mut dyn Report, app: &App) -> Exit {
    let choice = args.network.choice();
    let processors = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = args.jobs.map_or_else(processors, NonZeroUsize::get);
    let opened: Result<Vec<Opened>, Unopened> = lessons.iter().map(Entry::open).collect();
    // One that cannot be read is told in its place.
    if let Ok(opened) = opened
        && jobs.min(lessons.len()) > 1
        && opened.iter().all(|(_, lesson)| {
            !lesson.steps.is_empty() && kept_from(&lesson.header, choice).is_none()
        })
    {
        let pairs = lessons.iter().zip(&opened);
        let planned: Vec<Planned<'_>> = pairs
            .map(|(entry, opened)| Planned { entry, opened })
            .collect();
        return run_side_by_side(&planned, jobs, choice, report, app);
    }
    let mut exit = Exit::Well;
    for entry in lessons {
        exit = exit.worse(run_one(entry, choice, report, app));
        if app.interrupted() {
            return Exit::Interrupted;
        }
    }
    exit
}

fn run_side_by_side(
    lessons: &[Planned<'_>],
    jobs: usize,
    choice: NetworkChoice,
    report: &mut dyn Report,
    app: &App,
) -> Exit {
    let mut exit = Exit::Well;
    let interrupts = Arc::<InterruptTarget>::default();
    app.attend_target(&interrupts);
    let common = (&fresh_session as MakeSession<'_>, &*interrupts);
    side_by_side::run(lessons, jobs, choice, common, report, &mut |summary| {
        exit = exit.worse(exit_of(summary));
    });
    app.attend_own();
    if app.interrupted() {
        return Exit::Interrupted;
    }
    exit
}

fn exit_of(summary: &Summary) -> Exit {
    if summary.is_well() {
        Exit::Well
    } else {
        Exit::Short
    }
}

/// Reads a lesson and runs it.
pub(crate) fn run_one(
    entry: &Entry,
    choice: NetworkChoice,
    report: &mut dyn Report,
    app: &App,
) -> Exit {
    match runnable(entry, report) {
        Err(exit) => exit,
        Ok((source, lesson)) => {
            if let Some(why) = kept_from(&lesson.header, choice) {
                return keep_out(report, &source.name, why);
            }
            let summary = host::run(app, &source, &lesson, Some(entry), choice, report);
            exit_of(&summary)
        }
    }
}
