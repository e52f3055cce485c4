//! What is neither a function nor a constant nor a command: the ideas of the course, in a few lines
//! each.

/// One idea.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Topic {
    /// Its usual name, lower case.
    pub(crate) name: &'static str,
    /// Other words for it.
    pub(crate) also: &'static [&'static str],
    /// What it is.
    pub(crate) text: &'static str,
    /// Names that help knows too.
    pub(crate) see: &'static [&'static str],
}

impl Topic {
    /// Whether somebody who types `words` means this one: blanks, `-` and `_` count alike.
    pub(crate) fn is_called(&self, words: &str) -> bool {
        let plain = |name: &str| name.to_lowercase().replace(['-', '_'], " ");
        let wanted = plain(words);
        let mut names = self.also.iter().chain([&self.name]);
        names.any(|name| plain(name) == wanted)
    }
}

/// Makes rows `"name" ["other words"] "text" => see, also;`
macro_rules! topics {
    ($($name:literal [$($also:literal),*] $text:literal => $($see:ident),*;)+) => {
        &[$(Topic { name: $name, also: &[$($also),*], text: $text, see: &[$(stringify!($see)),*] }),+]
    };
}

/// Every idea, by name.
pub(crate) const TOPICS: &[Topic] = topics! {
    "address" ["socket address", "sockaddr"]
        "Where a socket can be reached: a host and a port, `[\"127.0.0.1\", 80]`. IPv6 has two numbers\n\
         more, flow info and scope id; a Unix socket has a path. `explain([host, port])` says which\n\
         class an address belongs to."
        => getsockname, getpeername, getaddrinfo;
    "address info" ["addrinfo"]
        "One answer of `getaddrinfo`: family, type, protocol, canonical name, address. The first three\n\
         make the fitting socket, `socket(info)`; the last one is where to connect."
        => getaddrinfo, socket;
    "backlog" ["queue", "listen queue"]
        "How many callers may wait until `accept` takes them. The system greets them meanwhile, so a\n\
         client is connected before the server has accepted it. Linux admits one more than asked for;\n\
         further callers are left to try again. `sockets` shows how many wait."
        => listen, accept, SOMAXCONN;
    "blocking" ["block", "non-blocking", "nonblocking"]
        "A call that cannot go on waits: `accept` for a caller, `recv` for a byte. The program stands\n\
         still meanwhile. `settimeout` bounds the wait, `setblocking(false)` turns it into the error\n\
         EAGAIN, `select` and `poll` wait for many sockets at once. At the prompt Ctrl-C ends a wait\n\
         and Ctrl-Z leaves it going in its console."
        => settimeout, setblocking, select, poll, EAGAIN;
    "byte order" ["endian", "endianness", "network byte order"]
        "A number of several bytes can be written with its high byte first or last. The network sends\n\
         the high byte first; most machines keep the low one first. `htons` and `htonl` turn a number\n\
         of this machine into the network's order, `ntohs` and `ntohl` back. Ports and addresses that\n\
         you give to `connect` and `bind` are turned for you."
        => htons, htonl, ntohs, ntohl;
    "bytes" ["blob"]
        "What travels over a socket: numbers from 0 to 255, shown `b\"GET /\\r\\n\"`. `bytes(\"text\")` and\n\
         `\"text\".encode()` make them of a text, `.decode()` makes a text of them. `recv` gives bytes;\n\
         `send` takes bytes, or a text as UTF-8."
        => bytes, decode, hexdump;
    "client" ["server", "client and server"]
        "The side that calls, and the side that is called. A server does `socket`, `bind`, `listen`,\n\
         then `accept` again and again; a client does `socket` and `connect`. Once connected, both\n\
         sides can do the same."
        => create_server, create_connection, accept, connect;
    "close wait" ["CLOSE_WAIT"]
        "A TCP state: the peer has ended its sending, and this side has not closed yet. `recv` gives\n\
         `b\"\"`. A program that leaves many sockets in it forgets to close them."
        => recv, close, shutdown;
    "console" ["consoles", "interpreter", "job control", "ctrl-z"]
        "An interpreter with variables of its own. `console client` makes or enters one, `consoles`\n\
         lists them. Ctrl-Z leaves a statement that waits going in its console and gives a prompt in\n\
         another; when it ends, what it shows appears above the line you are typing."
        => consoles, sockets;
    "constant" ["constants", "prefix"]
        "A named number of the system. Its prefix says what it is for: AF_ a family, SOCK_ a type,\n\
         IPPROTO_ a protocol, SO_ an option of any socket, E an error. `help AF_INET` tells one."
        => dir, getattr;
    "datagram" ["udp", "datagrams"]
        "One message that arrives whole or not at all, in any order, with nobody told. `sendto` sends\n\
         it without a connection, `recvfrom` says who sent it. What does not fit `recv` is lost."
        => SOCK_DGRAM, sendto, recvfrom, EMSGSIZE;
    "descriptor" ["fd", "file descriptor"]
        "The system's number for an open socket or file of this program. It is free for another one\n\
         after `close`."
        => fileno, close, EBADF;
    "dns" ["name server", "domain name system", "resolver"]
        "What finds the addresses of names, by asking servers on the network. `gethostbyname` and\n\
         `getaddrinfo` ask it for you. The lab has a server of its own: `lab dns` says how to ask it."
        => gethostbyname, getaddrinfo, lab;
    "end of transmission" ["end", "eof", "end of message"]
        "A stream has no message ends. The receiver must know the length beforehand, or look for a\n\
         mark, or read until the peer ends its sending: then `recv` gives `b\"\"`. A short `recv` says\n\
         nothing about the end."
        => recv, shutdown, SHUT_WR;
    "ephemeral port" ["ephemeral", "dynamic port", "free port", "port 0"]
        "A port that the system picks: for a client at `connect`, and for `bind` with port 0. Ask for\n\
         it with `getsockname`. The standard's range is 49152-65535; Linux uses 32768-60999."
        => bind, getsockname, connect;
    "error" ["errors", "errno", "exception"]
        "A call that fails throws a map: `call`, `kind`, `name`, `errno`, `message`. Catch it with\n\
         `try { … } catch (err) { … }`; `err.errno == ECONNREFUSED` works. `explain` says what the last\n\
         one means and what to try."
        => explain;
    "family" ["address family", "domain"]
        "Which kind of addresses a socket uses: AF_INET for IPv4, AF_INET6 for IPv6, AF_UNIX for\n\
         paths on this machine."
        => AF_INET, AF_INET6, AF_UNIX;
    "function" ["fn", "def", "functions"]
        "`fn double(x) { x * 2 }` makes one; the last value is what it gives. Functions see the\n\
         variables of the top level. A closure is `|x| x * 2`."
        => dir;
    "half-close" ["half close", "half-closed"]
        "Ending your sending and still receiving: `shutdown(SHUT_WR)`. The peer's `recv` gives `b\"\"`\n\
         and it can still answer."
        => shutdown, SHUT_WR, recv;
    "hosts file" ["/etc/hosts"]
        "The list of names and addresses on this machine, asked before any name server."
        => gethostbyname, doctor;
    "http" ["web"]
        "The language of the web: a request of text lines that end in `\\r\\n`, an empty line, then a\n\
         reply with a status line, headers, an empty line and the page."
        => create_connection, sendall, recv;
    "import" ["import socket"]
        "Not needed: the names of the `socket` module are here, bare and behind `socket.`."
        => dir;
    "it" ["last value", "out", "results"]
        "`it` is the last value shown. `out` lists the texts of all values shown, `out[3]` is the\n\
         third, `out[-1]` the last; texts hold no socket open."
        => explain;
    "keepalive" ["keep-alive"]
        "An idle TCP connection sends nothing, so a peer that vanished goes unnoticed. With\n\
         SO_KEEPALIVE the system asks now and then, after two hours at first."
        => SO_KEEPALIVE, setsockopt;
    "layer" ["layers", "tcp/ip", "tcp/ip stack", "stack"]
        "The work of the internet in four parts: link (the wire), internet (which machine, IP),\n\
         transport (which program, TCP and UDP), application (what to say). A socket stands between\n\
         the upper two."
        => IPPROTO_TCP, IPPROTO_UDP;
    "let" ["variable", "variables", "assignment"]
        "`let x = 5` makes a variable, `x = 6` changes it. `vars` lists them, `reset` drops them.\n\
         `const X = 5` cannot be changed."
        => vars, reset;
    "loopback" ["127.0.0.1", "localhost"]
        "The card made of software that leads back to this machine: 127.0.0.1 and ::1. Nothing that\n\
         goes there leaves the machine."
        => bind, if_nameindex;
    "option" ["options", "socket option"]
        "A setting of a socket at one level: SOL_SOCKET for all kinds, IPPROTO_TCP for TCP.\n\
         `explain(s)` lists those that are set."
        => setsockopt, getsockopt, SO_REUSEADDR;
    "port" ["ports", "well-known port"]
        "A number from 0 to 65535 that says which program on a machine is meant. 1-1023 are well known\n\
         and need a right, 1024-49151 are registered, 49152-65535 are handed out to clients."
        => bind, getservbyname, getservbyport;
    "protocol" ["proto"]
        "The rules by which a socket talks: IPPROTO_TCP, IPPROTO_UDP. 0 takes the usual one of family\n\
         and type."
        => IPPROTO_TCP, IPPROTO_UDP, getprotobyname;
    "reset" ["rst", "connection reset"]
        "TCP's way to break a connection off at once: a closed port answers so, and a socket that is\n\
         closed with unread bytes. The peer gets ECONNRESET."
        => ECONNRESET, close;
    "stream" ["tcp", "byte stream"]
        "A row of bytes in order, nothing lost, both ways. It has no messages: two `send`s may come\n\
         out of one `recv`, and one of two."
        => SOCK_STREAM, send, sendall, recv;
    "three-way handshake" ["handshake", "syn"]
        "How a TCP connection begins: the client sends SYN, the server answers SYN and ACK, the client\n\
         sends ACK. `connect` comes back then; `accept` may come later."
        => connect, accept, listen;
    "time wait" ["TIME_WAIT"]
        "A TCP state: the side that closed first keeps the port for a minute, in case late packets\n\
         come. A server that starts again gets EADDRINUSE, unless it sets SO_REUSEADDR before `bind` and its\n\
         forerunner did so too."
        => SO_REUSEADDR, bind, EADDRINUSE;
    "timeout" ["timeouts"]
        "How many seconds a call of a socket may wait: `s.settimeout(3)`. Then it fails with `timed\n\
         out`. `()` waits for ever, 0 not at all."
        => settimeout, gettimeout;
    "try" ["catch", "except"]
        "`try { s.connect(host, 80); } catch (err) { print(err.name); }`"
        => explain;
    "type" ["socket type"]
        "How a socket carries bytes: SOCK_STREAM as one row, SOCK_DGRAM as single messages, SOCK_RAW\n\
         as bare packets."
        => SOCK_STREAM, SOCK_DGRAM;
    "unix socket" ["unix sockets", "af_unix", "domain socket"]
        "A socket between programs of one machine; its address is a path, or on Linux an abstract name\n\
         that begins with a NUL. The path stays after `close`: `unlink` it before the next `bind`."
        => AF_UNIX, socketpair, unlink;
    "unpack" ["tuple", "tuples"]
        "`unpack conn, addr = server.accept()` takes an array apart. rhai has no `let (a, b)`."
        => accept;
    "with" ["context manager"]
        "Python's block that closes its socket. Here `let s = socket()` and `s.close()` at the end; a\n\
         socket that no variable holds any more is closed as well."
        => close, socket;
};
