//! The methods of a socket: one function, one system call.

use std::time::Duration;

use rhai::{Array, Dynamic};

use crate::net::error::{Cause, Fault};
use crate::net::socket::{OptionValue, in_seconds};
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::values::{Bytes, SocketValue, address};

functions! {
    /// What a socket can do.
    pub(crate) static METHODS of Socket = {
        /// Gives the socket its own address. A server *binds*, a client *connects*.
        ///
        /// Port 0 lets the system choose a free one. `""` is every address of this machine.
        /// Errors: EADDRINUSE when another socket holds the port, EACCES for ports below 1024
        /// without the right, EADDRNOTAVAIL when the address is not this machine's. See bind(2).
        /// ```rhai
        /// let s = socket();
        /// s.bind("127.0.0.1", 0);
        /// s.getsockname();
        /// //> ["127.0.0.1", {port}]
        /// ```
        fn bind(address: Address, port: Port = ()) -> Nothing: Binds;
        /// Opens the socket to callers. `backlog` says how many may queue until they are accepted.
        ///
        /// Errors: EADDRINUSE. A socket that was not bound gets a free port. See listen(2).
        /// ```rhai
        /// let server = socket();
        /// server.bind("127.0.0.1", 0);
        /// server.listen(1);
        /// ```
        fn listen(backlog: Count = 128) -> Nothing: Listens;
        /// Waits for a caller and gives a *new* socket that is connected to it, and its address.
        ///
        /// Blocks until somebody connects, or until the timeout. Errors: EINVAL before `listen`.
        /// See accept(2).
        /// ```rhai
        /// let server = create_server(["127.0.0.1", 0]);
        /// let client = create_connection(server.getsockname());
        /// unpack conn, addr = server.accept();
        /// addr == client.getsockname();
        /// //> true
        /// ```
        fn accept() -> (Socket, Address): Accepts Opens Waits;
        /// Calls a peer. Nothing comes back: no news is good news.
        ///
        /// Blocks until the peer's system answers, or until the timeout. On a datagram socket it
        /// only sets where `send` goes. Errors: ECONNREFUSED when nobody listens there, ETIMEDOUT,
        /// ENETUNREACH, EISCONN. See connect(2).
        /// ```rhai
        /// let server = create_server(["127.0.0.1", 0]);
        /// let client = socket();
        /// client.connect(server.getsockname());
        /// ```
        fn connect(address: Address, port: Port = ()) -> Nothing: Connects Waits;
        /// Calls a peer and gives the errno instead of an error: 0 when connected.
        ///
        /// Errors: a name that cannot be looked up is one still. See connect(2).
        /// ```rhai
        /// let server = create_server(["127.0.0.1", 0]);
        /// let client = socket();
        /// client.connect_ex(server.getsockname());
        /// //> 0
        /// ```
        fn connect_ex(address: Address, port: Port = ()) -> Integer: Connects Waits;
        /// Sends what the system takes and gives the number of bytes: at times fewer than given.
        ///
        /// Takes bytes, or text, which goes out as UTF-8. `flags` are `MSG_*`. Errors: EPIPE and
        /// ECONNRESET when the peer is gone, ENOTCONN, EDESTADDRREQ. See send(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.send("hello");
        /// //> 5
        /// ```
        fn send(data: Data, flags: MSG_ = 0) -> Count: Sends Waits;
        /// Sends everything, or throws; after an error nobody knows how much was sent.
        ///
        /// Takes bytes, or text, which goes out as UTF-8. A timeout counts for the whole. Errors:
        /// those of `send`.
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// b.recv(100);
        /// //> b"hello"
        /// ```
        fn sendall(data: Data, flags: MSG_ = 0) -> Nothing: Sends Waits;
        /// Sends one datagram to an address and gives its length: `sendto(data, address)` or
        /// `sendto(data, flags, address)`.
        ///
        /// Errors: EMSGSIZE when it is too long, EISCONN on a connected stream. See sendto(2).
        /// ```rhai
        /// let here = socket(AF_INET, SOCK_DGRAM);
        /// here.bind("127.0.0.1", 0);
        /// let there = socket(AF_INET, SOCK_DGRAM);
        /// there.sendto("hello", here.getsockname());
        /// //> 5
        /// ```
        fn sendto(
            data: Data,
            flags_or_address: {MSG_, Address},
            address: Address = (),
            port: Port = (),
        ) -> Count: SendsTo Waits;
        /// Receives up to `size` bytes. `b""` says that the peer has ended its side.
        ///
        /// Blocks until at least one byte is there, or until the timeout. Fewer bytes than asked
        /// are usual and say nothing about the end. Of a datagram, what does not fit is lost.
        /// Errors: ECONNRESET, ENOTCONN, EAGAIN when not blocking. See recv(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// b.recv(3);
        /// //> b"hel"
        /// ```
        fn recv(size: Count, flags: MSG_ = 0) -> Bytes: Receives Waits;
        /// Receives up to `size` bytes and says who sent them: `[data, address]`.
        ///
        /// Errors: those of `recv`. See recvfrom(2).
        /// ```rhai
        /// let here = socket(AF_INET, SOCK_DGRAM);
        /// here.bind("127.0.0.1", 0);
        /// let there = socket(AF_INET, SOCK_DGRAM);
        /// there.sendto("hello", here.getsockname());
        /// here.recvfrom(100);
        /// //> [b"hello", ["127.0.0.1", {port}]]
        /// ```
        fn recvfrom(size: Count, flags: MSG_ = 0) -> (Bytes, Address): Receives Waits;
        /// Ends one direction of the connection, or both: `SHUT_RD`, `SHUT_WR`, `SHUT_RDWR`.
        ///
        /// After `SHUT_WR` the peer's `recv` gives `b""`, and you can still receive: a half-close.
        /// Errors: ENOTCONN, EINVAL. See shutdown(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.shutdown(SHUT_WR);
        /// b.recv(100);
        /// //> b""
        /// ```
        fn shutdown(how: SHUT_) -> Nothing: ShutsDown;
        /// Closes the socket. Closing twice is fine; all else fails with EBADF from now on.
        ///
        /// Errors: none. See close(2).
        /// ```rhai
        /// let s = socket();
        /// s.close();
        /// s;
        /// //> <socket [closed] family=AF_INET type=SOCK_STREAM proto=0>
        /// ```
        fn close() -> Nothing: Closes;
        /// Closes the socket without closing its descriptor, and gives the descriptor's number.
        ///
        /// ```rhai
        /// let s = socket();
        /// let fd = s.detach();
        /// s.fileno();
        /// //> -1
        /// ```
        fn detach() -> Descriptor: Changes;
        /// A second socket on the same connection, with a descriptor of its own. Errors: EBADF, EMFILE.
        /// See dup(2).
        ///
        /// ```rhai
        /// let s = socket();
        /// s.dup().fileno() == s.fileno();
        /// //> false
        /// ```
        fn dup() -> Socket: Opens;
        /// The descriptor's number: the system's name for this open socket; -1 when closed.
        ///
        /// ```rhai
        /// socket().fileno();
        /// //> {fd}
        /// ```
        fn fileno() -> Descriptor: Asks;
        /// The socket's own address. See getsockname(2).
        ///
        /// In the lab it stays the loopback one. Errors: EBADF.
        /// ```rhai
        /// socket().getsockname();
        /// //> ["0.0.0.0", 0]
        /// ```
        fn getsockname() -> Address: Asks;
        /// The peer's address. Errors: ENOTCONN. See getpeername(2).
        ///
        /// ```rhai
        /// socket().getpeername();
        /// //> error: getpeername: transport endpoint is not connected (ENOTCONN)
        /// ```
        fn getpeername() -> Address: Asks;
        /// Sets an option: a level (`SOL_SOCKET`, `IPPROTO_TCP`…), a name (`SO_REUSEADDR`…), and an
        /// integer or bytes.
        ///
        /// Errors: ENOPROTOOPT when the level has no such option. See setsockopt(2), socket(7).
        /// ```rhai
        /// let s = socket();
        /// s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
        /// s.getsockopt(SOL_SOCKET, SO_REUSEADDR);
        /// //> 1
        /// ```
        fn setsockopt(
            level: SOL_,
            option: SocketOption,
            value: Any,
            length: Count = (),
        ) -> Nothing: SetsOption;
        /// Reads an option as an integer, or as up to `size` bytes where `size` is given.
        ///
        /// Errors: ENOPROTOOPT. See getsockopt(2), socket(7), tcp(7).
        /// ```rhai
        /// socket().getsockopt(SOL_SOCKET, SO_TYPE) == SOCK_STREAM;
        /// //> true
        /// ```
        fn getsockopt(level: SOL_, option: SocketOption, size: Count = 0) -> {Integer, Bytes}: Asks;
        /// Sets how long a call may block, in seconds: `()` for ever, `0` not at all.
        ///
        /// A call that runs out of time throws an error of kind `TimedOut`.
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.settimeout(0.01);
        /// a.recv(1);
        /// //> error: recv: timed out
        /// ```
        fn settimeout(seconds: Seconds) -> Nothing: SetsTimeout;
        /// The timeout in seconds; `()` when calls block for ever.
        ///
        /// ```rhai
        /// let s = socket();
        /// s.settimeout(2);
        /// s.gettimeout();
        /// //> 2.0
        /// ```
        fn gettimeout() -> Seconds: Asks;
        /// `setblocking(false)` is `settimeout(0)`, `setblocking(true)` is `settimeout(())`.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.setblocking(false);
        /// a.recv(1);
        /// //> error: recv: resource temporarily unavailable (EAGAIN)
        /// ```
        fn setblocking(flag: Switch) -> Nothing: SetsTimeout;
        /// Whether calls may block: the timeout is not 0.
        ///
        /// ```rhai
        /// socket().getblocking();
        /// //> true
        /// ```
        fn getblocking() -> Boolean: Asks;
    }
}

