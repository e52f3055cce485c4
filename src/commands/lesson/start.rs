//! `lesson start`: be taught. Puts a learner in front of the tutor: the prompt's own editor, or
//! lines that are piped in.

use std::collections::VecDeque;
use std::io::{self, IsTerminal};
use std::sync::Arc;

use super::vocabulary::Vocabulary;
use super::{kept_from, lab, network_options, opened, progress, unable, within_limits};
use crate::commands::app::{App, Limits, SessionSlot};
use crate::commands::arguments::LessonName;
use crate::commands::foreground::Foreground;
use crate::commands::line;
use crate::console::{Session, StatementRun};
use crate::error::Exit;
use crate::lab::Lab;
use crate::lesson::format::model::Lesson;
use crate::lesson::library::{Entry, Library};
use crate::lesson::progress::store::Store;
use crate::lesson::progress::{Progress, Taken};
use crate::lesson::run::launch::Script;
use crate::lesson::tutor::{Asking, Checked, Course, Front, teach};
use crate::net::signal::Stops;
use crate::prompt;
use crate::prompt::{AfterLine, Editor, PromptHost as _, Settings, Words};
use crate::script::failure::Failure;
use crate::script::statements::CutSource;
use crate::term::notices::Notices;
use crate::term::screen::{self, Screen};

/// The columns of a terminal that does not tell.
const COLUMNS: usize = 80;

/// What `lesson start` takes.
#[derive(Debug, clap::Args)]
#[group(id = "lesson-to-start")]
pub(crate) struct Args {
    /// A number, name or path; without one, the next unfinished lesson
    name: Option<LessonName>,
    #[command(flatten)]
    network: network_options::Args,
}

/// Teaches it.
pub(crate) fn run_command(args: &Args, library: &Library, shell: &mut App) -> Exit {
    let store = progress::store(shell);
    let kept = store.as_ref().map(|store| progress::load(store, shell));
    let kept = kept.unwrap_or_default();
    let entry = match &args.name {
        Some(name) => library.find(name).map_err(|error| error.to_string()),
        None => kept
            .next_in(library)
            .ok_or_else(|| "every lesson is done; `lesson start NAME` takes one again".into()),
    };
    let entry = match entry {
        Ok(entry) => entry,
        Err(text) => return unable(shell, &text),
    };
    let (_, lesson) = match opened(&entry, shell) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let lines = match LineSource::of_process(shell) {
        Ok(lines) => lines,
        Err(text) => return unable(shell, &text),
    };
    let name = &entry.full_name;
    let taken = kept.lessons.get(name).cloned().unwrap_or_default();
    let next = library.after(&entry);
    if let Some(why) = kept_from(&lesson.header, args.network.choice()) {
        return unable(shell, why);
    }
    let lab = || lab(&lesson.header, args.network.choice());
    let limits = |network| within_limits(&lesson.header, network);
    let dropped = shell.drop_consoles_of_lesson();
    if !dropped.is_empty() {
        let names = dropped.join("`, `");
        let text = format!("note: the consoles of the lesson before have ended: `{names}`");
        shell.screen.aside(&text);
    }
    let mut seat = SessionSlot::new(lab(), &limits);
    publish(seat.lab.as_deref(), &lesson, shell);
    shell.exchange(&mut seat);
    let _ = shell.take_interrupt();
    let mut desk = Desk {
        shell,
        lines,
        lab: &lab,
        limits: &limits,
        lesson: &lesson,
        entry: &entry,
        store,
        complained: false,
        unsaved: Taken::default(),
    };
    let course = Course {
        name,
        lesson: &lesson,
        taken,
        next: next.map(|next| next.full_name.as_str()),
    };
    let then = teach(course, &mut desk);
    desk.last_try();
    let shell = desk.shell;
    shell.exchange(&mut seat);
    shell.keep_consoles(seat);
    if let Some(line) = then {
        let _leaving_is_of_the_prompt = shell.command(&line);
    }
    Exit::Well
}

