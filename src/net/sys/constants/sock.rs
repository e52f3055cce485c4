//! The socket itself: its type (`SOCK_`), the options every socket has (`SO_`), the levels that
//! options belong to (`SOL_`), its ends (`SHUT_`), and what may ride along with a message (`SCM_`).

use super::constants;

constants! {
    when (all()) {
        SOCK_DGRAM => "separate messages, which may be lost or come out of order";
        SOCK_RAW => "packets with their protocol's header, for privileged programs";
        SOCK_RDM => "separate messages that arrive, though in any order";
        SOCK_SEQPACKET => "a connection that keeps the bounds of each message";
        SOCK_STREAM => "a connection: bytes arrive in order, or not at all";

        SHUT_RD => "shut the reading side down";
        SHUT_RDWR => "shut both sides down";
        SHUT_WR => "shut the writing side down: the peer sees the end of the bytes";

        SOL_IP = 0 => "the level of the IP_ options";
        SOL_SOCKET => "the level of the SO_ options, which every socket has";
        SOL_TCP = 6 => "the level of the TCP_ options";
        SOL_UDP = 17 => "the level of the UDP options";
        SOMAXCONN => "the longest backlog that listen takes";

        SO_ACCEPTCONN => "is the socket listening? read only";
        SO_BROADCAST => "allow datagrams to a broadcast address";
        SO_DEBUG => "have the kernel record what the socket does";
        SO_DONTROUTE => "send only to hosts on the same link, past the routing table";
        SO_ERROR => "the pending error; reading it clears it";
        SO_KEEPALIVE => "probe an idle connection, to notice a peer that is gone";
        SO_LINGER => "whether close waits for unsent bytes, and how long";
        SO_OOBINLINE => "read urgent bytes among the others";
        SO_RCVBUF => "the size of the receive buffer; Linux shows it doubled";
        SO_RCVLOWAT => "how many bytes must have come before a read returns";
        SO_RCVTIMEO => "how long a read may wait";
        SO_REUSEADDR => "bind even while old connections of the port are in TIME_WAIT, if their socket had it too";
        SO_REUSEPORT => "let several sockets bind the same address and share the load";
        SO_SNDBUF => "the size of the send buffer; Linux shows it doubled";
        SO_SNDLOWAT => "how much room there must be before a send goes on";
        SO_SNDTIMEO => "how long a send may wait";
        SO_TYPE => "the socket's type, SOCK_STREAM and so on; read only";

        SCM_RIGHTS => "open file descriptors, handed to another process";
    }
    when (target_os = "linux") {
        SOCK_CLOEXEC => "with the type: a started program does not inherit the socket";
        SOCK_NONBLOCK => "with the type: calls return at once instead of waiting";

        SOL_ALG => "the level of the ALG_ options, the kernel's cryptography";
        SOL_CAN_BASE => "the number from which the levels of CAN count";
        SOL_CAN_RAW => "the level of the CAN_RAW_ options";
        SOL_HCI = 0 => "the level of the HCI_ options of Bluetooth";
        SOL_RDS => "the level of the options of reliable datagrams";
        SOL_TIPC => "the level of the TIPC_ options";

        SO_BINDTODEVICE => "use one network interface only, given by name";
        SO_BINDTOIFINDEX => "use one network interface only, given by number";
        SO_DOMAIN => "the socket's family, AF_INET and so on; read only";
        SO_INCOMING_CPU => "the processor on which packets arrive";
        SO_MARK => "a number on every packet, for routing and filters to see";
        SO_PASSCRED => "receive the sender's process, user and group with messages";
        SO_PASSSEC => "receive the sender's security label with messages";
        SO_PEERCRED => "process, user and group at the other end of a Unix socket";
        SO_PEERSEC => "the security label of the peer; read only";
        SO_PRIORITY => "how urgent the packets are among those waiting to leave";
        SO_PROTOCOL => "the socket's protocol, IPPROTO_TCP and so on; read only";

        SCM_CREDENTIALS => "the sender's process, user and group, checked by the kernel";
    }
    when (target_os = "macos") {
        SO_USELOOPBACK => "routing sockets hear their own messages";
        SCM_CREDS => "the sender's user and groups, filled in by the kernel";
        LOCAL_PEERCRED => "user and groups at the other end of a Unix socket";
    }
}
