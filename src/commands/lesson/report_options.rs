//! How a report looks: `--format`, `--quiet`, `--verbose`, for every word that reports.

use crate::lesson::output::report::{Detail, Format};
use crate::lesson::results::Report;
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

impl Args {
    /// The report that was asked for, on standard output.
    pub(crate) fn report(self, screen: Screen) -> Box<dyn Report> {
        let detail = match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Usual,
        };
        self.format.report(screen, detail)
    }
}
