//! Consoles: each one interpreter that a person could sit at. A console is a thread that owns a
//! script engine, its variables and functions; the others talk to it through this handle.

pub(crate) mod background;
mod session;
mod statement;
mod task;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::net::error::Cause;
use crate::net::io_context::{Activity, IoContext, Status};
use crate::net::network::Network;
use crate::net::process::Program;
use crate::repr::Repr;
use crate::script::engine::CALL_LEVELS;
use crate::script::stack;
use task::{Request, SessionParts, serve};

pub(crate) use session::InterruptTarget;
pub use session::Session;
pub use statement::Wait;
pub(crate) use statement::{DetachRequest, RunProgress, StatementEnd, StatementRun, Unseen, Until};
pub(crate) use task::{ConsoleSnapshot, Task};

/// Room for the deepest nest of script functions, and for the values that lie deepest in each other. Only
/// what is used of it takes memory; where the system has no room for the first, it is the second.
const STACKS: [usize; 2] = [512 << 20, CALL_LEVELS * (256 << 10)];
/// How long a console may take to end after it was stopped.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an interrupt may take, before the next one.
const AGAIN: Duration = Duration::from_millis(100);

/// A handle to a console. When it is dropped, what runs there is stopped and the thread ends.
pub(crate) struct Console {
    name: String,
    status: Arc<Status>,
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    /// Nothing ever comes from here; it closes when the thread ends.
    ended: Receiver<()>,
    statements: u64,
    snapshot: Arc<Mutex<ConsoleSnapshot>>,
    /// The constants that it was given.
    constants: BTreeMap<String, Repr>,
}

impl Console {
    /// Starts a console, whose scripts have the object `program` where there is one. Fails when the
    /// system gives no thread or descriptor (EAGAIN, EMFILE).
    pub(crate) fn start(
        name: &str,
        network: Arc<dyn Network>,
        program: Option<Arc<Program>>,
    ) -> Result<Self, Cause> {
        let start_on = |stack| Self::start_on(stack, name, &network, program.as_ref());
        start_on(STACKS[0]).or_else(|_| start_on(STACKS[1]))
    }

    fn start_on(
        stack: usize,
        name: &str,
        network: &Arc<dyn Network>,
        program: Option<&Arc<Program>>,
    ) -> Result<Self, Cause> {
        let (network, program) = (Arc::clone(network), program.cloned());
        let (requests, inbox) = mpsc::channel();
        let (ready, started) = mpsc::sync_channel(1);
        let (alive, ended) = mpsc::channel();
        let snapshot = Arc::<Mutex<ConsoleSnapshot>>::default();
        let publish_to = Arc::clone(&snapshot);
        let body = move || {
            let _alive: Sender<()> = alive;
            stack::begin(stack);
            // What a program that is examined needs of the machine nobody knows: its checks are kept by
            // our own calls alone.
            let entered = match program {
                None => network.enter_thread().map_err(Cause::from),
                Some(_) => Ok(()),
            };
            match entered.and_then(|()| IoContext::new(network)) {
                Ok(caller) => {
                    if ready.send(Ok(Arc::clone(caller.status()))).is_ok() {
                        serve(caller, program, &publish_to, inbox);
                    }
                }
                // Whoever asked for the console is gone if this fails.
                Err(cause) => drop(ready.send(Err(cause))),
            }
        };
        let thread = thread::Builder::new()
            .name(name.into())
            .stack_size(stack)
            .spawn(body)?;
        let gone = |_| Cause::Unknown("the console's thread ended at once".into());
        let status = started.recv().map_err(gone)??;
        Ok(Self {
            name: name.into(),
            status,
            requests: Some(requests),
            thread: Some(thread),
            ended,
            statements: 0,
            snapshot,
            constants: BTreeMap::new(),
        })
    }

    /// Its name: `main`, `server`, `client`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What it is doing, for those who interrupt it or look at its sockets.
    pub(crate) fn status(&self) -> &Arc<Status> {
        &self.status
    }

    /// What it tells of its variables, as of its last statement.
    pub(crate) fn snapshot(&self) -> MutexGuard<'_, ConsoleSnapshot> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same, to be looked at later.
    pub(crate) fn share_snapshot(&self) -> Arc<Mutex<ConsoleSnapshot>> {
        Arc::clone(&self.snapshot)
    }

    /// Whether a statement is being evaluated or is pending.
    pub(crate) fn is_busy(&self) -> bool {
        match self.status.activity() {
            Activity::Idle { after } => after != self.statements,
            Activity::Ended => false,
            Activity::Running { .. } | Activity::Waiting { .. } => true,
        }
    }

    /// The call that its statement waits in; none while it computes or has nothing to do.
    pub(crate) fn wait(&self) -> Option<Wait> {
        Wait::of(self.status.activity())
    }

    /// Begins a task. It comes after those that were begun before.
    fn begin(&mut self, task: Task, around: SessionParts) -> StatementRun {
        match &task {
            Task::Reset => self.constants.clear(),
            Task::Define(constants) => self.constants.extend(constants.iter().cloned()),
            _ => {}
        }
        self.statements += 1;
        let (run, sink) = StatementRun::new(self.statements, &self.status);
        let request = Request {
            number: self.statements,
            console: self.name.as_str().into(),
            task,
            around,
            sink,
        };
        if let Some(requests) = &self.requests {
            // That a console has ended shows in its statements: they are lost.
            let _ = requests.send(request);
        }
        run
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.requests = None;
        let end = Instant::now() + PATIENCE;
        loop {
            // The first interrupt may be caught by the script, to end cleanly; the next ones stop it.
            self.status.interrupt_current();
            let left = end.saturating_duration_since(Instant::now());
            match self.ended.recv_timeout(left.min(AGAIN)) {
                Err(RecvTimeoutError::Disconnected) => break,
                // It is left behind, and ends with the process.
                _ if left.is_zero() => return,
                _ => {}
            }
        }
        if let Some(thread) = self.thread.take() {
            // A panic there has nothing to tell that its last statement did not.
            let _ = thread.join();
        }
    }
}
