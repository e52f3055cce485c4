//! Who makes a call. It blocks in the system as CPython's calls do, tells others which call it is in,
//! and can be interrupted from another thread.
//!
//! An interrupt is addressed to a statement's number, so that a late one cannot strike the next
//! statement. The first one ends a call with [`Cause::Interrupted`], which a script may catch; a
//! second one, and any that finds no call to end, stops the statement. Whoever interrupts leaves word
//! first and then signals the console's thread, again each millisecond until the call is left: a
//! signal that comes just before the call is not lost that way.

mod status;

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::TryRecvError;
use std::time::{Duration, Instant};

use super::act::Act;
use super::address::Address;
use super::error::{Cause, Fault};
use super::network::Network;
use super::sys::call_slot::{CallTeller, Within};
use super::sys::fd::UnownedFds;
use super::sys::interrupt::{self, Presence};
use super::sys::poll::{self, PollFd};
use super::target::{Target, is_numeric_host, resolve_target};
use super::worker::Worker;
use crate::repr::Repr;
use crate::trace::Tracer;

pub(crate) use super::sys::call_slot::Awaited;
pub(crate) use status::{Activity, Status};

/// For so long a call rests that poll(2) takes for ready, and that has nothing to do then.
const REST: Duration = Duration::from_millis(1);

/// Makes the calls of one console. It lives on that console's thread.
pub(crate) struct IoContext {
    status: Arc<Status>,
    teller: Rc<CallTeller>,
    network: RefCell<Arc<dyn Network>>,
    worker: RefCell<Option<Worker>>,
    tracer: Tracer,
    default_timeout: Cell<Option<Duration>>,
    unowned: UnownedFds,
    presence: Presence,
}

