//! A lesson file into a lesson, or into everything that is wrong with it.
//!
//! Lines are read one by one; only a statement's end is asked of the scanner. A problem never
//! stops the reading, so that an author sees all of them at once.

mod directive_values;
mod directives;
mod draft;
mod packet_block;
mod transcript;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::model::{Lesson, Lines, Statement, Step, StepKind};
use super::packet_lines::PACKET_SIGN;
use super::problem::Problem;
use crate::lesson::format::parse::directives::Directive;
use crate::script::failure::Place;
use crate::script::lexer::block_comment;
use crate::script::statements::{
    Ending, Next, Span, SyntaxFault, check_expressions, check_statements, is_doc_comment,
    next_statement,
};
use draft::Draft;

/// Reads a lesson. Windows line ends and a byte order mark are accepted.
///
/// # Errors
/// All problems, in the order of their lines; each is of severity error.
pub fn parse(source: &str) -> Result<Lesson, Vec<Problem>> {
    let text = source
        .strip_prefix('\u{feff}')
        .unwrap_or(source)
        .replace("\r\n", "\n");
    let mut reader = Reader::new(&text);
    reader.read();
    reader.finish()
}

/// Reads a lesson from a file's bytes.
///
/// # Errors
/// As [`parse`], and one problem for bytes that are not UTF-8.
pub fn parse_bytes(bytes: &[u8]) -> Result<Lesson, Vec<Problem>> {
    let error = match std::str::from_utf8(bytes) {
        Ok(source) => return parse(source),
        Err(error) => error,
    };
    let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
    let line = good.matches('\n').count() + 1;
    let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
    Err(vec![Problem::error(
        Place { line, column },
        1,
        format!("byte `0x{byte:02x}` is not UTF-8"),
        "save the file as UTF-8",
    )])
}

/// Code that is checked by rhai's parser when everything is read, all of it at once.
struct Code {
    text: String,
    place: Place,
}

struct Reader<'a> {
    text: &'a str,
    /// The byte at which each line begins.
    starts: Vec<usize>,
    /// The byte that is read next.
    at: usize,
    lesson: Lesson,
    draft: Draft,
    console: String,
    ids: BTreeSet<String>,
    captured: BTreeSet<String>,
    statements: Vec<Code>,
    expressions: Vec<Code>,
    problems: Vec<Problem>,
    /// Statements whose end was not found.
    unreadable: usize,
}

