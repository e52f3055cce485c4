//! The report as annotations of GitHub's checks: workflow commands, one a line.
//! (docs.github.com, "Workflow commands for GitHub Actions".)

use std::io::Write;

use super::{checks, plainly};
use crate::lesson::format::problem::{Problem, Severity};
use crate::lesson::results::{CheckOutcome, CheckReport, Report};
use crate::lesson::results::{Event, Source, Submission, Verdict};
use crate::repr::escape::printable;

/// Writes an annotation for each failed step or check and each problem, and a plain line for each
/// lesson or program.
pub(crate) struct GitHub<W: Write> {
    out: W,
    source: Option<Source>,
    submission: Option<Submission>,
}

impl<W: Write> GitHub<W> {
    /// A report that is written to `out` as it comes.
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            source: None,
            submission: None,
        }
    }

    fn annotate(&mut self, level: &str, place: &[(&str, &str)], message: &str) {
        let properties: Vec<String> = place
            .iter()
            .map(|(name, value)| format!("{name}={}", property(value)))
            .collect();
        self.line(&format!(
            "::{level} {}::{}",
            properties.join(","),
            data(message)
        ));
    }

    fn line(&mut self, line: &str) {
        // Whoever read our output is gone: there is nobody left to tell.
        let _ = writeln!(self.out, "{line}").and_then(|()| self.out.flush());
    }

    fn problem(&mut self, source: &Source, problem: &Problem) {
        let level = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let (line, column) = (problem.line.to_string(), problem.column.to_string());
        let place = [
            ("file", source.path.as_str()),
            ("line", &line),
            ("col", &column),
            ("title", &problem.message),
        ];
        self.annotate(level, &place, &problem.mend);
    }

    /// An annotation at the learner's file, which tells no line: a check looks from outside.
    fn check(&mut self, report: &CheckReport<'_>) {
        let Some(submission) = &self.submission else {
            return;
        };
        let text = match &report.outcome {
            CheckOutcome::Failed(shortfall) if shortfall.follows() => return,
            CheckOutcome::Failed(shortfall) => checks::plainly(report, shortfall),
            CheckOutcome::Blocked(why) => why.clone(),
            CheckOutcome::Passed | CheckOutcome::Skipped(_) | CheckOutcome::NotRun(_) => return,
        };
        let name = format!("{}: {}", submission.name(), report.check.name);
        let file = submission.file.clone();
        let mut place: Vec<(&str, &str)> = file.iter().map(|f| ("file", f.as_str())).collect();
        place.push(("title", &name));
        self.annotate("error", &place, &text);
    }

    /// The word in front keeps a name from being read as a command.
    fn outcome(&mut self, word: &str, name: &str) {
        self.line(&format!("{word} {}", data(name)));
    }
}

impl<W: Write> Report for GitHub<W> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Begun(source, _) => self.source = Some((*source).clone()),
            Event::Step(report) => {
                let (Verdict::Failed(reason), Some(source)) = (report.verdict, self.source.clone())
                else {
                    return;
                };
                let line = report.step.line().to_string();
                let name = format!("{}: {}", source.name, report.step.title());
                let place = [
                    ("file", source.path.as_str()),
                    ("line", &line),
                    ("title", &name),
                ];
                self.annotate("error", &place, &plainly(report.step, reason));
            }
            Event::Ended(summary) => {
                if let (Some(unchecked), Some(source)) = (&summary.unchecked, self.source.clone()) {
                    let place = [("file", source.path.as_str())];
                    self.annotate("notice", &place, &unchecked.to_string());
                }
                let name = self.source.take().map_or_else(String::new, |s| s.name);
                let word = match (&summary.not_here, summary.is_well()) {
                    (Some(_), _) => "skipped",
                    (None, true) => "ok",
                    (None, false) => "failed",
                };
                self.outcome(word, &name);
            }
            Event::Unreadable(source, problems) | Event::Looked(source, problems) => {
                for problem in *problems {
                    self.problem(source, problem);
                }
            }
            Event::Checking(submission, _) => self.submission = Some((*submission).clone()),
            Event::Check(report) => self.check(report),
            Event::Checked(tally, _) => {
                let name = self
                    .submission
                    .take()
                    .map_or_else(String::new, |s| s.name());
                let word = match (tally.is_well(), tally.blocked) {
                    (true, _) => "ok",
                    (false, 0) => "failed",
                    (false, _) => "unable",
                };
                self.outcome(word, &name);
            }
            Event::Unable { about, why } => self.annotate("error", &[("title", about)], why),
            Event::Waiting(_) | Event::Closed => {}
        }
    }
}

/// A message: line breaks and `%` written as the runner reads them, other controls shown.
fn data(text: &str) -> String {
    printable(&text.replace("\r\n", "\n"))
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property's value, which ends at `,` and `:`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
