//! Reports: each format is one file behind one trait, all fed by the same events.

mod checks;
mod github;
mod json;
mod junit;
mod plain_text;
mod progress_line;
#[cfg(test)]
mod tests;

use github::GitHub;
use json::Json;
use junit::JUnit;
use plain_text::Text;
pub(crate) use plain_text::plainly;
use progress_line::ProgressLine;

use clap::ValueEnum;

use crate::lesson::results::Report;
use crate::term::output::StandardOutput;
use crate::term::screen::Screen;

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

/// Each format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// JSON Lines: an object for each event
    Json,
    /// JUnit XML: a suite for each lesson, a case for each step
    Junit,
    /// Annotations of GitHub's checks
    Github,
}

impl Format {
    /// The report in this format, on standard output.
    pub(crate) fn report(self, screen: Screen, detail: Detail) -> Box<dyn Report> {
        let out = StandardOutput;
        let report: Box<dyn Report> = match self {
            Self::Text => Box::new(Text::new(screen, detail)),
            Self::Json => Box::new(Json::new(out)),
            Self::Junit => Box::new(JUnit::new(out)),
            Self::Github => Box::new(GitHub::new(out)),
        };
        ProgressLine::around(report)
    }
}
