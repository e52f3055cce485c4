//! `time EXPR`: how long an expression takes.

use std::time::{Duration, Instant};

use crate::commands::app::{App, exit_of};
use crate::commands::arguments::SourceWord;
use crate::console::Task;
use crate::error::Exit;
use crate::prompt::AfterLine;
use crate::script::failure::FailureKind;

/// What `time` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A statement, as at the prompt
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    expression: Vec<SourceWord>,
}

/// Evaluates it, shows its value, and says how long it took.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    let source = args.expression.join(" ");
    let console = shell.console().to_string();
    let begun = Instant::now();
    let failure = shell.show(Task::Statement(source.into()), None);
    let took = begun.elapsed();
    if let Some(failure) = failure {
        if let FailureKind::Exit(_) = failure.kind {
            return AfterLine::Leave(exit_of(&failure));
        }
    } else {
        shell.last = Exit::Well;
    }
    if shell.console() != console {
        // Ctrl-Z left it running: nobody knows yet.
        return AfterLine::Go;
    }
    shell.screen.line(&format!("took {}", in_words(took)));
    AfterLine::Go
}

/// Three digits and a unit: `12.3 ms`.
fn in_words(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let (number, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s => (s * 1e6, "µs"),
    };
    let digits = match number {
        n if n >= 100.0 => 0,
        n if n >= 10.0 => 1,
        _ => 2,
    };
    format!("{number:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::in_words;

    #[test]
    fn a_time_has_three_digits_and_a_unit() {
        for (nanoseconds, text) in [
            (0, "0.00 µs"),
            (1_234, "1.23 µs"),
            (12_345_678, "12.3 ms"),
            (999_400_000, "999 ms"),
            (1_500_000_000, "1.50 s"),
            (3_600_000_000_000, "3600 s"),
        ] {
            assert_eq!(in_words(Duration::from_nanos(nanoseconds)), text);
        }
    }
}
