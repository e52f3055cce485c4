//! Standard output: nothing is lost on a slow reader, and one that is gone, full or stuck ends the
//! program with the right code.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::net::{poll, signal};
use crate::repr::escape::printable;

/// What is written at once: a pipe that poll(2) calls writable has room for it.
const PIECE: usize = 4096;
/// How often Ctrl-C is looked for while nobody reads.
const LOOK: Duration = Duration::from_millis(50);
/// How long a pipe that nobody reads is waited for when Ctrl-C came before the writing began: what was
/// printed ahead is shown only after it.
const GRACE: Duration = Duration::from_millis(500);

/// Why nothing can be written any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The reader is gone.
    Reader,
    /// Ctrl-C came while nobody read.
    Interrupted,
    /// What the system says.
    Error(String),
}

static LOST: Mutex<Option<Lost>> = Mutex::new(None);

fn state() -> MutexGuard<'static, Option<Lost>> {
    LOST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why something that was to show on standard output did not arrive; none where all of it did.
pub(crate) fn lost() -> Option<Lost> {
    state().clone()
}

/// Standard output. It takes all that it is given: the first failure is kept for [`lost`], and
/// interrupts what runs, which would work for nobody. Ctrl-C ends the waiting for a reader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StandardOutput;

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if lost().is_none()
            && let Err(error) = write(bytes)
        {
            fail(&error);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn fail(error: &io::Error) {
    if io::stdout().is_terminal() {
        return; // one that stood still may be read again, and one that is gone has nobody to tell
    }
    let why = match error.kind() {
        ErrorKind::BrokenPipe => Lost::Reader,
        ErrorKind::Interrupted => Lost::Interrupted,
        _ => {
            let text = error.to_string().to_lowercase();
            let why = text.split(" (os error").next().unwrap_or_default();
            Lost::Error(printable(why).into_owned())
        }
    };
    let by_hand = why == Lost::Interrupted;
    *state() = Some(why);
    if !by_hand {
        signal::interrupt();
    }
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let before = signal::interrupts();
    let mut left = bytes;
    let mut idle_since = Instant::now();
    while !left.is_empty() {
        if !poll::output_has_room(LOOK)? {
            let now = signal::interrupts();
            let given_up = now > 0 && idle_since.elapsed() >= GRACE && !io::stdout().is_terminal();
            if now != before || given_up {
                return Err(ErrorKind::Interrupted.into());
            }
            continue;
        }
        idle_since = Instant::now();
        match poll::write_output(&left[..left.len().min(PIECE)]) {
            Ok(count) => left = &left[count..],
            Err(error) => match error.kind() {
                ErrorKind::Interrupted | ErrorKind::WouldBlock => {}
                _ => return Err(error),
            },
        }
    }
    Ok(())
}
