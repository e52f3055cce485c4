//! Receiving until a whole is there: an exact count, a delimiter, or the peer's end.
//!
//! Each is a loop of recv(2) on a stream. The socket's timeout counts for each recv of the loop, as
//! it does for those of a script's own loop. When a loop ends early, the error has what had come.

use std::os::fd::AsRawFd;

use socket2::Socket as Descriptor;

use super::Socket;
use crate::net::error::{Cause, Error, Fault};
use crate::net::io_context::{Awaited, IoContext};
use crate::net::sys::numbers;
use crate::net::sys::recv as system;

/// What the first recv of a loop takes room for, in bytes.
const FIRST: usize = 4096;
/// The most that one recv of a loop takes room for, in bytes.
const MOST: usize = 1 << 20;
/// Beyond this, room grows by a quarter instead of doubling, in bytes.
const LARGE: usize = 64 << 20;

impl Socket {
    /// Receives exactly `size` bytes. Errors: an unexpected end when the peer ends before; those of
    /// [`Socket::recv`]. All have the bytes that had come.
    pub(crate) fn recv_exactly(&self, caller: &IoContext, size: usize) -> Result<Vec<u8>, Error> {
        const CALL: &str = "recv_exactly";
        self.gather(caller, CALL, Some(size), |gathered| {
            while gathered.data.len() < size {
                if gathered.receive(size - gathered.data.len())? == 0 {
                    let text = format!(
                        "the peer ended after {} of {size} bytes",
                        gathered.data.len()
                    );
                    return Err(Cause::Ended(text).into());
                }
            }
            Ok(())
        })
    }

    /// Receives up to and with the first `end`; what follows stays with the system for the next
    /// call (recv(2) with `MSG_PEEK` looks first). Errors: `limit` bytes came without it; an
    /// unexpected end; an empty `end`; those of [`Socket::recv`]. All have the bytes that had come.
    pub(crate) fn recv_until(
        &self,
        caller: &IoContext,
        end: &[u8],
        limit: usize,
    ) -> Result<Vec<u8>, Error> {
        const CALL: &str = "recv_until";
        if end.is_empty() {
            let text = "an empty end is found before the first byte; give at least one byte";
            return Err(Cause::Value(text.into()).during(CALL));
        }
        let mut search = Search::new(end);
        self.gather(caller, CALL, None, |gathered| {
            loop {
                let left = limit.saturating_sub(gathered.data.len());
                if left == 0 {
                    let text = format!("{limit} bytes came without the end that was looked for");
                    return Err(Cause::Limit(text).into());
                }
                let here = gathered.peek(left, |bytes| search.clone().reach(bytes))?;
                let Some(here) = here else {
                    let text = format!(
                        "the peer ended after {} bytes, without the end that was looked for",
                        gathered.data.len()
                    );
                    return Err(Cause::Ended(text).into());
                };
                let before = gathered.data.len();
                gathered.receive(here)?;
                search.reach(&gathered.data[before..]);
                if search.is_found() {
                    return Ok(());
                }
            }
        })
    }

    /// Receives until the peer ends. Errors: more than `limit` bytes come, of which the further
    /// ones stay with the system; those of [`Socket::recv`]. All have the bytes that had come.
    pub(crate) fn recv_all(&self, caller: &IoContext, limit: usize) -> Result<Vec<u8>, Error> {
        self.gather(caller, "recv_all", None, |gathered| {
            while gathered.data.len() < limit {
                if gathered.receive(limit - gathered.data.len())? == 0 {
                    return Ok(());
                }
            }
            if gathered.peek(1, <[u8]>::is_empty)? {
                return Ok(());
            }
            Err(Cause::Limit(format!("more than {limit} bytes came")).into())
        })
    }

    /// Runs one loop as one call; a fault takes with it what had come. `wanted` is the count that
    /// makes the whole, where it is known.
    fn gather(
        &self,
        caller: &IoContext,
        call: &'static str,
        wanted: Option<usize>,
        run: impl FnOnce(&mut Gathered<'_>) -> Result<(), Fault>,
    ) -> Result<Vec<u8>, Error> {
        self.call(caller, call, |descriptor| {
            if self.kind != numbers::SOCK_STREAM {
                let text = "only a stream has bytes that follow each other; take `recv` here";
                return Err(Cause::Type(text.into()).into());
            }
            let mut gathered = Gathered {
                socket: self,
                caller,
                call,
                descriptor,
                step: wanted.unwrap_or(FIRST).min(MOST),
                data: Vec::new(),
            };
            let ended = run(&mut gathered);
            let mut data = gathered.data;
            if data.len() < data.capacity() / 2 {
                data.shrink_to_fit();
            }
            match ended {
                Ok(()) => Ok(data),
                Err(fault) => Err(fault.after(data, wanted)),
            }
        })
    }
}

/// What has come so far, and from where.
struct Gathered<'a> {
    socket: &'a Socket,
    caller: &'a IoContext,
    call: &'static str,
    descriptor: &'a Descriptor,
    /// What the next recv takes room for: it grows while each is filled.
    step: usize,
    data: Vec<u8>,
}

