//! Input without a person: `-c CODE` and pipes. Like the prompt, without one: values show, and the
//! first error ends it.

use crate::commands::app::{App, exit_of};
use crate::commands::run::without_interpreter;
use crate::console::Task;
use crate::error::{Error, Exit};
use crate::prompt;
use crate::prompt::{AfterLine, EntryPart, PromptHost as _};

/// Carries out a text of statements and commands.
pub(crate) fn run(shell: &mut App, text: &str) -> Exit {
    let parts = prompt::split(shell, &without_interpreter(text));
    let ended = parts.into_iter().find_map(|part| carry_out(shell, part));
    ended.unwrap_or(Exit::Well)
}

/// Carries out what comes from standard input, each part as soon as it is there. Fails where that cannot
/// be read.
pub(crate) fn run_piped(shell: &mut App) -> Result<Exit, Error> {
    let mut input = prompt::PipedParts::default();
    loop {
        let parts = input.next(&*shell.words())?;
        if parts.is_empty() {
            return Ok(Exit::Well);
        }
        let ended = parts.into_iter().find_map(|part| carry_out(shell, part));
        if let Some(exit) = ended {
            return Ok(exit);
        }
    }
}

/// Carries out one part; gives how the program ends if it ends here.
fn carry_out(shell: &mut App, part: EntryPart) -> Option<Exit> {
    if shell.is_command(part.text()) {
        shell.last = Exit::Well;
        return match shell.command(part.text()) {
            AfterLine::Leave(exit) => Some(exit),
            AfterLine::Go => Some(shell.last).filter(|exit| *exit != Exit::Well),
        };
    }
    let console = shell.console().to_string();
    let failure = shell.show(Task::Statement(part.into_statement()), None);
    if failure.is_none() && shell.console() != console {
        // Ctrl-Z left it waiting: the rest is meant for its console, not for the one in front.
        shell.screen.line("what stands behind it is not evaluated");
        return Some(Exit::Well);
    }
    failure.map(|failure| exit_of(&failure))
}
