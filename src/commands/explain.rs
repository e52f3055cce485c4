//! `explain`: an error, a name or a value in words. What it says of a value, the script's function
//! of this name says.

use crate::commands::app::App;
use crate::commands::arguments::SourceWord;
use crate::console::Task;
use crate::net::constants;
use crate::prompt::AfterLine;
use crate::repr::escape::quoted;
use crate::script::failure::FailureKind;

/// What `explain` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// An error's name, a variable, an expression; without one, the last error
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    what: Vec<SourceWord>,
}

/// Explains it.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    let what = args.what.join(" ");
    let what = what.trim();
    if what.is_empty() {
        return last(shell);
    }
    let source = if is_name(what) && constants::find(what).is_some() {
        format!("explain({})", quoted(what))
    } else {
        format!("explain({what})")
    };
    say(shell, &source);
    AfterLine::Go
}

/// Evaluates a call of the function; what it prints are sentences.
fn say(shell: &mut App, source: &str) {
    let screen = shell.screen;
    shell.screen = screen.in_sentences();
    shell.show(Task::Aside(source.into()), None);
    shell.screen = screen;
}

fn is_name(what: &str) -> bool {
    what.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The last error: by the name that it has.
fn last(shell: &mut App) -> AfterLine {
    let Some(failure) = shell.last_failure.clone() else {
        shell
            .screen
            .line("no error yet; `explain ECONNREFUSED` and `explain(x)` work too");
        return AfterLine::Go;
    };
    shell.screen.line(&failure.text);
    match failure.symbol() {
        Some(name) if constants::find(name).is_some() => {
            let family = failure
                .family()
                .map_or_else(String::new, |family| format!(", {family}"));
            say(shell, &format!("explain({}{family})", quoted(name)));
        }
        _ => {
            let about = match (failure.kind, &failure.note) {
                (FailureKind::Interrupted | FailureKind::Stopped, _) => {
                    "Ctrl-C ended it; all variables are as they were"
                }
                (_, Some(note)) => note,
                _ if failure.is_timeout() => {
                    "the socket's timeout ran out before anything came; `settimeout` sets it"
                }
                _ => "it is about the script, not about the network",
            };
            shell.screen.prose(about);
        }
    }
    AfterLine::Go
}
