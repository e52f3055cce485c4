//! Who makes a call. A caller waits for a descriptor together with its wake-up, publishes what it
//! waits for, and can be interrupted from another thread.
//!
//! An interrupt is addressed to a statement's number, so that a late one cannot strike the next
//! statement. The first one ends a wait with [`Cause::Interrupted`], which a script may catch; a
//! second one, and any that finds no wait to end, stops the statement.

use std::cell::{Cell, RefCell};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::address::{Address, Target, is_numeric_host, resolve_target};
use super::error::{Cause, Fault};
use super::network::Network;
use super::open_sockets::OpenSockets;
use super::poll::{self, Interest, Ready};
use super::socket::UnownedFds;
use super::wake::{self, Waker};
use super::worker::Worker;
use crate::repr::Repr;
use crate::trace::Tracer;

/// What a console is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Activity {
    /// Between statements.
    Idle {
        /// The number of the last statement; 0 before the first.
        after: u64,
    },
    /// Evaluating the statement of this number.
    Running {
        /// The statement's number.
        statement: u64,
    },
    /// Inside a system call that cannot go on yet.
    Waiting {
        /// The statement's number.
        statement: u64,
        /// The call: `"accept"`.
        call: &'static str,
        /// What it waits on, for people: `"127.0.0.1:50000"`; may be empty.
        on: Arc<str>,
        /// Since when.
        since: Instant,
    },
    /// Its thread has ended.
    Ended,
}

/// The state that a console shares with those who watch and interrupt it.
#[derive(Debug)]
pub(crate) struct Status {
    activity: Mutex<Activity>,
    /// The statement being evaluated; 0 between statements.
    current: AtomicU64,
    /// The statement that shall be interrupted; 0 for none.
    interrupt: AtomicU64,
    /// The statement whose wait an interrupt has ended already; 0 for none.
    struck: AtomicU64,
    waker: Waker,
    sockets: Arc<OpenSockets>,
}

impl Status {
    /// Its open sockets.
    pub(crate) fn sockets(&self) -> &Arc<OpenSockets> {
        &self.sockets
    }

    /// What the console does now.
    pub(crate) fn activity(&self) -> Activity {
        self.lock().clone()
    }

    fn publish(&self, activity: Activity) {
        *self.lock() = activity;
    }

    fn lock(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Interrupts the statement of this number, if it is still the one.
    pub(crate) fn interrupt(&self, statement: u64) {
        if statement != 0 && self.current.load(Ordering::SeqCst) == statement {
            self.interrupt.store(statement, Ordering::SeqCst);
            self.waker.wake();
        }
    }

    /// Interrupts whatever statement is being evaluated.
    pub(crate) fn interrupt_current(&self) {
        self.interrupt(self.current.load(Ordering::SeqCst));
    }

    /// Says that the console's thread has ended.
    pub(crate) fn leave(&self) {
        self.current.store(0, Ordering::SeqCst);
        self.publish(Activity::Ended);
    }

    /// Whether an interrupt waits for the statement that is being evaluated; the engine asks this
    /// at every step of a script.
    pub(crate) fn must_stop(&self) -> bool {
        let target = self.interrupt.load(Ordering::Relaxed);
        target != 0 && target == self.current.load(Ordering::Relaxed)
    }
}

/// Makes the calls of one console. It lives on that console's thread.
pub(crate) struct IoContext {
    status: Arc<Status>,
    wake: UnixStream,
    network: RefCell<Arc<dyn Network>>,
    worker: RefCell<Option<Worker>>,
    tracer: Tracer,
    default_timeout: Cell<Option<Duration>>,
    loose: UnownedFds,
}

impl IoContext {
    /// A caller in `network`. Fails with EMFILE or ENFILE when no descriptor is left.
    pub(crate) fn new(network: Arc<dyn Network>) -> Result<Self, Cause> {
        let (waker, wake) = wake::pair()?;
        let status = Status {
            activity: Mutex::new(Activity::Idle { after: 0 }),
            current: AtomicU64::new(0),
            interrupt: AtomicU64::new(0),
            struck: AtomicU64::new(0),
            waker,
            sockets: Arc::default(),
        };
        Ok(Self {
            status: Arc::new(status),
            wake,
            network: RefCell::new(network),
            worker: RefCell::default(),
            tracer: Tracer::default(),
            default_timeout: Cell::default(),
            loose: UnownedFds::default(),
        })
    }

    /// The timeout that this console's new sockets begin with; none waits for ever.
    pub(crate) fn default_timeout(&self) -> Option<Duration> {
        self.default_timeout.get()
    }

    /// Sets the timeout of sockets that are made from now on.
    pub(crate) fn set_default_timeout(&self, timeout: Option<Duration>) {
        self.default_timeout.set(timeout);
    }

    /// The state that others may watch.
    pub(crate) fn status(&self) -> &Arc<Status> {
        &self.status
    }

    /// The network of the statement that is being evaluated.
    pub(crate) fn network(&self) -> Arc<dyn Network> {
        self.tracer.note_asking();
        Arc::clone(&self.network.borrow())
    }

    /// The descriptors that no socket holds.
    pub(crate) fn loose(&self) -> &UnownedFds {
        &self.loose
    }

    /// What records the calls.
    pub(crate) fn tracer(&self) -> &Tracer {
        &self.tracer
    }

    /// Asks the network something that may block: on a thread that is left behind when an
    /// interrupt comes, because a C library's lookup cannot be ended.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        call: &'static str,
        about: &str,
        question: impl FnOnce(&dyn Network) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let kept = self.worker.borrow_mut().take();
        let worker = kept.map_or_else(Worker::start, Ok)?;
        let network = self.network();
        let answer = worker.give(move || question(&*network))?;
        let fd = worker.done().as_raw_fd();
        self.wait(call, fd, poll::READ, None, || about.into())?;
        wake::drain(worker.done());
        let result = answer
            .recv()
            .map_err(|_| Cause::Unknown("the lookup broke off".into()))?;
        *self.worker.borrow_mut() = Some(worker);
        result
    }

