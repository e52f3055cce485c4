//! `lesson new`: begin a lesson.

use std::path::Path;

use super::unable;
use crate::commands::app::App;
use crate::commands::arguments::NewLessonName;
use crate::error::Exit;
use crate::files::{self, Existing};
use crate::lesson::authoring::starter;
use crate::lesson::library::Library;

/// What `lesson new` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name: 15-topic
    name: NewLessonName,
}

/// Writes the starter into a folder, which is made if it is missing.
pub(crate) fn run_command(args: &Args, folder: &Path, shell: &App) -> Exit {
    let name = args.name.strip_suffix(".rhai").unwrap_or(&args.name);
    let text = starter::starter(name);
    match write(name, &text, folder, shell) {
        Ok(path) => {
            shell.screen.line(&format!(
                "{path} is begun; open it in an editor, then: lesson watch {name}"
            ));
            Exit::Well
        }
        Err(exit) => exit,
    }
}

/// Why there cannot be a new lesson of this name in this folder.
pub(crate) fn refusal(name: &str, folder: &Path) -> Option<String> {
    if let Some(fault) = starter::fault_of_name(name) {
        return Some(fault);
    }
    let existing = folder.is_dir().then_some(folder);
    let library = Library::open(folder, existing).ok()?;
    let same = library
        .entries()
        .iter()
        .find(|entry| entry.full_name == name)?;
    Some(format!(
        "there is a lesson `{name}` already, `{}`; choose another name",
        same.path()
    ))
}

/// Makes the file of a new lesson; gives its path. What went wrong is told.
pub(crate) fn write(name: &str, text: &str, folder: &Path, shell: &App) -> Result<String, Exit> {
    if let Some(why) = refusal(name, folder) {
        return Err(unable(shell, &why));
    }
    let path = folder.join(format!("{name}.rhai"));
    let shown = path.display().to_string();
    let made = files::make_folder_of(&path);
    match made.and_then(|()| files::write(&path, text, Existing::Refuse)) {
        Ok(()) => Ok(shown),
        Err(error) if error.is_there_already() => {
            let text = format!("`{shown}` is there already; choose another name");
            Err(unable(shell, &text))
        }
        Err(error) => Err(unable(shell, &error.to_string())),
    }
}
