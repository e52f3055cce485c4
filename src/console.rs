//! Consoles: each one interpreter that a person could sit at. A console is a thread that owns a
//! script engine, its variables and functions; the others talk to it through this handle.

pub(crate) mod background;
mod foreground;
mod session;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::net::error::Cause;
use crate::net::io_context::{Activity, IoContext, Status};
use crate::net::network::Network;
use crate::net::process::Program;
use crate::script::context::{Context, Output};
use crate::script::engine::{CALL_LEVELS, Engine, Outcome};
use crate::script::inspect::{Held, Inside};

pub(crate) use foreground::{watch, watch_or_leave};
pub(crate) use session::Front;
pub use session::Session;

/// Room for the deepest nest of script functions.
const STACK: usize = CALL_LEVELS * (64 << 10);
/// How many printed lines may wait for the one who shows them. Room for all of them is made for
/// every statement, so that more would cost each of them.
const LINES_AHEAD: usize = 64;
/// For so long a thread looks whether something has come before it sleeps.
const AWAKE: Duration = Duration::from_micros(50);
/// How long a console may take to end after it was stopped.
const PATIENCE: Duration = Duration::from_secs(2);

/// What comes from a statement while it is evaluated.
#[derive(Debug)]
pub(crate) enum Event {
    /// It printed a line.
    Printed(String),
    /// It wrote a line beside the transcript.
    Noted(String),
    /// It ended.
    Ended(Outcome),
}

/// What a console is asked to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EvalMode {
    /// One statement, whose value shows.
    Statement,
    /// A whole script, which shows no value.
    Script,
    /// A statement that only asks: `it` stays what it was.
    Aside,
    /// No source: has the console publish what it holds.
    Survey,
    /// No source: drops the console's variables and functions.
    Reset,
}

/// What a console tells of its variables, as of its last statement.
#[derive(Debug, Default)]
pub(crate) struct ConsoleSnapshot {
    /// Their names and types, in a learner's words: `socket`, `integer`.
    pub(crate) variables: BTreeMap<String, &'static str>,
    /// What the arrays and maps among them hold.
    pub(crate) inside: BTreeMap<String, Inside>,
    /// The functions that were defined, and their signatures.
    pub(crate) functions: BTreeMap<String, String>,
    /// The open sockets among them: descriptor and name.
    pub(crate) sockets: Vec<(RawFd, String)>,
    /// Variables and functions, as of the last [`EvalMode::Survey`].
    pub(crate) held: Vec<Held>,
}

/// What goes from a console to whoever watches.
enum Message {
    Event(Event),
    /// Look whether the statement shall be left.
    Look,
}

/// What a watcher hears.
pub(crate) enum WatchEvent {
    /// Something of the statement.
    Event(Event),
    /// Somebody asks to leave the statement running.
    DetachRequest,
    /// The console's thread is gone.
    Nothing,
}

struct Request {
    number: u64,
    manner: EvalMode,
    source: String,
    network: Arc<dyn Network>,
    args: Vec<String>,
    events: Arc<SyncSender<Message>>,
}

/// A handle to a console. When it is dropped, what runs there is stopped and the thread ends.
pub(crate) struct Console {
    name: String,
    status: Arc<Status>,
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    statements: u64,
    published: Arc<Mutex<ConsoleSnapshot>>,
}

/// A statement that is being evaluated.
pub(crate) struct Running {
    /// Its number in its console, from 1.
    pub(crate) number: u64,
    events: Receiver<Message>,
    status: Arc<Status>,
    detach: DetachRequest,
}

/// Asks whoever watches a statement to leave it running.
#[derive(Clone)]
pub(crate) struct DetachRequest {
    asked: Arc<AtomicBool>,
    events: Weak<SyncSender<Message>>,
}

impl DetachRequest {
    /// Asks. A statement that ended meanwhile is not left.
    pub(crate) fn detach(&self) {
        self.asked.store(true, Ordering::SeqCst);
        if let Some(events) = self.events.upgrade() {
            // A full queue means that its watcher is awake, and will see the flag.
            let _ = events.try_send(Message::Look);
        }
    }
}

/// The time to wait for an event has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimedOut;

/// Sends what a script prints to whoever watches the statement.
#[derive(Clone, Default)]
struct ToWatcher(Rc<RefCell<Option<Arc<SyncSender<Message>>>>>);

