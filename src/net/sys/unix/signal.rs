//! Ctrl-C and Ctrl-Z as signals: a handler that only counts, and a thread that is woken to hear of it.

use std::io;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::interrupt::only;

/// The signal that wakes the thread, which never handles it but waits for it.
const WAKE: libc::c_int = libc::SIGUSR2;
/// The thread that hears, as a `pthread_t`; 0 before there is one.
static HEARER: AtomicUsize = AtomicUsize::new(0);
/// How often SIGINT and SIGTSTP came and were not heard yet.
static CAME: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];
/// How often SIGINT came in all.
static INTERRUPTS: AtomicU32 = AtomicU32::new(0);

/// What a person at the terminal pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// Ctrl-C: SIGINT.
    Interrupt,
    /// Ctrl-Z: SIGTSTP, while [`Stops`] are caught.
    Stop,
}

extern "C" fn on_signal(signal: libc::c_int) {
    let key = usize::from(signal == libc::SIGTSTP);
    CAME[key].fetch_add(1, Ordering::SeqCst);
    if key == 0 {
        INTERRUPTS.fetch_add(1, Ordering::SeqCst);
    }
    let hearer = HEARER.load(Ordering::SeqCst);
    if hearer != 0 {
        // SAFETY: pthread_kill(3) is async-signal-safe, and the thread lives to the end of the
        // process. It leaves errno alone.
        unsafe { libc::pthread_kill(hearer as libc::pthread_t, WAKE) };
    }
}

/// How often SIGINT came since [`on_key`], for those who are not told of it.
pub(crate) fn interrupts() -> u32 {
    INTERRUPTS.load(Ordering::SeqCst)
}

/// Acts as if SIGINT had come; without [`on_key`] nobody hears of it.
pub(crate) fn interrupt() {
    on_signal(libc::SIGINT);
}

/// Calls `act` on a thread of its own for every SIGINT from now on, and for every SIGTSTP while
/// [`Stops`] are caught. Blocked system calls of other threads end with EINTR and are tried again.
/// Only the first call in a process has an effect. It needs no descriptor.
pub(crate) fn on_key(act: impl Fn(Key) + Send + 'static) -> io::Result<()> {
    if HEARER.load(Ordering::SeqCst) != 0 {
        return Ok(());
    }
    let (ready, listens) = mpsc::channel();
    thread::Builder::new()
        .name("interrupts".into())
        .spawn(move || {
            let wake = only(WAKE);
            #[allow(clippy::cast_possible_truncation)] // as wide as a pointer
            // SAFETY: `wake` is filled; blocked here, the signal waits until it is asked for.
            unsafe {
                libc::pthread_sigmask(libc::SIG_BLOCK, &raw const wake, std::ptr::null_mut());
                HEARER.store(libc::pthread_self() as usize, Ordering::SeqCst);
            }
            let _ = ready.send(());
            loop {
                let mut signal = 0;
                // SAFETY: `wake` is filled, `signal` is to be written.
                unsafe { libc::sigwait(&raw const wake, &raw mut signal) };
                for (came, key) in CAME.iter().zip([Key::Interrupt, Key::Stop]) {
                    for _ in 0..came.swap(0, Ordering::SeqCst) {
                        act(key);
                    }
                }
            }
        })?;
    let _ = listens.recv();
    catch(libc::SIGINT).map(|_| ())
}

/// While this lives, SIGTSTP does not stop the process but is told to [`on_key`]'s `act`.
pub(crate) struct Stops(libc::sigaction);

impl Stops {
    /// Catches SIGTSTP from now on; what it did before comes back when this is dropped.
    pub(crate) fn catch() -> io::Result<Self> {
        catch(libc::SIGTSTP).map(Self)
    }
}

impl Drop for Stops {
    fn drop(&mut self) {
        // SAFETY: the action came from sigaction.
        unsafe { libc::sigaction(libc::SIGTSTP, &raw const self.0, std::ptr::null_mut()) };
    }
}

/// Has the handler take a signal; gives what took it before.
fn catch(signal: libc::c_int) -> io::Result<libc::sigaction> {
    // SAFETY: the structures are zeroed and then filled; the handler is async-signal-safe. No
    // SA_RESTART: a blocked call shall end.
    unsafe {
        let mut before: libc::sigaction = std::mem::zeroed();
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_signal as *const () as libc::sighandler_t;
        libc::sigemptyset(&raw mut action.sa_mask);
        if libc::sigaction(signal, &raw const action, &raw mut before) < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(before)
    }
}
