//! Recording: an author types statements in consoles of a lab, and what they show is kept.

use std::time::Duration;

use crate::console::{RunProgress, Session, StatementEnd, StatementRun, Task, Unseen, Until, Wait};
use crate::lesson::authoring::record::{Own, Recording, Take};
use crate::lesson::authoring::starter;
use crate::lesson::format::model::{FIRST_CONSOLE, Header};
use crate::lesson::run::host::{NetworkChoice, RunHost};
use crate::script::failure::FailureKind;
use crate::script::statements::CutSource;
use crate::script::vocabulary::is_pause;
use crate::term::screen::{Screen, Style};

/// How long a call may wait before it counts as waiting for a later statement.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long a statement that waited may take to end once it can.
const END: Duration = Duration::from_secs(5);

const HELP: &str = "\
type statements as at the prompt; what they show goes into the lesson
  # text          prose before the next statement
  console NAME    go on in another console
  undo            take the last statement back
  done            write the lesson
  cancel          write nothing";

/// The commands of a recording.
pub(crate) const COMMANDS: [&str; 5] = ["undo", "done", "cancel", "help", "console"];

/// How a recording ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordingEnd {
    /// The lesson is to be written.
    Written,
    /// Nothing is.
    Cancelled,
}

/// A statement that waits for what a later one does.
struct Pending {
    /// Its place among the takes.
    take: usize,
    run: StatementRun,
}

/// An author at work: a session, and what was recorded in it so far.
pub(crate) struct Recorder {
    pub(crate) session: Session,
    screen: Screen,
    /// The console in front.
    pub(crate) console: String,
    pub(crate) recording: Recording,
    prose: Vec<String>,
    pending: Vec<Pending>,
}

impl Recorder {
    /// A recording in which nothing was typed, of a lesson with this name. Ctrl-C goes to it.
    pub(crate) fn new(name: &str, screen: Screen, host: &dyn RunHost) -> Self {
        let typed_here = Header {
            confined: false,
            ..Header::default()
        };
        let session = host.session(&typed_here, NetworkChoice::Lab);
        host.attend(&session);
        let mut recorder = Self {
            session,
            screen,
            console: FIRST_CONSOLE.into(),
            recording: Recording {
                title: starter::title_of(name),
                ..Recording::default()
            },
            prose: Vec::new(),
            pending: Vec::new(),
        };
        recorder.recording.own = recorder.own();
        recorder
    }

    /// The names and addresses of this machine, as a script learns them.
    fn own(&mut self) -> Own {
        let mut own = Own::default();
        for question in ["gethostname()", "getfqdn()"] {
            own.names.extend(self.ask(question));
        }
        let address = self.ask("gethostbyname(gethostname())");
        own.addresses = address
            .and_then(|text| text.parse().ok())
            .into_iter()
            .collect();
        own
    }

    /// The text that a question is answered with.
    fn ask(&mut self, question: &str) -> Option<String> {
        let value = self.session.ask(FIRST_CONSOLE, question, END).ok()?.value?;
        value.as_text().map(String::from)
    }

    /// Follows what waits; shows and keeps what ended.
    fn follow(&mut self, patience: Duration, console: Option<&str>) {
        for mut one in std::mem::take(&mut self.pending) {
            let name = self.recording.takes[one.take].console.clone();
            let patience = match console {
                Some(console) if console != name => Duration::ZERO,
                _ => patience,
            };
            let RunProgress::Ended(ended) = one.run.follow(Until::within(patience), &Unseen) else {
                self.pending.push(one);
                continue;
            };
            self.recording.takes[one.take].transcript = self.shown(&ended);
            let text = format!("-- {name} goes on --");
            self.screen.raw(&self.screen.paint(Style::Dim, &text));
        }
    }

    /// The transcript of a statement, after the author has seen it.
    fn shown(&self, ended: &StatementEnd) -> String {
        let shown = ended.transcript();
        if !shown.is_empty() {
            self.screen.line(&shown);
        }
        shown
    }

    /// The end, unless something waits still.
    pub(crate) fn done(&mut self) -> Option<RecordingEnd> {
        self.follow(END, None);
        if let Some(pending) = self.pending.first() {
            let take = &self.recording.takes[pending.take];
            let text = format!(
                "console `{}` still waits in `{}`; type what ends it, or `undo`",
                take.console, take.source
            );
            self.screen.aside(&text);
            return None;
        }
        self.recording.closing = std::mem::take(&mut self.prose);
        Some(RecordingEnd::Written)
    }