    /// The address that a target stands for, for a socket of this family. A name is looked up.
    pub(crate) fn resolve(&self, target: &Target, family: i32) -> Result<Address, Fault> {
        let name = match target {
            Target::Inet { host, .. } | Target::Inet6 { host, .. } => Some(host),
            Target::Unix(_) => None,
        };
        let at_hand =
            |host: &&String| host.is_empty() || *host == "<broadcast>" || is_numeric_host(host);
        let Some(host) = name.filter(|host| !at_hand(host)) else {
            return resolve_target(&*self.network(), target, family);
        };
        let (asked, about) = (target.clone(), target.to_string());
        self.looking_up(host, Address::repr, || {
            self.ask("getaddrinfo", &about, move |network| {
                resolve_target(network, &asked, family)
            })
        })
    }

    /// Records a lookup that another call makes, with what `shown` makes of its answer.
    pub(crate) fn looking_up<T>(
        &self,
        host: &str,
        shown: impl FnOnce(&T) -> Repr,
        look: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let arguments = || vec![("host", Repr::text(host, usize::MAX))];
        let recorded = self.tracer.begin_within("getaddrinfo", arguments);
        let answer = look();
        if recorded {
            let outcome = answer.as_ref().map(shown).map_err(Fault::recorded);
            self.tracer.end(outcome);
        }
        answer
    }

    /// Begins the statement of this number, in the network that it keeps to its end.
    pub(crate) fn begin(&self, statement: u64, network: Arc<dyn Network>) {
        *self.network.borrow_mut() = network;
        self.status.current.store(statement, Ordering::SeqCst);
        self.status.publish(Activity::Running { statement });
    }

    /// Ends the statement: what interrupts it from now on comes too late and does nothing.
    pub(crate) fn end(&self) {
        let after = self.status.current.swap(0, Ordering::SeqCst);
        self.status.publish(Activity::Idle { after });
    }

    /// Takes an interrupt that is addressed to the current statement.
    fn take_interrupt(&self) -> Option<Cause> {
        let status = &self.status;
        if !status.must_stop() {
            return None;
        }
        let current = status.current.load(Ordering::SeqCst);
        status.interrupt.store(0, Ordering::SeqCst);
        if status.struck.swap(current, Ordering::SeqCst) == current {
            // Left pending, so that the engine stops as well where a call's error is swallowed.
            status.interrupt.store(current, Ordering::SeqCst);
            return Some(Cause::Stopped);
        }
        Some(Cause::Interrupted)
    }

    /// Waits until `fd` is ready, the deadline passes ([`Cause::TimedOut`]), or an interrupt comes.
    /// `on` says for people what is waited for; it is asked only if the wait really begins.
    pub(crate) fn wait(
        &self,
        call: &'static str,
        fd: RawFd,
        interest: Interest,
        deadline: Option<Instant>,
        on: impl FnOnce() -> Arc<str>,
    ) -> Result<(), Cause> {
        self.waiting(call, on, || {
            self.until_ready(deadline, || {
                poll::poll_one(fd, interest, self.wake.as_raw_fd(), deadline)
            })
        })
    }

    /// Waits for time to pass.
    pub(crate) fn sleep(&self, time: Duration) -> Result<(), Cause> {
        // A time too long for the clock is for ever.
        let deadline = Instant::now().checked_add(time);
        match self.wait_any("sleep", &[], deadline, Arc::default) {
            Err(Cause::TimedOut) | Ok(_) => Ok(()),
            Err(cause) => Err(cause),
        }
    }

    /// Waits until at least one descriptor is ready and gives, for each, what is ready; the times
    /// and interrupts are those of [`IoContext::wait`].
    pub(crate) fn wait_any(
        &self,
        call: &'static str,
        fds: &[(RawFd, Interest)],
        deadline: Option<Instant>,
        on: impl FnOnce() -> Arc<str>,
    ) -> Result<Vec<Interest>, Cause> {
        self.waiting(call, on, || {
            self.until_ready(deadline, || {
                poll::poll(fds, Some(self.wake.as_raw_fd()), deadline)
            })
        })
    }

    /// Publishes that a call waits, as long as `wait` does.
    fn waiting<T>(
        &self,
        call: &'static str,
        on: impl FnOnce() -> Arc<str>,
        wait: impl FnOnce() -> Result<T, Cause>,
    ) -> Result<T, Cause> {
        let statement = self.status.current.load(Ordering::SeqCst);
        self.status.publish(Activity::Waiting {
            statement,
            call,
            on: on(),
            since: Instant::now(),
        });
        let result = self.tracer.timed(wait);
        self.status.publish(Activity::Running { statement });
        result
    }

    /// Polls until something is ready, the deadline passes, or an interrupt comes.
    fn until_ready<T>(
        &self,
        deadline: Option<Instant>,
        mut poll: impl FnMut() -> Result<Ready<T>, Cause>,
    ) -> Result<T, Cause> {
        loop {
            if let Some(cause) = self.take_interrupt() {
                return Err(cause);
            }
            match poll()? {
                Ready::Woken => wake::drain(&self.wake),
                Ready::Found(found) => return Ok(found),
                Ready::Nothing if deadline.is_some_and(|at| Instant::now() >= at) => {
                    return Err(Cause::TimedOut);
                }
                Ready::Nothing => {}
            }
        }
    }
}
