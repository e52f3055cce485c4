//! Options of IPv4 (`IP_`, at the level `IPPROTO_IP`) and IPv6 (`IPV6_`, at `IPPROTO_IPV6`).

use super::constants;

constants! {
    when (all()) {
        IP_ADD_MEMBERSHIP => "join a multicast group";
        IP_ADD_SOURCE_MEMBERSHIP => "join a multicast group, for one sender only";
        IP_BLOCK_SOURCE => "stop hearing one sender of a multicast group";
        IP_DROP_MEMBERSHIP => "leave a multicast group";
        IP_DROP_SOURCE_MEMBERSHIP => "leave a multicast group that was joined for one sender";
        IP_HDRINCL => "the program writes the IP header of raw packets itself";
        IP_MULTICAST_IF => "the interface through which multicast leaves";
        IP_MULTICAST_LOOP => "whether sent multicast comes back to this machine";
        IP_MULTICAST_TTL => "how many routers multicast may cross; 1 stays on the link";
        IP_PKTINFO => "receive with each datagram where and on which interface it came in";
        IP_RECVTOS => "receive the type of service with each datagram";
        IP_TOS => "the type of service that routers may heed";
        IP_TTL => "how many routers a packet may cross before it is dropped";
        IP_UNBLOCK_SOURCE => "hear a blocked sender of a multicast group again";
        IP_DEFAULT_MULTICAST_LOOP = 1 => "what IP_MULTICAST_LOOP is at first";
        IP_DEFAULT_MULTICAST_TTL = 1 => "what IP_MULTICAST_TTL is at first";

        IPV6_CHECKSUM => "where a raw packet holds its checksum";
        IPV6_DONTFRAG => "refuse a packet that is too large rather than cut it";
        IPV6_HOPLIMIT => "the hop limit of one message, in its control data";
        IPV6_MULTICAST_HOPS => "how many routers multicast may cross; 1 stays on the link";
        IPV6_MULTICAST_IF => "the interface through which multicast leaves, by number";
        IPV6_MULTICAST_LOOP => "whether sent multicast comes back to this machine";
        IPV6_PKTINFO => "the address and interface of one message, in its control data";
        IPV6_RECVHOPLIMIT => "receive the hop limit with each datagram";
        IPV6_RECVPKTINFO => "receive with each datagram where and on which interface it came in";
        IPV6_RECVTCLASS => "receive the traffic class with each datagram";
        IPV6_TCLASS => "the traffic class that routers may heed";
        IPV6_UNICAST_HOPS => "how many routers a packet may cross before it is dropped";
        IPV6_V6ONLY => "keep IPv4 out of an IPv6 socket";
        IPV6_RTHDR_TYPE_0 = 0 => "the kind of routing header that lists stations";
    }
    when (target_os = "linux") {
        IP_BIND_ADDRESS_NO_PORT => "bind the address now and choose the port at connect";
        IP_FREEBIND => "bind an address that this machine does not have yet";
        IP_MAX_MEMBERSHIPS = 20 => "how many multicast groups a socket can join by default";
        IP_OPTIONS => "options in the header of each packet sent";
        IP_RECVERR => "keep errors that came back, to be read with MSG_ERRQUEUE";
        IP_RECVOPTS => "receive the header's options with each datagram";
        IP_RECVORIGDSTADDR => "receive the address a redirected datagram was first sent to";
        IP_RECVRETOPTS = 7 => "receive the header's options, turned round for a reply";
        IP_RECVTTL => "receive the time to live with each datagram";
        IP_RETOPTS => "receive the header's options, turned round for a reply";
        IP_TRANSPARENT => "act for addresses that are not this machine's, as proxies do";

        IPV6_DSTOPTS => "options for the destination, in control data";
        IPV6_HOPOPTS => "options for each router, in control data";
        IPV6_JOIN_GROUP = 20 => "join a multicast group";
        IPV6_LEAVE_GROUP = 21 => "leave a multicast group";
        IPV6_NEXTHOP => "the next router for one message";
        IPV6_PATHMTU => "the largest packet that fits along the whole way; read only";
        IPV6_RECVDSTOPTS => "receive options for the destination";
        IPV6_RECVERR => "keep errors that came back, to be read with MSG_ERRQUEUE";
        IPV6_RECVHOPOPTS => "receive options for each router";
        IPV6_RECVPATHMTU => "be told when the largest packet along the way changes";
        IPV6_RECVRTHDR => "receive the routing header";
        IPV6_RTHDR => "the routing header, in control data";
        IPV6_RTHDRDSTOPTS => "options for the stations of a routing header";
    }
    when (target_os = "macos") {
        IP_MAX_MEMBERSHIPS = 4095 => "how many multicast groups a socket can join";
        IP_OPTIONS = 1 => "options in the header of each packet sent";
        IP_RECVDSTADDR => "receive with each datagram the address it was sent to";
        IP_RECVOPTS = 5 => "receive the header's options with each datagram";
        IP_RECVRETOPTS = 6 => "receive the header's options, turned round for a reply";
        IP_RETOPTS = 8 => "options for a reply, in control data";

        IPV6_JOIN_GROUP => "join a multicast group";
        IPV6_LEAVE_GROUP => "leave a multicast group";
    }
}
