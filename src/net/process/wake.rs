//! A wake-up: one thread writes, another polls it beside the descriptor that it waits for.

use std::io::Write;
use std::os::unix::net::UnixStream;

use crate::net::error::Cause;

/// The side that wakes. When it is dropped, the other side is awake for ever.
#[derive(Debug)]
pub(crate) struct Waker(UnixStream);

impl Waker {
    /// Wakes the other side. Waking twice is waking once.
    pub(crate) fn wake(&self) {
        // A full buffer means that the other side is awake already.
        let _ = (&self.0).write(&[1]);
    }
}

/// A waker and the stream that becomes readable when it wakes.
pub(crate) fn pair() -> Result<(Waker, UnixStream), Cause> {
    let (near, far) = UnixStream::pair()?;
    near.set_nonblocking(true)?;
    far.set_nonblocking(true)?;
    Ok((Waker(near), far))
}
