//! A lesson as plain text of a terminal's width.

use unicode_width::UnicodeWidthStr;

use super::{packets_in_text, prompts, readable};
use crate::lesson::format::model::{Lesson, Question, Step, StepKind};
use crate::term::markdown::{Marks, render};

/// The whole lesson, its lines not wider than `width` columns where they can be wrapped; code and
/// drawings keep their lines. Control characters of code stay: whoever shows the text escapes them.
pub(crate) fn plain(lesson: &Lesson, width: usize) -> String {
    let mut parts = Vec::new();
    if !lesson.header.title.is_empty() {
        let title = &lesson.header.title;
        parts.push(format!("{title}\n{}", "=".repeat(title.width().min(width))));
    }
    parts.push(prose(&lesson.header.summary, width));
    for step in &lesson.steps {
        parts.push(prose(&step.prose, width));
        parts.push(what_is_done(step, width));
    }
    parts.push(prose(&lesson.closing, width));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn what_is_done(step: &Step, width: usize) -> String {
    let mut lines = Vec::new();
    match &step.kind {
        StepKind::Statement(statement) => {
            let (prompt, more) = prompts(step);
            for (at, line) in statement.source.lines().enumerate() {
                let lead = if at == 0 { &prompt } else { &more };
                lines.push(format!("  {lead}{line}").trim_end().to_owned());
            }
            if let Some(transcript) = &statement.transcript {
                let shown = readable(transcript);
                lines.extend(shown.iter().map(|line| format!("  {line}")));
            }
            if let Some(drawn) = packets_in_text(step, width.saturating_sub(2)) {
                lines.extend(drawn.lines().map(|line| format!("  {line}")));
            }
            if step.waits {
                lines.push("  (it waits here)".into());
            }
        }
        StepKind::Ask(question) => lines.extend(question_lines(question, width)),
        StepKind::Explore(text) => lines.push(prose(&format!("Try it: {text}"), width)),
        StepKind::Enter(line) => lines.push(format!("  {}{line}", prompts(step).0)),
    }
    lines.join("\n")
}

fn question_lines(question: &Question, width: usize) -> Vec<String> {
    let mut lines = vec![prose(&format!("? {}", question.text), width)];
    lines.extend(
        question
            .choices
            .iter()
            .map(|choice| format!("  [ ] {choice}")),
    );
    lines
}

/// Markdown as text that leaves the terminal.
fn prose(text: &str, width: usize) -> String {
    render(text, width, Marks::Typed)
}
