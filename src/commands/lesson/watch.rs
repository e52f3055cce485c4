//! `lesson watch`: run a lesson again whenever it is saved.

use std::io::{self, IsTerminal};
use std::time::Duration;

use super::{Chosen, format, one, run, unable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::console::Session;
use crate::error::Exit;
use crate::lesson::authoring::watch::Watch;
use crate::lesson::library::{Library, Origin};
use crate::lesson::results::Event;
use crate::lesson::results::Report;
use crate::lesson::run::{Checkpoint, run_on};
use crate::term::screen::Style;

/// What `lesson watch` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-watch")]
pub(crate) struct Args {
    /// Number, name or path of a lesson in a file
    name: LessonName,
    #[command(flatten)]
    form: format::Args,
}

/// How often Ctrl-C is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Runs it now and after every save, until Ctrl-C.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let chosen = match one(library, &args.name) {
        Ok(chosen) => chosen,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let name = &chosen.entry.full_name;
    let Origin::File(path) = &chosen.entry.origin else {
        let text = format!(
            "`{name}` is part of the program; copy it out: \
             lesson show {name} --source > {name}.rhai"
        );
        return unable(shell, &text);
    };
    let mut watch = match Watch::new(path) {
        Ok(watch) => watch,
        Err(why) => return unable(shell, &format!("cannot watch `{}`: {why}", path.display())),
    };
    shell.forget_interrupts();
    let mut stand = None;
    loop {
        if shell.screen.colour() && io::stdout().is_terminal() {
            // Everything, and what has scrolled away.
            shell.screen.raw("\x1b[H\x1b[2J\x1b[3J");
        }
        let mut report = args.form.report(shell.screen);
        stand = on_from(stand, &chosen, report.as_mut(), shell);
        report.event(&Event::Closed);
        drop(report);
        if !shell.interrupted() {
            let text = format!("watching {}; Ctrl-C ends it", path.display());
            shell.screen.raw(&shell.screen.paint(Style::Dim, &text));
        }
        loop {
            if shell.interrupted() {
                shell.forget_interrupts();
                return Exit::Well;
            }
            if watch.changed(LOOK) {
                break;
            }
        }
    }
}

/// Runs the lesson: from where an earlier run stands if the lesson begins with what was run there,
/// else from its beginning. Gives where this run stands.
fn on_from(
    stand: Option<Checkpoint>,
    chosen: &Chosen,
    report: &mut dyn Report,
    shell: &mut App,
) -> Option<Checkpoint> {
    let Ok((source, lesson)) = run::read(chosen, report) else {
        return stand;
    };
    if !lesson.exercises().is_empty() {
        run::carry_out(&source, &lesson, Some(&chosen.entry), false, report, shell);
        return None;
    }
    let stand = stand.filter(|stand| stand.begins(&source, &lesson));
    if let Some(stand) = &stand {
        let done = stand.steps();
        let then = if done == lesson.steps.len() {
            "nothing is left to run".into()
        } else {
            format!("on from step {}", done + 1)
        };
        let text = format!("(what the first {done} steps do has not changed; {then})");
        shell
            .screen
            .aside_raw(&shell.screen.paint(Style::Dim, &text));
    }
    let fresh = || {
        Checkpoint::new(Session::new(
            run::network(&lesson.header, false),
            Vec::new(),
        ))
    };
    let stand = stand.unwrap_or_else(fresh);
    shell.attend(stand.session());
    let (_, stand) = run_on(&source, &lesson, stand, report);
    shell.attend_own();
    stand.filter(|_| !shell.interrupted())
}