impl IoContext {
    /// Who makes calls on this thread, in `network`.
    pub(crate) fn new(network: Arc<dyn Network>) -> Result<Self, Cause> {
        let presence = Presence::begin()?;
        let teller = Rc::<CallTeller>::default();
        Ok(Self {
            status: Arc::new(Status::new(teller.slot(), presence.thread())),
            teller,
            network: RefCell::new(network),
            worker: RefCell::default(),
            tracer: Tracer::default(),
            default_timeout: Cell::default(),
            unowned: UnownedFds::default(),
            presence,
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

    /// The network in which sockets are made.
    pub(crate) fn network_of_calls(&self) -> Arc<dyn Network> {
        Arc::clone(&self.network.borrow())
    }

    /// The network of the statement that is being evaluated, to be asked.
    pub(crate) fn network(&self) -> Arc<dyn Network> {
        self.tracer.note_asking();
        Arc::clone(&self.network.borrow())
    }

    /// What tells others of its calls, for descriptors that block when they are closed.
    pub(crate) fn teller(&self) -> &Rc<CallTeller> {
        &self.teller
    }

    /// The descriptors that no socket holds.
    pub(crate) fn unowned_fds(&self) -> &UnownedFds {
        &self.unowned
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
        self.status.tell_about(about);
        let within = self.enter(call, Awaited::Elsewhere);
        self.check()?;
        let answer = worker.give(move || question(&*network), self.presence.thread())?;
        // Whoever answers and whoever interrupts signals this thread.
        let came = || match answer.try_recv() {
            Ok(result) => Some(Ok(result)),
            Err(TryRecvError::Empty) => self.check().err().map(Err),
            Err(TryRecvError::Disconnected) => {
                Some(Err(Cause::Unknown("the lookup broke off".into())))
            }
        };
        let result = self.tracer.timed(|| self.presence.wait_for(came))?;
        drop(within);
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
        if let Target::Unix(path) = target {
            self.network_of_calls().allows(Act::ReachPath(path))?;
        }
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
        self.status.begin(statement);
    }

    /// Ends the statement: what interrupts it from now on comes too late and does nothing.
    pub(crate) fn end(&self) {
        self.status.end();
    }

    /// Says to others what the next call is about.
    pub(crate) fn tell_about(&self, about: &str) {
        self.status.tell_about(about);
    }

    /// Says to others that a call begins, until the result is dropped.
    fn enter(&self, call: &'static str, awaited: Awaited) -> Within<'_> {
        self.teller.enter(call, awaited)
    }

    /// Takes an interrupt that is addressed to the current statement, as an error.
    pub(crate) fn check(&self) -> Result<(), Cause> {
        self.status.take_interrupt()
    }

    /// Makes a system call that may block, again where a signal ended it that meant nothing (EINTR,
    /// PEP 475). The one place where calls block; interrupts end it.
    pub(crate) fn block<T>(
        &self,
        call: &'static str,
        awaited: Awaited,
        mut attempt: impl FnMut() -> io::Result<T>,
    ) -> Result<T, Fault> {
        let _within = self.enter(call, awaited);
        loop {
            self.check()?;
            match self.tracer.timed(&mut attempt) {
                Ok(value) => {
                    self.status.spare_what_was_taken();
                    return Ok(value);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Makes a system call that may block, once: EINTR is an error, unless it was an interrupt.
    pub(crate) fn block_once<T>(
        &self,
        call: &'static str,
        awaited: Awaited,
        attempt: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, Fault> {
        let _within = self.enter(call, awaited);
        self.check()?;
        let ended = self.tracer.timed(attempt);
        if ended
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::Interrupted)
        {
            self.check()?;
        }
        Ok(ended?)
    }

    /// Waits until a call's descriptor is ready, or the deadline passes ([`Cause::TimedOut`]).
    pub(crate) fn wait_ready(
        &self,
        call: &'static str,
        awaited: Awaited,
        deadline: Option<Instant>,
    ) -> Result<(), Cause> {
        let _within = self.enter(call, awaited);
        self.poll_within(&mut [awaited.poll_fd()], deadline)
    }

    /// Makes a system call that does not block, again whenever its descriptor is ready, until it has
    /// something else to say than EAGAIN, the deadline passes ([`Cause::TimedOut`]), or an interrupt
    /// comes.
    pub(crate) fn block_until<T>(
        &self,
        call: &'static str,
        awaited: Awaited,
        deadline: Option<Instant>,
        mut attempt: impl FnMut() -> io::Result<T>,
    ) -> Result<T, Fault> {
        let _within = self.enter(call, awaited);
        let mut fds = [awaited.poll_fd()];
        let mut waited = false;
        loop {
            self.check()?;
            match attempt() {
                Ok(value) => {
                    self.status.spare_what_was_taken();
                    return Ok(value);
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => continue,
                    io::ErrorKind::WouldBlock => {}
                    _ => return Err(error.into()),
                },
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if waited && left == Some(Duration::ZERO) {
                return Err(Cause::TimedOut.into());
            }
            if waited {
                // It was ready for poll(2), and had nothing to give: it may be so for long.
                let _struck = interrupt::sleep(left.map_or(REST, |left| left.min(REST)));
            }
            waited = true;
            self.poll_within(&mut fds, deadline)?;
        }
    }

    /// Waits until one of the descriptors is ready, or the deadline passes: whether one is.
    pub(crate) fn poll(
        &self,
        call: &'static str,
        fds: &mut [PollFd],
        deadline: Option<Instant>,
    ) -> Result<bool, Cause> {
        self.status.list_awaited(fds);
        let _within = self.enter(call, Awaited::Listed);
        match self.poll_within(fds, deadline) {
            Ok(()) => Ok(true),
            Err(Cause::TimedOut) => Ok(false),
            Err(cause) => Err(cause),
        }
    }

    fn poll_within(&self, fds: &mut [PollFd], deadline: Option<Instant>) -> Result<(), Cause> {
        loop {
            self.check()?;
            match self.tracer.timed(|| poll::poll(fds, deadline)) {
                Ok(0) if deadline.is_some_and(|at| Instant::now() >= at) => {
                    return Err(Cause::TimedOut);
                }
                Ok(0) => {}
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Lets time pass.
    pub(crate) fn sleep(&self, time: Duration) -> Result<(), Cause> {
        self.pause("sleep", "", time)
    }

    /// Lets time pass in a call that waits for something (`about`) that no descriptor tells of.
    pub(crate) fn pause(
        &self,
        call: &'static str,
        about: &str,
        time: Duration,
    ) -> Result<(), Cause> {
        // A time too long for the clock is for ever.
        let deadline = Instant::now().checked_add(time);
        self.status.tell_about(about);
        let _within = self.enter(call, Awaited::Elsewhere);
        loop {
            self.check()?;
            let left = deadline.map_or(Duration::MAX, |at| {
                at.saturating_duration_since(Instant::now())
            });
            if left.is_zero() {
                return Ok(());
            }
            // A signal that meant nothing does not shorten it.
            let _struck = interrupt::sleep(left);
        }
    }
}
