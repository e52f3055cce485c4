//! Protocols above IP (`IPPROTO_`), classes of ports (`IPPORT_`), well-known addresses of IPv4 as
//! numbers (`INADDR_`), and the options of TCP and UDP.

use super::constants;

constants! {
    when (all()) {
        IPPROTO_AH => "the authentication header of IPsec";
        IPPROTO_DSTOPTS => "an IPv6 header with options for the destination";
        IPPROTO_EGP => "the exterior gateway protocol, an ancestor of BGP";
        IPPROTO_ESP => "the encrypted payload of IPsec";
        IPPROTO_FRAGMENT => "the IPv6 header of a piece of a larger packet";
        IPPROTO_GRE => "packets of any protocol, wrapped in IP";
        IPPROTO_HOPOPTS => "an IPv6 header with options for each router on the way";
        IPPROTO_ICMP => "errors and tests of IPv4, such as ping";
        IPPROTO_ICMPV6 => "errors and tests of IPv6, such as ping and finding neighbours";
        IPPROTO_IDP => "datagrams of the Xerox network";
        IPPROTO_IGMP => "joining and leaving of multicast groups in IPv4";
        IPPROTO_IP => "no protocol named: the system takes the usual one for the type";
        IPPROTO_IPIP = 4 => "IPv4 packets, wrapped in IPv4";
        IPPROTO_IPV6 => "IPv6, wrapped in IPv4; also the level of the IPV6_ options";
        IPPROTO_NONE => "in IPv6: nothing follows this header";
        IPPROTO_PIM => "routing of multicast";
        IPPROTO_PUP => "PUP, an ancestor of IP made at Xerox";
        IPPROTO_RAW => "raw packets whose IP header the program writes itself";
        IPPROTO_ROUTING => "an IPv6 header that names stations on the way";
        IPPROTO_RSVP => "reserving of bandwidth along a path";
        IPPROTO_SCTP => "SCTP: messages over several streams and paths";
        IPPROTO_TCP => "TCP: a stream of bytes, in order; also the level of the TCP_ options";
        IPPROTO_TP => "the transport protocol of the ISO network";
        IPPROTO_UDP => "UDP: separate datagrams, without promises";

        IPPORT_RESERVED = 1024 => "ports below this need privileges to bind";
        IPPORT_USERRESERVED = 5000 => "below this once lay the ports given to clients";

        INADDR_ALLHOSTS_GROUP = 0xe000_0001 => "224.0.0.1, all hosts on the link";
        INADDR_ANY => "0.0.0.0, every address of this machine";
        INADDR_BROADCAST => "255.255.255.255, everybody on the link";
        INADDR_LOOPBACK => "127.0.0.1, this machine itself";
        INADDR_MAX_LOCAL_GROUP = 0xe000_00ff => "224.0.0.255, the last multicast group that stays on the link";
        INADDR_NONE => "255.255.255.255, how old calls say that a text is no address";
        INADDR_UNSPEC_GROUP = 0xe000_0000 => "224.0.0.0, the first multicast address, used by no group";

        TCP_FASTOPEN => "carry data in the first packet; on a listener, how many such may wait";
        TCP_KEEPCNT => "how many keepalive probes may go unanswered";
        TCP_KEEPINTVL => "seconds from one keepalive probe to the next";
        TCP_MAXSEG => "the most bytes that one segment carries";
        TCP_NODELAY => "send small pieces at once instead of gathering them";
    }
    when (target_os = "linux") {
        IPPROTO_MPTCP => "TCP over several paths at once";
        IPPROTO_UDPLITE => "UDP whose checksum may cover only a part";

        TCP_CC_INFO => "what the rule that sets the pace knows; read only";
        TCP_CONGESTION => "the name of the rule that sets the pace, such as cubic";
        TCP_CORK => "hold back partial segments until this is taken off";
        TCP_DEFER_ACCEPT => "wake the listener only when data has come; in seconds";
        TCP_FASTOPEN_CONNECT => "let connect wait for the first send, whose data goes along";
        TCP_FASTOPEN_KEY => "the secret from which the cookies of TCP_FASTOPEN are made";
        TCP_FASTOPEN_NO_COOKIE => "take data in the first packet without a cookie";
        TCP_INFO => "a record of the connection: state, round-trip time, losses; read only";
        TCP_INQ => "receive with each read how many bytes still wait";
        TCP_KEEPIDLE => "seconds of silence before the first keepalive probe";
        TCP_LINGER2 => "seconds for which a closed connection waits for the peer's end";
        TCP_MD5SIG => "sign each segment with a key, as BGP routers do";
        TCP_MD5SIG_EXT => "the same as TCP_MD5SIG, for a range of peers";
        TCP_NOTSENT_LOWAT => "how many unsent bytes may wait before the socket is not writable";
        TCP_QUEUE_SEQ => "while repairing: the number of the queue's next byte";
        TCP_QUICKACK => "acknowledge at once instead of waiting for data to go with";
        TCP_REPAIR => "take a connection apart, to move it to another machine";
        TCP_REPAIR_OPTIONS => "while repairing: what the two sides agreed on";
        TCP_REPAIR_QUEUE => "while repairing: which queue the next calls mean";
        TCP_REPAIR_WINDOW => "while repairing: the window";
        TCP_SAVED_SYN => "the first packet of the peer, as it was kept; read only";
        TCP_SAVE_SYN => "on a listener: keep the first packet of each peer";
        TCP_SYNCNT => "how often connect repeats its first packet";
        TCP_THIN_DUPACK => "repeat lost segments sooner on quiet connections; unused today";
        TCP_THIN_LINEAR_TIMEOUTS => "do not double the wait between repeats on quiet connections";
        TCP_TIMESTAMP => "the clock that the connection's time stamps are taken from";
        TCP_TX_DELAY = 37 => "microseconds to hold each packet back, for experiments";
        TCP_ULP => "the name of a layer on top, such as tls";
        TCP_USER_TIMEOUT => "milliseconds that sent bytes may stay unacknowledged";
        TCP_WINDOW_CLAMP => "the largest window that the socket offers";
        TCP_ZEROCOPY_RECEIVE => "read by mapping pages instead of copying bytes";

        UDPLITE_RECV_CSCOV = 11 => "how many bytes a checksum must cover for a datagram to be taken";
        UDPLITE_SEND_CSCOV = 10 => "how many bytes the checksum of sent datagrams covers";
    }
    when (target_os = "macos") {
        IPPROTO_EON => "ISO packets, wrapped in IP";
        IPPROTO_GGP => "talk between the first gateways of the Internet";
        IPPROTO_HELLO => "an early routing protocol that measured delays";
        IPPROTO_IPCOMP => "compressed packets";
        IPPROTO_MAX => "one more than the highest protocol number";
        IPPROTO_ND => "disks over the network, for Sun's diskless machines";
        IPPROTO_XTP => "the express transport protocol";

        TCP_CONNECTION_INFO => "a record of the connection: state, round-trip time, losses; read only";
        TCP_KEEPALIVE => "seconds of silence before the first keepalive probe";
        TCP_NOTSENT_LOWAT = 0x201 => "how many unsent bytes may wait before the socket is not writable";
    }
}
