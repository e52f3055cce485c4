//! Reports: each format is one file behind one trait, all fed by the same events.

mod checks;
mod github;
mod json;
mod junit;
mod progress;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use github::GitHub;
pub(crate) use json::Json;
pub(crate) use junit::JUnit;
pub(crate) use progress::Progress;
pub(crate) use text::{Text, plainly};

use crate::lesson::format::model::{Step, StepKind};
use crate::lesson::results::{Event, Reason};

/// Draws a report.
pub trait Report {
    /// Takes the next event.
    fn event(&mut self, event: &Event<'_>);
}

/// How much a report for people tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Detail {
    /// Only what fell short.
    Quiet,
    /// A line for each lesson, and all about what fell short.
    #[default]
    Usual,
    /// Every step.
    Verbose,
}

/// What a step is called: its prose's first line, or its id, or what it asks for or runs.
pub(crate) fn title(step: &Step) -> String {
    let named = [step.headline(), step.id.as_deref().unwrap_or_default()];
    if let Some(name) = named.into_iter().find(|name| !name.is_empty()) {
        return name.to_owned();
    }
    let text = match &step.kind {
        StepKind::Statement(statement) => &statement.source,
        StepKind::Ask(question) => &question.text,
        StepKind::Explore(text) | StepKind::Enter(text) => text,
    };
    text.lines().next().unwrap_or_default().to_owned()
}

/// The line of the file that a step's failure points to, from 1.
pub(crate) fn line_of(step: &Step) -> usize {
    step.statement()
        .map_or(step.lines.first, |statement| statement.lines.first)
}

/// The word for a reason in formats that machines read.
pub(crate) fn kind_of(reason: &Reason) -> &'static str {
    match reason {
        Reason::Differs(_) => "differs",
        Reason::Unexpected { .. } => "error",
        Reason::Expression { .. } => "expression",
        Reason::DidNotWait => "did-not-wait",
        Reason::TimedOut { .. } => "timed-out",
        Reason::NoConsole(_) => "no-console",
    }
}
