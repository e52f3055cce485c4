//! A lesson as Markdown: prose as it is, statements and what they show in fences.

use super::{answers, packets_in_text, prompts, readable};
use crate::lesson::format::model::{Lesson, Step, StepKind};

/// The whole lesson. The answers of its questions stand at the end.
pub(crate) fn markdown(lesson: &Lesson) -> String {
    let mut parts = Vec::new();
    if !lesson.header.title.is_empty() {
        parts.push(format!("# {}", lesson.header.title));
    }
    parts.push(lesson.header.summary.clone());
    let mut solved = Vec::new();
    for step in &lesson.steps {
        parts.push(step.prose.clone());
        parts.push(what_is_done(step, &mut solved));
    }
    parts.push(lesson.closing.clone());
    if !solved.is_empty() {
        parts.push(format!("## Answers\n\n{}", solved.join("\n")));
    }
    parts.retain(|part| !part.is_empty());
    let text = parts.join("\n\n");
    format!("{}\n", text.trim_end())
}

fn what_is_done(step: &Step, solved: &mut Vec<String>) -> String {
    match &step.kind {
        StepKind::Statement(statement) => {
            let (prompt, more) = prompts(step);
            let mut lines = Vec::new();
            for (at, line) in statement.source.lines().enumerate() {
                let lead = if at == 0 { &prompt } else { &more };
                lines.push(format!("{lead}{line}").trim_end().to_owned());
            }
            if let Some(transcript) = &statement.transcript {
                lines.extend(readable(transcript));
            }
            if let Some(drawn) = packets_in_text(step, usize::MAX) {
                lines.extend(drawn.lines().map(str::to_owned));
            }
            let mut text = fenced(&lines.join("\n"));
            if step.waits {
                text.push_str("\n\n*It waits here.*");
            }
            text
        }
        StepKind::Ask(question) => {
            let number = solved.len() + 1;
            if let Some(answer) = answers(question) {
                solved.push(format!("{number}. {}", code(&answer)));
            } else {
                solved.push(format!("{number}. Any answer will do."));
            }
            let mut text = format!("**Question {number}.** {}", question.text);
            if !question.choices.is_empty() {
                let choices = question
                    .choices
                    .iter()
                    .map(|choice| format!("- [ ] {choice}"));
                text.push_str(&format!("\n\n{}", choices.collect::<Vec<_>>().join("\n")));
            }
            text
        }
        StepKind::Explore(text) => format!("**Try it.** {text}"),
        StepKind::Enter(line) => fenced(&format!("{}{line}", prompts(step).0)),
    }
}

/// Text in a fence that is longer than any in it.
fn fenced(text: &str) -> String {
    let longest = text
        .lines()
        .map(str::trim_start)
        .map(|line| line.len() - line.trim_start_matches('`').len())
        .max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}text\n{text}\n{fence}")
}

/// Text as code within a line.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}
