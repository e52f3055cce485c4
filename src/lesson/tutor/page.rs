//! What the tutor's pages look like: data in, text out.

use super::goal::{beside_prose, block};
use crate::lesson::format::model::{FIRST_CONSOLE, Lesson, Question, Step, StepKind};
use crate::lesson::format::pattern::Mismatch;
use crate::lesson::run::compare::{coloured, diff, plain};
use crate::term::markdown::{Marks, render};
use crate::term::screen::{Screen, Style};
use crate::term::wrap::sentences;

/// The widest text that is pleasant to read.
const WIDEST: usize = 96;
/// The narrowest that still makes sense to wrap.
const NARROWEST: usize = 20;
/// The cells of a bar.
const CELLS: usize = 20;

/// `[#####...............]`: so much of the whole.
pub(crate) fn bar(done: usize, of: usize) -> String {
    let full = (done * CELLS).checked_div(of).unwrap_or(CELLS).min(CELLS);
    format!("[{}{}]", "#".repeat(full), ".".repeat(CELLS - full))
}

/// Where text is shown.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    pub(crate) screen: Screen,
    pub(crate) width: usize,
}

impl Page {
    pub(crate) fn prose(&self, markdown: &str) {
        if !markdown.trim().is_empty() {
            self.screen.raw(&self.rendered(markdown, self.width));
            self.screen.raw("");
        }
    }

    /// Markdown for a screen of so many columns.
    fn rendered(&self, markdown: &str, columns: usize) -> String {
        let marks = Marks::on_terminal(self.screen.colour());
        render(markdown, columns.saturating_sub(1).min(WIDEST), marks)
    }

    pub(crate) fn note(&self, text: &str) {
        for line in sentences(text, self.width.saturating_sub(1).max(NARROWEST)).lines() {
            self.screen.raw(&self.screen.paint(Style::Dim, line));
        }
    }

    pub(crate) fn good(&self, text: &str) {
        self.screen.raw(&self.screen.paint(Style::Good, text));
    }

    /// The lesson's own beginning.
    pub(crate) fn title(&self, name: &str, lesson: &Lesson) {
        let title = format!("{name}: {}", lesson.header.title);
        self.screen.raw(&self.screen.paint(Style::Strong, &title));
        self.prose(&lesson.header.summary);
        self.note(
            "Type what the lesson asks for. Always: hint, show, skip, back, play, restart, quit.",
        );
    }

    /// A step: how far the lesson is, its prose, its question.
    pub(crate) fn step(&self, number: usize, steps: &[&Step]) {
        let (of, step) = (steps.len(), steps[number]);
        self.screen.raw("");
        let elsewhere = |other: &&Step| other.exercise.is_none() && other.console != step.console;
        // Until a lesson leaves the first console, there is nothing to tell.
        let several = steps[..=number].iter().any(elsewhere) || step.console != FIRST_CONSOLE;
        let console = if several && step.exercise.is_none() {
            format!("  in the console `{}`", step.console)
        } else {
            String::new()
        };
        self.note(&format!(
            "{} step {} of {of}{console}",
            bar(number, of),
            number + 1
        ));
        self.prose(&step.prose);
        match &step.kind {
            _ if step.exercise.is_some() => {}
            StepKind::Ask(question) => self.question(question),
            StepKind::Explore(text) => {
                self.prose(text);
                self.note("(free play: `next` goes on)");
            }
            StepKind::Statement(_) | StepKind::Enter(_) if step.given => {}
            StepKind::Statement(_) | StepKind::Enter(_) => {
                if let Some(block) = block(step) {
                    self.note("(to do: type this, or your own way to do it)");
                    for line in block.lines().filter(|line| !line.starts_with("///")) {
                        self.screen.raw(&format!("    {line}"));
                    }
                } else if let Some(goal) = beside_prose(step) {
                    self.note(&format!("(to do: {goal})"));
                }
            }
        }
    }

    fn question(&self, question: &Question) {
        let text = self.rendered(&question.text, self.width.saturating_sub(2));
        self.screen
            .raw(&format!("? {}", text.replace('\n', "\n  ")));
    }

    /// What differs: `-` the lesson's, `+` the learner's.
    pub(crate) fn diff(&self, mismatch: &Mismatch) {
        let lines = diff(mismatch);
        let text = if self.screen.colour() {
            coloured(&lines)
        } else {
            plain(&lines)
        };
        self.screen.raw(text.trim_end_matches('\n'));
        if let Some(note) = &mismatch.note {
            self.note(note);
        }
    }

    /// A line that is typed for the learner.
    pub(crate) fn typed(&self, console: &str, source: &str) {
        for (at, line) in source.lines().enumerate() {
            let lead = if at == 0 {
                format!("{console}> ")
            } else {
                "...> ".into()
            };
            let lead = self.screen.paint(Style::Dim, &lead);
            let line = self.screen.paint(Style::Plain, line);
            self.screen.raw(&format!("{lead}{line}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_full_at_the_end_only() {
        assert_eq!(bar(0, 40), "[....................]");
        assert_eq!(bar(20, 40), "[##########..........]");
        assert_eq!(bar(39, 40), "[###################.]");
        assert_eq!(bar(40, 40), "[####################]");
        assert_eq!(bar(0, 0), "[####################]");
    }
}
