//! What usually causes an error, and what to try: for the errors that a learner meets.

/// Advice for one error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advice {
    /// The platform's constant: `"ECONNREFUSED"`.
    pub(crate) name: &'static str,
    /// What usually causes it, a sentence each.
    pub(crate) causes: &'static [&'static str],
    /// What to try, a sentence each.
    pub(crate) tries: &'static [&'static str],
}

/// The advice for the error of this name; none for the rare ones. `is_local` is for a socket that
/// has paths for addresses (`AF_UNIX`).
pub(crate) fn find(name: &str, is_local: bool) -> Option<&'static Advice> {
    let local = if is_local { LOCAL } else { &[] };
    let mut both = local.iter().chain(ADVICE);
    both.find(|advice| advice.name == name)
}

/// Whether an error means something else to a socket that has paths for addresses.
pub(crate) fn is_other_locally(name: &str) -> bool {
    LOCAL.iter().any(|advice| advice.name == name)
}

/// Makes rows `NAME: "cause", … => "try", …;`
macro_rules! advice {
    ($($name:ident: $($cause:literal),+ => $($attempt:literal),+;)+) => {
        &[$(Advice { name: stringify!($name), causes: &[$($cause),+], tries: &[$($attempt),+] }),+]
    };
}

/// Every piece of advice.
pub(crate) const ADVICE: &[Advice] = advice! {
    ECONNREFUSED:
        "the machine answered, and no program listens at this port",
        "the server has not called `listen` yet, has ended, or listens at another address"
        => "look at the server's address: `server.getsockname()`, or the command `sockets`",
        "start the server before the client connects";
    EADDRINUSE:
        "another socket listens at this address and port, perhaps of an earlier try",
        "a connection of this port was closed a moment ago and rests in TIME_WAIT"
        => "before every `bind`: `s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)`, or use `create_server`; for \
            what was bound without it, wait a minute",
        "close the other socket (`sockets` lists them), or bind port 0 for any free port";
    EADDRNOTAVAIL:
        "`bind` needs an address of this machine, and this is not one"
        => "bind `\"127.0.0.1\"` for this machine only, or `\"\"` for all its addresses";
    EACCES:
        "ports below 1024 are for programs with a special right",
        "a datagram to a broadcast address needs the option SO_BROADCAST"
        => "take a port from 1024 on, or 0 for any free one";
    EPERM:
        "raw sockets and some options are for the administrator"
        => "`doctor` says whether raw sockets work here, and how to get them";
    ECONNRESET:
        "the peer closed its socket while your bytes were still unread there",
        "the peer's program ended suddenly, or it closed with a linger time of 0"
        => "treat it as the connection's end and close the socket",
        "let the peer read until `recv` gives `b\"\"` before it closes";
    EPIPE:
        "you sent after the peer closed, or after your own `shutdown(SHUT_WR)`"
        => "close the socket: nothing that you send can arrive any more";
    ENOTCONN:
        "the socket has no peer: `connect` was not called, or failed",
        "this is the listening socket: the conversation is on the one that `accept` gave"
        => "connect first, or use `conn` of `unpack conn, addr = server.accept()`";
    EISCONN:
        "the socket is connected, and a stream socket connects once"
        => "make a new socket for a new connection";
    EDESTADDRREQ:
        "a datagram socket that is not connected must be told where to send"
        => "`s.sendto(data, [host, port])`, or `connect` it first";
    EAGAIN:
        "the call would have to wait, and the socket is told not to: `setblocking(false)` or a timeout of 0"
        => "`s.setblocking(true)`, or wait with `select` or `poll` until it is ready";
    EINPROGRESS:
        "`connect` on a socket that does not block has begun, no more"
        => "wait with `select([], [s], [])`, then ask `s.getsockopt(SOL_SOCKET, SO_ERROR)`: 0 is connected";
    EALREADY:
        "an earlier `connect` of this socket has not ended yet"
        => "wait for it with `select`, or close the socket";
    ETIMEDOUT:
        "nothing answered for a long time: the machine is off, or something on the way drops packets"
        => "check the address and port; `s.settimeout(3)` makes you wait less long";
    ENETUNREACH:
        "no route leads to this address; in the lab: no host of the lab has it",
        "an IPv6 address, and this machine has no IPv6 route"
        => "`lab off` for the real network, or take an address that `lab hosts` lists";
    EHOSTUNREACH:
        "the network is there, and the machine does not answer on it"
        => "check the address; is the machine on?";
    EBADF:
        "the socket is closed: by `close`, or by the end of `with`"
        => "make a new socket; `s` shows `[closed]` for one that is";
    EINVAL:
        "the call does not fit the socket's state: `accept` before `listen`, a second `bind`",
        "a number that the system does not take here"
        => "`explain(s)` shows the state that the socket is in";
    EAFNOSUPPORT:
        "the address is of another family than the socket: IPv6 on an AF_INET socket",
        "this system lacks the family"
        => "ask `getaddrinfo` and make the socket with `socket(info)`: then they fit";
    EPROTONOSUPPORT:
        "type and protocol do not go together, such as SOCK_STREAM with IPPROTO_UDP"
        => "leave the protocol out: 0 takes the usual one of the type";
    ESOCKTNOSUPPORT:
        "the family has no sockets of this type"
        => "SOCK_STREAM and SOCK_DGRAM work with AF_INET, AF_INET6 and AF_UNIX";
    EOPNOTSUPP:
        "this kind of socket cannot do that: `listen` and `accept` are for streams"
        => "look at `s.type`: a datagram socket needs neither `listen` nor `accept`";
    ENOPROTOOPT:
        "the level has no option of this number, perhaps the level is wrong"
        => "SO_ options go with SOL_SOCKET, TCP_ ones with IPPROTO_TCP, IPV6_ ones with IPPROTO_IPV6";
    EMSGSIZE:
        "a datagram must fit whole: over UDP at most 65507 bytes"
        => "send smaller pieces, or use a stream";
    ENOTSOCK:
        "the number is a file's or a pipe's, not a socket's"
        => "`sockets` lists the descriptors that are sockets";
    EMFILE:
        "this program has as many descriptors open as it may"
        => "close sockets that you no longer need; `sockets` lists them";
    ENOENT:
        "no socket has this path yet"
        => "start the server that binds it, and compare the two paths";
    EINTR:
        "a signal came while the call waited"
        => "try the call again";
    ECONNABORTED:
        "the caller was gone before `accept` took it"
        => "`accept` the next one";
    EAI_NONAME:
        "nobody knows a host of this name: a slip of the keys, or a name of another network",
        "neither a host nor a service was given"
        => "check the name; in the lab `lab hosts` lists those that exist";
    EAI_AGAIN:
        "no name server answered: no network, or a wrong name server"
        => "try again later; `lab on` has names that need no network";
    EAI_SERVICE:
        "the service is not known for this type of socket"
        => "give the port as a number, or another type; case matters: `\"http\"`";
    EAI_FAMILY:
        "lookups know AF_INET, AF_INET6 and AF_UNSPEC"
        => "leave the family out, or give AF_INET";
    EAI_ADDRFAMILY:
        "the host has addresses, and none of the family asked for"
        => "leave the family out: AF_UNSPEC takes what there is";
    EAI_NODATA:
        "the name exists, and has no address of the family asked for"
        => "leave the family out: AF_UNSPEC takes what there is";
    EAI_SOCKTYPE:
        "type and protocol do not go together"
        => "give only one of the two";
    EAI_BADFLAGS:
        "the AI_ flags are unknown or contradict each other; AI_CANONNAME needs a host"
        => "leave flags out, then add one after the other";
    HOST_NOT_FOUND:
        "nobody gave this name or address to a host"
        => "not every address has a name: that is no fault of yours";
};

