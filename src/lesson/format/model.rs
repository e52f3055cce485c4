//! A lesson as data: its header, its steps in order, and where each is in the file.

use std::time::Duration;

use super::packet_lines::PacketLines;
use super::pattern::Pattern;
use crate::net::link_manners::LinkRule;
use crate::net::network::HostRecord;
use crate::script::failure::Place;

/// The console that steps run in until a `console:` names another.
pub(crate) const FIRST_CONSOLE: &str = "main";

/// A whole lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// What the lesson says of itself before its first step.
    pub(crate) header: Header,
    /// The steps in the file's order.
    pub steps: Vec<Step>,
    /// The Markdown behind the last step; empty when there is none.
    pub(crate) closing: String,
}

impl Lesson {
    /// The step with this `id:`.
    pub(crate) fn step(&self, id: &str) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.id.as_deref() == Some(id))
    }

    /// The steps that a learner takes: an exercise, with all its checks, is one.
    pub fn taught(&self) -> Vec<&Step> {
        let mut inside = false;
        let taught = |step: &&Step| {
            inside |= step.exercise.is_some();
            !inside || step.exercise.is_some()
        };
        self.steps.iter().filter(taught).collect()
    }

    /// Whether it says anything of packets.
    pub(crate) fn has_packet_lines(&self) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| step.statement().is_some_and(|s| s.packets.is_some()))
    }

    /// The exercises with the range of their steps, up to the next exercise or the end.
    pub(crate) fn exercises(&self) -> Vec<Exercise<'_>> {
        let starts: Vec<(usize, &str)> = self
            .steps
            .iter()
            .enumerate()
            .filter_map(|(at, step)| Some((at, step.exercise.as_deref()?)))
            .collect();
        let ends = starts
            .iter()
            .skip(1)
            .map(|start| start.0)
            .chain([self.steps.len()]);
        starts
            .iter()
            .zip(ends)
            .map(|(&(first, name), end)| Exercise {
                name,
                steps: &self.steps[first..end],
            })
            .collect()
    }
}

/// An exercise: its name, which is its folder's, and its checks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Exercise<'a> {
    /// The name behind `exercise:`.
    pub(crate) name: &'a str,
    /// The steps that check it.
    pub(crate) steps: &'a [Step],
}

/// What stands before the first blank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// The text of `//! # Title`; empty when it is missing.
    pub(crate) title: String,
    /// The Markdown of the other `//!` lines.
    pub(crate) summary: String,
    /// Where names and routes come from.
    pub(crate) network: NetworkKind,
    /// Hosts of this lesson's lab, in the file's order.
    pub(crate) hosts: Vec<HostRecord>,
    /// Ports at which programs of the real machine are let in while the lesson is taught.
    pub(crate) publish: Vec<u16>,
    /// How links of the lab treat their packets.
    pub(crate) links: Vec<LinkRule>,
    /// What the machine must have for the lesson to run; empty: nothing.
    pub(crate) only_if: Vec<Capability>,
    /// How long one statement may take, where the lesson says so.
    pub(crate) timeout: Option<Duration>,
    /// It is kept from the machine: all are, but for those that are trusted.
    pub(crate) confined: bool,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            title: String::new(),
            summary: String::new(),
            network: NetworkKind::Lab,
            hosts: Vec::new(),
            publish: Vec::new(),
            links: Vec::new(),
            only_if: Vec::new(),
            timeout: None,
            confined: true,
        }
    }
}

/// The value of `network:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkKind {
    /// The internet of the document, inside the process.
    Lab,
    /// The real one.
    Live,
    /// The machine's own names and addresses only.
    None,
}

/// One word of `only-if:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capability {
    /// The system is Linux.
    Linux,
    /// The system is macOS.
    MacOs,
    /// `::1` can be bound.
    Ipv6,
    /// There are Unix-domain sockets.
    Unix,
}

/// Lines of a file, 1-based, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    /// The first line.
    pub(crate) first: usize,
    /// The last line, never before the first.
    pub(crate) last: usize,
}

