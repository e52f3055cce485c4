//! `lesson run`: carry lessons out and check every transcript.

use std::sync::Arc;

use super::format;
use super::program::{self, Script};
use super::{Chosen, choose, keep_out};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::console::Session;
use crate::error::Exit;
use crate::lab::Lab;
use crate::lesson::format::model::{Header, Lesson, NetworkKind};
use crate::lesson::format::parse;
use crate::lesson::library::{Entry, Library};
use crate::lesson::results::Report;
use crate::lesson::results::{Event, Source, Summary};
use crate::lesson::run;
use crate::net::network::Network;
use crate::net::system::System;

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
    pub(crate) form: format::Args,
}

/// Runs them one after the other.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let mut report = args.form.report(shell.screen);
    let exit = match choose(library, &args.names, args.all) {
        Ok(lessons) => run_each(&lessons, args.live, report.as_mut(), shell),
        Err(error) => keep_out(report.as_mut(), &args.names.join(" "), &error.to_string()),
    };
    report.event(&Event::Closed);
    exit
}

fn run_each(lessons: &[Chosen], live: bool, report: &mut dyn Report, shell: &mut App) -> Exit {
    let mut exit = Exit::Well;
    for lesson in lessons {
        let one = run_one(lesson, live, report, shell);
        // What could not run weighs more than what fell short.
        if exit == Exit::Well || one == Exit::Unable {
            exit = one;
        }
        if shell.interrupted() {
            return Exit::Interrupted;
        }
    }
    exit
}

/// Reads a lesson and runs it.
pub(crate) fn run_one(
    chosen: &Chosen,
    live: bool,
    report: &mut dyn Report,
    shell: &mut App,
) -> Exit {
    match read(chosen, report) {
        Err(exit) => exit,
        Ok((source, lesson)) => {
            let entry = Some(&chosen.entry);
            if carry_out(&source, &lesson, entry, live, report, shell).is_well() {
                Exit::Well
            } else {
                Exit::Short
            }
        }
    }
}

/// Runs one lesson in a session of its own, which Ctrl-C goes to. Its exercises are run against the
/// model solutions that lie beside `entry`; without one they are skipped.
pub(crate) fn carry_out(
    source: &Source,
    lesson: &Lesson,
    entry: Option<&Entry>,
    live: bool,
    report: &mut dyn Report,
    shell: &mut App,
) -> Summary {
    let session = Session::new(network(&lesson.header, live), Vec::new());
    shell.attend(&session);
    let summary = match entry {
        Some(entry) => {
            let solution = |exercise: &str| program::of_exercise(entry, exercise, Script::Solution);
            run::run_with(source, lesson, session, Some(&solution), report)
        }
        None => run::run(source, lesson, session, report),
    };
    shell.attend_own();
    summary
}

/// A lesson's text and its steps; its problems are reported.
pub(crate) fn read(chosen: &Chosen, report: &mut dyn Report) -> Result<(Source, Lesson), Exit> {
    let name = &chosen.entry.full_name;
    let bytes = chosen
        .entry
        .read()
        .map_err(|error| keep_out(report, name, &error.to_string()))?;
    let source = chosen.source(&bytes);
    match parse::parse_bytes(&bytes) {
        Ok(lesson) if lesson.steps.is_empty() => {
            let mend = "write a statement that ends in `;`, or an `//@ ask:`";
            let why = format!("`{}` has no step; {mend}", source.path);
            Err(keep_out(report, name, &why))
        }
        Ok(lesson) => Ok((source, lesson)),
        Err(problems) => {
            report.event(&Event::Unreadable(&source, &problems));
            Err(Exit::Unable)
        }
    }
}

/// Where the lesson's names and routes come from.
pub(crate) fn network(header: &Header, live: bool) -> Arc<dyn Network> {
    match lab(header, live) {
        Some(lab) => lab,
        None => Arc::new(System),
    }
}

/// The lesson's own lab; none where it is on the real network.
pub(crate) fn lab(header: &Header, live: bool) -> Option<Arc<Lab>> {
    if live || header.network == NetworkKind::Live {
        return None;
    }
    Some(Arc::new(Lab::new(&header.hosts)))
}
