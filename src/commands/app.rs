//! What the commands work on: the session with its consoles and network, the lab, the screen.

use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{run_command, words};
use crate::commands::foreground::Foreground;
use crate::commands::line::{is_line, parse};
use crate::console::background::Job;
use crate::console::{InterruptTarget, Session, StatementRun, Task};
use crate::error::Exit;
use crate::lab::Lab;
use crate::lesson::tutor::Checked;
use crate::net::error::Cause;
use crate::net::live_network::LiveNetwork;
use crate::net::network::Network;
use crate::net::signal::{self, Key};
use crate::prompt;
use crate::prompt::AfterLine;
use crate::script::failure::{Failure, FailureKind};
use crate::script::statements::CutSource;
use crate::term::notices::Notices;
use crate::term::screen::Screen;

/// The console that a prompt begins in.
pub(crate) const MAIN: &str = "main";

/// The owner of the session.
pub(crate) struct App {
    /// The consoles and the network.
    pub(crate) session: Session,
    /// Where text goes.
    pub(crate) screen: Screen,
    lab: Option<Arc<Lab>>,
    /// The console that the prompt is in.
    pub(crate) console: String,
    /// Whether the last statement ended in an error.
    failed: bool,
    /// The consoles that a lesson left here.
    of_lesson: Vec<String>,
    /// How the last command or statement ended.
    pub(crate) last: Exit,
    /// Where Ctrl-C goes.
    attended: Arc<Mutex<Arc<InterruptTarget>>>,
    interrupts: Arc<AtomicBool>,
    /// Where Ctrl-Z goes.
    pub(crate) foreground: Arc<Mutex<Foreground>>,
    /// Where consoles in the background say what they have to say.
    pub(crate) notices: Notices,
    /// The statements in the background, by console.
    pub(crate) jobs: BTreeMap<String, Job>,
    /// Whether leaving was refused once because a console is busy.
    pub(crate) warned: bool,
    /// The statements that went well, each with its console.
    pub(crate) told: Vec<(String, String)>,
    /// The last statement, however it ended.
    pub(crate) last_statement: Option<String>,
    /// The exercise that was checked last, with its lesson.
    pub(crate) checked: Option<(String, Checked)>,
    /// The last error.
    pub(crate) last_failure: Option<Failure>,
}

/// What keeps a network within limits.
pub(crate) type Limits<'a> = &'a dyn Fn(Arc<dyn Network>) -> Arc<dyn Network>;

/// A place to sit at: a session with its network, and the console in front.
pub(crate) struct SessionSlot {
    /// The session.
    pub(crate) session: Session,
    /// Its lab, if it has one.
    pub(crate) lab: Option<Arc<Lab>>,
    /// The console.
    pub(crate) console: String,
    /// What runs in the background.
    jobs: BTreeMap<String, Job>,
}

impl SessionSlot {
    /// A place in a lab, or on the real network, within limits.
    pub(crate) fn new(lab: Option<Arc<Lab>>, within: Limits<'_>) -> Self {
        let network: Arc<dyn Network> = match &lab {
            Some(lab) => Arc::clone(lab) as Arc<dyn Network>,
            None => Arc::new(LiveNetwork),
        };
        let network = within(network);
        let mut session = Session::new(network, Vec::new());
        session.keep_record();
        Self {
            session,
            lab,
            console: MAIN.into(),
            jobs: BTreeMap::new(),
        }
    }
}

impl App {
    /// A session with nothing in it, on the real network. Ctrl-C goes to its console in front.
    pub(crate) fn new(screen: Screen, args: Vec<String>) -> Self {
        let session = Session::new(Arc::new(LiveNetwork), args);
        let attended = Arc::new(Mutex::new(Arc::clone(session.interrupt_target())));
        let interrupts = Arc::<AtomicBool>::default();
        let foreground = Arc::<Mutex<Foreground>>::default();
        let (front, seen) = (Arc::clone(&attended), Arc::clone(&interrupts));
        let watched = Arc::clone(&foreground);
        let pass_on = move |key| match key {
            Key::Interrupt => {
                seen.store(true, Ordering::SeqCst);
                front
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .interrupt();
            }
            Key::Stop => {
                let mut watched = watched.lock().unwrap_or_else(PoisonError::into_inner);
                watched.stop();
            }
        };
        if let Err(error) = signal::on_key(pass_on) {
            screen.aside(&format!(
                "Ctrl-C cannot be caught: {}",
                Cause::from(error).during("sigaction")
            ));
        }
        let (lab, console) = (None, MAIN.into());
        Self {
            session,
            screen,
            lab,
            console,
            failed: false,
            of_lesson: Vec::new(),
            last: Exit::Well,
            attended,
            interrupts,
            foreground,
            notices: Notices::default(),
            jobs: BTreeMap::new(),
            warned: false,
            told: Vec::new(),
            last_statement: None,
            checked: None,
            last_failure: None,
        }
    }

