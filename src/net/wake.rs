//! A wake-up: one thread writes, another polls it beside the descriptor that it waits for.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use super::error::Cause;

/// The side that wakes.
#[derive(Debug)]
pub struct Waker(UnixStream);

impl Waker {
    /// Wakes the other side. Waking twice is waking once.
    pub fn wake(&self) {
        // A full buffer means that the other side is awake already.
        let _ = (&self.0).write(&[1]);
    }
}

/// A waker and the descriptor that becomes readable when it wakes.
pub(super) fn pair() -> Result<(Waker, OwnedFd), Cause> {
    let (near, far) = UnixStream::pair()?;
    near.set_nonblocking(true)?;
    far.set_nonblocking(true)?;
    Ok((Waker(near), far.into()))
}

/// Empties the descriptor, so that the next wait begins asleep.
pub(super) fn drain(wake: &OwnedFd) {
    if let Ok(copy) = wake.try_clone() {
        let mut file = File::from(copy);
        let mut sink = [0; 64];
        while matches!(file.read(&mut sink), Ok(count) if count == sink.len()) {}
    }
}
