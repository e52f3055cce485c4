//! The methods of a socket that loop over recv(2) until a whole is there.

use rhai::Dynamic;

use super::methods::size;
use crate::net::error::{Cause, Fault};
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::values::{Bytes, SocketValue};

functions! {
    /// What a socket can do beyond single calls.
    #[allow(clippy::unreadable_literal)] // Help shows the default as it is written.
    pub(crate) static METHODS of Socket = {
        /// Receives exactly `size` bytes, in as many `recv`s as it takes.
        ///
        /// For messages that say how long they are. The timeout counts for each of the `recv`s.
        /// Errors: kind `UnexpectedEnd` when the peer ends before; those of `recv`; whatever had
        /// come is in `err.received`. Only for streams. See recv(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello world");
        /// b.recv_exactly(5);
        /// //> b"hello"
        /// a.close();
        /// b.recv_exactly(10);
        /// //> error: recv_exactly: the peer ended after 6 of 10 bytes
        /// ```
        fn recv_exactly(size: Count) -> Bytes: Receives Waits;
        /// Receives up to and with the first `end`. What follows stays for the next call.
        ///
        /// For messages that end with a sign, such as lines. The timeout counts for each of the
        /// `recv`s that it takes. Errors: kind `LimitReached` when `limit` bytes came without it,
        /// `UnexpectedEnd` when the peer ends before; those of `recv`; whatever had come is in
        /// `err.received`. Only for streams. See recv(2), MSG_PEEK.
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("GET / HTTP/1.1\r\nHost: uw.edu\r\n\r\n");
        /// b.recv_until("\r\n");
        /// //> b"GET / HTTP/1.1\r\n"
        /// b.recv_until("\r\n");
        /// //> b"Host: uw.edu\r\n"
        /// ```
        fn recv_until(end: Data, limit: Count = 65536) -> Bytes: Receives Waits;
        /// Receives everything until the peer ends its side, at most `limit` bytes.
        ///
        /// The timeout counts for each of the `recv`s that it takes. Errors: kind `LimitReached`
        /// when more comes; those of `recv`; whatever had come is in `err.received`. Only for
        /// streams. See recv(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// a.shutdown(SHUT_WR);
        /// b.recv_all();
        /// //> b"hello"
        /// ```
        fn recv_all(limit: Count = 16777216) -> Bytes: Receives Waits;
    }
}

fn recv_exactly(call: &mut Call<'_, '_>) -> CallResult {
    let size = holdable(call, 0)?;
    let data = call
        .this::<SocketValue>()?
        .recv_exactly(&call.context.caller, size)?;
    Ok(Dynamic::from(Bytes::new(data)))
}

fn recv_until(call: &mut Call<'_, '_>) -> CallResult {
    let (end, limit) = (call.bytes(0)?, holdable(call, 1)?);
    let caller = &call.context.caller;
    let data = call
        .this::<SocketValue>()?
        .recv_until(caller, end.as_slice(), limit)?;
    Ok(Dynamic::from(Bytes::new(data)))
}

fn recv_all(call: &mut Call<'_, '_>) -> CallResult {
    let limit = holdable(call, 0)?;
    let data = call
        .this::<SocketValue>()?
        .recv_all(&call.context.caller, limit)?;
    Ok(Dynamic::from(Bytes::new(data)))
}

/// A count of bytes that one value can hold.
fn holdable(call: &Call<'_, '_>, index: usize) -> Result<usize, Fault> {
    let count = size(call, index)?;
    if count <= Bytes::LONGEST {
        return Ok(count);
    }
    let name = call.function.params.get(index).map_or("it", |p| p.name);
    let most = Bytes::LONGEST;
    let text = format!("`{name}` is at most {most}; receive the rest in parts");
    Err(Cause::Range(text).into())
}
