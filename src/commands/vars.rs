//! `vars` and `reset`: what the console holds, and a fresh start.

use super::columns;
use crate::commands::app::App;
use crate::console::Task;
use crate::prompt::AfterLine;

/// Lists the variables and functions of this console.
pub(crate) fn list(shell: &mut App) -> AfterLine {
    if shell.show(Task::Survey, None).is_some() {
        return AfterLine::Go;
    }
    let console = shell.session.console(shell.console());
    let held = console.map(|console| std::mem::take(&mut console.snapshot().held));
    let rows: Vec<[String; 3]> = held
        .unwrap_or_default()
        .into_iter()
        .map(|held| [held.name, held.value_type.word().into(), held.shown])
        .collect();
    if rows.is_empty() {
        shell
            .screen
            .line("this console has no variables; `let x = 5` makes one");
    } else {
        columns::show(shell.screen, ["name", "type", "value"], &rows);
    }
    AfterLine::Go
}

/// Drops them all.
pub(crate) fn reset(shell: &mut App) -> AfterLine {
    if shell.show(Task::Reset, None).is_none() {
        let console = shell.console().to_string();
        shell.told.retain(|(told_in, _)| *told_in != console);
        shell.screen.line(&format!(
            "console `{console}` is as new: its variables and functions are gone"
        ));
    }
    AfterLine::Go
}
