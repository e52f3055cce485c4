//! The report as JSON Lines: one object a line, in the order in which things happened.
//!
//! | `event` | further fields |
//! |---|---|
//! | `"begun"` | `lesson`, `path`, `title`, `steps` (how many) |
//! | `"step"` | `lesson`, `number` (from 1), `id` (or null), `title`, `line`, `console`, `kind` (`"statement"`, `"ask"`, `"explore"`, `"enter"`), `verdict` (`"passed"`, `"waits"`, `"failed"`, `"skipped"`, `"not-run"`), `transcript`, `ms`; when failed `reason` (`"differs"`, `"error"`, `"expression"`, `"did-not-wait"`, `"timed-out"`, `"no-console"`) and `message`, when it differs also `expected` and `actual` (lists of lines); when skipped `message`; when it waits `call` and `on` |
//! | `"ended"` | `lesson`, `well` (true or false), `passed`, `failed`, `skipped`, `not_run`, `not_here` (why, or null), `ms` |
//! | `"problem"` | `lesson`, `path`, `line`, `column`, `length`, `severity` (`"error"`, `"warning"`, `"note"`), `message`, `mend` |
//!
//! A step that waits comes twice: when it holds, and when it has ended. Times are in milliseconds.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Report, kind_of, line_of, plainly, title};
use crate::lesson::event::{Event, Reason, Source, StepReport, Verdict};
use crate::lesson::model::StepKind;
use crate::lesson::problem::{Problem, Severity};

/// Writes a line for each event.
pub struct Json<W: Write> {
    out: W,
    lesson: String,
}

impl<W: Write> Json<W> {
    /// A report that is written to `out` as it comes.
    pub fn new(out: W) -> Self {
        let lesson = String::new();
        Self { out, lesson }
    }

    fn line(&mut self, value: &Value) {
        let mut text = String::new();
        for c in value.to_string().chars() {
            // JSON lets these stand; a terminal might obey them.
            if c.is_control() {
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
            "title": title(step),
            "line": line_of(step),
            "console": step.console,
            "kind": match step.kind {
                StepKind::Statement(_) => "statement",
                StepKind::Ask(_) => "ask",
                StepKind::Explore(_) => "explore",
                StepKind::Enter(_) => "enter",
            },
            "verdict": match report.verdict {
                Verdict::Passed => "passed",
                Verdict::Waits { .. } => "waits",
                Verdict::Failed(_) => "failed",
                Verdict::Skipped(_) => "skipped",
                Verdict::NotRun => "not-run",
            },
            "transcript": report.transcript,
            "ms": milliseconds(report.took),
        });
        match report.verdict {
            Verdict::Failed(reason) => {
                line["reason"] = json!(kind_of(reason));
                line["message"] = json!(plainly(step, reason));
                if let Reason::Differs(mismatch) = reason {
                    line["expected"] = json!(mismatch.expected);
                    line["actual"] = json!(mismatch.actual);
                }
            }
            Verdict::Skipped(why) => line["message"] = json!(why),
            Verdict::Waits { call, on } => {
                line["call"] = json!(call);
                line["on"] = json!(on);
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
                    "ms": milliseconds(summary.took),
                });
                self.line(&line);
            }
            Event::Unreadable(source, problems) | Event::Looked(source, problems) => {
                for problem in *problems {
                    self.problem(source, problem);
                }
            }
            Event::Closed => {}
        }
    }
}

fn milliseconds(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
