//! Making connections: bind, listen, accept, connect.

use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use socket2::{SockAddr, Socket as Descriptor};

use super::{Socket, open};
use crate::net::address::Address;
use crate::net::error::{Cause, Error, Fault};
use crate::net::io_context::{Awaited, IoContext};
use crate::net::network::{AddrInfo, Network, Query};
use crate::net::port_owner;
use crate::net::sys::{self, numbers};
use crate::net::target::Target;
use crate::repr::Repr;

/// How often a Unix connect looks again while the listener's queue is full: poll(2) cannot tell.
const QUEUE_LOOK: Duration = Duration::from_millis(10);

impl Socket {
    /// Gives the socket its own address (bind(2)). Errors: EADDRINUSE, EADDRNOTAVAIL, EACCES for
    /// ports below 1024 without the right, EINVAL when bound already.
    pub(crate) fn bind(&self, caller: &IoContext, target: &Target) -> Result<(), Error> {
        self.call(caller, "bind", |descriptor| {
            let address = caller.resolve(target, self.family)?;
            let network = caller.network_of_calls();
            bind_to(&*network, descriptor, &address.to_sockaddr()?, self.kind)
        })
    }

    /// Lets callers queue (listen(2)): `backlog` callers more than the one being served, below 0
    /// counts as 0.
    pub(crate) fn listen(&self, caller: &IoContext, backlog: i32) -> Result<(), Error> {
        self.call(caller, "listen", |descriptor| {
            Ok(descriptor.listen(backlog.max(0))?)
        })
    }

    /// Takes the next caller from the queue (accept(2)): a new socket, blocking, and the caller's
    /// address. Errors: EINVAL before `listen`, EAGAIN when not blocking, EMFILE.
    pub(crate) fn accept(&self, caller: &IoContext) -> Result<(Self, Address), Error> {
        self.call(caller, "accept", |descriptor| {
            let (fd, deadline) = (descriptor.as_raw_fd(), self.deadline());
            let awaited = Awaited::Readable(fd);
            if self.timeout().is_some_and(|timeout| !timeout.is_zero()) {
                // accept(2) has no flag against waiting, and a copy may have made both of them block.
                caller.wait_ready("accept", awaited, deadline)?;
            }
            let accepted = self.perform(caller, "accept", awaited, (0, deadline), |_| {
                descriptor.accept()
            });
            let (conn, peer) =
                accepted.map_err(|fault| for_callers_from_outside(caller, descriptor, fault))?;
            let timeout = caller.default_timeout();
            if sys::ACCEPT_INHERITS && timeout.is_none() {
                conn.set_nonblocking(false)?;
            }
            let conn = Self::adopt(caller, conn, (self.family, self.kind, self.proto), timeout)?;
            Ok((conn, Address::from_sockaddr(&peer)))
        })
    }

    /// Connects to a peer (connect(2)), or for a datagram socket sets where `send` goes. Errors:
    /// ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EISCONN, EINPROGRESS when not blocking.
    pub(crate) fn connect(&self, caller: &IoContext, target: &Target) -> Result<(), Error> {
        self.call(caller, "connect", |descriptor| {
            let address = caller.resolve(target, self.family)?;
            self.connect_by(caller, descriptor, address, self.deadline())
        })
    }

    /// Connects, and gives the errno instead of raising it: 0 when connected. EAGAIN means that the
    /// timeout ran out. Lookup errors and Ctrl-C are still raised.
    pub(crate) fn connect_ex(&self, caller: &IoContext, target: &Target) -> Result<i32, Error> {
        match self.connect(caller, target) {
            Ok(()) => Ok(0),
            Err(Error {
                cause: Cause::Os(number),
                ..
            }) => Ok(number),
            Err(Error {
                cause: Cause::TimedOut,
                ..
            }) => Ok(numbers::EAGAIN),
            Err(error) => Err(Error {
                call: "connect_ex",
                ..error
            }),
        }
    }

