//! `save FILE` and `load FILE`: the session's statements as a script, and back.

use std::path::PathBuf;

use super::batch;
use super::run::read;
use crate::commands::app::App;
use crate::error::Exit;
use crate::files::{self, Existing};
use crate::prompt::AfterLine;

/// What `save` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct SaveArgs {
    /// The script to write
    file: PathBuf,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
}

/// What `load` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct LoadArgs {
    /// The script to evaluate, statement by statement, as if typed
    file: PathBuf,
}

/// Writes the statements of this console that ended well.
pub(crate) fn save(args: &SaveArgs, shell: &mut App) -> AfterLine {
    let console = shell.console().to_string();
    let own = shell.told.iter().filter(|(told_in, _)| *told_in == console);
    let statements: Vec<&str> = own.map(|(_, statement)| statement.as_str()).collect();
    let path = args.file.display();
    if statements.is_empty() {
        let text = "error: nothing to save yet: no statement of this console has ended well";
        shell.screen.aside(text);
        return shell.note(Exit::Unable);
    }
    let text = script(&console, &statements);
    match files::write(&args.file, text, Existing::by_force(args.force)) {
        Ok(()) => {
            let count = statements.len();
            let plural = if count == 1 { "" } else { "s" };
            shell.screen.line(&format!(
                "{count} statement{plural} in `{path}`; `socklab run {path}` runs them"
            ));
        }
        Err(error) => {
            shell.last = Exit::Unable;
            let why = if error.is_there_already() {
                format!("`{path}` is there already; `save --force {path}` replaces it")
            } else {
                error.to_string()
            };
            shell.screen.aside(&format!("error: {why}"));
        }
    }
    AfterLine::Go
}

/// The statements as a script: each ends as a file's must.
fn script(console: &str, statements: &[&str]) -> String {
    let mut text = format!("// What console `{console}` of socklab was told.\n");
    for statement in statements {
        let statement = statement.trim_end();
        text.push_str(statement);
        let last = statement.lines().last().unwrap_or_default();
        if last.contains("//") {
            // The comment would swallow it.
            text.push('\n');
        }
        let closed = statement.ends_with(';') && !last.contains("//");
        text.push_str(if closed { "\n" } else { ";\n" });
    }
    text
}

/// Evaluates a script as if it were typed; the first error ends it.
pub(crate) fn load(args: &LoadArgs, shell: &mut App) -> AfterLine {
    match read(&args.file) {
        Ok(text) => match batch::run(shell, &text) {
            exit @ Exit::Chosen(_) => AfterLine::Leave(exit),
            exit => shell.note(exit),
        },
        Err(error) => {
            shell.screen.aside(&format!("error: {error}"));
            shell.note(Exit::Unable)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn every_statement_ends_as_a_file_needs_it() {
        let statements = ["let x = 5", "x;", "fn f() { 1 }", "x // five", "x; // five"];
        let text = script("main", &statements);
        assert_eq!(
            text,
            "// What console `main` of socklab was told.\n\
             let x = 5;\nx;\nfn f() { 1 };\nx // five\n;\nx; // five\n;\n"
        );
    }
}