fn bind(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let target = whole_target(call, 0, socket.family)?;
    Ok(socket.bind(&call.context.caller, &target)?.into())
}

fn listen(call: &mut Call<'_, '_>) -> CallResult {
    let backlog = call.c_int(0)?;
    Ok(call
        .this::<SocketValue>()?
        .listen(&call.context.caller, backlog)?
        .into())
}

fn accept(call: &mut Call<'_, '_>) -> CallResult {
    let (conn, peer) = call.this::<SocketValue>()?.accept(&call.context.caller)?;
    let pair: Array = vec![
        Dynamic::from(SocketValue::new(conn)),
        address::to_dynamic(&peer),
    ];
    Ok(pair.into())
}

fn connect(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let target = whole_target(call, 0, socket.family)?;
    Ok(socket.connect(&call.context.caller, &target)?.into())
}

fn connect_ex(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let target = whole_target(call, 0, socket.family)?;
    Ok(i64::from(socket.connect_ex(&call.context.caller, &target)?).into())
}

/// The address that fills all arguments from `index` on.
fn whole_target(
    call: &Call<'_, '_>,
    index: usize,
    family: i32,
) -> Result<crate::net::target::Target, Fault> {
    let (target, taken) = address::target(call, index, family)?;
    if call.given() > index + taken {
        return Err(Cause::Type(format!(
            "takes one address: `{}`",
            call.function.signature()
        ))
        .into());
    }
    Ok(target)
}

