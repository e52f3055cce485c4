//! A statement in the foreground: what it prints shows at once, then its value or its error.

use super::screen::Screen;
use super::{Event, Running};
use crate::script::engine::Outcome;

/// Shows what a statement prints until it ends, and gives its outcome.
pub fn watch(running: &Running, screen: Screen) -> Outcome {
    while let Some(event) = running.next_event() {
        match event {
            Event::Printed(text) => screen.line(&text),
            Event::Noted(text) => screen.aside(&text),
            Event::Ended(outcome) => return outcome,
        }
    }
    Outcome::lost()
}
