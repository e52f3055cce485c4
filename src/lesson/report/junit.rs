//! The report as JUnit XML: a suite for each lesson, a case for each step, or for each problem.

use std::io::Write;

use quick_junit::{
    NonSuccessKind, NonSuccessReruns, Property, Report as Document, TestCase, TestCaseStatus,
    TestSuite,
};

use super::{Report, kind_of, line_of, plainly, title};
use crate::lesson::event::{Event, Source, StepReport, Summary, Verdict};
use crate::lesson::problem::{Problem, Severity};
use crate::script::show::printable;

/// Gathers the suites, and writes the document when everything is over.
pub struct JUnit<W: Write> {
    out: W,
    document: Document,
    suite: Option<(Source, TestSuite)>,
}

impl<W: Write> JUnit<W> {
    /// A report that is written to `out` in the end.
    pub fn new(out: W) -> Self {
        Self {
            out,
            document: Document::new("socklab"),
            suite: None,
        }
    }

    fn step(&mut self, report: &StepReport<'_>) {
        let Some((source, suite)) = &mut self.suite else {
            return;
        };
        let step = report.step;
        let status = match report.verdict {
            // It comes again when it has ended.
            Verdict::Waits { .. } => return,
            Verdict::Passed => TestCaseStatus::success(),
            Verdict::Failed(reason) => {
                let kind = if reason.ends_lesson() {
                    NonSuccessKind::Error
                } else {
                    NonSuccessKind::Failure
                };
                let place = format!("{}:{}", source.path, line_of(step));
                let text = plainly(step, reason);
                non_success(kind, kind_of(reason), &place, &text)
            }
            Verdict::Skipped(why) => skipped(why),
            Verdict::NotRun => skipped("an earlier step ended in an error"),
        };
        let name = match &step.id {
            Some(id) => format!("{:03} {id}", report.number),
            None => format!("{:03} {}", report.number, title(step)),
        };
        let mut case = TestCase::new(name, status);
        case.set_classname(source.name.as_str())
            .set_time(report.took);
        // The schema knows no line of a case; this is where readers look for one.
        case.add_property(Property::new("line", line_of(step).to_string()));
        if !report.transcript.is_empty() {
            case.set_system_out(printable(report.transcript).as_ref());
        }
        suite.add_test_case(case);
    }

    fn ended(&mut self, summary: &Summary) {
        let Some((source, mut suite)) = self.suite.take() else {
            return;
        };
        if let Some(why) = &summary.not_here {
            let mut case = TestCase::new("the lesson", skipped(why));
            case.set_classname(source.name.as_str());
            suite.add_test_case(case);
        }
        suite.set_time(summary.took);
        self.document.add_test_suite(suite);
    }

    fn problems(&mut self, source: &Source, problems: &[Problem]) {
        let mut suite = TestSuite::new(source.name.as_str());
        let mut add = |name: String, status| {
            let mut case = TestCase::new(name, status);
            case.set_classname(source.name.as_str());
            suite.add_test_case(case);
        };
        if problems.is_empty() {
            add("nothing found".into(), TestCaseStatus::success());
        }
        for problem in problems {
            let (kind, word) = match problem.severity {
                Severity::Error => (NonSuccessKind::Error, "error"),
                Severity::Warning => (NonSuccessKind::Failure, "warning"),
                // A note keeps nobody from going on.
                Severity::Note => {
                    add(problem.message.clone(), skipped(&problem.mend));
                    continue;
                }
            };
            let place = format!("{}:{}:{}", source.path, problem.line, problem.column);
            let text = format!("{}\n{}", problem.message, problem.mend);
            let name = format!("{}:{} {}", problem.line, problem.column, problem.message);
            add(name, non_success(kind, word, &place, &text));
        }
        self.document.add_test_suite(suite);
    }

    fn write(&mut self) {
        let empty = Document::new("socklab");
        let document = std::mem::replace(&mut self.document, empty);
        let text = document.to_string().unwrap_or_default();
        // Whoever read our output is gone: there is nobody left to tell.
        let _ = writeln!(self.out, "{}", text.trim_end()).and_then(|()| self.out.flush());
    }
}

impl<W: Write> Report for JUnit<W> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Begun(source, _) => {
                let suite = TestSuite::new(source.name.as_str());
                self.suite = Some(((*source).clone(), suite));
            }
            Event::Step(report) => self.step(report),
            Event::Ended(summary) => self.ended(summary),
            Event::Unreadable(source, problems) | Event::Looked(source, problems) => {
                self.problems(source, problems);
            }
            Event::Closed => self.write(),
        }
    }
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

/// A case that fell short: the first line of the text is its message.
fn non_success(kind: NonSuccessKind, word: &str, place: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::NonSuccess {
        kind,
        message: None,
        ty: None,
        description: None,
        reruns: NonSuccessReruns::default(),
    };
    let first = text.lines().next().unwrap_or_default();
    status
        .set_type(word)
        .set_message(format!("{place}: {first}"))
        .set_description(text);
    status
}
