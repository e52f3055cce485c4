//! `edit`: the last statement in the person's own editor, then evaluated.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::process::Command;

use tempfile::TempPath;

use crate::commands::app::App;
use crate::error::Exit;
use crate::net::termios::TerminalSettings;
use crate::prompt::{AfterLine, PromptHost as _};

/// What stands in where neither `VISUAL` nor `EDITOR` is set (POSIX).
const USUAL: &str = "vi";

/// Opens the editor on the last statement and evaluates what it leaves.
pub(crate) fn run_command(shell: &mut App) -> AfterLine {
    let before = shell.last_statement.clone().unwrap_or_default();
    let after = match edited(&before) {
        Ok(after) => after,
        Err(why) => {
            shell.last = Exit::Unable;
            shell.screen.aside(&format!("error: {why}"));
            return AfterLine::Go;
        }
    };
    let after = after.trim_end();
    if after.trim().is_empty() || after == before.trim_end() {
        shell
            .screen
            .line("nothing was changed, so nothing is evaluated");
        return AfterLine::Go;
    }
    shell.screen.line(after);
    shell.evaluate(after.into())
}

/// The text after the person edited it.
fn edited(before: &str) -> Result<String, String> {
    let set = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
    let editor = set("VISUAL")
        .or_else(|| set("EDITOR"))
        .unwrap_or_else(|| USUAL.into());
    let words = shlex::split(&editor)
        .filter(|words| !words.is_empty())
        .ok_or_else(|| format!("`{editor}` is no command; set EDITOR to your editor's name"))?;
    let file = scratch(before).map_err(|error| format!("no scratch file: {error}"))?;
    let _settings = TerminalSettings::keep();
    let ended = Command::new(&words[0])
        .args(&words[1..])
        .arg(&file)
        .status()
        .map_err(|error| {
            format!(
                "`{}` does not start: {error}; set EDITOR to your editor's name",
                words[0]
            )
        })?;
    if !ended.success() {
        return Err(format!(
            "`{editor}` ended with {ended}; nothing is evaluated"
        ));
    }
    fs::read_to_string(&file).map_err(|error| format!("what `{editor}` left: {error}"))
}

/// A file of the person's own, with this text; it goes when this is dropped.
fn scratch(text: &str) -> io::Result<TempPath> {
    let mut file = tempfile::Builder::new()
        .prefix("socklab-")
        .suffix(".rhai")
        .tempfile()?;
    writeln!(file, "{text}")?;
    Ok(file.into_temp_path())
}
