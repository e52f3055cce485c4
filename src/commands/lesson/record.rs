//! `lesson record`: write a lesson by typing it.

use std::fs;
use std::io::{self, IsTerminal};
use std::iter;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::run::{carry_out, network};
use super::{new, unable, vocabulary};
use crate::commands::app::App;
use crate::commands::arguments::NewLessonName;
use crate::console::{Ended, Progress, Session, StatementRun, Task, Unseen, Until, Wait};
use crate::error::Exit;
use crate::lesson::authoring::record;
use crate::lesson::authoring::record::{Own, Recording, Take};
use crate::lesson::authoring::starter;
use crate::lesson::format::model::{FIRST_CONSOLE, Header, Step};
use crate::lesson::format::parse;
use crate::lesson::format::pattern::Mismatch;
use crate::lesson::output::report;
use crate::lesson::results::Report;
use crate::lesson::results::{Event, Reason, Source, Verdict};
use crate::prompt;
use crate::prompt::{Next, Settings};
use crate::script::failure::FailureKind;
use crate::script::statements::CutSource;
use crate::script::vocabulary::is_pause;
use crate::term::notices::Notices;
use crate::term::screen::{Screen, Style};

/// What `lesson record` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-record")]
pub(crate) struct Args {
    /// Its name: 15-topic
    name: NewLessonName,
}

/// How long a call may wait before it counts as waiting for a later statement.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long a statement that waited may take to end once it can.
const END: Duration = Duration::from_secs(5);
/// How often a lesson must pass before it is written.
const PROOFS: usize = 5;
/// How often a transcript is made wider before that is given up.
const MOST_TRIES: usize = 30;

const HELP: &str = "\
type statements as at the prompt; what they show goes into the lesson
  # text          prose before the next statement
  console NAME    go on in another console
  undo            take the last statement back
  done            write the lesson
  cancel          write nothing";

/// Records, and writes the lesson in the end.
pub(crate) fn run_command(args: &Args, folder: &Path, shell: &mut App) -> Exit {
    let name = args.name.strip_suffix(".rhai").unwrap_or(&args.name);
    if let Some(why) = new::refusal(name, folder) {
        return unable(shell, &why);
    }
    let by_hand = io::stdin().is_terminal();
    let mut recorder = Recorder::new(name, shell);
    if by_hand {
        shell.screen.line(HELP);
    }
    let ended = if by_hand {
        let settings = Settings {
            greeting: false,
            ..Settings::of_user().0
        };
        prompt::run(&mut recorder, shell.screen, &settings, None)
    } else {
        prompt::read_all().map(|text| recorder.play(&text))
    };
    shell.attend_own();
    let exit = match ended {
        Err(error) => return unable(shell, &error.to_string()),
        Ok(exit) => exit,
    };
    let Recorder {
        recording,
        cancelled,
        ..
    } = recorder;
    if cancelled || exit != Exit::Well {
        return exit;
    }
    if recording.takes.is_empty() {
        return unable(shell, "nothing was recorded; no lesson is written");
    }
    write(name, &recording, folder, shell)
}

/// Proves the lesson and writes it.
fn write(name: &str, recording: &Recording, folder: &Path, shell: &mut App) -> Exit {
    let path = folder.join(format!("{name}.rhai")).display().to_string();
    let text = match prove(name, &path, recording.lesson(), shell) {
        Ok(text) => text,
        Err(why) => {
            // What was typed is not lost: the person may mend it.
            shell.screen.aside(&why);
            let text = recording.lesson();
            if let Ok((_, path)) = keep(name, &text, folder, shell) {
                let text = format!("{path} is written, but does not pass; mend it by hand");
                shell.screen.aside(&text);
            }
            return Exit::Short;
        }
    };
    match keep(name, &text, folder, shell) {
        Ok((name, path)) => {
            let steps = recording.takes.len();
            shell.screen.line(&format!(
                "{path} is written: {steps} steps; lesson run {name}"
            ));
            Exit::Well
        }
        Err(exit) => exit,
    }
}

