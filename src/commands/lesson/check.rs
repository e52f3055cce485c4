//! `lesson check`: check a learner's program against an exercise.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::run::{network, read};
use super::{Chosen, format, keep_out, one, program};
use crate::commands::app::App;
use crate::commands::arguments::{ExerciseName, LessonName};
use crate::console::Session;
use crate::error::Exit;
use crate::lesson::format::model::{Exercise, Lesson};
use crate::lesson::library::Library;
use crate::lesson::results::Report;
use crate::lesson::results::{CheckReport, Tally};
use crate::lesson::results::{Event, Submission};
use crate::lesson::run::exercise;
use crate::lesson::run::exercise::Thoroughness;
use crate::lesson::run::requirements;
use crate::lesson::tutor::Checked;
use crate::net::process::Program;

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
    #[command(flatten)]
    pub(crate) form: format::Args,
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
    shell: &mut App,
) -> Result<Exit, Exit> {
    let chosen = one(library, &args.name)
        .map_err(|error| keep_out(report, &args.name, &error.to_string()))?;
    let (_, lesson) = read(&chosen, report)?;
    let name = &chosen.entry.full_name;
    let exercises = lesson.exercises();
    let exercise = choose(args, name, &exercises).map_err(|why| keep_out(report, name, &why))?;
    let submission = Submission {
        lesson: name.clone(),
        exercise: exercise.name.into(),
        program: given(args),
        file: own_file(args),
    };
    let program = program(args).map_err(|why| keep_out(report, &submission.name(), &why))?;
    if let Some(why) = requirements::missing(&lesson.header.only_if) {
        let why = format!("this lesson runs {why}");
        return Err(keep_out(report, &submission.name(), &why));
    }
    let examined = Examined {
        chosen: &chosen,
        lesson: &lesson,
        exercise,
        program: &program,
    };
    Ok(examined.run(&submission, report, shell))
}

/// A program and the exercise that it is checked against.
struct Examined<'a> {
    chosen: &'a Chosen,
    lesson: &'a Lesson,
    exercise: Exercise<'a>,
    program: &'a Arc<Program>,
}

impl Examined<'_> {
    fn run(&self, submission: &Submission, report: &mut dyn Report, shell: &mut App) -> Exit {
        let (lesson, exercise) = (self.lesson, &self.exercise);
        let session = Session::new(network(&lesson.header, false), Vec::new());
        shell.attend(&session);
        let begun = Instant::now();
        let all = exercise::checks(exercise, exercise::first_number(lesson, exercise));
        let count = all.iter().filter(|check| !check.given).count();
        report.event(&Event::Checking(submission, count));
        let every = Thoroughness::Every;
        let mut tell = |check: &CheckReport<'_>| report.event(&Event::Check(check));
        let tally = exercise::run(lesson, exercise, self.program, &session, every, &mut tell);
        shell.attend_own();
        report.event(&Event::Checked(tally, begun.elapsed()));
        let checked = Checked {
            exercise: exercise.name.into(),
            well: tally.is_well() && !shell.interrupted(),
        };
        shell.checked = Some((self.chosen.entry.full_name.clone(), checked));
        if shell.interrupted() {
            Exit::Interrupted
        } else {
            exit(tally)
        }
    }
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

/// The program as it was given.
fn given(args: &Args) -> String {
    match (&args.file, &args.command) {
        (Some(file), _) => file.display().to_string(),
        (None, command) => command.clone().unwrap_or_default(),
    }
}

/// The learner's own file: the script, or the first word of the command's arguments that is a file,
/// else the program itself where it is no command of the system's.
fn own_file(args: &Args) -> Option<String> {
    // Annotations want it as the repository knows it.
    let here = env::current_dir().unwrap_or_default();
    let shown = |file: &Path| {
        file.strip_prefix(&here)
            .unwrap_or(file)
            .display()
            .to_string()
    };
    if let Some(file) = &args.file {
        return Some(shown(file));
    }
    let words = shlex::split(args.command.as_deref()?)?;
    let (program, arguments) = words.split_first()?;
    let is_file = |word: &&String| Path::new(word.as_str()).is_file();
    let of_program = Some(program).filter(|word| word.contains('/'));
    let mut files = arguments.iter().chain(of_program).filter(is_file);
    files.next().map(|file| shown(Path::new(file)))
}

/// The exercise that is meant.
fn choose<'a>(args: &Args, lesson: &str, all: &[Exercise<'a>]) -> Result<Exercise<'a>, String> {
    if let Some(found) = named(args.exercise.as_deref(), lesson, all)? {
        return Ok(found);
    }
    let file = args.file.as_deref().and_then(Path::file_stem);
    let told = match (&args.command, file) {
        (Some(command), _) => command.clone(),
        (None, file) => file.map_or_else(String::new, |stem| stem.to_string_lossy().into()),
    };
    let mut meant = all.iter().filter(|exercise| told.contains(exercise.name));
    Ok(*meant.next().unwrap_or(&all[0]))
}

/// The exercise of this name; none where no name is given. A lesson without any is an error.
pub(crate) fn named<'a>(
    name: Option<&str>,
    lesson: &str,
    all: &[Exercise<'a>],
) -> Result<Option<Exercise<'a>>, String> {
    if all.is_empty() {
        return Err(format!(
            "lesson `{lesson}` has no exercise; `lesson list` shows the others"
        ));
    }
    let Some(name) = name else { return Ok(None) };
    let found = all.iter().find(|exercise| exercise.name == name).copied();
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|exercise| exercise.name).collect();
        format!(
            "no exercise `{name}`; write one of `{}`",
            names.join("`, `")
        )
    })
}

/// The learner's program.
fn program(args: &Args) -> Result<Arc<Program>, String> {
    let Some(file) = &args.file else {
        return program::of_command(args.command.as_deref().unwrap_or_default());
    };
    let shown = file.display();
    match fs::metadata(file) {
        Err(error) => {
            return Err(format!(
                "cannot read `{shown}`: {}; check its name and its rights",
                error.kind()
            ));
        }
        Ok(found) if found.is_dir() => {
            return Err(format!("`{shown}` is a folder; give the script itself"));
        }
        Ok(_) => {}
    }
    if file.extension().is_none_or(|ending| ending != "rhai") {
        return Err(format!(
            "`{shown}` is no socklab script; for another language write \
             `--command \"python3 {shown}\"`"
        ));
    }
    // A name that begins with `-` would be an option.
    let path = std::path::absolute(file).unwrap_or_else(|_| file.clone());
    program::of_script(&path)
}