/// Lets programs of the real machine in where the lesson wants a browser or curl.
fn publish(lab: Option<&Lab>, lesson: &Lesson, shell: &App) {
    let Some(lab) = lab else { return };
    for &port in &lesson.header.publish {
        if let Err(fault) = lab.publish(port) {
            let note = fault
                .note
                .clone()
                .map_or_else(String::new, |note| format!("; {note}"));
            let why = fault.during("publish");
            shell.screen.aside(&format!(
                "note: port {port} cannot be published: {why}{note}"
            ));
        }
    }
}

/// Where the learner's lines come from.
enum LineSource {
    Editor(Box<Editor>),
    Piped(VecDeque<String>),
}

impl LineSource {
    fn of_process(shell: &App) -> Result<Self, String> {
        if io::stdin().is_terminal() {
            let (settings, _) = Settings::of_user();
            let history = prompt::default_file();
            let editor = Editor::new(shell.screen, &settings, history, shell.words());
            let mut editor = editor.map_err(|error| error.to_string())?;
            // At the prompt its own editor shows them.
            if !shell.notices().is_attached() {
                editor.show_notices(shell.notices());
            }
            return Ok(Self::Editor(Box::new(editor)));
        }
        let text = prompt::read_all().map_err(|error| error.to_string())?;
        Ok(Self::Piped(text.lines().map(String::from).collect()))
    }
}

/// A learner's desk.
struct Desk<'a> {
    shell: &'a mut App,
    lines: LineSource,
    lab: &'a dyn Fn() -> Option<Arc<Lab>>,
    limits: Limits<'a>,
    lesson: &'a Lesson,
    entry: &'a Entry,
    store: Option<Store>,
    /// Whether the learner knows that progress cannot be saved.
    complained: bool,
    /// What could not be saved yet.
    unsaved: Taken,
}

impl Desk<'_> {
    fn save(&mut self) {
        let Some(store) = &self.store else { return };
        let mut ours = Progress::default();
        ours.lessons
            .insert(self.entry.full_name.clone(), self.unsaved.clone());
        match store.update(|kept| kept.merge(&ours)) {
            Ok(found) => {
                self.complained = false;
                if let Some(trouble) = found.trouble {
                    self.shell.screen.aside(&trouble.to_string());
                }
            }
            Err(trouble) if !self.complained => {
                self.complained = true;
                self.shell.screen.aside(&format!("note: {trouble}"));
            }
            Err(_) => {}
        }
    }

    /// What could not be saved so far is tried once more, and told.
    fn last_try(&mut self) {
        if self.complained {
            self.complained = false;
            self.save();
        }
    }
}

