//! `lesson lint`: say what would confuse a learner.

use super::{keep_out, report_options};
use crate::commands::app::App;
use crate::commands::arguments::LessonName;
use crate::commands::line::table;
use crate::error::Exit;
use crate::lab::Lab;
use crate::lesson::format::problem::Problem;
use crate::lesson::library::{Entry, Library, Unopened};
use crate::lesson::lint;
use crate::lesson::lint::dead_ends::LintContext;
use crate::lesson::results::{Event, Report};
use crate::lesson::run::host::RunHost;

/// What `lesson lint` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lessons-to-lint")]
pub(crate) struct Args {
    /// Numbers, names or paths; without one, the whole course
    names: Vec<LessonName>,
    /// Look only at the text: do not run the lesson to try its answers and checks
    #[arg(long)]
    no_run: bool,
    #[command(flatten)]
    pub(crate) form: report_options::Args,
}

/// Looks at each and says what it found.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let mut report = args.form.report(shell.screen);
    let exit = match library.choose(&args.names, args.names.is_empty()) {
        Ok(lessons) => look_at_each(&lessons, args, library, report.as_mut(), shell),
        Err(error) => keep_out(report.as_mut(), &args.names.join(" "), &error.to_string()),
    };
    report.event(&Event::Closed);
    exit
}

fn look_at_each(
    lessons: &[Entry],
    args: &Args,
    library: &Library,
    report: &mut dyn Report,
    app: &App,
) -> Exit {
    let mut exit = Exit::Well;
    for entry in lessons {
        let one = look(entry, args.no_run, library, report, app);
        if app.interrupted() {
            return Exit::Interrupted;
        }
        exit = exit.worse(one);
    }
    exit
}

/// Looks at one lesson.
fn look(
    entry: &Entry,
    no_run: bool,
    library: &Library,
    report: &mut dyn Report,
    app: &App,
) -> Exit {
    let (source, lesson) = match entry.open() {
        Ok(opened) => opened,
        Err(Unopened::Unread(error)) => {
            return keep_out(report, &entry.full_name, &error.to_string());
        }
        Err(Unopened::Malformed(source, problems)) => {
            report.event(&Event::Looked(&source, &problems));
            return Exit::Unable;
        }
    };
    let commands = table().iter().map(|row| row.name.clone()).collect();
    let around = LintContext::of(entry, library, commands, lab_hosts());
    let host = (!no_run).then_some(app as &dyn RunHost);
    let problems = lint::lint_entry(entry, &source, &lesson, &around, host);
    if app.interrupted() {
        let text = format!(
            "interrupted: `{}` was not looked at to its end",
            entry.full_name
        );
        app.screen.aside(&text);
        return Exit::Interrupted;
    }
    report.event(&Event::Looked(&source, &problems));
    if problems.iter().any(Problem::is_serious) {
        Exit::Short
    } else {
        Exit::Well
    }
}

/// The names and addresses of the hosts that every lab has.
fn lab_hosts() -> Vec<String> {
    let hosts = Lab::mapped(&[]).hosts().into_iter();
    let words = hosts.flat_map(|host| {
        let addresses = host.addresses.iter().map(ToString::to_string);
        let addresses: Vec<String> = addresses.collect();
        [host.name].into_iter().chain(host.aliases).chain(addresses)
    });
    words.collect()
}
