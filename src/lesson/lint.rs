//! What a lesson that parses may still get wrong: likely slips, and things learners would miss.

pub(crate) mod dead_ends;
pub(crate) mod packet_claims;
mod solutions;
#[cfg(test)]
mod tests;
mod trial;
mod unknown_hosts;

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use crate::lesson::format::model::{Lesson, Question, Statement, Step, StepKind, Transcript};
use crate::lesson::format::problem::Problem;
use crate::lesson::library::Entry;
use crate::lesson::lint::dead_ends::LintContext;
use crate::lesson::results::Source;
use crate::lesson::run::host::RunHost;
use crate::script::failure::Place;

/// The widest line of a code block, in columns: it fits an ordinary terminal.
const WIDEST: usize = 80;

/// Looks at a lesson of a library: at its text, at what its prose leads to, and, with a host, at
/// what a run of it and of its exercises shows. Problems come in the order of their lines.
pub(crate) fn lint_entry(
    entry: &Entry,
    source: &Source,
    lesson: &Lesson,
    around: &LintContext,
    host: Option<&dyn RunHost>,
) -> Vec<Problem> {
    let mut problems = lint(&source.text, lesson);
    problems.extend(dead_ends::lint(&source.text, lesson, around));
    problems.extend(unknown_hosts::lint(&source.text, lesson, &around.hosts));
    if let Some(host) = host {
        problems.extend(trial::lint(source, lesson, host));
        problems.extend(solutions::lint(entry, &source.text, lesson, host));
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems
}

/// Looks at a lesson that was read from `source`; problems come in the order of their lines.
pub(crate) fn lint(source: &str, lesson: &Lesson) -> Vec<Problem> {
    let text = source
        .strip_prefix('\u{feff}')
        .unwrap_or(source)
        .replace("\r\n", "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let mut linter = Linter {
        lines: &lines,
        problems: Vec::new(),
    };
    linter.title(lesson);
    linter.code_blocks();
    for step in &lesson.steps {
        linter.step(step);
    }
    linter.captures(lesson);
    linter.problems.extend(packet_claims::lint(lesson));
    linter
        .problems
        .sort_by_key(|problem| (problem.line, problem.column));
    linter.problems
}

struct Linter<'a> {
    lines: &'a [&'a str],
    problems: Vec<Problem>,
}

