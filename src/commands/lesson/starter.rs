//! `lesson starter`: the script that an exercise begins with, or its model solution.

use std::path::PathBuf;

use super::{found, unable};
use crate::commands::app::App;
use crate::commands::arguments::{ExerciseName, LessonName};
use crate::error::Exit;
use crate::files::{self, Existing};
use crate::lesson::format::model::Exercise;
use crate::lesson::library::Library;
use crate::lesson::run::launch::Script;
use crate::lesson::run::submission::named;

/// What `lesson starter` takes.
#[derive(Debug, clap::Args)]
#[group(id = "exercise-to-begin")]
pub(crate) struct Args {
    /// A number, name or path of a lesson
    name: LessonName,
    /// Which exercise of the lesson; without it, the first
    exercise: Option<ExerciseName>,
    /// Where to; without it, EXERCISE.rhai in this folder
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The model solution instead
    #[arg(long)]
    solution: bool,
}

/// Writes it, unless there is something of that name already.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &App) -> Exit {
    let (entry, _, lesson) = match found(library, &args.name, shell) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let name = &entry.full_name;
    let exercises = lesson.exercises();
    let exercise = match named(args.exercise.as_deref(), name, &exercises) {
        Ok(Some(Exercise { name, .. })) => name,
        Ok(None) => exercises[0].name,
        Err(text) => return unable(shell, &text),
    };
    let script = if args.solution {
        Script::Solution
    } else {
        Script::Starter
    };
    let file = format!("{exercise}/{}", script.file());
    let bytes = match entry.beside(&file) {
        Ok(bytes) => bytes,
        Err(error) => return unable(shell, &error.to_string()),
    };
    let to = args.output.clone();
    let to = to.unwrap_or_else(|| format!("{exercise}.rhai").into());
    let shown = to.display();
    let made = files::make_folder_of(&to);
    match made.and_then(|()| files::write(&to, &bytes, Existing::Refuse)) {
        Ok(()) => {
            shell.screen.line(&format!(
                "{shown} is written; open it in an editor, then: \
                 lesson check {name} --exercise {exercise} {shown}"
            ));
            Exit::Well
        }
        Err(error) if error.is_there_already() => unable(
            shell,
            &format!("`{shown}` is there already; `--output FILE` writes another one"),
        ),
        Err(error) => unable(shell, &error.to_string()),
    }
}