/// After so many statements without an end the rest of a file is not read.
const MOST_UNREADABLE: usize = 20;

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            text,
            starts,
            at: 0,
            lesson: Lesson {
                header: super::model::Header::default(),
                steps: Vec::new(),
                closing: String::new(),
            },
            draft: Draft::default(),
            console: super::model::FIRST_CONSOLE.into(),
            ids: BTreeSet::new(),
            captured: BTreeSet::new(),
            statements: Vec::new(),
            expressions: Vec::new(),
            problems: Vec::new(),
            unreadable: 0,
        }
    }

    fn finish(mut self) -> Result<Lesson, Vec<Problem>> {
        self.check_code();
        if self.problems.is_empty() {
            return Ok(self.lesson);
        }
        self.problems
            .sort_by_key(|problem| (problem.line, problem.column));
        self.problems.dedup();
        Err(self.problems)
    }

    fn read(&mut self) {
        self.reject_lone_returns();
        while self.at < self.text.len() && self.line_at(self.at).trim().is_empty() {
            self.next_line();
        }
        self.header();
        while self.at < self.text.len() {
            self.line();
        }
        self.close_blank();
        self.end();
    }

    /// rhai lets a lone carriage return end a comment: what we take for prose would run.
    fn reject_lone_returns(&mut self) {
        if let Some(at) = self.text.find('\r') {
            let message = "a carriage return without a line feed ends a comment unseen";
            self.error(
                self.place(at),
                1,
                message,
                "save the file with line ends of one kind",
            );
        }
    }

    fn header(&mut self) {
        let mut titled = false;
        while self.at < self.text.len() {
            let (line, place) = (self.line_at(self.at), self.place(self.at));
            if let Some(text) = line.strip_prefix("//!") {
                self.title(text.strip_prefix(' ').unwrap_or(text), &mut titled);
            } else if let Some(text) = line.strip_prefix("//@") {
                if let Some(directive) =
                    self.directive(text, place, directives::DirectivePart::Header)
                {
                    self.header_directive(directive);
                }
            } else {
                let in_header = place.line > 1
                    && !line.trim().is_empty()
                    && self.at > 0
                    && !self.first_line_is(place.line);
                if in_header {
                    let message =
                        "the header ends at the first empty line, and this is not of the header";
                    self.error(
                        place,
                        line.chars().count(),
                        message,
                        "put an empty line before it",
                    );
                }
                break;
            }
            self.next_line();
        }
        let summary = &mut self.lesson.header.summary;
        summary.truncate(summary.trim_end().len());
    }

    /// Whether only blank lines stand before a line: then there is no header at all.
    fn first_line_is(&self, line: usize) -> bool {
        self.text[..self.starts[line - 1]].trim().is_empty()
    }

    fn title(&mut self, text: &str, titled: &mut bool) {
        let header = &mut self.lesson.header;
        if !*titled
            && header.summary.is_empty()
            && let Some(title) = text.strip_prefix("# ")
        {
            title.trim().clone_into(&mut header.title);
            *titled = true;
        } else if !header.summary.is_empty() || !text.trim().is_empty() {
            header.summary.push_str(text.trim_end());
            header.summary.push('\n');
        }
    }

    /// One line between statements, or the statement that begins on it.
    fn line(&mut self) {
        let (line, place) = (self.line_at(self.at), self.place(self.at));
        let trimmed = line.trim_start();
        if trimmed.trim_end().is_empty() {
            self.close_blank();
            self.draft.blank();
            self.next_line();
        } else if line.starts_with("//!") {
            let message = "`//!` is for the title and the summary, at the top of the file";
            self.error(place, 3, message, "for prose write `// `");
            self.next_line();
        } else if let Some(text) = line.strip_prefix("//@") {
            if let Some(directive) = self.directive(text, place, directives::DirectivePart::Step) {
                self.draft.take(directive, place.line, &mut self.problems);
            }
            self.next_line();
        } else if line.starts_with("//>") {
            self.stray_transcript(place);
        } else if line.starts_with(PACKET_SIGN) {
            self.stray_packets(place);
        } else if line.starts_with("//") && !is_doc_comment(line) {
            let text = &line[2..];
            self.draft.prose(
                text.strip_prefix(' ').unwrap_or(text).trim_end(),
                place.line,
            );
            self.next_line();
        } else if trimmed.starts_with("//") && !is_doc_comment(trimmed) {
            self.indented_comment(line, trimmed, place);
            self.next_line();
        } else if trimmed.starts_with("/*") && !is_doc_comment(trimmed) {
            self.author_comment(self.at + line.len() - trimmed.len());
        } else {
            self.statement();
        }
    }

    fn stray_transcript(&mut self, place: Place) {
        let length = self.line_at(self.at).chars().count();
        let message = "this transcript has no statement";
        self.error(
            place,
            length,
            message,
            "put it directly under the statement that shows it",
        );
        while self.at < self.text.len() && self.line_at(self.at).starts_with("//>") {
            self.next_line();
        }
    }

    /// A comment for the author, unless it only looks like one.
    fn indented_comment(&mut self, line: &str, trimmed: &str, place: Place) {
        if ["//@", "//>", PACKET_SIGN]
            .iter()
            .any(|sign| trimmed.starts_with(sign))
        {
            let column = line.chars().count() - trimmed.chars().count() + 1;
            let sign = &trimmed[..3];
            let message = format!("`{sign}` counts only at the beginning of a line");
            self.error(
                Place { column, ..place },
                3,
                message,
                "remove the blanks before it",
            );
        }
    }

    fn author_comment(&mut self, start: usize) {
        let (length, closed) = block_comment(&self.text[start..]);
        if closed {
            self.at = start + length;
            let line = self.line_at(self.at);
            if line.trim().is_empty() {
                self.next_line();
            }
        } else {
            let message = "this comment is never closed";
            self.error(self.place(start), 2, message, "close it with `*/`");
            self.at = self.text.len();
        }
    }

    fn statement(&mut self) {
        match next_statement(self.text, self.at, Ending::Required) {
            Next::Statement {
                span,
                pieces,
                resume,
            } => {
                self.at = resume;
                self.step(span, &pieces);
            }
            Next::End => self.at = self.text.len(),
            Next::Incomplete { why, .. } => {
                let told = why.message();
                let (message, mend) = told.split_once("; ").unwrap_or((&told, "complete it"));
                self.error(self.place(why.offset()), 1, message, mend);
                self.skip_paragraph();
            }
            Next::Error { offset, message } => {
                let (message, mend) = message.split_once("; ").unwrap_or((&message, "mend it"));
                self.error(self.place(offset), 1, message, mend);
                self.skip_paragraph();
            }
        }
    }

    /// Goes on behind the next empty line with what looks like a new step: not indented, and no
    /// closing bracket. What stands between cannot be understood.
    fn skip_paragraph(&mut self) {
        self.draft = Draft::default();
        let from = self.at;
        // Each unclosed bracket is sought to the file's end: not once for every paragraph.
        self.unreadable += 1;
        if self.unreadable > MOST_UNREADABLE {
            self.at = self.text.len();
            return;
        }
        let begins = |rest: &str| !rest.starts_with([' ', '\t', '}', ')', ']', '\n']);
        let next = self.text[from..]
            .match_indices("\n\n")
            .map(|(at, _)| from + at + 1);
        self.at = next
            .clone()
            .find(|at| begins(&self.text[at + 1..]))
            .unwrap_or(self.text.len());
    }

    fn step(&mut self, span: Span, pieces: &[Span]) {
        let lines = Lines {
            first: self.place(span.start).line,
            last: self.place(span.end).line,
        };
        let transcript = self.transcript();
        let packets = self.packet_lines();
        for piece in pieces {
            let place = self.place(piece.start);
            self.statements.push(Code {
                text: piece.of(self.text).to_owned(),
                place,
            });
        }
        let statement = Statement {
            source: span.of(self.text).to_owned(),
            lines,
            pieces: pieces
                .iter()
                .map(|piece| piece.of(self.text).to_owned())
                .collect(),
            transcript,
            packets,
        };
        let last = statement.last_line();
        self.draft.touch(lines.first);
        self.draft.touch(last);
        self.close(Some(StepKind::Statement(statement)));
    }

    /// At a blank line: a question or free play is a step without a statement.
    fn close_blank(&mut self) {
        if self.draft.is_complete() {
            self.close(None);
        }
    }

    fn close(&mut self, statement: Option<StepKind>) {
        let draft = std::mem::take(&mut self.draft);
        let step = draft.finish(statement, &mut self.console, &mut self.problems);
        let Some(step) = step else { return };
        if let Some(id) = step.id.clone()
            && !self.ids.insert(id.clone())
        {
            let place = Place {
                line: step.lines.first,
                column: 1,
            };
            let message = format!("the `id: {id}` is used twice");
            self.problems.push(Problem::error(
                place,
                1,
                message,
                "give this step another name",
            ));
        }
        let answers = match &step.kind {
            StepKind::Ask(question) if question.choices.is_empty() => question.answers.as_slice(),
            _ => &[],
        };
        for written in answers
            .iter()
            .chain(&step.check)
            .filter(|written| written.text != "*")
        {
            self.expressions.push(Code {
                text: written.text.clone(),
                place: written.place,
            });
        }
        let is_check = |step: &Step| step.exercise.is_some();
        let packets = step.statement().and_then(|s| s.packets.as_ref());
        if let Some(packets) = packets
            && (is_check(&step) || self.lesson.steps.iter().any(is_check))
        {
            let place = Place {
                line: packets.first,
                column: 1,
            };
            let message = "the checks of an exercise look at no packets";
            self.error(place, 3, message, "remove this line");
        }
        self.lesson.steps.push(step);
    }

    fn end(&mut self) {
        let draft = std::mem::take(&mut self.draft);
        self.lesson.closing = draft.closing(&mut self.problems);
    }

    fn check_code(&mut self) {
        let told = |code: &[Code], check: fn(&[&str]) -> Vec<Option<SyntaxFault>>| {
            let texts: Vec<&str> = code.iter().map(|code| code.text.as_str()).collect();
            let faults = check(&texts).into_iter().zip(code);
            faults
                .filter_map(|(fault, code)| Some(located(&fault?, code)))
                .collect::<Vec<_>>()
        };
        let found = [
            told(&self.statements, check_statements),
            told(&self.expressions, check_expressions),
        ];
        self.problems.extend(found.into_iter().flatten());
    }

    fn error(
        &mut self,
        place: Place,
        length: usize,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.problems
            .push(Problem::error(place, length, message, mend));
    }

    /// The rest of the line from a byte on, without its line break.
    fn line_at(&self, at: usize) -> &'a str {
        let rest = &self.text[at..];
        rest.split('\n').next().unwrap_or(rest)
    }

    fn next_line(&mut self) {
        self.at = self.text[self.at..]
            .find('\n')
            .map_or(self.text.len(), |length| self.at + length + 1);
    }

    fn place(&self, at: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let column = self.text[self.starts[line - 1]..at].chars().count() + 1;
        Place { line, column }
    }
}

fn located(fault: &SyntaxFault, code: &Code) -> Problem {
    let before = code.text.get(..fault.offset).unwrap_or(&code.text);
    let line = code.place.line + before.matches('\n').count();
    let column = match before.rsplit_once('\n') {
        Some((_, last)) => last.chars().count() + 1,
        None => code.place.column + before.chars().count(),
    };
    Problem::error(
        Place { line, column },
        1,
        fault.message.clone(),
        fault.mend.clone(),
    )
}
