//! A statement left in the background: what it prints and how it ends goes to the notices, until
//! somebody takes it back to the foreground.

use std::thread::{self, JoinHandle};

use super::{DetachRequest, Event, Running, WatchEvent};
use crate::repr::escape::{printable, short};
use crate::script::engine::Outcome;
use crate::script::failure::FailureKind;
use crate::term::notices::Notices;
use crate::term::screen::{Screen, Style};

/// A statement in the background.
pub(crate) struct Job {
    source: String,
    name: Option<String>,
    detach: DetachRequest,
    thread: JoinHandle<Option<Running>>,
}

/// A statement that was taken back.
pub(crate) struct Taken {
    /// The statement's events, from here on.
    pub(crate) running: Running,
    /// Its source.
    pub(crate) source: String,
    /// The file it came from, if it did.
    pub(crate) name: Option<String>,
}

impl Job {
    /// Follows a statement of the console `console` from now on. Fails when the system gives no
    /// thread.
    pub(crate) fn leave(
        console: &str,
        running: Running,
        (source, name): (&str, Option<&str>),
        notices: &Notices,
        screen: Screen,
    ) -> std::io::Result<Self> {
        let detach = running.detach_request();
        let (notices, label) = (notices.clone(), console.to_string());
        let (source, name) = (source.to_string(), name.map(String::from));
        let (shown, file) = (source.clone(), name.clone());
        let body = move || {
            loop {
                match running.hear() {
                    WatchEvent::Event(Event::Printed(text) | Event::Noted(text)) => {
                        notices.leave(&labelled(screen, &label, &printable(&text)));
                    }
                    WatchEvent::Event(Event::Ended(outcome)) => {
                        let text = ending(screen, &outcome, &shown, file.as_deref());
                        notices.leave(&labelled(screen, &label, &text));
                        return None;
                    }
                    WatchEvent::DetachRequest => return Some(running),
                    WatchEvent::Nothing => return None,
                }
            }
        };
        let thread = thread::Builder::new()
            .name(format!("{console} watch"))
            .spawn(body)?;
        Ok(Self {
            source,
            name,
            detach,
            thread,
        })
    }

    /// What it evaluates, in one short line.
    pub(crate) fn statement(&self) -> String {
        short(&self.source)
    }

    /// Whether the statement has ended, its end told.
    pub(crate) fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Takes the statement back; none when it ended meanwhile.
    pub(crate) fn take_back(self) -> Option<Taken> {
        self.detach.detach();
        let running = self.thread.join().ok().flatten()?;
        Some(Taken {
            running,
            source: self.source,
            name: self.name,
        })
    }
}

/// Each line with the console's name before it.
fn labelled(screen: Screen, console: &str, text: &str) -> String {
    let label = screen.paint(Style::Dim, &format!("[{console}]"));
    let lines: Vec<String> = text.lines().map(|line| format!("{label} {line}")).collect();
    lines.join("\n")
}

/// What stands above the line when a statement ends.
fn ending(screen: Screen, outcome: &Outcome, source: &str, name: Option<&str>) -> String {
    let what = name.map_or_else(|| short(source), String::from);
    let mut text = format!("ended: {}", printable(&what));
    if let Some(value) = &outcome.value {
        text.push('\n');
        text.push_str(&value.to_string());
    }
    if let Some(failure) = &outcome.error {
        text.push('\n');
        text.push_str(&match failure.kind {
            FailureKind::Exit(code) => format!("exit code {code}"),
            _ => screen.failure(failure, source, name),
        });
    }
    text
}