/// Writes what was recorded, so that nothing typed is lost: under a further name if somebody has
/// taken this one in the meantime, and to the screen where no file can be made.
fn keep(name: &str, text: &str, folder: &Path, shell: &App) -> Result<(String, String), Exit> {
    let is_free = |name: &String| {
        let there = fs::symlink_metadata(folder.join(format!("{name}.rhai"))).is_ok();
        !there && new::refusal(name, folder).is_none()
    };
    let further = (2..100).map(|number| format!("{name}-{number}"));
    let mut names = iter::once(name.to_owned()).chain(further);
    let free = names.find(is_free).unwrap_or_else(|| name.to_owned());
    let written = new::write(&free, text, folder, shell);
    if written.is_err() {
        shell.screen.aside("this is what you recorded:");
        shell.screen.line(text);
    }
    written.map(|path| (free, path))
}

/// The text once it has passed several times; what was different in between has become wider.
fn prove(name: &str, path: &str, mut text: String, shell: &mut App) -> Result<String, String> {
    let (mut passed, mut tries) = (0, 0);
    while passed < PROOFS {
        let lesson = parse::parse(&text).map_err(|problems| {
            let first = problems
                .first()
                .map_or("", |problem| problem.message.as_str());
            format!("the recording is no lesson: {first}")
        })?;
        let source = Source {
            name: name.into(),
            word: name.into(),
            path: path.into(),
            text: text.clone(),
        };
        let mut fault = Fault::default();
        if carry_out(&source, &lesson, None, false, &mut fault, shell).is_well() {
            passed += 1;
            continue;
        }
        tries += 1;
        match fault.0 {
            Some((step, Reason::Differs(mismatch))) if tries < MOST_TRIES => {
                text = widened(&text, &step, &mismatch);
                passed = 0;
            }
            Some((step, reason)) => {
                let why = report::plainly(&step, &reason);
                return Err(format!(
                    "when it is run again, `{}` fails:\n{why}",
                    step.title()
                ));
            }
            None => return Err("it was interrupted".into()),
        }
    }
    Ok(text)
}

fn widened(text: &str, step: &Step, mismatch: &Mismatch) -> String {
    record::loosen(text, step, mismatch)
}

/// The first step that falls short.
#[derive(Default)]
struct Fault(Option<(Step, Reason)>);

impl Report for Fault {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Step(report) = event
            && let Verdict::Failed(reason) = report.verdict
            && self.0.is_none()
        {
            self.0 = Some((report.step.clone(), reason.clone()));
        }
    }
}

/// A statement that waits, or did.
struct Held {
    /// Its place among the takes.
    take: usize,
    run: StatementRun,
}

/// The prompt of a recording.
struct Recorder {
    session: Session,
    screen: Screen,
    console: String,
    recording: Recording,
    prose: Vec<String>,
    held: Vec<Held>,
    cancelled: bool,
    /// Nobody works in the background of a recording.
    notices: Notices,
}