impl Front for Desk<'_> {
    fn session(&mut self) -> &mut Session {
        &mut self.shell.session
    }

    fn screen(&self) -> Screen {
        self.shell.screen
    }

    fn width(&self) -> usize {
        screen::columns().unwrap_or(COLUMNS)
    }

    fn read(&mut self, asking: Asking<'_>) -> Option<String> {
        let asked = Asked {
            shell: self.shell,
            asking,
        };
        match &mut self.lines {
            LineSource::Editor(editor) => match editor.read_entry(&asked) {
                Ok(entry) => entry.map(|entry| entry.text),
                Err(error) => {
                    self.shell.screen.aside(&format!("error: {error}"));
                    None
                }
            },
            LineSource::Piped(lines) => {
                if let Asking::Choice(choices) = asking {
                    for (at, choice) in choices.iter().enumerate() {
                        let row = format!("  {}) {choice}", at + 1);
                        self.shell.screen.line(&row);
                    }
                }
                let mut entry = lines.pop_front()?;
                while prompt::is_open(&asked, &entry)
                    && let Some(line) = lines.pop_front()
                {
                    entry.push('\n');
                    entry.push_str(&line);
                }
                Some(entry)
            }
        }
    }

    fn console(&self) -> String {
        self.shell.console().into()
    }

    fn sit_at(&mut self, console: &str) {
        self.shell.sit_at(console);
    }

    fn is_command(&self, line: &str) -> bool {
        self.shell.is_command(line)
    }

    fn is_same_command(&self, wanted: &str, line: &str) -> bool {
        let wanted = line::canonical(wanted);
        wanted.is_some() && wanted == line::canonical(line)
    }

    fn command(&mut self, line: &str) -> Option<Checked> {
        self.shell.checked = None;
        let _leaving_is_the_tutors = self.shell.command(line);
        let (lesson, checked) = self.shell.checked.take()?;
        (lesson == self.entry.full_name).then_some(checked)
    }

    fn solution(&self, exercise: &str) -> Result<String, String> {
        let name = format!("{exercise}/{}", Script::Solution.file());
        let bytes = self
            .entry
            .beside(&name)
            .map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn leave(&mut self, console: &str, run: StatementRun, source: &str) {
        self.shell.leave_in(console, run, (source, None));
    }

    fn catch_stops(&self) -> Option<Stops> {
        self.shell.catch_stops()
    }

    fn watch(&self, run: Option<&StatementRun>) {
        match run {
            Some(run) => self.shell.watch(run),
            None => self.shell.set_foreground(Foreground::Empty),
        }
    }

    fn leave_running(&mut self, console: &str, run: StatementRun, source: &str) {
        self.shell.sit_at(console);
        self.shell.leave(run, source, None);
    }

    fn refusal(&self) -> Option<Failure> {
        // What the tutor begins itself ends by itself.
        self.shell.statement_in(self.shell.console())?;
        self.shell.refusal()
    }

    fn remember(&mut self, failure: &Failure) {
        self.shell.last_failure = Some(failure.clone());
    }

    fn take_interrupt(&self) -> bool {
        self.shell.take_interrupt()
    }

    fn begin_anew(&mut self) {
        let mut fresh = SessionSlot::new((self.lab)(), self.limits);
        self.shell.exchange(&mut fresh);
        let lab = fresh.lab.take();
        // The old consoles end here, and give their addresses back.
        drop((fresh, lab));
        publish(self.shell.current_lab(), self.lesson, self.shell);
    }

    fn keep(&mut self, taken: &Taken) {
        self.unsaved = taken.clone();
        self.save();
    }
}

/// The prompt, as it is while the tutor asks something.
struct Asked<'a> {
    shell: &'a App,
    asking: Asking<'a>,
}

impl Asked<'_> {
    fn takes_any_text(&self) -> bool {
        matches!(self.asking, Asking::Choice(_) | Asking::Remark)
    }
}

impl prompt::PromptHost for Asked<'_> {
    fn prompt(&self) -> String {
        match self.asking {
            Asking::Line => self.shell.prompt(),
            _ => "answer> ".into(),
        }
    }

    fn is_command(&self, line: &str) -> bool {
        // A choice may look like an unfinished statement.
        self.takes_any_text() || self.shell.is_command(line)
    }

    fn command(&mut self, _: &str) -> AfterLine {
        AfterLine::Go
    }

    fn notices(&self) -> &Notices {
        self.shell.notices()
    }

    fn fell_short(&self) -> bool {
        false
    }

    fn words(&self) -> Arc<dyn Words> {
        let words = self.shell.words();
        if !self.takes_any_text() {
            return words;
        }
        let always = Box::new(|_: &str| true);
        Arc::new(Vocabulary::new(words, Vec::new(), always))
    }

    fn choices(&self) -> Vec<String> {
        match self.asking {
            Asking::Choice(choices) => choices.to_vec(),
            _ => Vec::new(),
        }
    }

    fn evaluate(&mut self, _: CutSource) -> AfterLine {
        AfterLine::Go
    }
}
