//! `lesson check`: check a learner's program against an exercise.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::run::network;
use super::show::read;
use super::{program, unable};
use crate::command::shell::Shell;
use crate::console::Session;
use crate::error::Exit;
use crate::lesson::exercise::{self, Thoroughness};
use crate::lesson::library::Library;
use crate::lesson::machine;
use crate::lesson::model::Exercise;
use crate::lesson::report::Checks;
use crate::lesson::tutor::Checked;
use crate::net::process::Program;

/// What `lesson check` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-check")]
pub(super) struct Args {
    /// The lesson's number, name or path
    name: String,
    /// Your script
    #[arg(value_name = "FILE.rhai", required_unless_present = "command")]
    file: Option<PathBuf>,
    /// Any program in any language: --command "python3 server.py"
    #[arg(long, value_name = "COMMAND", conflicts_with = "file")]
    command: Option<String>,
    /// Which exercise of the lesson; without it, the one that the file's name tells, or the first
    #[arg(long, value_name = "NAME")]
    exercise: Option<String>,
}

/// Runs the checks and says how it ended.
pub(super) fn perform(args: &Args, library: &Library, shell: &mut Shell) -> Exit {
    let named = std::slice::from_ref(&args.name);
    let found = super::choose(library, named, false).map(|found| found.into_iter().next());
    let chosen = match found {
        Ok(Some(chosen)) => chosen,
        Ok(None) => return Exit::Unable,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let (_, lesson) = match read(&chosen, shell) {
        Ok(read) => read,
        Err(exit) => return exit,
    };
    let exercises = lesson.exercises();
    let found = choose(args, &chosen.entry.full_name, &exercises);
    let made = program(args);
    let (exercise, program) = match (found, made) {
        (Ok(exercise), Ok(program)) => (exercise, program),
        (Err(text), _) | (_, Err(text)) => return unable(shell, &text),
    };
    if let Some(why) = machine::lacks(&lesson.header.only_if) {
        return unable(shell, &format!("this lesson runs {why}"));
    }
    let session = Session::new(network(&lesson.header, false), Vec::new());
    shell.attend(&session);
    let report = Checks::new(shell.screen);
    let tally = exercise::run(
        &lesson,
        &exercise,
        &program,
        &session,
        Thoroughness::Every,
        &mut |check| report.check(check),
    );
    shell.attend_own();
    let checked = Checked {
        exercise: exercise.name.into(),
        well: tally.is_well() && !shell.interrupted(),
    };
    shell.checked = Some((chosen.entry.full_name.clone(), checked));
    report.ended(
        &format!("{} {}", chosen.entry.full_name, exercise.name),
        tally,
    );
    if shell.interrupted() {
        Exit::Interrupted
    } else if tally.is_well() {
        Exit::Well
    } else {
        Exit::Short
    }
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
pub(super) fn named<'a>(
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
