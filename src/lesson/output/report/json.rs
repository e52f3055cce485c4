//! The report as JSON Lines: one object a line, in the order in which things happened.
//!
//! | `event` | further fields |
//! |---|---|
//! | `"begun"` | `lesson`, `path`, `title`, `steps` (how many) |
//! | `"step"` | `lesson`, `number` (from 1), `id` (or null), `title`, `line`, `console`, `kind` (`"statement"`, `"ask"`, `"explore"`, `"enter"`), `verdict` (`"passed"`, `"waits"`, `"failed"`, `"skipped"`, `"not-run"`), `transcript`, `ms`; when failed `reason` (`"differs"`, `"error"`, `"expression"`, `"did-not-wait"`, `"timed-out"`, `"no-console"`) and `message`, when it differs also `expected` and `actual` (lists of lines); when skipped `message`; when it waits `call` and `on` |
//! | `"ended"` | `lesson`, `well` (true or false), `passed`, `failed`, `skipped`, `not_run`, `not_here` (why, or null), `unchecked_packet_lines`, `unchecked_why` (or null), `ms` |
//! | `"problem"` | `lesson`, `path`, `line`, `column`, `length`, `severity` (`"error"`, `"warning"`, `"note"`), `message`, `mend` |
//! | `"checking"` | `lesson`, `exercise`, `program` (as given), `path` (the learner's file, or null), `checks` (how many) |
//! | `"check"` | `lesson`, `exercise`, `name`, `step` (the number of its first step), `id` (or null), `verdict` (`"passed"`, `"failed"`, `"skipped"`, `"not-run"`, `"unable"`), `ms`; when failed `fault` (the word of what is wrong with the program, or null), `follows` (whether it comes of the first fault), `reason`, `message`, `hint` (or null), `ended` (how the program ended, or null), `wrote` (its output), `evidence` (or null); else `message` where there is one |
//! | `"checked"` | `lesson`, `exercise`, `well`, `passed`, `failed`, `skipped`, `not_run`, `unable`, `ms` |
//! | `"unable"` | `about` (a lesson's name, a file), `message`: it could not be begun |
//!
//! `evidence` has `sent`, `expected` and `got`, each null or an object with `length` in bytes and
//! `bytes`, their first 1024 written as the prompt writes bytes; and `first_difference`, the
//! place of the first byte that differs, from 0, or null.
//!
//! A step that waits comes twice: when it holds, and when it has ended. Times are in milliseconds.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::{checks, plainly};
use crate::lesson::format::model::StepKind;
use crate::lesson::format::problem::{Problem, Severity};
use crate::lesson::results::{CheckOutcome, CheckReport, Report, Tally};
use crate::lesson::results::{Event, Reason, Source, StepReport, Submission, Verdict};
use crate::lesson::run::evidence::first_difference;
use crate::repr::escape;
use crate::repr::escape::is_unsafe;
use crate::script::failure::Evidence;

/// How many bytes of a message are written out.
const SHOWN: usize = 1024;

/// Writes a line for each event.
pub(crate) struct Json<W: Write> {
    out: W,
    lesson: String,
    exercise: String,
}

