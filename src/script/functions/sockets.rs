//! The functions that make sockets, and those that watch many at once.

use std::ops::Deref;
use std::os::fd::RawFd;

use rhai::{Array, Dynamic};

use super::methods::seconds;
use crate::net::error::{Cause, Fault};
use crate::net::numbers::{AF_INET, AF_UNIX, POLLIN, POLLOUT, POLLPRI, SOCK_STREAM, SOMAXCONN};
use crate::net::poll::Interest;
use crate::net::target::{Target, is_numeric_host};
use crate::net::{select as selecting, socket as sockets};
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::functions::socket_ctor;
use crate::script::values::shown;
use crate::script::values::{FileValue, Poller, SocketValue, address};

functions! {
    /// What makes sockets.
    pub(crate) static SOCKETS = {
        /// Makes a socket. Without arguments: `AF_INET`, `SOCK_STREAM`, protocol 0, which is TCP.
        ///
        /// An address info, or its first three parts, makes the fitting socket. Errors:
        /// EAFNOSUPPORT, EPROTONOSUPPORT, EPERM for raw sockets without the right. See socket(2).
        /// `fileno`, or the map `#{fileno: fd}`, takes an open descriptor that no socket holds.
        /// ```rhai
        /// socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
        /// //> <socket fd={fd} family=AF_INET type=SOCK_DGRAM proto=17 laddr=["0.0.0.0", 0]>
        /// ```
        fn socket(
            family: AF_ = AF_INET,
            type: SOCK_ = SOCK_STREAM,
            proto: IPPROTO_ = 0,
            fileno: Descriptor = (),
        ) -> Socket: Opens => socket_ctor::socket;
        /// Two sockets that are connected to each other. Errors: EOPNOTSUPP for other families. See
        /// socketpair(2).
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// b.recv(100);
        /// //> b"hello"
        /// ```
        fn socketpair(
            family: AF_ = AF_UNIX,
            type: SOCK_ = SOCK_STREAM,
            proto: IPPROTO_ = 0,
        ) -> (Socket, Socket): Opens;
        /// A socket that is connected to a host and port: looks the host up and tries each of its
        /// addresses. The port may be a service's name, `timeout` is in seconds, `source` the own
        /// address to bind to.
        ///
        /// Errors: those of `getaddrinfo` and `connect`.
        /// ```rhai
        /// let server = create_server(["127.0.0.1", 0]);
        /// let client = create_connection(server.getsockname());
        /// client.getpeername() == server.getsockname();
        /// //> true
        /// ```
        fn create_connection(
            address: Address,
            port: Port = (),
            timeout: Seconds = (),
            source: Address = (),
        ) -> Socket: Opens Connects Waits;
        /// A listening socket: made, bound with SO_REUSEADDR, and open to callers.
        ///
        /// Errors: EADDRINUSE, EADDRNOTAVAIL.
        /// ```rhai
        /// let server = create_server(["127.0.0.1", 0]);
        /// server.getsockopt(SOL_SOCKET, SO_REUSEADDR);
        /// //> 1
        /// ```
        fn create_server(
            address: Address,
            family: AF_ = AF_INET,
            backlog: Count = SOMAXCONN,
            reuse_port: Switch = false,
            dualstack: Switch = false,
        ) -> Socket: Opens Binds Listens;
        /// A socket on a copy of an open descriptor, whose number stays what it was; for one that
        /// another program handed over. Errors: EBADF.
        ///
        /// ```rhai
        /// unpack a, b = socketpair();
        /// let copy = fromfd(a.fileno(), AF_UNIX, SOCK_STREAM);
        /// copy.sendall("hello");
        /// b.recv(100);
        /// //> b"hello"
        /// ```
        fn fromfd(fd: Descriptor, family: AF_, type: SOCK_, proto: IPPROTO_ = 0) -> Socket: Opens;
        /// The timeout in seconds that new sockets begin with; `()` when they block for ever.
        ///
        /// ```rhai
        /// setdefaulttimeout(2);
        /// getdefaulttimeout();
        /// //> 2.0
        /// setdefaulttimeout(());
        /// ```
        fn getdefaulttimeout() -> Seconds: Asks;
        /// Sets the timeout that new sockets of this console begin with, accepted ones too: `()`
        /// for ever, `0` not at all.
        ///
        /// ```rhai
        /// setdefaulttimeout(2);
        /// socket().gettimeout();
        /// //> 2.0
        /// setdefaulttimeout(());
        /// ```
        fn setdefaulttimeout(seconds: Seconds) -> Nothing: Changes;
        /// Whether one IPv6 socket can serve IPv4 callers as well.
        ///
        /// ```rhai
        /// type(has_dualstack_ipv6());
        /// //> "boolean"
        /// ```
        fn has_dualstack_ipv6() -> Boolean: Asks;
        /// Waits until a socket of three lists is ready, to be read, to be written, or with urgent
        /// data, and gives three lists of those that are. `timeout` is in seconds, `()` for ever.
        ///
        /// Errors: an invalid value for a closed socket, EBADF for a number that is not open. See
        /// select(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// a.sendall("hello");
        /// unpack readable, writable, urgent = select([a, b], [], [], 1);
        /// readable == [b];
        /// //> true
        /// ```
        fn select(
            reading: [Descriptor],
            writing: [Descriptor],
            urgent: [Descriptor],
            timeout: Seconds = (),
        ) -> (Array, Array, Array): Asks Waits;
        /// An object that watches many sockets: `register` them, then ask `poll` what happened.
        ///
        /// Errors: none here; `poll` has those of the system. See poll(2).
        /// ```rhai
        /// unpack a, b = socketpair();
        /// let watch = poll();
        /// watch.register(b, POLLIN);
        /// a.sendall("hello");
        /// watch.poll(1000) == [[b.fileno(), POLLIN]];
        /// //> true
        /// ```
        fn poll() -> Poller: Computes;
    }
}

