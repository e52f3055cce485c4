//! A statement in the foreground: what it prints shows at once, then its value or its error.

use super::{Event, Heard, Running};
use crate::script::engine::Outcome;
use crate::term::screen::Screen;

/// Shows what a statement prints until it ends, and gives its outcome.
pub fn watch(running: &Running, screen: Screen) -> Outcome {
    loop {
        // Nobody leaves what only this function watches.
        if let Some(outcome) = watch_or_leave(running, screen) {
            return outcome;
        }
    }
}

/// [`watch`], until a [`super::Nudge`] asks to leave the statement running: then nothing.
pub fn watch_or_leave(running: &Running, screen: Screen) -> Option<Outcome> {
    loop {
        match running.hear() {
            Heard::Event(Event::Printed(text)) => screen.line(&text),
            Heard::Event(Event::Noted(text)) => screen.aside(&text),
            Heard::Event(Event::Ended(outcome)) => return Some(outcome),
            Heard::Nudge => return None,
            Heard::Nothing => return Some(Outcome::lost()),
        }
    }
}