    fn undo(&mut self) {
        let last = self.recording.takes.len();
        if last == 0 {
            self.screen.aside("there is nothing to take back");
            return;
        }
        if let Some(at) = self
            .pending
            .iter()
            .position(|pending| pending.take == last - 1)
        {
            self.pending.remove(at).run.interrupt();
        }
        if let Some(take) = self.recording.takes.pop() {
            self.prose = take.prose;
            let text = format!("taken back: {}; what it did stays done", take.source);
            self.screen.line(&text);
        }
    }

    fn change_console(&mut self, name: &str) {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        if name.is_empty()
            || name.len() > 40
            || !name.chars().all(good)
            || name.starts_with(['-', '_'])
        {
            let text = format!("`{name}` cannot be a console's name; use small letters and digits");
            self.screen.aside(&text);
        } else {
            self.console = name.into();
        }
    }

    /// Evaluates a statement until it ends or waits; gives none when it cannot begin.
    fn take(&mut self, source: &CutSource) {
        let console = self.console.clone();
        let mut run = match self
            .session
            .begin(&console, Task::Statement(source.clone()))
        {
            Ok(run) => run.recorded(),
            Err(cause) => {
                self.screen.aside(&cause.during("console").to_string());
                return;
            }
        };
        let mut take = Take {
            prose: std::mem::take(&mut self.prose),
            console,
            source: source.text().trim().into(),
            ..Take::default()
        };
        let until = Until {
            waits: Some(&is_for_later),
            deadline: None,
        };
        match run.follow(until, &Unseen) {
            RunProgress::Waits(wait) => {
                let text = format!(
                    "-- {} waits in {}; a later statement ends it --",
                    take.console, wait.call
                );
                self.screen.raw(&self.screen.paint(Style::Dim, &text));
                take.waits = true;
                let at = self.recording.takes.len();
                self.pending.push(Pending { take: at, run });
                self.recording.takes.push(take);
            }
            RunProgress::Ended(ended) => {
                take.transcript = self.shown(&ended);
                let failure = ended.outcome.error;
                if failure.is_some_and(|failure| {
                    !matches!(failure.kind, FailureKind::Error | FailureKind::Refused)
                }) {
                    self.screen.aside("not recorded: a lesson cannot hold this");
                    self.prose = take.prose;
                } else {
                    self.recording.takes.push(take);
                }
            }
            // Nobody asks for either.
            RunProgress::DetachRequested | RunProgress::OutOfTime => {}
        }
    }

    /// Says what can be typed.
    pub(crate) fn help(&self) {
        self.screen.line(HELP);
    }

    /// Whether a line is one of the recording's own commands.
    pub(crate) fn is_command(&self, line: &str) -> bool {
        is_command(line, &|word| self.session.has_variable(&self.console, word))
    }

    /// Carries out one of [`COMMANDS`], or a `#` line. Returns how the recording ends, where it does.
    pub(crate) fn command(&mut self, line: &str) -> Option<RecordingEnd> {
        self.follow(Duration::ZERO, None);
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word {
            "#" => self.prose.push(rest.trim_end().into()),
            "console" => self.change_console(rest.trim()),
            "undo" => self.undo(),
            "done" => return self.done(),
            "cancel" => {
                self.screen.line("nothing is written");
                return Some(RecordingEnd::Cancelled);
            }
            // Ctrl-D says so too.
            "exit" | "quit" if self.recording.takes.is_empty() => {
                return Some(RecordingEnd::Cancelled);
            }
            "exit" | "quit" => self
                .screen
                .aside("`done` writes the lesson, `cancel` leaves without it"),
            _ => self.help(),
        }
        None
    }

    /// Evaluates a statement and records it with what it shows.
    pub(crate) fn evaluate(&mut self, statement: &CutSource) {
        if statement.text().trim().is_empty() {
            return;
        }
        // What waits in this console must end before anything else can begin there.
        let console = self.console.clone();
        self.follow(END, Some(&console));
        let waits = |pending: &Pending| self.recording.takes[pending.take].console == console;
        if self.pending.iter().any(waits) {
            let text = format!(
                "console `{console}` still waits; go to another with `console NAME`, or `undo`"
            );
            self.screen.aside(&text);
            return;
        }
        self.take(statement);
    }
}

/// Whether a line is one of a recording's own commands.
pub(crate) fn is_command(line: &str, is_variable: &dyn Fn(&str) -> bool) -> bool {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match word {
        "#" => true,
        "console" => !rest.trim().is_empty() && !rest.contains(['=', '(', '.']),
        _ => COMMANDS.contains(&word) && rest.is_empty() && !is_variable(word),
    }
}

/// Whether a wait is one that a later statement ends; a pause does not count: a call that does
/// nothing but wait.
fn is_for_later(wait: &Wait) -> bool {
    !is_pause(wait.call) && wait.since.elapsed() >= PATIENCE
}