fn send(call: &mut Call<'_, '_>) -> CallResult {
    let (data, flags) = (call.bytes(0)?, call.c_int(1)?);
    let sent = call
        .this::<SocketValue>()?
        .send(&call.context.caller, data.as_slice(), flags)?;
    Ok(count(sent))
}

fn sendall(call: &mut Call<'_, '_>) -> CallResult {
    let (data, flags) = (call.bytes(0)?, call.c_int(1)?);
    Ok(call
        .this::<SocketValue>()?
        .sendall(&call.context.caller, data.as_slice(), flags)?
        .into())
}

fn sendto(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let data = call.bytes(0)?;
    let flags_first = call.value(1)?.is_int();
    let (flags, at) = if flags_first {
        (call.c_int(1)?, 2)
    } else {
        (0, 1)
    };
    let target = whole_target(call, at, socket.family)?;
    Ok(count(socket.sendto(
        &call.context.caller,
        data.as_slice(),
        flags,
        &target,
    )?))
}

fn recv(call: &mut Call<'_, '_>) -> CallResult {
    let (size, flags) = (size(call, 0)?, call.c_int(1)?);
    let data = call
        .this::<SocketValue>()?
        .recv(&call.context.caller, size, flags)?;
    Ok(Dynamic::from(Bytes::new(data)))
}

fn recvfrom(call: &mut Call<'_, '_>) -> CallResult {
    let (size, flags) = (size(call, 0)?, call.c_int(1)?);
    let (data, from) = call
        .this::<SocketValue>()?
        .recvfrom(&call.context.caller, size, flags)?;
    let from = from.map_or(Dynamic::UNIT, |from| address::to_dynamic(&from));
    let pair: Array = vec![Dynamic::from(Bytes::new(data)), from];
    Ok(pair.into())
}

fn shutdown(call: &mut Call<'_, '_>) -> CallResult {
    let how = call.c_int(0)?;
    Ok(call
        .this::<SocketValue>()?
        .shutdown(&call.context.caller, how)?
        .into())
}

fn close(call: &mut Call<'_, '_>) -> CallResult {
    call.this::<SocketValue>()?.close(&call.context.caller);
    Ok(Dynamic::UNIT)
}

fn detach(call: &mut Call<'_, '_>) -> CallResult {
    Ok(i64::from(call.this::<SocketValue>()?.let_go(&call.context.caller)).into())
}

fn dup(call: &mut Call<'_, '_>) -> CallResult {
    let copy = call.this::<SocketValue>()?.dup(&call.context.caller)?;
    Ok(Dynamic::from(SocketValue::new(copy)))
}

fn fileno(call: &mut Call<'_, '_>) -> CallResult {
    Ok(i64::from(call.this::<SocketValue>()?.fileno()).into())
}

