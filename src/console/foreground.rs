//! A statement in the foreground: what it prints shows at once, then its value or its error.

use super::{Event, Running, WatchEvent};
use crate::script::engine::Outcome;
use crate::term::screen::Screen;

/// Shows what a statement prints until it ends, and gives its outcome.
pub(crate) fn watch(running: &Running, screen: Screen) -> Outcome {
    loop {
        // Nobody leaves what only this function watches.
        if let Some(outcome) = watch_or_leave(running, screen) {
            return outcome;
        }
    }
}

/// [`watch`], until a [`super::DetachRequest`] asks to leave the statement running: then nothing.
pub(crate) fn watch_or_leave(running: &Running, screen: Screen) -> Option<Outcome> {
    loop {
        match running.hear() {
            WatchEvent::Event(Event::Printed(text)) => screen.line(&text),
            WatchEvent::Event(Event::Noted(text)) => screen.aside(&text),
            WatchEvent::Event(Event::Ended(outcome)) => return Some(outcome),
            WatchEvent::DetachRequest => return None,
            WatchEvent::Nothing => return Some(Outcome::lost()),
        }
    }
}
