//! The report as JUnit XML: a suite for each lesson or exercise, a case for each step, each check or
//! each problem. It keeps to what the schemas of Jenkins's xUnit plugin and of Maven's Surefire both
//! allow (the latter knows single suites only); the tests beside this file say what that is.

use std::io::{self, Write};
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event as Xml};

use super::{checks, plainly};
use crate::lesson::format::problem::{Problem, Severity};
use crate::lesson::results::{CheckOutcome, CheckReport, Report};
use crate::lesson::results::{Event, Source, StepReport, Submission, Summary, Verdict};
use crate::repr::escape::printable;

/// Gathers the suites, and writes the document when everything is over.
pub(crate) struct JUnit<W: Write> {
    out: W,
    suites: Vec<Suite>,
    /// The lesson or the program that is at work; its suite is the last one.
    source: Option<Source>,
    submission: Option<Submission>,
}

/// A `testsuite`.
struct Suite {
    name: String,
    cases: Vec<Case>,
    took: Duration,
}

/// A `testcase`.
struct Case {
    name: String,
    took: Duration,
    fate: Fate,
    shown: String,
}

/// What became of a case.
enum Fate {
    Passed,
    /// It is not for here, or could not be tried, and why.
    Skipped(String),
    /// `failure`: it fell short; `error`: nothing can be said of what follows.
    FellShort {
        element: &'static str,
        kind: &'static str,
        message: String,
        text: String,
    },
}

impl Fate {
    /// The first line of the text is the message, behind the place.
    fn fell_short(element: &'static str, kind: &'static str, place: &str, text: String) -> Self {
        let first = text.lines().next().unwrap_or_default();
        Self::FellShort {
            element,
            kind,
            message: format!("{place}: {first}"),
            text,
        }
    }

    /// The element that tells it; none for a case that passed.
    fn element(&self) -> Option<&'static str> {
        match self {
            Self::Passed => None,
            Self::Skipped(_) => Some("skipped"),
            Self::FellShort { element, .. } => Some(element),
        }
    }
}

const FAILURE: &str = "failure";
const ERROR: &str = "error";

impl<W: Write> JUnit<W> {
    /// A report that is written to `out` in the end.
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            suites: Vec::new(),
            source: None,
            submission: None,
        }
    }

    fn begin(&mut self, name: &str) {
        self.suites.push(Suite {
            name: name.into(),
            cases: Vec::new(),
            took: Duration::ZERO,
        });
    }

    fn add(&mut self, name: impl Into<String>, took: Duration, fate: Fate, shown: &str) {
        if let Some(suite) = self.suites.last_mut() {
            suite.cases.push(Case {
                name: name.into(),
                took,
                fate,
                shown: shown.into(),
            });
        }
    }

    fn end(&mut self, took: Duration) {
        if let Some(suite) = self.suites.last_mut() {
            suite.took = took;
        }
    }

    fn step(&mut self, report: &StepReport<'_>) {
        let Some(source) = &self.source else {
            return;
        };
        let step = report.step;
        let fate = match report.verdict {
            // It comes again when it has ended.
            Verdict::Waits(_) => return,
            Verdict::Passed => Fate::Passed,
            Verdict::Failed(reason) => {
                let element = if reason.ends_lesson() { ERROR } else { FAILURE };
                let place = format!("{}:{}", source.path, step.line());
                Fate::fell_short(element, reason.word(), &place, plainly(step, reason))
            }
            Verdict::Skipped(why) => Fate::Skipped(why.clone()),
            Verdict::NotRun => Fate::Skipped("an earlier step ended in an error".into()),
        };
        let name = match &step.id {
            Some(id) => format!("{:03} {id}", report.number),
            None => format!("{:03} {}", report.number, step.title()),
        };
        self.add(name, report.took, fate, report.transcript);
    }

    fn ended(&mut self, summary: &Summary) {
        if let Some(why) = &summary.not_here {
            let fate = Fate::Skipped(why.clone());
            self.add("the lesson", Duration::ZERO, fate, "");
        }
        if let Some(unchecked) = &summary.unchecked {
            let fate = Fate::Skipped(unchecked.to_string());
            self.add("packets", Duration::ZERO, fate, "");
        }
        self.source = None;
        self.end(summary.took);
    }

    fn check(&mut self, report: &CheckReport<'_>) {
        let Some(submission) = &self.submission else {
            return;
        };
        let place = submission.file.as_ref().unwrap_or(&submission.program);
        let fate = match &report.outcome {
            // Preparations are no checks.
            CheckOutcome::Passed | CheckOutcome::NotRun(_) if report.check.given => return,
            CheckOutcome::Passed => Fate::Passed,
            CheckOutcome::Skipped(why) => Fate::Skipped(why.clone()),
            CheckOutcome::NotRun(why) => Fate::fell_short(ERROR, "not-run", place, why.clone()),
            CheckOutcome::Failed(shortfall) => {
                let text = checks::plainly(report, shortfall);
                Fate::fell_short(FAILURE, shortfall.reason.word(), place, text)
            }
            CheckOutcome::Blocked(why) => Fate::fell_short(ERROR, "unable", place, why.clone()),
        };
        let wrote = match &report.outcome {
            CheckOutcome::Failed(shortfall) => shortfall.wrote.as_str(),
            _ => "",
        };
        self.add(report.check.name, report.took(), fate, wrote);
    }

    fn problems(&mut self, source: &Source, problems: &[Problem]) {
        self.begin(&source.name);
        if problems.is_empty() {
            self.add("nothing found", Duration::ZERO, Fate::Passed, "");
        }
        for problem in problems {
            let (line, column) = (problem.line, problem.column);
            let name = format!("{line}:{column} {}", problem.message);
            let (element, kind) = match problem.severity {
                Severity::Error => (ERROR, "error"),
                Severity::Warning => (FAILURE, "warning"),
                // A note keeps nobody from going on.
                Severity::Note => {
                    let fate = Fate::Skipped(problem.mend.clone());
                    self.add(name, Duration::ZERO, fate, "");
                    continue;
                }
            };
            let place = format!("{}:{line}:{column}", source.path);
            let text = format!("{}\n{}", problem.message, problem.mend);
            let fate = Fate::fell_short(element, kind, &place, text);
            self.add(name, Duration::ZERO, fate, "");
        }
    }

    fn write(&mut self) {
        let suites = std::mem::take(&mut self.suites);
        let mut text = Vec::new();
        // Whoever read our output is gone: there is nobody left to tell.
        let _ = write_suites(&mut Writer::new_with_indent(&mut text, b' ', 2), &suites)
            .and_then(|()| self.out.write_all(&text))
            .and_then(|()| writeln!(self.out))
            .and_then(|()| self.out.flush());
    }
}