functions! {
    /// What a `poll()` object can do.
    pub(crate) static POLLER of Poller = {
        /// Watches a socket, or a descriptor's number, for events (`POLLIN`, `POLLOUT`, `POLLPRI`).
        ///
        /// ```rhai
        /// let watch = poll();
        /// watch.register(socket(), POLLIN | POLLOUT);
        /// ```
        fn register(
            socket: Descriptor,
            events: POLL = POLLIN | POLLPRI | POLLOUT,
        ) -> Nothing: Changes;
        /// Changes the events of a socket. Errors: ENOENT when it was never registered.
        ///
        /// ```rhai
        /// let watch = poll();
        /// let s = socket();
        /// watch.register(s);
        /// watch.modify(s, POLLIN);
        /// ```
        fn modify(socket: Descriptor, events: POLL) -> Nothing: Changes;
        /// Watches a socket no longer. Errors: ENOENT when it was never registered.
        ///
        /// ```rhai
        /// let watch = poll();
        /// let s = socket();
        /// watch.register(s);
        /// watch.unregister(s);
        /// ```
        fn unregister(socket: Descriptor) -> Nothing: Changes;
        /// Waits until something happens, at most `timeout` milliseconds (`()` for ever), and gives
        /// a list of `[descriptor, events]`.
        ///
        /// ```rhai
        /// poll().poll(0);
        /// //> []
        /// ```
        fn poll(timeout: Milliseconds = ()) -> [(Descriptor, POLL)]: Asks Waits => wait;
    }
}

fn socketpair(call: &mut Call<'_, '_>) -> CallResult {
    let (family, kind) = (call.c_int(0)?, call.c_int(1)?);
    let (a, b) = sockets::pair(&call.context.caller, family, kind, call.c_int(2)?)?;
    let pair: Array = vec![
        Dynamic::from(SocketValue::new(a)),
        Dynamic::from(SocketValue::new(b)),
    ];
    Ok(pair.into())
}

fn fromfd(call: &mut Call<'_, '_>) -> CallResult {
    let (family, kind) = (call.c_int(1)?, call.c_int(2)?);
    let caller = &call.context.caller;
    let made = sockets::from_fd(caller, call.c_int(0)?, family, kind, call.c_int(3)?)?;
    Ok(Dynamic::from(SocketValue::new(made)))
}

fn getdefaulttimeout(call: &mut Call<'_, '_>) -> CallResult {
    let timeout = call.context.caller.default_timeout();
    Ok(timeout.map_or(Dynamic::UNIT, |time| sockets::in_seconds(time).into()))
}

fn setdefaulttimeout(call: &mut Call<'_, '_>) -> CallResult {
    let timeout = sockets::checked_timeout(seconds(call, 0)?)?;
    call.context.caller.set_default_timeout(timeout);
    Ok(Dynamic::UNIT)
}

fn has_dualstack_ipv6(_call: &mut Call<'_, '_>) -> CallResult {
    Ok(sockets::has_dualstack_ipv6().into())
}

