//! Ctrl-C and Ctrl-Z as signals: a handler that only writes to a pipe, and a thread that reads it.

use std::io::{self, Read};
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

use super::super::platform;

/// Where the handler writes; -1 before there is such a place.
static PIPE: AtomicI32 = AtomicI32::new(-1);

/// What a person at the terminal pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// Ctrl-C: SIGINT.
    Interrupt,
    /// Ctrl-Z: SIGTSTP, while [`Stops`] are caught.
    Stop,
}

extern "C" fn on_signal(signal: libc::c_int) {
    let byte = u8::from(signal == libc::SIGTSTP);
    // SAFETY: write(2) may be called in a signal handler; the byte lives on this stack. A full
    // pipe loses nothing: its reader is awake already. errno is put back for the code that the
    // signal came upon.
    unsafe {
        let errno = platform::errno_location();
        let before = *errno;
        libc::write(PIPE.load(Ordering::Relaxed), (&raw const byte).cast(), 1);
        *errno = before;
    }
}

/// Calls `act` on a thread of its own for every SIGINT from now on, and for every SIGTSTP while
/// [`Stops`] are caught. Blocked system calls of other threads end with EINTR and are tried again.
/// Only the first call in a process has an effect.
pub(crate) fn on_key(act: impl Fn(Key) + Send + 'static) -> io::Result<()> {
    let (mut reader, writer) = UnixStream::pair()?;
    writer.set_nonblocking(true)?;
    if PIPE
        .compare_exchange(-1, writer.as_raw_fd(), Ordering::SeqCst, Ordering::SeqCst)
        .is_err()
    {
        return Ok(());
    }
    // The handler needs it to the end of the process.
    let _kept_open = writer.into_raw_fd();
    thread::Builder::new()
        .name("interrupts".into())
        .spawn(move || {
            let mut byte = [0];
            while reader.read_exact(&mut byte).is_ok() {
                act(if byte == [0] {
                    Key::Interrupt
                } else {
                    Key::Stop
                });
            }
        })?;
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
