//! Ctrl-C as a signal: a handler that only writes to a pipe, and a thread that reads it.

use std::io::Read;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

use super::error::Cause;

/// Where the handler writes; -1 before there is such a place.
static PIPE: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_signal(_signal: libc::c_int) {
    let byte = 1_u8;
    // SAFETY: write(2) may be called in a signal handler; the byte lives on this stack. A full
    // pipe loses nothing: its reader is awake already. errno is put back for the code that the
    // signal came upon.
    unsafe {
        let errno = errno_location();
        let before = *errno;
        libc::write(PIPE.load(Ordering::Relaxed), (&raw const byte).cast(), 1);
        *errno = before;
    }
}

#[cfg(any(target_os = "linux", target_os = "emscripten"))]
unsafe fn errno_location() -> *mut libc::c_int {
    // SAFETY: the C library gives each thread's own, always valid place.
    unsafe { libc::__errno_location() }
}

#[cfg(not(any(target_os = "linux", target_os = "emscripten")))]
unsafe fn errno_location() -> *mut libc::c_int {
    // SAFETY: as above, under the name that the BSDs and macOS give it.
    unsafe { libc::__error() }
}

/// Calls `act` on a thread of its own for every SIGINT from now on. Blocked system calls of other
/// threads end with EINTR and are tried again. Only the first call in a process has an effect.
pub fn on_interrupt(act: impl Fn() + Send + 'static) -> Result<(), Cause> {
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
                act();
            }
        })?;
    // SAFETY: the structure is zeroed and then filled; the handler is async-signal-safe. No
    // SA_RESTART: a blocked call shall end.
    let set = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_signal as *const () as libc::sighandler_t;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(libc::SIGINT, &raw const action, std::ptr::null_mut())
    };
    if set < 0 {
        Err(Cause::last_os_error())
    } else {
        Ok(())
    }
}
