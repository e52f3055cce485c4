//! `lesson accept`: write what the lessons showed into their transcripts.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};

use super::{opened, unable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::commands::question;
use crate::error::Exit;
use crate::files::{self, Existing};
use crate::lesson::authoring::accept::{self, Accepted};
use crate::lesson::library::{Entry, Library};
use crate::lesson::results::Source;
use crate::lesson::run::compare;
use crate::term::screen::Style;

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
pub(crate) fn run_command(args: &Args, library: &Library, app: &App) -> Exit {
    let lessons = match library.choose(&args.names, false) {
        Ok(lessons) => lessons,
        Err(error) => return unable(app, &error.to_string()),
    };
    let mut exit = Exit::Well;
    for entry in &lessons {
        exit = exit.worse(accept_one(entry, args.yes, app));
        if app.interrupted() {
            return Exit::Interrupted;
        }
    }
    exit
}

fn accept_one(entry: &Entry, yes: bool, app: &App) -> Exit {
    let path = match entry.file() {
        Ok(path) => path,
        Err(why) => return unable(app, &why),
    };
    let source = match opened(entry, app) {
        Ok((source, _)) => source,
        Err(exit) => return exit,
    };
    let text = match find(&source, entry, app) {
        Ok(text) => text,
        Err(exit) => return exit,
    };
    show(&source, &text, app);
    if !yes && !agreed(&source, app) {
        return Exit::Unable;
    }
    // The person may have gone on in an editor while the question stood there.
    if entry.read().ok().as_deref() != Some(source.text.as_bytes()) {
        let text = format!(
            "`{}` was changed in the meantime and is not touched; ask again",
            source.path
        );
        return unable(app, &text);
    }
    match files::write(path, &text, Existing::Replace) {
        Ok(()) => {
            app.screen.line(&format!("accepted: {}", source.path));
            Exit::Well
        }
        Err(error) => unable(app, &format!("{error}; it is as it was")),
    }
}

/// The new text; else how the command ends, told already.
fn find(source: &Source, entry: &Entry, app: &App) -> Result<String, Exit> {
    let accepted = accept::accept_entry(entry, source, app);
    if app.interrupted() {
        return Err(Exit::Interrupted);
    }
    let path = &source.path;
    let short = |text: &str| {
        app.screen.aside(text);
        Err(Exit::Short)
    };
    match accepted {
        Accepted::Text(text) => Ok(text),
        Accepted::Nothing => {
            let text = format!("{path}: every transcript is as it should be");
            app.screen.line(&text);
            Err(Exit::Well)
        }
        Accepted::NotHere(why) => {
            let text = format!("`{path}` cannot be run on this machine: {why}");
            Err(unable(app, &text))
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
fn show(source: &Source, text: &str, app: &App) {
    for (line, part) in accept::difference(&source.text, text) {
        let place = format!("{}:{line}", source.path);
        app.screen.raw(&app.screen.paint(Style::Strong, &place));
        let mut shown = String::new();
        let drawn = if app.screen.colour() {
            compare::coloured(&part)
        } else {
            compare::plain(&part)
        };
        for line in drawn.lines() {
            let _ = writeln!(shown, "  {line}");
        }
        app.screen.raw(shown.trim_end_matches('\n'));
    }
}

/// Asks the person; without one, says what to do.
fn agreed(source: &Source, app: &App) -> bool {
    if !io::stdin().is_terminal() {
        let text = format!(
            "`{}` is not changed: there is nobody to ask; add --yes to write it",
            source.path
        );
        app.screen.aside(&text);
        return false;
    }
    let yes = question::is_agreed("write this?", app);
    if !yes {
        app.screen.line("not changed");
    }
    yes
}