impl Recorder {
    fn new(name: &str, shell: &App) -> Self {
        let session = Session::new(network(&Header::default(), false), Vec::new());
        shell.attend(&session);
        let mut recorder = Self {
            session,
            screen: shell.screen,
            console: FIRST_CONSOLE.into(),
            recording: Recording {
                title: starter::title_of(name),
                ..Recording::default()
            },
            prose: Vec::new(),
            held: Vec::new(),
            cancelled: false,
            notices: Notices::default(),
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

    /// Plays input that is there already.
    fn play(&mut self, text: &str) -> Exit {
        if let Next::Leave(exit) = prompt::play(self, text) {
            return exit;
        }
        match self.done() {
            Next::Leave(exit) => exit,
            Next::Go => Exit::Short,
        }
    }

    /// Hears what waits; shows and keeps what ended.
    fn hear(&mut self, patience: Duration, console: Option<&str>) {
        for mut one in std::mem::take(&mut self.held) {
            let name = self.recording.takes[one.take].console.clone();
            let patience = match console {
                Some(console) if console != name => Duration::ZERO,
                _ => patience,
            };
            let Progress::Ended(ended) = one.run.follow(Until::within(patience), &Unseen) else {
                self.held.push(one);
                continue;
            };
            self.recording.takes[one.take].transcript = self.shown(&ended);
            let text = format!("-- {name} goes on --");
            self.screen.raw(&self.screen.paint(Style::Dim, &text));
        }
    }

    /// The transcript of a statement, after the author has seen it.
    fn shown(&self, ended: &Ended) -> String {
        let shown = ended.transcript();
        if !shown.is_empty() {
            self.screen.line(&shown);
        }
        shown
    }

    /// The end, unless something waits still.
    fn done(&mut self) -> Next {
        self.hear(END, None);
        if let Some(held) = self.held.first() {
            let take = &self.recording.takes[held.take];
            let text = format!(
                "console `{}` still waits in `{}`; type what ends it, or `undo`",
                take.console, take.source
            );
            self.screen.aside(&text);
            return Next::Go;
        }
        self.recording.closing = std::mem::take(&mut self.prose);
        Next::Leave(Exit::Well)
    }

    fn undo(&mut self) {
        let last = self.recording.takes.len();
        if last == 0 {
            self.screen.aside("there is nothing to take back");
            return;
        }
        if let Some(at) = self.held.iter().position(|held| held.take == last - 1) {
            self.held.remove(at).run.interrupt();
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
            Progress::Waits(wait) => {
                let text = format!(
                    "-- {} waits in {}; a later statement ends it --",
                    take.console, wait.call
                );
                self.screen.raw(&self.screen.paint(Style::Dim, &text));
                take.waits = true;
                let at = self.recording.takes.len();
                self.held.push(Held { take: at, run });
                self.recording.takes.push(take);
            }
            Progress::Ended(ended) => {
                take.transcript = self.shown(&ended);
                let failure = ended.outcome.error;
                if failure.is_some_and(|failure| failure.kind != FailureKind::Error) {
                    self.screen.aside("not recorded: a lesson cannot hold this");
                    self.prose = take.prose;
                } else {
                    self.recording.takes.push(take);
                }
            }
            // Nobody asks for either.
            Progress::DetachRequested | Progress::OutOfTime => {}
        }
    }
}

impl prompt::PromptHost for Recorder {
    fn prompt(&self) -> String {
        format!("{}* ", self.console)
    }

    fn is_command(&self, line: &str) -> bool {
        vocabulary::is_command(line, &|word| self.session.has_variable(&self.console, word))
    }

    fn command(&mut self, line: &str) -> Next {
        self.hear(Duration::ZERO, None);
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word {
            "#" => self.prose.push(rest.trim_end().into()),
            "console" => self.change_console(rest.trim()),
            "undo" => self.undo(),
            "done" => return self.done(),
            "cancel" => {
                self.cancelled = true;
                self.screen.line("nothing is written");
                return Next::Leave(Exit::Well);
            }
            // Ctrl-D says so too.
            "exit" | "quit" if self.recording.takes.is_empty() => {
                self.cancelled = true;
                return Next::Leave(Exit::Well);
            }
            "exit" | "quit" => self
                .screen
                .aside("`done` writes the lesson, `cancel` leaves without it"),
            _ => self.screen.line(HELP),
        }
        Next::Go
    }

    fn notices(&self) -> &Notices {
        &self.notices
    }

    /// An error may be what the lesson wants to show.
    fn fell_short(&self) -> bool {
        false
    }

    fn words(&self) -> Arc<dyn prompt::Words> {
        vocabulary::of_recording(&self.session, &self.console)
    }

    fn evaluate(&mut self, statement: CutSource) -> Next {
        if statement.text().trim().is_empty() {
            return Next::Go;
        }
        // What waits in this console must end before anything else can begin there.
        let console = self.console.clone();
        self.hear(END, Some(&console));
        let waits = |held: &Held| self.recording.takes[held.take].console == console;
        if self.held.iter().any(waits) {
            let text = format!(
                "console `{console}` still waits; go to another with `console NAME`, or `undo`"
            );
            self.screen.aside(&text);
            return Next::Go;
        }
        self.take(&statement);
        Next::Go
    }
}

/// Whether a wait is one that a later statement ends; a pause does not count: a call that does
/// nothing but wait.
fn is_for_later(wait: &Wait) -> bool {
    !is_pause(wait.call) && wait.since.elapsed() >= PATIENCE
}
