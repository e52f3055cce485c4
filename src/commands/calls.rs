//! `trace`: the calls that consoles made, as they end and afterwards.

use clap::Subcommand;

use crate::commands::app::App;
use crate::prompt::AfterLine;
use crate::term::screen::Style;
use crate::trace::{ShowCalls, call_line};

/// How many calls `trace` lists.
const LISTED: usize = 200;

/// What `trace` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<TraceCommand>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum TraceCommand {
    /// Show each call as it ends, from now on
    #[command(after_help = "Examples:\n  trace on")]
    On,
    /// Show calls no longer as they end
    #[command(after_help = "Examples:\n  trace off")]
    Off,
}

/// Carries it out.
pub(crate) fn run_command(args: &Args, shell: &mut App) -> AfterLine {
    match args.what {
        Some(TraceCommand::On) => {
            shell.session.keep_record();
            shell.session.journal().show(ShowCalls::AsTheyEnd);
        }
        Some(TraceCommand::Off) => shell.session.journal().show(ShowCalls::Afterwards),
        None => list(shell),
    }
    AfterLine::Go
}

/// Lists the last calls, each after its console and descriptor.
fn list(shell: &mut App) {
    let calls = shell.session.journal().after(0);
    if calls.is_empty() {
        let text = "no call is recorded; `trace on` shows each from now on";
        return shell.screen.prose(text);
    }
    let last = &calls[calls.len().saturating_sub(LISTED)..];
    let width = |of: fn(&str) -> usize| last.iter().map(|call| of(&call.console)).max();
    let consoles = width(str::len).unwrap_or(0);
    let mut text = String::new();
    if last.len() < calls.len() {
        let earlier = format!("the last {LISTED} of {} calls", calls.len());
        text = shell.screen.paint(Style::Dim, &earlier) + "\n";
    }
    for call in last {
        let fd = call.fd.map_or_else(String::new, |fd| fd.to_string());
        let lead = format!("{:consoles$} {fd:>3}  ", call.console);
        let line = call_line(call);
        let style = if call.outcome.is_err() {
            Style::Error
        } else {
            Style::Plain
        };
        text.push_str(&shell.screen.paint(Style::Dim, &lead));
        text.push_str(&shell.screen.paint(style, &line));
        text.push('\n');
    }
    shell.screen.paged(text.trim_end());
}