    /// The console that the prompt is in.
    pub(crate) fn console(&self) -> &str {
        &self.console
    }

    /// Ctrl-C goes to another session from now on: a lesson's.
    pub(crate) fn attend(&self, session: &Session) {
        self.attend_target(session.interrupt_target());
    }

    /// Ctrl-C goes here from now on: to several lessons at once.
    pub(crate) fn attend_target(&self, target: &Arc<InterruptTarget>) {
        self.interrupts.store(false, Ordering::SeqCst);
        let front = Arc::clone(target);
        *self.attended.lock().unwrap_or_else(PoisonError::into_inner) = front;
    }

    /// Ctrl-C goes to the prompt's own session again.
    pub(crate) fn attend_own(&self) {
        let front = Arc::clone(self.session.interrupt_target());
        *self.attended.lock().unwrap_or_else(PoisonError::into_inner) = front;
    }

    /// Whether Ctrl-C came since [`App::attend`].
    pub(crate) fn interrupted(&self) -> bool {
        self.interrupts.load(Ordering::SeqCst)
    }

    /// What came so far does not count any more.
    pub(crate) fn forget_interrupts(&self) {
        self.interrupts.store(false, Ordering::SeqCst);
    }

    /// Whether Ctrl-C came since this was last asked.
    pub(crate) fn take_interrupt(&self) -> bool {
        self.interrupts.swap(false, Ordering::SeqCst)
    }

    /// Sits down at another session, a lesson's; a second time, goes back to its own.
    pub(crate) fn exchange(&mut self, seat: &mut SessionSlot) {
        mem::swap(&mut self.session, &mut seat.session);
        mem::swap(&mut self.lab, &mut seat.lab);
        mem::swap(&mut self.console, &mut seat.console);
        mem::swap(&mut self.jobs, &mut seat.jobs);
        self.attend_own();
    }

    /// Goes to a console of the session.
    pub(crate) fn sit_at(&mut self, console: &str) {
        self.console = console.into();
    }

    /// Keeps the consoles of a lesson that was left, and goes to the one it was in. Says which of
    /// them has another name here.
    pub(crate) fn keep_consoles(&mut self, seat: SessionSlot) {
        let SessionSlot {
            session,
            console: sat,
            mut jobs,
            ..
        } = seat;
        self.of_lesson.clear();
        for (was, name) in self.session.take_over(session) {
            if let Some(job) = jobs.remove(&was) {
                self.jobs.insert(name.clone(), job);
            }
            if was == sat {
                self.console.clone_from(&name);
            }
            if was != name {
                self.screen
                    .line(&format!("the lesson's console `{was}` is `{name}` here"));
            }
            self.of_lesson.push(name);
        }
        self.session.attend(&self.console);
    }

    /// Ends the consoles that a lesson left here, for their addresses may be needed; gives their
    /// names.
    pub(crate) fn drop_consoles_of_lesson(&mut self) -> Vec<String> {
        let dropped = mem::take(&mut self.of_lesson);
        for console in &dropped {
            self.session.remove(console);
            self.jobs.remove(console);
            if self.console == *console {
                self.console = MAIN.into();
            }
        }
        dropped
    }

    /// Remembers how a command ended.
    pub(crate) fn note(&mut self, exit: Exit) -> AfterLine {
        self.last = exit;
        AfterLine::Go
    }

    /// The lab of this session, made when it is first asked for.
    pub(crate) fn lab(&mut self) -> Arc<Lab> {
        Arc::clone(self.lab.get_or_insert_with(|| Arc::new(Lab::new(&[]))))
    }

    /// Has the lab on machines of its own from now on, where the system allows it, or mapped.
    pub(crate) fn choose_lab(&mut self, shared: bool) {
        if self.lab().wants_machines() == shared {
            let make = if shared { Lab::mapped } else { Lab::new };
            self.lab = Some(Arc::new(make(&[])));
        }
    }

    /// The lab, if there is one already.
    pub(crate) fn current_lab(&self) -> Option<&Lab> {
        self.lab.as_deref()
    }

    /// Whether statements begin in the lab.
    pub(crate) fn in_lab(&self) -> bool {
        self.session.network().name() == "lab"
    }

    /// Statements begin in the lab from now on, or on the real network.
    pub(crate) fn use_lab(&mut self, on: bool) {
        if on {
            let lab = self.lab();
            self.session.set_network(lab);
        } else {
            self.session.set_network(Arc::new(LiveNetwork));
        }
    }