impl Gathered<'_> {
    /// One recv(2) of at most `most` bytes after the others: how many came; 0 at the end.
    fn receive(&mut self, most: usize) -> Result<usize, Fault> {
        let count = self.try_receive(most, 0)?;
        let new = self.data.len() - count;
        self.caller.tracer().note_received(&self.data[new..]);
        Ok(count)
    }

    /// Looks at up to `most` of the next bytes, which stay with the system; none at the end.
    fn peek<T>(&mut self, most: usize, look: impl FnOnce(&[u8]) -> T) -> Result<T, Fault> {
        let before = self.data.len();
        self.try_receive(most, numbers::MSG_PEEK)?;
        let seen = look(&self.data[before..]);
        self.data.truncate(before);
        Ok(seen)
    }

    /// One recv(2) after the data.
    fn try_receive(&mut self, most: usize, flags: i32) -> Result<usize, Fault> {
        let room = most.min(self.step);
        let data = &mut self.data;
        if data.capacity() >= LARGE && data.capacity() - data.len() < room {
            data.reserve_exact(room.max(data.len() / 4));
        }
        let (socket, fd) = (self.socket, self.descriptor.as_raw_fd());
        let (awaited, how) = (Awaited::Readable(fd), (flags, socket.deadline()));
        let count = socket.perform(self.caller, self.call, awaited, how, |flags| {
            system::recv(fd, data, room, flags)
        })?;
        if count == self.step {
            self.step = (self.step * 2).min(MOST);
        }
        Ok(count)
    }
}

impl Fault {
    /// This fault after `received` had come.
    fn after(self, received: Vec<u8>, wanted: Option<usize>) -> Self {
        let told = matches!(
            self.cause,
            Cause::Type(_) | Cause::Ended(_) | Cause::Limit(_)
        );
        let came = match wanted {
            Some(wanted) => format!("{} of {wanted} bytes", received.len()),
            None => format!("{} bytes", received.len()),
        };
        let note = match (received.is_empty(), told) {
            (true, _) => None,
            (false, true) => Some("`err.received` has what came".into()),
            (false, false) => Some(format!("{came} had come; `err.received` has them")),
        };
        Self {
            note: self.note.or(note),
            received: Some(received),
            ..self
        }
    }
}

/// Looks for a text in bytes that come in pieces, in a time linear in their length
/// (Knuth, Morris and Pratt).
#[derive(Clone)]
struct Search<'a> {
    wanted: &'a [u8],
    /// For each count of bytes that agree: how many still do when the next one does not.
    fallback: std::rc::Rc<[usize]>,
    /// How many bytes of the text the last ones agree with.
    agree: usize,
}

impl<'a> Search<'a> {
    /// For a text that is not empty.
    fn new(wanted: &'a [u8]) -> Self {
        let mut fallback = vec![0; wanted.len() + 1];
        let mut agree = 0;
        for at in 1..wanted.len() {
            while agree > 0 && wanted[agree] != wanted[at] {
                agree = fallback[agree];
            }
            agree += usize::from(wanted[agree] == wanted[at]);
            fallback[at + 1] = agree;
        }
        Self {
            wanted,
            fallback: fallback.into(),
            agree: 0,
        }
    }

    fn is_found(&self) -> bool {
        self.agree == self.wanted.len()
    }

    /// How many of the next bytes lead up to and with the end of the text, or how many there are
    /// where it does not end among them; none when there are no bytes.
    fn reach(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            while self.agree > 0 && self.wanted[self.agree] != *byte {
                self.agree = self.fallback[self.agree];
            }
            self.agree += usize::from(self.wanted[self.agree] == *byte);
            if self.is_found() {
                return Some(at + 1);
            }
        }
        (!bytes.is_empty()).then_some(bytes.len())
    }
}

#[cfg(test)]
mod tests;
