//! `run FILE ARGS`: run a script.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lesson;
use crate::commands::app::{App, exit_of};
use crate::console::Task;
use crate::error::{Error, Exit};
use crate::net::confined::{Confined, Reach};

/// What `run` takes.
#[derive(Debug, clap::Args)]
#[allow(
    clippy::struct_field_names,
    reason = "what follows a script is called so"
)]
pub(crate) struct Args {
    /// Keep it from the machine, as lessons that are not trusted
    #[arg(long, hide = true)]
    pub(crate) confined: bool,
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
    if !args.confined && is_lesson(&source) {
        return lesson::run_file(&args.file, shell);
    }
    shell.session.set_args(args.args.clone());
    if args.confined {
        let within = Arc::clone(shell.session.network());
        let confined = Confined::new(within, Reach::Loopback);
        shell.session.set_network(Arc::new(confined));
    }
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