fn create_connection(call: &mut Call<'_, '_>) -> CallResult {
    let (host, service, taken) = whither(call)?;
    let taken = taken + usize::from(holds_place_of_port(call, taken));
    let timeout = if call.given() > taken {
        seconds(call, taken)?
    } else {
        call.context.caller.default_timeout()
    };
    let source = match call.optional(taken + 1) {
        None => None,
        Some(_) => {
            let family = address::family_of(call, taken + 1);
            Some(match address::target(call, taken + 1, family)?.0 {
                // Of two parts the host alone says which family it is of.
                Target::Inet6 {
                    host,
                    port,
                    flowinfo: 0,
                    scope_id: 0,
                } => Target::Inet { host, port },
                target => target,
            })
        }
    };
    let caller = &call.context.caller;
    let to = (host.as_str(), service.as_str());
    let made = sockets::create_connection(caller, to, timeout, source.as_ref())?;
    Ok(Dynamic::from(SocketValue::new(made)))
}

/// Whether `()` stands where the port would, after an address of one value, as the signature has it:
/// unless it is the timeout, and the source comes next.
fn holds_place_of_port(call: &Call<'_, '_>, taken: usize) -> bool {
    let next_is_source = || {
        call.given() == 3
            && call
                .optional(2)
                .is_some_and(|next| next.is_array() || next.is_string())
    };
    taken == 1 && call.given() >= 3 && call.optional(1).is_none() && !next_is_source()
}

/// Host and port of the first arguments, and how many they are; the port may be a service's name.
fn whither(call: &Call<'_, '_>) -> Result<(String, String, usize), Fault> {
    let text = |value: Option<&Dynamic>| value?.clone().into_string().ok();
    let named = match call.optional(0) {
        Some(value) => match value.read_lock::<Array>() {
            Some(parts) if parts.len() == 2 => text(parts.first())
                .zip(text(parts.get(1)))
                .map(|(h, s)| (h, s, 1)),
            Some(_) => None,
            None => text(Some(value))
                .zip(text(call.optional(1)))
                .map(|(h, s)| (h, s, 2)),
        },
        None => None,
    };
    if let Some(named) = named {
        return Ok(named);
    }
    let (target, taken) = address::target(call, 0, address::family_of(call, 0))?;
    match target {
        Target::Inet { host, port } | Target::Inet6 { host, port, .. } => {
            Ok((host, port.to_string(), taken))
        }
        Target::Unix(_) => Err(call.takes(0, "a host and a port: `[\"127.0.0.1\", 80]`")),
    }
}

fn create_server(call: &mut Call<'_, '_>) -> CallResult {
    // Host and port as two values take one place more; a path is alone.
    let text = call
        .optional(0)
        .and_then(|value| value.clone().into_string().ok());
    let shift = usize::from(text.is_some_and(|text| !is_path_of_server(call, &text)));
    let family = if shift == 1 {
        AF_INET
    } else {
        call.c_int_or(1, AF_INET)?
    };
    let family = call.c_int_or(1 + shift, family)?;
    let target = address::target(call, 0, family)?.0;
    let backlog = call.c_int_or(2 + shift, SOMAXCONN)?;
    let flag = |at: usize| {
        if call.optional(at).is_some() {
            call.flag(at)
        } else {
            Ok(false)
        }
    };
    let (reuse_port, dualstack) = (flag(3 + shift)?, flag(4 + shift)?);
    let caller = &call.context.caller;
    let made = sockets::create_server(caller, &target, family, backlog, reuse_port, dualstack)?;
    Ok(Dynamic::from(SocketValue::new(made)))
}

/// Whether the first argument is a path: `AF_UNIX` comes next, which is the number 1, and a port for
/// a text that is surely a host.
fn is_path_of_server(call: &Call<'_, '_>, text: &str) -> bool {
    let family = call.optional(1).and_then(|value| value.as_int().ok());
    let is_host = !text.is_empty() && (is_numeric_host(text) || text == "localhost");
    family == Some(i64::from(AF_UNIX)) && !is_host
}

/// The descriptor of a socket, or a number as it is.
fn descriptor(call: &Call<'_, '_>, index: usize, value: &Dynamic) -> Result<RawFd, Fault> {
    if let Some(socket) = value.read_lock::<SocketValue>() {
        return Ok(socket.fileno());
    }
    if let Some(file) = value.read_lock::<FileValue>() {
        return Ok(file.state().socket.fileno());
    }
    match value.as_int().map(RawFd::try_from) {
        Ok(Ok(fd)) => Ok(fd),
        Ok(Err(_)) => {
            let text = format!("no descriptor has the number {}", shown::canonical(value));
            Err(Cause::Range(text).into())
        }
        _ => Err(call.takes(index, "sockets or descriptors")),
    }
}

