//! `lesson lint`: say what would confuse a learner.

use super::{Chosen, choose, format, unable};
use crate::command::shell::Shell;
use crate::error::Exit;
use crate::lesson::event::Event;
use crate::lesson::library::Library;
use crate::lesson::problem::Severity;
use crate::lesson::report::Report;
use crate::lesson::{lint, parse};

/// What `lesson lint` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lessons-to-lint")]
pub(super) struct Args {
    /// Numbers, names or paths; without one, the whole course
    names: Vec<String>,
    #[command(flatten)]
    form: format::Args,
}

/// Looks at each and says what it found.
pub(super) fn perform(args: &Args, library: &Library, shell: &Shell) -> Exit {
    let lessons = match choose(library, &args.names, args.names.is_empty()) {
        Ok(lessons) => lessons,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let mut report = args.form.report(shell.screen);
    let mut exit = Exit::Well;
    for chosen in &lessons {
        match (look(chosen, report.as_mut(), shell), exit) {
            (Exit::Unable, _) => exit = Exit::Unable,
            (Exit::Short, Exit::Well) => exit = Exit::Short,
            _ => {}
        }
    }
    report.event(&Event::Closed);
    exit
}

/// Looks at one lesson.
fn look(chosen: &Chosen, report: &mut dyn Report, shell: &Shell) -> Exit {
    let bytes = match chosen.entry.read() {
        Ok(bytes) => bytes,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let source = chosen.source(&bytes);
    let lesson = match parse::parse_bytes(&bytes) {
        Ok(lesson) => lesson,
        Err(problems) => {
            report.event(&Event::Looked(&source, &problems));
            return Exit::Unable;
        }
    };
    let problems = lint::lint(&source.text, &lesson);
    report.event(&Event::Looked(&source, &problems));
    let serious = |severity| severity != Severity::Note;
    if problems.iter().any(|found| serious(found.severity)) {
        Exit::Short
    } else {
        Exit::Well
    }
}
