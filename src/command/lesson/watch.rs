//! `lesson watch`: run a lesson again whenever it is saved.

use std::io::{self, IsTerminal};
use std::time::Duration;

use super::show::one;
use super::{format, run, unable};
use crate::command::shell::Shell;
use crate::console::screen::Style;
use crate::error::Exit;
use crate::lesson::author::watch::Watch;
use crate::lesson::event::Event;
use crate::lesson::library::{Library, Origin};

/// What `lesson watch` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-watch")]
pub(super) struct Args {
    /// Number, name or path of a lesson in a file
    name: String,
    #[command(flatten)]
    form: format::Args,
}

/// How often Ctrl-C is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Runs it now and after every save, until Ctrl-C.
pub(super) fn perform(args: &Args, library: &Library, shell: &mut Shell) -> Exit {
    let chosen = match one(library, &args.name) {
        Ok(chosen) => chosen,
        Err(text) => return unable(shell, &text),
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
    loop {
        if shell.screen.colour() && io::stdout().is_terminal() {
            // Everything, and what has scrolled away.
            shell.screen.raw("\x1b[H\x1b[2J\x1b[3J");
        }
        let mut report = args.form.report(shell.screen);
        run::run_one(&chosen, false, report.as_mut(), shell);
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
