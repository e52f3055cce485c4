//! Address families (`AF_`): what kind of address a socket speaks to.
//!
//! `PF_` names the same numbers as protocol families; Python keeps only a few of them.

use super::constants;

constants! {
    when (all()) {
        AF_INET => "Internet addresses, version 4: a host and a port";
        AF_INET6 => "Internet addresses, version 6: host, port, flow info and scope id";
        AF_UNIX => "sockets inside one machine, addressed by a path in the file system";
        AF_UNSPEC => "no family named: in a lookup, any family will do";
        AF_APPLETALK => "AppleTalk, the network of early Macintosh computers";
        AF_DECnet => "DECnet, the network of Digital Equipment's computers";
        AF_IPX => "IPX, the network of Novell NetWare";
        AF_ROUTE => "messages to and from the kernel's routing table";
        AF_SNA => "SNA, the network of IBM's mainframes";
    }
    when (target_os = "linux") {
        AF_ALG => "the kernel's cryptography, used through a socket";
        AF_ASH => "Ash, a family that was reserved and never built";
        AF_ATMPVC => "ATM, over connections that an operator has set up";
        AF_ATMSVC => "ATM, over connections that are dialled when needed";
        AF_AX25 => "AX.25, packets over amateur radio";
        AF_BLUETOOTH => "Bluetooth devices near by";
        AF_BRIDGE => "control of the kernel's network bridges";
        AF_CAN => "CAN, the bus that joins the controllers in a car";
        AF_ECONET => "Econet, the network of Acorn's school computers";
        AF_IRDA => "infrared light between devices that face each other";
        AF_KEY => "control of the keys that IPsec uses";
        AF_LLC => "frames of a local network, by IEEE 802.2";
        AF_NETBEUI => "NetBEUI, a family that was reserved and never built";
        AF_NETLINK => "talk with the kernel: links, addresses, routes and more";
        AF_NETROM => "NET/ROM, routing over amateur radio";
        AF_PACKET => "whole frames of a network link, below IP";
        AF_PPPOX => "sessions of PPP in other packets, as DSL lines use";
        AF_QIPCRTR = 42 => "messages between the processors of a Qualcomm chip";
        AF_RDS => "reliable datagrams between the machines of a cluster";
        AF_ROSE => "ROSE, an X.25 network over amateur radio";
        AF_SECURITY => "a number reserved for callbacks of security systems";
        AF_TIPC => "TIPC, messages between the nodes of a cluster";
        AF_VSOCK => "a virtual machine and the machine that runs it";
        AF_WANPIPE => "cards of Sangoma for wide area lines";
        AF_X25 => "X.25, the packet network of telephone companies";

        PF_CAN => "the protocols of AF_CAN, by the same number";
        PF_PACKET => "the protocols of AF_PACKET, by the same number";
        PF_RDS => "the protocols of AF_RDS, by the same number";
    }
    when (target_os = "macos") {
        AF_LINK => "addresses of network interfaces themselves";
        AF_SYSTEM => "talk with the kernel: events and controls";
        AF_VSOCK => "a virtual machine and the machine that runs it";

        PF_SYSTEM => "the protocols of AF_SYSTEM, by the same number";
        SYSPROTO_CONTROL => "the protocol of AF_SYSTEM that reaches kernel controls";
    }
}
