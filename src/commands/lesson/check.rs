//! `lesson check`: check a learner's program against an exercise.

use std::path::PathBuf;
use std::time::Duration;

use super::network_options::LabArgs;
use super::{keep_out, report_options, runnable};
use crate::commands::app::App;
use crate::commands::arguments::{ExerciseName, LessonName};
use crate::error::Exit;
use crate::lesson::library::Library;
use crate::lesson::results::{Event, Report, Submission, Tally};
use crate::lesson::run::exercise::Thoroughness;
use crate::lesson::run::requirements;
use crate::lesson::run::submission::{self, Work};
use crate::lesson::tutor::Checked;

/// What `lesson check` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-check")]
pub(crate) struct Args {
    /// The lesson's number, name or path
    name: LessonName,
    /// Your script
    #[arg(value_name = "FILE.rhai", required_unless_present = "command")]
    file: Option<PathBuf>,
    /// Any program in any language: --command "python3 server.py"
    #[arg(long, value_name = "COMMAND", conflicts_with = "file")]
    command: Option<String>,
    /// Which exercise of the lesson; without it, the one that the file's name tells, or the first
    #[arg(long, value_name = "NAME")]
    exercise: Option<ExerciseName>,
    /// How long the program may take until it listens [default: 20]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..))]
    start_timeout: Option<u16>,
    /// Stop at the first check that fails
    #[arg(long)]
    fail_fast: bool,
    #[command(flatten)]
    network: LabArgs,
    #[command(flatten)]
    pub(crate) form: report_options::Args,
}

/// Runs the checks and says how it ended.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let mut report = args.form.report(shell.screen);
    let exit = match prepare(args, library, report.as_mut(), shell) {
        Ok(exit) | Err(exit) => exit,
    };
    report.event(&Event::Closed);
    exit
}

/// Reads the lesson and the program, and runs the one against the other.
fn prepare(
    args: &Args,
    library: &Library,
    report: &mut dyn Report,
    app: &mut App,
) -> Result<Exit, Exit> {
    let entry = library
        .find(&args.name)
        .map_err(|error| keep_out(report, &args.name, &error.to_string()))?;
    let (_, lesson) = runnable(&entry, report)?;
    let name = &entry.full_name;
    let work = match &args.file {
        Some(file) => Work::Script(file),
        None => Work::Command(args.command.as_deref().unwrap_or_default()),
    };
    let exercises = lesson.exercises();
    let exercise = work
        .exercise(args.exercise.as_deref(), name, &exercises)
        .map_err(|why| keep_out(report, name, &why))?;
    let submission = Submission {
        lesson: name.clone(),
        exercise: exercise.name.into(),
        program: work.given(),
        file: work.own_file(),
    };
    let program = work
        .program()
        .map_err(|why| keep_out(report, &submission.name(), &why))?;
    if let Some(seconds) = args.start_timeout {
        let patience = Duration::from_secs(seconds.into());
        program.program.set_patience(patience);
    }
    let thoroughness = if args.fail_fast {
        Thoroughness::UntilFailure
    } else {
        Thoroughness::Every
    };
    if let Some(why) = requirements::missing(&lesson.header.only_if) {
        let why = format!("this lesson runs {why}");
        return Err(keep_out(report, &submission.name(), &why));
    }
    let tally = submission::check(
        &submission,
        &lesson,
        &exercise,
        &program,
        thoroughness,
        (app, args.network.choice()),
        report,
    );
    let checked = Checked {
        exercise: submission.exercise,
        well: tally.is_well() && !app.interrupted(),
    };
    app.checked = Some((submission.lesson, checked));
    Ok(if app.interrupted() {
        Exit::Interrupted
    } else {
        exit(tally)
    })
}

/// What kept us from checking weighs more than what fell short.
fn exit(tally: Tally) -> Exit {
    if tally.blocked > 0 {
        Exit::Unable
    } else if tally.is_well() {
        Exit::Well
    } else {
        Exit::Short
    }
}