impl<W: Write> Json<W> {
    /// A report that is written to `out` as it comes.
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            lesson: String::new(),
            exercise: String::new(),
        }
    }

    fn line(&mut self, value: &Value) {
        let mut text = String::new();
        for c in value.to_string().chars() {
            // JSON lets these stand; a terminal might obey them.
            if is_unsafe(c) {
                text.push_str(&format!("\\u{:04x}", u32::from(c)));
            } else {
                text.push(c);
            }
        }
        // Whoever read our output is gone: there is nobody left to tell.
        let _ = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    fn step(&mut self, report: &StepReport<'_>) {
        let step = report.step;
        let mut line = json!({
            "event": "step",
            "lesson": self.lesson,
            "number": report.number,
            "id": step.id,
            "title": step.title(),
            "line": step.line(),
            "console": step.console,
            "kind": match step.kind {
                StepKind::Statement(_) => "statement",
                StepKind::Ask(_) => "ask",
                StepKind::Explore(_) => "explore",
                StepKind::Enter(_) => "enter",
            },
            "verdict": match report.verdict {
                Verdict::Passed => "passed",
                Verdict::Waits(_) => "waits",
                Verdict::Failed(_) => "failed",
                Verdict::Skipped(_) => "skipped",
                Verdict::NotRun => "not-run",
            },
            "transcript": report.transcript,
            "ms": milliseconds(report.took),
        });
        match report.verdict {
            Verdict::Failed(reason) => {
                line["reason"] = json!(reason.word());
                line["message"] = json!(plainly(step, reason));
                let sides = match reason {
                    Reason::Differs(mismatch) => Some((&mismatch.expected, &mismatch.actual)),
                    Reason::PacketsDiffer(packets) => Some((&packets.expected, &packets.actual)),
                    _ => None,
                };
                if let Some((expected, actual)) = sides {
                    line["expected"] = json!(expected);
                    line["actual"] = json!(actual);
                }
            }
            Verdict::Skipped(why) => line["message"] = json!(why),
            Verdict::Waits(wait) => {
                line["call"] = json!(wait.call);
                line["on"] = json!(wait.on.to_string());
            }
            Verdict::Passed | Verdict::NotRun => {}
        }
        self.line(&line);
    }

    fn problem(&mut self, source: &Source, problem: &Problem) {
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        self.line(&json!({
            "event": "problem",
            "lesson": source.name,
            "path": source.path,
            "line": problem.line,
            "column": problem.column,
            "length": problem.length,
            "severity": severity,
            "message": problem.message,
            "mend": problem.mend,
        }));
    }

    fn checking(&mut self, submission: &Submission, checks: usize) {
        self.lesson.clone_from(&submission.lesson);
        self.exercise.clone_from(&submission.exercise);
        self.line(&json!({
            "event": "checking",
            "lesson": submission.lesson,
            "exercise": submission.exercise,
            "program": submission.program,
            "path": submission.file,
            "checks": checks,
        }));
    }

    fn check(&mut self, report: &CheckReport<'_>) {
        let first = report.check.steps.first();
        let mut line = json!({
            "event": "check",
            "lesson": self.lesson,
            "exercise": self.exercise,
            "name": report.check.name,
            "step": first.map(|step| step.0),
            "id": first.and_then(|step| step.1.id.as_deref()),
            "ms": milliseconds(report.took()),
        });
        let verdict = match &report.outcome {
            // Preparations are no checks.
            CheckOutcome::Passed | CheckOutcome::NotRun(_) if report.check.given => return,
            CheckOutcome::Passed => "passed",
            CheckOutcome::Failed(shortfall) => {
                let found = shortfall.diagnosis.as_ref();
                line["fault"] = json!(found.map(|found| found.fault.word()));
                line["follows"] = json!(found.is_some_and(|found| found.follows));
                line["reason"] = json!(shortfall.reason.word());
                line["message"] = json!(checks::plainly(report, shortfall));
                line["hint"] = json!(checks::hint(report, shortfall));
                line["ended"] = json!(shortfall.ended);
                line["wrote"] = json!(shortfall.wrote);
                line["evidence"] = json!(shortfall.evidence.as_deref().map(told));
                "failed"
            }
            CheckOutcome::Skipped(why) => {
                line["message"] = json!(why);
                "skipped"
            }
            CheckOutcome::NotRun(why) => {
                line["message"] = json!(why);
                "not-run"
            }
            CheckOutcome::Blocked(why) => {
                line["message"] = json!(why);
                "unable"
            }
        };
        line["verdict"] = json!(verdict);
        self.line(&line);
    }

    fn checked(&mut self, tally: Tally, took: Duration) {
        let line = json!({
            "event": "checked",
            "lesson": self.lesson,
            "exercise": self.exercise,
            "well": tally.is_well(),
            "passed": tally.passed,
            "failed": tally.failed,
            "skipped": tally.skipped,
            "not_run": tally.not_run,
            "unable": tally.blocked,
            "ms": milliseconds(took),
        });
        self.line(&line);
    }
}

impl<W: Write> Report for Json<W> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Begun(source, lesson) => {
                self.lesson.clone_from(&source.name);
                self.line(&json!({
                    "event": "begun",
                    "lesson": source.name,
                    "path": source.path,
                    "title": lesson.header.title,
                    "steps": lesson.steps.len(),
                }));
            }
            Event::Step(report) => self.step(report),
            Event::Ended(summary) => {
                let line = json!({
                    "event": "ended",
                    "lesson": self.lesson,
                    "well": summary.is_well(),
                    "passed": summary.passed,
                    "failed": summary.failed,
                    "skipped": summary.skipped,
                    "not_run": summary.not_run,
                    "not_here": summary.not_here,
                    "unchecked_packet_lines": summary.unchecked.as_ref().map_or(0, |u| u.lines),
                    "unchecked_why": summary.unchecked.as_ref().map(|u| u.why.as_str()),
                    "ms": milliseconds(summary.took),
                });
                self.line(&line);
            }
            Event::Unreadable(source, problems) | Event::Looked(source, problems) => {
                for problem in *problems {
                    self.problem(source, problem);
                }
            }
            Event::Checking(submission, checks) => self.checking(submission, *checks),
            Event::Check(report) => self.check(report),
            Event::Checked(tally, took) => self.checked(*tally, *took),
            Event::Unable { about, why } => {
                self.line(&json!({"event": "unable", "about": about, "message": why}));
            }
            Event::Waiting(_) | Event::Closed => {}
        }
    }
}

/// What was sent and what came back.
fn told(evidence: &Evidence) -> Value {
    let bytes = |bytes: &Option<Vec<u8>>| {
        let bytes = bytes.as_ref()?;
        let shown = escape::bytes_literal(&bytes[..bytes.len().min(SHOWN)]);
        Some(json!({"length": bytes.len(), "bytes": shown}))
    };
    let wanted = evidence.expected.as_ref().or(evidence.sent.as_ref());
    let differs = wanted.zip(evidence.got.as_ref());
    json!({
        "sent": bytes(&evidence.sent),
        "expected": bytes(&evidence.expected),
        "got": bytes(&evidence.got),
        "first_difference": differs.and_then(|(wanted, got)| first_difference(wanted, got)),
    })
}

fn milliseconds(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
