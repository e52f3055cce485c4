//! Ending the blocking call of another thread: a signal whose handler does nothing, installed
//! without `SA_RESTART`, so that the call ends with EINTR.

use std::io;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use super::super::platform;

/// The signal. It is sent to one thread, never to the process.
const SIGNAL: libc::c_int = libc::SIGUSR2;
/// The longest time that one nanosleep(2) is asked for: more than any clock's field has room for.
const LONGEST_SLEEP: Duration = Duration::from_secs(1 << 24);

/// A thread whose blocking calls others may end.
#[derive(Debug)]
pub(crate) struct CallingThread {
    /// None once the thread has left.
    id: Mutex<Option<libc::pthread_t>>,
    /// The system's number of the thread, where it has one.
    number: platform::ThreadNumber,
}

/// Lives on the thread that a [`CallingThread`] names; when it is dropped, no signal is sent there
/// any more.
#[derive(Debug)]
pub(crate) struct Presence {
    thread: Arc<CallingThread>,
    /// Keeps it on its thread.
    _here: PhantomData<*const ()>,
}

extern "C" fn do_nothing(_signal: libc::c_int) {}

impl Presence {
    /// Makes the blocking calls of this thread such as can be ended. Errors: none that Linux and
    /// macOS know.
    pub(crate) fn begin() -> io::Result<Self> {
        install();
        let_through()?;
        let thread = CallingThread {
            // SAFETY: pthread_self(3) always succeeds.
            id: Mutex::new(Some(unsafe { libc::pthread_self() })),
            number: platform::thread_number(),
        };
        Ok(Self {
            thread: Arc::new(thread),
            _here: PhantomData,
        })
    }

    /// Asks `found` again after each signal to this thread, until it has something. A signal that comes
    /// between an answer and the wait is not lost: sigsuspend(2) lets signals through and waits in one.
    #[allow(clippy::unused_self)] // its thread is the one that is signalled
    pub(crate) fn wait_for<T>(&self, mut found: impl FnMut() -> Option<T>) -> T {
        let set = only(SIGNAL);
        // SAFETY: plain integers, for which zeros are valid; `set` is filled.
        let through = unsafe {
            let mut before: libc::sigset_t = std::mem::zeroed();
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, &raw mut before);
            libc::sigdelset(&raw mut before, SIGNAL);
            before
        };
        let found = loop {
            if let Some(found) = found() {
                break found;
            }
            // SAFETY: `through` is filled.
            unsafe { libc::sigsuspend(&raw const through) };
        };
        // SAFETY: as above.
        unsafe {
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const through, std::ptr::null_mut())
        };
        found
    }

    /// The thread, for others.
    pub(crate) fn thread(&self) -> &Arc<CallingThread> {
        &self.thread
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        *self.thread.lock() = None;
    }
}

impl CallingThread {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<libc::pthread_t>> {
        self.id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the blocking call that the thread is in, with EINTR; a call that begins a moment later
    /// is not ended.
    pub(crate) fn signal(&self) {
        let id = self.lock();
        if let Some(id) = *id {
            // SAFETY: the thread lives: its `Presence` clears the id, under this lock, before it ends.
            unsafe { libc::pthread_kill(id, SIGNAL) };
        }
    }

    /// Whether the thread sleeps in the system; none where that is not told.
    pub(crate) fn sleeps(&self) -> Option<bool> {
        platform::sleeps(self.number)
    }
}

/// Installs the handler: until then the signal ends the process, whoever sends it.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the structure is zeroed, which is valid for it, and then filled; the handler does
        // nothing.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = do_nothing as *const () as libc::sighandler_t;
            libc::sigemptyset(&raw mut action.sa_mask);
            libc::sigaction(SIGNAL, &raw const action, std::ptr::null_mut());
        }
    });
}

/// Lets the signal through on this thread.
fn let_through() -> io::Result<()> {
    let set = only(SIGNAL);
    // SAFETY: `set` is filled; the old mask is not asked for.
    match unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut()) }
    {
        0 => Ok(()),
        number => Err(io::Error::from_raw_os_error(number)),
    }
}

/// A set of one signal.
pub(super) fn only(signal: libc::c_int) -> libc::sigset_t {
    // SAFETY: plain integers, which sigemptyset(3) and sigaddset(3) fill.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, signal);
        set
    }
}

/// One nanosleep(2). Errors: EINTR, when a signal came.
pub(crate) fn sleep(time: Duration) -> io::Result<()> {
    let time = time.min(LONGEST_SLEEP);
    // SAFETY: plain integers, for which zeros are valid.
    let mut wanted: libc::timespec = unsafe { std::mem::zeroed() };
    // The fields differ in width between systems; both numbers are small.
    #[allow(clippy::cast_possible_wrap, clippy::cast_lossless)]
    {
        wanted.tv_sec = time.as_secs() as _;
        wanted.tv_nsec = time.subsec_nanos() as _;
    }
    // SAFETY: `wanted` is filled; the rest is not asked for.
    match unsafe { libc::nanosleep(&raw const wanted, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