impl<W: Write> Report for JUnit<W> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Begun(source, _) => {
                self.begin(&source.name);
                self.source = Some((*source).clone());
            }
            Event::Step(report) => self.step(report),
            Event::Ended(summary) => self.ended(summary),
            Event::Unreadable(source, problems) | Event::Looked(source, problems) => {
                self.problems(source, problems);
            }
            Event::Checking(submission, _) => {
                self.begin(&submission.name());
                self.submission = Some((*submission).clone());
            }
            Event::Check(report) => self.check(report),
            Event::Waiting(_) => {}
            Event::Checked(_, took) => {
                self.submission = None;
                self.end(*took);
            }
            Event::Unable { about, why } => {
                self.begin(about);
                let fate = Fate::fell_short(ERROR, "unable", about, (*why).into());
                self.add("it can be begun", Duration::ZERO, fate, "");
            }
            Event::Closed => self.write(),
        }
    }
}

fn write_suites(xml: &mut Writer<&mut Vec<u8>>, suites: &[Suite]) -> io::Result<()> {
    xml.write_event(Xml::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = || suites.iter().flat_map(|suite| &suite.cases);
    let took = suites.iter().map(|suite| suite.took).sum();
    let root = xml
        .create_element("testsuites")
        .with_attribute(("name", "socklab"))
        .with_attribute(("tests", all().count().to_string().as_str()))
        .with_attribute(("failures", count(all(), FAILURE).as_str()))
        .with_attribute(("errors", count(all(), ERROR).as_str()))
        .with_attribute(("time", seconds(took).as_str()));
    root.write_inner_content(|xml| suites.iter().try_for_each(|suite| write_suite(xml, suite)))?;
    Ok(())
}

fn write_suite(xml: &mut Writer<&mut Vec<u8>>, suite: &Suite) -> io::Result<()> {
    let cases = &suite.cases;
    let element = xml
        .create_element("testsuite")
        .with_attribute(("name", legal(&suite.name).as_str()))
        .with_attribute(("tests", cases.len().to_string().as_str()))
        .with_attribute(("failures", count(cases, FAILURE).as_str()))
        .with_attribute(("errors", count(cases, ERROR).as_str()))
        .with_attribute(("skipped", count(cases, "skipped").as_str()))
        .with_attribute(("time", seconds(suite.took).as_str()));
    element.write_inner_content(|xml| {
        let mut cases = cases.iter();
        cases.try_for_each(|case| write_case(xml, &suite.name, case))
    })?;
    Ok(())
}

fn write_case(xml: &mut Writer<&mut Vec<u8>>, suite: &str, case: &Case) -> io::Result<()> {
    let element = xml
        .create_element("testcase")
        .with_attribute(("name", legal(&case.name).as_str()))
        .with_attribute(("classname", legal(suite).as_str()))
        .with_attribute(("time", seconds(case.took).as_str()));
    if case.fate.element().is_none() && case.shown.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|xml| {
        match &case.fate {
            Fate::Passed => {}
            Fate::Skipped(why) => {
                xml.create_element("skipped")
                    .with_attribute(("message", legal(why).as_str()))
                    .write_empty()?;
            }
            Fate::FellShort {
                element,
                kind,
                message,
                text,
            } => {
                xml.create_element(*element)
                    .with_attribute(("type", *kind))
                    .with_attribute(("message", legal(message).as_str()))
                    .write_text_content(BytesText::new(&legal(text)))?;
            }
        }
        if !case.shown.is_empty() {
            let shown = legal(&case.shown);
            xml.create_element("system-out")
                .write_text_content(BytesText::new(&shown))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// How many of the cases are told by this element.
fn count<'a>(cases: impl IntoIterator<Item = &'a Case>, element: &str) -> String {
    let told = |case: &&Case| case.fate.element() == Some(element);
    cases.into_iter().filter(told).count().to_string()
}

fn seconds(took: Duration) -> String {
    format!("{:.3}", took.as_secs_f64())
}

/// The text with what no XML document may hold (XML 1.0, 2.2) written as an escape; so is what a
/// terminal would obey.
fn legal(text: &str) -> String {
    let text = printable(text);
    let mut legal = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{fffe}' | '\u{ffff}' => legal.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            _ => legal.push(c),
        }
    }
    legal
}
