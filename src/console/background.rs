//! A statement left in the background: what it prints and how it ends goes to the notices, until
//! somebody takes it back to the foreground.

use std::thread::{self, JoinHandle};

use super::statement::{DetachRequest, RunProgress, StatementRun, Until};
use unicode_width::UnicodeWidthStr;

use crate::repr::escape::{printable, short};
use crate::script::context::Output;
use crate::script::engine::Outcome;
use crate::script::failure::FailureKind;
use crate::term::notices::Notices;
use crate::term::screen::{Screen, Style};

/// A statement in the background.
pub(crate) struct Job {
    source: String,
    name: Option<String>,
    detach: DetachRequest,
    thread: JoinHandle<Option<StatementRun>>,
}

/// A statement that was taken back.
pub(crate) struct TakenBack {
    /// The statement, from here on.
    pub(crate) run: StatementRun,
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
        mut run: StatementRun,
        (source, name): (&str, Option<&str>),
        notices: &Notices,
        screen: Screen,
    ) -> std::io::Result<Self> {
        let detach = run.detach_request();
        let (source, name) = (source.to_string(), name.map(String::from));
        let (shown, file) = (source.clone(), name.clone());
        let screen = screen.after_label(console.width() + 3);
        let labelled = Labelled {
            label: screen.paint(Style::Dim, &format!("[{console}]")),
            notices: notices.clone(),
        };
        let body = move || match run.follow(Until::default(), &labelled) {
            RunProgress::Ended(ended) => {
                labelled.leave(&ending(screen, &ended.outcome, &shown, file.as_deref()));
                None
            }
            _ => Some(run),
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
    pub(crate) fn take_back(self) -> Option<TakenBack> {
        self.detach.detach();
        let run = self.thread.join().ok().flatten()?;
        Some(TakenBack {
            run,
            source: self.source,
            name: self.name,
        })
    }
}

/// Notices, each line with the console's name before it.
struct Labelled {
    label: String,
    notices: Notices,
}

impl Labelled {
    /// Leaves text that is safe for the terminal already.
    fn leave(&self, text: &str) {
        let label = &self.label;
        let lines: Vec<String> = text.lines().map(|line| format!("{label} {line}")).collect();
        self.notices.leave(&lines.join("\n"));
    }
}

impl Output for Labelled {
    fn print(&self, line: &str) {
        self.leave(&printable(line));
    }

    fn eprint(&self, line: &str) {
        self.leave(&printable(line));
    }
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