fn getsockname(call: &mut Call<'_, '_>) -> CallResult {
    Ok(address::to_dynamic(
        &call
            .this::<SocketValue>()?
            .getsockname(&call.context.caller)?,
    ))
}

fn getpeername(call: &mut Call<'_, '_>) -> CallResult {
    Ok(address::to_dynamic(
        &call
            .this::<SocketValue>()?
            .getpeername(&call.context.caller)?,
    ))
}

fn setsockopt(call: &mut Call<'_, '_>) -> CallResult {
    let (level, option) = (call.c_int(0)?, call.c_int(1)?);
    let value = match (call.optional(2), call.optional(3)) {
        (None, Some(_)) => OptionValue::Length(
            u32::try_from(call.int(3)?)
                .map_err(|_| Cause::Range("`length` must be 0-4294967295".into()))?,
        ),
        (Some(value), None) if value.is_int() => OptionValue::Int(call.c_int(2)?),
        (Some(value), None) if value.is_bool() => OptionValue::Int(call.flag(2)?.into()),
        (Some(_), None) => {
            let bytes = call
                .bytes(2)
                .map_err(|_| call.takes(2, "an integer or bytes"))?;
            OptionValue::Bytes(bytes.as_slice().to_vec())
        }
        _ => return Err(Cause::Type("takes a value, or `()` and a length".into()).into()),
    };
    Ok(call
        .this::<SocketValue>()?
        .setsockopt(&call.context.caller, level, option, &value)?
        .into())
}

fn getsockopt(call: &mut Call<'_, '_>) -> CallResult {
    let socket = call.this::<SocketValue>()?;
    let (level, option) = (call.c_int(0)?, call.c_int(1)?);
    let caller = &call.context.caller;
    if call.optional(2).is_none() || call.c_int(2)? == 0 {
        return Ok(i64::from(socket.getsockopt(caller, level, option)?).into());
    }
    let data = socket.getsockopt_bytes(caller, level, option, size(call, 2)?)?;
    Ok(Dynamic::from(Bytes::new(data)))
}

fn settimeout(call: &mut Call<'_, '_>) -> CallResult {
    call.this::<SocketValue>()?.set_timeout(seconds(call, 0)?)?;
    Ok(Dynamic::UNIT)
}

fn gettimeout(call: &mut Call<'_, '_>) -> CallResult {
    let timeout = call.this::<SocketValue>()?.timeout();
    Ok(timeout.map_or(Dynamic::UNIT, |time| in_seconds(time).into()))
}

fn setblocking(call: &mut Call<'_, '_>) -> CallResult {
    let timeout = if call.flag(0)? {
        None
    } else {
        Some(Duration::ZERO)
    };
    call.this::<SocketValue>()?.set_timeout(timeout)?;
    Ok(Dynamic::UNIT)
}

fn getblocking(call: &mut Call<'_, '_>) -> CallResult {
    Ok((call.this::<SocketValue>()?.timeout() != Some(Duration::ZERO)).into())
}

fn count(number: usize) -> Dynamic {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

/// A count of bytes, not below 0.
pub(crate) fn size(call: &Call<'_, '_>, index: usize) -> Result<usize, Fault> {
    let size = call.int(index)?;
    usize::try_from(size).map_err(|_| {
        let name = call.function.params.get(index).map_or("size", |p| p.name);
        Cause::Value(format!("`{name}` must not be negative, not {size}")).into()
    })
}

/// A time in seconds, as an integer or with a fraction; none for `()`.
pub(crate) fn seconds(call: &Call<'_, '_>, index: usize) -> Result<Option<Duration>, Fault> {
    let Some(value) = call.optional(index) else {
        return Ok(None);
    };
    if let Ok(whole) = value.as_int() {
        let time = u64::try_from(whole).map(Duration::from_secs);
        return time
            .map(Some)
            .map_err(|_| Cause::Value(format!("a time is 0 or more, not {whole}")).into());
    }
    let Ok(number) = value.as_float() else {
        return Err(call.takes(index, "a number of seconds, or `()` for ever"));
    };
    if number < 0.0 || number.is_nan() {
        return Err(Cause::Value(format!("a time is 0 or more, not {number}")).into());
    }
    // Rounded up, as in CPython: the shortest time is not none at all.
    let nanoseconds = (number * NANOSECONDS).ceil();
    if nanoseconds > LARGEST {
        return Err(Cause::Range(format!("a time of {number} seconds is too long")).into());
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // both bounds are looked at
    Ok(Some(Duration::from_nanos(nanoseconds as u64)))
}

/// The nanoseconds of a second.
const NANOSECONDS: f64 = 1e9;
/// The most nanoseconds that a time is made of: about 584 years.
const LARGEST: f64 = 18e18;
