//! Answers to questions: a choice by its number or its text, or an expression by its value.

use std::sync::Arc;

use super::{CodeFacts, Input, Lead, RunOutcome, spoken, stage};
use crate::lesson::format::model::{Question, Step};
use crate::repr::Repr;

/// Whether an entry is one of the choices.
pub(crate) fn is_choice(question: &Question, entry: &str) -> bool {
    spoken::choice(&question.choices, entry).is_some()
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
        match spoken::choice(&question.choices, entry) {
            Some(at) => {
                let choice = &question.choices[at];
                let right = question.answers.iter().any(|answer| answer.text == *choice);
                self.verdict(right || question.takes_anything())
            }
            None if self.is_spoken(step, entry) => {
                self.page.note(&format!("`{entry}` is none of these"));
                Input::Open
            }
            None => {
                self.run(at, &step.console, entry, false);
                Input::Open
            }
        }
    }

    /// Whether an entry is words rather than code.
    fn is_spoken(&mut self, step: &Step, entry: &str) -> bool {
        let is_variable = self.front.session().has_variable(&step.console, entry);
        spoken::is_prose(entry) || (spoken::is_words(entry) && !is_variable)
    }

    fn verdict(&mut self, right: bool) -> Input {
        if right {
            self.page.good("right");
            Input::Right
        } else {
            let text = format!("no; try again{}", self.or_help());
            self.page.note(&text);
            Input::Wrong
        }
    }

    fn open_answer(&mut self, at: usize, step: &Step, question: &Question, entry: &str) -> Input {
        if question.takes_anything() {
            self.page.good("noted");
            return Input::Right;
        }
        let entry = spoken::bare(entry);
        let deeds = CodeFacts::of(entry);
        if !deeds.set.is_empty() || !deeds.functions.is_empty() {
            // A line that makes something is for trying out.
            self.run(at, &step.console, entry, false);
            return Input::Open;
        }
        let is_variable = self.front.session().has_variable(&step.console, entry);
        let values: Vec<(&str, Arc<Repr>)> = question
            .answers
            .iter()
            .filter_map(|answer| {
                let session = self.front.session();
                let value = stage::value_of(session, &step.console, &answer.text).ok()?;
                Some((answer.text.as_str(), value))
            })
            .collect();
        if !is_variable {
            let said = |(text, value): &(&str, Arc<Repr>)| spoken::says(entry, text, value);
            let said: Vec<bool> = values.iter().filter_map(said).collect();
            if !said.is_empty() {
                return self.verdict(said.contains(&true));
            }
        }
        let is_shown = |text: &String| values.iter().any(|(_, value)| value.to_string() == *text);
        let RunOutcome::Ended(ended) = self.run(at, &step.console, entry, false) else {
            return Input::Open;
        };
        let failed = ended.outcome.error.is_some();
        if !failed && is_shown(&ended.transcript()) {
            return self.verdict(true);
        }
        let is_value = !failed || spoken::is_words(entry);
        let is_answer = deeds.calls.is_empty() && !is_variable && is_value;
        if is_answer && !ended.is_interrupted() {
            return self.verdict(false);
        }
        Input::Open
    }
}