impl ToWatcher {
    fn send(&self, event: Event) {
        if let Some(events) = &*self.0.borrow() {
            // Nobody watches a statement that was given up.
            let _ = events.send(Message::Event(event));
        }
    }
}

impl Output for ToWatcher {
    fn print(&self, text: &str) {
        self.send(Event::Printed(text.into()));
    }

    fn eprint(&self, text: &str) {
        self.send(Event::Noted(text.into()));
    }
}

impl Console {
    /// Starts a console, whose scripts have the object `program` where there is one. Fails when the system gives no
    /// thread or descriptor (EAGAIN, EMFILE).
    pub(crate) fn start(
        name: &str,
        network: Arc<dyn Network>,
        program: Option<Arc<Program>>,
    ) -> Result<Self, Cause> {
        let (requests, inbox) = mpsc::channel();
        let (ready, started) = mpsc::sync_channel(1);
        let published = Arc::<Mutex<ConsoleSnapshot>>::default();
        let publish_to = Arc::clone(&published);
        let body = move || match IoContext::new(network) {
            Ok(caller) => {
                if ready.send(Ok(Arc::clone(caller.status()))).is_ok() {
                    serve(caller, program, &publish_to, inbox);
                }
            }
            // Whoever asked for the console is gone if this fails.
            Err(cause) => drop(ready.send(Err(cause))),
        };
        let thread = thread::Builder::new()
            .name(name.into())
            .stack_size(STACK)
            .spawn(body)?;
        let gone = |_| Cause::Unknown("the console's thread ended at once".into());
        let status = started.recv().map_err(gone)??;
        let name = name.to_string();
        Ok(Self {
            name,
            status,
            requests: Some(requests),
            thread: Some(thread),
            statements: 0,
            published,
        })
    }

    /// Its name: `main`, `server`, `client`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What it is doing, for those who watch or interrupt it.
    pub(crate) fn status(&self) -> &Arc<Status> {
        &self.status
    }

    /// What it tells of its variables, as of its last statement.
    pub(crate) fn snapshot(&self) -> MutexGuard<'_, ConsoleSnapshot> {
        self.published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The same, to be looked at later.
    pub(crate) fn share_snapshot(&self) -> Arc<Mutex<ConsoleSnapshot>> {
        Arc::clone(&self.published)
    }

    /// Whether a statement is being evaluated or waits to be.
    pub(crate) fn is_busy(&self) -> bool {
        match self.status.activity() {
            Activity::Idle { after } => after != self.statements,
            Activity::Ended => false,
            Activity::Running { .. } | Activity::Waiting { .. } => true,
        }
    }

    /// Begins to evaluate a source in `network`. It waits behind what runs there already.
    pub(crate) fn begin(
        &mut self,
        manner: EvalMode,
        source: &str,
        network: Arc<dyn Network>,
        args: Vec<String>,
    ) -> Running {
        self.statements += 1;
        let number = self.statements;
        let (events, watched) = mpsc::sync_channel(LINES_AHEAD);
        let events = Arc::new(events);
        let detach = DetachRequest {
            asked: Arc::default(),
            events: Arc::downgrade(&events),
        };
        let request = Request {
            number,
            manner,
            source: source.into(),
            network,
            args,
            events,
        };
        if let Some(requests) = &self.requests {
            // That a console has ended shows in its events: they stop without an outcome.
            let _ = requests.send(request);
        }
        Running {
            number,
            events: watched,
            status: Arc::clone(&self.status),
            detach,
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.requests = None;
        let ended = |activity: &Activity| *activity == Activity::Ended;
        let at_rest =
            |activity: &Activity| matches!(activity, Activity::Idle { .. } | Activity::Ended);
        let end = Instant::now() + PATIENCE;
        // The first interrupt may be caught by the script, to end cleanly; the next ones stop it.
        while !at_rest(&self.status.activity()) && Instant::now() < end {
            self.status.interrupt_current();
            let look = (Instant::now() + Duration::from_millis(100)).min(end);
            self.status.wait_until(Some(look), at_rest);
        }
        if self.status.wait_until(Some(end), ended) == Activity::Ended
            && let Some(thread) = self.thread.take()
        {
            // A panic there has nothing to tell that its last statement did not.
            let _ = thread.join();
        }
    }
}

impl Running {
    /// The next thing that comes from the statement; none after [`Event::Ended`].
    pub(crate) fn next_event(&self) -> Option<Event> {
        loop {
            match self.events.recv() {
                Ok(Message::Event(event)) => return Some(event),
                Ok(Message::Look) => {}
                Err(_) => return None,
            }
        }
    }

