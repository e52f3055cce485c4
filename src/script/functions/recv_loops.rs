//! The methods of a socket that loop over recv(2) until a whole is there.

use rhai::Dynamic;

use super::methods::size;
use crate::net::error::{Cause, Fault};
use crate::script::catalog::{Call, functions};
use crate::script::values::{Bytes, Socket};

/// The most that `recv_until` takes without its end, where nothing else is said.
const UNTIL: i64 = 65_536;
/// The most that `recv_all` takes, where nothing else is said.
const ALL: i64 = 16 << 20;

functions! {
    /// What a socket can do beyond single calls.
    pub(crate) static GATHER of Socket = {
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
        fn recv_exactly(size) => recv_exactly;
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
        fn recv_until(end, limit = "65536") => recv_until;
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
        fn recv_all(limit = "16777216") => recv_all;
    }
}

fn recv_exactly(call: &mut Call<'_, '_>) -> Result<Dynamic, Fault> {
    let size = holdable(call, 0, size(call, 0)?)?;
    let data = call
        .this::<Socket>()?
        .recv_exactly(&call.context.caller, size)?;
    Ok(Dynamic::from(Bytes::new(data)))
}

fn recv_until(call: &mut Call<'_, '_>) -> Result<Dynamic, Fault> {
    let (end, limit) = (call.bytes(0)?, limit(call, 1, UNTIL)?);
    let caller = &call.context.caller;
    let data = call
        .this::<Socket>()?
        .recv_until(caller, end.as_slice(), limit)?;
    Ok(Dynamic::from(Bytes::new(data)))
}

fn recv_all(call: &mut Call<'_, '_>) -> Result<Dynamic, Fault> {
    let limit = limit(call, 0, ALL)?;
    let data = call
        .this::<Socket>()?
        .recv_all(&call.context.caller, limit)?;
    Ok(Dynamic::from(Bytes::new(data)))
}

/// A limit, or `default` where it was left out.
fn limit(call: &Call<'_, '_>, index: usize, default: i64) -> Result<usize, Fault> {
    if call.optional(index).is_some() {
        holdable(call, index, size(call, index)?)
    } else {
        Ok(usize::try_from(default).unwrap_or(Bytes::LONGEST))
    }
}

/// A count of bytes that one value can hold.
fn holdable(call: &Call<'_, '_>, index: usize, count: usize) -> Result<usize, Fault> {
    if count <= Bytes::LONGEST {
        return Ok(count);
    }
    let name = call.function.params.get(index).map_or("it", |p| p.name);
    let most = Bytes::LONGEST;
    let text = format!("`{name}` is at most {most}; receive the rest in parts");
    Err(Cause::Range(text).into())
}
