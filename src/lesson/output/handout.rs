//! Lessons to be read: in the terminal, as Markdown, as a page. Nothing is run for them.

mod html;
mod markdown;
mod plain;
#[cfg(test)]
mod tests;

pub(crate) use plain::plain;

use clap::ValueEnum;

use crate::lesson::format::model::{Lesson, Question, Step, Transcript};
use crate::lesson::format::pattern::{Part, PatternLine};

/// The formats of a hand-out that is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum HandoutFormat {
    /// Markdown
    Md,
    /// One page of HTML with nothing outside of it
    #[default]
    Html,
}

impl HandoutFormat {
    /// The hand-out of a lesson.
    pub(crate) fn of(self, lesson: &Lesson) -> String {
        match self {
            Self::Md => markdown::markdown(lesson),
            Self::Html => html::html(lesson),
        }
    }
}

/// A transcript as a reader wants it: what varies stands as a word in angle brackets, a constant
/// as its name.
fn readable(transcript: &Transcript) -> Vec<String> {
    transcript
        .pattern
        .lines()
        .iter()
        .map(|line| {
            let expressions: Vec<&str> = transcript.pattern.exprs().collect();
            readable_line(line, &expressions)
        })
        .collect()
}

fn readable_line(line: &PatternLine, expressions: &[&str]) -> String {
    let mut text = String::new();
    for part in &line.parts {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Any | Part::AnyLines => text.push_str("..."),
            Part::Regex(_) => text.push('…'),
            Part::Hole(kind, None) => text.push_str(&format!("<{}>", kind.name())),
            Part::Hole(_, Some(name)) | Part::Recall(name) => text.push_str(&format!("<{name}>")),
            Part::Expr(at) => text.push_str(expressions.get(*at).copied().unwrap_or_default()),
        }
    }
    text
}

/// The prompt before a statement's first line, and what stands before the others.
fn prompts(step: &Step) -> (String, String) {
    let prompt = format!("{}> ", step.console);
    let more = format!("{}> ", ".".repeat(step.console.chars().count()));
    (prompt, more)
}

/// The answers of a question that a reader may be shown.
fn answers(question: &Question) -> Option<String> {
    let shown: Vec<&str> = question
        .answers
        .iter()
        .map(|answer| answer.text.as_str())
        .filter(|answer| *answer != "*")
        .collect();
    (!shown.is_empty()).then(|| shown.join(" or "))
}
