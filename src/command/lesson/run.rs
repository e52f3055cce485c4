//! `lesson run`: carry lessons out and check every transcript.

use std::sync::Arc;

use super::{Chosen, choose, unable};
use crate::command::shell::Shell;
use crate::console::Session;
use crate::error::Exit;
use crate::lab::Lab;
use crate::lesson::event::Source;
use crate::lesson::library::Library;
use crate::lesson::model::{Header, Lesson, NetworkKind};
use crate::lesson::problem::{self, Severity};
use crate::lesson::report::Text;
use crate::lesson::{parse, run};
use crate::net::network::Network;
use crate::net::system::System;

/// What `lesson run` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lessons-to-run")]
pub(super) struct Args {
    /// Numbers, names or paths: 3, getaddrinfo, 03-getaddrinfo, ./my.rhai
    #[arg(required_unless_present = "all")]
    names: Vec<String>,
    /// Every lesson of the course
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// On the real network instead of the lab
    #[arg(long)]
    live: bool,
    /// Show every step
    #[arg(long, short)]
    verbose: bool,
}

/// Runs them one after the other.
pub(super) fn perform(args: &Args, library: &Library, shell: &mut Shell) -> Exit {
    let lessons = match choose(library, &args.names, args.all) {
        Ok(lessons) => lessons,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let mut exit = Exit::Well;
    for lesson in lessons {
        let one = run_one(&lesson, args.live, args.verbose, shell);
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
pub(super) fn run_one(chosen: &Chosen, live: bool, verbose: bool, shell: &mut Shell) -> Exit {
    match read(chosen, shell) {
        Err(exit) => exit,
        Ok((source, lesson)) => run_lesson(&source, &lesson, live, verbose, shell),
    }
}

/// Runs one lesson in a session of its own.
fn run_lesson(
    source: &Source,
    lesson: &Lesson,
    live: bool,
    verbose: bool,
    shell: &mut Shell,
) -> Exit {
    let session = Session::new(network(&lesson.header, live), Vec::new());
    shell.attend(&session);
    let mut report = Text::new(shell.screen, verbose);
    let summary = run::run(source, lesson, session, &mut report);
    shell.attend_own();
    if summary.is_well() {
        Exit::Well
    } else {
        Exit::Short
    }
}

/// A lesson's text and its steps; its problems are shown.
pub(super) fn read(chosen: &Chosen, shell: &Shell) -> Result<(Source, Lesson), Exit> {
    let entry = &chosen.entry;
    let bytes = entry
        .read()
        .map_err(|error| unable(shell, &error.to_string()))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let source = Source {
        name: entry.full_name.clone(),
        word: chosen.word.clone(),
        path: entry.path(),
        text,
    };
    match parse::parse_bytes(&bytes) {
        Ok(lesson) if lesson.steps.is_empty() => {
            let mend = "write a statement that ends in `;`, or an `//@ ask:`";
            Err(unable(
                shell,
                &format!("`{}` has no step; {mend}", source.path),
            ))
        }
        Ok(lesson) => Ok((source, lesson)),
        Err(problems) => {
            for found in problems
                .iter()
                .filter(|found| found.severity == Severity::Error)
            {
                let colour = shell.screen.colour();
                shell
                    .screen
                    .aside_raw(&problem::render(&source.path, &source.text, found, colour));
            }
            Err(Exit::Unable)
        }
    }
}

/// Where the lesson's names and routes come from.
fn network(header: &Header, live: bool) -> Arc<dyn Network> {
    match lab(header, live) {
        Some(lab) => lab,
        None => Arc::new(System),
    }
}

/// The lesson's own lab; none where it is on the real network.
pub(super) fn lab(header: &Header, live: bool) -> Option<Arc<Lab>> {
    if live || header.network == NetworkKind::Live {
        return None;
    }
    let hosts: Vec<(String, Vec<String>)> = header
        .hosts
        .iter()
        .map(|host| {
            let addresses = host.addresses.iter().map(|address| match address.scope {
                0 => address.ip.to_string(),
                scope => format!("{}%{scope}", address.ip),
            });
            (host.name.clone(), addresses.collect())
        })
        .collect();
    Some(Arc::new(Lab::new(&hosts)))
}
