//! How a report looks: `--format`, `--quiet`, `--verbose`, for every word that reports.

use std::io;

use clap::ValueEnum;

use crate::lesson::output::report::{Detail, GitHub, JUnit, Json, Progress, Report, Text};
use crate::term::screen::Screen;

/// The options of every report.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[group(id = "form-of-the-report")]
pub(crate) struct Args {
    /// How the report looks
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// Show only what fell short
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Show every step
    #[arg(long, short)]
    verbose: bool,
}

/// Each format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
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

impl Args {
    /// The report that was asked for, on standard output.
    pub(crate) fn report(self, screen: Screen) -> Box<dyn Report> {
        let detail = match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Usual,
        };
        let out = io::stdout();
        let report: Box<dyn Report> = match self.format {
            Format::Text => Box::new(Text::new(screen, detail)),
            Format::Json => Box::new(Json::new(out)),
            Format::Junit => Box::new(JUnit::new(out)),
            Format::Github => Box::new(GitHub::new(out)),
        };
        Progress::around(report)
    }
}
