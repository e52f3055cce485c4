//! Lessons to be read: in the terminal, as Markdown, as a page. Nothing is run for them.

mod html;
mod markdown;
mod plain;
#[cfg(test)]
mod tests;

pub(crate) use plain::plain;

use clap::ValueEnum;

use crate::lesson::format::model::{Lesson, Question, Step, Transcript};
use crate::lesson::format::packet_lines::shown;
use crate::repr::escape::printable;
use crate::trace::{Charset, Ladder, ladder_text, plain_text};

/// The columns of a picture of packets.
const NARROWEST: usize = 30;
const WIDEST: usize = 66;

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
    /// The hand-out of a lesson. Whatever it holds, whoever shows it on a terminal is not steered.
    pub(crate) fn of(self, lesson: &Lesson) -> String {
        let text = match self {
            Self::Md => markdown::markdown(lesson),
            Self::Html => html::html(lesson),
        };
        printable(&text).into_owned()
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
            shown(line, &expressions)
        })
        .collect()
}

/// The picture of the packets that a step says, in characters; none where it says nothing of them.
fn packets_in_text(step: &Step, columns: usize) -> Option<String> {
    let drawn = packet_picture(step)?;
    let columns = columns.clamp(NARROWEST, WIDEST);
    Some(plain_text(&ladder_text(&drawn, columns, Charset::Unicode)))
}

/// The picture of the packets that a step says.
fn packet_picture(step: &Step) -> Option<Ladder> {
    let packets = step.statement()?.packets.as_ref()?;
    let drawn = packets.picture(&step.console);
    (!drawn.rows.is_empty()).then_some(drawn)
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