    fn connect_by(
        &self,
        caller: &IoContext,
        descriptor: &Descriptor,
        wanted: Address,
        deadline: Option<Instant>,
    ) -> Result<(), Fault> {
        let address = match wanted {
            Address::Inet(wanted) => Address::Inet(self.route(caller, wanted)?),
            _ => wanted.clone(),
        };
        let sockaddr = address.to_sockaddr()?;
        caller.tell_about(&wanted.to_string());
        caller.tracer().note_ends(None, Some(wanted.end()));
        let awaited = Awaited::Connected(descriptor.as_raw_fd());
        let timed = self.timeout().is_some_and(|timeout| !timeout.is_zero());
        // Interrupted by a signal that meant nothing, connect(2) goes on by itself; a second one would
        // be EALREADY. On a Unix socket nothing has begun, and it is made again.
        let begun = if self.family == numbers::AF_UNIX {
            self.connect_unix(caller, descriptor, &sockaddr, deadline)
        } else {
            caller.block_once("connect", awaited, || descriptor.connect(&sockaddr))
        };
        match begun {
            Err(fault) if fault.cause == Cause::Os(numbers::EINTR) => {}
            Err(fault) if timed && fault.cause == Cause::Os(numbers::EINPROGRESS) => {}
            ended => return ended,
        }
        caller.wait_ready("connect", awaited, deadline)?;
        match descriptor.take_error()? {
            Some(error) if error.raw_os_error() != Some(numbers::EISCONN) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// connect(2) of a Unix socket. With a timeout, room in the listener's queue is looked for again and
    /// again: poll(2) cannot tell.
    fn connect_unix(
        &self,
        caller: &IoContext,
        descriptor: &Descriptor,
        sockaddr: &SockAddr,
        deadline: Option<Instant>,
    ) -> Result<(), Fault> {
        let awaited = Awaited::Connected(descriptor.as_raw_fd());
        loop {
            let ended = caller.block("connect", awaited, || descriptor.connect(sockaddr));
            let Some(deadline) = deadline.filter(|_| self.timeout() != Some(Duration::ZERO)) else {
                return ended;
            };
            match ended {
                Err(fault) if fault.cause == Cause::Os(numbers::EAGAIN) => {}
                ended => return ended,
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Cause::TimedOut.into());
            }
            caller.pause("connect", "", left.min(QUEUE_LOOK))?;
        }
    }
}

/// The first connection to a host that succeeds, over all addresses that a lookup gives
/// (CPython's `socket.create_connection`). `service` is a port or a name of one; `timeout` as in [`Socket::set_timeout`], for each try.
pub(crate) fn create_connection(
    caller: &IoContext,
    (host, service): (&str, &str),
    timeout: Option<Duration>,
    source: Option<&Target>,
) -> Result<Socket, Error> {
    const CALL: &str = "create_connection";
    let query = Query {
        host: Some(host.into()),
        service: Some(service.into()),
        kind: numbers::SOCK_STREAM,
        ..Query::default()
    };
    let shown = |answers: &Vec<AddrInfo>| {
        Repr::array(answers.iter().map(|info| info.addr.repr()).collect())
    };
    let answers = caller
        .looking_up(host, shown, || {
            caller.ask(CALL, host, move |network| network.getaddrinfo(&query))
        })
        .map_err(|fault| fault.during(CALL))?;
    let mut last = Cause::Unknown("the lookup gave no address".into()).during(CALL);
    for info in answers {
        let attempt = || -> Result<Socket, Error> {
            let socket = open(caller, info.family, info.kind, info.proto)?;
            socket
                .set_timeout(timeout)
                .map_err(|fault| fault.during(CALL))?;
            if let Some(source) = source {
                socket.bind(caller, source)?;
            }
            socket.call(caller, "connect", |descriptor| {
                socket.connect_by(caller, descriptor, info.addr.clone(), socket.deadline())
            })?;
            Ok(socket)
        };
        match attempt() {
            Ok(socket) => return Ok(socket),
            Err(error) if matches!(error.cause, Cause::Interrupted | Cause::Stopped) => {
                return Err(error);
            }
            Err(error) => {
                last = Error {
                    call: CALL,
                    ..error
                }
            }
        }
    }
    Err(last)
}

/// A listening socket (CPython's `socket.create_server`): SO_REUSEADDR set, bound, listening;
/// `reuse_port` sets SO_REUSEPORT; an IPv6 one takes IPv4 callers too when `dualstack` says so.
pub(crate) fn create_server(
    caller: &IoContext,
    target: &Target,
    family: i32,
    backlog: i32,
    reuse_port: bool,
    dualstack: bool,
) -> Result<Socket, Error> {
    if dualstack && family != numbers::AF_INET6 {
        return Err(
            Cause::Value("a dual-stack server needs the family `AF_INET6`".into())
                .during("create_server"),
        );
    }
    let socket = open(caller, family, numbers::SOCK_STREAM, 0)?;
    socket.call(caller, "create_server", |descriptor| {
        descriptor.set_reuse_address(true)?;
        if reuse_port {
            descriptor.set_reuse_port(true)?;
        }
        if family == numbers::AF_INET6 {
            descriptor.set_only_v6(!dualstack)?;
        }
        Ok(())
    })?;
    socket.bind(caller, target)?;
    socket.listen(caller, backlog)?;
    Ok(socket)
}

/// Who gave up waiting for a browser or curl hears how these come in, where they need to be let in.
fn for_callers_from_outside(caller: &IoContext, descriptor: &Descriptor, fault: Fault) -> Fault {
    let gave_up = fault.cause == Cause::Interrupted;
    if !gave_up || fault.note.is_some() || !caller.network_of_calls().has_own_ports() {
        return fault;
    }
    let own = descriptor.local_addr().ok();
    match own.and_then(|address| address.as_socket()) {
        Some(address) => fault.cause.noting(format!(
            "a browser or curl outside the lab comes in after `lab publish {}`",
            address.port()
        )),
        None => fault,
    }
}

/// bind(2); when the address is in use, with a note that says by whom.
fn bind_to(
    network: &dyn Network,
    descriptor: &Descriptor,
    address: &SockAddr,
    kind: i32,
) -> Result<(), Fault> {
    descriptor.bind(address).map_err(|error| {
        let cause = Cause::from(error);
        let taken = cause == Cause::Os(numbers::EADDRINUSE);
        let note = address.as_socket().filter(|_| taken).and_then(|address| {
            port_owner::note(
                &network.socket_tables(),
                address,
                (
                    kind == numbers::SOCK_STREAM,
                    descriptor.reuse_address().unwrap_or(false),
                ),
                "or choose another port",
            )
        });
        Fault {
            note,
            ..Fault::from(cause)
        }
    })
}
