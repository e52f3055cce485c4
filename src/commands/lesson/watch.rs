//! `lesson watch`: run a lesson again whenever it is saved.

use std::io::{self, IsTerminal};
use std::time::Duration;

use super::{report_options, runnable, unable};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::error::Exit;
use crate::lesson::authoring::watch::{FileChange, FileWatch, rerun};
use crate::lesson::library::Library;
use crate::lesson::results::Event;
use crate::term::screen::Style;

/// What `lesson watch` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-watch")]
pub(crate) struct Args {
    /// Number, name or path of a lesson in a file
    name: LessonName,
    #[command(flatten)]
    form: report_options::Args,
}

/// How often Ctrl-C is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Runs it now and after every save, until Ctrl-C.
pub(crate) fn run_command(args: &Args, library: &Library, app: &App) -> Exit {
    let entry = match library.find(&args.name) {
        Ok(entry) => entry,
        Err(error) => return unable(app, &error.to_string()),
    };
    let path = match entry.file() {
        Ok(path) => path,
        Err(why) => return unable(app, &why),
    };
    let mut watch = match FileWatch::new(path) {
        Ok(watch) => watch,
        Err(why) => return unable(app, &format!("cannot watch `{}`: {why}", path.display())),
    };
    app.forget_interrupts();
    let mut checkpoint = None;
    loop {
        if app.screen.colour() && io::stdout().is_terminal() {
            // Everything, and what has scrolled away.
            app.screen.raw("\x1b[H\x1b[2J\x1b[3J");
        }
        let mut report = args.form.report(app.screen);
        if let Ok((source, lesson)) = runnable(&entry, report.as_mut()) {
            let rerun = rerun(checkpoint, &entry, &source, &lesson, app);
            if let Some(done) = rerun.done() {
                let then = if done == lesson.steps.len() {
                    "nothing is left to run".into()
                } else {
                    format!("on from step {}", done + 1)
                };
                let text = format!("(what the first {done} steps do has not changed; {then})");
                app.screen.aside_raw(&app.screen.paint(Style::Dim, &text));
            }
            checkpoint = rerun.run(report.as_mut());
        }
        report.event(&Event::Closed);
        drop(report);
        if !app.interrupted() {
            let text = format!("watching {}; Ctrl-C ends it", path.display());
            app.screen.raw(&app.screen.paint(Style::Dim, &text));
        }
        loop {
            if app.interrupted() {
                app.forget_interrupts();
                return Exit::Well;
            }
            match watch.changed(LOOK) {
                Some(FileChange::Saved) => break,
                Some(FileChange::Gone) => {
                    let text = format!("{} is gone; watching for it to come back", path.display());
                    app.screen.aside(&text);
                }
                None => {}
            }
        }
    }
}