/// What the errors mean that are others where addresses are paths.
const LOCAL: &[Advice] = advice! {
    ECONNREFUSED:
        "the path is there, and no program listens at it: its server has ended and left it behind",
        "the server has bound it and not called `listen` yet"
        => "start the server; `unlink(path)` takes away what an earlier one left";
    EADDRINUSE:
        "the path exists: a bound socket leaves it behind when it closes"
        => "`unlink(path)` before `bind`, or take another path";
    EACCES:
        "you may not write to the socket's path, or not make it in this folder"
        => "take a path in a folder of yours, or in the temporary one";
    EPERM:
        "another user's socket, or what was sent with it is not yours to send"
        => "look at the owner of the path";
    EINVAL:
        "the call does not fit the socket's state: `accept` before `listen`, a second `bind`",
        "a path that the system does not take here"
        => "`explain(s)` shows the state that the socket is in";
    EDESTADDRREQ:
        "a datagram socket that is not connected must be told where to send"
        => "`s.sendto(data, path)`, or `connect` it first";
    EMSGSIZE:
        "a datagram must fit whole into the socket's buffer (SO_SNDBUF)"
        => "send smaller pieces, or use a stream";
    ENOTCONN:
        "the socket has no peer: `connect` was not called, or failed",
        "this is the listening socket: the conversation is on the one that `accept` gave"
        => "connect first, or use `conn` of `unpack conn, addr = server.accept()`";
    ETIMEDOUT:
        "nothing answered in time"
        => "is the server busy, or its queue full? `s.settimeout(3)` makes you wait less long";
};

#[cfg(test)]
mod tests {
    use super::{ADVICE, LOCAL};
    use crate::net::errno;

    #[test]
    fn every_piece_of_advice_is_for_an_error_that_exists() {
        let tables = [errno::SYSTEM, errno::LOOKUP, errno::HOST];
        for advice in ADVICE.iter().chain(LOCAL) {
            let mut names = tables.iter().flat_map(|table| table.iter());
            assert!(
                names.any(|entry| entry.name == advice.name) || !cfg!(target_os = "linux"),
                "{}",
                advice.name
            );
        }
    }

    #[test]
    fn what_is_said_of_a_local_socket_speaks_of_no_port() {
        for advice in LOCAL {
            for text in advice.causes.iter().chain(advice.tries) {
                assert!(!text.contains("port"), "{}: {text}", advice.name);
            }
        }
    }
}