/// A value that an author wrote behind a directive, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The value, without blanks around it.
    pub text: String,
    /// Its first character.
    pub(crate) place: Place,
}

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Everything of the step: prose, directives, statement, transcript.
    pub(crate) lines: Lines,
    /// The Markdown before it; may be empty.
    pub(crate) prose: String,
    /// The console that it runs in.
    pub(crate) console: String,
    /// It holds once the statement waits; it ends later.
    pub(crate) waits: bool,
    /// Run for the learner, who need not type it.
    pub given: bool,
    /// Its name for tests, tables and progress, unique in the lesson.
    pub(crate) id: Option<String>,
    /// Hints in the order of their escalation.
    pub(crate) hints: Vec<String>,
    /// The expression that must be true when the learner has done the step.
    pub(crate) check: Option<Written>,
    /// What the machine must have for the step to run; empty: nothing.
    pub(crate) only_if: Vec<Capability>,
    /// How long the step's statement may take, where the step says so.
    pub(crate) timeout: Option<Duration>,
    /// The exercise that begins here.
    pub exercise: Option<String>,
    /// What is to be done.
    pub kind: StepKind,
}

impl Step {
    /// What it is called: its prose's first line, or its id, or what it asks for or runs.
    pub(crate) fn title(&self) -> String {
        let named = [self.headline(), self.id.as_deref().unwrap_or_default()];
        if let Some(name) = named.into_iter().find(|name| !name.is_empty()) {
            return name.to_owned();
        }
        let text = match &self.kind {
            StepKind::Statement(statement) => &statement.source,
            StepKind::Ask(question) => &question.text,
            StepKind::Explore(text) | StepKind::Enter(text) => text,
        };
        text.lines().next().unwrap_or_default().to_owned()
    }

    /// The line of the file that a failure of it points to, from 1.
    pub(crate) fn line(&self) -> usize {
        self.statement()
            .map_or(self.lines.first, |statement| statement.lines.first)
    }

    /// The first line of the prose, which names the step in reports; empty without prose.
    pub(crate) fn headline(&self) -> &str {
        self.prose
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
            .trim()
    }

    /// The statement, when the step has one.
    pub fn statement(&self) -> Option<&Statement> {
        match &self.kind {
            StepKind::Statement(statement) => Some(statement),
            _ => None,
        }
    }
}

/// What a step asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// Code to run.
    Statement(Statement),
    /// A question.
    Ask(Question),
    /// Free play, with this suggestion.
    Explore(String),
    /// A prompt command, or a line that rhai would not parse.
    Enter(String),
}

/// A statement with the transcript it must have.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The text as it stands in the file, line ends as `\n`.
    pub source: String,
    /// Its lines.
    pub(crate) lines: Lines,
    /// The single rhai statements in it, evaluated one by one; at least one.
    pub(crate) pieces: Vec<String>,
    /// What it must show; without it, it must only run without an error.
    pub transcript: Option<Transcript>,
    /// The packets it must cause; without them, nobody looks.
    pub(crate) packets: Option<PacketLines>,
}

impl Statement {
    /// The last line of the file that belongs to it.
    pub(crate) fn last_line(&self) -> usize {
        let transcript = self.transcript.as_ref().map(|shown| shown.lines.last);
        let packets = self.packets.as_ref().map(PacketLines::last);
        packets.or(transcript).unwrap_or(self.lines.last)
    }
}

/// The `//>` lines of a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// Their lines in the file.
    pub(crate) lines: Lines,
    /// Their texts behind `//> `.
    pub text: Vec<String>,
    /// What they match.
    pub pattern: Pattern,
}

impl Transcript {
    /// Whether the statement is to end in an error: its last line says so.
    pub(crate) fn expects_error(&self) -> bool {
        self.text
            .last()
            .is_some_and(|line| line.starts_with("error:"))
    }
}

/// A question and what answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub(crate) text: String,
    /// Accepted answers: one of the choices, or an expression judged by its value.
    pub answers: Vec<Written>,
    /// What to choose from; empty for an open question.
    pub choices: Vec<String>,
}

impl Question {
    /// Whether the answer is an expression.
    pub(crate) fn is_typed(&self) -> bool {
        self.choices.is_empty() && !self.takes_anything()
    }

    /// Whether any answer will do (`answer: *`).
    pub fn takes_anything(&self) -> bool {
        self.answers.iter().any(|answer| answer.text == "*")
    }
}