    /// Has the console in front do something, shows what comes of it, and returns the failure. A
    /// statement that Ctrl-Z leaves running has none yet.
    pub(crate) fn show(&mut self, task: Task, name: Option<&str>) -> Option<Failure> {
        if let Some(failure) = self.refusal() {
            self.last = Exit::Short;
            self.report(&failure, "", None);
            return Some(failure);
        }
        let source = task.source().to_string();
        let is_statement = matches!(task, Task::Statement(_));
        if is_statement {
            self.last_statement = Some(source.clone());
        }
        let _stops = self.catch_stops();
        let run = match self.session.begin(&self.console, task) {
            Ok(run) => run,
            Err(cause) => return Some(self.cannot_start(cause)),
        };
        let failure = self.finish(run, &source, name);
        if failure.is_none() && is_statement {
            self.told.push((self.console.clone(), source));
        }
        failure
    }

    /// Follows a statement, shows its value and gives its failure.
    pub(crate) fn finish(
        &mut self,
        mut run: StatementRun,
        source: &str,
        name: Option<&str>,
    ) -> Option<Failure> {
        let Some(outcome) = self.follow(&mut run) else {
            self.leave(run, source, name);
            return None;
        };
        if let Some(value) = &outcome.value {
            self.screen.value(value);
        }
        let failure = outcome.error?;
        if !matches!(failure.kind, FailureKind::Exit(_)) {
            self.last = exit_of(&failure);
            self.last_failure = Some(failure.clone());
            self.report(&failure, source, name);
        }
        Some(failure)
    }

    fn report(&self, failure: &Failure, source: &str, name: Option<&str>) {
        let mut text = self.screen.failure(failure, source, name);
        if failure.kind == FailureKind::Interrupted && self.notices.is_attached() {
            // The terminal has shown `^C`.
            text.insert(0, '\n');
        }
        // Whoever reads our output takes it for values.
        self.screen.aside_raw(&text);
    }

    fn cannot_start(&mut self, cause: Cause) -> Failure {
        let failure = Failure::of_call(&cause.during("console"));
        self.last = Exit::Unable;
        self.report(&failure, "", None);
        failure
    }
}

/// What a failure means for the program's end.
pub(crate) fn exit_of(failure: &Failure) -> Exit {
    match failure.kind {
        FailureKind::Exit(code) => Exit::Chosen(u8::try_from(code & 0xff).unwrap_or(1)),
        FailureKind::Interrupted | FailureKind::Stopped => Exit::Interrupted,
        FailureKind::Syntax | FailureKind::Refused | FailureKind::Error => Exit::Short,
    }
}

impl prompt::PromptHost for App {
    fn prompt(&self) -> String {
        let network = if self.in_lab() { " lab" } else { "" };
        let console = if self.console == MAIN {
            "socklab"
        } else {
            &self.console
        };
        format!("{console}{network}> ")
    }

    fn notices(&self) -> &Notices {
        &self.notices
    }

    fn is_command(&self, line: &str) -> bool {
        let word = line.split(char::is_whitespace).next().unwrap_or(line);
        is_line(line) && !self.session.has_variable(&self.console, word)
    }

    fn command(&mut self, line: &str) -> AfterLine {
        match parse(line) {
            Ok(verb) => run_command(&verb, self),
            Err(text) => {
                self.last = Exit::Unable;
                self.screen.line(&text);
                AfterLine::Go
            }
        }
    }

    fn evaluate(&mut self, statement: CutSource) -> AfterLine {
        let console = self.console.clone();
        let failure = self.show(Task::Statement(statement), None);
        // What was entered behind a statement that Ctrl-Z left belongs to its console.
        self.failed = failure.is_some() || self.console != console;
        match failure {
            Some(failure) if matches!(failure.kind, FailureKind::Exit(_)) => {
                AfterLine::Leave(exit_of(&failure))
            }
            _ => AfterLine::Go,
        }
    }

    fn fell_short(&self) -> bool {
        self.failed
    }

    fn left_out(&mut self, count: usize) {
        let lines = match count {
            0 => return,
            1 => "the statement behind it is".to_string(),
            count => format!("the {count} statements behind it are"),
        };
        self.screen.line(&format!("{lines} not evaluated"));
    }

    fn words(&self) -> Arc<dyn prompt::Words> {
        Arc::new(words::SessionWords {
            published: self.session.share_snapshot(&self.console),
            consoles: self
                .session
                .consoles()
                .map(|console| console.name().to_string())
                .collect(),
        })
    }
}
