//! Answers to questions: a choice by its number or its text, or an expression by its value.

use std::sync::Arc;

use super::{CodeFacts, Input, Lead, RunOutcome, stage};
use crate::lesson::format::model::{Question, Step};
use crate::repr::Repr;

/// The choice that an entry means.
fn chosen<'a>(question: &'a Question, entry: &str) -> Option<&'a String> {
    let plain = |text: &str| {
        let text = text.trim().trim_end_matches([';', '.']);
        text.trim_matches(['"', '\'']).to_lowercase()
    };
    let by_text = question
        .choices
        .iter()
        .find(|choice| plain(choice) == plain(entry));
    let by_number = by_text.or_else(|| {
        let digits = entry.trim_end_matches([')', '.']);
        let number: usize = digits.parse().ok()?;
        question.choices.get(number.checked_sub(1)?)
    });
    by_number.or_else(|| {
        // Some words of one choice, and of no other, are enough.
        let entry = format!(" {} ", plain(entry));
        let has = |choice: &&String| format!(" {} ", plain(choice)).contains(&entry);
        let mut having = question.choices.iter().filter(has);
        let first = having.next().filter(|_| is_words(&entry));
        first.filter(|_| having.next().is_none())
    })
}

/// Whether an entry is plain words or a number, and no code.
fn is_words(entry: &str) -> bool {
    let plain = |c: char| c.is_lowercase() || c == ' ' || c.is_ascii_digit();
    !entry.trim().is_empty() && entry.chars().all(plain)
}

/// Whether an entry is one of the choices.
pub(crate) fn is_choice(question: &Question, entry: &str) -> bool {
    chosen(question, entry).is_some()
}

impl Lead<'_, '_> {
    /// Takes what was entered at a question.
    pub(crate) fn answer(
        &mut self,
        at: usize,
        step: &Step,
        question: &Question,
        entry: &str,
    ) -> Input {
        if question.choices.is_empty() {
            return self.open_answer(at, step, question, entry);
        }
        match chosen(question, entry) {
            Some(choice) => {
                let right = question.answers.iter().any(|answer| answer.text == *choice);
                self.verdict(right || question.takes_anything())
            }
            None if is_words(entry) && !self.front.session().has_variable(&step.console, entry) => {
                self.page.note(&format!("`{entry}` is none of these"));
                Input::Open
            }
            None => {
                self.run(at, &step.console, entry, false);
                Input::Open
            }
        }
    }

    fn verdict(&mut self, right: bool) -> Input {
        if right {
            self.page.good("right");
            Input::Right
        } else {
            self.page.note("no; try again, or type `hint`");
            Input::Wrong
        }
    }

    fn open_answer(&mut self, at: usize, step: &Step, question: &Question, entry: &str) -> Input {
        if question.takes_anything() {
            self.page.good("noted");
            return Input::Right;
        }
        let deeds = CodeFacts::of(entry);
        if !deeds.set.is_empty() || !deeds.functions.is_empty() {
            // A line that makes something is for trying out.
            self.run(at, &step.console, entry, false);
            return Input::Open;
        }
        let is_variable = self.front.session().has_variable(&step.console, entry);
        let values: Vec<Arc<Repr>> = question
            .answers
            .iter()
            .filter_map(|answer| {
                let session = self.front.session();
                stage::value_of(session, &step.console, &answer.text).ok()
            })
            .collect();
        // A text may stand without its quotes.
        if values.iter().any(|value| value.as_text() == Some(entry)) {
            return self.verdict(true);
        }
        let is_shown = |text: &String| values.iter().any(|value| value.to_string() == *text);
        let RunOutcome::Ended(ended) = self.run(at, &step.console, entry, false) else {
            return Input::Open;
        };
        let failed = ended.outcome.error.is_some();
        if !failed && is_shown(&ended.transcript()) {
            return self.verdict(true);
        }
        let is_value = !failed || is_words(entry);
        let is_answer = deeds.calls.is_empty() && !is_variable && is_value;
        if is_answer && !ended.is_interrupted() {
            return self.verdict(false);
        }
        Input::Open
    }
}
