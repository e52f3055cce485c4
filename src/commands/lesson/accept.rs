//! `lesson accept`: write what the lessons showed into their transcripts.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Read, Write as _};
use std::time::Duration;

use super::run::carry_out;
use super::{Chosen, choose, unable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::error::Exit;
use crate::lesson::authoring::accept;
use crate::lesson::authoring::accept::Accepted;
use crate::lesson::authoring::store;
use crate::lesson::format::parse;
use crate::lesson::format::problem;
use crate::lesson::library::{Entry, Library, Origin};
use crate::lesson::results::Source;
use crate::lesson::run::compare;
use crate::net::error::reason;
use crate::net::poll;
use crate::term::screen::Style;

/// How often Ctrl-C is looked for while a question stands.
const LOOK: Duration = Duration::from_millis(50);

/// What `lesson accept` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lessons-to-accept")]
pub(crate) struct Args {
    /// Numbers, names or paths of lessons in files
    #[arg(required = true)]
    names: Vec<LessonName>,
    /// Write without asking
    #[arg(long, short)]
    yes: bool,
}

/// Looks at each in turn.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let lessons = match choose(library, &args.names, false) {
        Ok(lessons) => lessons,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let mut exit = Exit::Well;
    for chosen in &lessons {
        let one = accept_one(chosen, args.yes, shell);
        if shell.interrupted() {
            return Exit::Interrupted;
        }
        if exit == Exit::Well || one == Exit::Unable {
            exit = one;
        }
    }
    exit
}

fn accept_one(chosen: &Chosen, yes: bool, shell: &mut App) -> Exit {
    let name = &chosen.entry.full_name;
    let Origin::File(path) = &chosen.entry.origin else {
        let text = format!(
            "`{name}` is part of the program and cannot be changed there; copy it out: \
             lesson show {name} --source > {name}.rhai"
        );
        return unable(shell, &text);
    };
    let bytes = match chosen.entry.read() {
        Ok(bytes) => bytes,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let source = chosen.source(&bytes);
    if let Err(problems) = parse::parse_bytes(&bytes) {
        for found in &problems {
            let colour = shell.screen.colour();
            let text = problem::render(&source.path, &source.text, found, colour);
            shell.screen.aside_raw(&text);
        }
        return Exit::Unable;
    }
    let text = match find(&source, &chosen.entry, shell) {
        Ok(text) => text,
        Err(exit) => return exit,
    };
    show(&source, &text, shell);
    if !yes && !agreed(&source, shell) {
        return Exit::Unable;
    }
    // The person may have gone on in an editor while the question stood there.
    if chosen.entry.read().ok().as_ref() != Some(&bytes) {
        let text = format!(
            "`{}` was changed in the meantime and is not touched; ask again",
            source.path
        );
        return unable(shell, &text);
    }
    match store::replace(path, &text) {
        Ok(()) => {
            shell.screen.line(&format!("accepted: {}", source.path));
            Exit::Well
        }
        Err(error) => {
            let why = reason(&error);
            let text = format!("cannot write `{}`: {why}; it is as it was", source.path);
            unable(shell, &text)
        }
    }
}

/// The new text; else how the command ends, told already.
fn find(source: &Source, entry: &Entry, shell: &mut App) -> Result<String, Exit> {
    let accepted = accept::accept(source, &mut |text, findings| {
        let Ok(lesson) = parse::parse(text) else {
            return false;
        };
        let source = Source {
            text: text.into(),
            ..source.clone()
        };
        carry_out(&source, &lesson, Some(entry), false, findings, shell);
        true
    });
    if shell.interrupted() {
        return Err(Exit::Interrupted);
    }
    let path = &source.path;
    let short = |text: &str| {
        shell.screen.aside(text);
        Err(Exit::Short)
    };
    match accepted {
        Accepted::Text(text) => Ok(text),
        Accepted::Nothing => {
            let text = format!("{path}: every transcript is as it should be");
            shell.screen.line(&text);
            Err(Exit::Well)
        }
        Accepted::NotHere(why) => {
            let text = format!("`{path}` cannot be run on this machine: {why}");
            Err(unable(shell, &text))
        }
        Accepted::FellShort(why) => short(&format!(
            "{why}\nnot touched: no transcript would mend this; change the lesson"
        )),
        Accepted::Unsteady(steps) => short(&format!(
            "{}\nnot touched: it shows something else in every run; write a hole for what varies: \
             `{{port}}`, `{{int}}`, `{{host}}`, or `...`",
            steps.join("\n")
        )),
        Accepted::Unreadable => short(&format!(
            "not touched: `{path}` could not be read with what it showed; write that transcript by \
             hand"
        )),
    }
}

/// Shows what is going to change.
fn show(source: &Source, text: &str, shell: &App) {
    for (line, part) in accept::difference(&source.text, text) {
        let place = format!("{}:{line}", source.path);
        shell.screen.raw(&shell.screen.paint(Style::Strong, &place));
        let mut shown = String::new();
        let drawn = if shell.screen.colour() {
            compare::coloured(&part)
        } else {
            compare::plain(&part)
        };
        for line in drawn.lines() {
            let _ = writeln!(shown, "  {line}");
        }
        shell.screen.raw(shown.trim_end_matches('\n'));
    }
}

/// Asks the person; without one, says what to do.
fn agreed(source: &Source, shell: &App) -> bool {
    if !io::stdin().is_terminal() {
        let text = format!(
            "`{}` is not changed: there is nobody to ask; add --yes to write it",
            source.path
        );
        shell.screen.aside(&text);
        return false;
    }
    let mut out = io::stdout().lock();
    let _ = write!(out, "write this? [y/N] ").and_then(|()| out.flush());
    drop(out);
    let mut answer = [0; 64];
    let read = loop {
        if shell.interrupted() {
            break 0;
        }
        if poll::input_waits(LOOK) {
            // One read is one line of a terminal.
            break io::stdin().lock().read(&mut answer).unwrap_or_default();
        }
    };
    let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
    let yes = matches!(answer.trim(), "y" | "yes");
    if !yes {
        shell.screen.line("not changed");
    }
    yes
}