impl Linter<'_> {
    fn title(&mut self, lesson: &Lesson) {
        let place = Place { line: 1, column: 1 };
        if lesson.header.title.is_empty() {
            let message = "the lesson has no title";
            self.problems.push(Problem::warning(
                place,
                1,
                message,
                "begin the file with `//! # Title`",
            ));
        }
        if lesson.steps.is_empty() {
            let mend = "write a statement, or a question with `//@ ask: …`";
            self.problems
                .push(Problem::warning(place, 1, "the lesson has no step", mend));
        }
    }

    /// Code blocks are shown as they are: what is too wide would wrap.
    fn code_blocks(&mut self) {
        let mut inside = false;
        for (at, line) in self.lines.iter().enumerate() {
            let prose = line
                .strip_prefix("//")
                .filter(|rest| !rest.starts_with(['@', '>', '~', '!', '/']));
            let Some(prose) = prose else {
                // An open block ends with its prose.
                inside = false;
                continue;
            };
            let text = prose.strip_prefix(' ').unwrap_or(prose);
            if text.trim_start().starts_with("```") {
                inside = !inside;
            } else if inside && text.width() > WIDEST {
                let place = Place {
                    line: at + 1,
                    column: 4 + WIDEST,
                };
                let message = format!("this line of a code block is {} columns wide", text.width());
                let mend = format!("keep it to {WIDEST}");
                self.problems.push(Problem::warning(
                    place,
                    text.chars().count().saturating_sub(WIDEST),
                    message,
                    mend,
                ));
            }
        }
    }

    fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Statement(statement) => self.statement(step, statement),
            StepKind::Ask(question) => self.question(step, question),
            StepKind::Explore(_) | StepKind::Enter(_) => {}
        }
    }

    fn statement(&mut self, step: &Step, statement: &Statement) {
        self.swallowed(statement);
        let Some(transcript) = &statement.transcript else {
            return;
        };
        for suspect in transcript.pattern.suspects() {
            let place = self.place(transcript, suspect.line, suspect.column);
            let message = format!("`{}` is no hole and stands for itself", suspect.text);
            let mend = format!(
                "write a hole (`{{int}}`, `{{port}}`, `{{ipv4}}`, `{{ipv6}}`, `{{host}}`, `{{fd}}`), or `\\{}` for this text",
                suspect.text
            );
            self.problems.push(Problem::warning(
                place,
                suspect.text.chars().count(),
                message,
                mend,
            ));
        }
        if transcript.pattern.takes_anything() && step.check.is_none() {
            let place = self.place(transcript, 0, 1);
            let message = "this transcript takes anything, even an error's text";
            let mend = "show a part of it, or add `//@ check: EXPRESSION`";
            self.problems.push(Problem::note(place, 3, message, mend));
        }
    }

    /// Comments of the lesson inside a statement: likely a `;` is missing above them.
    fn swallowed(&mut self, statement: &Statement) {
        for line in statement.lines.first..=statement.lines.last {
            let text = self.lines.get(line - 1).copied().unwrap_or_default();
            let sign = ["//>", "//~", "//@", "//!"]
                .into_iter()
                .find(|sign| text.starts_with(sign));
            if let Some(sign) = sign {
                let place = Place { line, column: 1 };
                let message = format!("this `{sign}` stands inside a statement and counts as code");
                let mend = "end the statement above it with `;`, or indent the comment";
                self.problems
                    .push(Problem::warning(place, 3, message, mend));
            }
        }
    }

    fn question(&mut self, step: &Step, question: &Question) {
        let line = (step.lines.first..=step.lines.last).find(|line| {
            let text = self.lines.get(line - 1).copied().unwrap_or_default();
            text.strip_prefix("//@")
                .is_some_and(|rest| rest.trim_start().starts_with("ask"))
        });
        let place = Place {
            line: line.unwrap_or(step.lines.first),
            column: 1,
        };
        let length = self
            .lines
            .get(place.line - 1)
            .map_or(1, |line| line.chars().count());
        if question.answers.is_empty() {
            let mend = "add `//@ answer: EXPRESSION`, or `//@ answer: *` for any";
            self.problems.push(Problem::error(
                place,
                length,
                "this question has no answer",
                mend,
            ));
        }
        if step.hints.is_empty() {
            let mend = "add `//@ hint: …` that says where to look";
            self.problems.push(Problem::warning(
                place,
                length,
                "this question has no hint",
                mend,
            ));
        }
        if step.id.is_none() {
            let mend = "add `//@ id: NAME`, so that progress can remember it";
            self.problems.push(Problem::warning(
                place,
                length,
                "this question has no `id`",
                mend,
            ));
        }
        for answer in &question.answers {
            let is_choice = answer.text == "*" || question.choices.contains(&answer.text);
            if !question.choices.is_empty() && !is_choice {
                let message = format!("the answer `{}` is not among the choices", answer.text);
                let mend = format!("write one of `{}`", question.choices.join("`, `"));
                self.problems.push(Problem::error(
                    answer.place,
                    answer.text.chars().count(),
                    message,
                    mend,
                ));
            }
        }
    }

    /// Captures that nothing uses: no `{=p}` and no word in later code.
    fn captures(&mut self, lesson: &Lesson) {
        for (at, step) in lesson.steps.iter().enumerate() {
            let Some(transcript) = step
                .statement()
                .and_then(|statement| statement.transcript.as_ref())
            else {
                continue;
            };
            // Looking through all that follows takes long in a long lesson.
            if transcript.pattern.captured().next().is_none() {
                continue;
            }
            let recalled: BTreeSet<&str> =
                lesson.steps[at..].iter().flat_map(recalled_by).collect();
            for (name, kind) in transcript.pattern.captured() {
                let used = recalled.contains(name)
                    || lesson.steps[at + 1..]
                        .iter()
                        .any(|step| mentions(step, name));
                if used {
                    continue;
                }
                let hole = format!("{{{}:{name}}}", kind.name());
                let found = transcript
                    .text
                    .iter()
                    .enumerate()
                    .find_map(|(line, text)| Some((line, text.find(&hole)?)));
                let (line, byte) = found.unwrap_or_default();
                let column = transcript.text[line][..byte].chars().count() + 1;
                let place = self.place(transcript, line, column);
                let message = format!("nothing uses the capture `{name}`");
                let mend = format!(
                    "write `{{{}}}`, or use it later as `{{={name}}}`",
                    kind.name()
                );
                self.problems
                    .push(Problem::warning(place, hole.chars().count(), message, mend));
            }
        }
    }

    /// The place of a column of a transcript's text.
    fn place(&self, transcript: &Transcript, line: usize, column: usize) -> Place {
        let number = transcript.lines.first + line;
        let source = self.lines.get(number - 1).copied().unwrap_or_default();
        let before = if source.starts_with("//> ") { 4 } else { 3 };
        Place {
            line: number,
            column: before + column,
        }
    }
}

fn recalled_by(step: &Step) -> impl Iterator<Item = &str> {
    let transcript = step
        .statement()
        .and_then(|statement| statement.transcript.as_ref());
    transcript
        .into_iter()
        .flat_map(|transcript| transcript.pattern.recalled())
}

/// Whether a step's code has this word.
fn mentions(step: &Step, name: &str) -> bool {
    let word = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == name)
    };
    let in_kind = match &step.kind {
        StepKind::Statement(statement) => {
            let pattern = statement
                .transcript
                .as_ref()
                .map(|transcript| &transcript.pattern);
            word(&statement.source) || pattern.is_some_and(|pattern| pattern.exprs().any(word))
        }
        StepKind::Ask(question) => question.answers.iter().any(|answer| word(&answer.text)),
        StepKind::Explore(_) | StepKind::Enter(_) => false,
    };
    in_kind || step.check.as_ref().is_some_and(|check| word(&check.text))
}
