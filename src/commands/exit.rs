//! `exit`: leave socklab.

use crate::commands::app::App;
use crate::error::Exit;
use crate::prompt::AfterLine;

/// Leaves with exit code 0. While a console is busy, the first time only says so.
pub(crate) fn run_command(shell: &mut App) -> AfterLine {
    let busy = if shell.warned {
        Vec::new()
    } else {
        shell.busy()
    };
    if busy.is_empty() {
        return AfterLine::Leave(Exit::Well);
    }
    shell.warned = true;
    let busy: Vec<String> = busy
        .iter()
        .map(|(console, doing)| format!("`{console}` is {doing}"))
        .collect();
    shell.screen.prose(&format!(
        "{}; `exit` again ends it all the same",
        busy.join(", ")
    ));
    AfterLine::Go
}