    /// The next thing that comes from the statement, or from who wants it left.
    pub(crate) fn hear(&self) -> WatchEvent {
        loop {
            if self.detach.asked.swap(false, Ordering::SeqCst) {
                return WatchEvent::DetachRequest;
            }
            match self.events.recv() {
                Ok(Message::Event(event)) => return WatchEvent::Event(event),
                Ok(Message::Look) => {}
                Err(_) => return WatchEvent::Nothing,
            }
        }
    }

    /// What asks this statement's watcher to leave it.
    pub(crate) fn detach_request(&self) -> DetachRequest {
        self.detach.clone()
    }

    /// The next thing that comes from the statement before `deadline`.
    pub(crate) fn next_event_before(&self, deadline: Instant) -> Result<Option<Event>, TimedOut> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let heard = soon(&self.events).map_or_else(|| self.events.recv_timeout(left), Ok);
            match heard {
                Ok(Message::Event(event)) => return Ok(Some(event)),
                Ok(Message::Look) => {}
                Err(RecvTimeoutError::Timeout) => return Err(TimedOut),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    /// What its console is doing.
    pub(crate) fn status(&self) -> &Arc<Status> {
        &self.status
    }

    /// Interrupts it, if it has not ended: Ctrl-C.
    pub(crate) fn interrupt(&self) {
        self.status.interrupt(self.number);
    }
}

/// A console's thread: evaluates one request after the other until its handle is dropped.
fn serve(
    caller: IoContext,
    program: Option<Arc<Program>>,
    published: &Mutex<ConsoleSnapshot>,
    inbox: Receiver<Request>,
) {
    let watcher = ToWatcher::default();
    let status = Arc::clone(caller.status());
    let output = Box::new(watcher.clone());
    let mut engine = Engine::new(Context {
        caller,
        output,
        args: RefCell::default(),
    });
    if let Some(program) = program {
        engine.give_program(program);
    }
    while let Some(request) = soon(&inbox).or_else(|| inbox.recv().ok()) {
        *watcher.0.borrow_mut() = Some(request.events);
        *engine.context().args.borrow_mut() = request.args;
        engine
            .context()
            .caller
            .begin(request.number, request.network);
        let outcome = match request.manner {
            EvalMode::Statement => engine.eval(&request.source),
            EvalMode::Script => engine.run_script(&request.source),
            EvalMode::Aside => engine.eval_aside(&request.source),
            EvalMode::Survey => Outcome::default(),
            EvalMode::Reset => engine.reset(),
        };
        publish(&mut engine, request.manner, published);
        engine.context().caller.end();
        watcher.send(Event::Ended(outcome));
        *watcher.0.borrow_mut() = None;
    }
    // The sockets close before anybody hears that the console has ended.
    drop(engine);
    status.leave();
}

/// What comes within a moment, without sleeping: to wake a processor that sleeps takes longer than
/// most statements do.
fn soon<T>(receiver: &Receiver<T>) -> Option<T> {
    let end = Instant::now() + AWAKE;
    loop {
        match receiver.try_recv() {
            Ok(message) => return Some(message),
            Err(TryRecvError::Empty) if Instant::now() < end => thread::yield_now(),
            Err(_) => return None,
        }
    }
}

/// Tells others of the variables, as they are after a statement.
fn publish(engine: &mut Engine, manner: EvalMode, published: &Mutex<ConsoleSnapshot>) {
    let held = (manner == EvalMode::Survey).then(|| engine.survey());
    let sockets = engine.socket_names();
    let mut published = published.lock().unwrap_or_else(PoisonError::into_inner);
    if manner == EvalMode::Reset {
        *published = ConsoleSnapshot::default();
    }
    // What has not changed costs no memory: a session may have a thousand variables.
    let variables = &mut published.variables;
    engine.visit_variables(|name, kind| match variables.get_mut(name) {
        Some(known) => *known = kind,
        None => drop(variables.insert(name.into(), kind)),
    });
    engine.look_inside(&mut published.inside);
    let functions = engine.take_fresh_functions();
    published.functions.extend(functions);
    published.sockets = sockets;
    if let Some(held) = held {
        published.held = held;
    }
}
