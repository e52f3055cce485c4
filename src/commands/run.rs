//! `run FILE ARGS`: run a script.

use std::fs;
use std::path::{Path, PathBuf};

use super::lesson;
use crate::commands::app::{App, exit_of};
use crate::console::Task;
use crate::error::{Error, Exit};

/// What `run` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The script, a text file of rhai statements
    pub(crate) file: PathBuf,
    /// What `args()` gives the script
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<String>,
}

/// Runs the script and says how it ended.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> Exit {
    let source = match read(&args.file) {
        Ok(source) => source,
        Err(error) => {
            shell.screen.aside(&format!("error: {error}"));
            return Exit::Unable;
        }
    };
    if is_lesson(&source) {
        return lesson::run_file(&args.file, shell);
    }
    shell.session.set_args(args.args.clone());
    let name = args.file.display().to_string();
    match shell.show(Task::Script(source), Some(&name)) {
        Some(failure) => exit_of(&failure),
        None => Exit::Well,
    }
}

/// Whether a script is a lesson: it has directives or expected transcripts.
fn is_lesson(source: &str) -> bool {
    let mut lines = source.lines();
    lines.any(|line| {
        ["//@", "//>", "//~"]
            .iter()
            .any(|sign| line.starts_with(sign))
    })
}

/// A script's text.
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    let unreadable = |why: String| Error::Unreadable {
        path: path.into(),
        why,
    };
    let bytes = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        unreadable(format!("the byte at {at} is not UTF-8 text"))
    })?;
    Ok(without_interpreter(text.trim_start_matches('\u{feff}')))
}

/// A script whose first line names the program that runs it, `#!`, with a comment in its place.
pub(crate) fn without_interpreter(text: &str) -> String {
    match text.strip_prefix("#!") {
        // With the blank it is no documentation.
        Some(rest) => format!("// {rest}"),
        None => text.into(),
    }
}
