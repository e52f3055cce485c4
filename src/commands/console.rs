//! `console` and `consoles`: several interpreters at one prompt.

use super::columns;
use crate::commands::app::App;
use crate::commands::arguments::ConsoleName;
use crate::error::Exit;
use crate::prompt::AfterLine;

/// What `console` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name: letters, digits, `-` and `_`; without one, says which this is
    name: Option<ConsoleName>,
}

/// The longest name.
const LONGEST: usize = 24;

/// Makes or enters a console.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    match args.name.as_deref() {
        None => {
            let name = shell.console().to_string();
            shell.screen.line(&format!(
                "this is console `{name}`; `consoles` lists them all"
            ));
        }
        Some(name) if is_name(name) => shell.enter(name),
        Some(name) => {
            shell.last = Exit::Unable;
            shell.screen.aside(&format!(
                "error: `{name}` cannot be a console's name; take letters and digits: `console client`"
            ));
        }
    }
    AfterLine::Go
}

fn is_name(name: &str) -> bool {
    name.len() <= LONGEST
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Lists the consoles.
pub(crate) fn list(shell: &mut App) -> AfterLine {
    let here = shell.console().to_string();
    // The first console starts with its first statement.
    if let Err(cause) = shell.session.open(&here) {
        shell
            .screen
            .aside(&format!("error: {}", cause.during("consoles")));
        return AfterLine::Go;
    }
    let rows: Vec<[String; 4]> = shell
        .session
        .consoles()
        .map(|console| {
            let name = console.name();
            let mark = if name == here { "*" } else { "" };
            [
                mark.to_string(),
                name.to_string(),
                shell.doing_in(name).unwrap_or_else(|| "idle".into()),
                shell.statement_in(name).unwrap_or_default(),
            ]
        })
        .collect();
    columns::show(shell.screen, ["", "console", "is", "statement"], &rows);
    AfterLine::Go
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn a_name_is_a_word_that_a_person_can_type() {
        for name in ["client", "console2", "my-server", "a_b"] {
            assert!(is_name(name), "{name}");
        }
        let long = "x".repeat(25);
        for name in ["", "2", "a b", "\x1b[31m", "ü", "../x", &long] {
            assert!(!is_name(name), "{name}");
        }
    }
}
