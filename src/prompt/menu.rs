//! A question's choices above the line: the arrow keys go through them, the line holds the one that
//! is pointed at.

use std::sync::{Arc, Mutex, PoisonError};

/// What stands before the choice that is pointed at, and before the others.
const MARKS: [&str; 2] = ["> ", "  "];

/// The choices of the question that is asked now, and the one that is pointed at.
#[derive(Clone, Default)]
pub(crate) struct Menu(Arc<Mutex<MenuState>>);

#[derive(Default)]
struct MenuState {
    choices: Vec<String>,
    at: Option<usize>,
}

impl Menu {
    /// Offers other choices from now on, or none.
    pub(crate) fn offer(&self, choices: Vec<String>) {
        *self.lock() = MenuState { choices, at: None };
    }

    /// The prompt with the choices above it.
    pub(crate) fn above(&self, prompt: &str) -> String {
        let state = self.lock();
        let rows = state.choices.iter().enumerate();
        let mut text: String = rows
            .map(|(at, choice)| format!("{}{}) {choice}\n", MARKS[1], at + 1))
            .collect();
        text.push_str(prompt);
        text
    }

    /// The prompt as it was given, with the choice marked that is pointed at. It keeps its width.
    pub(crate) fn marked(&self, prompt: &str) -> String {
        let state = self.lock();
        let Some(at) = state.at else {
            return prompt.into();
        };
        let row = format!("{}{}) ", MARKS[1], at + 1);
        let mark = |line: &str| match line.strip_prefix(MARKS[1]) {
            Some(rest) if line.starts_with(&row) => format!("{}{rest}", MARKS[0]),
            _ => line.into(),
        };
        let lines: Vec<String> = prompt.split('\n').map(mark).collect();
        lines.join("\n")
    }

    /// Points at the choice above or below, and gives it; none where the line is a person's own text
    /// or nothing is asked.
    pub(crate) fn step(&self, line: &str, up: bool) -> Option<String> {
        let mut state = self.lock();
        let last = state.choices.len().checked_sub(1)?;
        let pointed = state.at.and_then(|at| state.choices.get(at));
        if !line.is_empty() && pointed.is_none_or(|choice| choice != line) {
            return None;
        }
        let next = match (state.at.filter(|_| !line.is_empty()), up) {
            (None, false) => 0,
            (None, true) => last,
            (Some(at), false) => (at + 1).min(last),
            (Some(at), true) => at.saturating_sub(1),
        };
        state.at = Some(next);
        state.choices.get(next).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, MenuState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Menu;

    #[test]
    fn the_arrows_go_through_the_choices_and_stop_at_the_ends() {
        let menu = Menu::default();
        assert_eq!(menu.step("", false), None);
        menu.offer(vec!["bind".into(), "accept".into()]);
        assert_eq!(menu.step("", false).as_deref(), Some("bind"));
        assert_eq!(menu.step("bind", false).as_deref(), Some("accept"));
        assert_eq!(menu.step("accept", false).as_deref(), Some("accept"));
        assert_eq!(menu.step("accept", true).as_deref(), Some("bind"));
        assert_eq!(menu.step("", true).as_deref(), Some("accept"));
        assert_eq!(menu.step("hi", true), None, "a person's own text stays");
    }

    #[test]
    fn the_choice_that_is_pointed_at_is_marked() {
        let menu = Menu::default();
        menu.offer(vec!["yes".into(), "no".into()]);
        let prompt = menu.above("answer> ");
        assert_eq!(prompt, "  1) yes\n  2) no\nanswer> ");
        assert_eq!(menu.marked(&prompt), prompt);
        menu.step("", true);
        assert_eq!(menu.marked(&prompt), "  1) yes\n> 2) no\nanswer> ");
        menu.offer(Vec::new());
        assert_eq!(menu.above("answer> "), "answer> ");
    }
}
