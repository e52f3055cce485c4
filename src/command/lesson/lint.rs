//! `lesson lint`: say what would confuse a learner.

use super::{Chosen, choose, prove, unable};
use crate::command::shell::Shell;
use crate::error::Exit;
use crate::lesson::library::Library;
use crate::lesson::problem::{self, Severity};
use crate::lesson::{lint, parse};

/// What `lesson lint` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lessons-to-lint")]
pub(super) struct Args {
    /// Numbers, names or paths; without one, the whole course
    names: Vec<String>,
}

/// Looks at each and says what it found.
pub(super) fn perform(args: &Args, library: &Library, shell: &Shell) -> Exit {
    let lessons = match choose(library, &args.names, args.names.is_empty()) {
        Ok(lessons) => lessons,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let mut exit = Exit::Well;
    for Chosen { entry, .. } in lessons {
        let bytes = match entry.read() {
            Ok(bytes) => bytes,
            Err(error) => return unable(shell, &error.to_string()),
        };
        let text = String::from_utf8_lossy(&bytes);
        let (problems, readable) = match parse::parse_bytes(&bytes) {
            Ok(lesson) => {
                let mut problems = lint::lint(&text, &lesson);
                problems.extend(prove::exercises(&entry, &text, &lesson, shell));
                (problems, true)
            }
            Err(problems) => (problems, false),
        };
        for found in &problems {
            let colour = shell.screen.colour();
            shell
                .screen
                .raw(&problem::render(&entry.path(), &text, found, colour));
        }
        let serious = problems
            .iter()
            .any(|found| found.severity != Severity::Note);
        if shell.interrupted() {
            return Exit::Interrupted;
        }
        if !readable {
            exit = Exit::Unable;
        } else if serious && exit == Exit::Well {
            exit = Exit::Short;
        }
    }
    if exit == Exit::Well {
        shell.screen.line("nothing found");
    }
    exit
}