fn select(call: &mut Call<'_, '_>) -> CallResult {
    let lists = [list(call, 0)?, list(call, 1)?, list(call, 2)?];
    let timeout = seconds(call, 3)?;
    let [reading, writing, urgent] = &lists;
    let found = selecting::select(
        &call.context.caller,
        &descriptors(call, 0, reading)?,
        &descriptors(call, 1, writing)?,
        &descriptors(call, 2, urgent)?,
        timeout,
    )?;
    let ready = [found.readable, found.writable, found.exceptional];
    let picked = lists.iter().zip(ready).map(|(list, ready)| {
        let entries = ready.into_iter().filter_map(|at| list.get(at).cloned());
        Dynamic::from(entries.collect::<Array>())
    });
    Ok(picked.collect::<Array>().into())
}

/// The array at `index`, where it lies: a server selects among the same thousand sockets again and
/// again.
fn list<'a>(
    call: &'a Call<'_, '_>,
    index: usize,
) -> Result<impl Deref<Target = Array> + 'a, Fault> {
    let value = call.value(index)?;
    let array = value.read_lock::<Array>();
    array.ok_or_else(|| call.takes(index, "an array of sockets"))
}

fn descriptors(call: &Call<'_, '_>, index: usize, list: &Array) -> Result<Vec<RawFd>, Fault> {
    let entries = list.iter();
    entries
        .map(|entry| descriptor(call, index, entry))
        .collect()
}

fn poll(_call: &mut Call<'_, '_>) -> CallResult {
    Ok(Dynamic::from(Poller::default()))
}

fn events(call: &Call<'_, '_>, index: usize) -> Result<Interest, Fault> {
    let events = call.int(index)?;
    if events < 0 {
        return Err(Cause::Value(format!("`events` must be positive, not {events}")).into());
    }
    // The structure's field has 16 bits, read as unsigned in CPython.
    u16::try_from(events)
        .map(u16::cast_signed)
        .map_err(|_| Cause::Range(format!("`events` must be 0-65535, not {events}")).into())
}

fn registered(call: &Call<'_, '_>) -> Result<RawFd, Fault> {
    let fd = descriptor(call, 0, call.value(0)?)?;
    if fd < 0 {
        return Err(Cause::Value("a closed socket has no descriptor to watch".into()).into());
    }
    Ok(fd)
}

fn register(call: &mut Call<'_, '_>) -> CallResult {
    let wanted = events(call, 1)?;
    call.this::<Poller>()?.register(registered(call)?, wanted);
    Ok(Dynamic::UNIT)
}

fn modify(call: &mut Call<'_, '_>) -> CallResult {
    let wanted = events(call, 1)?;
    let known = call.this::<Poller>()?.modify(registered(call)?, wanted);
    if known {
        Ok(Dynamic::UNIT)
    } else {
        Err(never_registered())
    }
}

fn unregister(call: &mut Call<'_, '_>) -> CallResult {
    let known = call.this::<Poller>()?.unregister(registered(call)?);
    if known {
        Ok(Dynamic::UNIT)
    } else {
        Err(never_registered())
    }
}

fn never_registered() -> Fault {
    Cause::from_name("ENOENT").noting("this socket was never registered")
}

fn wait(call: &mut Call<'_, '_>) -> CallResult {
    // As in CPython, a negative time waits for ever, and a fraction is rounded up.
    let timeout = match call.optional(0) {
        None => None,
        Some(value) => {
            let float = value.as_float().ok();
            #[allow(clippy::cast_possible_truncation)] // beyond the range it saturates
            let whole = float.map(|time| time.ceil() as i64).or(value.as_int().ok());
            let whole = whole.ok_or_else(|| call.takes(0, "a number of milliseconds"))?;
            if whole > i64::from(i32::MAX) {
                let text = format!("a time of {whole} milliseconds is too long");
                return Err(Cause::Range(text).into());
            }
            u64::try_from(whole)
                .ok()
                .map(std::time::Duration::from_millis)
        }
    };
    let fds = call.this::<Poller>()?.registered();
    let found = selecting::poll(&call.context.caller, &fds, timeout)?;
    let pairs: Array = found
        .into_iter()
        .map(|(fd, events)| {
            let pair: Array = vec![
                i64::from(fd).into(),
                i64::from(events.cast_unsigned()).into(),
            ];
            pair.into()
        })
        .collect();
    Ok(pairs.into())
}
